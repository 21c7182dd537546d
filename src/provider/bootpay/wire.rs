//! Bootpay's JSON, in every form that was documented or seen (Bootpay F.2 and H). Tolerant of shape,
//! never of meaning: what is not understood becomes unknown or absent.

use http::StatusCode;
use serde_json::Value;

use crate::domain::judge::{Deposit, PaidWord, ProviderOrder, ProviderReceipt, ReceiptStatus};
use crate::domain::order::Invoice;
use crate::domain::refund::{CancelStanding, ListedCancel, VIRTUAL_ACCOUNT};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// What an order's record says.
pub type OrderNotice = ProviderOrder;
/// What a receipt says.
pub type ReceiptNotice = ProviderReceipt;

/// Success is a 2xx with a JSON object or array that bears no error mark (Bootpay F.1, F.2): some errors
/// come with status 200.
pub fn read_answer(status: StatusCode, body: &[u8]) -> Result<Value, ProviderError> {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let code = parsed.as_ref().and_then(error_code);
    if status.is_success() && code.is_none() {
        return match parsed {
            Some(value @ (Value::Object(_) | Value::Array(_))) => Ok(value),
            _ => {
                Err(ProviderError::Malformed(format!("status {status}, {} bytes that are no JSON object", body.len())))
            }
        };
    }
    let says = |key| parsed.as_ref().and_then(|body| text(body, key));
    let message: String = says("message").or_else(|| says("error")).unwrap_or_default().chars().take(300).collect();
    match code {
        // Server trouble says nothing about what was asked.
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            Err(ProviderError::Unreachable(format!("status {status} {} {message}", code.unwrap_or_default())))
        }
        Some(code) => Err(ProviderError::Refused { status: status.as_u16(), code, message }),
        None if parsed.is_some() && status.is_client_error() => {
            Err(ProviderError::Refused { status: status.as_u16(), code: "none".into(), message })
        }
        None => Err(ProviderError::Malformed(format!("status {status} without an error code"))),
    }
}

fn error_code(body: &Value) -> Option<String> {
    if let Some(code) = body.get("error_code").filter(|code| !code.is_null()) {
        return Some(scalar(code).unwrap_or_else(|| "unreadable".into()));
    }
    // The other documented shape, {status, code, message, data}, where code 0 is success (Bootpay F.2).
    let code = scalar(body.get("code")?)?;
    let is_error_shape = body.get("message").is_some() && body.get("order_id").is_none();
    (is_error_shape && code != "0").then_some(code)
}

/// `{success, data}` around the body is not what arrives, but some documents print it (Bootpay H-7).
pub fn unwrap(body: &Value) -> &Value {
    match (body.get("success"), body.get("data")) {
        (Some(Value::Bool(true)), Some(data @ Value::Object(_))) => data,
        _ => body,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text field; a number is taken as its digits.
pub fn text(body: &Value, key: &str) -> Option<String> {
    body.get(key).and_then(scalar)
}

/// A whole number, as a JSON number or as its digits in a string.
fn whole(body: &Value, key: &str) -> Option<i64> {
    match body.get(key)? {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn instant(body: &Value, key: &str) -> Option<UnixMs> {
    let said: jiff::Timestamp = body.get(key)?.as_str()?.parse().ok()?;
    Some(UnixMs::new(said.as_millisecond()))
}

pub fn invoice(body: &Value) -> Result<Invoice, ProviderError> {
    let body = unwrap(body);
    match (text(body, "invoice_id"), text(body, "payment_url")) {
        (Some(id), Some(payment_url)) => Ok(Invoice { id, payment_url }),
        _ => Err(ProviderError::Malformed("an invoice without id or address".into())),
    }
}

/// What an invoice says of itself. Every field may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceNotice {
    pub name: Option<String>,
    pub total: Option<i64>,
    pub tax_free: Option<i64>,
}

pub fn invoice_notice(body: &Value) -> InvoiceNotice {
    let body = unwrap(body);
    InvoiceNotice {
        name: text(body, "name").or_else(|| text(body, "title")),
        total: whole(body, "price"),
        tax_free: whole(body, "tax_free_price"),
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderList {
    /// Entries without an id are left out.
    pub orders: Vec<OrderNotice>,
    /// The page was not full, so no other follows.
    pub is_last: bool,
}

pub fn orders(body: &Value, full_page: usize) -> Result<OrderList, ProviderError> {
    let body = unwrap(body);
    match body.get("list").or_else(|| body.get("items")).unwrap_or(body) {
        Value::Array(list) => {
            Ok(OrderList { orders: list.iter().filter_map(order).collect(), is_last: list.len() < full_page })
        }
        _ => Err(ProviderError::Malformed("a list of orders without a list".into())),
    }
}

/// The provider's list of an order's cancels. An entry without an id is no entry that could be left out: then
/// the list does not say what it must.
pub fn cancels(body: &Value) -> Result<Vec<ListedCancel>, ProviderError> {
    let body = unwrap(body);
    let malformed = || ProviderError::Malformed("a list of cancels that can't be read".into());
    let list = body.get("list").or_else(|| body.get("items")).unwrap_or(body).as_array().ok_or_else(malformed)?;
    list.iter().map(|entry| cancel(entry).ok_or_else(malformed)).collect()
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
        message: text(body, "cancel_message").or_else(|| text(body, "cancel_reason")),
        requested_at: instant(body, "requested_at"),
    })
}

pub fn order(body: &Value) -> Option<OrderNotice> {
    let body = unwrap(body);
    let order_id = text(body, "order_id")?;
    let metadata_id = body.get("metadata").and_then(|metadata| match metadata {
        Value::Object(_) => text(metadata, "order_id"),
        // Echoed as JSON text by some forms (Bootpay E.7).
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
        paid: body.get("receipt_status").map_or(PaidWord::Unknown, paid_word),
        total: whole(body, "price"),
        tax_free: whole(body, "tax_free_price"),
        receipt_id,
    })
}

/// Integers from the official Java SDK, words from live answers (Bootpay B.4).
fn paid_word(value: &Value) -> PaidWord {
    match scalar(value).as_deref() {
        Some("0" | "receipt_ready") => PaidWord::Ready,
        Some("1" | "receipt_paid" | "receipt_success") => PaidWord::Paid,
        Some("2") => PaidWord::OnConfirm,
        Some("5" | "receipt_vbank_ready") => PaidWord::DepositWaiting,
        Some("20" | "receipt_cancelled") => PaidWord::Cancelled,
        _ => PaidWord::Unknown,
    }
}

pub fn receipt(body: &Value) -> Option<ReceiptNotice> {
    let body = unwrap(body);
    let receipt_id = text(body, "receipt_id")?;
    let status = receipt_status(whole(body, "status"));
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
        purchased_at: instant(body, "purchased_at"),
        receipt_url: text(body, "receipt_url").filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        deposit: body.get("vbank_data").filter(|_| status == ReceiptStatus::DepositWaiting).and_then(deposit),
    })
}

/// Bootpay C.9. 3, 4 and -30 are in progress; anything else that is not listed is unknown, not paid.
fn receipt_status(code: Option<i64>) -> ReceiptStatus {
    match code {
        Some(0 | 3 | 4 | -30) => ReceiptStatus::Requested,
        Some(1) => ReceiptStatus::Paid,
        Some(2) => ReceiptStatus::OnConfirm,
        Some(5) => ReceiptStatus::DepositWaiting,
        Some(20) => ReceiptStatus::Cancelled,
        Some(-1 | -2 | -3 | -4 | -10) => ReceiptStatus::Failed,
        _ => ReceiptStatus::Unknown,
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

    fn read(status: u16, body: &str) -> Result<Value, ProviderError> {
        read_answer(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn both_error_bodies_are_read() {
        for body in [
            r#"{"error_code":"ORDER_NOT_FOUND","message":"없음"}"#,
            r#"{"status":404,"code":3700,"message":"주문내역을 찾지 못했습니다.","data":null}"#,
        ] {
            assert!(read(404, body).unwrap_err().is_not_found(), "{body}");
        }
    }

    #[test]
    fn an_error_inside_a_200_is_an_error() {
        assert!(matches!(read(200, r#"{"error_code":-47,"message":"x"}"#), Err(ProviderError::Refused { .. })));
    }

    #[test]
    fn nonsense_is_malformed_and_server_trouble_is_no_answer() {
        for body in ["", "<html>502</html>", "{\"order_id\":", "null", "12", "\"ok\""] {
            assert!(matches!(read(200, body), Err(ProviderError::Malformed(_))), "{body}");
        }
        assert!(matches!(read(502, "<html>"), Err(ProviderError::Unreachable(_))));
        assert!(matches!(read(500, r#"{"error_code":"SERVER_ERROR"}"#), Err(ProviderError::Unreachable(_))));
        assert!(
            matches!(read(404, "<html>not here</html>"), Err(ProviderError::Malformed(_))),
            "a proxy's page proves nothing"
        );
    }

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
        assert!(cancels(&json!({ "count": 1, "list": [{ "status": 1 }] })).is_err(), "what can't be read may be ours");
        assert_eq!(cancels(&json!({ "count": 0, "list": [] })), Ok(Vec::new()));
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
            let _ = (order(&value), receipt(&value), orders(&value, 50), invoice(&value), unwrap(&value));
            let _ = (cancel(&value), cancels(&value));
        }
    }
}
