//! PG: charging a billing key now (Bootpay C.6). One attempt; nothing repeats it, here or there.

use serde::Serialize;
use serde_json::Value;

use super::super::Bootpay;
use super::super::commerce::{Webhook, WebhookBody};
use super::super::endpoints::CHARGE;
use super::super::fields::{Fields, Metadata};
use super::super::secret_body::{is_empty, scrubbed, secret_body};
use super::super::wire::{self, ReceiptNotice};
use crate::domain::billing::BillingKey;
use crate::domain::money::{Amount, Krw};
use crate::provider::ProviderError;

/// A charge.
#[derive(Clone, Debug)]
pub struct NewCharge<'a> {
    pub key: &'a BillingKey,
    pub order_name: &'a str,
    /// The merchant's own id: a fresh one for each attempt (Bootpay C.6).
    pub order_id: &'a str,
    pub amount: Amount,
    /// Instalments of the card, 0 or 2 to 12; 0 pays at once.
    pub card_quota: u8,
    /// Their prices times their numbers must make the amount (Bootpay C.6).
    pub items: Vec<Item<'a>>,
    pub user: Payer<'a>,
    pub metadata: Metadata,
    /// Where the webhook of this payment goes, in place of the project's. Its retries are not sent.
    pub webhook: Option<Webhook<'a>>,
}

/// A line of what is paid.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub quantity: u32,
    pub price: Krw,
}

/// Who pays; what is not known is empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Payer<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Digits only.
    pub phone: &'a str,
    pub email: &'a str,
}

/// What a charge and a reservation say alike.
#[derive(Serialize)]
pub(super) struct ChargeBody<'a> {
    billing_key: &'a str,
    order_name: &'a str,
    order_id: &'a str,
    price: i64,
    tax_free: i64,
    card_quota: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Value>,
    #[serde(skip_serializing_if = "is_empty")]
    user: Value,
    #[serde(skip_serializing_if = "is_empty")]
    metadata: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'static str>,
}

impl Bootpay {
    /// Charges a key now. PG has no key that makes a repeated call one charge: after a lost answer nothing may be sent
    /// again before somebody looked. Answers with the receipt, which is to be judged like every other.
    pub async fn charge(&self, new: &NewCharge<'_>) -> Result<ReceiptNotice, ProviderError> {
        let answer = self.to(&CHARGE).bytes(secret_body(&new.body())?).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| new.key.scrub(words)))?;
        answer.find("a receipt's id", wire::receipt)
    }
}

impl NewCharge<'_> {
    pub(super) fn body(&self) -> ChargeBody<'_> {
        ChargeBody {
            billing_key: self.key.expose(),
            order_name: self.order_name,
            order_id: self.order_id,
            price: self.amount.total().get(),
            tax_free: self.amount.tax_free().get(),
            card_quota: format!("{:02}", self.card_quota),
            items: self.items.iter().map(Item::value).collect(),
            user: self.user.fields().value(),
            metadata: (&self.metadata).into(),
            feedback_url: self.webhook.as_ref().map(|webhook| webhook.url),
            content_type: self.webhook.as_ref().and_then(|webhook| webhook.body).map(WebhookBody::mime),
        }
    }
}

impl Item<'_> {
    fn value(&self) -> Value {
        Fields::new()
            .put("id", self.id)
            .put("name", self.name)
            .put("qty", self.quantity)
            .put("price", self.price.get())
            .value()
    }
}

impl Payer<'_> {
    pub(super) fn fields(&self) -> Fields {
        Fields::new().put("id", self.id).put("username", self.name).put("phone", self.phone).put("email", self.email)
    }
}
