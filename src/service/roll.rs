//! What was read of the provider's list last, for looks at orders of which nothing new was heard: reading the whole list
//! for each of them would ask the provider the same thing over and over.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::clock::day_in_seoul;
use crate::domain::order::Order;
use crate::domain::time::UnixMs;

/// Readings that are kept: of today, and of the days of a few older orders.
const MOST: usize = 8;

/// With so many readings under way at once, looks that pages cause make do with a young one: whoever opens many pages
/// must not have the provider's list read for each.
const BUSY: usize = 4;

/// The last readings of this process that reached the end of the list, the youngest last.
#[derive(Default)]
pub(super) struct Roll {
    readings: Mutex<VecDeque<Reading>>,
    under_way: AtomicUsize,
}

/// A reading while it goes on.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The provider's orders that were made in some days, by the ids of ours that they bear.
pub(super) struct Reading {
    pub began: UnixMs,
    /// First and last day in Seoul.
    pub from: String,
    pub to: String,
    pub bearing: HashMap<String, Vec<String>>,
}

impl Roll {
    /// To be held while the list is read.
    pub fn begin(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.under_way)
    }

    pub fn is_busy(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) >= BUSY
    }

    pub fn put(&self, reading: Reading) {
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        readings.retain(|other| (&other.from, &other.to) != (&reading.from, &reading.to));
        if readings.len() >= MOST {
            readings.pop_front();
        }
        readings.push_back(reading);
    }

    /// The provider's ids of the orders that bear this order's id, or its invoice's. `None` where the list itself must be
    /// read: no reading is younger than `age_ms`, of the order's days, and from after its end, at which nothing may be missed.
    pub fn provider_ids(&self, order: &Order, now: UnixMs, age_ms: i64) -> Option<Vec<String>> {
        let readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, to) = (day_in_seoul(order.created_at), day_in_seoul(order.expires_at.min(now)));
        let will_do = |reading: &&Reading| {
            let is_fresh = (0..age_ms).contains(&now.since_ms(reading.began));
            let is_of_its_days = reading.from <= from && to <= reading.to;
            let is_after_its_end = now < order.expires_at || reading.began >= order.expires_at;
            is_fresh && is_of_its_days && is_after_its_end
        };
        let reading = readings.iter().rev().find(will_do)?;
        let ids = std::iter::once(order.id.as_str()).chain(order.invoice.iter().map(|invoice| invoice.id.as_str()));
        Some(ids.filter_map(|id| reading.bearing.get(id)).flatten().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_busy_while_four_read() {
        let roll = Roll::default();
        let mut reading: Vec<_> = (0..4).map(|_| roll.begin()).collect();
        assert!(roll.is_busy());
        reading.pop();
        assert!(!roll.is_busy());
    }
}
