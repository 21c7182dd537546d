//! How the staff's pages mark a state: one shape, and for orders one tone per state. Knows no addresses and asks
//! no services; the words of an order's states are `Lang::order_state`.

use leptos::prelude::*;

use crate::domain::order::StateWord;
use crate::text::Lang;
use crate::ui::Tone;

/// A state in a word or two. `state` is its name in the code, which tests and styles find it by.
pub(super) fn badge(tone: Tone, state: &'static str, words: String) -> AnyView {
    let class = match tone {
        Tone::Plain => "badge badge-plain",
        Tone::Good => "badge badge-good",
        Tone::Warning => "badge badge-warning",
    };
    view! { <span class=class data-state=state>{words}</span> }.into_any()
}

/// An order's state, as staff read it wherever an order is shown.
pub(super) fn order_badge(lang: Lang, state: StateWord) -> AnyView {
    badge(tone(state), state.as_str(), lang.order_state(state))
}

/// Good is money that is here; a warning is what somebody may have to see to. An order that ran out of time is
/// neither: most are carts that were left.
const fn tone(state: StateWord) -> Tone {
    match state {
        StateWord::Paid | StateWord::Shipping | StateWord::Completed => Tone::Good,
        StateWord::AwaitingConfirm | StateWord::Failed => Tone::Warning,
        StateWord::Pending
        | StateWord::AwaitingDeposit
        | StateWord::PartiallyRefunded
        | StateWord::Refunded
        | StateWord::Cancelled
        | StateWord::Expired => Tone::Plain,
    }
}
