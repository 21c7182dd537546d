//! What the console's forms do: each is turned into the JSON of a control call, and leads back to the page.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value, json};

use super::super::{cancel, clock, deposit, faults, shapes, webhooks};
use crate::emulator::error::{ApiError, BODY_TOO_LARGE, NOT_FOUND};
use crate::emulator::{Emulator, billing, urlencoded};

/// `POST /_emulator/console/{act}`
pub(super) async fn act(
    State(emulator): State<Emulator>,
    act: Result<Path<String>, PathRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let done = match (act, body) {
        (Ok(Path(act)), Ok(body)) => carried_out(emulator, &act, &body).await,
        (Err(_), _) => Err(NOT_FOUND),
        (_, Err(_)) => Err(BODY_TOO_LARGE),
    };
    match done {
        Ok(section) => Redirect::to(&format!("/_emulator#{section}")).into_response(),
        Err(error) => {
            let text = format!("{} ({})", error.message, error.code);
            Redirect::to(&format!("/_emulator?error={}", urlencoded::encode(&text))).into_response()
        }
    }
}

/// Answers the section to go back to.
async fn carried_out(emulator: Emulator, act: &str, form: &[u8]) -> Result<&'static str, ApiError> {
    let fields = urlencoded::parse(form);
    let body = || Ok(Bytes::from(Value::Object(meant(&fields)).to_string()));
    let state = State(emulator.clone());
    Ok(match act {
        "clock" => clock::set_clock(state, body()).await.map(|_| "clock")?,
        "clock-back" => {
            let now = emulator.shared.clock.now().get();
            let body = Bytes::from(json!({ "set": now }).to_string());
            clock::set_clock(state, Ok(body)).await.map(|_| "clock")?
        }
        "reset" => emulator.reset().map(|()| "orders")?,
        "deposit" => deposit(state, body()).await.map(|_| "orders")?,
        "cancel" => cancel(state, body()).await.map(|_| "orders")?,
        "ars" => billing::consent(state, body()).await.map(|_| "keys")?,
        "declines" => billing::set_declines(state, body()).await.map(|_| "keys")?,
        "targets" => {
            // Here a blank field is an address that was taken away.
            let mut targets = meant(&fields);
            for name in ["pg", "commerce"] {
                targets.entry(name).or_insert(Value::Null);
            }
            let body = Bytes::from(Value::Object(targets).to_string());
            webhooks::set_targets(state, Ok(body)).await.map(|_| "webhooks")?
        }
        "resend" => {
            let id = urlencoded::value(&fields, "id").unwrap_or_default().to_owned();
            webhooks::resend(state, Ok(Path(id))).await.map(|_| "webhooks")?
        }
        "fault" => {
            let mut wish = meant(&fields);
            // The form has both fields; a webhook that was chosen is meant.
            if wish.contains_key("event") {
                wish.remove("route");
            }
            let body = Bytes::from(Value::Object(wish).to_string());
            faults::add(state, Ok(body)).await.map(|_| "faults")?
        }
        "faults-clear" => {
            emulator.store().faults.clear();
            "faults"
        }
        "settings" => shapes::set(state, body()).await.map(|_| "settings")?,
        _ => return Err(NOT_FOUND),
    })
}

/// Fields of those names whose values are numbers or booleans; everything else is text.
const NUMBERS: [&str; 4] = ["advance_ms", "times", "ms", "set"];

/// A form as JSON; blank fields are absent.
fn meant(fields: &[(String, String)]) -> Map<String, Value> {
    let value = |name: &str, text: &str| match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if NUMBERS.contains(&name) => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        _ => Value::from(text),
    };
    let filled = fields.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| (name.clone(), value(name, text))).collect()
}
