//! SQLite's one writer. Queued transactions run one after another inside a single SQLite transaction, a
//! savepoint each, and are committed together: many orders, one fsync. Each is acknowledged only after
//! that commit; if the commit fails, every member hears the failure.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::db::{Tx, TxFuture};
use crate::failpoint::{self, Moment};
use crate::planted::{Bug, planted};

/// The longest batch. Bounds how long the first member waits for the last.
const BATCH: usize = 256;

/// How many commits were made, and how many transactions were in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitCount {
    pub commits: u64,
    pub transactions: u64,
}

type Answer = Box<dyn Any + Send>;

/// A queued transaction with its types erased: runs, says whether it succeeded, and carries its result.
type Work = Box<dyn for<'a> Fn(&'a mut Tx) -> TxFuture<'a, Answer, Answer> + Send + Sync>;

struct Job {
    work: Work,
    done: oneshot::Sender<Result<Answer, Failure>>,
}

enum Failure {
    /// The work's own error.
    Own(Answer),
    Store(StoreError),
}

#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    pool: SqlitePool,
    counts: Arc<(AtomicU64, AtomicU64)>,
    closed: Arc<tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>>,
    #[cfg(debug_assertions)]
    fuse: super::gate::Fuse,
}

impl Writer {
    /// `pool` holds exactly one connection, which the writer keeps.
    pub(super) async fn start(pool: SqlitePool) -> Result<Self, StoreError> {
        let conn = pool.acquire().await?;
        let (queue, jobs) = mpsc::channel(1024);
        let counts = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
        #[cfg(debug_assertions)]
        let fuse = super::gate::Fuse::default();
        let commit = Commit {
            #[cfg(debug_assertions)]
            fuse: fuse.clone(),
        };
        let task = tokio::spawn(run(conn, jobs, counts.clone(), commit));
        Ok(Self {
            queue,
            pool,
            counts,
            closed: Arc::new(tokio::sync::Mutex::new(Some(task))),
            #[cfg(debug_assertions)]
            fuse,
        })
    }

    #[cfg(debug_assertions)]
    pub(super) fn fuse(&self) -> super::gate::Fuse {
        self.fuse.clone()
    }

    pub(super) fn commits(&self) -> CommitCount {
        CommitCount {
            commits: self.counts.0.load(Ordering::Relaxed),
            transactions: self.counts.1.load(Ordering::Relaxed),
        }
    }

    /// Migrations bring their own transactions, so they run on a connection of their own.
    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        let options = (*self.pool.connect_options()).clone();
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let migrated = super::migrations::SQLITE.run(&pool).await;
        pool.close().await;
        migrated.map_err(|error| StoreError::Database(error.to_string()))
    }

    pub(super) async fn run<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: for<'a> Fn(&'a mut Tx) -> TxFuture<'a, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let work: Work = Box::new(move |tx| {
            let running = work(tx);
            Box::pin(async move {
                let done = running.await;
                failpoint::pass(Moment::Uncommitted, || failpoint::short(name));
                done.map(|value| Box::new(value) as Answer).map_err(|error| Box::new(error) as Answer)
            })
        });
        let gone = || StoreError::Database("the writer has stopped".into());
        let (done, answer) = oneshot::channel();
        self.queue.send(Job { work, done }).await.map_err(|_| gone())?;
        let mistyped = || StoreError::Database("the writer mixed up its answers".into());
        match answer.await.map_err(|_| gone())? {
            Ok(value) => value.downcast().map(|value| *value).map_err(|_| mistyped().into()),
            Err(Failure::Own(error)) => Err(error.downcast().map_or_else(|_| mistyped().into(), |error| *error)),
            Err(Failure::Store(error)) => Err(error.into()),
        }
    }

    pub(super) async fn close(&self) {
        // Answers that are under way are given first: the queue drains before the task sees it closed.
        if let Some(task) = self.closed.lock().await.take() {
            let (done, drained) = oneshot::channel();
            let last = Job { work: Box::new(|_| Box::pin(async { Ok(Box::new(()) as Answer) })), done };
            if self.queue.send(last).await.is_ok() {
                let _ = drained.await;
            }
            task.abort();
            let _ = task.await;
        }
        self.pool.close().await;
    }
}

/// Makes a batch durable; a test can have it fail.
struct Commit {
    #[cfg(debug_assertions)]
    fuse: super::gate::Fuse,
}

impl Commit {
    async fn make(&self, tx: &mut Tx) -> Result<(), StoreError> {
        #[cfg(debug_assertions)]
        self.fuse.check()?;
        execute(tx, "COMMIT").await
    }
}

async fn run(
    conn: PoolConnection<Sqlite>,
    mut jobs: mpsc::Receiver<Job>,
    counts: Arc<(AtomicU64, AtomicU64)>,
    commit: Commit,
) {
    let mut tx = Tx::Sqlite(conn);
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let size = batch.len() as u64;
        let mut results = Vec::with_capacity(batch.len());
        let committed = run_batch(&mut tx, &batch, &mut results, &commit).await;
        counts.0.fetch_add(1, Ordering::Relaxed);
        counts.1.fetch_add(size, Ordering::Relaxed);
        match committed {
            Err(_) if planted(Bug::AcknowledgedBeforeCommit) => {
                let _ = execute(&mut tx, "ROLLBACK").await;
                for (job, result) in batch.drain(..).zip(results) {
                    let _ = job.done.send(result);
                }
            }
            Ok(()) => {
                for (job, result) in batch.drain(..).zip(results) {
                    let _ = job.done.send(result);
                }
            }
            Err(error) => {
                let text = error.to_string();
                // Ignored when the failed statement has ended the transaction already.
                let _ = execute(&mut tx, "ROLLBACK").await;
                for job in batch.drain(..) {
                    let _ = job.done.send(Err(Failure::Store(StoreError::Database(text.clone()))));
                }
            }
        }
    }
}

async fn run_batch(
    tx: &mut Tx,
    batch: &[Job],
    results: &mut Vec<Result<Answer, Failure>>,
    commit: &Commit,
) -> Result<(), StoreError> {
    execute(tx, "BEGIN IMMEDIATE").await?;
    for job in batch {
        execute(tx, "SAVEPOINT member").await?;
        match (job.work)(tx).await {
            Ok(value) => {
                execute(tx, "RELEASE member").await?;
                results.push(Ok(value));
            }
            Err(error) => {
                execute(tx, "ROLLBACK TO member").await?;
                execute(tx, "RELEASE member").await?;
                results.push(Err(Failure::Own(error)));
            }
        }
    }
    commit.make(tx).await
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(conn) => sqlx::query(sql).execute(&mut **conn).await.map(|_| ()).map_err(StoreError::from),
        Tx::Postgres(_) => Err(StoreError::Database("the SQLite writer was given another database".into())),
    }
}
