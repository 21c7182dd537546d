//! Payments that wait for a person, with the order and the payment that the question is about.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{OrderId, OrderNumber, RowId};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Disposition, MoneyState, ReviewReason};
use crate::domain::review::Decision;
use crate::domain::time::UnixMs;

/// One question to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub id: RowId,
    pub reason: ReviewReason,
    pub created_at: UnixMs,
    pub order_id: OrderId,
    pub number: OrderNumber,
    /// What the order sells.
    pub name: String,
    pub money: MoneyState,
    pub price: Amount,
    pub payment_id: RowId,
    pub disposition: Disposition,
    /// `None` when the provider's amount could not be read.
    pub captured: Option<Amount>,
    pub receipt_id: String,
    pub provider_order_number: Option<String>,
    pub method: Option<String>,
    /// The provider's symbol of the method.
    pub method_symbol: Option<String>,
    pub receipt_url: Option<String>,
    pub paid_at: Option<UnixMs>,
    /// How it was settled, once it is.
    pub resolution: Option<Resolution>,
}

/// How a question was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    pub at: UnixMs,
    /// None when it answered itself.
    pub decision: Option<Decision>,
    /// Who of the staff decided.
    pub by: Option<String>,
    /// What they wrote about it.
    pub note: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    reason: String,
    created_at: i64,
    resolved_at: Option<i64>,
    decision: Option<String>,
    decided_by: Option<String>,
    note: String,
    order_id: String,
    number: String,
    name: String,
    money_state: String,
    total_krw: i64,
    tax_free_krw: i64,
    payment_id: String,
    disposition: String,
    captured_krw: Option<i64>,
    captured_tax_free_krw: Option<i64>,
    receipt_id: String,
    provider_order_number: Option<String>,
    method: Option<String>,
    method_symbol: Option<String>,
    receipt_url: Option<String>,
    paid_at: Option<i64>,
}

fn amount(total: i64, tax_free: i64) -> Result<Amount, StoreError> {
    stored(Amount::new(stored(Krw::new(total))?, stored(Krw::new(tax_free))?))
}

impl TryFrom<Row> for Review {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let decision = row.decision.map(|word| Decision::parse(&word)).transpose()?;
        let resolution =
            row.resolved_at.map(|at| Resolution { at: UnixMs::new(at), decision, by: row.decided_by, note: row.note });
        let captured = row.captured_krw.zip(row.captured_tax_free_krw);
        Ok(Self {
            id: stored(RowId::parse(&row.id))?,
            reason: ReviewReason::parse(&row.reason)?,
            created_at: UnixMs::new(row.created_at),
            order_id: stored(OrderId::parse(&row.order_id))?,
            number: OrderNumber::stored(row.number),
            name: row.name,
            money: MoneyState::parse(&row.money_state)?,
            price: amount(row.total_krw, row.tax_free_krw)?,
            payment_id: stored(RowId::parse(&row.payment_id))?,
            disposition: Disposition::parse(&row.disposition)?,
            captured: captured.map(|(total, free)| amount(total, free)).transpose()?,
            receipt_id: row.receipt_id,
            provider_order_number: row.provider_order_number,
            method: row.method,
            method_symbol: row.method_symbol,
            receipt_url: row.receipt_url,
            paid_at: row.paid_at.map(UnixMs::new),
            resolution,
        })
    }
}

macro_rules! select_review {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.reason, r.created_at, r.resolved_at, r.decision, r.decided_by, r.note, r.order_id, ",
            "o.number, o.name, o.money_state, o.total_krw, o.tax_free_krw, r.payment_id, p.disposition, ",
            "p.captured_krw, p.captured_tax_free_krw, p.receipt_id, p.provider_order_number, p.method, p.method_symbol, ",
            "p.receipt_url, p.paid_at FROM review_items r JOIN orders o ON o.id = r.order_id ",
            "JOIN payments p ON p.id = r.payment_id ",
            $tail
        )
    };
}

pub async fn find(tx: &mut Tx, id: &RowId) -> Result<Option<Review>, StoreError> {
    let row = query!(optional tx, Row, select_review!("WHERE r.id = $1"), id.as_str())?;
    row.map(Review::try_from).transpose()
}

/// Up to `most` open questions, those that wait longest first, of one order where one is named; `after` is an
/// age and, among equals, an id.
pub async fn open(
    tx: &mut Tx,
    order: Option<&OrderId>,
    after: Option<(UnixMs, &RowId)>,
    most: i64,
) -> Result<Vec<Review>, StoreError> {
    const SQL: &str = select_review!(
        "WHERE r.resolved_at IS NULL AND ($1 = '' OR r.order_id = $1) AND (r.created_at, r.id) > ($2, $3)
        ORDER BY r.created_at, r.id LIMIT $4"
    );
    let (at, id) = after.map_or((-1, ""), |(at, id)| (at.get(), id.as_str()));
    let rows = query!(all tx, Row, SQL, order.map_or("", OrderId::as_str), at, id, most)?;
    rows.into_iter().map(Review::try_from).collect()
}

/// Settles a question: true for the caller whose decision took effect. The order must be locked by this
/// transaction.
pub async fn decide(
    tx: &mut Tx,
    id: &RowId,
    decision: Decision,
    by: &str,
    note: &str,
    at: UnixMs,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE review_items SET resolved_at = $2, decision = $3, decided_by = $4, note = $5
        WHERE id = $1 AND resolved_at IS NULL";
    Ok(query!(execute tx, SQL, id.as_str(), at.get(), decision.as_str(), by, note)? == 1)
}

/// What is asked about a payment is something else by now.
pub async fn ask_for(tx: &mut Tx, payment: &RowId, reason: ReviewReason) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE review_items SET reason = $2 WHERE payment_id = $1 AND resolved_at IS NULL";
    query!(execute tx, SQL, payment.as_str(), reason.as_str())?;
    Ok(())
}

/// The question about a payment has answered itself.
pub async fn resolve(tx: &mut Tx, payment: &RowId, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE review_items SET resolved_at = $2 WHERE payment_id = $1 AND resolved_at IS NULL";
    query!(execute tx, SQL, payment.as_str(), at.get())?;
    Ok(())
}

/// Asks a person about a payment.
pub async fn insert(
    tx: &mut Tx,
    id: &RowId,
    order: &OrderId,
    payment: &RowId,
    reason: ReviewReason,
    at: UnixMs,
) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO review_items (id, order_id, payment_id, reason, created_at) VALUES ($1, $2, $3, $4, $5)";
    query!(execute tx, SQL, id.as_str(), order.as_str(), payment.as_str(), reason.as_str(), at.get())?;
    Ok(())
}

/// What waits for a person on this order.
pub async fn reasons(tx: &mut Tx, order: &OrderId) -> Result<Vec<ReviewReason>, StoreError> {
    const SQL: &str =
        "SELECT reason FROM review_items WHERE order_id = $1 AND resolved_at IS NULL ORDER BY created_at, id";
    let rows = query!(all tx, (String,), SQL, order.as_str())?;
    rows.into_iter().map(|(reason,)| Ok(ReviewReason::parse(&reason)?)).collect()
}
