//! The offline stand-in of Bootpay: its Commerce API, its PG API, its order form page and its browser script.
//!
//! Owns a store and a ledger of its own, the other side of every reconciliation test. It must never reach into the
//! shop: it knows clocks and instants from outside, nothing else, and speaks to the shop only by posting webhooks. No
//! money moves here.
//!
//! What can be made to go wrong, and how a caller sees an answer that was lost, is told in `trouble.rs`. Everything of
//! `/_emulator/` is described in `docs/emulator.md`.

mod announce;
mod auth;
mod billing;
mod browser_form;
mod catalogue;
mod commerce;
mod contract;
mod control;
mod courier;
mod due;
mod error;
mod faults;
mod fields;
mod form_page;
mod html;
mod intake;
mod journal;
mod ledger;
mod listing;
mod masked;
mod notice_page;
mod notify;
mod order_cancel;
mod outbox;
mod pg;
mod product;
mod receipt_wire;
mod records;
mod roles;
mod router;
mod rules;
mod times;
mod trouble;
mod urlencoded;
mod webhook_calls;
mod webhook_wire;
mod wire;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use serde_json::Value;

use crate::clock::{Clock, Ids};
use crate::domain::time::UnixMs;
use error::{ApiError, SERVER_ERROR};
use faults::{Action, Faults, Subject};
use journal::Journal;
use ledger::Ledger;
use records::{Answer, Upsert};
use rules::Making;
use tokio::sync::Notify;
use wire::Writing;

pub use courier::TargetError;
pub use journal::OpenError;
pub use outbox::Outgoing;
pub use trouble::Trouble;

/// The client key that is valid unless another is given.
pub const DEFAULT_CLIENT_KEY: &str = "emulator-client-key";
/// The secret key that is valid unless another is given.
pub const DEFAULT_SECRET_KEY: &str = "emulator-secret-key";

/// How to set up an emulator.
pub struct Options {
    /// Where browsers reach it, e.g. `http://127.0.0.1:4000`; prefix of `payment_url` and `receipt_url`.
    pub public_url: String,
    pub client_key: String,
    pub secret_key: String,
    /// Where to keep the ledger; without it the ledger dies with the process.
    pub journal: Option<PathBuf>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
}

/// A running emulator. Clones share one ledger.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Shared>,
}

struct Shared {
    public_url: String,
    client_key: String,
    secret_key: String,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    store: Mutex<Store>,
    /// Rung when something may be due, or due at another time.
    bell: Notify,
}

#[derive(Default)]
struct Store {
    ledger: Ledger,
    journal: Option<Journal>,
    faults: Faults,
}

impl Store {
    /// Journal first, memory second: what was answered can be found again, and a refused write changes nothing.
    fn commit(&mut self, change: Vec<Upsert>) -> Result<(), ApiError> {
        if change.is_empty() {
            return Ok(());
        }
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&change)
        {
            tracing::error!(%error, "the emulator's journal can't be written");
            return Err(SERVER_ERROR);
        }
        self.ledger.apply(change);
        Ok(())
    }
}

impl Emulator {
    /// Opens an emulator, with the ledger of its journal if there is one.
    ///
    /// # Errors
    /// When the journal can't be read or written, is held by another process, or is damaged before its last line.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let mut store = Store::default();
        if let Some(path) = &options.journal {
            let ledger = &mut store.ledger;
            store.journal = Some(Journal::open(path, |change| ledger.apply(change))?);
        }
        Ok(Self {
            shared: Arc::new(Shared {
                public_url: options.public_url.trim_end_matches('/').to_owned(),
                client_key: options.client_key,
                secret_key: options.secret_key,
                clock: options.clock,
                ids: options.ids,
                store: Mutex::new(store),
                bell: Notify::new(),
            }),
        })
    }

    fn public_url(&self) -> &str {
        &self.shared.public_url
    }

    /// The emulator's own time: its clock's, moved by the control calls.
    pub fn now(&self) -> UnixMs {
        self.now_in(&self.store().ledger)
    }

    /// As `now`, for those who hold the ledger.
    fn now_in(&self, ledger: &Ledger) -> UnixMs {
        self.shared.clock.now().plus_ms(ledger.settings().clock_offset_ms)
    }

    fn making(&self, ledger: &Ledger) -> Making<'_> {
        Making { now: self.now_in(ledger), ids: self.shared.ids.as_ref() }
    }

    fn writing<'a>(&'a self, ledger: &'a Ledger) -> Writing<'a> {
        Writing { public_url: self.public_url(), shapes: ledger.settings().shapes, ledger }
    }

    /// A decision with everything that follows from it: contracts that begin, webhooks.
    fn complete(&self, ledger: &Ledger, mut change: Vec<Upsert>, making: &Making<'_>) -> Vec<Upsert> {
        change.extend(contract::begin::begun(ledger, &change, making));
        announce::announced(ledger, change, making, self.writing(ledger))
    }

    fn strike(&self, subject: &Subject<'_>) -> Option<Action> {
        self.store().faults.strike(subject, self.shared.ids.as_ref())
    }

    /// A panic elsewhere can't leave the store half changed, as every change is applied by `commit` alone.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.shared.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn view<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&self.store().ledger)
    }

    /// Decides on the ledger and records the decision with the webhooks that it causes, with nobody in between.
    fn change<T, E: From<ApiError>>(
        &self,
        decide: impl FnOnce(&Ledger, &Making<'_>) -> Result<(T, Vec<Upsert>), E>,
    ) -> Result<T, E> {
        let mut store = self.store();
        let making = self.making(&store.ledger);
        let (answer, change) = decide(&store.ledger, &making)?;
        let change = self.complete(&store.ledger, change, &making);
        store.commit(change)?;
        self.shared.bell.notify_one();
        Ok(answer)
    }

    /// As `change`, for JSON posts: the same `Idempotency-Key` gets the stored answer for 24 h, whatever the path and
    /// the body say (Bootpay I.5). Server errors are not stored, so a retry can succeed.
    fn answer_once(
        &self,
        headers: &HeaderMap,
        decide: impl FnOnce(&Ledger, &Making<'_>) -> Result<(Value, Vec<Upsert>), ApiError>,
    ) -> Response {
        let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).filter(|v| !v.is_empty());
        let mut store = self.store();
        let making = self.making(&store.ledger);
        if let Some(stored) = key.and_then(|key| store.ledger.answer(key, making.now)) {
            let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
            return (status, Json(stored.body.clone())).into_response();
        }
        let (status, body, mut change) = match decide(&store.ledger, &making) {
            Ok((body, change)) => (StatusCode::OK, body, change),
            Err(error) => (error.status, error.body(), Vec::new()),
        };
        if let Some(key) = key
            && !status.is_server_error()
        {
            let answer = Answer { key: key.to_owned(), status: status.as_u16(), body: body.clone(), at: making.now };
            change.push(Upsert::Answer(answer));
        }
        let change = self.complete(&store.ledger, change, &making);
        match store.commit(change) {
            Ok(()) => {
                self.shared.bell.notify_one();
                (status, Json(body)).into_response()
            }
            Err(error) => error.into_response(),
        }
    }

    /// Forgets everything but the access token and the settings: neither is a part of the ledger.
    fn reset(&self) -> Result<(), ApiError> {
        let mut store = self.store();
        if let Some(journal) = &mut store.journal
            && let Err(error) = journal.clear()
        {
            tracing::error!(%error, "the emulator's journal can't be emptied");
            return Err(SERVER_ERROR);
        }
        let settings = Upsert::Settings(store.ledger.settings().clone());
        let token = store.ledger.token().cloned().map(Upsert::Token);
        store.ledger = Ledger::default();
        store.faults.clear();
        store.commit(token.into_iter().chain([settings]).collect())
    }
}
