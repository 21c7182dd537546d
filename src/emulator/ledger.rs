//! All that the emulator believes, in memory. Finds and replaces records; decides nothing.

use std::collections::{BTreeSet, HashMap};

use super::records::{Answer, Cancel, Delivery, Invoice, Order, Receipt, Send, Settings, Token, Upsert};
use crate::domain::time::UnixMs;

/// How long an answer is kept for its `Idempotency-Key` (Bootpay I.5).
const ANSWER_LIFE_MS: i64 = 24 * 60 * 60 * 1000;

/// Records in the order they were made, found by id.
struct Table<T> {
    rows: Vec<T>,
    at: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), at: HashMap::new() }
    }
}

impl<T> Table<T> {
    fn get(&self, id: &str) -> Option<&T> {
        self.at.get(id).and_then(|at| self.rows.get(*at))
    }

    fn put(&mut self, id: String, row: T) {
        let known = self.at.get(&id).and_then(|at| self.rows.get_mut(*at));
        if let Some(known) = known {
            *known = row;
        } else {
            self.at.insert(id, self.rows.len());
            self.rows.push(row);
        }
    }
}

#[derive(Default)]
pub(super) struct Ledger {
    invoices: Table<Invoice>,
    orders: Table<Order>,
    receipts: Table<Receipt>,
    cancels: Table<Cancel>,
    sends: Table<Send>,
    deliveries: Table<Delivery>,
    /// When which delivery, by its place among them, is sent next.
    waiting: BTreeSet<(UnixMs, usize)>,
    settings: Settings,
    answers: HashMap<String, Answer>,
    order_ids: HashMap<String, String>,
    token: Option<Token>,
}

impl Ledger {
    pub fn apply(&mut self, change: Vec<Upsert>) {
        for upsert in change {
            match upsert {
                Upsert::Invoice(row) => self.invoices.put(row.invoice_id.clone(), row),
                Upsert::Order(row) => {
                    self.order_ids.insert(row.order_number.clone(), row.order_id.clone());
                    self.orders.put(row.order_id.clone(), row);
                }
                Upsert::Receipt(row) => self.receipts.put(row.receipt_id.clone(), row),
                Upsert::Cancel(row) => self.cancels.put(cancel_key(&row.receipt_id, &row.cancel_id), row),
                Upsert::Send(row) => self.sends.put(row.send_id.clone(), row),
                Upsert::Answer(row) => {
                    self.answers.insert(row.key.clone(), row);
                }
                Upsert::Token(row) => self.token = Some(row),
                Upsert::Delivery(row) => self.apply_delivery(row),
                Upsert::Settings(row) => self.settings = row,
            }
        }
    }

    fn apply_delivery(&mut self, row: Delivery) {
        let known = self.deliveries.at.get(&row.delivery_id).copied();
        let place = known.unwrap_or(self.deliveries.rows.len());
        if let Some(at) = self.deliveries.get(&row.delivery_id).and_then(|old| old.next_at) {
            self.waiting.remove(&(at, place));
        }
        if let Some(at) = row.next_at {
            self.waiting.insert((at, place));
        }
        self.deliveries.put(row.delivery_id.clone(), row);
    }

    pub fn invoice(&self, id: &str) -> Option<&Invoice> {
        self.invoices.get(id)
    }

    /// By Bootpay's order id or by order number (Bootpay H-2).
    pub fn order(&self, key: &str) -> Option<&Order> {
        self.orders.get(key).or_else(|| self.order_ids.get(key).and_then(|id| self.orders.get(id)))
    }

    pub fn order_of(&self, invoice: &Invoice) -> Option<&Order> {
        invoice.order_id.as_deref().and_then(|id| self.orders.get(id))
    }

    pub fn receipt(&self, id: &str) -> Option<&Receipt> {
        self.receipts.get(id)
    }

    pub fn receipt_of(&self, order: &Order) -> Option<&Receipt> {
        order.receipt_id.as_deref().and_then(|id| self.receipts.get(id))
    }

    pub fn cancel(&self, receipt_id: &str, cancel_id: &str) -> Option<&Cancel> {
        self.cancels.get(&cancel_key(receipt_id, cancel_id))
    }

    /// The stored answer of an `Idempotency-Key`, as long as it lives.
    pub fn answer(&self, key: &str, now: UnixMs) -> Option<&Answer> {
        self.answers.get(key).filter(|answer| now.since_ms(answer.at) < ANSWER_LIFE_MS)
    }

    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    pub fn invoices(&self) -> &[Invoice] {
        &self.invoices.rows
    }

    pub fn orders(&self) -> &[Order] {
        &self.orders.rows
    }

    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts.rows
    }

    pub fn cancels(&self) -> &[Cancel] {
        &self.cancels.rows
    }

    pub fn sends(&self) -> &[Send] {
        &self.sends.rows
    }

    pub fn delivery(&self, id: &str) -> Option<&Delivery> {
        self.deliveries.get(id)
    }

    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries.rows
    }

    /// What is still to be sent and when, the earliest first.
    pub fn waiting(&self) -> impl Iterator<Item = (UnixMs, &Delivery)> {
        self.waiting.iter().filter_map(|(at, place)| Some((*at, self.deliveries.rows.get(*place)?)))
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// A merchant's `cancel_id` counts for one receipt. Receipt ids have no slash.
fn cancel_key(receipt_id: &str, cancel_id: &str) -> String {
    format!("{receipt_id}/{cancel_id}")
}
