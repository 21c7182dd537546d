//! What happens after everything that can go wrong has gone wrong: by then the shop must find the truth.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::records::{OrderRow, PaymentRow};
use super::world::World;
use madang::domain::id::{OrderId, OrderToken};
use madang::domain::reconcile::{Difference, Line, Sum};
use madang::domain::time::Day;
use madang::service::{Actor, Services};

/// The time within which every order converges (invariant I8), and a little.
const CONVERGED_MS: i64 = 63_000;
/// Looks that each order gets in the end, seconds apart: what went back in the console is found by them.
const ROUNDS: usize = 2;

/// What was late comes at last. Nobody looks but the worker; then all payments must be booked.
pub async fn wait(world: Arc<World>) {
    let late = std::mem::take(&mut *world.late_webhooks.lock().unwrap());
    for (source, body) in late {
        let receive = |services: Services| async move { services.receive(source, "203.0.113.7", &body).await };
        match world.ask(0, "A webhook comes late", receive).await {
            Some(Ok(())) => world.told.lock().unwrap().received += 1,
            other => world.turnstile.wrong(format_args!("a webhook is not taken though nothing goes wrong: {other:?}")),
        }
    }
    world.turnstile.pause(CONVERGED_MS).await;
}

/// Compares every day on which somebody has paid with the provider's record: the two must tell the same.
pub async fn compare(world: Arc<World>, payments: Vec<PaymentRow>, kept: Vec<String>) {
    let ledger = world.ledger().await;
    let mut days: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for receipt in ledger["receipts"].as_array().into_iter().flatten() {
        // The provider tells times of Seoul.
        let Some(day) = receipt["purchased_at"].as_str().and_then(|at| at.get(..10)) else { continue };
        let sum = days.entry(day.to_owned()).or_default();
        sum.0 += 1;
        sum.1 += receipt["price"].as_i64().unwrap();
    }
    let of = |receipt: &str| payments.iter().find(|payment| payment.receipt_id == receipt);
    // What staff have kept though nobody could read it stays unread.
    let has_unread = payments.iter().any(|payment| payment.captured_krw.is_none() && kept.contains(&payment.id));
    for (day, (count, total)) in days {
        let named = Day::parse(&day).unwrap();
        let what = format!("Staff compare {day}");
        let compared = world.ask(0, &what, |services| async move { services.reconcile(&named).await }).await;
        let Some(Ok(report)) = compared else { return world.turnstile.wrong(format_args!("{what}: it can't be done")) };
        if (report.theirs.count, report.theirs.total) != (count, total) {
            world.turnstile.wrong(format_args!("{day}: {count} payments over {total} won, compared {report:?}"));
        }
        let came_in = |sum: &Sum| (sum.count, sum.total);
        // What goes back of a payment that waits for a person is for them to see.
        let is_told = |line: &Line| match line.difference {
            Difference::GoneBack => of(&line.receipt_id).is_some_and(|payment| payment.disposition != "counted"),
            Difference::Amount => of(&line.receipt_id).is_some_and(|payment| kept.contains(&payment.id)),
            _ => false,
        };
        let is_whole = has_unread || came_in(&report.ours) == came_in(&report.theirs);
        if !is_whole || !report.lines.iter().all(is_told) || report.foreign != 0 {
            world.turnstile.wrong(format_args!("{day} differs though everything is booked: {report:?}"));
        }
    }
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
