//! What happens after everything that can go wrong has gone wrong: by then the shop must find the truth.

use std::sync::Arc;

use super::records::OrderRow;
use super::world::World;
use madang::domain::id::{OrderId, OrderToken};
use madang::service::Actor;

/// The time within which every order converges (invariant I8), and a little.
const CONVERGED_MS: i64 = 63_000;
/// Looks that each order gets in the end, seconds apart: what went back in the console is found by them.
const ROUNDS: usize = 2;

/// Nobody looks but the worker; then all payments must be booked.
pub async fn wait(world: Arc<World>) {
    world.turnstile.pause(CONVERGED_MS).await;
}

pub async fn ask(world: Arc<World>, orders: Vec<OrderRow>) {
    let actor = Actor { staff: world.staff.clone(), network: "127.0.0.1".into() };
    for _ in 0..ROUNDS {
        for order in &orders {
            world.turnstile.pause(3_000).await;
            let (id, token) = (OrderId::parse(&order.id).unwrap(), OrderToken::parse(&order.token).unwrap());
            let what = format!("Somebody reads the page of {}", order.number);
            let page = world.ask(0, &what, |services| async move { services.order_page(&token).await }).await;
            if !matches!(page, Some(Ok(_))) {
                world.turnstile.wrong(format_args!("{what}: it can't be read though nothing goes wrong"));
            }
            let (what, actor) = (format!("Staff ask about {}", order.number), actor.clone());
            let asked = world.ask(0, &what, |services| async move { services.ask_now(&actor, &id).await }).await;
            world.turnstile.tell(format_args!("{what}: {asked:?}."));
        }
    }
}
