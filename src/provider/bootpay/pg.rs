//! PG: receipts (the record of the money itself) and cancels.

use serde_json::json;

use super::wire::{self, ReceiptNotice};
use super::{Bootpay, escape};
use crate::domain::id::CallKey;
use crate::provider::ProviderError;

impl Bootpay {
    /// The receipt as it stands now.
    pub async fn receipt(&self, receipt_id: &str) -> Result<ReceiptNotice, ProviderError> {
        let answer = self.get(format!("{}/receipt/{}", self.hosts.pg, escape(receipt_id))).await?;
        wire::receipt(&answer).ok_or_else(|| ProviderError::Malformed("a receipt without an id".into()))
    }

    /// Cancels all that is left on a receipt. `cancel_id` keeps a repeated call from cancelling twice
    /// (Bootpay C.3). Answers with the receipt as it stands afterwards.
    pub async fn cancel_in_full(
        &self,
        receipt_id: &str,
        cancel_id: &CallKey,
        message: &str,
    ) -> Result<ReceiptNotice, ProviderError> {
        let body = json!({
            "receipt_id": receipt_id,
            "cancel_id": cancel_id.as_str(),
            "cancel_username": "Madang",
            "cancel_message": message,
        });
        let answer = self.post(format!("{}/cancel", self.hosts.pg), &body, None).await?;
        wire::receipt(&answer).ok_or_else(|| ProviderError::Malformed("a cancel answered without a receipt".into()))
    }
}
