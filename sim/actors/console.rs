//! The provider's own pages, past the shop: the merchant cancels payments in the console, and buyers ask for it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{left_of, part_of, receipts, think};
use crate::rng::Rng;
use crate::world::World;

pub async fn work(world: Arc<World>, mut rng: Rng) {
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

pub async fn buyer_asks(world: &World, ledger: &Value, receipt: &str, (won, tax_free): (i64, i64)) {
    let orders = ledger["orders"].as_array().into_iter().flatten();
    let Some(order) = orders.clone().find(|order| order["receipt_id"] == receipt) else { return };
    let wish = json!({ "cancel_price": won, "cancel_tax_free_price": tax_free });
    let body = json!({ "order_number": order["order_number"], "request_cancel_parameters": wish });
    let (status, _) = world.provider("POST", "/_emulator/cancel-request", Some(&body)).await;
    world.turnstile.tell(format_args!("A buyer asks to cancel {won} won of {receipt}: {status}."));
}
