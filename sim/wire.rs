//! The way to the provider: the emulator's router in the same process. A request waits at the turnstile before
//! it leaves, and its answer before it arrives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use serde_json::Value;
use tower::ServiceExt;

use super::turnstile::{Fate, Life, Turnstile, Want};
use madang::provider::transport::{Answering, Lost, Transport};

/// How long the network waits for an answer, as in `provider::transport`.
const PATIENCE_MS: i64 = 10_000;

/// Fields that the provider may leave out without saying something else by it.
const LEFT_OUT: [&str; 9] =
    ["price", "tax_free", "status", "receipt_status", "currency", "method", "purchased_at", "list", "cancelled_price"];

pub struct SimWire {
    pub turnstile: Turnstile,
    pub life: Life,
    pub emulator: Router,
    /// Counts what may change the provider's ledger.
    pub asked: Arc<AtomicU64>,
}

/// One call of the emulator, as it is.
pub async fn exchange(emulator: &Router, request: http::Request<Bytes>) -> http::Response<Bytes> {
    let answer = emulator.clone().oneshot(request.map(Body::from)).await.unwrap();
    let (parts, body) = answer.into_parts();
    http::Response::from_parts(parts, to_bytes(body, usize::MAX).await.unwrap())
}

fn plain(status: u16, body: &'static str) -> http::Response<Bytes> {
    http::Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
}

fn without(body: &Bytes, which: u64) -> Bytes {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(body) else { return body.clone() };
    let there: Vec<&str> = LEFT_OUT.into_iter().filter(|field| answer.contains_key(*field)).collect();
    if there.is_empty() {
        return body.clone();
    }
    answer.remove(there[(which % there.len() as u64) as usize]);
    Bytes::from(Value::Object(answer).to_string())
}

impl SimWire {
    async fn travel(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Lost> {
        let line = match request.uri().query() {
            Some(query) => format!("{} {}?{query}", request.method(), request.uri().path()),
            None => format!("{} {}", request.method(), request.uri().path()),
        };
        let ticket = self.turnstile.enter(Some(self.life), Want::Request(line.clone())).await;
        match ticket.fate {
            Fate::Lost => return Err(Lost("lost on the way there".into())),
            Fate::Status(status) => return Ok(plain(status, "<html>trouble</html>")),
            _ => {}
        }
        if request.method() != http::Method::GET {
            self.asked.fetch_add(1, Ordering::SeqCst);
        }
        let answer = exchange(&self.emulator, request).await;
        drop(ticket.done);
        let sent = self.turnstile.now();
        let ticket = self.turnstile.enter(Some(self.life), Want::Answer(line, sent)).await;
        if self.turnstile.now().since_ms(sent) > PATIENCE_MS {
            return Err(Lost("no answer in time".into()));
        }
        Ok(match ticket.fate {
            Fate::Well => answer,
            Fate::Lost => return Err(Lost("lost on the way back".into())),
            Fate::Status(status) => plain(status, "{\"error_code\":\"SERVER_ERROR\",\"message\":\"x\"}"),
            Fate::Garbage => plain(200, "<html>maintenance</html>"),
            Fate::Truncated => {
                let half = answer.body().len() / 2;
                answer.map(|body| body.slice(..half))
            }
            Fate::Without(which) => answer.map(|body| without(&body, which)),
        })
    }
}

impl Transport for SimWire {
    fn send(&self, request: http::Request<Bytes>) -> Answering<'_> {
        Box::pin(self.travel(request))
    }
}
