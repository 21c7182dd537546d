//! All SQL, for SQLite and PostgreSQL. Functions say what the SQL does and know no rules; the only ways in
//! are [`Db::read`] and [`Db::write`]. Nothing here waits for anything but the database.

pub mod approvals;
pub mod approved_cancels;
mod asked;
pub mod attempts;
pub mod audit;
mod db;
pub mod deliveries;
pub mod factors;
#[cfg(debug_assertions)]
pub mod gate;
pub mod glance;
pub mod idempotency;
pub mod invitations;
pub mod jobs;
pub mod link_sends;
pub mod links;
mod migrations;
pub mod order_list;
pub mod orders;
pub mod payments;
pub mod plans;
pub mod promotions;
pub mod reconciliations;
pub mod refunds;
pub mod reviews;
pub mod search;
pub mod seed;
pub mod sessions;
pub mod shop;
pub mod staff;
pub mod vitals;
pub mod watches;
mod writer;

pub use db::{Db, DbOptions, MaybeAgain, Tx, TxFuture};
pub use migrations::Standing;
pub use writer::CommitCount;

use crate::domain::word::UnknownWord;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row that must be there is not.
    #[error("no such row")]
    NotFound,
    /// A rule of the database refused the write.
    #[error("the database refused: {0:?}")]
    Conflict(Constraint),
    /// What is stored can't be read back as what it must be; a person must look.
    #[error("stored value is not well-formed: {0}")]
    Corrupt(String),
    #[error("the database is not usable: {0}")]
    Database(String),
    /// The transaction met another one; running it again is safe.
    #[error("the transaction must be tried again")]
    Again,
}

/// Uniqueness rules that a caller may want to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// This receipt has a payment row already.
    PaymentKnown,
    FormKeyUsed,
    /// This form has made a link already.
    LinkFormUsed,
    /// There is a plan with this key, or a promotion with this code.
    NameTaken,
    Other,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(db) = &error else {
            return match error {
                sqlx::Error::RowNotFound => Self::NotFound,
                other => Self::Database(other.to_string()),
            };
        };
        // PostgreSQL: serialization failure and deadlock.
        if matches!(db.code().as_deref(), Some("40001" | "40P01")) {
            return Self::Again;
        }
        if db.is_unique_violation() {
            // PostgreSQL names the constraint, SQLite names the columns.
            let named = format!("{} {}", db.constraint().unwrap_or_default(), db.message());
            let constraint = if named.contains("payments") {
                Constraint::PaymentKnown
            } else if named.contains("idempotency") {
                Constraint::FormKeyUsed
            } else if named.contains("links_form_key") || named.contains("links.form_key") {
                Constraint::LinkFormUsed
            } else if named.contains("plans_pkey") || named.contains("plans.key") || named.contains("promotions") {
                Constraint::NameTaken
            } else {
                Constraint::Other
            };
            return Self::Conflict(constraint);
        }
        Self::Database(error.to_string())
    }
}

impl From<UnknownWord> for StoreError {
    fn from(word: UnknownWord) -> Self {
        Self::Corrupt(word.to_string())
    }
}

/// For values that were parsed before they were stored and must therefore parse again.
pub(in crate::store) fn stored<T, E: std::fmt::Display>(parsed: Result<T, E>) -> Result<T, StoreError> {
    parsed.map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Runs one query on whichever database the transaction is of. One SQL text serves both, with `$n`
/// parameters; the three forms fetch an optional row, all rows, or the number of rows changed.
macro_rules! query {
    (optional $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(conn) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **conn).await,
            $crate::store::Tx::Postgres(conn) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **conn).await,
        }
        .map_err($crate::store::StoreError::from)
    };
    (all $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(conn) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **conn).await,
            $crate::store::Tx::Postgres(conn) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **conn).await,
        }
        .map_err($crate::store::StoreError::from)
    };
    (execute $tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(conn) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **conn).await.map(|done| done.rows_affected()),
            $crate::store::Tx::Postgres(conn) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **conn).await.map(|done| done.rows_affected()),
        }
        .map_err($crate::store::StoreError::from)
    };
}
pub(in crate::store) use query;
