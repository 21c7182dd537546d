//! Buyers' requests to cancel whose approval was sent and has no known end yet: until then no refund is ordered.

use super::{StoreError, Tx, query};
use crate::domain::id::OrderId;
use crate::domain::refund::GIVE_UP_MS;
use crate::domain::time::UnixMs;

/// A request whose approval was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedCancel {
    /// The provider's id of the request.
    pub request_id: String,
    /// The provider's number of the order that it is about.
    pub number: String,
    pub sent_at: UnixMs,
}

impl ApprovedCancel {
    /// It has had no clear end for long.
    pub fn may_be_given_up(&self, now: UnixMs) -> bool {
        now.since_ms(self.sent_at) >= GIVE_UP_MS
    }
}

/// Writes down that an approval is sent now. The order must be locked by this transaction.
pub async fn put(tx: &mut Tx, order: &OrderId, cancel: &ApprovedCancel) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO approved_cancels (request_id, order_id, provider_order_number, sent_at)
        VALUES ($1, $2, $3, $4)";
    let (request_id, number) = (cancel.request_id.as_str(), cancel.number.as_str());
    query!(execute tx, SQL, request_id, order.as_str(), number, cancel.sent_at.get())?;
    Ok(())
}

pub async fn of_order(tx: &mut Tx, order: &OrderId) -> Result<Vec<ApprovedCancel>, StoreError> {
    const SQL: &str = "SELECT request_id, provider_order_number, sent_at FROM approved_cancels
        WHERE order_id = $1 ORDER BY sent_at, request_id";
    let rows = query!(all tx, (String, String, i64), SQL, order.as_str())?;
    let cancel = |(request_id, number, sent_at)| ApprovedCancel { request_id, number, sent_at: UnixMs::new(sent_at) };
    Ok(rows.into_iter().map(cancel).collect())
}

/// What came of it is known. Nothing happens where it was sent again since `sent_at`.
pub async fn end(tx: &mut Tx, cancel: &ApprovedCancel) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM approved_cancels WHERE request_id = $1 AND sent_at = $2";
    query!(execute tx, SQL, cancel.request_id.as_str(), cancel.sent_at.get())?;
    Ok(())
}
