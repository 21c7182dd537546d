//! Everybody who comes to the shop: customers, staff, and somebody in the provider's console.

pub mod background;
mod customer;
mod desk;

use std::sync::Arc;

use serde_json::{Value, json};
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
        cast.push(tokio::spawn(console(world.clone(), rng.fork())));
    }
    cast
}

/// What goes on by itself, as long as anybody is there.
pub fn background(world: &Arc<World>, rng: &mut Rng) -> Vec<JoinHandle<()>> {
    let mut background: Vec<_> =
        (0..world.plan.nodes).map(|node| tokio::spawn(background::worker(world.clone(), node))).collect();
    background.push(tokio::spawn(background::Courier::new(world.clone(), rng.fork()).carry()));
    background
}

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

fn receipts(ledger: &Value) -> Vec<Value> {
    ledger["receipts"].as_array().cloned().unwrap_or_default()
}

/// The merchant cancels payments in the provider's own console, and buyers ask for it there.
async fn console(world: Arc<World>, mut rng: Rng) {
    for _ in 0..1 + rng.below(3) {
        world.turnstile.pause(think(&mut rng)).await;
        let ledger = world.ledger().await;
        let paid: Vec<Value> = receipts(&ledger).into_iter().filter(|receipt| receipt["status"] == 1).collect();
        if paid.is_empty() {
            continue;
        }
        let receipt = rng.pick(&paid);
        let id = receipt["receipt_id"].as_str().unwrap();
        let part = part_of(&mut rng, left_of(receipt), 50);
        if rng.percent(35) {
            buyer_asks(&world, &ledger, id, part).await;
            continue;
        }
        // A merchant's console needs no account of the buyer.
        let refund = json!({ "bank_account": "1", "bank_username": "x", "bank_code": "004" });
        let (won, tax_free) = part;
        let body = json!({ "receipt_id": id, "cancel_price": won, "cancel_tax_free": tax_free, "refund": refund });
        let (status, _) = world.provider("POST", "/v2/cancel", Some(&body)).await;
        world
            .turnstile
            .tell(format_args!("In the console {won} won ({tax_free} tax-free) of {id} are cancelled: {status}."));
        if status == 200 {
            world.told.lock().unwrap().console.push((id.to_owned(), won));
        }
    }
}

async fn buyer_asks(world: &World, ledger: &Value, receipt: &str, (won, tax_free): (i64, i64)) {
    let orders = ledger["orders"].as_array().into_iter().flatten();
    let Some(order) = orders.clone().find(|order| order["receipt_id"] == receipt) else { return };
    let wish = json!({ "cancel_price": won, "cancel_tax_free_price": tax_free });
    let body = json!({ "order_number": order["order_number"], "request_cancel_parameters": wish });
    let (status, _) = world.provider("POST", "/_emulator/cancel-request", Some(&body)).await;
    world.turnstile.tell(format_args!("A buyer asks to cancel {won} won of {receipt}: {status}."));
}
