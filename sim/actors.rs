//! Everybody who comes to the shop: customers, staff, and somebody in the provider's console.

mod console;
mod courier;
mod customer;
mod desk;
pub mod worker;

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinHandle;

use super::rng::Rng;
use super::world::World;

/// All who play in a scenario, on their way.
pub fn cast(world: &Arc<World>, rng: &mut Rng) -> Vec<JoinHandle<()>> {
    let mut cast = Vec::new();
    for number in 1..=world.plan.customers {
        cast.push(tokio::spawn(customer::come(world.clone(), rng.fork(), number)));
    }
    if let Some(uses) = world.plan.link_uses {
        cast.push(tokio::spawn(desk::make_link(world.clone(), rng.fork(), uses)));
    }
    if world.plan.has_staff {
        cast.push(tokio::spawn(desk::work(world.clone(), rng.fork())));
    }
    if world.plan.has_console {
        cast.push(tokio::spawn(console::work(world.clone(), rng.fork())));
    }
    cast
}

/// What goes on by itself, as long as anybody is there.
pub fn background(world: &Arc<World>, rng: &mut Rng) -> Vec<JoinHandle<()>> {
    let mut background: Vec<_> =
        (0..world.plan.nodes).map(|node| tokio::spawn(worker::work(world.clone(), node))).collect();
    background.push(tokio::spawn(courier::Courier::new(world.clone(), rng.fork()).carry()));
    background
}

/// Nobody does anything: then rounds are thinned out, or an hour would be thousands of them.
const LONGEST_PAUSE_MS: i64 = 20 * 60_000;

/// How long somebody takes, in milliseconds: mostly seconds, sometimes minutes, rarely hours.
fn think(rng: &mut Rng) -> i64 {
    match rng.below(40) {
        0..=25 => rng.between(0, 8_000),
        26..=36 => rng.between(8_000, 90_000),
        37 | 38 => rng.between(90_000, 30 * 60_000),
        _ => rng.between(30 * 60_000, 150 * 60_000),
    }
}

/// What is left of a receipt: won, and of those the ones that are free of tax.
fn left_of(receipt: &Value) -> (i64, i64) {
    let won = |field: &str| receipt[field].as_i64().unwrap();
    (won("price") - won("cancelled_price"), won("tax_free") - won("cancelled_tax_free"))
}

/// All of what is left, or parts of its taxable and of its tax-free part.
fn part_of(rng: &mut Rng, (won, tax_free): (i64, i64), all_percent: u64) -> (i64, i64) {
    let (taxable, free) = (rng.between(0, won - tax_free), rng.between(0, tax_free));
    if taxable + free == 0 || rng.percent(all_percent) { (won, tax_free) } else { (taxable + free, free) }
}

fn listed(ledger: &Value, what: &str) -> Vec<Value> {
    ledger[what].as_array().cloned().unwrap_or_default()
}

fn receipts(ledger: &Value) -> Vec<Value> {
    listed(ledger, "receipts")
}
