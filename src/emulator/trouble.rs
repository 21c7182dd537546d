//! Acts out the faults of requests (`faults.rs` decides them), around everything but the control calls.
//!
//! Who gets no answer sees it so:
//! - *Under a listener* the connection says nothing for the fault's `ms` (a minute if not said) and is then closed
//!   without a byte of an answer.
//! - *In the same process*, where a request has no peer address (no `ConnectInfo`), nobody waits: the response comes at
//!   once and bears [`Trouble::Lost`] in its extensions; its body fails when it is read, so a caller that forgets to
//!   look can't take it for an answer. Late answers and slow drips come whole and at once with [`Trouble::Late`]; the
//!   caller moves its own clock.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};
use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};

use super::faults::{Action, Subject};
use super::{Emulator, error};

/// What became of an answer on its way, in the extensions of responses to callers in the same process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It never arrived. Whether the request had an effect is for the caller to find out.
    Lost,
    /// It arrived so many milliseconds after the request.
    Late { ms: i64 },
}

/// No answer of the emulator comes near this.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;
/// Neither JSON nor UTF-8.
const GARBAGE: &[u8] = b"<html><body><h1>502 Bad Gateway</h1>\xff\xfe</body></html>";
const DRIPS: usize = 10;

/// Middleware: lets a request through, unless a fault says otherwise.
pub(super) async fn on_the_way(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    let line = format!("{} {}", request.method(), request.uri().path());
    let Some(action) = emulator.strike(&Subject::Request(&line)) else {
        return next.run(request).await;
    };
    let watched = request.extensions().get::<ConnectInfo<SocketAddr>>().is_some();
    match action {
        Action::Status { code, effect, error_code } => {
            let is_commerce = request.uri().path().starts_with("/v1/");
            if effect {
                let _ = next.run(request).await;
            }
            error::as_chosen(&emulator, refusal(code, error_code), is_commerce).await
        }
        Action::TimeoutBefore { ms } => lost(ms, watched).await,
        Action::TimeoutAfter { ms } => {
            let _ = next.run(request).await;
            lost(ms, watched).await
        }
        Action::Delay { ms } => {
            let answer = next.run(request).await;
            late(answer, ms, watched).await
        }
        Action::SlowDrip { ms } => dripping(next.run(request).await, ms, watched).await,
        Action::Garbage => rewritten(next.run(request).await, |_| Bytes::from_static(GARBAGE)).await,
        Action::Truncated => {
            let half = |body: Bytes| body.slice(..body.len().div_euclid(2));
            rewritten(next.run(request).await, half).await
        }
        Action::WrongAmount { field, amount } => {
            rewritten(next.run(request).await, |body| off_by(&body, &field, amount).unwrap_or(body)).await
        }
        Action::Drop | Action::Duplicate { .. } | Action::Reorder { .. } => next.run(request).await,
    }
}

fn refusal(code: StatusCode, error_code: Option<String>) -> Response {
    let usual = if code.is_server_error() { "SERVER_ERROR" } else { "API_PARAM_INVALID" };
    let error_code = error_code.unwrap_or_else(|| usual.to_owned());
    (code, Json(json!({ "error_code": error_code, "message": "연습용 장애입니다." }))).into_response()
}

/// An error at the body's first byte makes the server close the connection before it has sent the head.
async fn lost(ms: i64, watched: bool) -> Response {
    if watched {
        sleep(ms).await;
    }
    let broken = stream::iter([Err::<Bytes, _>(io::Error::other("the answer is lost"))]);
    let mut response = (StatusCode::GATEWAY_TIMEOUT, Body::from_stream(broken)).into_response();
    response.extensions_mut().insert(Trouble::Lost);
    response
}

async fn late(mut answer: Response, ms: i64, watched: bool) -> Response {
    if watched {
        sleep(ms).await;
    } else {
        answer.extensions_mut().insert(Trouble::Late { ms });
    }
    answer
}

async fn dripping(answer: Response, ms: i64, watched: bool) -> Response {
    if !watched {
        return late(answer, ms, watched).await;
    }
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, ANSWER_LIMIT).await.unwrap_or_default();
    let piece = body.len().div_ceil(DRIPS).max(1);
    let pause = ms.div_euclid(i64::try_from(DRIPS).unwrap_or(1));
    let drips = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(pause).await;
        let drip = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, Infallible>(drip), rest))
    });
    Response::from_parts(parts, Body::from_stream(drips))
}

async fn sleep(ms: i64) {
    tokio::time::sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(0))).await;
}

async fn rewritten(answer: Response, write: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, ANSWER_LIMIT).await.unwrap_or_default();
    Response::from_parts(parts, Body::from(write(body)))
}

/// The answer with a number changed: of the object itself and, in a list, of everything listed. Nothing if there is no
/// such number.
fn off_by(body: &[u8], field: &str, amount: i64) -> Option<Bytes> {
    let mut answer: Value = serde_json::from_slice(body).ok()?;
    let mut is_changed = change(&mut answer, field, amount);
    if let Some(Value::Array(items)) = answer.get_mut("list") {
        for item in items {
            is_changed |= change(item, field, amount);
        }
    }
    is_changed.then(|| Bytes::from(answer.to_string()))
}

fn change(object: &mut Value, field: &str, amount: i64) -> bool {
    let Some(number) = object.get(field).and_then(Value::as_i64) else {
        return false;
    };
    if let Some(value) = object.get_mut(field) {
        *value = Value::from(number.saturating_add(amount));
    }
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_number_changes() {
        let changed = |body: Value, field: &str| {
            off_by(body.to_string().as_bytes(), field, -10).map(|body| serde_json::from_slice::<Value>(&body).unwrap())
        };
        let order = json!({ "price": 100, "products": [{ "price": 100 }], "tax_free": 1 });
        let expected = json!({ "price": 90, "products": [{ "price": 100 }], "tax_free": 1 });
        assert_eq!(changed(order.clone(), "price"), Some(expected.clone()));
        assert_eq!(
            changed(json!({ "count": 1, "list": [order.clone(), { "price": null }] }), "price"),
            Some(json!({ "count": 1, "list": [expected, { "price": null }] }))
        );
        assert_eq!(changed(order, "total"), None);
        assert_eq!(off_by(b"<html>", "price", 1), None);
    }
}
