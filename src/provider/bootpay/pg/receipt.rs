//! PG: receipts (Bootpay C.2), cancels (Bootpay C.3) and approvals (Bootpay C.4).

use serde::Serialize;

use super::super::Bootpay;
use super::super::endpoints::{CANCEL, CONFIRM, RECEIPT};
use super::super::fields::Fields;
use super::super::secret_body::{scrubbed, secret_body};
use super::super::wire::{self, ReceiptNotice};
use crate::domain::id::CallKey;
use crate::domain::money::Amount;
use crate::domain::refund_account::RefundAccount;
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;

/// Borrows everything, so that an account is copied once, into the request.
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
        self.to(&RECEIPT).name(receipt_id).send().await?.find("a receipt's id", wire::receipt)
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
        let body = secret_body(&CancelBody {
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
        let answer = self.to(&CANCEL).bytes(body).send().await;
        let answer = match account {
            Some(account) => answer.map_err(|error| scrubbed(error, |words| account.scrub(words)))?,
            None => answer?,
        };
        answer.find("a receipt's id", wire::receipt)
    }

    /// Approves a payment that waits for it: it is charged now. Only a receipt that waits can be approved
    /// (`RC_NOT_CONFIRM_READY`). Answers with the receipt as it stands afterwards; after a lost answer it is to be read.
    pub async fn confirm(&self, receipt_id: &str) -> Result<ReceiptNotice, ProviderError> {
        let body = Fields::new().put("receipt_id", receipt_id);
        self.to(&CONFIRM).body(body).send().await?.find("a receipt's id", wire::receipt)
    }
}
