//! Contracts, bills and change requests as JSON (Bootpay B.4, B.6, B.7). Only writes.

use serde_json::{Value, json};

use super::ending::Fees;
use crate::emulator::billing;
use crate::emulator::records::{
    Adjustment, Bill, BillStanding, ChangeRequest, Contract, ContractStanding, ContractsShape, Upsert, Wish,
    WishStanding,
};
use crate::emulator::times;
use crate::emulator::wire::{Status, Writing};

/// Text and number of Bootpay B.4. No text is printed for a contract that is held; `pending` is this emulator's own.
pub(in crate::emulator) fn status(standing: ContractStanding) -> Status {
    match standing {
        ContractStanding::Active => Status::of("subscribing", 1),
        ContractStanding::Paused => Status::of("paused", -2),
        ContractStanding::HeldOn => Status::of("pending", -3),
        ContractStanding::Ended => Status::of("expired", 15),
        ContractStanding::Terminated => Status::of("cancelled", 20),
    }
}

pub(in crate::emulator) fn bill_status(standing: BillStanding) -> i64 {
    match standing {
        BillStanding::Failed => -1,
        BillStanding::Done => 1,
        BillStanding::Ready => 2,
        BillStanding::Pending => 5,
        BillStanding::Cancelled => 10,
        BillStanding::Terminated => 20,
    }
}

/// The numbers of wishes; only 2 = resume is printed anywhere.
pub(in crate::emulator) fn wish_number(wish: Wish) -> i64 {
    match wish {
        Wish::Pause => 1,
        Wish::Resume => 2,
        Wish::Purchase => 3,
        Wish::Transfer => 4,
        Wish::Termination => 5,
    }
}

pub(in crate::emulator) fn wish_status(standing: WishStanding) -> i64 {
    match standing {
        WishStanding::Waiting => 0,
        WishStanding::Approved => 1,
        WishStanding::Rejected => 2,
    }
}

/// When the next instalment falls due, if one does.
fn next_at(contract: &Contract, how: Writing<'_>) -> Option<String> {
    let mut open = how.ledger.bills_of(&contract.contract_id).rev();
    let is_next = |bill: &&Bill| bill.standing == BillStanding::Ready && contract.standing == ContractStanding::Active;
    open.find(is_next).map(|bill| times::utc(bill.due_at))
}

/// A contract as a change leaves it, which the ledger doesn't know yet.
pub(super) fn contract_after(changed: &Contract, change: &[Upsert], how: Writing<'_>) -> Value {
    let mut body = contract(changed, how);
    let next = change.iter().find_map(|upsert| match upsert {
        Upsert::Bill(bill) if bill.standing == BillStanding::Ready => Some(times::utc(bill.due_at)),
        _ => None,
    });
    if let (Some(body), Some(next), ContractStanding::Active) = (body.as_object_mut(), next, changed.standing) {
        body.insert("payment_next_at".to_owned(), Value::from(next));
    }
    body
}

/// `order_subscriptions` of an order, in one of the forms of Bootpay H-4.
pub(in crate::emulator) fn in_order(begun: &[&Contract], how: Writing<'_>) -> Value {
    if begun.is_empty() {
        return Value::Null;
    }
    let status = |contract: &Contract| status(contract.standing).written(how.shapes);
    match how.shapes.order_subscriptions {
        ContractsShape::Null => Value::Null,
        ContractsShape::Array => begun
            .iter()
            .map(|contract| {
                let first = how.ledger.bills_of(&contract.contract_id).next();
                json!({
                    "order_subscription_id": contract.contract_id,
                    "status": status(contract),
                    "payment_next_at": next_at(contract, how),
                    "first_order_subscription_bill": first.map(|first| first_bill(first, contract, how)),
                })
            })
            .collect(),
        ContractsShape::Object => {
            let one = |contract: &&Contract| {
                json!({
                    "order_subscription_id": contract.contract_id,
                    "status": status(contract),
                    "current_duration": contract.current,
                    "total_subscription_duration": contract.total,
                })
            };
            json!({ "subscriptions": begun.iter().map(one).collect::<Vec<_>>() })
        }
    }
}

fn first_bill(first: &Bill, contract: &Contract, how: Writing<'_>) -> Value {
    let key = contract.billing_key.as_deref().and_then(|key| how.ledger.billing_key(key));
    json!({
        "order_subscription_bill_id": first.bill_id,
        "duration": first.duration,
        "price": first.price,
        "status": bill_status(first.standing),
        "billing_key_data": key.map(|key| billing::wire::billing_key(key, None, how)),
    })
}

pub(in crate::emulator) fn contract(contract: &Contract, how: Writing<'_>) -> Value {
    let field = |name: &str| contract.user.as_ref().and_then(|user| user.get(name)).cloned();
    let order = how.ledger.order(&contract.order_id);
    let last = how.ledger.bills_of(&contract.contract_id).map(|bill| bill.duration).max().unwrap_or(0);
    let mut body = json!({
        "id": contract.contract_id,
        "order_subscription_id": contract.contract_id,
        "order_id": contract.order_id,
        "order_number": order.map(|order| &order.order_number),
        "user_id": field("user_id"),
        "user_group_id": order.and_then(|order| order.user_group_id.as_ref()),
        "wallet_id": null,
        "billing_key": contract.billing_key,
        "charge_key": contract.charge_key,
        "subscription_billing_type": 1,
        "subscription_payment_cycle_type": contract.cycle,
        "quantity": contract.line.quantity,
        "price": contract.price,
        "tax_free_price": contract.tax_free_price,
        "one_unit_price": contract.line.price,
        "setup_price": 0,
        "order_name": contract.order_name,
        "product_id": contract.line.product_id,
        "product_name": contract.line.name,
        "service_start_at": times::utc(contract.service_start_at),
        "service_end_at": contract.service_end_at.map(times::utc),
        "payment_next_at": next_at(contract, how),
        "latest_purchased_at": contract.purchased_at.map(times::utc),
        "latest_failed_at": contract.failed_at.map(times::utc),
        "paused_at": contract.paused_at.map(times::utc),
        "expected_resume_at": contract.expected_resume_at.map(times::utc),
        "current_duration": contract.current,
        "created_last_duration": last,
        "payment_last_duration": contract.current,
        "total_subscription_duration": contract.total,
        "renewal_status": 0,
        "cancel_status": 0,
        "status": status(contract.standing).written(how.shapes),
        "cancel_at": contract.cancelled_at.map(times::utc),
        "user": contract.user,
        "metadata": contract.metadata,
        "order_subscription_adjustments": contract.adjustments.iter().map(adjustment).collect::<Vec<_>>(),
        "created_at": times::utc(contract.created_at),
        "sandbox": true,
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(contract.noted.clone());
    }
    body
}

pub(in crate::emulator) fn adjustment(one: &Adjustment) -> Value {
    json!({
        "order_subscription_adjustment_id": one.adjustment_id,
        "name": one.name,
        "price": one.price,
        "tax_free_price": one.tax_free_price,
        "type": one.kind,
        "duration": one.duration,
    })
}

/// The answer to every change of adjustments.
pub(in crate::emulator) fn adjustments(contract: &Contract) -> Value {
    json!({
        "order_subscription_id": contract.contract_id,
        "order_subscription_adjustments": contract.adjustments.iter().map(adjustment).collect::<Vec<_>>(),
    })
}

pub(in crate::emulator) fn bill(bill: &Bill, how: Writing<'_>) -> Value {
    let order = bill.order_id.as_deref().and_then(|id| how.ledger.order(id));
    let receipt = order.and_then(|order| how.ledger.receipt_of(order));
    let contract = how.ledger.contract(&bill.contract_id);
    let cancelled = receipt.map_or(0, |receipt| receipt.cancelled_price);
    json!({
        "id": bill.bill_id,
        "order_subscription_bill_id": bill.bill_id,
        "order_subscription_id": bill.contract_id,
        "order_id": bill.order_id,
        "order_number": order.map(|order| &order.order_number),
        "receipt_id": receipt.map(|receipt| &receipt.receipt_id),
        "duration": bill.duration,
        "price": bill.price,
        "tax_free_price": bill.tax_free_price,
        "purchase_price": if bill.standing == BillStanding::Done { bill.price } else { 0 },
        "cancelled_price": cancelled,
        "cancelled_fee": 0,
        "reserve_payment_at": times::utc(bill.due_at),
        "purchased_at": bill.purchased_at.map(times::utc),
        "revoked_at": bill.revoked_at.map(times::utc),
        "last_error_at": bill.failed_at.map(times::utc),
        "status": bill_status(bill.standing),
        "cancel_status": if cancelled == 0 { 0 } else if cancelled < bill.price { 1 } else { 2 },
        "service_start_at": times::utc(bill.due_at),
        "service_end_at": times::utc(bill.service_end_at),
        "user": contract.and_then(|contract| contract.user.as_ref()),
    })
}

pub(in crate::emulator) fn request(request: &ChangeRequest) -> Value {
    let acted = request.acted.as_ref();
    let mut body = json!({
        "id": request.request_id,
        "order_subscription_request_id": request.request_id,
        "order_subscription_id": request.contract_id,
        "request_type": wish_number(request.wish),
        "status": wish_status(request.standing),
        "reason": request.reason,
        "requested_at": times::utc(request.at),
        "created_at": times::utc(request.at),
        "processed_at": acted.map(|(at, _)| times::utc(*at)),
        "action_message": acted.and_then(|(_, message)| message.as_ref()),
    });
    if let Some(body) = body.as_object_mut() {
        // What was asked must not pass for what is.
        for (name, value) in &request.asked {
            body.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    body
}

pub(super) fn fees(fees: Fees) -> Value {
    json!({
        "termination_fee": fees.termination_fee,
        "refund_amount": fees.to_refund(),
        "last_bill_refund_price": fees.last_bill_refund_price,
        "final_fee": fees.to_pay(),
    })
}
