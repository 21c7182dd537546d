//! `/_emulator/webhooks`: where webhooks go, what became of them, and sending one again.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::Json;
use serde_json::{Map, Value, json};

use super::object;
use crate::emulator::courier::checked_target;
use crate::emulator::error::{ApiError, WEBHOOK_NOT_FOUND};
use crate::emulator::fields::{content, text, tries};
use crate::emulator::records::{Settings, Upsert};
use crate::emulator::{Emulator, outbox, webhook_wire};

/// Targets and deliveries, the oldest first.
pub(super) async fn list(State(emulator): State<Emulator>) -> Json<Value> {
    emulator.view(|ledger| {
        let mut answer = targets(ledger.settings());
        let list: Vec<Value> = ledger.deliveries().iter().map(webhook_wire::delivery).collect();
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("count".to_owned(), Value::from(list.len()));
            answer.insert("webhooks".to_owned(), Value::from(list));
        }
        Json(answer)
    })
}

fn targets(settings: &Settings) -> Value {
    json!({
        "pg": settings.webhook_pg,
        "commerce": settings.webhook_commerce,
        "content_type": settings.webhook_content,
        "tries": settings.webhook_tries,
    })
}

/// What is not named stays as it is; `null` switches a target off. Counts for changes of money from now on.
pub(super) async fn set_targets(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let answer = emulator.change(|ledger, _| {
        let before = ledger.settings();
        let settings = Settings {
            webhook_pg: target(&body, "pg", before.webhook_pg.as_ref())?,
            webhook_commerce: target(&body, "commerce", before.webhook_commerce.as_ref())?,
            webhook_content: content(&body, "content_type")?.unwrap_or(before.webhook_content),
            webhook_tries: tries(&body, "tries")?.unwrap_or(before.webhook_tries),
            ..before.clone()
        };
        Ok::<_, ApiError>((targets(&settings), vec![Upsert::Settings(settings)]))
    })?;
    Ok(Json(answer))
}

fn target(body: &Map<String, Value>, name: &str, before: Option<&String>) -> Result<Option<String>, ApiError> {
    if !body.contains_key(name) {
        return Ok(before.cloned());
    }
    let Some(url) = text(body, name)? else {
        return Ok(None);
    };
    checked_target(&url).map(Some).map_err(|error| ApiError::param(format!("{name}: {error}")))
}

/// Answers the new delivery.
pub(super) async fn resend(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| WEBHOOK_NOT_FOUND)?;
    let again = emulator.change(|ledger, making| {
        let again = outbox::again(ledger.delivery(&id).ok_or(WEBHOOK_NOT_FOUND)?, making);
        Ok::<_, ApiError>((again.clone(), vec![Upsert::Delivery(again)]))
    })?;
    Ok(Json(webhook_wire::delivery(&again)))
}
