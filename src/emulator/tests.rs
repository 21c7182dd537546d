//! A lab for the tests: an emulator in process, a clock to move, and short ways to call.

mod api;
mod billing;
mod browser;
mod console;
mod contract;
mod contract_changes;
mod faults;
mod money;
mod product;
mod settings;
mod stranger;
mod transfer;
mod webhooks;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockEncryptMut, KeyIvInit};
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::clock::OsIds;

/// 2026-03-02T09:00:00+09:00
const START: i64 = 1_772_409_600_000;
const PRO_MONTH: &str = "6700000000000000000000b1";
const MERCHANT: &[(&str, &str)] = &[("bootpay-role", "supervisor")];

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> UnixMs {
        UnixMs::new(self.0.load(Ordering::SeqCst))
    }
}

struct Lab {
    pub emulator: Emulator,
    pub clock: Arc<TestClock>,
}

struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Lab {
    pub fn new() -> Self {
        Self::try_with(None).unwrap()
    }

    pub fn try_with(journal: Option<&Path>) -> Result<Self, OpenError> {
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let emulator = Emulator::open(Options {
            public_url: "http://127.0.0.1:4000".to_owned(),
            client_key: DEFAULT_CLIENT_KEY.to_owned(),
            secret_key: DEFAULT_SECRET_KEY.to_owned(),
            journal: journal.map(Path::to_owned),
            clock: clock.clone(),
            ids: Arc::new(OsIds),
        })?;
        Ok(Self { emulator, clock })
    }

    pub fn pass_minutes(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// What a caller in the same process gets, not read yet.
    pub async fn raw(&self, request: Request<Body>) -> Response {
        self.emulator.router().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.raw(request).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let status = parts.status.as_u16();
        if !json.is_null() {
            // The other error body has both a code and data.
            let says_error = json.get("error_code").or(json.get("data").and(json.get("code"))).is_some();
            assert_eq!(status != 200, says_error, "{status} {text}");
        }
        Answered { status, headers: parts.headers, text, json }
    }

    pub async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("authorization", basic());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.header("content-type", "application/json").body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.call("GET", path, &[], &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.call("POST", path, MERCHANT, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answered {
        self.call("PUT", path, MERCHANT, &body).await
    }

    pub async fn delete(&self, path: &str, body: Value) -> Answered {
        self.call("DELETE", path, MERCHANT, &body).await
    }

    /// Moves the emulator's own clock.
    pub async fn travel_days(&self, days: i64) {
        let moved = self.post("/_emulator/clock", json!({ "advance_ms": days * 86_400_000 })).await;
        assert_eq!(moved.status, 200, "{}", moved.text);
    }

    /// A card key.
    pub async fn billing_key(&self) -> Value {
        let issued = self.post("/v2/request/subscribe", card()).await;
        assert_eq!(issued.status, 200, "{}", issued.text);
        issued.json
    }

    /// A contract over so many months of a product, begun by paying for the first.
    pub async fn contract(&self, duration: i64) -> Value {
        let products = json!([{ "product_id": PRO_MONTH, "quantity": 1, "duration": duration }]);
        let user = json!({ "user_id": "U-1", "name": "홍길동" });
        let id = self.invoice(json!({ "products": products, "user": user, "metadata": { "plan": "pro" } })).await;
        self.form(&format!("/invoice/{id}"), "framed=0&outcome=paid".to_owned()).await;
        self.get("/v1/order_subscriptions").await.json["list"][0].clone()
    }

    pub async fn form(&self, path: &str, body: String) -> Answered {
        let kind = "application/x-www-form-urlencoded";
        let request = Request::builder().method("POST").uri(path).header("content-type", kind);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// As the browser script posts it.
    pub async fn checkout(&self, data: Value) -> Answered {
        let (key, iv) = ([7_u8; 32], [9_u8; 16]);
        let secret = cbc::Encryptor::<aes::Aes256>::new(&key.into(), &iv.into())
            .encrypt_padded_vec_mut::<Pkcs7>(data.to_string().as_bytes());
        let token = format!("{}##{}", STANDARD.encode(key), STANDARD.encode(iv));
        let payload = urlencoded::encode(&STANDARD.encode(secret));
        self.form("/v1/invoices", format!("payload={payload}&token={}", urlencoded::encode(&token))).await
    }

    pub async fn invoice(&self, extra: Value) -> String {
        let mut body = json!({ "name": "Pro", "price": 29_900, "request_id": "R-1" });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let made = self.post("/v1/invoices", body).await;
        assert_eq!(made.status, 200, "{}", made.text);
        made.json["invoice_id"].as_str().unwrap().to_owned()
    }

    /// An order that ended with this outcome.
    pub async fn order(&self, outcome: &str) -> Value {
        let id = self.invoice(json!({})).await;
        self.form(&format!("/invoice/{id}"), format!("framed=0&outcome={outcome}")).await;
        self.get("/v1/orders").await.json["list"][0].clone()
    }
}

/// A file of its own in the system's folder for such, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let mut bytes = [0_u8; 8];
        OsIds.fill(&mut bytes);
        Self(std::env::temp_dir().join(format!("emulator-{}.jsonl", u64::from_le_bytes(bytes))))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn card() -> Value {
    json!({
        "pg": "nicepay", "order_name": "정기 결제", "subscription_id": "S-1", "card_no": "5570-4200-0000-1074",
        "card_pw": "12", "card_identity_no": "900101", "card_expire_year": "28", "card_expire_month": "12",
    })
}

fn basic() -> String {
    format!("Basic {}", STANDARD.encode(format!("{DEFAULT_CLIENT_KEY}:{DEFAULT_SECRET_KEY}")))
}

fn code(answered: &Answered) -> &str {
    answered.json["error_code"].as_str().unwrap_or_default()
}
