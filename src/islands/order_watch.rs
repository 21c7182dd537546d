//! Watches an order that is not settled yet and shows its page anew when something has changed.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use crate::api::orders::OrderAnswer;
use crate::domain::order::MoneyState;

/// Asks the server where the order stands, every few seconds at first and then less often, and when the page is seen again;
/// reloads the page when the answer differs from what the page shows.
#[island]
pub fn OrderWatch(token: String, state: MoneyState, events: u32) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    alive::watch(token, OrderAnswer { state, events });
    #[cfg(not(feature = "hydrate"))]
    let _ = (token, state, events);
}

#[cfg(feature = "hydrate")]
mod alive {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::prelude::{document, set_timeout, window_event_listener_untyped};
    use leptos::task::spawn_local;

    use crate::api::orders::{OrderAnswer, verify_order};
    use crate::islands::dom;

    /// Seconds before the n-th question; the last one stays.
    const PAUSES: [u64; 8] = [3, 3, 3, 5, 5, 10, 20, 30];

    struct Watch {
        token: String,
        shown: OrderAnswer,
        /// Counts questions and pauses: only the last one goes on.
        turn: Cell<u32>,
    }

    pub fn watch(token: String, shown: OrderAnswer) {
        let watch = Rc::new(Watch { token, shown, turn: Cell::new(0) });
        // Whoever comes back from a bank's app does not wait for the next question.
        window_event_listener_untyped("visibilitychange", {
            let watch = watch.clone();
            move |_| ask(watch.clone(), 0)
        });
        wait(watch, 0);
    }

    fn next(watch: &Watch) -> u32 {
        watch.turn.set(watch.turn.get().wrapping_add(1));
        watch.turn.get()
    }

    fn wait(watch: Rc<Watch>, asked: usize) {
        let pause = PAUSES.get(asked).or(PAUSES.last()).copied().unwrap_or(30);
        let turn = next(&watch);
        set_timeout(
            move || {
                if watch.turn.get() == turn {
                    ask(watch, asked);
                }
            },
            Duration::from_secs(pause),
        );
    }

    /// A page that nobody sees asks nothing.
    fn ask(watch: Rc<Watch>, asked: usize) {
        let turn = next(&watch);
        if document().hidden() {
            return;
        }
        spawn_local(async move {
            match verify_order(watch.token.clone(), String::new()).await {
                Ok(answer) if answer != watch.shown => dom::reload(),
                _ if watch.turn.get() == turn => wait(watch, asked + 1),
                _ => {}
            }
        });
    }
}
