//! What may happen to a billing key: issuing, the customer's consent, charging, reserving, destroying. Pure: reads the
//! ledger, answers the records as they shall be.

use crate::domain::time::UnixMs;
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{
    BillingKey, Consent, Feedback, PaidBy, Receipt, ReceiptStatus, Reservation, ReserveStanding, Upsert,
};
use crate::emulator::rules::Making;

/// How long a customer may take to consent to an account transfer.
const CONSENT_LIFE_MS: i64 = 30 * 60 * 1000;
/// Reservations that may wait for one key (Bootpay C.7).
pub(in crate::emulator) const MOST_RESERVATIONS: usize = 10;

/// What is to be paid with a key.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Charge {
    /// Bootpay's order, empty if there is none.
    pub order_id: String,
    pub merchant_order_id: String,
    pub name: String,
    pub price: i64,
    pub tax_free: i64,
    pub metadata: Option<serde_json::Value>,
    pub user: Option<serde_json::Value>,
    pub feedback: Option<Feedback>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum ChargeRefusal {
    /// Unknown, destroyed or over.
    NoKey,
    Declined,
}

/// The issued key that still lives.
pub(in crate::emulator) fn living<'a>(ledger: &'a Ledger, key: &str, now: UnixMs) -> Option<&'a BillingKey> {
    ledger.billing_key(key).filter(|issue| issue.destroyed_at.is_none() && now < issue.expires_at)
}

/// One attempt (Bootpay C.6). The receipt is not in the ledger yet.
pub(in crate::emulator) fn charge(
    ledger: &Ledger,
    key: &str,
    what: Charge,
    making: &Making<'_>,
) -> Result<Receipt, ChargeRefusal> {
    let issue = living(ledger, key, making.now).ok_or(ChargeRefusal::NoKey)?;
    if issue.declines { Err(ChargeRefusal::Declined) } else { Ok(paid(issue, key, what, making)) }
}

fn paid(issue: &BillingKey, key: &str, what: Charge, making: &Making<'_>) -> Receipt {
    Receipt {
        receipt_id: making.hex24(),
        order_id: what.order_id,
        merchant_order_id: what.merchant_order_id,
        name: what.name,
        price: what.price,
        tax_free: what.tax_free,
        cancelled_price: 0,
        cancelled_tax_free: 0,
        status: ReceiptStatus::Paid,
        account: None,
        metadata: what.metadata,
        user: what.user,
        requested_at: making.now,
        purchased_at: Some(making.now),
        cancelled_at: None,
        paid_by: Some(PaidBy {
            billing_key: key.to_owned(),
            method: issue.method,
            company: issue.company.clone(),
            company_code: issue.company_code.clone(),
            number: issue.number.clone(),
        }),
        feedback: what.feedback,
    }
}

/// Gives a wish its key, and makes the first payment if one was asked for.
pub(in crate::emulator) fn issued(wish: BillingKey, making: &Making<'_>) -> (BillingKey, Option<Receipt>) {
    let key = making.hex24();
    let issue = BillingKey { key: Some(key.clone()), published_at: Some(making.now), ..wish };
    let first = (issue.price > 0).then(|| {
        let what = Charge {
            order_id: String::new(),
            merchant_order_id: issue.subscription_id.clone(),
            name: issue.order_name.clone(),
            price: issue.price,
            tax_free: issue.tax_free,
            metadata: issue.metadata.clone(),
            user: issue.user.clone(),
            feedback: None,
        };
        paid(&issue, &key, what, making)
    });
    let first_receipt_id = first.as_ref().map(|receipt| receipt.receipt_id.clone());
    (BillingKey { first_receipt_id, ..issue }, first)
}

/// Why a transfer's key can't be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum NotReady {
    /// The customer has not consented yet.
    Waiting,
    /// The customer refused, or the time for it is over.
    Stale,
}

pub(in crate::emulator) fn consent_is_over(issue: &BillingKey, now: UnixMs) -> bool {
    now.since_ms(issue.requested_at) >= CONSENT_LIFE_MS
}

/// The second step of an account transfer. Once there is a key, it answers the same again.
pub(in crate::emulator) fn published(
    issue: &BillingKey,
    making: &Making<'_>,
) -> Result<(BillingKey, Option<Receipt>), NotReady> {
    if issue.key.is_some() {
        return Ok((issue.clone(), None));
    }
    match issue.consent {
        Some(Consent::Given) | None => Ok(issued(issue.clone(), making)),
        Some(Consent::Waiting) if !consent_is_over(issue, making.now) => Err(NotReady::Waiting),
        Some(Consent::Waiting | Consent::Refused) => Err(NotReady::Stale),
    }
}

/// How many reservations of a key wait.
pub(in crate::emulator) fn waiting(ledger: &Ledger, key: &str) -> usize {
    let waits = |one: &&Reservation| one.billing_key == key && one.standing == ReserveStanding::Waiting;
    ledger.reservations().iter().filter(waits).count()
}

/// A reservation's time has come. One attempt, as with a charge.
pub(in crate::emulator) fn execute(ledger: &Ledger, id: &str, making: &Making<'_>) -> Vec<Upsert> {
    let Some(reservation) = ledger.reservation(id) else { return Vec::new() };
    let what = Charge {
        order_id: String::new(),
        merchant_order_id: reservation.order_id.clone(),
        name: reservation.order_name.clone(),
        price: reservation.price,
        tax_free: reservation.tax_free,
        metadata: reservation.metadata.clone(),
        user: reservation.user.clone(),
        feedback: reservation.feedback.clone(),
    };
    let receipt = charge(ledger, &reservation.billing_key, what, making).ok();
    let standing = if receipt.is_some() { ReserveStanding::Done } else { ReserveStanding::Failed };
    let over = Reservation {
        started_at: Some(making.now),
        receipt_id: receipt.as_ref().map(|receipt| receipt.receipt_id.clone()),
        standing,
        ..reservation.clone()
    };
    receipt.into_iter().map(Upsert::Receipt).chain([Upsert::Reservation(Box::new(over))]).collect()
}
