//! In debug builds only, for the simulation: somebody who stands between the callers and the database, lets one call
//! through at a time, and may make it fail.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;

use super::StoreError;

/// One call.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    pub is_write: bool,
    /// The path of the closure that it runs.
    pub name: &'static str,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Well,
    /// A read finds no database; a write can't be committed.
    Fails,
    /// It is carried out, and whoever called is told that it was not.
    Unheard,
}

pub struct Pass {
    pub fate: Fate,
    /// Dropped when the database is done.
    pub done: oneshot::Sender<()>,
    /// Ends when the caller may know.
    pub back: Pin<Box<dyn Future<Output = ()> + Send>>,
}

type Enter = dyn Fn(Access) -> Pin<Box<dyn Future<Output = Pass> + Send>> + Send + Sync;

#[derive(Clone)]
pub struct Gate(pub Arc<Enter>);

/// Set for one commit of SQLite's writer that must fail.
#[derive(Clone, Debug, Default)]
pub struct Fuse(Arc<AtomicBool>);

impl Fuse {
    pub fn check(&self) -> Result<(), StoreError> {
        if self.0.swap(false, Ordering::SeqCst) { Err(full()) } else { Ok(()) }
    }
}

fn full() -> StoreError {
    StoreError::Database("database or disk is full".into())
}

/// Runs `work` when the gate opens for it.
pub async fn through<T, E: From<StoreError>>(
    gate: Option<&Gate>,
    fuse: Option<&Fuse>,
    access: Access,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let Some(gate) = gate else { return work.await };
    let pass = (gate.0)(access).await;
    let done = match (pass.fate, fuse) {
        (Fate::Well, _) => work.await,
        (Fate::Unheard, _) => work.await.and(Err(StoreError::Database("the connection was lost".into()).into())),
        (Fate::Fails, Some(fuse)) if access.is_write => {
            fuse.0.store(true, Ordering::SeqCst);
            let done = work.await;
            fuse.0.store(false, Ordering::SeqCst);
            done
        }
        (Fate::Fails, _) => Err(full().into()),
    };
    drop(pass.done);
    pass.back.await;
    done
}
