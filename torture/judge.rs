//! Holds the shop's database against the provider's ledger. Believes neither the shop's pages nor its log.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::Failure;

#[derive(sqlx::FromRow)]
struct Order {
    id: String,
    number: String,
    total_krw: i64,
    money_state: String,
    refunded_krw: i64,
}

#[derive(sqlx::FromRow)]
struct Payment {
    order_id: String,
    receipt_id: String,
    captured_krw: Option<i64>,
    disposition: String,
}

#[derive(sqlx::FromRow)]
struct Refund {
    cancel_id: String,
    state: String,
}

#[derive(sqlx::FromRow)]
struct Event {
    order_id: String,
    seq: i64,
    kind: String,
}

pub struct Books {
    orders: Vec<Order>,
    payments: Vec<Payment>,
    refunds: Vec<Refund>,
    events: Vec<Event>,
    /// Work that nobody will do any more.
    dead_jobs: i64,
    pub deliveries: i64,
}

impl Books {
    pub async fn read(database: &Path) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new().filename(database).busy_timeout(std::time::Duration::from_secs(20));
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let mut tx = pool.begin().await?;
        let orders = sqlx::query_as("SELECT id, number, total_krw, money_state, refunded_krw FROM orders");
        let payments = sqlx::query_as("SELECT order_id, receipt_id, captured_krw, disposition FROM payments");
        let refunds = sqlx::query_as("SELECT cancel_id, state FROM refunds");
        let events = sqlx::query_as("SELECT order_id, seq, kind FROM order_events ORDER BY order_id, seq");
        let dead = sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE state = 'dead'");
        let deliveries = sqlx::query_scalar("SELECT COUNT(*) FROM deliveries");
        let books = Self {
            orders: orders.fetch_all(&mut *tx).await?,
            payments: payments.fetch_all(&mut *tx).await?,
            refunds: refunds.fetch_all(&mut *tx).await?,
            events: events.fetch_all(&mut *tx).await?,
            dead_jobs: dead.fetch_one(&mut *tx).await?,
            deliveries: deliveries.fetch_one(&mut *tx).await?,
        };
        drop(tx);
        pool.close().await;
        Ok(books)
    }

    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// How many orders stand in each state.
    pub fn states(&self) -> BTreeMap<&str, usize> {
        let mut states = BTreeMap::new();
        for order in &self.orders {
            *states.entry(order.money_state.as_str()).or_default() += 1;
        }
        states
    }
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

/// Everything that is not as it must be when nothing is on its way any more: each order stands where its one payment
/// at the provider puts it, money that moved is booked once, and nothing was done twice.
pub fn wrongs(books: &Books, ledger: &Value) -> Vec<String> {
    let mut wrongs = Vec::new();
    let receipts: BTreeMap<&str, &Value> = list(ledger, "receipts").map(|one| (text(one, "receipt_id"), one)).collect();
    let mut paid: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for order in list(ledger, "orders") {
        let receipt = receipts.get(text(order, "receipt_id"));
        if let Some(receipt) = receipt.filter(|receipt| receipt.get("purchased_at").is_some_and(Value::is_string)) {
            paid.entry(text(order, "request_id")).or_default().push(receipt);
        }
    }
    let mut booked: BTreeMap<&str, Vec<&Payment>> = BTreeMap::new();
    for payment in &books.payments {
        booked.entry(payment.order_id.as_str()).or_default().push(payment);
    }
    let mut logs: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in &books.events {
        logs.entry(event.order_id.as_str()).or_default().push(event);
    }
    for order in &books.orders {
        let id = order.id.as_str();
        let mut say = |text: String| wrongs.push(format!("{} ({}): {text}", order.number, order.money_state));
        stands(
            order,
            paid.remove(id).unwrap_or_default(),
            booked.get(id).map(Vec::as_slice).unwrap_or_default(),
            &mut say,
        );
        log(logs.get(id).map(Vec::as_slice).unwrap_or_default(), &mut say);
    }
    for id in paid.keys() {
        wrongs.push(format!("the provider was paid for {id}, which is no order of ours"));
    }
    let mut invoices = BTreeSet::new();
    for invoice in list(ledger, "invoices") {
        if !invoices.insert(text(invoice, "request_id")) {
            wrongs.push(format!("two invoices for {}", text(invoice, "request_id")));
        }
    }
    money_back(books, ledger, &mut wrongs);
    if books.dead_jobs > 0 {
        wrongs.push(format!("{} jobs were given up", books.dead_jobs));
    }
    wrongs
}

fn stands(order: &Order, paid: Vec<&Value>, booked: &[&Payment], say: &mut impl FnMut(String)) {
    let expected = match paid.as_slice() {
        [] => {
            if !matches!(
                order.money_state.as_str(),
                "pending" | "failed" | "cancelled" | "expired" | "awaiting_deposit"
            ) {
                say("the provider has no payment for it".into());
            }
            if !booked.is_empty() {
                say(format!("{} payments are booked", booked.len()));
            }
            return;
        }
        [receipt] => receipt,
        more => return say(format!("{} payments at the provider", more.len())),
    };
    let (price, gone) = (won(expected, "price"), won(expected, "cancelled_price"));
    let state = match gone {
        0 => "paid",
        gone if gone == price => "refunded",
        _ => "partially_refunded",
    };
    if order.money_state != state || order.refunded_krw != gone || order.total_krw != price {
        say(format!("should be {state}: {price} won paid, {gone} went back; booked {}", order.refunded_krw));
    }
    let counted = if state == "refunded" { "returned" } else { "counted" };
    match booked {
        [one]
            if one.receipt_id == text(expected, "receipt_id")
                && one.captured_krw == Some(price)
                && one.disposition == counted => {}
        other => say(format!("{} payments are booked, or the wrong one", other.len())),
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

/// Each cancel at the provider that bears an id was ordered here once, and each refund has its end.
fn money_back(books: &Books, ledger: &Value, wrongs: &mut Vec<String>) {
    let mut cancels: BTreeMap<&str, usize> = BTreeMap::new();
    for cancel in list(ledger, "cancels") {
        *cancels.entry(text(cancel, "cancel_id")).or_default() += 1;
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

/// Letters that were written more than once, by their subjects; each names its order.
pub fn told_twice(log: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let letters = log.lines().filter(|line| line.contains("this letter goes nowhere"));
    let subjects = letters.filter_map(|line| Some(line.split_once("subject=")?.1.to_owned()));
    subjects.filter(|subject| !seen.insert(subject.clone())).collect()
}
