//! The offline stand-in of Bootpay: its Commerce API, its PG API, its order form page and its browser script.
//!
//! Owns a store and a ledger of its own, the other side of every reconciliation test. It must never reach into the
//! shop: it knows clocks and instants from outside, nothing else, and speaks to the shop only by posting webhooks. No
//! money moves here.
//!
//! What can be made to go wrong, and how a caller sees an answer that was lost, is told in `trouble.rs`. Everything of
//! `/_emulator/` is described in `docs/emulator.md`.

mod auth;
mod browser_form;
mod catalogue;
mod commerce;
mod control;
mod courier;
mod error;
mod faults;
mod form_page;
mod html;
mod intake;
mod journal;
mod ledger;
mod listing;
mod notice_page;
mod notify;
mod order_cancel;
mod outbox;
mod pg;
mod receipt_wire;
mod records;
mod rules;
mod times;
mod trouble;
mod urlencoded;
mod webhook_wire;
mod wire;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post, put};
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

/// The largest request body that is read, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

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

    /// Everything it serves. Under a listener, serve it with connect info, so that the control calls can see who asks.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/v1/invoices", get(commerce::list_invoices))
            .route("/v1/invoices/{id}", get(commerce::invoice))
            .route("/v1/invoices/{id}/notify", post(notify::send))
            .route("/v1/orders", get(commerce::list_orders))
            .route("/v1/orders/{key}", get(commerce::order))
            .route("/v1/order/confirm", post(commerce::confirm))
            .route("/v1/order/cancel", get(order_cancel::list).post(order_cancel::create))
            .route("/v1/order/cancel/{id}/{act}", put(order_cancel::decide))
            .route("/v2/receipt/{id}", get(pg::receipt))
            .route("/v2/cancel", post(pg::cancel))
            .route("/v2/confirm", post(pg::confirm))
            .route_layer(from_fn_with_state(self.clone(), auth::require));
        let served = Router::new()
            .route("/", get(control::home))
            .route("/v1/request/token", post(auth::request_token))
            .route("/v2/request/token", post(auth::request_token))
            .route("/v1/invoices", post(commerce::create_invoice))
            .route("/invoice/{id}", get(form_page::show).post(form_page::choose))
            .route("/receipt/{id}", get(notice_page::receipt))
            .route("/commerce/{file}", get(control::versioned_script))
            .route("/bp-commerce-sdk-latest.min.js", get(control::script))
            .merge(api)
            .route_layer(from_fn_with_state(self.clone(), trouble::on_the_way));
        served
            .merge(control::routes())
            .fallback(async || error::NOT_FOUND)
            .method_not_allowed_fallback(async || error::METHOD_NOT_ALLOWED)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
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

    fn writing(&self, ledger: &Ledger) -> Writing<'_> {
        Writing { public_url: self.public_url(), shapes: ledger.settings().shapes }
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
        let change = outbox::announced(&store.ledger, change, &making, self.writing(&store.ledger));
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
        let change = outbox::announced(&store.ledger, change, &making, self.writing(&store.ledger));
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
