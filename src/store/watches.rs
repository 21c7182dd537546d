//! Which orders are looked at, and when. One row per order that something can still be learned of.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{OrderId, ProviderOrderNumber};
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};

/// An order whose look is due, held for whoever claimed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub order: OrderId,
    pub step: u32,
    pub hints: i64,
    pub number: Option<ProviderOrderNumber>,
}

/// Watches a new order.
pub async fn insert(tx: &mut Tx, order: &OrderId, due: UnixMs, step: u32) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO watches (order_id, due_at, step) VALUES ($1, $2, $3)";
    query!(execute tx, SQL, order.as_str(), due.get(), i64::from(step))?;
    Ok(())
}

/// Somebody came with news of an order: it is looked at by `due` at the latest, also when a look is under way
/// that began before. A number stays until the provider has been asked about it.
pub async fn hint(
    tx: &mut Tx,
    order: &OrderId,
    number: Option<&ProviderOrderNumber>,
    due: UnixMs,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO watches (order_id, due_at, hints, number) VALUES ($1, $2, 1, $3)
        ON CONFLICT (order_id) DO UPDATE SET step = 0, hints = watches.hints + 1, number = COALESCE($3, watches.number),
            due_at = CASE WHEN watches.due_at < $2 THEN watches.due_at ELSE $2 END";
    query!(execute tx, SQL, order.as_str(), due.get(), number.map(ProviderOrderNumber::as_str))?;
    Ok(())
}

/// Takes up to `most` orders whose look is due and that nobody else looks at; they are held until `until`.
pub async fn claim(tx: &mut Tx, now: UnixMs, until: UnixMs, most: i64) -> Result<Vec<Due>, StoreError> {
    const SQLITE: &str = "UPDATE watches SET held_until = $2 WHERE order_id IN (
            SELECT order_id FROM watches WHERE due_at <= $1 AND held_until <= $1 ORDER BY due_at, order_id LIMIT $3)
        RETURNING order_id, step, hints, number";
    const POSTGRES: &str = "UPDATE watches SET held_until = $2 WHERE order_id IN (
            SELECT order_id FROM watches WHERE due_at <= $1 AND held_until <= $1 ORDER BY due_at, order_id LIMIT $3
            FOR UPDATE SKIP LOCKED)
        RETURNING order_id, CAST(step AS BIGINT), hints, number";
    type Row = (String, i64, i64, Option<String>);
    let rows = match tx {
        Tx::Sqlite(_) => query!(all tx, Row, SQLITE, now.get(), until.get(), most),
        Tx::Postgres(_) => query!(all tx, Row, POSTGRES, now.get(), until.get(), most),
    }?;
    let mut due = rows
        .into_iter()
        .map(|(order, step, hints, number)| {
            Ok(Due {
                order: stored(OrderId::parse(&order))?,
                step: u32::try_from(step).unwrap_or(u32::MAX),
                hints,
                number: number.and_then(|number| ProviderOrderNumber::parse(&number).ok()),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    due.sort_by(|one, other| one.order.cmp(&other.order));
    Ok(due)
}

/// Ends a look. What was hinted after it began stands: then the order is due at once. Without `next` the order
/// is watched no more.
pub async fn release(
    tx: &mut Tx,
    due: &Due,
    step: u32,
    next: Option<UnixMs>,
    keeps_number: bool,
    now: UnixMs,
) -> Result<(), StoreError> {
    const NEXT: &str = "UPDATE watches SET held_until = 0, step = $3, due_at = $4,
            number = CASE WHEN $5 = 1 THEN number ELSE NULL END
        WHERE order_id = $1 AND hints = $2";
    const END: &str = "DELETE FROM watches WHERE order_id = $1 AND hints = $2";
    const HINTED: &str = "UPDATE watches SET held_until = 0, due_at = $3 WHERE order_id = $1 AND hints <> $2";
    let (id, hints) = (due.order.as_str(), due.hints);
    if planted(Bug::NewsForgotten) {
        query!(execute tx, "UPDATE watches SET hints = $2, number = NULL WHERE order_id = $1", id, hints)?;
    }
    match next {
        Some(next) => {
            query!(execute tx, NEXT, id, hints, i64::from(step), next.get(), i64::from(keeps_number))?;
        }
        None => {
            query!(execute tx, END, id, hints)?;
        }
    }
    query!(execute tx, HINTED, id, hints, now.get())?;
    Ok(())
}

/// When the next look is due that nobody is at.
pub async fn next_due(tx: &mut Tx) -> Result<Option<UnixMs>, StoreError> {
    const SQL: &str = "SELECT MIN(CASE WHEN held_until > due_at THEN held_until ELSE due_at END) FROM (
        SELECT due_at, held_until FROM watches ORDER BY due_at LIMIT 64) AS soonest";
    let row: Option<(Option<i64>,)> = query!(optional tx, (Option<i64>,), SQL)?;
    Ok(row.and_then(|(at,)| at).map(UnixMs::new))
}
