//! Billing keys and reservations as JSON (Bootpay C.5, C.7, C.8). Only writes.

use serde_json::{Value, json};

use crate::emulator::receipt_wire;
use crate::emulator::records::{BillingKey, Consent, Content, Method, Receipt, Reservation, ReserveStanding};
use crate::emulator::times;
use crate::emulator::wire::Writing;

/// Symbol and Korean text of a method.
pub(in crate::emulator) fn method(method: Method) -> (&'static str, &'static str) {
    match method {
        Method::Card => ("card", "카드"),
        Method::Transfer => ("bank", "계좌이체"),
    }
}

/// Bootpay C.9: 41 asked for, 11 issued, -11 revoked, -1 failed before there was a key.
fn status(issue: &BillingKey) -> (i32, &'static str) {
    match (&issue.key, issue.consent) {
        (Some(_), _) if issue.destroyed_at.is_some() => (-11, "빌링키 해지"),
        (Some(_), _) => (11, "빌링키 발급완료"),
        (None, Some(Consent::Refused)) => (-1, "빌링키 발급실패"),
        (None, _) => (41, "자동이체 등록요청"),
    }
}

/// The object of an issue and of both look-ups; `billing_key` is absent as long as there is none.
pub(in crate::emulator) fn billing_key(issue: &BillingKey, first: Option<&Receipt>, how: Writing<'_>) -> Value {
    let (number, status_locale) = status(issue);
    let (symbol, method) = method(issue.method);
    let mut body = json!({
        "receipt_id": issue.receipt_id,
        "subscription_id": issue.subscription_id,
        "gateway_url": how.public_url,
        "metadata": issue.metadata.clone().unwrap_or_else(|| json!({})),
        "pg": issue.pg,
        "method": method,
        "method_symbol": symbol,
        "method_origin": method,
        "method_origin_symbol": symbol,
        "requested_at": times::seoul(issue.requested_at),
        "published_at": issue.published_at.map(times::seoul),
        "billing_expire_at": times::seoul(issue.expires_at),
        "billing_data": billing_data(issue),
        "receipt_data": first.map(|receipt| receipt_wire::body(receipt, how)),
        "status": number,
        "status_locale": status_locale,
        "sandbox": true,
    });
    if let (Some(body), Some(key)) = (body.as_object_mut(), &issue.key) {
        body.insert("billing_key".to_owned(), Value::from(key.clone()));
    }
    body
}

fn billing_data(issue: &BillingKey) -> Value {
    match issue.method {
        Method::Card => json!({
            "card_no": issue.number,
            "card_company": issue.company,
            "card_company_code": issue.company_code,
            "card_type": "신용",
        }),
        Method::Transfer => json!({
            "bank_account": issue.number,
            "bank_name": issue.company,
            "bank_code": issue.company_code,
        }),
    }
}

/// What a publish answers: the object with the number that the project has chosen (Bootpay H-10).
pub(in crate::emulator) fn published(issue: &BillingKey, first: Option<&Receipt>, how: Writing<'_>) -> Value {
    let mut body = billing_key(issue, first, how);
    if let (Some(body), false) = (body.as_object_mut(), how.shapes.published_is_issued) {
        body.insert("status".to_owned(), Value::from(1));
    }
    body
}

/// The control calls' list: also who refuses.
pub(in crate::emulator) fn listed(issue: &BillingKey, how: Writing<'_>) -> Value {
    let first = issue.first_receipt_id.as_deref().and_then(|id| how.ledger.receipt(id));
    let mut body = billing_key(issue, first, how);
    if let Some(body) = body.as_object_mut() {
        body.insert("declines".to_owned(), Value::Bool(issue.declines));
    }
    body
}

/// What making a reservation answers.
pub(in crate::emulator) fn reserved(reservation: &Reservation) -> Value {
    json!({
        "reserve_id": reservation.reserve_id,
        "reserve_execute_at": times::seoul(reservation.execute_at),
    })
}

/// Bootpay's numbers of the states are unknown; these are this emulator's own.
fn reserve_status(standing: ReserveStanding) -> i32 {
    match standing {
        ReserveStanding::Waiting => 0,
        ReserveStanding::Done => 1,
        ReserveStanding::Failed => -1,
        ReserveStanding::Revoked => 20,
    }
}

pub(in crate::emulator) fn reservation(reservation: &Reservation) -> Value {
    let content = reservation.feedback.as_ref().and_then(|feedback| feedback.content).unwrap_or(Content::Json);
    let mut body = json!({
        "reserve_id": reservation.reserve_id,
        "order_id": reservation.order_id,
        "price": reservation.price,
        "tax_free": reservation.tax_free,
        "order_name": reservation.order_name,
        "user": reservation.user,
        "metadata": reservation.metadata,
        "feedback_url": reservation.feedback.as_ref().map(|feedback| &feedback.url),
        "content_type": crate::emulator::webhook_wire::content_type(content),
        "version": "5.0.0",
        "extra": null,
        "reserve_requested_at": times::seoul(reservation.requested_at),
        "reserve_execute_at": times::seoul(reservation.execute_at),
        "reserve_started_at": reservation.started_at.map(times::seoul),
        "reserve_finished_at": reservation.started_at.map(times::seoul),
        "reserve_revoked_at": reservation.revoked_at.map(times::seoul),
        "status": reserve_status(reservation.standing),
    });
    if let (Some(body), Some(receipt_id)) = (body.as_object_mut(), &reservation.receipt_id) {
        body.insert("receipt_id".to_owned(), Value::from(receipt_id.clone()));
    }
    body
}
