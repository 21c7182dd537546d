//! The judge: holds what is stored against the provider's ledger, and against what people were told.

mod money_back;
mod shown;
mod standing;
mod watcher;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use money_back::was_approved;
pub use standing::converged;
pub use watcher::Watcher;

use super::records::{self, EventRow, OrderRow, PaymentRow, Records};
use super::world::{FROM_BROWSER, World};
use madang::domain::order::{MoneyState, Order};
use madang::domain::policy::{Approval, LatePolicy};

fn state(word: &str) -> MoneyState {
    MoneyState::parse(word).unwrap()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn won(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_default()
}

/// When the receipt was paid, in unix milliseconds; `None` when it never was.
fn paid_at(receipt: &Value) -> Option<i64> {
    let at: jiff::Timestamp = receipt["purchased_at"].as_str()?.parse().ok()?;
    Some(at.as_millisecond())
}

/// The provider's receipts that carry an order of ours, also through its invoice.
pub fn of_order<'a>(ledger: &'a Value, order_id: &str, invoice_id: Option<&str>) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for order in ledger["orders"].as_array().into_iter().flatten() {
        let is_ours = order["request_id"] == order_id
            || order["metadata"]["order_id"] == order_id
            || invoice_id.is_some_and(|invoice| order["invoice_id"] == invoice);
        if is_ours {
            let receipts = ledger["receipts"].as_array().into_iter().flatten();
            found.extend(receipts.filter(|receipt| receipt["receipt_id"] == order["receipt_id"]));
        }
    }
    found
}

/// What must hold as soon as everybody has left, before anybody looks again: who told us a number was not told
/// in vain.
pub async fn curtain(world: &World) {
    if !world.plan.is_calm() {
        return;
    }
    let (ledger, records) = (world.ledger().await, records::read(&world.eye).await);
    let hints = world.told.lock().unwrap().hints.clone();
    for (order, number, at) in hints {
        let mut orders = ledger["orders"].as_array().into_iter().flatten();
        let Some(theirs) = orders.find(|one| text(one, "order_number") == number) else { continue };
        let receipts = of_order(&ledger, order.as_str(), None);
        let mut of_it = receipts.iter().filter(|receipt| receipt["receipt_id"] == theirs["receipt_id"]);
        let Some(receipt) = of_it.next() else { continue };
        let was_paid = paid_at(receipt).is_some_and(|paid| paid + 1_000 < at.get());
        let is_booked = records.payments.iter().any(|row| row.receipt_id == text(receipt, "receipt_id"));
        if was_paid && !is_booked {
            world.turnstile.wrong(format_args!("number {number} was brought for order {} in vain", order.as_str()));
        }
    }
}

struct Judge<'a> {
    world: &'a World,
    ledger: &'a Value,
    records: &'a Records,
}

/// Everything that must hold in the end.
pub async fn judge(world: &World) {
    let (ledger, records) = (world.ledger().await, records::read(&world.eye).await);
    let judge = Judge { world, ledger: &ledger, records: &records };
    for order in &records.orders {
        judge.order(order);
    }
    judge.uses();
    for cancel in ledger["cancels"].as_array().into_iter().flatten() {
        judge.cancel(cancel);
    }
    for refund in &records.refunds {
        judge.refund(refund);
    }
    judge.parts();
    judge.promises();
    judge.letters();
    judge.secrets().await;
}

impl Judge<'_> {
    fn wrong(&self, order: &OrderRow, text: impl std::fmt::Display) {
        self.world.turnstile.wrong(format_args!("{} ({}): {text}", order.number, order.money_state));
    }

    fn receipts(&self, order: &OrderRow) -> Vec<&Value> {
        of_order(self.ledger, &order.id, order.invoice_id.as_deref())
    }

    /// Other orders of its link were paid as often as the link may be.
    fn is_used_up(&self, order: &OrderRow) -> bool {
        let (Some(link), Some(uses)) = (&order.link_id, self.world.plan.link_uses) else { return false };
        let others = self.records.orders.iter().filter(|one| one.link_id.as_ref() == Some(link) && one.id != order.id);
        let was_paid =
            |one: &&OrderRow| self.records.events.iter().any(|event| event.order_id == one.id && event.kind == "paid");
        others.filter(was_paid).count() >= uses as usize
    }

    /// A link is paid as often as it may be, unless staff have counted more.
    fn uses(&self) {
        let Some(uses) = self.world.plan.link_uses else { return };
        let counts =
            |id: &str, kind: &str| self.records.events.iter().any(|event| event.order_id == id && event.kind == kind);
        let is_held = |order: &&OrderRow| matches!(order.money_state.as_str(), "paid" | "partially_refunded");
        let of_links = self.records.orders.iter().filter(|order| order.link_id.is_some()).filter(is_held);
        let paid = of_links.filter(|order| !counts(&order.id, "review_counted")).count();
        if paid > uses as usize {
            self.world.turnstile.wrong(format_args!("a link for {uses} was paid {paid} times"));
        }
    }

    fn is_right(order: &OrderRow, receipt: &Value) -> bool {
        won(receipt, "price") == order.total_krw && won(receipt, "tax_free") == order.tax_free_krw
    }

    /// A payment of the whole price went back, and that is what is booked.
    fn is_all_back(order: &OrderRow, receipt: &Value) -> bool {
        let gone = (won(receipt, "cancelled_price"), won(receipt, "cancelled_tax_free"));
        Self::is_right(order, receipt)
            && gone == (order.total_krw, order.tax_free_krw)
            && gone == (order.refunded_krw, order.refunded_tax_free_krw)
    }

    fn in_console(&self, receipt: &str) -> i64 {
        let told = self.world.told.lock().unwrap();
        let by_hand = told.console.iter().filter(|(id, _)| id == receipt).map(|(_, won)| *won);
        let cancels = self.ledger["cancels"].as_array().into_iter().flatten();
        let of_it = cancels.filter(|cancel| text(cancel, "receipt_id") == receipt && was_approved(&told, cancel));
        by_hand.chain(of_it.map(|cancel| won(cancel, "cancel_price"))).sum()
    }

    fn order(&self, order: &OrderRow) {
        let receipts = self.receipts(order);
        let paid: Vec<&Value> = receipts.into_iter().filter(|receipt| paid_at(receipt).is_some()).collect();
        let payments: Vec<&PaymentRow> = self.records.payments.iter().filter(|one| one.order_id == order.id).collect();
        for receipt in &paid {
            let rows = self.records.payments.iter().filter(|one| one.receipt_id == text(receipt, "receipt_id"));
            let rows: Vec<&PaymentRow> = rows.collect();
            match rows.as_slice() {
                [row] if row.order_id == order.id => self.payment(order, row, receipt),
                other => self.wrong(order, format_args!("its receipt {} has {other:?}", text(receipt, "receipt_id"))),
            }
        }
        for row in &payments {
            if !paid.iter().any(|receipt| text(receipt, "receipt_id") == row.receipt_id) {
                self.wrong(order, format_args!("{row:?} is no payment of it at the provider"));
            }
        }
        if self.world.plan.approval == Approval::Separate {
            self.approved(order, &paid);
        }
        let pages = self.pages(order);
        // After a day the provider has forgotten the key under which it made a page (Bootpay I.5).
        if pages > 1 && self.world.plan.jumps == 0 {
            self.wrong(order, format_args!("the shop has made {pages} pages for it at the provider"));
        }
        let counted: Vec<&&PaymentRow> = payments.iter().filter(|one| one.disposition == "counted").collect();
        let state = state(&order.money_state);
        let wanted = usize::from(matches!(state, MoneyState::Paid | MoneyState::PartiallyRefunded));
        if counted.len() != wanted {
            self.wrong(order, format_args!("{} payments are counted", counted.len()));
        }
        if state == MoneyState::Refunded && !paid.iter().any(|receipt| Self::is_all_back(order, receipt)) {
            self.wrong(order, "it is refunded, and the provider has given back no payment of it whole");
        }
        self.log(order);
        self.fulfilment(order, &paid);
        self.time(order, &paid);
    }

    /// Where the shop approves payments itself, it charges one for an order, of the right amount.
    fn approved(&self, order: &OrderRow, paid: &[&Value]) {
        let charged = || paid.iter().filter(|receipt| receipt.get("vbank_data").is_none());
        if charged().count() > 1 {
            self.wrong(order, format_args!("{} payments of it were approved", charged().count()));
        }
        if let Some(receipt) = charged().find(|receipt| !Self::is_right(order, receipt)) {
            self.wrong(order, format_args!("a wrong amount was approved: {receipt}"));
        }
    }

    /// Pages at the provider that the shop has made for an order. Those of browsers lead back to somewhere else.
    fn pages(&self, order: &OrderRow) -> usize {
        let invoices = self.ledger["invoices"].as_array().into_iter().flatten();
        let is_ours =
            |invoice: &&Value| invoice["request_id"] == order.id.as_str() && invoice["redirect_url"] != FROM_BROWSER;
        invoices.filter(is_ours).count()
    }

    fn payment(&self, order: &OrderRow, row: &PaymentRow, receipt: &Value) {
        let (price, gone) = (won(receipt, "price"), won(receipt, "cancelled_price"));
        let id = row.receipt_id.as_str();
        let is_right = Self::is_right(order, receipt);
        let reviews: Vec<_> = self.records.reviews.iter().filter(|review| review.payment_id == row.id).collect();
        let was_paid = self.records.events.iter().any(|event| event.order_id == order.id && event.kind == "paid");
        let is_late = paid_at(receipt).is_some_and(|at| at + 1_000 >= order.expires_at);
        match row.disposition.as_str() {
            "counted" => {
                if !is_right
                    || row.captured_krw != Some(price)
                    || row.captured_tax_free_krw != Some(won(receipt, "tax_free"))
                {
                    self.wrong(order, format_args!("receipt {id} over {price} won is counted for {}", order.total_krw));
                }
                self.booked(order, receipt);
                let is_partial = order.money_state == "partially_refunded";
                if is_partial != (gone > 0) || gone == price {
                    self.wrong(order, format_args!("{gone} of {price} won of {id} went back"));
                }
                // An order that had not ended yet takes what came within the hour, and what is paid into an account.
                let is_within_the_hour = paid_at(receipt).is_none_or(|at| at < order.expires_at + Order::UNFINISHED_MS);
                let is_waited_for =
                    !self.was_over_when_paid(order) && (is_within_the_hour || receipt.get("vbank_data").is_some());
                // The provider tells seconds: what was paid in the second of the end came in time.
                let is_surely_late = paid_at(receipt).is_some_and(|at| at >= order.expires_at);
                if is_surely_late && !is_waited_for && self.world.plan.late == LatePolicy::Refund && reviews.is_empty()
                {
                    self.wrong(order, format_args!("late money {id} is counted, and the policy is to give it back"));
                }
            }
            "returned" => {
                if gone != price {
                    self.wrong(order, format_args!("{id} is called returned, and {gone} of {price} won went back"));
                }
                let told = self.world.told.lock().unwrap();
                let by_staff = order.money_state == "refunded" || told.given_back.iter().any(|one| one == id);
                let by_policy = is_late && self.world.plan.late == LatePolicy::Refund;
                drop(told);
                if is_right && !by_staff && !by_policy && self.in_console(id) != price {
                    self.wrong(order, format_args!("right money {id} went back"));
                }
            }
            "in_review" => {
                if gone == price {
                    self.wrong(order, format_args!("{id} waits for a person, and all of it is back"));
                }
                let Some(review) =
                    reviews.iter().find(|one| one.resolved_at.is_none() || one.decision.as_deref() == Some("keep"))
                else {
                    return self.wrong(order, format_args!("{id} waits for a person whom nobody asks"));
                };
                let is_true = match review.reason.as_str() {
                    "second_payment" => was_paid || self.is_used_up(order),
                    "paid_late" => is_late,
                    "partly_cancelled" => gone > 0 || self.in_console(id) > 0,
                    "unreadable_amount" | "price_disagrees" if review.resolved_at.is_none() => {
                        self.world.plan.faults > 0 && !self.could_count(order, receipt)
                    }
                    "unreadable_amount" | "price_disagrees" => self.world.plan.faults > 0,
                    "account_needed" => receipt.get("vbank_data").is_some(),
                    "refund_refused" => receipt.get("vbank_data").is_some() || self.in_console(id) > 0,
                    _ => false,
                };
                if !is_true {
                    self.wrong(order, format_args!("{id} is in review for {}, which is not so", review.reason));
                }
            }
            "returning" if self.has_stuck(row) => {}
            other => self.wrong(order, format_args!("{id} is still {other}")),
        }
        if !is_right && row.disposition == "counted" {
            self.wrong(order, format_args!("wrong money {id} is counted"));
        }
    }

    /// Its order still waits for money, and by what can be read now this is it.
    fn could_count(&self, order: &OrderRow, receipt: &Value) -> bool {
        let waits = matches!(order.money_state.as_str(), "pending" | "awaiting_confirm" | "awaiting_deposit");
        let is_in_time = paid_at(receipt).is_some_and(|at| at + 1_000 < order.expires_at);
        waits
            && is_in_time
            && !self.is_used_up(order)
            && Self::is_right(order, receipt)
            && won(receipt, "cancelled_price") == 0
    }

    /// It was declined, given back or expired when its payment was booked, so nothing was waited for any more.
    fn was_over_when_paid(&self, order: &OrderRow) -> bool {
        const OVER: [&str; 6] =
            ["declined", "wrong_amount", "late_return", "given_back", "review_given_back", "expired"];
        let of_it = self.records.events.iter().filter(|one| one.order_id == order.id);
        let before = of_it.map(|one| one.kind.as_str()).take_while(|kind| *kind != "paid");
        let is_step = |kind: &&str| OVER.contains(kind) || kind.starts_with("awaiting");
        before.filter(is_step).last().is_some_and(|kind| OVER.contains(&kind))
    }

    /// Its refund waits for an account, or nobody can tell what became of it because somebody else gave back too.
    fn has_stuck(&self, row: &PaymentRow) -> bool {
        self.records.refunds.iter().any(|refund| {
            refund.payment_id == row.id
                && (refund.state == "needs_account"
                    || refund.state == "unknown" && self.in_console(&row.receipt_id) > 0)
        })
    }

    /// The log leads from the beginning to where the order stands, along the declared graph.
    fn log(&self, order: &OrderRow) {
        let events: Vec<&EventRow> = self.records.events.iter().filter(|one| one.order_id == order.id).collect();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        for once in ["created", "paid", "invoice_made", "expired"] {
            if kinds.iter().filter(|kind| **kind == once).count() > 1 {
                self.wrong(order, format_args!("{once} more than once: {kinds:?}"));
            }
        }
        if kinds.first() != Some(&"created") {
            self.wrong(order, format_args!("its log begins with {:?}", kinds.first()));
        }
        let is_held = matches!(
            state(&order.money_state),
            MoneyState::Paid | MoneyState::PartiallyRefunded | MoneyState::Refunded
        );
        if is_held != kinds.contains(&"paid") {
            self.wrong(order, format_args!("its log is {kinds:?}"));
        }
        let done: i64 = events
            .iter()
            .filter(|one| matches!(one.kind.as_str(), "refund_done" | "went_back"))
            .filter_map(|one| one.krw)
            .sum();
        if done != order.refunded_krw {
            self.wrong(order, format_args!("{done} won went back by its log, {} are booked", order.refunded_krw));
        }
        if events.iter().zip(1..).any(|(event, seq)| event.seq != seq) {
            self.wrong(order, "its log has holes");
        }
    }

    /// Nothing is shipped or completed that was not shown paid before (invariant I1).
    fn fulfilment(&self, order: &OrderRow, paid: &[&Value]) {
        let events = self.records.events.iter().filter(|one| one.order_id == order.id);
        let kinds: Vec<&str> = events.map(|event| event.kind.as_str()).collect();
        let is_step = |kind: &&str| matches!(*kind, "shipped" | "completed");
        let is_fulfilled = order.fulfilment_state != "none";
        if is_fulfilled != kinds.iter().any(is_step) {
            self.wrong(order, format_args!("it is {}, and its log is {kinds:?}", order.fulfilment_state));
        }
        let was_paid = kinds.iter().take_while(|kind| !is_step(kind)).any(|kind| *kind == "paid");
        let is_shown = paid.iter().any(|receipt| Self::is_right(order, receipt));
        if is_fulfilled && !(was_paid && is_shown) {
            self.wrong(order, format_args!("it is {} and was never shown paid", order.fulfilment_state));
        }
    }

    /// Staff have settled it otherwise: it stays with the shop and counts for nothing.
    fn was_kept(&self, receipt: &Value) -> bool {
        let rows = self.records.payments.iter().filter(|row| row.receipt_id == text(receipt, "receipt_id"));
        let mut reviews = rows.flat_map(|row| self.records.reviews.iter().filter(|review| review.payment_id == row.id));
        reviews.any(|review| review.decision.as_deref() == Some("keep"))
    }

    /// Nobody who paid in time is told that it was too late, and what nobody paid is over in the end.
    fn time(&self, order: &OrderRow, paid: &[&Value]) {
        let in_time = |receipt: &&&Value| {
            !self.was_kept(receipt)
                && Self::is_right(order, receipt)
                && paid_at(receipt).is_some_and(|at| at + 1_000 < order.expires_at)
                && self.in_console(text(receipt, "receipt_id")) == 0
        };
        let kinds: BTreeSet<&str> =
            self.records.events.iter().filter(|one| one.order_id == order.id).map(|one| one.kind.as_str()).collect();
        if let Some(receipt) = paid.iter().find(in_time)
            && kinds.contains("expired")
            && !self.is_used_up(order)
        {
            self.wrong(order, format_args!("it expired though {} had paid it in time", text(receipt, "receipt_id")));
        }
        let is_over = |after_ms| self.world.turnstile.now().get() > order.expires_at + after_ms + 60_000;
        let receipts = self.receipts(order);
        if order.money_state == "pending" && is_over(0) && receipts.is_empty() && paid.is_empty() {
            self.wrong(order, "its time is over and it is still pending");
        }
        let waits = matches!(order.money_state.as_str(), "pending" | "awaiting_confirm");
        let may_be_paid_in = receipts.iter().any(|receipt| receipt.get("vbank_data").is_some());
        if waits && is_over(Order::UNFINISHED_MS) && !may_be_paid_in {
            self.wrong(order, format_args!("it is {} an hour after its end", order.money_state));
        }
    }

    /// What somebody was told is still so.
    fn promises(&self) {
        let told = self.world.told.lock().unwrap();
        let turnstile = &self.world.turnstile;
        let mut forms: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, order) in &told.forms {
            if forms.insert(key.as_str(), order.as_str()).is_some_and(|before| before != order.as_str()) {
                turnstile.wrong(format_args!("one form made two orders, {} is one of them", order.as_str()));
            }
            if !self.records.orders.iter().any(|one| one.id == order.as_str()) {
                turnstile.wrong(format_args!("order {} was promised and is gone", order.as_str()));
            }
        }
        for order in &told.paid {
            let was_paid = self.records.events.iter().any(|one| one.order_id == order.as_str() && one.kind == "paid");
            if !was_paid {
                turnstile.wrong(format_args!("order {} was called paid", order.as_str()));
            }
        }
        for key in &told.refunded {
            let is_done = self.records.refunds.iter().any(|one| one.cancel_id == key.as_str() && one.state == "done");
            if !is_done {
                turnstile.wrong(format_args!("refund {} was called done", key.as_str()));
            }
        }
    }
}
