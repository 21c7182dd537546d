//! `/v1/order_subscriptions`: list, detail, update, and charges on demand (Bootpay B.6).

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::{rules, wire};
use crate::emulator::commerce::object;
use crate::emulator::error::{
    ApiError, ORDER_SUBSCRIPTION_CHARGE_KEY_NOT_FOUND, ORDER_SUBSCRIPTION_NOT_FOUND, PROCESS_DUPLICATED,
    SUBSCRIBE_BK_EXPIRED,
};
use crate::emulator::fields::{Body, amount, instant, integer, needed, object_or_empty, text, won};
use crate::emulator::intake::MOST_INSTALMENTS;
use crate::emulator::ledger::Ledger;
use crate::emulator::listing::Query;
use crate::emulator::records::{
    Bill, BillStanding, ChangeRequest, Contract, ContractStanding, Order, Upsert, Wish, WishStanding,
};
use crate::emulator::rules::Making;
use crate::emulator::{Emulator, billing, times, wire as order_wire};

/// What is only remembered and shown (Bootpay B.6).
const NOTED: [&str; 9] = [
    "address_id",
    "username",
    "phone",
    "email",
    "use_free_trial",
    "free_trial_day",
    "product_option_id",
    "memo",
    "wallet_id",
];

pub(super) fn find<'a>(ledger: &'a Ledger, id: &str) -> Result<&'a Contract, ApiError> {
    ledger.contract(id).ok_or(ORDER_SUBSCRIPTION_NOT_FOUND)
}

pub(super) async fn list(State(emulator): State<Emulator>, uri: Uri) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(uri.query());
    let between = query.between_named(&["s_at", "search_date_from"], &["e_at", "search_date_to"])?;
    emulator.view(|ledger| {
        let how = emulator.writing(ledger);
        let wanted = |contract: &&Contract| {
            let order = ledger.order(&contract.order_id);
            between.holds(contract.created_at) && wants(&query, contract, order) && wants_wish(&query, ledger, contract)
        };
        let found: Vec<&Contract> = ledger.contracts().iter().rev().filter(wanted).collect();
        let mut answer = query.page(&found, |contract| wire::contract(contract, how));
        if let (Some(answer), Value::Object(counters)) = (answer.as_object_mut(), counters(ledger, &found)) {
            answer.extend(counters);
        }
        Ok(Json(answer))
    })
}

fn wants(query: &Query, contract: &Contract, order: Option<&Order>) -> bool {
    let user_id = contract.user.as_ref().and_then(|user| user.get("user_id")).and_then(Value::as_str);
    let number = order.map(|order| order.order_number.as_str());
    let group = order.and_then(|order| order.user_group_id.as_deref());
    let is = |name: &str, value: Option<&str>| query.get(name).is_none_or(|wanted| value == Some(wanted));
    query.lists("status", wire::status(contract.standing))
        && is("user_id", user_id)
        && is("user_group_id", group)
        && is("order_number", number)
        && is("order_id", Some(&contract.order_id))
        && query.get("keyword").is_none_or(|word| {
            contract.order_name.contains(word) || contract.contract_id == word || number == Some(word)
        })
}

/// Contracts with a wish of this number that waits.
fn wants_wish(query: &Query, ledger: &Ledger, contract: &Contract) -> bool {
    let wanted = query.get("request_type").map(str::parse::<i64>);
    wanted.is_none_or(|wanted| {
        ledger.requests().iter().any(|one| {
            one.contract_id == contract.contract_id
                && one.standing == WishStanding::Waiting
                && wanted == Ok(wire::wish_number(one.wish))
        })
    })
}

/// The counters that the real list bears (Bootpay B.6), counted over what was found.
fn counters(ledger: &Ledger, found: &[&Contract]) -> Value {
    let sum = |standing: ContractStanding| found.iter().filter(|one| one.standing == standing).count();
    let ing = |wish: Wish| {
        let waits = |id: &str| found.iter().any(|contract| contract.contract_id == id);
        let open =
            |one: &&ChangeRequest| one.wish == wish && one.standing == WishStanding::Waiting && waits(&one.contract_id);
        ledger.requests().iter().filter(open).count()
    };
    json!({
        "total": found.len(),
        "ing_pause": ing(Wish::Pause),
        "ing_purchase": ing(Wish::Purchase),
        "ing_resume": ing(Wish::Resume),
        "ing_termination": ing(Wish::Termination),
        "ing_transfer": ing(Wish::Transfer),
        "sum_active": sum(ContractStanding::Active),
        "sum_auto_end": sum(ContractStanding::Ended),
        "sum_cancel_request": ing(Wish::Termination),
        "sum_first_payment_error": 0,
        "sum_hold_on": sum(ContractStanding::HeldOn),
        "sum_pause": sum(ContractStanding::Paused),
        "sum_pending": 0,
        "sum_terminated": sum(ContractStanding::Terminated),
        "sum_trial": 0,
    })
}

pub(super) async fn detail(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| ORDER_SUBSCRIPTION_NOT_FOUND)?;
    emulator.view(|ledger| Ok(Json(wire::contract(find(ledger, &id)?, emulator.writing(ledger)))))
}

pub(super) async fn update(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path(id)) = id else { return ORDER_SUBSCRIPTION_NOT_FOUND.into_response() };
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let before = find(ledger, &id)?;
        let (contract, change) = updated(ledger, before, &body, making)?;
        Ok((wire::contract_after(&contract, &change, emulator.writing(ledger)), change))
    })
}

/// A new price counts for what is not paid yet (Bootpay B.6); a new key, or status 1, tries a held instalment again.
fn updated(
    ledger: &Ledger,
    before: &Contract,
    body: &Body,
    making: &Making<'_>,
) -> Result<(Contract, Vec<Upsert>), ApiError> {
    let mut contract = before.clone();
    if body.contains_key("price") {
        contract.price = won(body, "price")?;
    }
    if let Some(quantity) = integer(body, "quantity")?.filter(|quantity| *quantity > 0) {
        contract.line.quantity = quantity;
    }
    if let Some(total) = integer(body, "total_subscription_duration")? {
        if total != -1 && !(contract.current.max(1)..=MOST_INSTALMENTS).contains(&total) {
            return Err(ApiError::param("total_subscription_duration: 결제한 회차 이상, 1200 이하여야 합니다."));
        }
        contract.total = total;
    }
    if let Some(name) = text(body, "order_name")? {
        contract.order_name = name;
    }
    if let Some(product_id) = text(body, "product_id")? {
        contract.line.product_id = product_id;
    }
    contract.service_start_at = instant(body, "service_start_at")?.unwrap_or(contract.service_start_at);
    contract.service_end_at = instant(body, "service_end_at")?.or(contract.service_end_at);
    for name in NOTED {
        if let Some(value) = body.get(name) {
            contract.noted.insert(name.to_owned(), value.clone());
        }
    }
    let key = text(body, "billing_key")?;
    if let Some(key) = &key {
        billing::rules::living(ledger, key, making.now).ok_or(SUBSCRIBE_BK_EXPIRED)?;
        contract.billing_key = Some(key.clone());
    }
    let next_at = instant(body, "payment_next_at")?.or(instant(body, "next_billing_at")?);
    let is_held = contract.standing == ContractStanding::HeldOn;
    let mut change = if is_held && (key.is_some() || integer(body, "status")? == Some(1)) {
        contract.standing = ContractStanding::Active;
        rules::retry(ledger, contract.clone(), making)
    } else {
        vec![Upsert::Contract(Box::new(contract.clone()))]
    };
    let open = [BillStanding::Ready, BillStanding::Pending];
    for bill in ledger.bills_of(&contract.contract_id).filter(|bill| open.contains(&bill.standing)) {
        let (price, tax_free_price) = rules::price(&contract, bill.duration);
        let due_at = next_at.unwrap_or(bill.due_at);
        change.push(Upsert::Bill(Bill { price, tax_free_price, due_at, ..bill.clone() }));
    }
    Ok((contract, change))
}

fn charged<'a>(ledger: &'a Ledger, key: &str) -> Result<&'a Contract, ApiError> {
    let known = ledger.contracts().iter().find(|contract| contract.charge_key == key);
    known.ok_or(ORDER_SUBSCRIPTION_CHARGE_KEY_NOT_FOUND)
}

/// `POST /v1/order_subscriptions/charge`: a payment between the instalments.
pub(super) async fn charge(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let contract = charged(ledger, &needed(&body, "charge_key")?)?;
        if contract.charge_revoked_at.is_some() {
            return Err(SUBSCRIBE_BK_EXPIRED);
        }
        let (price, tax_free) = (won(&body, "price")?, amount(&body, "tax_free_price")?);
        if tax_free > price {
            return Err(ApiError::param("tax_free_price: price 이하의 정수여야 합니다."));
        }
        let (mut order, receipt) = rules::charge(ledger, contract, (&contract.order_name, price, tax_free), making)?;
        order.metadata = object_or_empty(&body, "metadata")?.or(order.metadata);
        let status = order_wire::order_status(Some(&receipt)).order.written(emulator.writing(ledger).shapes);
        let answer = json!({
            "order_id": order.order_id,
            "order_number": order.order_number,
            "receipt_id": receipt.receipt_id,
            "charge_key": contract.charge_key,
            "price": price,
            "tax_free_price": tax_free,
            "status": status,
        });
        Ok((answer, vec![Upsert::Order(order), Upsert::Receipt(receipt)]))
    })
}

/// `DELETE /v1/order_subscriptions/charge`, with a body: for good.
pub(super) async fn revoke(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |ledger, making| {
        let contract = charged(ledger, &needed(&object(body)?, "charge_key")?)?;
        if contract.charge_revoked_at.is_some() {
            return Err(PROCESS_DUPLICATED);
        }
        let answer = json!({
            "charge_key": contract.charge_key,
            "revoked_at": times::utc(making.now),
            "status": 20,
        });
        let revoked = Contract { charge_revoked_at: Some(making.now), ..contract.clone() };
        Ok((answer, vec![Upsert::Contract(Box::new(revoked))]))
    })
}
