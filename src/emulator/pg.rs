//! The PG API: receipts, cancels, approvals (Bootpay C.2, C.3, C.4).

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Json;
use serde_json::{Map, Value};

use super::commerce::object;
use super::error::{
    ApiError, RC_ALREADY_CANCELLED, RC_CANCEL_OVER, RC_NOT_CANCELLABLE, RC_NOT_CONFIRM_READY, RC_NOT_FOUND,
    RC_REFUND_REQUIRED,
};
use super::fields::{integer, text};
use super::listing::Query;
use super::records::{ReceiptStatus, Upsert};
use super::rules::{self, CancelAsk, CancelRefusal};
use super::{Emulator, receipt_wire};

pub(super) async fn receipt(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| RC_NOT_FOUND)?;
    let with_user = Query::parse(uri.query()).get("lookup_user_data") == Some("true");
    emulator.view(|ledger| {
        let receipt = ledger.receipt(&id).ok_or(RC_NOT_FOUND)?;
        let mut body = receipt_wire::body(receipt, emulator.writing(ledger));
        if with_user && let (Some(body), Some(user)) = (body.as_object_mut(), &receipt.user) {
            body.insert("user".to_owned(), user.clone());
        }
        Ok(Json(body))
    })
}

fn refused(refusal: CancelRefusal) -> ApiError {
    match refusal {
        CancelRefusal::Already => RC_ALREADY_CANCELLED,
        CancelRefusal::Over => RC_CANCEL_OVER,
        CancelRefusal::NotCancellable => RC_NOT_CANCELLABLE,
        CancelRefusal::RefundUnknown => RC_REFUND_REQUIRED,
        CancelRefusal::BadAmount => {
            ApiError::param("cancel_price: 1 이상의 정수, cancel_tax_free: 그 이하여야 합니다.")
        }
    }
}

pub(super) async fn cancel(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let id = text(&body, "receipt_id")?.ok_or_else(|| ApiError::param("receipt_id: 필수 값입니다."))?;
    let ask = CancelAsk {
        price: integer(&body, "cancel_price")?,
        tax_free: integer(&body, "cancel_tax_free")?,
        cancel_id: text(&body, "cancel_id")?,
        requester: text(&body, "cancel_username")?,
        message: text(&body, "cancel_message")?,
        refund_known: body.get("refund").and_then(Value::as_object).is_some_and(names_an_account),
    };
    let answer = emulator.change(|ledger, making| {
        let receipt = ledger.receipt(&id).ok_or(RC_NOT_FOUND)?;
        let ((_, receipt), change) = rules::cancel(ledger, receipt, ask, making).map_err(refused)?;
        Ok::<_, ApiError>((receipt_wire::body(&receipt, emulator.writing(ledger)), change))
    })?;
    Ok(Json(answer))
}

fn names_an_account(refund: &Map<String, Value>) -> bool {
    let given = |name: &str| text(refund, name).is_ok_and(|text| text.is_some());
    given("bank_account") && given("bank_username") && given("bank_code")
}

pub(super) async fn confirm(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let id = text(&body, "receipt_id")?.ok_or_else(|| ApiError::param("receipt_id: 필수 값입니다."))?;
    let answer = emulator.change(|ledger, making| {
        let receipt = ledger.receipt(&id).ok_or(RC_NOT_FOUND)?;
        let paid = rules::paid(receipt, ReceiptStatus::AwaitingConfirm, making.now).ok_or(RC_NOT_CONFIRM_READY)?;
        Ok::<_, ApiError>((receipt_wire::body(&paid, emulator.writing(ledger)), vec![Upsert::Receipt(paid)]))
    })?;
    Ok(Json(answer))
}
