//! Numbers over many orders, for the first page of the staff. Each is read from an index of its own, so that
//! they stay quick with a million orders; counts of what piles up stop at a limit.

use super::jobs::is_told;
use super::{StoreError, Tx, query, stored};
use crate::domain::id::{OrderId, OrderNumber};
use crate::domain::job::MOST_FAILURES;
use crate::domain::order::{FulfilmentState, MoneyState, ReviewReason};
use crate::domain::time::UnixMs;

/// How many orders, and how much money in all. That is more than any single amount, so a plain number of won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub orders: i64,
    pub won: i64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.orders = self.orders.saturating_add(more.orders);
        self.won = self.won.saturating_add(more.won);
    }
}

/// A time from its first instant to before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: UnixMs,
    pub to: UnixMs,
}

/// Seoul's days, which all have twenty-four hours.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

type DayRow = (i64, i64, i64);

fn tallies(rows: Vec<DayRow>) -> Vec<(UnixMs, Tally)> {
    rows.into_iter().map(|(began, orders, won)| (UnixMs::new(began), Tally { orders, won })).collect()
}

/// What was paid on each day of the span, which begins at a midnight. Each day reads its part of the index
/// twice; sorting all rows into days would cost more.
pub async fn paid_by_day(tx: &mut Tx, span: Span) -> Result<Vec<(UnixMs, Tally)>, StoreError> {
    const SQL: &str = "WITH RECURSIVE days (began) AS (
            SELECT CAST($1 AS BIGINT) UNION ALL SELECT began + CAST($3 AS BIGINT) FROM days WHERE began + CAST($3 AS BIGINT) < $2)
        SELECT began,
            (SELECT COUNT(*) FROM orders WHERE paid_at >= began AND paid_at < began + CAST($3 AS BIGINT)),
            (SELECT CAST(COALESCE(SUM(total_krw), 0) AS BIGINT) FROM orders
                WHERE paid_at >= began AND paid_at < began + CAST($3 AS BIGINT))
        FROM days ORDER BY began";
    Ok(tallies(query!(all tx, DayRow, SQL, span.from.get(), span.to.get(), DAY_MS)?))
}

/// What was seen to have gone back on each day of the span: orders, and the money of their refunds.
pub async fn refunded_by_day(tx: &mut Tx, span: Span) -> Result<Vec<(UnixMs, Tally)>, StoreError> {
    const SQL: &str = "WITH RECURSIVE days (began) AS (
            SELECT CAST($1 AS BIGINT) UNION ALL SELECT began + CAST($3 AS BIGINT) FROM days WHERE began + CAST($3 AS BIGINT) < $2)
        SELECT began,
            (SELECT COUNT(DISTINCT order_id) FROM refunds
                WHERE state = 'done' AND updated_at >= began AND updated_at < began + CAST($3 AS BIGINT)),
            (SELECT CAST(COALESCE(SUM(COALESCE(r.krw,
                    (SELECT p.captured_krw FROM payments p WHERE p.id = r.payment_id) - COALESCE(r.cancelled_before_krw, 0))), 0) AS BIGINT)
                FROM refunds r WHERE r.state = 'done' AND r.updated_at >= began AND r.updated_at < began + CAST($3 AS BIGINT))
        FROM days ORDER BY began";
    Ok(tallies(query!(all tx, DayRow, SQL, span.from.get(), span.to.get(), DAY_MS)?))
}

/// Orders of the span that money may still come for; of all of it, and of its last part from `since`.
pub async fn open(tx: &mut Tx, span: Span, since: UnixMs) -> Result<(Tally, Tally), StoreError> {
    const SQL: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(total_krw), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN created_at >= $3 THEN 1 ELSE 0 END), 0) AS BIGINT),
            CAST(COALESCE(SUM(CASE WHEN created_at >= $3 THEN total_krw ELSE 0 END), 0) AS BIGINT)
        FROM orders
        WHERE money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit') AND created_at >= $1 AND created_at < $2";
    let row = query!(optional tx, (i64, i64, i64, i64), SQL, span.from.get(), span.to.get(), since.get())?
        .unwrap_or_default();
    Ok((Tally { orders: row.0, won: row.1 }, Tally { orders: row.2, won: row.3 }))
}

/// How many orders wait for the shop's approval, at most `limit`. SQLite takes the index of open orders only
/// for a query that repeats the index's own condition.
pub async fn awaiting_confirm(tx: &mut Tx, limit: i64) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit') AND money_state = 'awaiting_confirm' LIMIT $1) AS few";
    count(query!(optional tx, (i64,), SQL, limit)?)
}

/// How many orders are pending although their time is over, at most `limit`.
pub async fn pending_past_expiry(tx: &mut Tx, now: UnixMs, limit: i64) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit') AND money_state = 'pending' AND expires_at <= $1 LIMIT $2) AS few";
    count(query!(optional tx, (i64,), SQL, now.get(), limit)?)
}

/// How many questions wait for a person, at most `limit`.
pub async fn open_reviews(tx: &mut Tx, limit: i64) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM review_items WHERE resolved_at IS NULL LIMIT $1) AS few";
    count(query!(optional tx, (i64,), SQL, limit)?)
}

/// How many refunds are without a known end, on their way or waiting for an account, at most `limit`.
pub async fn unfinished_refunds(tx: &mut Tx, limit: i64) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM refunds WHERE state IN ('requested', 'sent', 'unknown', 'needs_account') LIMIT $1) AS few";
    count(query!(optional tx, (i64,), SQL, limit)?)
}

/// Jobs that were given up, or fail again and again.
pub async fn dead_jobs(tx: &mut Tx, limit: i64) -> Result<i64, StoreError> {
    const SQL: &str = concat!("SELECT COUNT(*) FROM (SELECT 1 FROM jobs WHERE ", is_told!(), " LIMIT $1) AS few");
    count(query!(optional tx, (i64,), SQL, limit, i64::from(MOST_FAILURES))?)
}

fn count(row: Option<(i64,)>) -> Result<i64, StoreError> {
    Ok(row.map_or(0, |(count,)| count))
}

/// A question to a person, and the order that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub order: OrderId,
    pub number: OrderNumber,
    pub reason: ReviewReason,
    pub at: UnixMs,
}

/// The newest questions.
pub async fn newest_reviews(tx: &mut Tx, rows: i64) -> Result<Vec<Asked>, StoreError> {
    const SQL: &str =
        "SELECT o.id, o.number, r.reason, r.created_at FROM review_items r JOIN orders o ON o.id = r.order_id
        WHERE r.resolved_at IS NULL ORDER BY r.created_at DESC LIMIT $1";
    let asked = |(id, number, reason, at): (String, String, String, i64)| {
        Ok(Asked {
            order: stored(OrderId::parse(&id))?,
            number: OrderNumber::stored(number),
            reason: ReviewReason::parse(&reason)?,
            at: UnixMs::new(at),
        })
    };
    query!(all tx, (String, String, String, i64), SQL, rows)?.into_iter().map(asked).collect()
}

/// The orders of the refunds that have been without an end for longest.
pub async fn oldest_unfinished_refunds(
    tx: &mut Tx,
    rows: i64,
) -> Result<Vec<(OrderId, OrderNumber, UnixMs)>, StoreError> {
    const SQL: &str = "SELECT o.id, o.number, r.created_at FROM refunds r JOIN orders o ON o.id = r.order_id
        WHERE r.state IN ('requested', 'sent', 'unknown', 'needs_account') ORDER BY r.created_at LIMIT $1";
    let sent = |(id, number, at): (String, String, i64)| {
        Ok((stored(OrderId::parse(&id))?, OrderNumber::stored(number), UnixMs::new(at)))
    };
    query!(all tx, (String, String, i64), SQL, rows)?.into_iter().map(sent).collect()
}

/// An order without anything about the person who bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    pub id: OrderId,
    pub number: OrderNumber,
    pub name: String,
    pub won: i64,
    pub money: MoneyState,
    pub fulfilment: FulfilmentState,
    pub at: UnixMs,
}

/// The newest orders.
pub async fn newest_orders(tx: &mut Tx, rows: i64) -> Result<Vec<Brief>, StoreError> {
    const SQL: &str = "SELECT id, number, name, total_krw, money_state, fulfilment_state, created_at FROM orders
        ORDER BY created_at DESC, id DESC LIMIT $1";
    let brief = |(id, number, name, won, money, fulfilment, at): (String, String, String, i64, String, String, i64)| {
        Ok(Brief {
            id: stored(OrderId::parse(&id))?,
            number: OrderNumber::stored(number),
            name,
            won,
            money: MoneyState::parse(&money)?,
            fulfilment: FulfilmentState::parse(&fulfilment)?,
            at: UnixMs::new(at),
        })
    };
    query!(all tx, (String, String, String, i64, String, String, i64), SQL, rows)?.into_iter().map(brief).collect()
}
