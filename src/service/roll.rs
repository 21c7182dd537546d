//! What the sweep has read of the provider's list, for looks at orders of which nothing new was heard: reading the
//! whole list for each of them would ask the provider the same thing over and over.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::day_in_seoul;
use crate::domain::order::Order;
use crate::domain::time::UnixMs;

/// How long a reading will do.
const FRESH_MS: i64 = 90_000;

/// The last reading of this process, if it reached the end of the list.
#[derive(Default)]
pub(super) struct Roll(Mutex<Option<Reading>>);

/// The provider's orders that were made in some days, by the ids of ours that they bear.
pub(super) struct Reading {
    pub began: UnixMs,
    /// First and last day in Seoul.
    pub from: String,
    pub to: String,
    pub bearing: HashMap<String, Vec<String>>,
}

impl Roll {
    pub fn put(&self, reading: Reading) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading);
    }

    /// The provider's ids of the orders that bear this order's id, or its invoice's. `None` where the list itself must be
    /// read: the reading is old, or of other days, or from before the order's end, at which nothing may be missed.
    pub fn provider_ids(&self, order: &Order, now: UnixMs) -> Option<Vec<String>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = last.as_ref()?;
        let is_fresh = (0..=FRESH_MS).contains(&now.since_ms(reading.began));
        let (from, to) = (day_in_seoul(order.created_at), day_in_seoul(order.expires_at.min(now)));
        let is_of_its_days = reading.from <= from && to <= reading.to;
        let is_after_its_end = now < order.expires_at || reading.began >= order.expires_at;
        if !(is_fresh && is_of_its_days && is_after_its_end) {
            return None;
        }
        let ids = std::iter::once(order.id.as_str()).chain(order.invoice.iter().map(|invoice| invoice.id.as_str()));
        Some(ids.filter_map(|id| reading.bearing.get(id)).flatten().cloned().collect())
    }
}
