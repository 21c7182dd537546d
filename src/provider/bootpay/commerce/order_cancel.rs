//! Commerce: cancels of orders (Bootpay B.5). The merchant's own, carried out at once; and the requests that buyers
//! make, which the merchant approves or rejects. The Ruby client's names are sent (Bootpay H-17).

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{
    Endpoint, ORDER_CANCEL, ORDER_CANCEL_APPROVE, ORDER_CANCEL_REJECT, ORDER_CANCEL_REQUEST, ORDER_CANCEL_WITHDRAW,
    ORDER_CANCELS,
};
use super::super::fields::Fields;
use super::super::wire;
use crate::domain::id::CallKey;
use crate::domain::money::Amount;
use crate::domain::refund::ListedCancel;
use crate::provider::ProviderError;

/// A cancel that the merchant orders.
pub struct NewCancel<'a> {
    /// The provider's order number; its order id where it has told no number.
    pub order: &'a str,
    pub amount: Amount,
    pub cancel_id: &'a CallKey,
    pub message: &'a str,
}

/// A cancel that a buyer asks for.
pub struct NewCancelRequest<'a> {
    /// The provider's order number.
    pub order: &'a str,
    pub amount: Amount,
    pub cancel_id: &'a CallKey,
    /// Who asks, as staff will read it.
    pub requester: &'a str,
    pub message: &'a str,
}

impl Bootpay {
    /// Cancels a part of an order at once, as supervisor: the role `user` is refused (Bootpay B.5). The id of the
    /// cancel is also the call's key: sent again, it answers what it answered first. The receipt is to be read
    /// afterwards.
    pub async fn cancel_order(&self, new: &NewCancel<'_>) -> Result<(), ProviderError> {
        let parameters = parameters(new.amount, new.cancel_id, "Madang", new.message, true);
        self.post_cancel(&ORDER_CANCEL, new.order, parameters, new.cancel_id).await
    }

    /// Asks for a cancel in a buyer's place; it waits for the merchant. Bootpay was seen to refuse it to the key pair
    /// without a member (Bootpay B.5): use [`Bootpay::for_member`].
    pub async fn request_cancel(&self, new: &NewCancelRequest<'_>) -> Result<(), ProviderError> {
        let parameters = parameters(new.amount, new.cancel_id, new.requester, new.message, false);
        self.post_cancel(&ORDER_CANCEL_REQUEST, new.order, parameters, new.cancel_id).await
    }

    async fn post_cancel(
        &self,
        endpoint: &'static Endpoint,
        order: &str,
        parameters: Fields,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let body = Fields::new().put("order_number", order).put("request_cancel_parameters", parameters);
        self.to(endpoint).body(body).key(key).send().await.map(|_| ())
    }

    /// Every cancel of an order that the provider lists, requests included.
    pub async fn order_cancels(&self, order_number: &str) -> Result<Vec<ListedCancel>, ProviderError> {
        let answer = self.to(&ORDER_CANCELS).ask("order_number", Some(order_number)).send().await?;
        answer.find("a list of cancels that can be read", wire::cancels)
    }

    /// Takes a buyer's request back in the buyer's place.
    pub async fn withdraw_cancel(&self, request_id: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.to(&ORDER_CANCEL_WITHDRAW).name(request_id).body(Fields::new()).key(key).send().await.map(|_| ())
    }

    /// Approves a buyer's request: its money goes back.
    pub async fn approve_cancel(&self, request_id: &str, message: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.decide_cancel(&ORDER_CANCEL_APPROVE, request_id, message, key).await
    }

    /// Rejects a buyer's request; the message is for the buyer, and Bootpay wants one (Bootpay B.5).
    pub async fn reject_cancel(&self, request_id: &str, message: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.decide_cancel(&ORDER_CANCEL_REJECT, request_id, message, key).await
    }

    async fn decide_cancel(
        &self,
        endpoint: &'static Endpoint,
        request_id: &str,
        message: &str,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let body = Fields::new().put("message", message);
        self.to(endpoint).name(request_id).body(body).key(key).send().await.map(|_| ())
    }
}

fn parameters(amount: Amount, cancel_id: &CallKey, requester: &str, message: &str, is_at_once: bool) -> Fields {
    [
        ("cancel_id", Value::from(cancel_id.as_str())),
        ("cancel_price", amount.total().get().into()),
        ("cancel_tax_free_price", amount.tax_free().get().into()),
        ("cancel_requester", requester.into()),
        ("cancel_message", message.into()),
        ("cancel_immediately", is_at_once.into()),
    ]
    .into_iter()
    .collect()
}
