//! Commerce: what the merchant does to a contract, as supervisor (Bootpay B.6). What Bootpay answers is of no use; the
//! contract is to be read afterwards.

use serde::Serialize;
use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{
    Endpoint, SUBSCRIPTION_APPROVE, SUBSCRIPTION_PAUSE, SUBSCRIPTION_REJECT, SUBSCRIPTION_RESUME,
    SUBSCRIPTION_TERMINATE, SUBSCRIPTION_UPDATE,
};
use super::super::fields::Fields;
use super::super::secret_body::{scrubbed, secret_body};
use crate::domain::billing::BillingKey;
use crate::domain::id::CallKey;
use crate::domain::money::Krw;
use crate::provider::ProviderError;

/// Pausing a contract.
#[derive(Clone, Debug)]
pub struct Pause<'a> {
    /// Since when; ISO 8601 with offset.
    pub at: &'a str,
    pub reason: Option<&'a str>,
    /// Until when, as far as is known.
    pub resume_at: Option<&'a str>,
}

/// Ending a contract. Times are ISO 8601 with offset.
#[derive(Clone, Debug, Default)]
pub struct Termination<'a> {
    pub reason: Option<&'a str>,
    pub fee: Option<Krw>,
    /// What of the last instalment goes back.
    pub last_bill_refund: Option<Krw>,
    /// What is left to pay after all of that.
    pub final_fee: Option<Krw>,
    pub service_end_at: Option<&'a str>,
    pub cancel_date: Option<&'a str>,
}

/// What can be changed in a contract. What is `None` stays as it is. Times are ISO 8601 with offset.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionChange<'a> {
    pub product_id: Option<&'a str>,
    pub product_option_id: Option<&'a str>,
    pub order_name: Option<&'a str>,
    /// How many instalments; -1 is without end.
    pub total_duration: Option<i64>,
    pub quantity: Option<u32>,
    pub address_id: Option<&'a str>,
    pub username: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub email: Option<&'a str>,
    pub use_free_trial: Option<bool>,
    pub free_trial_days: Option<u32>,
    pub service_start_at: Option<&'a str>,
    pub service_end_at: Option<&'a str>,
    pub next_billing_at: Option<&'a str>,
    pub next_payment_at: Option<&'a str>,
    pub billing_key: Option<&'a BillingKey>,
    /// In the provider's numbers (Bootpay B.4).
    pub status: Option<i64>,
    /// Of one instalment, more than 0. Instalments that wait are recomputed at once, paid ones stay.
    pub price: Option<Krw>,
    pub memo: Option<&'a str>,
}

#[derive(Serialize)]
struct ChangeBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_key: Option<&'a str>,
    #[serde(flatten)]
    rest: Value,
}

impl Bootpay {
    /// Stops a contract for a while.
    pub async fn pause_subscription(&self, id: &str, pause: &Pause<'_>, key: &CallKey) -> Result<(), ProviderError> {
        self.act(&SUBSCRIPTION_PAUSE, id, pause.fields(), key).await
    }

    /// Goes on with a paused contract. A reason is wanted (`SUBSCRIPTION_RESUME_REASON_REQUIRED`); one that is not
    /// paused is refused (`ORDER_SUBSCRIPTION_RESUME_UNABLE`).
    pub async fn resume_subscription(&self, id: &str, reason: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.act(&SUBSCRIPTION_RESUME, id, Fields::new().put("reason", reason), key).await
    }

    /// Ends a contract.
    pub async fn terminate_subscription(
        &self,
        id: &str,
        termination: &Termination<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.act(&SUBSCRIPTION_TERMINATE, id, termination.fields(), key).await
    }

    /// Lets a contract begin that waits for the merchant.
    pub async fn approve_subscription(&self, id: &str, reason: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.act(&SUBSCRIPTION_APPROVE, id, Fields::new().put("reason", reason), key).await
    }

    /// Refuses a contract that waits for the merchant.
    pub async fn reject_subscription(&self, id: &str, reason: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.act(&SUBSCRIPTION_REJECT, id, Fields::new().put("reason", reason), key).await
    }

    /// Changes a contract in the fields that are given.
    pub async fn update_subscription(
        &self,
        id: &str,
        change: &SubscriptionChange<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let billing_key = change.billing_key.map(BillingKey::expose);
        let body = secret_body(&ChangeBody { billing_key, rest: change.fields().value() })?;
        let answer = self.to(&SUBSCRIPTION_UPDATE).name(id).bytes(body).key(key).send().await;
        let scrub = |words: &str| change.billing_key.map_or_else(|| words.to_owned(), |key| key.scrub(words));
        answer.map(|_| ()).map_err(|error| scrubbed(error, scrub))
    }

    async fn act(
        &self,
        endpoint: &'static Endpoint,
        id: &str,
        fields: Fields,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.to(endpoint).name(id).body(fields).key(key).send().await.map(|_| ())
    }
}

impl Pause<'_> {
    pub(super) fn fields(&self) -> Fields {
        Fields::new().put("paused_at", self.at).put("reason", self.reason).put("expected_resume_at", self.resume_at)
    }
}

impl Termination<'_> {
    fn fields(&self) -> Fields {
        Fields::new()
            .put("reason", self.reason)
            .won("termination_fee", self.fee)
            .won("last_bill_refund_price", self.last_bill_refund)
            .won("final_fee", self.final_fee)
            .put("service_end_at", self.service_end_at)
            .put("cancel_date", self.cancel_date)
    }
}

impl SubscriptionChange<'_> {
    /// Without the billing key, which goes into wiped memory only.
    fn fields(&self) -> Fields {
        Fields::new()
            .put("product_id", self.product_id)
            .put("product_option_id", self.product_option_id)
            .put("order_name", self.order_name)
            .put("total_subscription_duration", self.total_duration)
            .put("quantity", self.quantity)
            .put("address_id", self.address_id)
            .put("username", self.username)
            .put("phone", self.phone)
            .put("email", self.email)
            .put("use_free_trial", self.use_free_trial)
            .put("free_trial_day", self.free_trial_days)
            .put("service_start_at", self.service_start_at)
            .put("service_end_at", self.service_end_at)
            .put("next_billing_at", self.next_billing_at)
            .put("payment_next_at", self.next_payment_at)
            .put("status", self.status)
            .won("price", self.price)
            .put("memo", self.memo)
    }
}
