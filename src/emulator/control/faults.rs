//! `/_emulator/faults`: what shall go wrong.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Json;
use serde_json::{Value, json};

use super::object;
use crate::emulator::Emulator;
use crate::emulator::error::ApiError;

pub(super) async fn list(State(emulator): State<Emulator>) -> Json<Value> {
    Json(json!({ "faults": emulator.store().faults.list() }))
}

/// One more; answers it as it is listed.
pub(super) async fn add(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let asked = object(body)?;
    emulator.store().faults.add(asked).map(Json)
}

pub(super) async fn clear(State(emulator): State<Emulator>) -> Json<Value> {
    emulator.store().faults.clear();
    Json(json!({ "faults": [] }))
}
