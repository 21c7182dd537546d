//! PG: receipts (the record of the money itself) and cancels.

use serde_json::json;

use super::wire::{self, ReceiptNotice};
use super::{Bootpay, escape};
use crate::domain::id::CallKey;
use crate::domain::money::Amount;
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;

impl Bootpay {
    /// The receipt as it stands now.
    pub async fn receipt(&self, receipt_id: &str) -> Result<ReceiptNotice, ProviderError> {
        let answer = self.get(format!("{}/receipt/{}", self.hosts.pg, escape(receipt_id))).await?;
        wire::receipt(&answer).ok_or_else(|| ProviderError::Malformed("a receipt without an id".into()))
    }

    /// Cancels a part of a receipt, or all that is left of it where `amount` names none. `cancel_id` keeps a
    /// repeated call from cancelling twice (Bootpay C.3). Answers with the receipt as it stands afterwards.
    pub async fn cancel(
        &self,
        receipt_id: &str,
        amount: Option<Amount>,
        cancel_id: &CallKey,
        message: &str,
    ) -> Result<ReceiptNotice, ProviderError> {
        let mut body = json!({
            "receipt_id": receipt_id,
            "cancel_id": cancel_id.as_str(),
            "cancel_username": "Madang",
            "cancel_message": message,
        });
        if let (Some(amount), Some(body)) = (amount, body.as_object_mut()) {
            body.insert("cancel_price".into(), amount.total().get().into());
            body.insert("cancel_tax_free".into(), amount.tax_free().get().into());
        }
        if let (true, Some(body)) = (planted(Bug::RefundWithoutKey), body.as_object_mut()) {
            body.remove("cancel_id");
        }
        let answer = self.post(format!("{}/cancel", self.hosts.pg), &body, None).await?;
        wire::receipt(&answer).ok_or_else(|| ProviderError::Malformed("a cancel answered without a receipt".into()))
    }
}
