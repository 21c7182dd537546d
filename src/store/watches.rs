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
    /// What hints have named and the provider was not asked about yet.
    pub numbers: Vec<ProviderOrderNumber>,
}

/// Numbers that wait for one look. Whoever sends more of them in webhooks makes no look longer; what is not kept is found
/// by a later sweep.
const MOST_NUMBERS: i64 = 6;

/// Looks of one order that hints ask for rest so long between them, whoever sends the hints, and however many.
const REST_MS: i64 = 2_000;

/// Watches a new order.
pub async fn insert(tx: &mut Tx, order: &OrderId, due: UnixMs, step: u32) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO watches (order_id, due_at, step) VALUES ($1, $2, $3)";
    query!(execute tx, SQL, order.as_str(), due.get(), i64::from(step))?;
    Ok(())
}

/// Somebody came with news of an order: it is looked at by `due` at the latest, or as soon as it has rested, also when a look
/// is under way that began before. A number stays until the provider has been asked about it; false when there is no room for it.
pub async fn hint(
    tx: &mut Tx,
    order: &OrderId,
    number: Option<&ProviderOrderNumber>,
    due: UnixMs,
) -> Result<bool, StoreError> {
    // What was watched no more rests before it is looked at again: its last look may have ended just now.
    const SQL: &str = "INSERT INTO watches (order_id, due_at, held_until, hints) VALUES ($1, $2, $3, 1)
        ON CONFLICT (order_id) DO UPDATE SET step = 0, hints = watches.hints + 1,
            due_at = CASE WHEN watches.due_at < $2 THEN watches.due_at ELSE $2 END";
    const COUNT: &str = "SELECT COUNT(*) FROM watch_numbers WHERE order_id = $1 AND number <> $2";
    const ADD: &str = "INSERT INTO watch_numbers (order_id, number) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    // The watch comes first: it holds off whoever else changes this order's numbers.
    query!(execute tx, SQL, order.as_str(), due.get(), due.plus_ms(REST_MS).get())?;
    let Some(number) = number else { return Ok(true) };
    let others: Option<(i64,)> = query!(optional tx, (i64,), COUNT, order.as_str(), number.as_str())?;
    if others.is_some_and(|(others,)| others >= MOST_NUMBERS) {
        return Ok(false);
    }
    query!(execute tx, ADD, order.as_str(), number.as_str())?;
    Ok(true)
}

/// Takes up to `most` orders whose look is due and that nobody else looks at; they are held until `until`. What is held
/// for far longer than that was held by a clock that has been set back since.
pub async fn claim(tx: &mut Tx, now: UnixMs, until: UnixMs, most: i64) -> Result<Vec<Due>, StoreError> {
    const SQLITE: &str = "UPDATE watches SET held_until = $2 WHERE order_id IN (
            SELECT order_id FROM watches WHERE due_at <= $1 AND (held_until <= $1 OR held_until > $2 + 60000)
                ORDER BY due_at, order_id LIMIT $3)
        RETURNING order_id, step, hints";
    const POSTGRES: &str = "UPDATE watches SET held_until = $2 WHERE order_id IN (
            SELECT order_id FROM watches WHERE due_at <= $1 AND (held_until <= $1 OR held_until > $2 + 60000)
                ORDER BY due_at, order_id LIMIT $3
            FOR UPDATE SKIP LOCKED)
        RETURNING order_id, CAST(step AS BIGINT), hints";
    const NUMBERS: &str = "SELECT number FROM watch_numbers WHERE order_id = $1 ORDER BY number";
    type Row = (String, i64, i64);
    let rows = match tx {
        Tx::Sqlite(_) => query!(all tx, Row, SQLITE, now.get(), until.get(), most),
        Tx::Postgres(_) => query!(all tx, Row, POSTGRES, now.get(), until.get(), most),
    }?;
    let mut due = Vec::with_capacity(rows.len());
    for (order, step, hints) in rows {
        let numbers = query!(all tx, (String,), NUMBERS, order.as_str())?;
        due.push(Due {
            order: stored(OrderId::parse(&order))?,
            step: u32::try_from(step).unwrap_or(u32::MAX),
            hints,
            numbers: numbers.iter().filter_map(|(number,)| ProviderOrderNumber::parse(number).ok()).collect(),
        });
    }
    due.sort_by(|one, other| one.order.cmp(&other.order));
    Ok(due)
}

/// Ends a look. What was hinted after it began stands, with all numbers: then the order is due as soon as it has rested.
/// Without `next` the order is watched no more.
pub async fn release(
    tx: &mut Tx,
    due: &Due,
    step: u32,
    next: Option<UnixMs>,
    keeps_numbers: bool,
    now: UnixMs,
) -> Result<(), StoreError> {
    const NEXT: &str = "UPDATE watches SET held_until = $5, step = $3, due_at = $4 WHERE order_id = $1 AND hints = $2";
    const END: &str = "DELETE FROM watches WHERE order_id = $1 AND hints = $2";
    const HINTED: &str = "UPDATE watches SET held_until = $4, due_at = $3 WHERE order_id = $1 AND hints <> $2";
    const FORGET: &str = "DELETE FROM watch_numbers WHERE order_id = $1";
    let (id, hints) = (due.order.as_str(), due.hints);
    if planted(Bug::NewsForgotten) {
        query!(execute tx, "UPDATE watches SET hints = $2 WHERE order_id = $1", id, hints)?;
        query!(execute tx, FORGET, id)?;
    }
    let rested = now.plus_ms(REST_MS).get();
    let ended = match next {
        Some(next) => query!(execute tx, NEXT, id, hints, i64::from(step), next.get(), rested)?,
        None => query!(execute tx, END, id, hints)?,
    };
    // Nobody has hinted since, so all numbers that stand here were asked about.
    if ended == 1 && !keeps_numbers {
        query!(execute tx, FORGET, id)?;
    }
    query!(execute tx, HINTED, id, hints, now.get(), rested)?;
    Ok(())
}

/// When the next look is due that nobody is at.
pub async fn next_due(tx: &mut Tx) -> Result<Option<UnixMs>, StoreError> {
    const SQL: &str = "SELECT MIN(CASE WHEN held_until > due_at THEN held_until ELSE due_at END) FROM (
        SELECT due_at, held_until FROM watches ORDER BY due_at LIMIT 64) AS soonest";
    let row: Option<(Option<i64>,)> = query!(optional tx, (Option<i64>,), SQL)?;
    Ok(row.and_then(|(at,)| at).map(UnixMs::new))
}
