//! Failed logins, counted per key (an account or a network) for all nodes and over restarts.

use super::{StoreError, Tx, query};
use crate::domain::time::UnixMs;

/// How often in a row, and when last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    pub count: i64,
    pub last_at: i64,
}

/// Counts one more failure before it is known to be one, so that many attempts at once are all counted.
/// Answers what had been counted before.
pub async fn count(tx: &mut Tx, key: &str, now: UnixMs) -> Result<Failures, StoreError> {
    const SQL: &str = "INSERT INTO login_failures (key, failures, last_at) VALUES ($1, 1, $2)
        ON CONFLICT (key) DO UPDATE SET failures = login_failures.failures + 1, last_at = $2";
    let before = find(tx, key).await?;
    query!(execute tx, SQL, key, now.get())?;
    Ok(before)
}

pub async fn find(tx: &mut Tx, key: &str) -> Result<Failures, StoreError> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT failures, last_at FROM login_failures WHERE key = $1",
        Tx::Postgres(_) => "SELECT failures, last_at FROM login_failures WHERE key = $1 FOR UPDATE",
    };
    let row: Option<(i64, i64)> = query!(optional tx, (i64, i64), sql, key)?;
    Ok(row.map_or(Failures::default(), |(count, last_at)| Failures { count, last_at }))
}

/// The attempt was none, or has been forgiven.
pub async fn forget(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM login_failures WHERE key = $1", key)?;
    Ok(())
}
