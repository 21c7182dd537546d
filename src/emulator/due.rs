//! What happens by itself when its time comes: instalments, reserved charges, contracts that end. Looked after before
//! every request and every handing out of webhooks, so nothing needs to wake up for it; each happens at its own instant,
//! however far the clock was moved.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::Emulator;
use super::billing;
use super::contract;
use super::ledger::Due;
use super::rules::Making;

/// The most that happens in one go; the rest follows with the next request. A clock that was set to the far future must
/// not hold everybody up.
const MOST_AT_ONCE: usize = 1_000;

/// Middleware: what is due has happened before a request is answered.
pub(super) async fn first(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    emulator.catch_up();
    next.run(request).await
}

impl Emulator {
    pub(super) fn catch_up(&self) {
        let mut guard = self.store();
        let store = &mut *guard;
        let now = self.now_in(&store.ledger);
        let mut is_changed = false;
        for _ in 0..MOST_AT_ONCE {
            let Some((at, due)) = store.ledger.first_due().filter(|(at, _)| *at <= now).cloned() else { break };
            let making = Making { now: at, ids: self.shared.ids.as_ref() };
            let change = match &due {
                Due::Bill(id) => contract::rules::fall_due(&store.ledger, id, &making),
                Due::Reservation(id) => billing::rules::execute(&store.ledger, id, &making),
                Due::End(id) => contract::rules::end(&store.ledger, id),
            };
            let change = self.complete(&store.ledger, change, &making);
            // What can't be recorded is tried again with the next request.
            if store.commit(change).is_err() {
                break;
            }
            is_changed = true;
        }
        if is_changed {
            self.shared.bell.notify_one();
        }
    }
}
