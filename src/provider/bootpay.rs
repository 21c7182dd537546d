//! Bootpay: Commerce (`/v1`: invoices, products, orders, subscriptions) and PG (`/v2`: receipts, cancels, billing
//! keys). There is no Rust SDK; facts are in `docs/bootpay-facts.md` and cited by its sections. How to use this room is
//! in `docs/bootpay.md`.

mod answer;
mod call;
pub mod commerce;
pub mod endpoints;
mod fields;
mod hosts;
pub mod pg;
mod probe;
mod read;
mod role;
mod secret_body;
pub mod status;
mod token;
pub mod webhook;
mod wire;

/// Also for the fuzz targets, which make every call of it.
#[cfg(any(test, fuzzing))]
pub mod tests;

pub use commerce::{DayOf, InvoiceNotice, NewCancel, NewInvoice, OrderList, OrderQuery};
pub use fields::Metadata;
pub use hosts::{Environment, Hosts};
pub use probe::Heard;
pub use read::Page;
pub use role::Role;
pub use token::{AccessToken, MemberToken};
pub use wire::{OrderNotice, ReceiptNotice};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::RequestId;
use super::transport::SharedTransport;

/// The key pair of one project; the same pair works for both APIs (Bootpay A.3).
#[derive(Clone)]
pub struct Keys {
    /// Public: the browser sends it too.
    pub client: String,
    pub secret: SecretString,
}

/// The older pair, which only PG knows (Bootpay A.3, A.5).
#[derive(Clone)]
pub struct ApplicationKeys {
    /// The id of the application for servers ("REST").
    pub application_id: String,
    pub private_key: SecretString,
}

/// A client of both APIs. Each call sends one request and is over with its answer; nothing is repeated.
#[derive(Clone)]
pub struct Bootpay {
    transport: SharedTransport,
    hosts: Hosts,
    keys: Keys,
    application: Option<ApplicationKeys>,
    role: Option<Role>,
    member: Option<MemberToken>,
    requests: Arc<AtomicU64>,
}

impl Bootpay {
    pub fn new(transport: SharedTransport, hosts: Hosts, keys: Keys) -> Self {
        Self { transport, hosts, keys, application: None, role: None, member: None, requests: Arc::default() }
    }

    /// The same client, which asks for its PG tokens with the older pair.
    #[must_use]
    pub fn with_application(&self, keys: ApplicationKeys) -> Self {
        Self { application: Some(keys), ..self.clone() }
    }

    /// The same client, whose calls act in this role in the place of the one that each of them needs at least
    /// (Bootpay A.4).
    #[must_use]
    pub fn in_role(&self, role: Role) -> Self {
        Self { role: Some(role), ..self.clone() }
    }

    /// The same client, whose calls act for a member of the shop who is logged in (Bootpay A.4).
    #[must_use]
    pub fn for_member(&self, token: MemberToken) -> Self {
        Self { member: Some(token), ..self.clone() }
    }

    pub fn client_key(&self) -> &str {
        &self.keys.client
    }

    fn basic(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(format!("{}:{}", self.keys.client, self.keys.secret.expose_secret()));
        Zeroizing::new(format!("Basic {}", *Zeroizing::new(STANDARD.encode(pair.as_bytes()))))
    }

    fn next_request(&self, call: &'static str) -> RequestId {
        RequestId::new(call, self.requests.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
