//! Records as JSON, in the shapes of Bootpay B.1, B.3, B.5 and E.6; receipts are `receipt_wire.rs`. Only writes;
//! reading bodies is `intake.rs`.

use serde_json::{Map, Value, json};

use super::catalogue;
use super::contract;
use super::ledger::Ledger;
use super::receipt_wire;
use super::records::{Cancel, CancelStanding, Contract, Invoice, Line, Order, Receipt, ReceiptStatus, Send, Shapes};
use super::times;
use crate::domain::time::UnixMs;

/// How records are written.
#[derive(Clone, Copy)]
pub(super) struct Writing<'a> {
    /// Where browsers reach the emulator.
    pub public_url: &'a str,
    pub shapes: Shapes,
    /// What records point to is looked up here.
    pub ledger: &'a Ledger,
}

fn utc(at: Option<UnixMs>) -> Option<String> {
    at.map(times::utc)
}

pub(super) fn payment_url(public_url: &str, invoice_id: &str) -> String {
    format!("{public_url}/invoice/{invoice_id}")
}

/// The answer to the call that makes an invoice.
pub(super) fn created(invoice: &Invoice, public_url: &str) -> Value {
    json!({
        "invoice_id": invoice.invoice_id,
        "payment_url": payment_url(public_url, &invoice.invoice_id),
        "expired_at": times::utc(invoice.expires_at),
    })
}

pub(super) fn invoice(invoice: &Invoice, receipt: Option<&Receipt>, how: Writing<'_>) -> Value {
    let pay_at = receipt.and_then(|receipt| receipt.purchased_at);
    json!({
        "id": invoice.invoice_id,
        "invoice_id": invoice.invoice_id,
        "name": invoice.name,
        "memo": invoice.memo,
        "price": invoice.price,
        "tax_free_price": invoice.tax_free_price,
        "request_id": invoice.request_id,
        "metadata": invoice.metadata,
        "user": invoice.user,
        "products": products(&invoice.products, how.ledger),
        "redirect_url": invoice.redirect_url,
        "use_redirect": invoice.use_redirect,
        "payment_url": payment_url(how.public_url, &invoice.invoice_id),
        "order_id": invoice.order_id,
        // Bootpay's code list is unknown; 1 = paid is this emulator's own.
        "status": i32::from(pay_at.is_some()),
        "pay_at": utc(pay_at),
        "expired_at": times::utc(invoice.expires_at),
        "created_at": times::utc(invoice.created_at),
        "webhook_url": invoice.webhook_url,
        "sdk": invoice.sdk,
        "sandbox": true,
    })
}

fn products(lines: &[Line], ledger: &Ledger) -> Vec<Value> {
    let one = |line: &Line| {
        // Journals of older emulators don't have the name and price of the order's time.
        let product = if line.price.is_none() { catalogue::product(ledger, &line.product_id) } else { None };
        let price = line.price.or_else(|| product.as_ref().map(catalogue::unit_price)).unwrap_or(0);
        let total = price.saturating_mul(line.quantity);
        json!({
            "product_id": line.product_id,
            "option_id": line.product_option_id,
            "name": line.name.clone().or_else(|| product.map(|product| product.name)),
            "quantity": line.quantity,
            "duration": line.duration,
            "price": price,
            "origin_price": price,
            "tax_free_price": 0,
            "total_price": total,
            "total_origin_price": total,
            "total_tax_free_price": 0,
        })
    };
    lines.iter().map(one).collect()
}

/// `status` and `receipt_status` of an order, as text and as the number of Bootpay B.4.
pub(super) struct OrderStatus {
    pub order: Status,
    pub payment: Status,
}

#[derive(Clone, Copy)]
pub(super) struct Status {
    pub text: &'static str,
    pub number: i64,
}

impl Status {
    pub const fn of(text: &'static str, number: i64) -> Self {
        Self { text, number }
    }

    /// No document says what makes the real server choose (Bootpay K-6).
    pub fn written(self, shapes: Shapes) -> Value {
        if shapes.numbers { Value::from(self.number) } else { Value::from(self.text) }
    }
}

pub(super) fn order_status(receipt: Option<&Receipt>) -> OrderStatus {
    let of = Status::of;
    let (order, payment) = match receipt.map(|receipt| receipt.status) {
        None | Some(ReceiptStatus::Failed) => (of("order_pending", 0), of("receipt_ready", 0)),
        // Numerically this one is told apart (2 = ON_CONFIRM); no text for it is documented.
        Some(ReceiptStatus::AwaitingConfirm) => (of("order_pending", 0), of("receipt_ready", 2)),
        Some(ReceiptStatus::AwaitingDeposit) => (of("payment_pending", 5), of("receipt_vbank_ready", 5)),
        Some(ReceiptStatus::Paid) => (of("payment_completed", 2), of("receipt_paid", 1)),
        Some(ReceiptStatus::Cancelled | ReceiptStatus::AccountCancelled) => {
            (of("cancelled", 10), of("receipt_cancelled", 20))
        }
    };
    OrderStatus { order, payment }
}

/// What the documented list shows of an order (Bootpay B.3): none of the merchant's ids, no receipt.
const LEAN: [&str; 10] = [
    "order_id",
    "order_name",
    "price",
    "status",
    "receipt_status",
    "order_number",
    "purchased_at",
    "created_at",
    "username",
    "user_email",
];

pub(super) fn listed_order(listed: &Order, receipt: Option<&Receipt>, how: Writing<'_>) -> Value {
    let mut whole = order(listed, receipt, how);
    if let (true, Some(fields)) = (how.shapes.lists_are_lean, whole.as_object_mut()) {
        fields.retain(|name, _| LEAN.contains(&name.as_str()));
    }
    whole
}

pub(super) fn order(order: &Order, receipt: Option<&Receipt>, how: Writing<'_>) -> Value {
    let begun: Vec<&Contract> = how.ledger.contracts_of(&order.order_id).collect();
    order_with(order, receipt, &begun, how)
}

/// As `order`, with contracts that the ledger doesn't know yet.
pub(super) fn order_with(order: &Order, receipt: Option<&Receipt>, begun: &[&Contract], how: Writing<'_>) -> Value {
    let status = order_status(receipt);
    let field = |name: &str| order.user.as_ref().and_then(|user| user.get(name)).cloned();
    let full = receipt.map(|found| receipt_wire::body(found, how));
    json!({
        "order_id": order.order_id,
        "order_number": order.order_number,
        "order_name": order.name,
        "request_id": order.request_id,
        "metadata": order.metadata,
        "invoice_id": order.invoice_id,
        "price": order.price,
        "total_price": order.price,
        "tax_free_price": order.tax_free_price,
        "cancelled_price": receipt.map_or(0, |receipt| receipt.cancelled_price),
        "cancelled_tax_free_price": receipt.map_or(0, |receipt| receipt.cancelled_tax_free),
        "reserved_cancel_price": 0,
        "reserved_cancel_tax_free_price": 0,
        "status": status.order.written(how.shapes),
        "receipt_status": status.payment.written(how.shapes),
        "type": "order",
        "unit": "KRW",
        "currency": "KRW",
        "order_request_type": "order",
        "payment_method": receipt.map(receipt_wire::method_symbol),
        "purchased_at": utc(receipt.and_then(|receipt| receipt.purchased_at)),
        "created_at": times::utc(order.created_at),
        "user": order.user,
        "username": field("name"),
        "user_email": field("email"),
        "products": products(&order.products, how.ledger),
        "receipt_id": order.receipt_id,
        "result_data": full,
        "receipt_success_data": full,
        "order_subscriptions": contract::wire::in_order(begun, how),
        "is_subscription": !begun.is_empty() || order.parent_order_id.is_some(),
        "parent_order_id": order.parent_order_id,
        "user_group_id": order.user_group_id,
        "sandbox": true,
        "sdk": order.sdk,
    })
}

/// The keys of an order that travel in `done` (Bootpay E.6). What is absent stays absent, so that the script writes
/// `undefined` as the vendor's does (Bootpay E.7).
const DONE_KEYS: [&str; 21] = [
    "request_id",
    "metadata",
    "order_number",
    "order_name",
    "price",
    "tax_free_price",
    "cancelled_price",
    "cancelled_tax_free_price",
    "reserved_cancel_price",
    "reserved_cancel_tax_free_price",
    "status",
    "receipt_status",
    "type",
    "unit",
    "order_request_type",
    "purchased_at",
    "created_at",
    "products",
    "user",
    "receipt_success_data",
    "result_data",
];

pub(super) fn done_payload(order: &Value) -> Value {
    let keep = |key: &&str| Some(((*key).to_owned(), order.get(*key).filter(|value| !value.is_null())?.clone()));
    Value::Object(DONE_KEYS.iter().filter_map(keep).collect())
}

/// What `confirm` carries: whose and which order, nothing more (Bootpay E.6).
pub(super) fn confirm_payload(order: &Order) -> Value {
    let mut payload = own_id(order.request_id.as_ref());
    if let Some(metadata) = &order.metadata {
        payload.insert("metadata".to_owned(), metadata.clone());
    }
    payload.insert("order_number".to_owned(), Value::from(order.order_number.clone()));
    Value::Object(payload)
}

/// `{request_id}`, or nothing.
pub(super) fn own_id(request_id: Option<&String>) -> Map<String, Value> {
    request_id.map(|id| ("request_id".to_owned(), Value::from(id.clone()))).into_iter().collect()
}

/// A message. `send_status` 1 for "sent" is this emulator's own.
pub(super) fn send(send: &Send) -> Value {
    json!({
        "send_id": send.send_id,
        "invoice_id": send.invoice_id,
        "send_types": send.send_types,
        "send_status": 1,
        "sent_at": times::utc(send.at),
        "user": send.user,
    })
}

/// An item of the cancel history (Bootpay B.5). Of the statuses only 2 for "rejected" is documented.
pub(super) fn cancel(cancel: &Cancel) -> Value {
    let (status, is_over) = match cancel.standing {
        CancelStanding::Waiting => (0, false),
        CancelStanding::Done => (1, true),
        CancelStanding::Rejected => (2, true),
        CancelStanding::Withdrawn => (3, false),
    };
    let acted = cancel.acted.as_ref();
    let ended = times::utc(acted.map_or(cancel.at, |(at, _)| *at));
    let withdrawn = (cancel.standing == CancelStanding::Withdrawn).then(|| ended.clone());
    json!({
        "order_cancellation_request_id": cancel.request_id,
        "order_cancel_request_history_id": cancel.request_id,
        "order_id": cancel.order_id,
        "order_number": cancel.order_number,
        "receipt_id": cancel.receipt_id,
        "status": status,
        "cancel_id": cancel.cancel_id,
        "cancel_before_price": cancel.before,
        "cancel_after_price": cancel.after,
        "cancel_price": cancel.price,
        "cancel_tax_free_price": cancel.tax_free,
        "refund_price": cancel.price,
        "cancel_requester": cancel.requester,
        "cancel_message": cancel.message,
        "cancel_immediately": cancel.standing == CancelStanding::Done && acted.is_none(),
        "is_partial_cancelled": cancel.after > 0,
        "requested_at": times::utc(cancel.at),
        "processed_at": is_over.then_some(ended),
        "withdrawn_at": withdrawn,
        "action_message": acted.map(|(_, message)| message),
    })
}
