//! Refunds: intents of ours, stored before the first byte leaves, each with its own `cancel_id`.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{CallKey, OrderId, RowId};
use crate::domain::order::RefundState;
use crate::domain::time::UnixMs;

/// A refund of everything that one receipt captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub id: RowId,
    pub payment_id: RowId,
    pub order_id: OrderId,
    /// The provider's receipt that is cancelled.
    pub receipt_id: String,
    /// Makes a repeated cancel one cancel (Bootpay C.3).
    pub cancel_id: CallKey,
    /// For the merchant and on the provider's record.
    pub reason: String,
    pub state: RefundState,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    payment_id: String,
    order_id: String,
    receipt_id: String,
    cancel_id: String,
    reason: String,
    state: String,
}

impl TryFrom<Row> for Refund {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: stored(RowId::parse(&row.id))?,
            payment_id: stored(RowId::parse(&row.payment_id))?,
            order_id: stored(OrderId::parse(&row.order_id))?,
            receipt_id: row.receipt_id,
            cancel_id: stored(CallKey::parse(&row.cancel_id))?,
            reason: row.reason,
            state: RefundState::parse(&row.state)?,
        })
    }
}

pub async fn insert(tx: &mut Tx, refund: &Refund, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO refunds (id, payment_id, order_id, receipt_id, cancel_id, reason, state, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    query!(
        execute tx,
        SQL,
        refund.id.as_str(),
        refund.payment_id.as_str(),
        refund.order_id.as_str(),
        refund.receipt_id.as_str(),
        refund.cancel_id.as_str(),
        refund.reason.as_str(),
        refund.state.as_str(),
        at.get(),
    )?;
    Ok(())
}

/// Refunds of this order whose end is not known yet.
pub async fn unfinished(tx: &mut Tx, order: &OrderId) -> Result<Vec<Refund>, StoreError> {
    const SQL: &str = "SELECT id, payment_id, order_id, receipt_id, cancel_id, reason, state FROM refunds
        WHERE order_id = $1 AND state IN ('requested', 'sent') ORDER BY created_at, id";
    query!(all tx, Row, SQL, order.as_str())?.into_iter().map(Refund::try_from).collect()
}

/// Takes the right to send a refund: true for one caller per `gap_ms`, and never after it has ended.
pub async fn claim_sending(tx: &mut Tx, id: &RowId, at: UnixMs, gap_ms: i64) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'sent', updated_at = $2
        WHERE id = $1 AND (state = 'requested' OR (state = 'sent' AND updated_at <= $3))";
    Ok(query!(execute tx, SQL, id.as_str(), at.get(), at.plus_ms(-gap_ms).get())? == 1)
}

/// Books that all of it has gone back, also after a refusal: true for the caller whose change took effect.
pub async fn finish(tx: &mut Tx, id: &RowId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'done', updated_at = $2 WHERE id = $1 AND state <> 'done'";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}

/// Books that the provider refused, unless the refund has ended: true for the caller whose change took effect.
pub async fn refuse(tx: &mut Tx, id: &RowId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'refused', updated_at = $2 WHERE id = $1 AND state = 'sent'";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}
