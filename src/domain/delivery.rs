//! Webhooks, as far as the shop cares: which records they name. Nothing else in them is believed.

use super::time::UnixMs;
use super::word::words;

words! {
    /// Which of the provider's two systems says that it sent it.
    Source {
        Pg = "pg",
        Commerce = "commerce",
    }
}

words! {
    /// What became of a webhook.
    DeliveryState {
        /// It names an order of ours, which was looked at because of it.
        Matched = "matched",
        /// It names something that fits no order yet; the provider is asked whose it is.
        Waiting = "waiting",
        /// It names nothing of ours.
        Stray = "stray",
    }
}

/// What a webhook names. Each is only a place to look at, and may be forged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Ids that may be ours: of an order, or of an invoice that we made.
    pub ours: Vec<String>,
    /// Ids or numbers of the provider's orders.
    pub orders: Vec<String>,
    pub receipts: Vec<String>,
}

impl Names {
    /// The provider can be asked whose these are.
    pub fn can_be_looked_up(&self) -> bool {
        !self.orders.is_empty()
    }
}

/// Look-ups for deliveries that fit no order: so many in [`BUDGET_MS`], on all nodes together, each of at most
/// [`LOOKED_UP`] names. Whatever a stranger sends, the provider is asked no more often.
pub const BUDGET: i64 = 20;
pub const BUDGET_MS: i64 = 60_000;
/// A true webhook names one order, by its id, its number, or both.
pub const LOOKED_UP: usize = 2;
/// The most deliveries that wait for a look-up; more are written down and found by the sweep alone.
pub const MOST_WAITING: i64 = 500;
/// Deliveries that fit no order are forgotten after this time, and as they come when there are more than about so many.
pub const STRAY_LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
pub const MOST_STRAYS: i64 = 5_000;
/// How long deliveries that fit an order are kept, and how many of one order.
pub const MATCHED_LIFE_MS: i64 = 90 * 24 * 60 * 60 * 1000;
pub const MOST_OF_ORDER: i64 = 500;
/// The same of an order that nobody has paid, which anybody can make; they are forgotten like strays.
pub const MOST_OF_UNPAID: i64 = 200;

/// When names that fit no order are tried again; `None` after a day.
pub fn next_try(received_at: UnixMs, tries: u32, now: UnixMs) -> Option<UnixMs> {
    let gap = match tries {
        0..=2 => 10_000,
        3..=5 => 120_000,
        6..=8 => 900_000,
        _ => 4 * 60 * 60 * 1000,
    };
    (now.since_ms(received_at) < 24 * 60 * 60 * 1000).then(|| now.plus_ms(gap))
}
