//! All that the emulator believes, in memory. Finds and replaces records; decides nothing.

use std::collections::HashMap;

use super::records::{Answer, Cancel, Invoice, Order, Receipt, Send, Token, Upsert};
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
            }
        }
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
}

/// A merchant's `cancel_id` counts for one receipt. Receipt ids have no slash.
fn cancel_key(receipt_id: &str, cancel_id: &str) -> String {
    format!("{receipt_id}/{cancel_id}")
}
