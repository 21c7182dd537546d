//! Watches an order that is not settled yet and shows its page anew when something has changed.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use crate::api::orders::OrderAnswer;
use crate::domain::order::MoneyState;

/// Asks the server where the order stands, every few seconds at first and then less often; reloads the page
/// when the answer differs from what the page shows.
#[island]
pub fn OrderWatch(token: String, state: MoneyState, events: u32) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    alive::watch(token, OrderAnswer { state, events }, 0);
    #[cfg(not(feature = "hydrate"))]
    let _ = (token, state, events);
}

#[cfg(feature = "hydrate")]
mod alive {
    use std::time::Duration;

    use leptos::prelude::set_timeout;
    use leptos::task::spawn_local;

    use crate::api::orders::{OrderAnswer, verify_order};
    use crate::islands::dom;

    /// Seconds before the n-th question; the last one stays.
    const PAUSES: [u64; 8] = [3, 3, 3, 5, 5, 10, 20, 30];

    pub fn watch(token: String, shown: OrderAnswer, asked: usize) {
        let pause = PAUSES.get(asked).or(PAUSES.last()).copied().unwrap_or(30);
        set_timeout(
            move || {
                spawn_local(async move {
                    match verify_order(token.clone(), String::new()).await {
                        Ok(answer) if answer != shown => dom::reload(),
                        _ => watch(token, shown, asked + 1),
                    }
                });
            },
            Duration::from_secs(pause),
        );
    }
}
