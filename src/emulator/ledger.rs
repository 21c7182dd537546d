//! All that the emulator believes, in memory. Finds and replaces records; decides nothing.

use std::collections::{BTreeSet, HashMap};

use super::records::{
    Answer, Bill, BillStanding, BillingKey, Cancel, ChangeRequest, Contract, ContractStanding, Delivery, Invoice,
    Order, Product, Receipt, Reservation, ReserveStanding, Send, Settings, Token, Upsert,
};
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

/// What happens by itself when its time has come; by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Bill(String),
    Reservation(String),
    /// A contract whose last instalment's time is over.
    End(String),
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
    billing_keys: Table<BillingKey>,
    /// Receipt ids of issues, by key.
    issues: HashMap<String, String>,
    reservations: Table<Reservation>,
    products: Table<Product>,
    contracts: Table<Contract>,
    /// Contract ids, by the order that began them.
    begun: HashMap<String, Vec<String>>,
    bills: Table<Bill>,
    /// Bill ids, by contract.
    billed: HashMap<String, Vec<String>>,
    requests: Table<ChangeRequest>,
    /// What happens by itself, and when.
    due: BTreeSet<(UnixMs, Due)>,
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
                Upsert::BillingKey(row) => {
                    if let Some(key) = &row.key {
                        self.issues.insert(key.clone(), row.receipt_id.clone());
                    }
                    self.billing_keys.put(row.receipt_id.clone(), *row);
                }
                Upsert::Reservation(row) => self.apply_reservation(*row),
                Upsert::Product(row) => self.products.put(row.product_id.clone(), row),
                Upsert::Contract(row) => self.apply_contract(*row),
                Upsert::Bill(row) => self.apply_bill(row),
                Upsert::ChangeRequest(row) => self.requests.put(row.request_id.clone(), row),
            }
        }
    }

    fn reschedule(&mut self, due: Due, before: Option<UnixMs>, after: Option<UnixMs>) {
        if let Some(at) = before {
            self.due.remove(&(at, due.clone()));
        }
        if let Some(at) = after {
            self.due.insert((at, due));
        }
    }

    fn apply_reservation(&mut self, row: Reservation) {
        let when = |row: &Reservation| (row.standing == ReserveStanding::Waiting).then_some(row.execute_at);
        let before = self.reservations.get(&row.reserve_id).and_then(when);
        self.reschedule(Due::Reservation(row.reserve_id.clone()), before, when(&row));
        self.reservations.put(row.reserve_id.clone(), row);
    }

    fn apply_contract(&mut self, row: Contract) {
        let when = |row: &Contract| row.service_end_at.filter(|_| row.standing == ContractStanding::Active);
        let known = self.contracts.get(&row.contract_id);
        let before = known.and_then(when);
        if known.is_none() {
            self.begun.entry(row.order_id.clone()).or_default().push(row.contract_id.clone());
        }
        self.reschedule(Due::End(row.contract_id.clone()), before, when(&row));
        self.contracts.put(row.contract_id.clone(), row);
    }

    fn apply_bill(&mut self, row: Bill) {
        let when = |row: &Bill| (row.standing == BillStanding::Ready).then_some(row.due_at);
        let known = self.bills.get(&row.bill_id);
        let before = known.and_then(when);
        if known.is_none() {
            self.billed.entry(row.contract_id.clone()).or_default().push(row.bill_id.clone());
        }
        self.reschedule(Due::Bill(row.bill_id.clone()), before, when(&row));
        self.bills.put(row.bill_id.clone(), row);
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
        let lives = |age: i64| age < ANSWER_LIFE_MS && age >= self.settings.idempotency_gap_ms;
        self.answers.get(key).filter(|answer| lives(now.since_ms(answer.at)))
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

    pub fn issue(&self, receipt_id: &str) -> Option<&BillingKey> {
        self.billing_keys.get(receipt_id)
    }

    pub fn billing_key(&self, key: &str) -> Option<&BillingKey> {
        self.issues.get(key).and_then(|receipt_id| self.billing_keys.get(receipt_id))
    }

    pub fn billing_keys(&self) -> &[BillingKey] {
        &self.billing_keys.rows
    }

    pub fn reservation(&self, id: &str) -> Option<&Reservation> {
        self.reservations.get(id)
    }

    pub fn reservations(&self) -> &[Reservation] {
        &self.reservations.rows
    }

    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.get(id)
    }

    pub fn products(&self) -> &[Product] {
        &self.products.rows
    }

    pub fn contract(&self, id: &str) -> Option<&Contract> {
        self.contracts.get(id)
    }

    pub fn contracts(&self) -> &[Contract] {
        &self.contracts.rows
    }

    /// Those that an order began.
    pub fn contracts_of(&self, order_id: &str) -> impl Iterator<Item = &Contract> {
        self.begun.get(order_id).into_iter().flatten().filter_map(|id| self.contracts.get(id))
    }

    pub fn bill(&self, id: &str) -> Option<&Bill> {
        self.bills.get(id)
    }

    pub fn bills(&self) -> &[Bill] {
        &self.bills.rows
    }

    /// A contract's bills, the first instalment first.
    pub fn bills_of(&self, contract_id: &str) -> impl DoubleEndedIterator<Item = &Bill> {
        self.billed.get(contract_id).into_iter().flatten().filter_map(|id| self.bills.get(id))
    }

    pub fn request(&self, id: &str) -> Option<&ChangeRequest> {
        self.requests.get(id)
    }

    pub fn requests(&self) -> &[ChangeRequest] {
        &self.requests.rows
    }

    /// What happens next by itself.
    pub fn first_due(&self) -> Option<&(UnixMs, Due)> {
        self.due.first()
    }
}

/// A merchant's `cancel_id` counts for one receipt. Receipt ids have no slash.
fn cancel_key(receipt_id: &str, cancel_id: &str) -> String {
    format!("{receipt_id}/{cancel_id}")
}
