//! Commerce: cancels of orders (Bootpay B.5). The merchant's own, carried out at once; and the requests that buyers
//! make in the provider's pages, which the merchant approves or rejects. The Ruby client's names are sent (H-17).

use http::Method;
use serde_json::{Value, json};

use super::probe::Role;
use super::{Bootpay, escape, wire};
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

impl Bootpay {
    /// Cancels a part of an order at once, as supervisor: the role `user` is refused (Bootpay B.5). The id of the
    /// cancel is also the call's key: sent again, it answers what it answered first. The receipt is to be read
    /// afterwards.
    pub async fn cancel_order(&self, new: &NewCancel<'_>) -> Result<(), ProviderError> {
        let body = json!({
            "order_number": new.order,
            "request_cancel_parameters": {
                "cancel_id": new.cancel_id.as_str(),
                "cancel_price": new.amount.total().get(),
                "cancel_tax_free_price": new.amount.tax_free().get(),
                "cancel_requester": "Madang",
                "cancel_message": new.message,
                "cancel_immediately": true,
            },
        });
        let url = format!("{}/order/cancel", self.hosts.commerce);
        let body = Some(body.to_string().into());
        self.call(Method::POST, url, body, Some(new.cancel_id), Role::Supervisor).await.map(|_| ())
    }

    /// Every cancel of an order that the provider lists, requests included.
    pub async fn order_cancels(&self, order_number: &str) -> Result<Vec<ListedCancel>, ProviderError> {
        let url = format!("{}/order/cancel?order_number={}", self.hosts.commerce, escape(order_number));
        wire::cancels(&self.get(url).await?)
    }

    /// Approves a buyer's request: its money goes back.
    pub async fn approve_cancel(&self, request_id: &str, message: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.decide_cancel(request_id, "approve", message, key).await
    }

    /// Rejects a buyer's request; the message is for the buyer.
    pub async fn reject_cancel(&self, request_id: &str, message: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.decide_cancel(request_id, "reject", message, key).await
    }

    async fn decide_cancel(
        &self,
        request_id: &str,
        what: &str,
        message: &str,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let url = format!("{}/order/cancel/{}/{what}", self.hosts.commerce, escape(request_id));
        let body: Value = json!({ "message": message });
        self.call(Method::PUT, url, Some(body.to_string().into()), Some(key), Role::Supervisor).await.map(|_| ())
    }
}
