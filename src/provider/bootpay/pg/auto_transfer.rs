//! PG: a billing key for an account (account auto-transfer, Bootpay C.8). Issued in two steps with a call to the
//! customer between them: asking, and a publish that is tried until the customer is done.

use serde::Serialize;
use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{TRANSFER_ISSUE, TRANSFER_PUBLISH};
use super::super::fields::{Fields, Metadata};
use super::super::secret_body::{is_empty, scrubbed, secret_body};
use super::super::status::PaymentStatus;
use super::billing_key::{BillingKeyNotice, notice};
use super::charge::Payer;
use crate::domain::billing::{CashReceiptIdentity, TransferAccount};
use crate::domain::money::Amount;
use crate::provider::ProviderError;

/// How the customer agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthBy {
    /// An automatic phone call.
    Ars,
    /// An app on the phone.
    Simple,
}

impl AuthBy {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ars => "ARS",
            Self::Simple => "간편인증",
        }
    }
}

/// A cash receipt for each payment.
#[derive(Clone, Copy, Debug)]
pub enum CashReceipt<'a> {
    /// For the income tax of a person (소득공제).
    Person(&'a CashReceiptIdentity),
    /// For the books of a business (지출증빙).
    Business(&'a CashReceiptIdentity),
}

/// An issue. NICE Payments is the only gateway that has it.
#[derive(Debug)]
pub struct NewAutoTransfer<'a> {
    pub order_name: &'a str,
    /// The merchant's own id.
    pub subscription_id: &'a str,
    pub auth_by: AuthBy,
    pub account: &'a TransferAccount,
    /// What the customer is told that will be drawn.
    pub amount: Option<Amount>,
    pub cash_receipt: Option<CashReceipt<'a>>,
    pub user: Payer<'a>,
    pub metadata: Metadata,
}

/// What a try to publish was answered with.
#[derive(Clone, Debug)]
pub enum Published {
    /// The customer is not done yet: to be tried again later.
    Later,
    /// The key can be charged; [`BillingKeyNotice::issued`] has it.
    Issued(Box<BillingKeyNotice>),
    /// It will never be: the issue failed, has expired or was revoked.
    Failed(PaymentStatus),
}

#[derive(Serialize)]
struct IssueBody<'a> {
    pg: &'static str,
    order_name: &'a str,
    subscription_id: &'a str,
    auth_type: &'static str,
    username: &'a str,
    bank_name: &'a str,
    bank_account: &'a str,
    identity_no: &'a str,
    phone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_free: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_identity_no: Option<&'a str>,
    #[serde(skip_serializing_if = "is_empty")]
    user: Value,
    #[serde(skip_serializing_if = "is_empty")]
    metadata: Value,
}

impl Bootpay {
    /// Asks for a key; the customer is called. Nothing of the account is in an error. A repeated call calls again.
    pub async fn issue_auto_transfer(&self, new: &NewAutoTransfer<'_>) -> Result<BillingKeyNotice, ProviderError> {
        let account = new.account;
        let (cash_receipt_type, cash_receipt_identity_no) = match new.cash_receipt {
            Some(CashReceipt::Person(identity)) => (Some("소득공제"), Some(identity.expose())),
            Some(CashReceipt::Business(identity)) => (Some("지출증빙"), Some(identity.expose())),
            None => (None, None),
        };
        let body = secret_body(&IssueBody {
            pg: "nicepay",
            order_name: new.order_name,
            subscription_id: new.subscription_id,
            auth_type: new.auth_by.as_str(),
            username: account.holder(),
            bank_name: account.bank(),
            bank_account: account.number(),
            identity_no: account.identity(),
            phone: account.phone(),
            price: new.amount.map(|amount| amount.total().get()),
            tax_free: new.amount.map(|amount| amount.tax_free().get()),
            cash_receipt_type,
            cash_receipt_identity_no,
            user: new.user.fields().value(),
            metadata: (&new.metadata).into(),
        })?;
        let answer = self.to(&TRANSFER_ISSUE).bytes(body).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| account.scrub(words)))?;
        answer.find("a billing receipt's id", notice)
    }

    /// Tries to publish the key of an issue. Harmless to repeat; with growing waits, please. Both errors that mean "not
    /// ready" and state 41 are [`Published::Later`] (Bootpay H-10, H-11). A state that nobody documented, or an issued
    /// key that is not there, is malformed.
    pub async fn publish_auto_transfer(&self, receipt_id: &str) -> Result<Published, ProviderError> {
        let body = Fields::new().put("receipt_id", receipt_id);
        let answer = match self.to(&TRANSFER_PUBLISH).body(body).send().await {
            Err(error) if error.code().is_some_and(|code| code.is_not_ready()) => return Ok(Published::Later),
            answer => answer?,
        };
        let notice = answer.find("a billing receipt's id", notice)?;
        if notice.receipt_id != receipt_id {
            return Err(answer.lacks("the receipt that was asked about"));
        }
        match notice.status {
            PaymentStatus::TransferAccepted
            | PaymentStatus::Waiting
            | PaymentStatus::Approving
            | PaymentStatus::InProgress => Ok(Published::Later),
            PaymentStatus::Paid | PaymentStatus::BillingKeyIssued if notice.key.is_some() => {
                Ok(Published::Issued(Box::new(notice)))
            }
            PaymentStatus::RequestFailed
            | PaymentStatus::ApprovalFailed
            | PaymentStatus::Failed
            | PaymentStatus::BillingKeyRevoked => Ok(Published::Failed(notice.status)),
            _ => Err(answer.lacks("a key that can be charged")),
        }
    }
}
