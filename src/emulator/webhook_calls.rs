//! The calls of both APIs that want a webhook sent: Commerce's test and the PG's once more (Bootpay B.9, D.1).

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::{Json, Response};
use serde_json::{Value, json};

use super::commerce::{object, object_or_nothing};
use super::error::{ApiError, RC_NOT_FOUND};
use super::fields::{content, needed};
use super::records::{Content, Upsert};
use super::{Emulator, announce};

fn no_target() -> ApiError {
    ApiError::param("등록된 웹훅 주소가 없습니다.")
}

/// `POST /v1/webhook/test`
pub(super) async fn test(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |ledger, making| {
        let body = object_or_nothing(body)?;
        let test = announce::test(ledger, content(&body, "header_content_type")?, making).ok_or_else(no_target)?;
        let answer = json!({
            "webhook_url": test.target,
            "header_content_type": if test.content == Content::Json { 2 } else { 1 },
            "requested_at": super::times::utc(making.now),
        });
        Ok((answer, vec![Upsert::Delivery(test)]))
    })
}

/// `POST /v2/request/webhook`: the receipt as it is now. The answer's shape is not documented.
pub(super) async fn again(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let id = needed(&object(body)?, "receipt_id")?;
    emulator.change(|ledger, making| {
        let receipt = ledger.receipt(&id).ok_or(RC_NOT_FOUND)?;
        let again = announce::told_again(ledger, receipt, making, emulator.writing(ledger)).ok_or_else(no_target)?;
        Ok::<_, ApiError>(((), vec![Upsert::Delivery(again)]))
    })?;
    Ok(Json(json!({ "receipt_id": id })))
}
