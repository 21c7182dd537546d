//! Which order a form's key has made.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{FormKey, OrderId};
use crate::domain::time::UnixMs;

/// What a key was used for before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub body_hash: String,
    pub order_id: OrderId,
}

/// Remembers the key. [`super::Constraint::FormKeyUsed`] when another request was first.
pub async fn insert(
    tx: &mut Tx,
    key: &FormKey,
    body_hash: &str,
    order: &OrderId,
    at: UnixMs,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO idempotency (key, body_hash, order_id, created_at) VALUES ($1, $2, $3, $4)";
    query!(execute tx, SQL, key.as_str(), body_hash, order.as_str(), at.get())?;
    Ok(())
}

pub async fn find(tx: &mut Tx, key: &FormKey) -> Result<Option<Used>, StoreError> {
    const SQL: &str = "SELECT body_hash, order_id FROM idempotency WHERE key = $1";
    let row: Option<(String, String)> = query!(optional tx, (String, String), SQL, key.as_str())?;
    row.map(|(body_hash, order_id)| Ok(Used { body_hash, order_id: stored(OrderId::parse(&order_id))? })).transpose()
}
