//! Money that a provider reported for an order, and what a person must judge about it.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{OrderId, RowId};
use crate::domain::judge::{Known, Money};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Disposition, ReviewReason};
use crate::domain::refund::VIRTUAL_ACCOUNT;
use crate::domain::time::UnixMs;

/// The provider of every payment so far.
pub const BOOTPAY: &str = "bootpay";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub id: RowId,
    pub disposition: Disposition,
    /// A person has yet to decide about it.
    pub is_asked_about: bool,
    /// `None` when the provider's amount could not be read.
    pub captured: Option<Amount>,
    /// The provider's own id of its order.
    pub provider_order_id: String,
    pub provider_order_number: Option<String>,
    /// The provider's receipt: the record of the money itself.
    pub receipt_id: String,
    pub method: Option<String>,
    /// The provider's symbol of the method.
    pub method_symbol: Option<String>,
    pub receipt_url: Option<String>,
    pub paid_at: Option<UnixMs>,
}

impl Payment {
    /// It can only go back to an account that somebody names.
    pub fn is_by_account(&self) -> bool {
        self.method_symbol.as_deref() == Some(VIRTUAL_ACCOUNT)
    }

    /// What it means for its order is not decided: it is on its way back, or a person is being asked.
    pub fn is_unsettled(&self) -> bool {
        self.disposition == Disposition::Returning || self.disposition == Disposition::InReview && self.is_asked_about
    }

    /// The customer has paid it, as far as anybody knows, and not got it back.
    pub fn is_with_shop(&self) -> bool {
        self.disposition != Disposition::Returned
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    disposition: String,
    open_questions: i64,
    captured_krw: Option<i64>,
    captured_tax_free_krw: Option<i64>,
    provider_order_id: String,
    provider_order_number: Option<String>,
    receipt_id: String,
    method: Option<String>,
    method_symbol: Option<String>,
    receipt_url: Option<String>,
    paid_at: Option<i64>,
}

impl TryFrom<Row> for Payment {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let captured = match row.captured_krw.zip(row.captured_tax_free_krw) {
            Some((total, free)) => Some(stored(Amount::new(stored(Krw::new(total))?, stored(Krw::new(free))?))?),
            None => None,
        };
        Ok(Self {
            id: stored(RowId::parse(&row.id))?,
            disposition: Disposition::parse(&row.disposition)?,
            is_asked_about: row.open_questions > 0,
            captured,
            provider_order_id: row.provider_order_id,
            provider_order_number: row.provider_order_number,
            receipt_id: row.receipt_id,
            method: row.method,
            method_symbol: row.method_symbol,
            receipt_url: row.receipt_url,
            paid_at: row.paid_at.map(UnixMs::new),
        })
    }
}

/// Books a payment. [`super::Constraint::PaymentKnown`] when its receipt has a row already, of whichever order.
pub async fn insert(
    tx: &mut Tx,
    id: &RowId,
    order: &OrderId,
    money: &Money,
    disposition: Disposition,
    at: UnixMs,
) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO payments (id, order_id, provider, provider_order_id, provider_order_number, receipt_id,
            captured_krw, captured_tax_free_krw, disposition, method, receipt_url, paid_at, created_at, method_symbol)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    query!(
        execute tx,
        SQL,
        id.as_str(),
        order.as_str(),
        BOOTPAY,
        money.provider_order_id.as_str(),
        money.provider_order_number.as_deref(),
        money.receipt_id.as_str(),
        money.amount.map(|amount| amount.total().get()),
        money.amount.map(|amount| amount.tax_free().get()),
        disposition.as_str(),
        money.method.as_deref(),
        money.receipt_url.as_deref(),
        money.paid_at.map(UnixMs::get),
        at.get(),
        money.method_symbol.as_deref(),
    )?;
    Ok(())
}

/// What is booked about this receipt, which a look has found for this order.
pub async fn known(tx: &mut Tx, order: &OrderId, receipt_id: &str) -> Result<Known, StoreError> {
    const SQL: &str = "SELECT p.disposition, p.order_id, r.reason FROM payments p
        LEFT JOIN review_items r ON r.payment_id = p.id AND r.resolved_at IS NULL
        WHERE p.provider = $1 AND p.receipt_id = $2";
    let rows = query!(all tx, (String, String, Option<String>), SQL, BOOTPAY, receipt_id)?;
    let Some((disposition, owner, reason)) = rows.into_iter().next() else { return Ok(Known::No) };
    let is_held = disposition == Disposition::InReview.as_str() && owner == order.as_str();
    Ok(match reason.and_then(|reason| ReviewReason::parse(&reason).ok()) {
        Some(reason @ (ReviewReason::UnreadableAmount | ReviewReason::PriceDisagrees)) if is_held => {
            Known::Unclear(reason)
        }
        _ => Known::Booked,
    })
}

/// A payment of this order from before `end` waits for a person only because it could not be read, or was contradicted by
/// the provider itself: a later look may find it right.
pub async fn waits_unread(tx: &mut Tx, order: &OrderId, end: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT 1 FROM payments p JOIN review_items r ON r.payment_id = p.id AND r.resolved_at IS NULL
        WHERE p.order_id = $1 AND p.disposition = $2 AND r.reason IN ($3, $4) AND (p.paid_at IS NULL OR p.paid_at < $5)
        LIMIT 1";
    let (unreadable, contradicted) = (ReviewReason::UnreadableAmount.as_str(), ReviewReason::PriceDisagrees.as_str());
    let held = Disposition::InReview.as_str();
    let row: Option<(i32,)> =
        query!(optional tx, (i32,), SQL, order.as_str(), held, unreadable, contradicted, end.get())?;
    Ok(row.is_some())
}

/// This receipt has a payment row.
pub async fn is_booked(tx: &mut Tx, receipt_id: &str) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT 1 FROM payments WHERE provider = $1 AND receipt_id = $2";
    let row: Option<(i32,)> = query!(optional tx, (i32,), SQL, BOOTPAY, receipt_id)?;
    Ok(row.is_some())
}

/// The payment of this receipt, which waited for a person because it was not clear, can be read now: what is known of it
/// is completed, and it stands as `disposition`. Answers its id.
pub async fn read_again(tx: &mut Tx, money: &Money, disposition: Disposition) -> Result<RowId, StoreError> {
    const SQL: &str = "UPDATE payments SET disposition = $3, captured_krw = COALESCE($4, captured_krw),
            captured_tax_free_krw = COALESCE($5, captured_tax_free_krw),
            provider_order_number = COALESCE($6, provider_order_number), method = COALESCE($7, method),
            method_symbol = COALESCE($8, method_symbol), receipt_url = COALESCE($9, receipt_url),
            paid_at = COALESCE($10, paid_at)
        WHERE provider = $1 AND receipt_id = $2 RETURNING id";
    let row: Option<(String,)> = query!(
        optional tx,
        (String,),
        SQL,
        BOOTPAY,
        money.receipt_id.as_str(),
        disposition.as_str(),
        money.amount.map(|amount| amount.total().get()),
        money.amount.map(|amount| amount.tax_free().get()),
        money.provider_order_number.as_deref(),
        money.method.as_deref(),
        money.method_symbol.as_deref(),
        money.receipt_url.as_deref(),
        money.paid_at.map(UnixMs::get),
    )?;
    let (id,) = row.ok_or(StoreError::NotFound)?;
    stored(RowId::parse(&id))
}

/// What the payment of this receipt captured can be read now. Nothing happens where that was known before.
pub async fn complete_amount(tx: &mut Tx, receipt_id: &str, amount: Amount) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE payments SET captured_krw = $3, captured_tax_free_krw = $4
        WHERE provider = $1 AND receipt_id = $2 AND captured_krw IS NULL";
    query!(execute tx, SQL, BOOTPAY, receipt_id, amount.total().get(), amount.tax_free().get())?;
    Ok(())
}

/// What a payment captured; `None` when that could not be read, or there is no such payment.
pub async fn captured(tx: &mut Tx, id: &RowId) -> Result<Option<Amount>, StoreError> {
    const SQL: &str = "SELECT captured_krw, captured_tax_free_krw FROM payments WHERE id = $1";
    let row: Option<(Option<i64>, Option<i64>)> = query!(optional tx, (Option<i64>, Option<i64>), SQL, id.as_str())?;
    match row.and_then(|(total, free)| total.zip(free)) {
        Some((total, free)) => Ok(Some(stored(Amount::new(stored(Krw::new(total))?, stored(Krw::new(free))?))?)),
        None => Ok(None),
    }
}

/// The provider's id of the order that this payment paid, and its number, if the provider had told one.
pub async fn provider_order(tx: &mut Tx, id: &RowId) -> Result<(String, Option<String>), StoreError> {
    const SQL: &str = "SELECT provider_order_id, provider_order_number FROM payments WHERE id = $1";
    let row: Option<(String, Option<String>)> = query!(optional tx, (String, Option<String>), SQL, id.as_str())?;
    row.ok_or(StoreError::NotFound)
}

/// All payments of an order, oldest first.
pub async fn of_order(tx: &mut Tx, order: &OrderId) -> Result<Vec<Payment>, StoreError> {
    const SQL: &str = "SELECT id, disposition, captured_krw, captured_tax_free_krw, provider_order_id,
            provider_order_number, receipt_id, method, method_symbol, receipt_url, paid_at,
            (SELECT COUNT(*) FROM review_items r WHERE r.order_id = payments.order_id AND r.payment_id = payments.id
                AND r.resolved_at IS NULL) AS open_questions
        FROM payments WHERE order_id = $1 ORDER BY created_at, id";
    query!(all tx, Row, SQL, order.as_str())?.into_iter().map(Payment::try_from).collect()
}

/// Where the money of a payment has its place now.
pub async fn disposition(tx: &mut Tx, id: &RowId) -> Result<Disposition, StoreError> {
    let row = query!(optional tx, (String,), "SELECT disposition FROM payments WHERE id = $1", id.as_str())?;
    Disposition::parse(&row.ok_or(StoreError::NotFound)?.0).map_err(Into::into)
}

pub async fn set_disposition(tx: &mut Tx, id: &RowId, disposition: Disposition) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE payments SET disposition = $2 WHERE id = $1", id.as_str(), disposition.as_str())?;
    Ok(())
}
