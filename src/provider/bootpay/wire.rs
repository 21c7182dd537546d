//! What is judged: orders, receipts and listed cancels, in every form that was documented or seen (Bootpay H). Tolerant
//! of shape, never of meaning: what is not understood becomes unknown or absent.

use serde_json::Value;

use super::read::{address, entries, instant, text, unwrap, whole};
use super::status::{OrderReceiptStatus, PaymentStatus};
use crate::domain::judge::{Deposit, PaidWord, ProviderOrder, ProviderReceipt, ReceiptStatus};
use crate::domain::refund::{CancelStanding, ListedCancel, VIRTUAL_ACCOUNT};

/// What an order's record says.
pub type OrderNotice = ProviderOrder;
/// What a receipt says.
pub type ReceiptNotice = ProviderReceipt;

/// The provider's list of an order's cancels. An entry without an id is no entry that could be left out: then
/// the list does not say what it must.
pub fn cancels(body: &Value) -> Option<Vec<ListedCancel>> {
    entries(body)?.iter().map(cancel).collect()
}

/// One entry; the id has two names (Bootpay H-18). Of the status codes only 2 is documented: rejected.
pub fn cancel(body: &Value) -> Option<ListedCancel> {
    let body = unwrap(body);
    let request_id = text(body, "order_cancellation_request_id")
        .or_else(|| text(body, "order_cancel_request_history_id"))
        .or_else(|| text(body, "id"))?;
    let is_told = |key: &str| text(body, key).is_some();
    let standing = if whole(body, "status") == Some(2) || is_told("withdrawn_at") || is_told("rejected_at") {
        CancelStanding::Over
    } else if is_told("last_errored_at") {
        CancelStanding::Unknown
    } else if is_told("processed_at") || is_told("action_at") {
        CancelStanding::Done
    } else {
        CancelStanding::Waiting
    };
    Some(ListedCancel {
        request_id,
        cancel_id: text(body, "cancel_id"),
        standing,
        won: whole(body, "cancel_price").or_else(|| whole(body, "refund_price")),
        tax_free: whole(body, "cancel_tax_free_price"),
        message: text(body, "cancel_message").or_else(|| text(body, "cancel_reason")),
        requested_at: instant(body, "requested_at"),
    })
}

pub fn order(body: &Value) -> Option<OrderNotice> {
    let body = unwrap(body);
    let order_id = text(body, "order_id")?;
    let metadata_id = body.get("metadata").and_then(|metadata| match metadata {
        Value::Object(_) => text(metadata, "order_id"),
        // The redirect bears it as JSON text (Bootpay E.7), so a record may, too.
        Value::String(json) => serde_json::from_str::<Value>(json).ok().and_then(|inner| text(&inner, "order_id")),
        _ => None,
    });
    let receipt_id = text(body, "receipt_id")
        .or_else(|| body.get("result_data").and_then(|receipt| text(receipt, "receipt_id")))
        .or_else(|| body.get("receipt_success_data").and_then(|receipt| text(receipt, "receipt_id")));
    Some(OrderNotice {
        order_id,
        number: text(body, "order_number"),
        our_ids: text(body, "request_id").into_iter().chain(metadata_id).collect(),
        found_by_invoice: None,
        paid: paid_word(&OrderReceiptStatus::read(body, "receipt_status")),
        total: whole(body, "price"),
        tax_free: whole(body, "tax_free_price"),
        cancelled: whole(body, "cancelled_price"),
        purchased_at: instant(body, "purchased_at"),
        receipt_id,
    })
}

/// A stored card is no payment.
fn paid_word(status: &OrderReceiptStatus) -> PaidWord {
    match status {
        OrderReceiptStatus::Ready => PaidWord::Ready,
        OrderReceiptStatus::Paid => PaidWord::Paid,
        OrderReceiptStatus::OnConfirm => PaidWord::OnConfirm,
        OrderReceiptStatus::VirtualAccountIssued => PaidWord::DepositWaiting,
        OrderReceiptStatus::Cancelled => PaidWord::Cancelled,
        OrderReceiptStatus::BillingKeyPublished | OrderReceiptStatus::Unknown(_) => PaidWord::Unknown,
    }
}

pub fn receipt(body: &Value) -> Option<ReceiptNotice> {
    let body = unwrap(body);
    let receipt_id = text(body, "receipt_id")?;
    let status = receipt_status(&PaymentStatus::read(body, "status"));
    Some(ReceiptNotice {
        receipt_id,
        status,
        total: whole(body, "price"),
        tax_free: whole(body, "tax_free"),
        cancelled: whole(body, "cancelled_price"),
        cancelled_tax_free: whole(body, "cancelled_tax_free"),
        currency: text(body, "currency"),
        method: text(body, "method"),
        method_symbol: text(body, "method_symbol")
            .or_else(|| body.get("vbank_data").filter(|data| data.is_object()).map(|_| VIRTUAL_ACCOUNT.to_owned())),
        requested_at: instant(body, "requested_at"),
        purchased_at: instant(body, "purchased_at"),
        receipt_url: address(body, "receipt_url"),
        deposit: body.get("vbank_data").filter(|_| status == ReceiptStatus::DepositWaiting).and_then(deposit),
    })
}

/// What is in progress has no result yet. What is not a payment, or a trouble of a cancel, says nothing about the money.
fn receipt_status(status: &PaymentStatus) -> ReceiptStatus {
    match status {
        PaymentStatus::Waiting
        | PaymentStatus::Approving
        | PaymentStatus::InProgress
        | PaymentStatus::CancelRunning => ReceiptStatus::Requested,
        PaymentStatus::Paid => ReceiptStatus::Paid,
        PaymentStatus::OnConfirm => ReceiptStatus::OnConfirm,
        PaymentStatus::VirtualAccountIssued => ReceiptStatus::DepositWaiting,
        PaymentStatus::Cancelled => ReceiptStatus::Cancelled,
        PaymentStatus::RequestFailed
        | PaymentStatus::ApprovalFailed
        | PaymentStatus::VirtualAccountCancelled
        | PaymentStatus::Failed => ReceiptStatus::Failed,
        PaymentStatus::BillingKeyIssued
        | PaymentStatus::IdentityChecked
        | PaymentStatus::TransferAccepted
        | PaymentStatus::BillingKeyRevoked
        | PaymentStatus::CancelFailed
        | PaymentStatus::Unknown(_) => ReceiptStatus::Unknown,
    }
}

fn deposit(data: &Value) -> Option<Deposit> {
    Some(Deposit {
        bank: text(data, "bank_name")?,
        account: text(data, "bank_account")?,
        until: instant(data, "expired_at"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn integers_and_words_mean_the_same() {
        for (value, word) in [
            (json!(1), PaidWord::Paid),
            (json!("1"), PaidWord::Paid),
            (json!("receipt_paid"), PaidWord::Paid),
            (json!("receipt_success"), PaidWord::Paid),
            (json!(5), PaidWord::DepositWaiting),
            (json!("receipt_vbank_ready"), PaidWord::DepositWaiting),
            (json!("receipt_something_new"), PaidWord::Unknown),
            (json!(null), PaidWord::Unknown),
        ] {
            let read = order(&json!({ "order_id": "a", "receipt_status": value })).unwrap();
            assert_eq!(read.paid, word);
        }
    }

    #[test]
    fn the_receipt_is_found_wherever_the_order_names_it() {
        for body in [
            json!({ "order_id": "a", "receipt_id": "r" }),
            json!({ "order_id": "a", "result_data": { "receipt_id": "r" } }),
            json!({ "order_id": "a", "receipt_success_data": { "receipt_id": "r" } }),
            json!({ "success": true, "data": { "order_id": "a", "receipt_id": "r" } }),
        ] {
            assert_eq!(order(&body).unwrap().receipt_id.as_deref(), Some("r"), "{body}");
        }
    }

    #[test]
    fn a_cancel_is_done_only_where_the_list_says_so() {
        let read = |extra: Value| {
            let mut body = json!({ "order_cancel_request_history_id": "h", "refund_price": "500", "cancel_id": "c" });
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            cancel(&body).unwrap()
        };
        let done = read(json!({ "status": 1, "processed_at": "2026-11-20T14:05:00+09:00" }));
        assert_eq!((done.request_id.as_str(), done.won, done.standing), ("h", Some(500), CancelStanding::Done));
        assert_eq!(read(json!({ "status": 0, "processed_at": null })).standing, CancelStanding::Waiting);
        assert_eq!(read(json!({ "status": "2", "processed_at": "x" })).standing, CancelStanding::Over);
        assert_eq!(read(json!({ "withdrawn_at": "x" })).standing, CancelStanding::Over);
        assert_eq!(read(json!({ "action_at": "x", "last_errored_at": "x" })).standing, CancelStanding::Unknown);
        assert!(cancels(&json!({ "count": 1, "list": [{ "status": 1 }] })).is_none(), "what can't be read may be ours");
        assert_eq!(cancels(&json!({ "count": 0, "list": [] })), Some(Vec::new()));
    }

    #[test]
    fn our_id_is_read_from_both_places() {
        let body = json!({ "order_id": "a", "request_id": "x", "metadata": "{\"order_id\":\"y\"}" });
        assert_eq!(order(&body).unwrap().our_ids, ["x", "y"]);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-z_]{1,12}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Any value in place of any field: no panic, and paid only for the documented values.
        #[test]
        fn a_strange_field_never_reads_as_paid(
            field in prop::sample::select(vec!["status", "price", "tax_free", "cancelled_price", "currency", "purchased_at", "vbank_data", "method"]),
            value in any_json(),
        ) {
            let mut body = json!({ "receipt_id": "r", "status": 1, "price": 100, "tax_free": 0, "cancelled_price": 0, "currency": "KRW" });
            body[field] = value.clone();
            let read = receipt(&body).unwrap();
            if field == "status" && value != json!(1) && value != json!("1") {
                prop_assert_ne!(read.status, ReceiptStatus::Paid);
            }
        }

        #[test]
        fn any_json_reads_without_panic(value in any_json()) {
            let _ = (order(&value), receipt(&value), cancel(&value), cancels(&value), unwrap(&value));
        }
    }
}
