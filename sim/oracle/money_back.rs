//! What must hold of money that went back: somebody wanted it, and nothing went back twice.

use serde_json::Value;

use super::{Judge, paid_at, text, won};
use crate::records::{OrderRow, RefundRow};
use crate::world::Told;
use madang::domain::policy::LatePolicy;

/// A cancel that a buyer asked for, staff approved and the provider carried out.
pub(super) fn was_approved(told: &Told, cancel: &Value) -> bool {
    cancel["status"] == 1 && told.approved.iter().any(|id| id == text(cancel, "order_cancellation_request_id"))
}

impl Judge<'_> {
    /// Everything that went back, did so because somebody wanted it.
    pub(super) fn cancel(&self, cancel: &Value) {
        if cancel["status"] != 1 || was_approved(&self.world.told.lock().unwrap(), cancel) {
            return;
        }
        let (id, receipt) = (text(cancel, "cancel_id"), text(cancel, "receipt_id"));
        let (price, tax_free) = (won(cancel, "cancel_price"), won(cancel, "cancel_tax_free_price"));
        let is_as_ordered = |refund: &RefundRow| {
            refund.krw.is_none_or(|krw| krw == price) && refund.tax_free_krw.is_none_or(|free| free == tax_free)
        };
        let console = self.world.told.lock().unwrap().console.clone();
        match self.records.refunds.iter().find(|refund| refund.cancel_id == id) {
            Some(refund) if is_as_ordered(refund) && refund.receipt_id == receipt => self.is_as_staff_said(cancel),
            None if console.iter().any(|one| one.0 == receipt && one.1 == price) => {}
            other => self.world.turnstile.wrong(format_args!("{price} won of {receipt} went back: {other:?}")),
        }
    }

    /// What staff have ordered is what went back, of a payment of the order that they meant.
    fn is_as_staff_said(&self, cancel: &Value) {
        let told = self.world.told.lock().unwrap();
        let Some(said) = told.refunds.iter().find(|one| one.key.as_str() == text(cancel, "cancel_id")) else { return };
        let order = self.records.orders.iter().find(|order| order.id == said.order.as_str());
        let receipts = order.map(|order| self.receipts(order)).unwrap_or_default();
        let is_of_it = receipts.iter().any(|receipt| receipt["receipt_id"] == cancel["receipt_id"]);
        let gone = (won(cancel, "cancel_price"), won(cancel, "cancel_tax_free_price"));
        if !is_of_it || gone != (said.won, said.tax_free) {
            self.world.turnstile.wrong(format_args!("staff said {said:?}, and {gone:?} won went back: {cancel}"));
        }
    }

    /// Somebody else has given back some of this payment.
    fn has_other_cancel(&self, refund: &RefundRow) -> bool {
        let mut cancels = self.ledger["cancels"].as_array().into_iter().flatten();
        cancels.any(|one| text(one, "receipt_id") == refund.receipt_id && text(one, "cancel_id") != refund.cancel_id)
    }

    /// Of no payment more went back than came in, in its taxable and in its tax-free part (invariant I3).
    pub(super) fn parts(&self) {
        for receipt in self.ledger["receipts"].as_array().into_iter().flatten() {
            let (price, tax_free) = (won(receipt, "price"), won(receipt, "tax_free"));
            let (gone, gone_free) = (won(receipt, "cancelled_price"), won(receipt, "cancelled_tax_free"));
            if gone_free > tax_free || gone - gone_free > price - tax_free {
                let id = text(receipt, "receipt_id");
                self.world.turnstile.wrong(format_args!(
                    "{gone} won ({gone_free} tax-free) of {id} went back, and {price} ({tax_free}) had come in"
                ));
            }
        }
    }

    /// What went back of the counted payment is booked, in both parts.
    pub(super) fn booked(&self, order: &OrderRow, receipt: &Value) {
        let gone = (won(receipt, "cancelled_price"), won(receipt, "cancelled_tax_free"));
        let booked = (order.refunded_krw, order.refunded_tax_free_krw);
        if gone != booked {
            let id = text(receipt, "receipt_id");
            self.wrong(order, format_args!("{gone:?} won (all, tax-free) of {id} went back, {booked:?} are booked"));
        }
    }

    pub(super) fn refund(&self, refund: &RefundRow) {
        let say = |text: &str| self.world.turnstile.wrong(format_args!("{refund:?}: {text}"));
        let mut cancels = self.ledger["cancels"].as_array().into_iter().flatten();
        let is_carried = cancels.any(|cancel| text(cancel, "cancel_id") == refund.cancel_id);
        let receipts = self.ledger["receipts"].as_array().into_iter().flatten();
        let mut of_it = receipts.filter(|receipt| text(receipt, "receipt_id") == refund.receipt_id);
        let Some(receipt) = of_it.next() else { return say("the provider has no such receipt") };
        let is_all_back = won(receipt, "cancelled_price") == won(receipt, "price");
        match refund.state.as_str() {
            // What somebody gave back in the console meanwhile can't be told from what was ordered.
            "done"
                if !(is_carried
                    || is_all_back && (refund.krw.is_none() || self.in_console(&refund.receipt_id) > 0)) =>
            {
                say("nothing went back");
            }
            "done" => {}
            "refused" if is_carried => say("it was carried out"),
            "refused" | "needs_account" if receipt.get("vbank_data").is_some() => {}
            "refused" if self.has_other_cancel(refund) => {}
            "refused" | "needs_account" => say("nothing stood in its way"),
            "unknown" if self.in_console(&refund.receipt_id) > 0 => {}
            _ => say("its end is not known"),
        }
        let told = self.world.told.lock().unwrap();
        let order = self.records.orders.iter().find(|order| order.id == refund.order_id);
        let Some(order) = order else { return say("it has no order") };
        if refund.ordered_by.is_some() {
            if !told.refunds.iter().any(|said| said.key.as_str() == refund.cancel_id) {
                say("nobody ordered it");
            }
        } else {
            let is_wrong = !Self::is_right(order, receipt);
            let by_hand = told.given_back.contains(&refund.receipt_id);
            let is_late = paid_at(receipt).is_some_and(|at| at + 1_000 >= order.expires_at);
            if !(is_wrong || by_hand || is_late && self.world.plan.late == LatePolicy::Refund) {
                say("right money was sent back by itself");
            }
        }
    }
}
