//! Sees the database after every write: orders move along their graph, logs only grow, and nothing goes back beside
//! something else.

use std::collections::{BTreeMap, BTreeSet};

use super::{of_order, paid_at, state};
use crate::records::{self, EventRow, Glance};
use crate::world::World;
use madang::domain::order::MoneyState;

#[derive(Default)]
pub struct Watcher {
    states: BTreeMap<String, MoneyState>,
    events: BTreeMap<String, Vec<EventRow>>,
    refunds: BTreeSet<(String, String, String)>,
    approvals: BTreeSet<(String, String)>,
}

impl Watcher {
    pub async fn look(&mut self, world: &World) {
        let Glance { states, events, refunds, approvals } = records::glance(&world.eye).await;
        self.on_their_way(world, &refunds, &approvals);
        (self.refunds, self.approvals) = (refunds, approvals);
        let mut logs: BTreeMap<String, Vec<EventRow>> = BTreeMap::new();
        for event in events {
            logs.entry(event.order_id.clone()).or_default().push(event);
        }
        for (id, before) in &self.events {
            let now = logs.get(id).map(Vec::as_slice).unwrap_or_default();
            if !now.starts_with(before) {
                world.turnstile.wrong(format_args!("the log of order {id} was changed: {before:?} became {now:?}"));
            }
        }
        for (id, word) in states {
            let now = state(&word);
            let before = self.states.insert(id.clone(), now).unwrap_or(MoneyState::Pending);
            if before == now {
                continue;
            }
            world.turnstile.tell(format_args!("Order {id} is {word}."));
            if !before.may_become(now) {
                world.turnstile.wrong(format_args!("order {id} went from {} to {word}", before.as_str()));
            }
            if now == MoneyState::Paid {
                let ledger = world.ledger().await;
                let invoice = records::read(&world.eye).await.orders.into_iter().find(|one| one.id == id);
                let invoice = invoice.and_then(|order| order.invoice_id);
                let receipts = of_order(&ledger, &id, invoice.as_deref());
                if !receipts.iter().any(|receipt| paid_at(receipt).is_some()) {
                    world.turnstile.wrong(format_args!("order {id} is paid, and the provider has no payment for it"));
                }
            }
        }
        self.events = logs;
    }

    /// While money of an order is on its way back, no request of its buyer is approved, and of no payment two refunds are
    /// on their way.
    fn on_their_way(
        &self,
        world: &World,
        refunds: &BTreeSet<(String, String, String)>,
        approvals: &BTreeSet<(String, String)>,
    ) {
        for (order, request) in approvals.difference(&self.approvals) {
            if let Some((_, _, other)) = self.refunds.intersection(refunds).find(|(of, ..)| of == order) {
                world.turnstile.wrong(format_args!("request {request} is approved beside the refund {other}"));
            }
        }
        for (order, payment, cancel) in refunds.difference(&self.refunds) {
            let mut others = refunds.iter().filter(|(_, of, id)| of == payment && id != cancel);
            if let Some((_, _, other)) = others.next() {
                world.turnstile.wrong(format_args!("refund {cancel} is ordered beside {other} of order {order}"));
            }
        }
    }
}
