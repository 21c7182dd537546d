//! Billing keys and what is charged to them (Bootpay C.5 to C.8). Of account, card and identity numbers only masked
//! forms are kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Content;
use crate::domain::time::UnixMs;

/// What a key takes money from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum Method {
    Card,
    Transfer,
}

/// Where the customer's consent to an account transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum Consent {
    Waiting,
    Given,
    Refused,
}

/// A billing key, or the wish for one as long as `key` is missing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct BillingKey {
    pub receipt_id: String,
    pub key: Option<String>,
    /// The merchant's own id.
    pub subscription_id: String,
    pub order_name: String,
    pub pg: String,
    pub method: Method,
    pub company: String,
    pub company_code: String,
    /// Masked.
    pub number: String,
    /// What is paid as soon as there is a key; 0 = nothing.
    pub price: i64,
    pub tax_free: i64,
    pub metadata: Option<Value>,
    pub user: Option<Value>,
    pub requested_at: UnixMs,
    pub published_at: Option<UnixMs>,
    pub expires_at: UnixMs,
    pub destroyed_at: Option<UnixMs>,
    /// Only an account transfer asks for it.
    pub consent: Option<Consent>,
    /// The payment that was made with the issue.
    pub first_receipt_id: Option<String>,
    /// Somebody wants its charges to fail.
    pub declines: bool,
}

/// What a receipt shows of the key that paid it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct PaidBy {
    pub billing_key: String,
    pub method: Method,
    pub company: String,
    pub company_code: String,
    pub number: String,
}

/// Where the webhooks of one charge go in place of the project's address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Feedback {
    pub url: String,
    pub content: Option<Content>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum ReserveStanding {
    Waiting,
    Done,
    Failed,
    Revoked,
}

/// A charge that waits for its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Reservation {
    pub reserve_id: String,
    pub billing_key: String,
    pub order_id: String,
    pub order_name: String,
    pub price: i64,
    pub tax_free: i64,
    pub metadata: Option<Value>,
    pub user: Option<Value>,
    pub feedback: Option<Feedback>,
    pub requested_at: UnixMs,
    pub execute_at: UnixMs,
    pub started_at: Option<UnixMs>,
    pub revoked_at: Option<UnixMs>,
    pub receipt_id: Option<String>,
    pub standing: ReserveStanding,
}
