//! What happens after everything that can go wrong has gone wrong: by then the shop must find the truth.

use std::sync::Arc;

use super::records;
use super::world::World;
use crate::domain::id::{OrderId, OrderToken};
use crate::service::Actor;

/// Looks that each order gets, seconds apart.
const ROUNDS: usize = 4;

pub async fn close(world: Arc<World>) {
    let actor = Actor { staff: world.staff.clone(), network: "127.0.0.1".into() };
    for _ in 0..ROUNDS {
        for order in records::read(&world.eye).await.orders {
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
