//! PG: receipts (the record of the money itself) and cancels.

use bytes::Bytes;
use http::Method;
use secrecy::zeroize::Zeroizing;
use serde::Serialize;

use super::probe::Role;
use super::wire::{self, ReceiptNotice};
use super::{Bootpay, escape};
use crate::domain::id::CallKey;
use crate::domain::money::Amount;
use crate::domain::refund_account::RefundAccount;
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;

/// `POST /v2/cancel` (Bootpay C.3). Borrows everything, so that an account is copied once, into the request.
#[derive(Serialize)]
struct CancelBody<'a> {
    receipt_id: &'a str,
    cancel_id: &'a str,
    cancel_username: &'static str,
    cancel_message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_price: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_tax_free: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<AccountBody<'a>>,
}

#[derive(Serialize)]
struct AccountBody<'a> {
    bank_account: &'a str,
    bank_username: &'a str,
    bank_code: &'static str,
}

impl Bootpay {
    /// The receipt as it stands now.
    pub async fn receipt(&self, receipt_id: &str) -> Result<ReceiptNotice, ProviderError> {
        let answer = self.get(format!("{}/receipt/{}", self.hosts.pg, escape(receipt_id))).await?;
        wire::receipt(&answer).ok_or_else(|| ProviderError::Malformed("a receipt without an id".into()))
    }

    /// Cancels a part of a receipt, or all that is left of it where `amount` names none. `cancel_id` keeps a
    /// repeated call from cancelling twice (Bootpay C.3). A paid virtual account needs an `account` to send the
    /// money to; nothing of it is in an error. Answers with the receipt as it stands afterwards.
    pub async fn cancel(
        &self,
        receipt_id: &str,
        amount: Option<Amount>,
        cancel_id: &CallKey,
        message: &str,
        account: Option<&RefundAccount>,
    ) -> Result<ReceiptNotice, ProviderError> {
        let body = body(&CancelBody {
            receipt_id,
            cancel_id: cancel_id
                .as_str()
                .get(..if planted(Bug::RefundWithoutKey) { 0 } else { 32 })
                .unwrap_or_default(),
            cancel_username: "Madang",
            cancel_message: message,
            cancel_price: amount.map(|amount| amount.total().get()),
            cancel_tax_free: amount.map(|amount| amount.tax_free().get()),
            refund: account.map(|account| AccountBody {
                bank_account: account.number(),
                bank_username: account.holder(),
                bank_code: account.bank().as_str(),
            }),
        })?;
        let answer = self.call(Method::POST, format!("{}/cancel", self.hosts.pg), Some(body), None, Role::User).await;
        let answer = match account {
            Some(account) => answer.map_err(|error| scrubbed(error, account))?,
            None => answer?,
        };
        wire::receipt(&answer).ok_or_else(|| ProviderError::Malformed("a cancel answered without a receipt".into()))
    }
}

/// The body, in memory that is wiped when the request is over.
fn body(body: &CancelBody<'_>) -> Result<Bytes, ProviderError> {
    // Larger than any body, so that it never moves and leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4 * 1024));
    serde_json::to_writer(&mut *bytes, body).map_err(|error| ProviderError::Malformed(error.to_string()))?;
    Ok(Bytes::from_owner(bytes))
}

/// A provider may repeat in its words what it was told.
fn scrubbed(error: ProviderError, account: &RefundAccount) -> ProviderError {
    match error {
        ProviderError::Refused { status, code, message } => {
            ProviderError::Refused { status, code, message: account.scrub(&message) }
        }
        ProviderError::Unreachable(words) => ProviderError::Unreachable(account.scrub(&words)),
        ProviderError::Malformed(words) => ProviderError::Malformed(account.scrub(&words)),
    }
}
