//! Account transfers (Bootpay C.8): asked for, consented to by the customer, published. The customer's call, which no
//! API knows, is a control call.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Json;
use serde_json::Value;

use super::api::stored;
use super::rules::{self, NotReady};
use super::{intake, wire};
use crate::emulator::Emulator;
use crate::emulator::commerce::object;
use crate::emulator::error::{
    ApiError, PROCESS_DUPLICATED, RC_NOT_FOUND, RC_NOT_SUBSCRIBE, SUBSCRIBE_PUBLISH_NOT_READY, SUBSCRIBE_REQUEST_FAILED,
};
use crate::emulator::fields::needed;
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{BillingKey, Upsert};

/// Step 1: status 41 and no key yet.
pub(super) async fn ask(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let answer = emulator.change(|ledger, making| {
        let wish = intake::transfer(&body, making)?;
        let answer = wire::billing_key(&wish, None, emulator.writing(ledger));
        Ok::<_, ApiError>((answer, vec![Upsert::BillingKey(Box::new(wish))]))
    })?;
    Ok(Json(answer))
}

fn wish<'a>(ledger: &'a Ledger, id: &str) -> Result<&'a BillingKey, ApiError> {
    match ledger.issue(id) {
        Some(wish) if wish.consent.is_some() => Ok(wish),
        None if ledger.receipt(id).is_none() => Err(RC_NOT_FOUND),
        _ => Err(RC_NOT_SUBSCRIBE),
    }
}

/// Step 2, which merchants repeat until the customer has consented.
pub(super) async fn publish(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let id = needed(&body, "receipt_id")?;
    let answer = emulator.change(|ledger, making| {
        let how = emulator.writing(ledger);
        let before = wish(ledger, &id)?;
        let (issue, paid) = rules::published(before, making).map_err(|why| match why {
            NotReady::Waiting if !how.shapes.not_ready_is_stale => SUBSCRIBE_REQUEST_FAILED,
            _ => SUBSCRIBE_PUBLISH_NOT_READY,
        })?;
        let known = issue.first_receipt_id.as_deref().and_then(|id| ledger.receipt(id));
        let answer = wire::published(&issue, paid.as_ref().or(known), how);
        let change = if before.key.is_some() { Vec::new() } else { stored(issue, paid) };
        Ok::<_, ApiError>((answer, change))
    })?;
    Ok(Json(answer))
}

/// `POST /_emulator/ars {receipt_id, outcome}`: the customer's call ends so. Who failed may call again, as long as the
/// time for it lasts.
pub(in crate::emulator) async fn consent(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let id = needed(&body, "receipt_id")?;
    let consent = intake::consent(&body)?;
    let answer = emulator.change(|ledger, making| {
        let wish = wish(ledger, &id)?;
        if wish.key.is_some() {
            return Err(PROCESS_DUPLICATED);
        }
        if rules::consent_is_over(wish, making.now) {
            return Err(SUBSCRIBE_PUBLISH_NOT_READY);
        }
        let wish = BillingKey { consent: Some(consent), ..wish.clone() };
        let answer = wire::billing_key(&wish, None, emulator.writing(ledger));
        Ok::<_, ApiError>((answer, vec![Upsert::BillingKey(Box::new(wish))]))
    })?;
    Ok(Json(answer))
}
