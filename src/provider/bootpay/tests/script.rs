//! A wire that answers what it was told and keeps what was sent; and the form in which calls are listed.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::Value;

use crate::domain::id::CallKey;
use crate::domain::money::{Amount, Krw};
use crate::provider::ProviderError;
use crate::provider::bootpay::endpoints::Endpoint;
use crate::provider::bootpay::{Bootpay, Hosts, Keys};
use crate::provider::transport::{Answering, Lost, Transport};

#[derive(Clone, Default)]
pub struct Script {
    answers: Arc<Mutex<VecDeque<http::Response<Bytes>>>>,
    sent: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl Script {
    pub fn answering(answers: impl IntoIterator<Item = (u16, String)>) -> Self {
        let script = Self::default();
        for (status, body) in answers {
            script.answer(http::Response::builder().status(status).body(Bytes::from(body)).unwrap());
        }
        script
    }

    pub fn answer(&self, answer: http::Response<Bytes>) {
        self.answers.lock().unwrap().push_back(answer);
    }

    pub fn client(&self) -> Bootpay {
        let keys = Keys { client: "ck".into(), secret: SecretString::from("sk".to_owned()) };
        Bootpay::new(Arc::new(self.clone()), Hosts::at("http://provider"), keys)
    }

    /// What was sent since the last time, in its order.
    pub fn sent(&self) -> Vec<http::Request<Bytes>> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

impl Transport for Script {
    fn send(&self, request: http::Request<Bytes>) -> Answering<'_> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front().ok_or_else(|| Lost("the script is over".into()));
        Box::pin(std::future::ready(answer))
    }
}

pub type Running = Pin<Box<dyn Future<Output = Result<bool, ProviderError>>>>;

/// One call of the client.
pub struct Case {
    pub endpoint: &'static Endpoint,
    /// Path and query.
    pub to: &'static str,
    /// What is sent; null where there is no body.
    pub body: Value,
    /// What is documented as an answer, in a form that says of no money that it came.
    pub answer: Value,
    /// Answers whether the client reads the answer as paid.
    pub run: fn(Bootpay) -> Running,
}

pub fn every_call() -> Vec<Case> {
    [super::calls_commerce::cases(), super::calls_contracts::cases(), super::calls_pg::cases()]
        .into_iter()
        .flatten()
        .collect()
}

pub fn run(case: &Case, client: Bootpay) -> Result<bool, ProviderError> {
    futures::executor::block_on((case.run)(client))
}

pub fn key() -> CallKey {
    CallKey::from_random([1; 20])
}

pub fn amount(total: i64, tax_free: i64) -> Amount {
    Amount::new(krw(total), krw(tax_free)).unwrap()
}

pub fn krw(won: i64) -> Krw {
    Krw::new(won).unwrap()
}

/// A call as an entry of the list. The last part makes it, with the client's name, and answers whether it reads as paid.
macro_rules! call {
    ($endpoint:ident, $to:literal, $body:tt, $answer:tt, |$client:ident| $run:expr) => {
        crate::provider::bootpay::tests::script::Case {
            endpoint: &crate::provider::bootpay::endpoints::$endpoint,
            to: $to,
            body: serde_json::json!($body),
            answer: serde_json::json!($answer),
            run: |$client| Box::pin(async move { $run }),
        }
    };
}
pub(super) use call;
