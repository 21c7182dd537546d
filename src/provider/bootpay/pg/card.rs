//! PG: a billing key for a card that the shop was told of (Bootpay C.5).

use serde::Serialize;
use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::BILLING_ISSUE;
use super::super::fields::{Fields, Metadata};
use super::super::secret_body::{is_empty, scrubbed, secret_body};
use super::billing_key::{BillingKeyNotice, notice};
use super::charge::Payer;
use crate::domain::billing::Card;
use crate::domain::money::Amount;
use crate::provider::ProviderError;

/// An issue.
#[derive(Debug)]
pub struct NewCardKey<'a> {
    /// The gateway's code: nicepay, tosspayments and so on (Bootpay C.10).
    pub pg: &'a str,
    pub order_name: &'a str,
    /// The merchant's own id.
    pub subscription_id: &'a str,
    pub card: &'a Card,
    /// A first payment that is made with the issue; its receipt is in [`BillingKeyNotice::first_payment`].
    pub amount: Option<Amount>,
    /// Charges and cancels something small to see whether the card works.
    pub test_payment: Option<bool>,
    pub user: Payer<'a>,
    pub metadata: Metadata,
}

#[derive(Serialize)]
struct IssueBody<'a> {
    pg: &'a str,
    order_name: &'a str,
    subscription_id: &'a str,
    card_no: &'a str,
    card_pw: &'a str,
    card_identity_no: &'a str,
    card_expire_year: &'a str,
    card_expire_month: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_free: Option<i64>,
    #[serde(skip_serializing_if = "is_empty")]
    extra: Value,
    #[serde(skip_serializing_if = "is_empty")]
    user: Value,
    #[serde(skip_serializing_if = "is_empty")]
    metadata: Value,
}

impl Bootpay {
    /// Has a key made for a card. Nothing of the card is in an error. There is no key that makes a repeated call one
    /// issue: with a first payment, nothing may be sent again before somebody looked.
    pub async fn issue_billing_key(&self, new: &NewCardKey<'_>) -> Result<BillingKeyNotice, ProviderError> {
        let body = secret_body(&IssueBody {
            pg: new.pg,
            order_name: new.order_name,
            subscription_id: new.subscription_id,
            card_no: new.card.number(),
            card_pw: new.card.password(),
            card_identity_no: new.card.identity(),
            card_expire_year: new.card.year(),
            card_expire_month: new.card.month(),
            price: new.amount.map(|amount| amount.total().get()),
            tax_free: new.amount.map(|amount| amount.tax_free().get()),
            extra: Fields::new().put("subscribe_test_payment", new.test_payment).value(),
            user: new.user.fields().value(),
            metadata: (&new.metadata).into(),
        })?;
        let answer = self.to(&BILLING_ISSUE).bytes(body).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| new.card.scrub(words)))?;
        answer.find("a billing receipt's id", notice)
    }
}
