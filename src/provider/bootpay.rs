//! Bootpay: Commerce (`/v1`: invoices and orders) and PG (`/v2`: receipts and cancels). There is no Rust
//! SDK; facts are from the project's Bootpay reference and cited by its sections.

mod commerce;
mod pg;
mod probe;
pub mod webhook;
mod wire;

pub use commerce::{DayOf, NewInvoice, OrderQuery};
pub use probe::{Heard, Role};
pub use wire::{InvoiceNotice, OrderList, OrderNotice, ReceiptNotice};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::ProviderError;
use super::transport::SharedTransport;
use crate::domain::id::CallKey;

/// The two base addresses of one environment, without a slash at the end (Bootpay A.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Commerce, with `/v1`.
    pub commerce: String,
    /// PG, with `/v2`.
    pub pg: String,
}

/// The key pair of one project; the same pair works for both APIs (Bootpay A.3).
#[derive(Clone)]
pub struct Keys {
    /// Public: the browser sends it too.
    pub client: String,
    pub secret: SecretString,
}

/// A client of both APIs.
#[derive(Clone)]
pub struct Bootpay {
    transport: SharedTransport,
    hosts: Hosts,
    keys: Keys,
}

impl Bootpay {
    pub fn new(transport: SharedTransport, hosts: Hosts, keys: Keys) -> Self {
        Self { transport, hosts, keys }
    }

    pub fn client_key(&self) -> &str {
        &self.keys.client
    }

    fn basic(&self) -> String {
        let pair = format!("{}:{}", self.keys.client, self.keys.secret.expose_secret());
        format!("Basic {}", STANDARD.encode(pair))
    }

    async fn get(&self, url: String) -> Result<Value, ProviderError> {
        self.call(Method::GET, url, None, None).await
    }

    /// `key` makes a repeated Commerce call answer what the first one answered (Bootpay I.5); PG has no
    /// such header.
    async fn post(&self, url: String, body: &Value, key: Option<&CallKey>) -> Result<Value, ProviderError> {
        self.call(Method::POST, url, Some(body), key).await
    }

    async fn call(
        &self,
        method: Method,
        url: String,
        body: Option<&Value>,
        key: Option<&CallKey>,
    ) -> Result<Value, ProviderError> {
        // Every call so far is allowed to `user`.
        let answer = self.exchange(method, url, body, key, Role::User).await?;
        wire::read_answer(answer.status(), answer.body())
    }

    /// The answer as it came, whatever it says.
    async fn exchange(
        &self,
        method: Method,
        url: String,
        body: Option<&Value>,
        key: Option<&CallKey>,
        role: Role,
    ) -> Result<http::Response<Bytes>, ProviderError> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(header::AUTHORIZATION, self.basic())
            .header(header::ACCEPT, "application/json")
            // The scope that the call asks for (Bootpay A.4).
            .header("BOOTPAY-ROLE", role.as_str());
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key.as_str());
        }
        let bytes = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        let request = request.body(bytes).map_err(|error| ProviderError::Malformed(error.to_string()))?;
        self.transport.send(request).await.map_err(|lost| ProviderError::Unreachable(lost.0))
    }
}

/// Percent-encodes what goes into a path or query value.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
