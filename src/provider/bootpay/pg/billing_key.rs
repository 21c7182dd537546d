//! PG: billing keys as they are read and destroyed (Bootpay C.5). The browser only ever learns a receipt's id; the
//! server exchanges it for the key.

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{BILLING_DESTROY, BILLING_KEY, BILLING_OF_RECEIPT};
use super::super::read::{instant, text, unwrap};
use super::super::secret_body::scrubbed;
use super::super::status::PaymentStatus;
use super::super::wire::{self, ReceiptNotice};
use crate::domain::billing::BillingKey;
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// The issue of a billing key. Everything but the receipt's id may be missing on the wire.
#[derive(Clone, Debug)]
pub struct BillingKeyNotice {
    pub receipt_id: String,
    /// There once it was issued.
    pub key: Option<BillingKey>,
    pub status: PaymentStatus,
    /// The merchant's own id.
    pub subscription_id: Option<String>,
    /// What is charged, as it may be shown: the name of card or bank and its masked number.
    pub charged: Option<Charged>,
    pub method_symbol: Option<String>,
    pub published_at: Option<UnixMs>,
    pub expires_at: Option<UnixMs>,
    /// The first payment, where one was asked for with the issue. To be judged like every receipt.
    pub first_payment: Option<ReceiptNotice>,
}

/// A card or an account as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    pub company: Option<String>,
    /// Masked by the provider; nothing where it isn't.
    pub number: Option<String>,
}

impl BillingKeyNotice {
    /// The key, where it was issued and can be charged: in state 11, or in state 1 that auto-transfer has, and with a
    /// key (Bootpay H-10).
    pub fn issued(&self) -> Option<&BillingKey> {
        match self.status {
            PaymentStatus::BillingKeyIssued | PaymentStatus::Paid => self.key.as_ref(),
            _ => None,
        }
    }
}

impl Bootpay {
    /// The key that the issue with this receipt has led to. A receipt of a payment is refused (`RC_NOT_SUBSCRIBE`).
    pub async fn billing_key_of_receipt(&self, receipt_id: &str) -> Result<BillingKeyNotice, ProviderError> {
        self.to(&BILLING_OF_RECEIPT).name(receipt_id).send().await?.find("a billing receipt's id", notice)
    }

    /// How a key stands.
    pub async fn billing_key(&self, key: &BillingKey) -> Result<BillingKeyNotice, ProviderError> {
        let answer = self.to(&BILLING_KEY).name(key.expose()).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| key.scrub(words)))?;
        answer.find("a billing receipt's id", notice)
    }

    /// Makes a key useless for ever. Its reservations are not cancelled by that (Bootpay C.5). A key that is useless
    /// already is refused (`SUBSCRIBE_BK_EXPIRED`).
    pub async fn destroy_billing_key(&self, key: &BillingKey) -> Result<(), ProviderError> {
        let answer = self.to(&BILLING_DESTROY).name(key.expose()).send().await;
        answer.map(|_| ()).map_err(|error| scrubbed(error, |words| key.scrub(words)))
    }
}

pub(super) fn notice(body: &Value) -> Option<BillingKeyNotice> {
    let body = unwrap(body);
    Some(BillingKeyNotice {
        receipt_id: text(body, "receipt_id")?,
        key: text(body, "billing_key").and_then(|key| BillingKey::parse(&key).ok()),
        status: PaymentStatus::read(body, "status"),
        subscription_id: text(body, "subscription_id"),
        charged: body.get("billing_data").filter(|data| data.is_object()).map(charged),
        method_symbol: text(body, "method_symbol"),
        published_at: instant(body, "published_at"),
        expires_at: instant(body, "billing_expire_at"),
        first_payment: body.get("receipt_data").and_then(wire::receipt),
    })
}

fn charged(data: &Value) -> Charged {
    let number = text(data, "card_no").or_else(|| text(data, "bank_account"));
    // Whole numbers are nobody's to keep.
    let number =
        number.filter(|number| number.contains('*') || number.chars().filter(char::is_ascii_digit).count() <= 8);
    Charged { company: text(data, "card_company").or_else(|| text(data, "bank_name")), number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_is_issued_in_two_states_and_only_with_a_key() {
        let issued = |status: Value, key: &str| {
            let body = json!({ "receipt_id": "r", "status": status, "billing_key": key });
            notice(&body).unwrap().issued().is_some()
        };
        for status in [json!(1), json!(11), json!("11")] {
            assert!(issued(status.clone(), "k") && !issued(status, ""));
        }
        for status in [json!(41), json!(0), json!(-11), json!(2), json!(null), json!("x")] {
            assert!(!issued(status, "k"));
        }
    }

    #[test]
    fn a_whole_number_is_not_kept() {
        let read = |number| charged(&json!({ "card_no": number, "card_company": "국민" })).number;
        assert_eq!(read("9410-****-****-9012").as_deref(), Some("9410-****-****-9012"));
        assert_eq!(read("9410123456789012"), None);
    }
}
