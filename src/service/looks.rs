//! What this process knows of the looks that pages have caused: which are under way, and whether the last one
//! was answered. Only for what a page waits for and says; the right to look is taken in the database.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::domain::id::OrderId;
use crate::domain::time::UnixMs;

#[derive(Default)]
pub(super) struct Looks(Mutex<HashMap<OrderId, State>>);

#[derive(Clone)]
enum State {
    UnderWay(UnderWay),
    /// The last look was not answered; an answered one leaves nothing behind.
    Unanswered,
}

/// A look that somebody else has begun.
#[derive(Clone)]
pub(super) struct UnderWay {
    pub(super) began: UnixMs,
    end: watch::Receiver<()>,
}

/// Held by the look itself; dropping it, however that comes about, ends the look.
pub(super) struct Running {
    end: watch::Sender<()>,
}

impl Looks {
    const MOST: usize = 10_000;

    fn held(&self) -> MutexGuard<'_, HashMap<OrderId, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, order: &OrderId, began: UnixMs) -> Running {
        let (sender, end) = watch::channel(());
        self.set(order, State::UnderWay(UnderWay { began, end }));
        Running { end: sender }
    }

    /// A newer look of the same order keeps its own entry.
    pub(super) fn end(&self, order: &OrderId, running: &Running, answered: bool) {
        let mine = running.end.subscribe();
        let mut held = self.held();
        let is_mine = matches!(held.get(order), Some(State::UnderWay(look)) if look.end.same_channel(&mine));
        if is_mine && answered {
            held.remove(order);
        } else if is_mine {
            held.insert(order.clone(), State::Unanswered);
        }
    }

    fn set(&self, order: &OrderId, state: State) {
        let mut held = self.held();
        if held.len() >= Self::MOST {
            held.retain(|_, state| matches!(state, State::UnderWay(look) if look.end.has_changed().is_ok()));
        }
        held.insert(order.clone(), state);
    }

    /// The look that is under way for this order, if one is.
    pub(super) fn under_way(&self, order: &OrderId) -> Option<UnderWay> {
        match self.held().get(order) {
            Some(State::UnderWay(look)) if look.end.has_changed().is_ok() => Some(look.clone()),
            _ => None,
        }
    }

    /// Whether the last look that ended was answered; a look that still goes on is not.
    pub(super) fn was_answered(&self, order: &OrderId) -> bool {
        !self.held().contains_key(order)
    }
}

impl UnderWay {
    /// Waits for its end.
    pub(super) async fn end(mut self) {
        let _ = self.end.changed().await;
    }
}
