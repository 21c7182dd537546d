//! Failed attempts to log in and to look up an order, counted per key (what was tried, or the network that tried) for
//! all nodes and over restarts. What a key means and how long anybody waits is known to the services.

use super::{StoreError, Tx, query};
use crate::domain::time::UnixMs;

/// How often in a row, and when last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    pub count: i64,
    pub last_at: i64,
}

/// Counts one more failure before it is known to be one, so that many attempts at once are all counted.
/// What was counted up to `forgotten` is counted no more.
pub async fn count(tx: &mut Tx, key: &str, now: UnixMs, forgotten: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO login_failures (key, failures, last_at) VALUES ($1, 1, $2)
        ON CONFLICT (key) DO UPDATE SET
            failures = CASE WHEN login_failures.last_at <= $3 THEN 1 ELSE login_failures.failures + 1 END, last_at = $2";
    query!(execute tx, SQL, key, now.get(), forgotten.get())?;
    Ok(())
}

/// Makes the row if there is none, so that the first attempts of all are counted one after another too.
pub async fn lock(tx: &mut Tx, key: &str) -> Result<Failures, StoreError> {
    const SQL: &str =
        "INSERT INTO login_failures (key, failures, last_at) VALUES ($1, 0, 0) ON CONFLICT (key) DO NOTHING";
    query!(execute tx, SQL, key)?;
    find(tx, key).await
}

async fn find(tx: &mut Tx, key: &str) -> Result<Failures, StoreError> {
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

/// Removes counts that nobody has added to since `until`, some at a time; what another transaction holds stays.
pub async fn prune(tx: &mut Tx, until: UnixMs) -> Result<(), StoreError> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "DELETE FROM login_failures WHERE key IN
                (SELECT key FROM login_failures WHERE last_at <= $1 ORDER BY last_at LIMIT 100)"
        }
        Tx::Postgres(_) => {
            "DELETE FROM login_failures WHERE key IN
                (SELECT key FROM login_failures WHERE last_at <= $1 ORDER BY last_at LIMIT 100 FOR UPDATE SKIP LOCKED)"
        }
    };
    query!(execute tx, sql, until.get())?;
    Ok(())
}

/// How many keys are counted.
#[cfg(test)]
pub async fn keys(tx: &mut Tx) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = query!(optional tx, (i64,), "SELECT COUNT(*) FROM login_failures")?;
    Ok(row.map_or(0, |(count,)| count))
}
