//! `/_emulator/clock`: the emulator's own time.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Json;
use serde_json::{Map, Value, json};

use super::object;
use crate::domain::time::UnixMs;
use crate::emulator::error::ApiError;
use crate::emulator::fields::integer;
use crate::emulator::records::{Settings, Upsert};
use crate::emulator::{Emulator, times};

/// The end of the year 9999; later instants can't be written.
const LAST_MS: i64 = 253_402_300_799_000;

pub(super) async fn clock(State(emulator): State<Emulator>) -> Json<Value> {
    let (now, settings) = emulator.view(|ledger| (emulator.now_in(ledger), ledger.settings().clone()));
    Json(shown(now, &settings))
}

/// `{"advance_ms": n}` goes forward; only `{"set": unix_ms}` can go back.
pub(super) async fn set_clock(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let wanted = wanted(&body)?;
    let answer = emulator.change(|ledger, making| {
        let now = match wanted {
            Wanted::Later(ms) => making.now.plus_ms(ms),
            Wanted::At(at) => at,
        };
        if !(0..=LAST_MS).contains(&now.get()) {
            return Err(ApiError::param("advance_ms, set: 1970년부터 9999년 사이여야 합니다."));
        }
        let before = ledger.settings();
        let offset = before.clock_offset_ms.saturating_add(now.since_ms(making.now));
        let settings = Settings { clock_offset_ms: offset, ..before.clone() };
        Ok((shown(now, &settings), vec![Upsert::Settings(settings)]))
    })?;
    // What fell due on the way has happened when the call returns.
    emulator.catch_up();
    Ok(Json(answer))
}

fn shown(now: UnixMs, settings: &Settings) -> Value {
    json!({ "now": now.get(), "at": times::seoul(now), "offset_ms": settings.clock_offset_ms })
}

#[derive(Clone, Copy)]
enum Wanted {
    Later(i64),
    At(UnixMs),
}

fn wanted(body: &Map<String, Value>) -> Result<Wanted, ApiError> {
    match (integer(body, "advance_ms")?, integer(body, "set")?) {
        (Some(ms), None) if ms >= 0 => Ok(Wanted::Later(ms)),
        (None, Some(at)) => Ok(Wanted::At(UnixMs::new(at))),
        _ => Err(ApiError::param("advance_ms(0 이상) 또는 set(유닉스 밀리초) 하나가 필요합니다.")),
    }
}
