//! The PG calls of card keys, charges and reservations (Bootpay C.5 to C.7). Account transfers are `transfer.rs`.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::Json;
use serde_json::{Value, json};

use super::rules::{self, ChargeRefusal};
use super::{intake, wire};
use crate::emulator::commerce::object;
use crate::emulator::error::{
    ApiError, PROCESS_DUPLICATED, RC_CONFIRM_FAILED, RC_NOT_FOUND, RC_NOT_SUBSCRIBE, SUBSCRIBE_BK_EXPIRED,
};
use crate::emulator::fields::needed;
use crate::emulator::records::{BillingKey, Receipt, Reservation, ReserveStanding, Upsert};
use crate::emulator::{Emulator, receipt_wire};

impl From<ChargeRefusal> for ApiError {
    fn from(refusal: ChargeRefusal) -> Self {
        match refusal {
            ChargeRefusal::NoKey => SUBSCRIBE_BK_EXPIRED,
            ChargeRefusal::Declined => RC_CONFIRM_FAILED,
        }
    }
}

/// `POST /v2/request/subscribe`, from a server: a key for a card, at once.
pub(super) async fn issue_card(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let answer = emulator.change(|ledger, making| {
        let (issue, first) = rules::issued(intake::card(&body, making)?, making);
        let answer = wire::billing_key(&issue, first.as_ref(), emulator.writing(ledger));
        Ok::<_, ApiError>((answer, stored(issue, first)))
    })?;
    Ok(Json(answer))
}

pub(super) fn stored(issue: BillingKey, first: Option<Receipt>) -> Vec<Upsert> {
    first.into_iter().map(Upsert::Receipt).chain([Upsert::BillingKey(Box::new(issue))]).collect()
}

/// `GET /v2/subscribe/billing_key/{receipt_id}`
pub(super) async fn by_receipt(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| RC_NOT_FOUND)?;
    emulator.view(|ledger| {
        let Some(issue) = ledger.issue(&id) else {
            return Err(if ledger.receipt(&id).is_some() { RC_NOT_SUBSCRIBE } else { RC_NOT_FOUND });
        };
        let first = issue.first_receipt_id.as_deref().and_then(|id| ledger.receipt(id));
        Ok(Json(wire::billing_key(issue, first, emulator.writing(ledger))))
    })
}

/// `GET /v2/billing_key/{billing_key}`
pub(super) async fn by_key(
    State(emulator): State<Emulator>,
    key: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(key) = key.map_err(|_| RC_NOT_FOUND)?;
    emulator.view(|ledger| {
        let issue = ledger.billing_key(&key).ok_or(RC_NOT_FOUND)?;
        let first = issue.first_receipt_id.as_deref().and_then(|id| ledger.receipt(id));
        Ok(Json(wire::billing_key(issue, first, emulator.writing(ledger))))
    })
}

/// `DELETE /v2/subscribe/billing_key/{billing_key}`. Reservations stay (Bootpay C.5) and fail when they fall due.
pub(super) async fn destroy(
    State(emulator): State<Emulator>,
    key: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(key) = key.map_err(|_| SUBSCRIBE_BK_EXPIRED)?;
    emulator.change(|ledger, making| {
        let issue = rules::living(ledger, &key, making.now).ok_or(SUBSCRIBE_BK_EXPIRED)?;
        let dead = BillingKey { destroyed_at: Some(making.now), ..issue.clone() };
        Ok::<_, ApiError>(((), vec![Upsert::BillingKey(Box::new(dead))]))
    })?;
    Ok(Json(json!({ "billing_key": key })))
}

/// `POST /v2/subscribe/payment`
pub(super) async fn charge(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let answer = emulator.change(|ledger, making| {
        let (key, what) = intake::charge(&body)?;
        let receipt = rules::charge(ledger, &key, what, making)?;
        Ok::<_, ApiError>((receipt_wire::body(&receipt, emulator.writing(ledger)), vec![Upsert::Receipt(receipt)]))
    })?;
    Ok(Json(answer))
}

/// `POST /v2/subscribe/payment/reserve`
pub(super) async fn reserve(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let answer = emulator.change(|ledger, making| {
        let (billing_key, what) = intake::charge(&body)?;
        let execute_at = intake::execute_at(&body, making.now)?;
        rules::living(ledger, &billing_key, making.now).ok_or(SUBSCRIBE_BK_EXPIRED)?;
        if rules::waiting(ledger, &billing_key) >= rules::MOST_RESERVATIONS {
            return Err(ApiError::param("billing_key: 예약은 빌링키 하나에 10건까지 할 수 있습니다."));
        }
        let reservation = Reservation {
            reserve_id: making.hex24(),
            billing_key,
            order_id: what.merchant_order_id,
            order_name: what.name,
            price: what.price,
            tax_free: what.tax_free,
            metadata: what.metadata,
            user: what.user,
            feedback: what.feedback,
            requested_at: making.now,
            execute_at,
            started_at: None,
            revoked_at: None,
            receipt_id: None,
            standing: ReserveStanding::Waiting,
        };
        Ok((wire::reserved(&reservation), vec![Upsert::Reservation(Box::new(reservation))]))
    })?;
    Ok(Json(answer))
}

/// `GET /v2/subscribe/payment/reserve/{reserve_id}`
pub(super) async fn reservation(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| RC_NOT_FOUND)?;
    emulator.view(|ledger| Ok(Json(wire::reservation(ledger.reservation(&id).ok_or(RC_NOT_FOUND)?))))
}

/// `DELETE /v2/subscribe/payment/reserve/{reserve_id}`
pub(super) async fn revoke(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| RC_NOT_FOUND)?;
    emulator.change(|ledger, making| {
        let known = ledger.reservation(&id).ok_or(RC_NOT_FOUND)?;
        if known.standing != ReserveStanding::Waiting {
            return Err(PROCESS_DUPLICATED);
        }
        let revoked = Reservation { standing: ReserveStanding::Revoked, revoked_at: Some(making.now), ..known.clone() };
        Ok::<_, ApiError>(((), vec![Upsert::Reservation(Box::new(revoked))]))
    })?;
    Ok(Json(json!({ "reserve_id": id, "success": true })))
}

/// Every key and every wish for one.
pub(super) async fn all(State(emulator): State<Emulator>) -> Json<Value> {
    emulator.view(|ledger| {
        let how = emulator.writing(ledger);
        let list: Vec<Value> = ledger.billing_keys().iter().map(|issue| wire::listed(issue, how)).collect();
        Json(json!({ "count": list.len(), "list": list }))
    })
}

/// Somebody wants the charges of a key to fail from now on, or to work again.
pub(in crate::emulator) async fn set_declines(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let key = needed(&body, "billing_key")?;
    let Some(declines) = body.get("declines").and_then(Value::as_bool) else {
        return Err(ApiError::param("declines: true 또는 false여야 합니다."));
    };
    let answer = emulator.change(|ledger, _| {
        let issue = BillingKey { declines, ..ledger.billing_key(&key).ok_or(RC_NOT_FOUND)?.clone() };
        Ok::<_, ApiError>((wire::listed(&issue, emulator.writing(ledger)), vec![Upsert::BillingKey(Box::new(issue))]))
    })?;
    Ok(Json(answer))
}
