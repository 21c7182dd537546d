//! Where every order stands a minute after the last trouble, though nobody looked but the worker (invariant I8).

use serde_json::Value;

use super::{Judge, paid_at, state, text, won};
use crate::records::{self, OrderRow, PaymentRow};
use crate::world::World;
use madang::domain::order::MoneyState;

/// The provider's word for a payment that was authenticated and not approved yet (Bootpay C.9).
const WAITS_FOR_APPROVAL: i64 = 2;

/// What must hold by then.
pub async fn converged(world: &World) {
    let (ledger, records) = (world.ledger().await, records::read(&world.eye).await);
    let judge = Judge { world, ledger: &ledger, records: &records };
    for order in &records.orders {
        let receipts = judge.receipts(order);
        let paid: Vec<&Value> = receipts.into_iter().filter(|receipt| paid_at(receipt).is_some()).collect();
        judge.found(order, &paid);
        judge.stands(order, &paid);
        judge.waits(order, &paid);
        judge.time(order, &paid);
    }
    for refund in records.refunds.iter().filter(|refund| matches!(refund.state.as_str(), "requested" | "sent")) {
        world.turnstile.wrong(format_args!("nobody has ended {refund:?} within a minute"));
    }
    let told = world.told.lock().unwrap().received;
    if records.deliveries < told {
        world.turnstile.wrong(format_args!("{told} webhooks were answered, {} are written down", records.deliveries));
    }
}

impl Judge<'_> {
    fn row(&self, receipt: &Value) -> Option<&PaymentRow> {
        self.records.payments.iter().find(|row| row.receipt_id == text(receipt, "receipt_id"))
    }

    fn found(&self, order: &OrderRow, paid: &[&Value]) {
        for receipt in paid.iter().filter(|receipt| self.row(receipt).is_none()) {
            self.wrong(order, format_args!("nobody has found {} within a minute", text(receipt, "receipt_id")));
        }
    }

    fn stands(&self, order: &OrderRow, paid: &[&Value]) {
        let now = state(&order.money_state);
        let is_held = matches!(now, MoneyState::Paid | MoneyState::PartiallyRefunded);
        let is_counted = |receipt: &&&Value| self.row(receipt).is_some_and(|row| row.disposition == "counted");
        let counted = paid.iter().find(is_counted);
        if is_held != counted.is_some() {
            self.wrong(order, format_args!("within a minute {counted:?} is counted"));
        }
        if let Some(receipt) = counted {
            self.gone_is_booked(order, receipt);
        }
        let is_good = |receipt: &&&Value| {
            Self::is_right(order, receipt)
                && paid_at(receipt).is_some_and(|at| at + 1_000 < order.expires_at)
                && won(receipt, "cancelled_price") == 0
                && self.row(receipt).is_some_and(|row| row.disposition != "in_review")
        };
        let good = paid.iter().find(is_good);
        if let (Some(receipt), false) = (good, is_held || now == MoneyState::Refunded) {
            self.wrong(order, format_args!("a minute after {} had paid it", text(receipt, "receipt_id")));
        }
    }

    /// What waits for the shop's approval, is right, and is all that there is, does not wait for long.
    fn waits(&self, order: &OrderRow, paid: &[&Value]) {
        let is_open = order.expires_at > self.world.turnstile.now().get() + 60_000;
        let receipts = self.receipts(order);
        let mut waiting =
            receipts.iter().filter(|receipt| receipt["status"] == WAITS_FOR_APPROVAL && Self::is_right(order, receipt));
        let may_be_paid_in = receipts.iter().any(|receipt| receipt.get("vbank_data").is_some());
        let may_be_approved = is_open && paid.is_empty() && !may_be_paid_in && order.link_id.is_none();
        if let (true, Some(receipt)) = (may_be_approved, waiting.next()) {
            self.wrong(order, format_args!("nobody has approved {} within a minute", text(receipt, "receipt_id")));
        }
    }

    /// What a webhook has told of the counted payment is booked by now. What was cancelled in the console without one is
    /// found by the next look, which may be a day away.
    fn gone_is_booked(&self, order: &OrderRow, receipt: &Value) {
        let id = text(receipt, "receipt_id");
        let told = self.world.told.lock().unwrap();
        let gone = told.gone.iter().filter(|(receipt, _)| receipt == id).map(|(_, won)| *won).max().unwrap_or(0);
        drop(told);
        if order.refunded_krw < gone {
            self.wrong(order, format_args!("within a minute {} of {gone} won of {id} are booked", order.refunded_krw));
        }
        let is_partial = order.money_state == "partially_refunded";
        if is_partial != (order.refunded_krw > 0) {
            self.wrong(order, format_args!("{} won of it are back", order.refunded_krw));
        }
    }
}
