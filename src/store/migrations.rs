//! The tables that this program needs, and how far a database is from them.

use sqlx::migrate::Migrator;

use super::{Db, StoreError, Tx, query};

pub(super) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How the tables of a database stand to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Steps that are still to be made.
    pub missing: u64,
    /// Steps were made that this program does not know: a newer one has been here.
    pub is_newer: bool,
}

impl Db {
    /// Reads which steps were made; changes nothing.
    pub async fn standing(&self) -> Result<Standing, StoreError> {
        self.read(|tx| Box::pin(standing(tx))).await
    }
}

async fn standing(tx: &mut Tx) -> Result<Standing, StoreError> {
    let migrator = match tx {
        Tx::Sqlite(_) => &SQLITE,
        Tx::Postgres(_) => &POSTGRES,
    };
    let table: Option<(i64,)> = match tx {
        Tx::Sqlite(_) => {
            query!(optional tx, (i64,), "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
        }
        Tx::Postgres(_) => {
            const SQL: &str = "SELECT COUNT(*) FROM information_schema.tables
                WHERE table_schema = current_schema() AND table_name = '_sqlx_migrations'";
            query!(optional tx, (i64,), SQL)
        }
    }?;
    let made: Vec<(i64,)> = match table {
        Some((1..,)) => query!(all tx, (i64,), "SELECT version FROM _sqlx_migrations WHERE success")?,
        _ => Vec::new(),
    };
    let is_made = |version: i64| made.iter().any(|(made,)| *made == version);
    let missing = migrator.iter().filter(|step| !is_made(step.version)).count();
    let is_newer = made.iter().any(|(version,)| !migrator.version_exists(*version));
    Ok(Standing { missing: u64::try_from(missing).unwrap_or(u64::MAX), is_newer })
}
