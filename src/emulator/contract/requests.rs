//! What buyers ask for during a contract: `/v1/order_subscriptions/requests/ing/…` and the list of what they asked
//! (Bootpay B.6, B.7). Deciding is `decide.rs`.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::{ending, rules, wire};
use crate::emulator::commerce::object;
use crate::emulator::error::{
    ApiError, NOT_FOUND, ORDER_SUBSCRIPTION_NOT_FOUND, ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND,
    ORDER_SUBSCRIPTION_RESUME_UNABLE, PROCESS_DUPLICATED, SUBSCRIPTION_RESUME_REASON_REQUIRED,
};
use crate::emulator::fields::{Body, needed, text};
use crate::emulator::ledger::Ledger;
use crate::emulator::listing::Query;
use crate::emulator::records::{ChangeRequest, Contract, Upsert, Wish, WishStanding};
use crate::emulator::roles::{self, Role};
use crate::emulator::{Emulator, times};

/// What a wish may name (Bootpay B.6). Other fields are not kept.
const NAMED: [&str; 14] = [
    "price",
    "tax_free_price",
    "paused_at",
    "expected_resume_at",
    "termination_fee",
    "last_bill_refund_price",
    "final_fee",
    "service_end_at",
    "new_user_id",
    "new_username",
    "new_user_email",
    "new_user_phone",
    "new_user_address",
    "wallet_id",
];

/// The contract that a wish names by its own id or by its order's.
fn named<'a>(ledger: &'a Ledger, id: Option<&str>, order: Option<&str>) -> Result<&'a Contract, ApiError> {
    let found = match (id, order) {
        (Some(id), _) => ledger.contract(id),
        (None, Some(order)) => ledger.order(order).and_then(|order| ledger.contracts_of(&order.order_id).next()),
        (None, None) => None,
    };
    found.ok_or(ORDER_SUBSCRIPTION_NOT_FOUND)
}

/// `POST …/requests/ing/{pause, purchase, transfer, termination}`: waits for the merchant.
pub(super) async fn ask(
    State(emulator): State<Emulator>,
    wish: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let wish = match wish.as_ref().map(|Path(wish)| wish.as_str()) {
        Ok("pause") => Wish::Pause,
        Ok("purchase") => Wish::Purchase,
        Ok("transfer") => Wish::Transfer,
        Ok("termination") => Wish::Termination,
        _ => return NOT_FOUND.into_response(),
    };
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let (id, order) = (text(&body, "order_subscription_id")?, text(&body, "order_number")?);
        let contract = named(ledger, id.as_deref(), order.as_deref())?;
        match wish {
            Wish::Pause => drop(needed(&body, "paused_at")?),
            Wish::Transfer => drop(needed(&body, "new_user_id")?),
            Wish::Purchase | Wish::Resume | Wish::Termination => {}
        }
        let same = |one: &ChangeRequest| one.contract_id == contract.contract_id && one.wish == wish;
        if ledger.requests().iter().any(|one| same(one) && one.standing == WishStanding::Waiting) {
            return Err(PROCESS_DUPLICATED);
        }
        let request = ChangeRequest {
            request_id: making.hex24(),
            contract_id: contract.contract_id.clone(),
            wish,
            standing: WishStanding::Waiting,
            reason: text(&body, "reason")?,
            asked: kept(&body),
            at: making.now,
            acted: None,
        };
        Ok((wire::request(&request), vec![Upsert::ChangeRequest(request)]))
    })
}

fn kept(body: &Body) -> Body {
    body.iter()
        .filter(|(name, value)| NAMED.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// `PUT …/requests/ing/resume`: takes effect at once, as its documented answer has status 1 (Bootpay B.6).
pub(super) async fn resume(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let (id, order) = (text(&body, "order_subscription_id")?, text(&body, "order_number")?);
        let contract = named(ledger, id.as_deref(), order.as_deref())?;
        let reason = text(&body, "reason")?.ok_or(SUBSCRIPTION_RESUME_REASON_REQUIRED)?;
        let mut change = rules::resume(ledger, contract, making).ok_or(ORDER_SUBSCRIPTION_RESUME_UNABLE)?;
        let request = ChangeRequest {
            request_id: making.hex24(),
            contract_id: contract.contract_id.clone(),
            wish: Wish::Resume,
            standing: WishStanding::Approved,
            reason: Some(reason),
            asked: Body::new(),
            at: making.now,
            acted: Some((making.now, None)),
        };
        let answer = json!({
            "id": contract.contract_id,
            "order_subscription_id": contract.contract_id,
            "status": 1,
            "request_type": wire::wish_number(Wish::Resume),
            "resumed_at": times::utc(making.now),
        });
        change.push(Upsert::ChangeRequest(request));
        Ok((answer, change))
    })
}

/// `GET …/requests/ing/calculate_termination_fee`
pub(super) async fn termination_fee(State(emulator): State<Emulator>, uri: Uri) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(uri.query());
    emulator.view(|ledger| {
        let contract = named(ledger, query.get("order_subscription_id"), query.get("order_number"))?;
        Ok(Json(wire::fees(ending::fees(ledger, contract, emulator.now_in(ledger)))))
    })
}

/// `GET /v1/order-subscription-requests`: those of a whole project are the merchant's to see.
pub(super) async fn list(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(uri.query());
    if query.get("project_id").is_some() {
        roles::require(&headers, Role::Supervisor)?;
    }
    let between = query.between_named(&["s_at"], &["e_at"])?;
    emulator.view(|ledger| {
        let number = |name: &str, number: i64| query.numbers(name, number);
        let wanted = |one: &&ChangeRequest| {
            let order = ledger.contract(&one.contract_id).and_then(|contract| ledger.order(&contract.order_id));
            let user = order.and_then(|order| order.user.as_ref()).and_then(|user| user.get("user_id"));
            let is = |name: &str, value: Option<&str>| query.get(name).is_none_or(|wanted| value == Some(wanted));
            is("order_subscription_id", Some(&one.contract_id))
                && is("user_id", user.and_then(Value::as_str))
                && is("user_group_id", order.and_then(|order| order.user_group_id.as_deref()))
                && number("status", wire::wish_status(one.standing))
                && number("request_type", wire::wish_number(one.wish))
                && query.get("keyword").is_none_or(|word| order.is_some_and(|order| order.name.contains(word)))
                && between.holds(one.at)
        };
        let found: Vec<&ChangeRequest> = ledger.requests().iter().rev().filter(wanted).collect();
        Ok(Json(query.page(&found, |request| wire::request(request))))
    })
}

pub(super) async fn detail(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND)?;
    let found = emulator.view(|ledger| ledger.request(&id).map(wire::request));
    found.map(Json).ok_or(ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND)
}
