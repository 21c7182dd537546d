//! `/_emulator/settings`: how answers are written where Bootpay's documents contradict each other.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Json;
use serde_json::{Map, Value, json};

use super::object;
use crate::emulator::Emulator;
use crate::emulator::error::ApiError;
use crate::emulator::fields::integer;
use crate::emulator::records::{ContractsShape, Settings, Shapes, Upsert};

/// The longest gap that makes sense: answers are forgotten after a day.
const LONGEST_GAP_MS: i64 = 24 * 60 * 60 * 1000;

const NAMES: [&str; 8] = [
    "partial_cancel_status",
    "statuses",
    "error_body",
    "order_subscriptions",
    "published_status",
    "not_ready_error",
    "list_items",
    "idempotency_gap_ms",
];

/// What each setting may be, the usual one first; the console offers these.
pub(super) const CHOICES: [(&str, &[&str]); 7] = [
    ("partial_cancel_status", &["1", "20"]),
    ("statuses", &["string", "integer"]),
    ("error_body", &["name", "number"]),
    ("order_subscriptions", &["array", "object", "null"]),
    ("published_status", &["1", "11"]),
    ("not_ready_error", &["SUBSCRIBE_REQUEST_FAILED", "SUBSCRIBE_PUBLISH_NOT_READY"]),
    ("list_items", &["whole", "lean"]),
];

pub(super) async fn show(State(emulator): State<Emulator>) -> Json<Value> {
    Json(written(&emulator.view(|ledger| ledger.settings().clone())))
}

/// What is not named stays as it is.
pub(super) async fn set(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    if let Some(name) = body.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(ApiError::param(format!("{name}: 모르는 항목입니다. ({})", NAMES.join(", "))));
    }
    let settings = emulator.change(|ledger, _| {
        let settings = wanted(ledger.settings(), &body)?;
        Ok::<_, ApiError>((settings.clone(), vec![Upsert::Settings(settings)]))
    })?;
    Ok(Json(written(&settings)))
}

fn wanted(before: &Settings, body: &Map<String, Value>) -> Result<Settings, ApiError> {
    let shapes = before.shapes;
    let is_second = |name: &str, known: bool| Ok::<_, ApiError>(choice(body, name)?.map_or(known, |place| place == 1));
    let gap = integer(body, "idempotency_gap_ms")?.unwrap_or(before.idempotency_gap_ms);
    if !(0..=LONGEST_GAP_MS).contains(&gap) {
        return Err(ApiError::param("idempotency_gap_ms: 0 이상, 하루 이하의 밀리초 정수여야 합니다."));
    }
    Ok(Settings {
        shapes: Shapes {
            partial_is_cancelled: is_second("partial_cancel_status", shapes.partial_is_cancelled)?,
            numbers: is_second("statuses", shapes.numbers)?,
            error_numbers: is_second("error_body", shapes.error_numbers)?,
            order_subscriptions: match choice(body, "order_subscriptions")? {
                None => shapes.order_subscriptions,
                Some(0) => ContractsShape::Array,
                Some(1) => ContractsShape::Object,
                Some(_) => ContractsShape::Null,
            },
            published_is_issued: is_second("published_status", shapes.published_is_issued)?,
            not_ready_is_stale: is_second("not_ready_error", shapes.not_ready_is_stale)?,
            lists_are_lean: is_second("list_items", shapes.lists_are_lean)?,
        },
        idempotency_gap_ms: gap,
        ..before.clone()
    })
}

/// Which of its choices a body names, as text or as number.
fn choice(body: &Map<String, Value>, name: &str) -> Result<Option<usize>, ApiError> {
    let asked = match body.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let known = CHOICES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, choices)| *choices);
    let place = known.iter().position(|one| *one == asked);
    place.map(Some).ok_or_else(|| ApiError::param(format!("{name}: {} 가운데 하나여야 합니다.", known.join(", "))))
}

pub(super) fn written(settings: &Settings) -> Value {
    let shapes = settings.shapes;
    json!({
        "partial_cancel_status": if shapes.partial_is_cancelled { 20 } else { 1 },
        "statuses": if shapes.numbers { "integer" } else { "string" },
        "error_body": if shapes.error_numbers { "number" } else { "name" },
        "order_subscriptions": shapes.order_subscriptions,
        "published_status": if shapes.published_is_issued { 11 } else { 1 },
        "not_ready_error":
            if shapes.not_ready_is_stale { "SUBSCRIBE_PUBLISH_NOT_READY" } else { "SUBSCRIBE_REQUEST_FAILED" },
        "list_items": if shapes.lists_are_lean { "lean" } else { "whole" },
        "idempotency_gap_ms": settings.idempotency_gap_ms,
    })
}
