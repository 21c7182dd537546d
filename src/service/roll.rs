//! What was read of the provider's list last, for looks at orders of which nothing new was heard: reading the whole list
//! for each of them would ask the provider the same thing over and over.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::clock::day_in_seoul;
use crate::domain::order::Order;
use crate::domain::time::UnixMs;

/// Readings that are kept: of today, and of the days of a few older orders.
const MOST: usize = 8;

/// The last readings of this process that reached the end of the list, the youngest last.
#[derive(Default)]
pub(super) struct Roll(Mutex<VecDeque<Reading>>);

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
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readings.retain(|other| (&other.from, &other.to) != (&reading.from, &reading.to));
        if readings.len() >= MOST {
            readings.pop_front();
        }
        readings.push_back(reading);
    }

    /// The provider's ids of the orders that bear this order's id, or its invoice's. `None` where the list itself must be
    /// read: no reading is younger than `age_ms`, of the order's days, and from after its end, at which nothing may be missed.
    pub fn provider_ids(&self, order: &Order, now: UnixMs, age_ms: i64) -> Option<Vec<String>> {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
