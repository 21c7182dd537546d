//! Who may call: Basic with the key pair, or Bearer with a token (Bootpay A.4, A.5), on both APIs.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::commerce::object;
use super::error::{APP_KEY_NOT_FOUND, APP_SK_NOT_MATCHED, ApiError, BODY_TOO_LARGE, TOKEN_INVALID, TOKEN_KEY_INVALID};
use super::fields::needed;
use super::records::{Token, Upsert};
use super::{Emulator, times};
use crate::domain::time::UnixMs;

const TOKEN_LIFE_MS: i64 = 30 * 60 * 1000;
/// A token younger than this is given again.
const TOKEN_SAME_MS: i64 = 25 * 60 * 1000;

/// Middleware: lets only valid credentials through.
pub(super) async fn require(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    match check(&emulator, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

pub(super) fn check(emulator: &Emulator, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(header) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return Err(TOKEN_KEY_INVALID);
    };
    match header.split_once(' ') {
        Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => basic(emulator, pair.trim()),
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            let now = emulator.now();
            let good = |known: &Token| known.access_token == token.trim() && age(known, now) < TOKEN_LIFE_MS;
            if emulator.view(|ledger| ledger.token().is_some_and(good)) { Ok(()) } else { Err(TOKEN_INVALID) }
        }
        _ => Err(TOKEN_KEY_INVALID),
    }
}

/// `POST /v2/request/user/token`, for Bearer alone (Bootpay A.5). Nothing here asks for the token again; how long the
/// real one lives is unknown.
pub(super) async fn user_token(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let scheme = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|all| all.split_once(' '));
    if !scheme.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
        return Err(TOKEN_KEY_INVALID);
    }
    needed(&object(body)?, "user_id")?;
    let now = emulator.now();
    let mut bytes = [0_u8; 32];
    emulator.shared.ids.fill(&mut bytes);
    Ok(Json(json!({
        "user_token": URL_SAFE_NO_PAD.encode(bytes),
        "expired_at": times::seoul(now.plus_ms(TOKEN_LIFE_MS)),
    })))
}

/// `POST /v1/request/token` and `/v2/request/token`: keys by Basic, by JSON, or both; those that are given must be
/// right. The PG's older names for them are taken too.
pub(super) async fn request_token(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = body.map_err(|_| BODY_TOO_LARGE)?;
    let fields: Value = if body.trim_ascii().is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).map_err(|_| ApiError::param("JSON 본문을 읽을 수 없습니다."))?
    };
    let field = |name: &str| fields.get(name).and_then(Value::as_str);
    let by_header = headers.contains_key(AUTHORIZATION);
    let by_body = fields.get("client_key").is_some() || fields.get("secret_key").is_some();
    let by_old_names = fields.get("application_id").is_some() || fields.get("private_key").is_some();
    if by_header {
        check(&emulator, &headers)?;
    }
    if by_old_names {
        old_keys(&emulator, field("application_id").unwrap_or_default(), field("private_key").unwrap_or_default())?;
    } else if by_body || !by_header {
        keys(&emulator, field("client_key").unwrap_or_default(), field("secret_key").unwrap_or_default())?;
    }
    let token = emulator.change(|ledger, making| {
        if let Some(known) = ledger.token().filter(|known| age(known, making.now) < TOKEN_SAME_MS) {
            return Ok::<_, ApiError>((known.clone(), Vec::new()));
        }
        let mut bytes = [0_u8; 32];
        making.ids.fill(&mut bytes);
        let token = Token { access_token: URL_SAFE_NO_PAD.encode(bytes), issued_at: making.now };
        Ok((token.clone(), vec![Upsert::Token(token)]))
    })?;
    let left_ms = TOKEN_LIFE_MS.saturating_sub(age(&token, emulator.now()));
    Ok(Json(json!({ "access_token": token.access_token, "expire_in": left_ms / 1000 })))
}

/// A clock that was set back must not make a token live for ever.
fn age(token: &Token, now: UnixMs) -> i64 {
    match now.since_ms(token.issued_at) {
        age if age < 0 => TOKEN_LIFE_MS,
        age => age,
    }
}

fn basic(emulator: &Emulator, pair: &str) -> Result<(), ApiError> {
    let pair = STANDARD.decode(pair).ok().and_then(|pair| String::from_utf8(pair).ok()).unwrap_or_default();
    let (client_key, secret_key) = pair.split_once(':').ok_or(TOKEN_KEY_INVALID)?;
    keys(emulator, client_key, secret_key)
}

/// The keys under the names of Bootpay A.3, with the errors of their own.
fn old_keys(emulator: &Emulator, application_id: &str, private_key: &str) -> Result<(), ApiError> {
    if application_id != emulator.shared.client_key {
        return Err(APP_KEY_NOT_FOUND);
    }
    if private_key == emulator.shared.secret_key { Ok(()) } else { Err(APP_SK_NOT_MATCHED) }
}

fn keys(emulator: &Emulator, client_key: &str, secret_key: &str) -> Result<(), ApiError> {
    let shared = &emulator.shared;
    if client_key == shared.client_key && secret_key == shared.secret_key { Ok(()) } else { Err(TOKEN_KEY_INVALID) }
}
