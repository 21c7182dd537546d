//! Holds the shop's database against the provider's ledger. Believes neither the shop's pages nor its log.

mod books;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use books::Books;
use books::{Event, Order, Payment, Review};

use crate::program::{OWNER, Place};
use crate::story::ACCOUNT;

/// What invoices are called that somebody else has made: they bear an order's id and are not the shop's.
pub const BESIDE: &str = "따로 만든 결제";

/// What people have done about money at the provider's, beside the shop.
#[derive(Default)]
pub struct Elsewhere {
    /// How many cancels were made in its console.
    pub by_hand: usize,
    /// The ids of what buyers have asked for there.
    pub wishes: Vec<String>,
}

fn list<'a>(ledger: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    ledger.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn won(record: &Value, name: &str) -> i64 {
    record.get(name).and_then(Value::as_i64).unwrap_or_default()
}

/// Our id of the order that one of the provider's is for.
fn ours(order: &Value) -> &str {
    let named = order.get("metadata").map(|metadata| text(metadata, "order_id")).unwrap_or_default();
    if named.is_empty() { text(order, "request_id") } else { named }
}

fn by_order<'a, T>(rows: &'a [T], id: impl Fn(&'a T) -> &'a str) -> BTreeMap<&'a str, Vec<&'a T>> {
    let mut of: BTreeMap<&str, Vec<&T>> = BTreeMap::new();
    for row in rows {
        of.entry(id(row)).or_default().push(row);
    }
    of
}

/// What one order has in the books.
struct Account<'a> {
    order: &'a Order,
    payments: Vec<&'a Payment>,
    reviews: Vec<&'a Review>,
    log: Vec<&'a str>,
}

/// Everything that is not as it must be when nothing is on its way any more: each order stands where its payments at
/// the provider put it, money that moved is booked once, and nothing was done twice.
pub fn wrongs(books: &Books, ledger: &Value, elsewhere: &Elsewhere) -> Vec<String> {
    let mut wrongs = Vec::new();
    let receipts: BTreeMap<&str, &Value> = list(ledger, "receipts").map(|one| (text(one, "receipt_id"), one)).collect();
    let mut paid: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for order in list(ledger, "orders") {
        let receipt = receipts.get(text(order, "receipt_id"));
        if let Some(receipt) = receipt.filter(|receipt| receipt.get("purchased_at").is_some_and(Value::is_string)) {
            paid.entry(ours(order)).or_default().push(receipt);
        }
    }
    let mut payments = by_order(&books.payments, |payment| payment.order_id.as_str());
    let mut reviews = by_order(&books.reviews, |review| review.order_id.as_str());
    let mut logs = by_order(&books.events, |event| event.order_id.as_str());
    for order in &books.orders {
        let id = order.id.as_str();
        let mut say = |text: String| wrongs.push(format!("{} ({}): {text}", order.number, order.money_state));
        let events = logs.remove(id).unwrap_or_default();
        log(&events, &mut say);
        let account = Account {
            order,
            payments: payments.remove(id).unwrap_or_default(),
            reviews: reviews.remove(id).unwrap_or_default(),
            log: events.iter().map(|event| event.kind.as_str()).collect(),
        };
        let paid = paid.remove(id).unwrap_or_default();
        account.places(&paid, &mut say);
        account.stands(&paid, &mut say);
        account.decided(&mut say);
    }
    for id in paid.keys() {
        wrongs.push(format!("the provider was paid for {id}, which is no order of ours"));
    }
    let mut invoices = BTreeSet::new();
    for invoice in list(ledger, "invoices").filter(|invoice| text(invoice, "name") != BESIDE) {
        if !invoices.insert(text(invoice, "request_id")) {
            wrongs.push(format!("two invoices for {}", text(invoice, "request_id")));
        }
    }
    money_back(books, ledger, elsewhere, &mut wrongs);
    if books.given_up() > 0 {
        wrongs.push(format!("{} jobs were given up", books.given_up()));
    }
    if books.approvals > 0 {
        wrongs.push(format!("{} approved cancels have no end", books.approvals));
    }
    wrongs
}

impl Account<'_> {
    /// Invariant I2: each payment is in exactly one place.
    fn places(&self, paid: &[&Value], say: &mut impl FnMut(String)) {
        for receipt in paid {
            let id = text(receipt, "receipt_id");
            let mut booked = self.payments.iter().filter(|payment| payment.receipt_id == id);
            let (Some(payment), None) = (booked.next(), booked.next()) else {
                say(format!("receipt {id} is not booked once"));
                continue;
            };
            let (price, gone) = (won(receipt, "price"), won(receipt, "cancelled_price"));
            let waits = self.reviews.iter().any(|review| {
                review.payment_id == payment.id
                    && (review.resolved_at.is_none() || review.decision.as_deref() == Some("keep"))
            });
            let is_right = match payment.disposition.as_str() {
                "counted" => price == self.order.total_krw && gone < price,
                "returned" => gone == price,
                "in_review" => waits && gone < price,
                _ => false,
            };
            if !is_right || payment.captured_krw != Some(price) {
                let (place, captured) = (&payment.disposition, payment.captured_krw);
                say(format!("{price} won were paid, {gone} went back; booked {captured:?} as {place}"));
            }
        }
        if self.payments.len() != paid.len() {
            say(format!("{} payments are booked of {}", self.payments.len(), paid.len()));
        }
    }

    /// The order stands where the payment puts it that counts; without one it is not paid.
    fn stands(&self, paid: &[&Value], say: &mut impl FnMut(String)) {
        let order = self.order;
        let state = order.money_state.as_str();
        let was_paid = self.log.contains(&"paid");
        let counted: Vec<_> = self.payments.iter().filter(|payment| payment.disposition == "counted").collect();
        let gone = |payment: &Payment| {
            let receipt = paid.iter().find(|receipt| text(receipt, "receipt_id") == payment.receipt_id);
            receipt.map_or(0, |receipt| won(receipt, "cancelled_price"))
        };
        let is_right = match counted.as_slice() {
            [] if was_paid => state == "refunded" && order.refunded_krw == order.total_krw,
            [] => {
                matches!(state, "pending" | "failed" | "cancelled" | "expired" | "awaiting_deposit")
                    && order.refunded_krw == 0
            }
            [payment] => {
                let expected = if gone(payment) == 0 { "paid" } else { "partially_refunded" };
                was_paid && state == expected && order.refunded_krw == gone(payment)
            }
            _ => false,
        };
        if !is_right {
            let booked: Vec<_> = self.payments.iter().map(|payment| payment.disposition.as_str()).collect();
            say(format!("its payments are {booked:?}, and {} won are booked as gone back", order.refunded_krw));
        }
        let pays = paid.iter().any(|receipt| won(receipt, "price") == order.total_krw);
        if pays != was_paid {
            say(format!("its price was {}paid, and its log is {:?}", if pays { "" } else { "not " }, self.log));
        }
    }

    /// What a person was asked was decided once, and a payment is never before a person twice.
    fn decided(&self, say: &mut impl FnMut(String)) {
        let decisions = self.reviews.iter().filter(|review| review.decision.is_some()).count();
        let is_decision = |kind: &&&str| matches!(**kind, "review_counted" | "review_given_back" | "review_kept");
        let told = self.log.iter().filter(is_decision).count();
        if decisions != told {
            say(format!("{decisions} reviews are decided, and its log tells of {told}"));
        }
        for payment in &self.payments {
            let open = self.reviews.iter().filter(|one| one.payment_id == payment.id && one.resolved_at.is_none());
            let open = open.count();
            if open > 1 || (open == 1 && payment.disposition != "in_review") {
                say(format!("{open} open reviews of a payment that is {}", payment.disposition));
            }
        }
    }
}

fn log(events: &[&Event], say: &mut impl FnMut(String)) {
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    for once in ["created", "invoice_made", "paid", "expired"] {
        if kinds.iter().filter(|kind| **kind == once).count() > 1 {
            say(format!("{once} more than once"));
        }
    }
    if kinds.first() != Some(&"created") || events.iter().zip(1..).any(|(event, seq)| event.seq != seq) {
        say(format!("its log is {kinds:?}"));
    }
}

/// Each cancel at the provider was ordered here once, asked for by a buyer, or made in the console, and each refund has
/// its end.
fn money_back(books: &Books, ledger: &Value, elsewhere: &Elsewhere, wrongs: &mut Vec<String>) {
    let mut cancels: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unordered = Vec::new();
    for cancel in list(ledger, "cancels").filter(|cancel| won(cancel, "status") == 1) {
        let id = text(cancel, "cancel_id");
        *cancels.entry(id).or_default() += 1;
        let is_ordered = books.refunds.iter().any(|refund| refund.cancel_id == id);
        let wish = text(cancel, "order_cancellation_request_id");
        if !is_ordered && !elsewhere.wishes.iter().any(|asked| asked == wish) {
            unordered.push(cancel);
        }
    }
    if unordered.len() != elsewhere.by_hand {
        let by_hand = elsewhere.by_hand;
        wrongs.push(format!("{by_hand} cancels were made by hand, and nobody here has ordered {unordered:?}"));
    }
    for refund in &books.refunds {
        let carried = cancels.get(refund.cancel_id.as_str()).copied().unwrap_or(0);
        let is_right = match refund.state.as_str() {
            "done" => carried == 1,
            "refused" => carried == 0,
            _ => false,
        };
        if !is_right {
            wrongs.push(format!("a refund is {} and was carried out {carried} times", refund.state));
        }
    }
}

/// What stands in the shop's log or database and must stand nowhere (invariant I9).
pub fn secrets(place: &Place) -> Vec<String> {
    let digits: String = ACCOUNT.chars().filter(char::is_ascii_digit).collect();
    let mut found = Vec::new();
    for name in ["shop.log", "madang.db", "madang.db-wal"] {
        let bytes = std::fs::read(place.file(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for (what, secret) in [("an account", ACCOUNT), ("an account", digits.as_str()), ("a password", OWNER.1)] {
            if text.contains(secret) {
                found.push(format!("{what} is in {name}"));
            }
        }
    }
    found
}

/// Letters that left more often than they were ordered. A subject names its order.
pub fn told_twice(books: &Books, log: &str) -> Vec<String> {
    let numbers: BTreeMap<&str, &str> =
        books.orders.iter().map(|order| (order.id.as_str(), order.number.as_str())).collect();
    let mut ordered: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (order, notice) in books.jobs.iter().filter_map(|job| job.letter()) {
        let number = numbers.get(order).copied().unwrap_or_default();
        *ordered.entry(number).or_default().entry(notice).or_default() += 1;
    }
    let mut left: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let letters = log.lines().filter(|line| line.contains("this letter goes nowhere"));
    for subject in letters.filter_map(|line| Some(line.split_once("subject=")?.1)) {
        let number = subject.rsplit_once('(').and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default();
        *left.entry(number).or_default().entry(subject).or_default() += 1;
    }
    let mut twice = Vec::new();
    for (number, subjects) in left {
        let notices = ordered.remove(number).unwrap_or_default();
        // The same thing may happen twice to an order, such as a refund of a part.
        let most = notices.values().copied().max().unwrap_or(0);
        for (subject, count) in subjects.iter().filter(|(_, count)| **count > most) {
            twice.push(format!("told {count} times: {subject}"));
        }
        let (sent, wanted): (usize, usize) = (subjects.values().sum(), notices.values().sum());
        if sent > wanted {
            twice.push(format!("{sent} letters about {number}, and {wanted} were to be written"));
        }
    }
    twice
}

/// What is wrong with the letters of a shop that nobody has killed: each leaves once.
pub fn letters(books: &Books, log: &str) -> Vec<String> {
    let mut wrongs = told_twice(books, log);
    if books.unsent() > 0 {
        wrongs.push(format!("{} letters have not left", books.unsent()));
    }
    wrongs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::books::{Job, Refund};
    use super::*;

    fn no_books() -> Books {
        Books {
            orders: Vec::new(),
            payments: Vec::new(),
            refunds: Vec::new(),
            reviews: Vec::new(),
            events: Vec::new(),
            jobs: Vec::new(),
            approvals: 0,
            days: 0,
            deliveries: BTreeMap::new(),
        }
    }

    #[test]
    fn a_cancel_that_nobody_has_ordered_is_seen() {
        let cancel =
            |id: &str, wish: &str| json!({ "status": 1, "cancel_id": id, "order_cancellation_request_id": wish });
        let ledger = json!({ "cancels": [cancel("ours", "1"), cancel("wished", "2"), cancel("other", "3")] });
        let refund = Refund { cancel_id: "ours".into(), state: "done".into() };
        let books = Books { refunds: vec![refund], ..no_books() };
        let wrongs = |by_hand| wrongs(&books, &ledger, &Elsewhere { by_hand, wishes: vec!["2".into()] }).len();
        assert_eq!((wrongs(0), wrongs(1)), (1, 0));
    }

    #[test]
    fn a_letter_that_leaves_more_often_than_it_was_ordered_is_seen() {
        let (id, number) = ("0".repeat(24), "261128-KE38FD6".to_owned());
        let job = |seq: i64, notice: &str| Job {
            key: format!("notice/{id}/{seq}/{notice}"),
            kind: "notice".into(),
            state: "done".into(),
            cuts: 0,
        };
        let books = Books {
            orders: vec![Order { id: id.clone(), number, total_krw: 0, money_state: "paid".into(), refunded_krw: 0 }],
            jobs: vec![job(3, "order_paid"), job(5, "refunded_in_part"), job(7, "refunded_in_part")],
            ..no_books()
        };
        let told = |titles: &[&str]| {
            let line = |title: &&str| {
                format!(
                    "INFO this letter goes nowhere to=\"h***@example.com\" subject=\"[shop] {title} (261128-KE38FD6)\"\n"
                )
            };
            told_twice(&books, &titles.iter().map(line).collect::<String>()).len()
        };
        assert_eq!(told(&["paid", "part", "part"]), 0);
        assert_eq!(told(&["paid", "part", "part", "part"]), 2);
        assert_eq!(told(&["paid", "paid", "part", "part"]), 1);
        assert_eq!(told(&["paid"]), 0);
    }
}
