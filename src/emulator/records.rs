//! What the ledger remembers, as it is written to the journal. Plain data; rules live in `rules.rs`.

mod billing;
mod contract;
mod product;
mod settings;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::time::UnixMs;
pub(super) use billing::{BillingKey, Consent, Feedback, Method, PaidBy, Reservation, ReserveStanding};
pub(super) use contract::{
    Adjustment, Bill, BillStanding, ChangeRequest, Contract, ContractStanding, Wish, WishStanding,
};
pub(super) use product::Product;
pub(super) use settings::{ContractsShape, Settings, Shapes};

/// An order sheet (Bootpay B.1). Its order, if any, is found by `order_id`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Invoice {
    pub invoice_id: String,
    /// Made by the browser script rather than by a server.
    pub sdk: bool,
    pub name: String,
    pub memo: Option<String>,
    pub price: i64,
    pub tax_free_price: i64,
    pub request_id: Option<String>,
    /// The merchant's own order id, sent as `order_id`.
    pub merchant_order_id: Option<String>,
    pub metadata: Option<Value>,
    pub user: Option<Value>,
    pub products: Vec<Line>,
    pub redirect_url: Option<String>,
    pub use_redirect: bool,
    pub separately_confirmed: bool,
    pub created_at: UnixMs,
    pub expires_at: UnixMs,
    /// Bootpay's order, once there is one.
    pub order_id: Option<String>,
    /// Where its Commerce webhooks go in place of the project's address, and how (Bootpay B.1, D.2).
    pub webhook_url: Option<String>,
    pub webhook_content: Option<Content>,
    pub webhook_tries: Option<u32>,
    #[serde(default)]
    pub user_group_id: Option<String>,
}

/// One product of an invoice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub product_id: String,
    pub product_option_id: Option<String>,
    pub quantity: i64,
    /// Instalments; -1 = no end. One or none is a single payment.
    pub duration: Option<i64>,
    /// Name and price of one piece at the time of the order; a product may change later.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub price: Option<i64>,
}

/// An order. Its status and cancelled amounts are those of its receipt: the two can't drift apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub order_id: String,
    pub order_number: String,
    pub invoice_id: String,
    pub receipt_id: Option<String>,
    pub sdk: bool,
    pub name: String,
    pub price: i64,
    pub tax_free_price: i64,
    pub request_id: Option<String>,
    pub metadata: Option<Value>,
    pub user: Option<Value>,
    pub products: Vec<Line>,
    pub created_at: UnixMs,
    /// The order that began the contract which this one goes on with.
    #[serde(default)]
    pub parent_order_id: Option<String>,
    #[serde(default)]
    pub user_group_id: Option<String>,
}

/// A payment record of the PG (Bootpay C.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Receipt {
    pub receipt_id: String,
    /// Bootpay's order that this pays; empty when it was charged over the PG API alone.
    pub order_id: String,
    /// What the receipt shows as `order_id`: the merchant's own id.
    pub merchant_order_id: String,
    pub name: String,
    pub price: i64,
    pub tax_free: i64,
    pub cancelled_price: i64,
    pub cancelled_tax_free: i64,
    pub status: ReceiptStatus,
    /// Set when it is paid by virtual account.
    pub account: Option<Account>,
    pub metadata: Option<Value>,
    pub user: Option<Value>,
    pub requested_at: UnixMs,
    pub purchased_at: Option<UnixMs>,
    pub cancelled_at: Option<UnixMs>,
    #[serde(default)]
    pub paid_by: Option<PaidBy>,
    #[serde(default)]
    pub feedback: Option<Feedback>,
}

/// A virtual account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Account {
    pub number: String,
    pub expires_at: UnixMs,
}

/// The states of Bootpay C.9 that happen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReceiptStatus {
    Paid,
    AwaitingConfirm,
    AwaitingDeposit,
    Cancelled,
    Failed,
    /// A virtual account given up before anybody paid into it.
    AccountCancelled,
}

/// Where a cancel stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CancelStanding {
    /// A buyer has asked for it; no money has moved.
    Waiting,
    #[default]
    Done,
    Rejected,
    Withdrawn,
}

/// A cancel that was carried out, or that a buyer has asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cancel {
    /// Bootpay's id of it.
    pub request_id: String,
    /// The merchant's id, against doing it twice; unique for a receipt.
    pub cancel_id: String,
    pub receipt_id: String,
    pub order_id: String,
    pub order_number: String,
    pub price: i64,
    pub tax_free: i64,
    /// What could be cancelled before it and after it.
    pub before: i64,
    pub after: i64,
    pub requester: String,
    pub message: String,
    pub at: UnixMs,
    #[serde(default)]
    pub standing: CancelStanding,
    /// When a buyer's wish was decided, and what the merchant said.
    #[serde(default)]
    pub acted: Option<(UnixMs, String)>,
}

/// A message about an invoice that a real provider would have sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Send {
    pub send_id: String,
    pub invoice_id: String,
    /// 1 SMS, 2 KakaoTalk, 3 e-mail, 4 push.
    pub send_types: Vec<i64>,
    /// Who it would have gone to.
    pub user: Option<Value>,
    pub at: UnixMs,
}

/// How the body of a webhook is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Content {
    Json,
    Form,
}

/// Which of the two webhooks of Bootpay D.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Pg,
    Commerce,
}

/// One webhook, from the change that it tells of to the answer that ends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub delivery_id: String,
    pub kind: Kind,
    pub event: String,
    pub order_id: String,
    pub receipt_id: String,
    pub target: String,
    pub content: Content,
    /// As it goes over the wire: what was true when it was queued.
    pub body: String,
    pub queued_at: UnixMs,
    /// How often it was sent, and how often it may be.
    pub tries: u32,
    pub most: u32,
    pub outcome: Outcome,
    /// When it is sent next, as long as it waits.
    pub next_at: Option<UnixMs>,
    /// A fault was already chosen for its next try.
    pub troubled: bool,
    /// It waits for another one to go first.
    pub held: bool,
    /// What became of the last try.
    pub last: Option<String>,
    /// The one that somebody wanted sent again.
    pub again_of: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Waiting,
    Delivered,
    GivenUp,
}

/// An answer stored under an `Idempotency-Key`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub key: String,
    pub status: u16,
    pub body: Value,
    pub at: UnixMs,
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Token {
    pub access_token: String,
    pub issued_at: UnixMs,
}

/// One record as it is from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Upsert {
    Invoice(Invoice),
    Order(Order),
    Receipt(Receipt),
    Cancel(Cancel),
    Send(Send),
    Answer(Answer),
    Token(Token),
    Delivery(Delivery),
    Settings(Settings),
    BillingKey(Box<BillingKey>),
    Reservation(Box<Reservation>),
    Product(Product),
    Contract(Box<Contract>),
    Bill(Bill),
    ChangeRequest(ChangeRequest),
}
