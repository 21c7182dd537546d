//! Days that were compared with the provider's.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::OrderId;
use crate::domain::order::Disposition;
use crate::domain::reconcile::{Report, Side};
use crate::domain::time::UnixMs;

/// Our payments that were made from `from` up to, not including, `until`.
pub async fn ours(tx: &mut Tx, from: UnixMs, until: UnixMs) -> Result<Vec<Side>, StoreError> {
    const SQL: &str = "SELECT p.receipt_id, p.order_id, p.captured_krw, p.disposition, o.refunded_krw
        FROM payments p JOIN orders o ON o.id = p.order_id
        WHERE COALESCE(p.paid_at, p.created_at) >= $1 AND COALESCE(p.paid_at, p.created_at) < $2";
    let rows = query!(all tx, (String, String, Option<i64>, String, i64), SQL, from.get(), until.get())?;
    rows.into_iter()
        .map(|(receipt_id, order, total, disposition, refunded)| {
            let gone_back = match Disposition::parse(&disposition)? {
                Disposition::Counted => Some(refunded),
                Disposition::Returned => total,
                Disposition::Returning | Disposition::InReview => Some(0),
            };
            Ok(Side { receipt_id, order: Some(stored(OrderId::parse(&order))?), total, gone_back })
        })
        .collect()
}

/// Keeps the latest report of a day.
pub async fn put(tx: &mut Tx, day: &str, made_at: UnixMs, report: &Report) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO reconciliations (day, made_at, report) VALUES ($1, $2, $3)
        ON CONFLICT (day) DO UPDATE SET made_at = $2, report = $3";
    let report = stored(serde_json::to_string(report))?;
    query!(execute tx, SQL, day, made_at.get(), report.as_str())?;
    Ok(())
}

/// The latest days, newest first.
pub async fn latest(tx: &mut Tx, most: i64) -> Result<Vec<(String, UnixMs, Report)>, StoreError> {
    const SQL: &str = "SELECT day, made_at, report FROM reconciliations ORDER BY day DESC LIMIT $1";
    let rows = query!(all tx, (String, i64, String), SQL, most)?;
    let read =
        |(day, at, report): (String, i64, String)| Ok((day, UnixMs::new(at), stored(serde_json::from_str(&report))?));
    rows.into_iter().map(read).collect()
}
