//! The audit log. Rows are added and read, never changed; the database itself refuses anything else.

use super::{StoreError, Tx, query};
use crate::domain::time::UnixMs;

/// One line, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: UnixMs,
    /// `None` for what nobody logged in did, such as a failed login.
    pub staff_id: Option<String>,
    pub staff_name: String,
    pub network: String,
    /// A word of `domain::audit::Act`.
    pub act: &'static str,
    /// What it was done to: an order's number, a link, an account.
    pub subject: String,
    /// What a person needs to know beyond that; no secrets, no personal data of customers.
    pub detail: String,
}

/// One line, as it is read.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    pub seq: i64,
    pub at: i64,
    pub staff_name: String,
    pub network: String,
    pub act: String,
    pub subject: String,
    pub detail: String,
}

pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO audit (at, staff_id, staff_name, network, act, subject, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    query!(
        execute tx,
        SQL,
        entry.at.get(),
        entry.staff_id.as_deref(),
        entry.staff_name.as_str(),
        entry.network.as_str(),
        entry.act,
        entry.subject.as_str(),
        entry.detail.as_str(),
    )?;
    Ok(())
}

/// A page of the log, newest first, beginning below `before`; of one person or one act where they are told.
pub async fn page(
    tx: &mut Tx,
    before: i64,
    staff_id: Option<&str>,
    act: Option<&str>,
    rows: i64,
) -> Result<Vec<Line>, StoreError> {
    macro_rules! select {
        ($tail:literal) => {
            concat!(
                "SELECT seq, at, staff_name, network, act, subject, detail FROM audit WHERE seq < $1 ",
                $tail,
                " ORDER BY seq DESC LIMIT $2"
            )
        };
    }
    match (staff_id, act) {
        (None, None) => query!(all tx, Line, select!(""), before, rows),
        (Some(id), None) => query!(all tx, Line, select!("AND staff_id = $3"), before, rows, id),
        (None, Some(act)) => query!(all tx, Line, select!("AND act = $3"), before, rows, act),
        (Some(id), Some(act)) => {
            query!(all tx, Line, select!("AND staff_id = $3 AND act = $4"), before, rows, id, act)
        }
    }
}
