//! The PG receipt as JSON (Bootpay C.2), and its states' numbers and names (C.9).

use serde_json::{Value, json};

use super::billing;
use super::records::{Method, Receipt, ReceiptStatus};
use super::times;
use super::wire::Writing;

/// Symbol and Korean text of how a receipt was paid.
fn method(receipt: &Receipt) -> (&'static str, &'static str) {
    match &receipt.paid_by {
        Some(by) => billing::wire::method(by.method),
        None if receipt.account.is_some() => ("vbank", "가상계좌"),
        None => ("card", "카드"),
    }
}

pub(super) fn method_symbol(receipt: &Receipt) -> &'static str {
    method(receipt).0
}

/// Number and Korean text of Bootpay C.9.
pub(super) fn status(status: ReceiptStatus) -> (i32, &'static str) {
    match status {
        ReceiptStatus::Paid => (1, "결제완료"),
        ReceiptStatus::AwaitingConfirm => (2, "결제승인대기"),
        ReceiptStatus::AwaitingDeposit => (5, "가상계좌 입금대기"),
        ReceiptStatus::Cancelled => (20, "결제취소"),
        ReceiptStatus::Failed => (-2, "결제승인실패"),
        ReceiptStatus::AccountCancelled => (-3, "가상계좌 취소"),
    }
}

/// What a receipt shows as its status; after a partial cancel there are two opinions (Bootpay H-9).
fn shown_status(receipt: &Receipt, how: Writing<'_>) -> (i32, &'static str) {
    let is_partly_cancelled = receipt.status == ReceiptStatus::Paid && receipt.cancelled_price > 0;
    let as_cancelled = is_partly_cancelled && how.shapes.partial_is_cancelled;
    status(if as_cancelled { ReceiptStatus::Cancelled } else { receipt.status })
}

pub(super) fn body(receipt: &Receipt, how: Writing<'_>) -> Value {
    let public_url = how.public_url;
    let (number, status_locale) = shown_status(receipt, how);
    let (symbol, method) = method(receipt);
    let mut body = json!({
        "receipt_id": receipt.receipt_id,
        "order_id": receipt.merchant_order_id,
        "price": receipt.price,
        "tax_free": receipt.tax_free,
        "cancelled_price": receipt.cancelled_price,
        "cancelled_tax_free": receipt.cancelled_tax_free,
        "order_name": receipt.name,
        "company_name": "마당 연습",
        "gateway_url": public_url,
        "metadata": receipt.metadata.clone().unwrap_or_else(|| json!({})),
        "sandbox": true,
        "pg": "연습용 PG",
        "method": method,
        "method_symbol": symbol,
        "method_origin": method,
        "method_origin_symbol": symbol,
        "currency": "KRW",
        "requested_at": times::seoul(receipt.requested_at),
        "status": number,
        "status_locale": status_locale,
        "receipt_url": format!("{public_url}/receipt/{}", receipt.receipt_id),
    });
    let mut add = |name: &str, value: Value| {
        if let Some(body) = body.as_object_mut() {
            body.insert(name.to_owned(), value);
        }
    };
    if let Some(at) = receipt.purchased_at {
        add("purchased_at", Value::from(times::seoul(at)));
    }
    if let Some(at) = receipt.cancelled_at {
        add("cancelled_at", Value::from(times::seoul(at)));
    }
    if let Some(account) = &receipt.account {
        let data = json!({
            "tid": receipt.receipt_id,
            "bank_code": "004",
            "bank_name": "국민은행",
            "bank_username": "연습용 예금주",
            "bank_account": account.number,
            "expired_at": times::seoul(account.expires_at),
        });
        add("vbank_data", data);
    } else if let Some(by) = receipt.paid_by.as_ref().filter(|by| by.method == Method::Transfer) {
        let data = json!({
            "tid": receipt.receipt_id,
            "bank_code": by.company_code,
            "bank_name": by.company,
            "bank_account": by.number,
        });
        add("bank_data", data);
    } else if receipt.status != ReceiptStatus::Failed {
        let by = receipt.paid_by.as_ref();
        let data = json!({
            "tid": receipt.receipt_id,
            "card_approve_no": "00000000",
            "card_no": by.map_or("1234-****-****-5678", |by| &by.number),
            "card_quota": "00",
            "card_company_code": by.map_or("00", |by| &by.company_code),
            "card_company": by.map_or("연습용 카드", |by| &by.company),
            "card_interest": "0",
        });
        add("card_data", data);
    }
    body
}
