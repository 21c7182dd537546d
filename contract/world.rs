//! Clients that name their case, what people do outside of the API, and what one case leaves for the next.

use std::sync::Arc;

use madang::domain::billing::BillingKey;
use madang::domain::id::CallKey;
use madang::domain::money::{Amount, Krw};
use madang::provider::bootpay::commerce::{InvoiceForm, InvoiceProduct, InvoiceUser};
use madang::provider::bootpay::{Bootpay, Hosts, Keys};
use madang::provider::transport::Network;
use madang::provider::{ProviderError, transport::SharedTransport};
use serde_json::Value;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

pub const KEYS: (&str, &str) = ("emulator-client-key", "emulator-secret-key");
/// A secret that is not the project's.
pub const WRONG: &str = "a-wrong-key";
pub const BACK: &str = "http://127.0.0.1:3000/orders/contract/return";
/// Days between which everything is made.
pub const SINCE: &str = "2026-01-01";
pub const UNTIL: &str = "2049-12-31";
pub const LATER: &str = "2049-06-01T10:00:00+09:00";
pub const MONTH: &str = "2026-11";
/// A group of members that nobody has made.
pub const GROUP: &str = "6a1f000000000000000000a1";
/// A plan of the emulator's own catalogue.
pub const MONTHLY: &str = "6700000000000000000000b1";

#[derive(Default)]
pub struct Kept {
    pub invoice: String,
    pub order: String,
    pub receipt: String,
    /// The order whose cancels are asked for, and the first wish about it.
    pub cancelled: String,
    pub request: String,
    pub contract: String,
    /// The key of a contract that has ended, and a destroyed one.
    pub charge: Option<BillingKey>,
    pub key: Option<BillingKey>,
    /// A change of the contract that was asked for and decided.
    pub wish: String,
}

pub struct World {
    recorder: String,
    emulator: String,
    network: SharedTransport,
    web: reqwest::Client,
    keys: u8,
    pub kept: Kept,
}

pub fn amount(total: i64) -> Result<Amount, Failure> {
    Ok(Amount::new(Krw::new(total)?, Krw::ZERO)?)
}

pub fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str, Failure> {
    value.get(field).and_then(Value::as_str).ok_or_else(|| format!("no {field}").into())
}

/// The call must be refused with this code.
pub fn refused<T>(answer: Result<T, ProviderError>, code: &str) -> Result<(), Failure> {
    match answer {
        Err(error) if error.code().is_some_and(|said| said.as_str() == code) => Ok(()),
        Err(error) => Err(format!("wanted {code}: {error}").into()),
        Ok(_) => Err(format!("wanted {code}, and it was taken").into()),
    }
}

impl World {
    pub fn new(recorder: String, emulator: String) -> Result<Self, Failure> {
        let web = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { recorder, emulator, network: Arc::new(Network::new()?), web, keys: 0, kept: Kept::default() })
    }

    /// The client of one case.
    pub fn at(&self, case: &str) -> Bootpay {
        self.with(KEYS.1, case)
    }

    /// The same, with a secret that is not the project's.
    pub fn stranger(&self, case: &str) -> Bootpay {
        self.with(WRONG, case)
    }

    fn with(&self, secret: &str, case: &str) -> Bootpay {
        let hosts = Hosts::at(&format!("{}/{}", self.recorder, case.replace(' ', "-")));
        let keys = Keys { client: KEYS.0.into(), secret: secret.to_owned().into() };
        Bootpay::new(self.network.clone(), hosts, keys)
    }

    pub fn key(&mut self) -> CallKey {
        self.keys += 1;
        CallKey::from_random([self.keys; 20])
    }

    /// The buyer presses a button on the invoice's page; answers the order's number.
    pub async fn choose(&self, invoice: &str, outcome: &str) -> Result<String, Failure> {
        let url = format!("{}/invoice/{invoice}", self.emulator);
        let form = self.web.post(url).header("content-type", "application/x-www-form-urlencoded");
        let answer = form.body(format!("framed=0&outcome={outcome}")).send().await?;
        let to = answer.headers().get("location").ok_or("the invoice leads nowhere")?.to_str()?;
        let number = to.split("order_number=").nth(1).and_then(|rest| rest.split('&').next());
        Ok(number.ok_or("the invoice leads to no order")?.to_owned())
    }

    /// A control call of the emulator.
    pub async fn control(&self, what: &str, body: Value) -> Result<(), Failure> {
        let url = format!("{}/_emulator/{what}", self.emulator);
        self.web.post(url).body(body.to_string()).send().await?.error_for_status()?;
        Ok(())
    }

    /// The first entry of a list in the emulator's ledger that fits.
    pub async fn ledger(&self, list: &str, fits: impl Fn(&Value) -> bool) -> Result<Value, Failure> {
        let body = self.web.get(format!("{}/_emulator/ledger", self.emulator)).send().await?.text().await?;
        let ledger: Value = serde_json::from_str(&body)?;
        let entries = ledger.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        entries.into_iter().find(|entry| fits(entry)).ok_or_else(|| format!("nothing in {list} fits").into())
    }
}

/// The invoice that all cases begin with.
pub fn invoice<'a>(name: &'a str, total: i64, request_id: &'a str) -> Result<InvoiceForm<'a>, Failure> {
    let user =
        InvoiceUser { name: "홍길동", phone: "01012345678", email: "hong@example.com", ..InvoiceUser::default() };
    Ok(InvoiceForm {
        request_id: Some(request_id),
        redirect_url: Some(BACK),
        use_redirect: Some(true),
        use_notification: Some(false),
        user: Some(user),
        ..InvoiceForm::new(name, amount(total)?)
    })
}

pub fn product(id: &str, duration: i32) -> InvoiceProduct<'_> {
    InvoiceProduct { product_id: id, option_id: None, quantity: 1, duration }
}
