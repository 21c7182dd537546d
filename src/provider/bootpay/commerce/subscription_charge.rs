//! Commerce: charging a contract on demand by its charge key, and taking the key back (Bootpay B.6). The key travels in
//! bodies only.

use serde::Serialize;
use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{SUBSCRIPTION_CHARGE, SUBSCRIPTION_CHARGE_REVOKE};
use super::super::fields::Metadata;
use super::super::read::{instant, text, won};
use super::super::secret_body::{is_empty, scrubbed, secret_body};
use super::super::status::Undocumented;
use crate::domain::billing::BillingKey;
use crate::domain::id::CallKey;
use crate::domain::money::{Amount, Krw};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// A charge on demand.
#[derive(Clone, Debug)]
pub struct NewSubscriptionCharge<'a> {
    pub charge_key: &'a BillingKey,
    pub amount: Amount,
    pub metadata: Metadata,
}

/// What a charge was answered with. It proves nothing: the receipt is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    pub order_id: String,
    pub order_number: Option<String>,
    pub receipt_id: Option<String>,
    pub price: Option<Krw>,
    pub tax_free: Option<Krw>,
    /// Its numbers are not documented.
    pub status: Undocumented,
}

/// A charge key that was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeKeyRevoked {
    pub revoked_at: Option<UnixMs>,
    pub status: Undocumented,
}

#[derive(Serialize)]
struct ChargeBody<'a> {
    charge_key: &'a str,
    price: i64,
    tax_free_price: i64,
    #[serde(skip_serializing_if = "is_empty")]
    metadata: Value,
}

#[derive(Serialize)]
struct RevokeBody<'a> {
    charge_key: &'a str,
}

impl Bootpay {
    /// Charges a contract now. After a lost answer only the same `key` may be used: another one charges again.
    pub async fn charge_subscription(
        &self,
        new: &NewSubscriptionCharge<'_>,
        key: &CallKey,
    ) -> Result<Charged, ProviderError> {
        let body = secret_body(&ChargeBody {
            charge_key: new.charge_key.expose(),
            price: new.amount.total().get(),
            tax_free_price: new.amount.tax_free().get(),
            metadata: (&new.metadata).into(),
        })?;
        let answer = self.to(&SUBSCRIPTION_CHARGE).bytes(body).key(key).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| new.charge_key.scrub(words)))?;
        answer.find("an order's id", charged)
    }

    /// Takes a charge key back for ever.
    pub async fn revoke_charge_key(
        &self,
        charge_key: &BillingKey,
        key: &CallKey,
    ) -> Result<ChargeKeyRevoked, ProviderError> {
        let body = secret_body(&RevokeBody { charge_key: charge_key.expose() })?;
        let answer = self.to(&SUBSCRIPTION_CHARGE_REVOKE).bytes(body).key(key).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| charge_key.scrub(words)))?;
        let body = answer.body();
        let status = Undocumented::read(body, "status");
        Ok(ChargeKeyRevoked { revoked_at: instant(body, "revoked_at"), status })
    }
}

fn charged(body: &Value) -> Option<Charged> {
    Some(Charged {
        order_id: text(body, "order_id")?,
        order_number: text(body, "order_number"),
        receipt_id: text(body, "receipt_id"),
        price: won(body, "price"),
        tax_free: won(body, "tax_free_price"),
        status: Undocumented::read(body, "status"),
    })
}
