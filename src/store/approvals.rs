//! Approvals of payments that wait for one: stored before the first byte leaves, each with its own key.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{CallKey, LinkId, OrderId};
use crate::domain::time::UnixMs;

/// The right to send an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The stored key of this receipt's approval, the same for every sending.
    pub key: CallKey,
    /// It was never sent before.
    pub is_first: bool,
}

/// How many other orders of the link may still be charged: those that wait, however long ago their approval was sent, and
/// those that are not paid and had one sent within `gap_ms` of `at`, such as after an attempt that was declined. The link
/// must be locked by this transaction.
pub async fn of_link(tx: &mut Tx, link: &LinkId, order: &OrderId, at: UnixMs, gap_ms: i64) -> Result<u32, StoreError> {
    const SQL: &str = "SELECT COUNT(DISTINCT a.order_id) FROM approvals a JOIN orders o ON o.id = a.order_id
        WHERE o.link_id = $1 AND o.id <> $2 AND (o.money_state IN ('pending', 'awaiting_confirm')
            OR a.sent_at > $3 AND a.sent_at < $4 AND o.money_state NOT IN ('paid', 'partially_refunded', 'refunded'))";
    let (since, until) = (at.plus_ms(-gap_ms).get(), at.plus_ms(gap_ms).get());
    let row: Option<(i64,)> = query!(optional tx, (i64,), SQL, link.as_str(), order.as_str(), since, until)?;
    Ok(row.and_then(|(count,)| u32::try_from(count).ok()).unwrap_or(0))
}

/// How long sendings are kept apart.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    /// Two sendings of one approval.
    pub same_ms: i64,
    /// The approval of one attempt after that of another: the first may still come through.
    pub other_ms: i64,
}

/// Takes the right to approve the payment of a receipt, under `key` if there is no approval of it yet. `None` while
/// somebody else's sending may be under way. The order must be locked by this transaction.
pub async fn claim(
    tx: &mut Tx,
    receipt_id: &str,
    order: &OrderId,
    key: &CallKey,
    at: UnixMs,
    gaps: Gaps,
) -> Result<Option<Claim>, StoreError> {
    const OTHER: &str = "SELECT receipt_id FROM approvals WHERE order_id = $1 AND receipt_id <> $2 AND sent_at > $3 AND sent_at < $4 LIMIT 1";
    const FIRST: &str = "INSERT INTO approvals (receipt_id, order_id, call_key, created_at, sent_at)
        VALUES ($1, $2, $3, $4, $4) ON CONFLICT (receipt_id) DO NOTHING";
    const AGAIN: &str = "UPDATE approvals SET sent_at = $2 WHERE receipt_id = $1 AND (sent_at <= $3 OR sent_at >= $4)";
    const KEY: &str = "SELECT call_key FROM approvals WHERE receipt_id = $1";
    let (since, until) = (at.plus_ms(-gaps.other_ms).get(), at.plus_ms(gaps.other_ms).get());
    if query!(optional tx, (String,), OTHER, order.as_str(), receipt_id, since, until)?.is_some() {
        return Ok(None);
    }
    if query!(execute tx, FIRST, receipt_id, order.as_str(), key.as_str(), at.get())? == 1 {
        return Ok(Some(Claim { key: key.clone(), is_first: true }));
    }
    // Long ago, or by a clock that was set back since.
    let (long_ago, set_back) = (at.plus_ms(-gaps.same_ms).get(), at.plus_ms(gaps.same_ms).get());
    if query!(execute tx, AGAIN, receipt_id, at.get(), long_ago, set_back)? == 0 {
        return Ok(None);
    }
    let row: Option<(String,)> = query!(optional tx, (String,), KEY, receipt_id)?;
    let (key,) = row.ok_or(StoreError::NotFound)?;
    Ok(Some(Claim { key: stored(CallKey::parse(&key))?, is_first: false }))
}
