//! The provider's status codes, in numbers and in words (Bootpay B.4, C.9). Sets are open: what is not listed is kept
//! as it came. Says what a code is called, not what it means for an order.

use serde_json::Value;

use super::read::scalar;

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $first:literal $(| $other:literal)*,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A code that no document has, as it came; empty where there was none.
            Unknown(String),
        }

        impl $name {
            /// From a number, its digits, or a word.
            pub(super) fn read(body: &Value, key: &str) -> Self {
                let raw = body.get(key).and_then(scalar).unwrap_or_default();
                match raw.as_str() {
                    $($first $(| $other)* => Self::$variant,)+
                    _ => Self::Unknown(raw),
                }
            }
        }
    )+};
}

statuses! {
    /// An order's own state. Numbers are the official Java SDK's; how they belong to the words is not documented
    /// (Bootpay H-3, K.6), so both have names of their own. Whether money came is told by [`OrderReceiptStatus`] and the
    /// receipt, never by this.
    OrderStatus {
        Ready = "0",
        DepositWaiting = "1",
        PaymentDone = "2",
        SubscriptionDone = "3",
        SubscriptionReady = "4",
        PaymentPending = "5" | "payment_pending",
        BuyConfirmed = "8",
        Cancelled = "10" | "cancelled",
        Returned = "11",
        Exchanged = "12",
        Pending = "order_pending",
        Expired = "order_expired",
        Abandoned = "order_abandoned",
        OrderCompleted = "order_completed",
        PaymentCompleted = "payment_completed",
        SubscriptionRequested = "subscription_request_completed",
        Refunded = "refunded",
    }

    /// The payment's state as the order tells it.
    OrderReceiptStatus {
        Ready = "0" | "receipt_ready",
        Paid = "1" | "receipt_paid" | "receipt_success",
        OnConfirm = "2",
        VirtualAccountIssued = "5" | "receipt_vbank_ready",
        /// A card was stored, nothing was paid.
        BillingKeyPublished = "receipt_billing_key_published",
        Cancelled = "20" | "receipt_cancelled",
    }

    /// The state of a receipt or of the issue of a billing key.
    PaymentStatus {
        Waiting = "0",
        Paid = "1",
        OnConfirm = "2",
        Approving = "3",
        InProgress = "4",
        VirtualAccountIssued = "5",
        BillingKeyIssued = "11",
        IdentityChecked = "12",
        Cancelled = "20",
        /// The issue of an auto-transfer key was accepted and waits to be published.
        TransferAccepted = "41",
        RequestFailed = "-1",
        ApprovalFailed = "-2",
        VirtualAccountCancelled = "-3",
        Failed = "-4" | "-10",
        BillingKeyRevoked = "-11",
        CancelFailed = "-20",
        CancelRunning = "-30",
    }

    /// A contract's state. The manual's own numbers (2, 3, 4) are in no conflict with the SDK's.
    SubscriptionStatus {
        Pending = "0" | "pending",
        Trial = "-1" | "trial",
        Active = "1" | "subscribing",
        Paused = "-2" | "2" | "paused",
        OnHold = "-3",
        AutoEnded = "15" | "4" | "expired",
        Terminated = "20" | "3" | "cancelled",
    }

    /// An instalment's state.
    BillStatus {
        Failed = "-1",
        Done = "1",
        Ready = "2",
        Pending = "5",
        Cancelled = "10",
        Terminated = "20",
    }

    /// A state whose numbers no document explains: invoices, reservations, requests about contracts, charge keys.
    Undocumented {
        /// Of requests: rejected (Bootpay B.5). No other number is known.
        Rejected = "2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_code_is_a_number_its_digits_or_a_word() {
        for (value, status) in [
            (json!(1), OrderReceiptStatus::Paid),
            (json!("1"), OrderReceiptStatus::Paid),
            (json!("receipt_success"), OrderReceiptStatus::Paid),
            (json!("receipt_new"), OrderReceiptStatus::Unknown("receipt_new".into())),
            (json!(99), OrderReceiptStatus::Unknown("99".into())),
            (json!(null), OrderReceiptStatus::Unknown(String::new())),
            (json!([1]), OrderReceiptStatus::Unknown(String::new())),
            (json!(true), OrderReceiptStatus::Unknown(String::new())),
            (json!(1.0), OrderReceiptStatus::Unknown("1.0".into())),
        ] {
            assert_eq!(OrderReceiptStatus::read(&json!({ "s": value }), "s"), status);
        }
        assert_eq!(OrderReceiptStatus::read(&json!({}), "s"), OrderReceiptStatus::Unknown(String::new()));
        assert_eq!(SubscriptionStatus::read(&json!({ "s": "-2" }), "s"), SubscriptionStatus::Paused);
    }
}
