//! The two databases behind one door: pools, migrations, transactions.

use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

use super::StoreError;
use super::writer::{CommitCount, Writer};
use crate::failpoint::{self, Moment};

/// A transaction (in [`Db::write`]) or a connection to read from (in [`Db::read`]).
pub enum Tx {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// What a transaction closure returns.
pub type TxFuture<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

#[derive(Clone)]
pub struct Db {
    inner: Inner,
    #[cfg(debug_assertions)]
    fuse: Option<super::gate::Fuse>,
    #[cfg(debug_assertions)]
    gate: Option<super::gate::Gate>,
}

#[derive(Clone)]
enum Inner {
    Sqlite { write: Writer, read: SqlitePool },
    Postgres(PgPool),
}

pub struct DbOptions {
    /// `sqlite://path/to/file.db` or `postgres://…`.
    pub url: String,
    pub readers: u32,
}

/// How often a PostgreSQL transaction that met another one is run again.
const ATTEMPTS: u32 = 12;

impl Db {
    /// Opens the database, creating an SQLite file and its folder where there is none. Runs no migrations.
    pub async fn open(options: &DbOptions) -> Result<Self, StoreError> {
        if options.url.starts_with("sqlite:") {
            Self::open_sqlite(options).await
        } else {
            let connect = PgConnectOptions::from_str(&options.url)?
                .options([("statement_timeout", "10000"), ("idle_in_transaction_session_timeout", "10000")]);
            let pool = PgPoolOptions::new()
                .max_connections(options.readers)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(connect)
                .await?;
            Ok(Self {
                inner: Inner::Postgres(pool),
                #[cfg(debug_assertions)]
                fuse: None,
                #[cfg(debug_assertions)]
                gate: None,
            })
        }
    }

    /// The same database behind a gate.
    #[cfg(debug_assertions)]
    pub fn gated(self, gate: super::gate::Gate) -> Self {
        Self { gate: Some(gate), ..self }
    }

    async fn open_sqlite(options: &DbOptions) -> Result<Self, StoreError> {
        let connect = SqliteConnectOptions::from_str(&options.url)?;
        if let Some(folder) = connect.get_filename().parent().filter(|folder| *folder != Path::new("")) {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Database(error.to_string()))?;
        }
        let connect = connect
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit that was acknowledged survives a power cut (invariant I4).
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true);
        let one = SqlitePoolOptions::new().max_connections(1).connect_with(connect.clone()).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(options.readers)
            .connect_with(connect.create_if_missing(false).pragma("query_only", "on"))
            .await?;
        let write = Writer::start(one).await?;
        Ok(Self {
            #[cfg(debug_assertions)]
            fuse: Some(write.fuse()),
            #[cfg(debug_assertions)]
            gate: None,
            inner: Inner::Sqlite { write, read },
        })
    }

    /// Brings the tables to the state that this program was built for.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrated = match &self.inner {
            Inner::Sqlite { write, .. } => return write.migrate().await,
            Inner::Postgres(pool) => super::migrations::POSTGRES.run(pool).await,
        };
        migrated.map_err(|error| StoreError::Database(error.to_string()))
    }

    /// Reads outside any transaction.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Tx) -> TxFuture<'a, T, E>,
        E: From<StoreError>,
    {
        let name = std::any::type_name::<F>();
        self.through(false, name, self.read_at_once(work)).await
    }

    async fn read_at_once<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Tx) -> TxFuture<'a, T, E>,
        E: From<StoreError>,
    {
        let mut tx = match &self.inner {
            Inner::Sqlite { read, .. } => Tx::Sqlite(read.acquire().await.map_err(StoreError::from)?),
            Inner::Postgres(pool) => Tx::Postgres(pool.acquire().await.map_err(StoreError::from)?),
        };
        work(&mut tx).await
    }

    /// Runs `work` in one transaction and returns after it is durable. `work` may run more than once and
    /// must await nothing but `tx`: ids, times and all that comes from outside are made before.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'a> Fn(&'a mut Tx) -> TxFuture<'a, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + MaybeAgain + Send + 'static,
    {
        let name = std::any::type_name::<F>();
        self.through(true, name, self.write_at_once(name, work)).await
    }

    async fn write_at_once<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: for<'a> Fn(&'a mut Tx) -> TxFuture<'a, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + MaybeAgain + Send + 'static,
    {
        match &self.inner {
            Inner::Sqlite { write, .. } => write.run(name, work).await,
            Inner::Postgres(pool) => {
                let pool = pool.clone();
                // A task of its own, because a caller that goes away must not cut a transaction in half.
                let writing = tokio::spawn(async move { write_postgres(&pool, name, &work).await });
                writing.await.unwrap_or_else(|error| Err(StoreError::Database(error.to_string()).into()))
            }
        }
    }

    async fn through<T, E: From<StoreError>>(
        &self,
        is_write: bool,
        name: &'static str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        // Unoptimised futures are large, and those around this one hold it twice.
        #[cfg(debug_assertions)]
        let work = Box::pin(work);
        let work = async {
            if !is_write {
                return work.await;
            }
            failpoint::pass(Moment::Before, || failpoint::short(name));
            let done = work.await;
            failpoint::pass(Moment::After, || failpoint::short(name));
            done
        };
        #[cfg(debug_assertions)]
        let work = {
            let access = super::gate::Access { is_write, name };
            super::gate::through(self.gate.as_ref(), self.fuse.as_ref(), access, work)
        };
        work.await
    }

    /// Commits and the transactions in them so far; `None` on PostgreSQL, which keeps its own counts.
    pub fn commits(&self) -> Option<CommitCount> {
        match &self.inner {
            Inner::Sqlite { write, .. } => Some(write.commits()),
            Inner::Postgres(_) => None,
        }
    }

    /// Finishes what is queued and closes the files.
    pub async fn close(&self) {
        match &self.inner {
            Inner::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Inner::Postgres(pool) => pool.close().await,
        }
    }
}

/// Errors that can say "run me again".
pub trait MaybeAgain {
    fn is_again(&self) -> bool;
}

impl MaybeAgain for StoreError {
    fn is_again(&self) -> bool {
        matches!(self, Self::Again)
    }
}

async fn write_postgres<T, E, F>(pool: &PgPool, name: &str, work: &F) -> Result<T, E>
where
    F: for<'a> Fn(&'a mut Tx) -> TxFuture<'a, T, E>,
    E: From<StoreError> + MaybeAgain,
{
    let mut attempt = 1;
    loop {
        match write_postgres_once(pool, name, work).await {
            Err(error) if error.is_again() && attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}

async fn write_postgres_once<T, E, F>(pool: &PgPool, name: &str, work: &F) -> Result<T, E>
where
    F: for<'a> Fn(&'a mut Tx) -> TxFuture<'a, T, E>,
    E: From<StoreError>,
{
    let mut conn = pool.acquire().await.map_err(StoreError::from)?;
    if let Err(error) = sqlx::query("BEGIN ISOLATION LEVEL READ COMMITTED").execute(&mut *conn).await {
        conn.close_on_drop();
        return Err(StoreError::from(error).into());
    }
    let mut tx = Tx::Postgres(conn);
    let result = work(&mut tx).await;
    failpoint::pass(Moment::Uncommitted, || failpoint::short(name));
    let Tx::Postgres(mut conn) = tx else { return result };
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    match sqlx::query(end).execute(&mut *conn).await {
        Ok(_) => result,
        // Nobody knows what state the connection is in: it is not given back to the pool.
        Err(error) => {
            conn.close_on_drop();
            result.and(Err(StoreError::from(error).into()))
        }
    }
}
