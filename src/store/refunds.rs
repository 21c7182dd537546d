//! Refunds: intents of ours, stored before the first byte leaves, each with its own `cancel_id`.

use super::{StoreError, Tx, approved_cancels, query, stored, watches};
use crate::domain::id::{CallKey, OrderId, RowId};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::RefundState;
use crate::domain::refund::{Gone, RefundRoute, may_be_given_up};
use crate::domain::time::UnixMs;
use crate::domain::watch::SOON_MS;

/// A refund of what one receipt captured, in full or in part.
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
    /// `None`: all that is left on the receipt.
    pub amount: Option<Amount>,
    /// What of the receipt had gone back when this refund was first sent.
    pub before: Option<Gone>,
    /// Who of the staff ordered it; none for money that goes back by itself.
    pub ordered_by: Option<String>,
    /// What the provider said when it refused.
    pub refusal: Option<String>,
    pub route: RefundRoute,
    /// When it was last sent.
    pub sent_at: Option<UnixMs>,
    /// When it was ordered.
    pub created_at: UnixMs,
    pub updated_at: UnixMs,
}

impl Refund {
    /// Whether staff may give it up. What nobody had ordered and waits for an account is asked about elsewhere.
    pub fn may_be_given_up(&self, now: UnixMs) -> bool {
        let is_asked_about = self.state == RefundState::NeedsAccount && self.ordered_by.is_none();
        !is_asked_about && may_be_given_up(self.state, self.created_at, self.sent_at, now)
    }
}

/// A refund as it is ordered.
pub struct NewRefund {
    pub id: RowId,
    pub payment_id: RowId,
    pub order_id: OrderId,
    pub receipt_id: String,
    pub cancel_id: CallKey,
    pub reason: String,
    pub amount: Option<Amount>,
    pub ordered_by: Option<String>,
    pub route: RefundRoute,
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
    krw: Option<i64>,
    tax_free_krw: Option<i64>,
    cancelled_before_krw: Option<i64>,
    cancelled_before_tax_free_krw: Option<i64>,
    ordered_by: Option<String>,
    refusal: Option<String>,
    route: String,
    sent_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Refund {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let amount = match row.krw.zip(row.tax_free_krw) {
            Some((total, free)) => Some(stored(Amount::new(stored(Krw::new(total))?, stored(Krw::new(free))?))?),
            None => None,
        };
        Ok(Self {
            id: stored(RowId::parse(&row.id))?,
            payment_id: stored(RowId::parse(&row.payment_id))?,
            order_id: stored(OrderId::parse(&row.order_id))?,
            receipt_id: row.receipt_id,
            cancel_id: stored(CallKey::parse(&row.cancel_id))?,
            reason: row.reason,
            state: RefundState::parse(&row.state)?,
            amount,
            before: row.cancelled_before_krw.map(|total| Gone { total, tax_free: row.cancelled_before_tax_free_krw }),
            ordered_by: row.ordered_by,
            refusal: row.refusal,
            route: RefundRoute::parse(&row.route)?,
            sent_at: row.sent_at.map(UnixMs::new),
            created_at: UnixMs::new(row.created_at),
            updated_at: UnixMs::new(row.updated_at),
        })
    }
}

macro_rules! select_refund {
    ($tail:literal) => {
        concat!(
            "SELECT id, payment_id, order_id, receipt_id, cancel_id, reason, state, krw, tax_free_krw, ",
            "cancelled_before_krw, cancelled_before_tax_free_krw, ordered_by, refusal, route, sent_at, ",
            "created_at, updated_at ",
            "FROM refunds ",
            $tail
        )
    };
}

/// Stores an intent, and that its order is looked at: should whoever ordered it go away, the worker carries it on.
/// [`super::Constraint::Other`] when its `cancel_id` was used before.
pub async fn insert(tx: &mut Tx, refund: &NewRefund, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO refunds (id, payment_id, order_id, receipt_id, cancel_id, reason, state, krw,
            tax_free_krw, ordered_by, route, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    query!(
        execute tx,
        SQL,
        refund.id.as_str(),
        refund.payment_id.as_str(),
        refund.order_id.as_str(),
        refund.receipt_id.as_str(),
        refund.cancel_id.as_str(),
        refund.reason.as_str(),
        RefundState::Requested.as_str(),
        refund.amount.map(|amount| amount.total().get()),
        refund.amount.map(|amount| amount.tax_free().get()),
        refund.ordered_by.as_deref(),
        refund.route.as_str(),
        at.get(),
    )?;
    watches::hint(tx, &refund.order_id, None, at.plus_ms(SOON_MS)).await?;
    Ok(())
}

/// Refunds of this order whose end is not known yet.
pub async fn unfinished(tx: &mut Tx, order: &OrderId) -> Result<Vec<Refund>, StoreError> {
    const SQL: &str =
        select_refund!("WHERE order_id = $1 AND state IN ('requested', 'sent', 'unknown') ORDER BY created_at, id");
    query!(all tx, Row, SQL, order.as_str())?.into_iter().map(Refund::try_from).collect()
}

/// Something of this order is on its way back, or may be: a refund, or a cancel that a buyer asked for and staff approved.
pub async fn under_way(tx: &mut Tx, order: &OrderId) -> Result<bool, StoreError> {
    Ok(!unfinished(tx, order).await?.is_empty() || !approved_cancels::of_order(tx, order).await?.is_empty())
}

/// All refunds of an order, oldest first.
pub async fn of_order(tx: &mut Tx, order: &OrderId) -> Result<Vec<Refund>, StoreError> {
    const SQL: &str = select_refund!("WHERE order_id = $1 ORDER BY created_at, id");
    query!(all tx, Row, SQL, order.as_str())?.into_iter().map(Refund::try_from).collect()
}

/// The refund that was stored under this id.
pub async fn by_cancel_id(tx: &mut Tx, cancel_id: &CallKey) -> Result<Option<Refund>, StoreError> {
    let row = query!(optional tx, Row, select_refund!("WHERE cancel_id = $1"), cancel_id.as_str())?;
    row.map(Refund::try_from).transpose()
}

/// The route by which the provider refused a refund of this payment last.
pub async fn last_refused(tx: &mut Tx, payment: &RowId) -> Result<Option<RefundRoute>, StoreError> {
    const SQL: &str = "SELECT route FROM refunds WHERE payment_id = $1 AND state = 'refused' AND refusal <> ''
        ORDER BY updated_at DESC, id DESC LIMIT 1";
    let row: Option<(String,)> = query!(optional tx, (String,), SQL, payment.as_str())?;
    Ok(row.map(|(route,)| RefundRoute::parse(&route)).transpose()?)
}

/// The refund of this payment that waits for the customer's account.
pub async fn without_account(tx: &mut Tx, payment: &RowId) -> Result<Option<Refund>, StoreError> {
    const SQL: &str = select_refund!("WHERE payment_id = $1 AND state = 'needs_account' ORDER BY created_at LIMIT 1");
    query!(optional tx, Row, SQL, payment.as_str())?.map(Refund::try_from).transpose()
}

/// Takes the right to send a refund: true for one caller per `gap_ms`, and never after it has ended. Keeps
/// what had gone back before it is sent for the first time. A clock that was set back holds nobody up.
pub async fn claim_sending(
    tx: &mut Tx,
    id: &RowId,
    at: UnixMs,
    gap_ms: i64,
    before: Option<Gone>,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = CASE WHEN state = 'requested' THEN 'sent' ELSE state END,
            updated_at = $2, sent_at = $2,
            cancelled_before_tax_free_krw = CASE WHEN cancelled_before_krw IS NULL THEN $5 ELSE cancelled_before_tax_free_krw END,
            cancelled_before_krw = COALESCE(cancelled_before_krw, $4)
        WHERE id = $1 AND (state = 'requested' OR (state IN ('sent', 'unknown') AND (sent_at <= $3 OR sent_at >= $6)))";
    let (total, tax_free) = (before.map(|gone| gone.total), before.and_then(|gone| gone.tax_free));
    let (long_ago, set_back) = (at.plus_ms(-gap_ms).get(), at.plus_ms(gap_ms).get());
    Ok(query!(execute tx, SQL, id.as_str(), at.get(), long_ago, total, tax_free, set_back)? == 1)
}

/// Books that it was carried out: true for the caller whose change took effect. A part ends once: what was refused or
/// given up and goes back all the same is found and booked like what goes back without us, so that a reading of before
/// can't book somebody else's money as this refund's. A return of all that there is may end whenever it is seen: it can only be all back.
pub async fn finish(tx: &mut Tx, id: &RowId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'done', updated_at = $2
        WHERE id = $1 AND state <> 'done' AND (state <> 'refused' OR krw IS NULL)";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}

/// A return that waits for the customer's account has nothing left to do: all of its payment is back.
pub async fn finish_waiting(tx: &mut Tx, payment: &RowId, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'done', updated_at = $2
        WHERE payment_id = $1 AND state = 'needs_account' AND krw IS NULL";
    query!(execute tx, SQL, payment.as_str(), at.get())?;
    Ok(())
}

/// Books that the provider refused, unless it has ended or is under way under another
/// form: true for the caller whose change took effect.
pub async fn refuse(tx: &mut Tx, id: &RowId, at: UnixMs, refusal: &str) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'refused', updated_at = $2, refusal = $3
        WHERE id = $1 AND state IN ('requested', 'sent', 'unknown', 'needs_account')";
    Ok(query!(execute tx, SQL, id.as_str(), at.get(), refusal)? == 1)
}

/// Books that staff gave it up, unless it has ended or was sent again since `sent_at`: true for the caller whose change
/// took effect.
pub async fn give_up(tx: &mut Tx, id: &RowId, sent_at: Option<UnixMs>, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'refused', updated_at = $2, refusal = ''
        WHERE id = $1 AND state IN ('requested', 'sent', 'unknown', 'needs_account') AND COALESCE(sent_at, -1) = $3";
    let sent_at = sent_at.map_or(-1, UnixMs::get);
    Ok(query!(execute tx, SQL, id.as_str(), at.get(), sent_at)? == 1)
}

/// Ends a refund that was never sent: true for the caller whose change took effect.
pub async fn end_unsent(tx: &mut Tx, id: &RowId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'refused', updated_at = $2, refusal = ''
        WHERE id = $1 AND state = 'requested' AND sent_at IS NULL";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}

/// Books that nobody can tell how it ended: true for the caller whose change took effect.
pub async fn set_unknown(tx: &mut Tx, id: &RowId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'unknown', updated_at = $2 WHERE id = $1 AND state = 'sent'";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}

/// Books that it was not carried out and waits for the customer's account, unless it was sent again since
/// `sent_at`: true for the caller whose change took effect.
pub async fn set_without_account(
    tx: &mut Tx,
    id: &RowId,
    sent_at: Option<UnixMs>,
    at: UnixMs,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'needs_account', updated_at = $2
        WHERE id = $1 AND state IN ('requested', 'sent', 'unknown') AND COALESCE(sent_at, -1) = $3";
    let sent_at = sent_at.map_or(-1, UnixMs::get);
    Ok(query!(execute tx, SQL, id.as_str(), at.get(), sent_at)? == 1)
}

/// Orders a refund anew that waited for the customer's account, under its own id: true for the caller whose change
/// took effect.
pub async fn take_up(tx: &mut Tx, id: &RowId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE refunds SET state = 'requested', created_at = $2, updated_at = $2, sent_at = NULL,
            cancelled_before_krw = NULL, cancelled_before_tax_free_krw = NULL
        WHERE id = $1 AND state = 'needs_account'";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}
