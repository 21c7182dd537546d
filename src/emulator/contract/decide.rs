//! What merchants do to a contract: approve, reject, pause, resume, terminate (Bootpay B.6), and decide what a buyer
//! has asked for (B.7).

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::api::find;
use super::ending::{self, EndRefusal, Fees};
use super::{rules, wire};
use crate::emulator::Emulator;
use crate::emulator::commerce::object_or_nothing;
use crate::emulator::error::{
    ApiError, NOT_FOUND, ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND, ORDER_SUBSCRIPTION_RESUME_UNABLE, PROCESS_DUPLICATED,
};
use crate::emulator::fields::{Body, instant, integer, text};
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{ChangeRequest, Contract, Upsert, Wish, WishStanding};
use crate::emulator::rules::Making;

impl From<EndRefusal> for ApiError {
    fn from(refusal: EndRefusal) -> Self {
        match refusal {
            EndRefusal::Over => PROCESS_DUPLICATED,
            EndRefusal::Charge(why) => why.into(),
            EndRefusal::Cancel(why) => why.into(),
        }
    }
}

/// `PUT /v1/order_subscriptions/{id}/{act}`. Answers the contract.
pub(super) async fn act(
    State(emulator): State<Emulator>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path((id, act))) = path else { return NOT_FOUND.into_response() };
    emulator.answer_once(&headers, |ledger, making| {
        let body = object_or_nothing(body)?;
        let contract = find(ledger, &id)?;
        let change = match act.as_str() {
            "approve" => decided(ledger, oldest(ledger, contract)?, true, &body, making)?,
            "reject" => decided(ledger, oldest(ledger, contract)?, false, &body, making)?,
            "pause" => pause(ledger, contract, &body, making)?,
            "resume" => rules::resume(ledger, contract, making).ok_or(ORDER_SUBSCRIPTION_RESUME_UNABLE)?,
            "terminate" => ending::terminate(ledger, contract, fees(ledger, contract, &body, making)?, making)?,
            _ => return Err(NOT_FOUND),
        };
        let now = change.iter().find_map(|upsert| match upsert {
            Upsert::Contract(changed) if changed.contract_id == id => Some(&**changed),
            _ => None,
        });
        let answer = wire::contract_after(now.unwrap_or(contract), &change, emulator.writing(ledger));
        Ok((answer, change))
    })
}

/// What approving or rejecting a contract decides: the wish that waits longest.
fn oldest<'a>(ledger: &'a Ledger, contract: &Contract) -> Result<&'a ChangeRequest, ApiError> {
    let mut waiting = ledger.requests().iter().filter(|one| one.standing == WishStanding::Waiting);
    waiting.find(|one| one.contract_id == contract.contract_id).ok_or(PROCESS_DUPLICATED)
}

fn pause(ledger: &Ledger, contract: &Contract, body: &Body, making: &Making<'_>) -> Result<Vec<Upsert>, ApiError> {
    let at = instant(body, "paused_at")?.ok_or_else(|| ApiError::param("paused_at: 필수 값입니다."))?;
    let until = instant(body, "expected_resume_at")?;
    rules::pause(ledger, contract, at, until, making).ok_or(PROCESS_DUPLICATED)
}

/// What the body says of the fees; what it doesn't say is counted.
fn fees(ledger: &Ledger, contract: &Contract, body: &Body, making: &Making<'_>) -> Result<Fees, ApiError> {
    let counted = ending::fees(ledger, contract, making.now);
    let said = |name: &str| match integer(body, name)? {
        Some(negative) if negative < 0 => Err(ApiError::param(format!("{name}: 0 이상의 정수여야 합니다."))),
        known => Ok(known),
    };
    let refund = said("last_bill_refund_price")?.unwrap_or(counted.last_bill_refund_price);
    let fee = match (said("termination_fee")?, said("final_fee")?) {
        (Some(fee), _) => fee,
        // What is to be paid in the end is the fee less what is given back.
        (None, Some(last)) if last > 0 => last.saturating_add(refund),
        (None, Some(_)) => 0,
        (None, None) => counted.termination_fee,
    };
    Ok(Fees { termination_fee: fee, last_bill_refund_price: refund })
}

/// `PUT /v1/order-subscription-requests/{id} {approval}`. Answers the request.
pub(super) async fn request(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path(id)) = id else { return ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND.into_response() };
    emulator.answer_once(&headers, |ledger, making| {
        let body = object_or_nothing(body)?;
        let asked = ledger.request(&id).ok_or(ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND)?;
        let approve = match text(&body, "approval")?.as_deref() {
            Some("approve") => true,
            Some("reject") => false,
            _ => return Err(ApiError::param("approval: approve 또는 reject여야 합니다.")),
        };
        let change = decided(ledger, asked, approve, &body, making)?;
        let now = change.iter().find_map(|upsert| match upsert {
            Upsert::ChangeRequest(request) => Some(wire::request(request)),
            _ => None,
        });
        Ok((now.unwrap_or(Value::Null), change))
    })
}

/// A decided wish, with what its approval does. The merchant's words outweigh the buyer's.
fn decided(
    ledger: &Ledger,
    asked: &ChangeRequest,
    approve: bool,
    body: &Body,
    making: &Making<'_>,
) -> Result<Vec<Upsert>, ApiError> {
    if asked.standing != WishStanding::Waiting {
        return Err(PROCESS_DUPLICATED);
    }
    let contract = find(ledger, &asked.contract_id)?;
    let mut terms = asked.asked.clone();
    terms.extend(body.clone());
    let mut change = if approve { granted(ledger, contract, asked.wish, &terms, making)? } else { Vec::new() };
    let standing = if approve { WishStanding::Approved } else { WishStanding::Rejected };
    let acted = Some((making.now, text(body, "reason")?));
    change.push(Upsert::ChangeRequest(ChangeRequest { standing, acted, ..asked.clone() }));
    Ok(change)
}

fn granted(
    ledger: &Ledger,
    contract: &Contract,
    wish: Wish,
    terms: &Body,
    making: &Making<'_>,
) -> Result<Vec<Upsert>, ApiError> {
    match wish {
        Wish::Pause => pause(ledger, contract, terms, making),
        Wish::Resume => rules::resume(ledger, contract, making).ok_or(ORDER_SUBSCRIPTION_RESUME_UNABLE),
        Wish::Termination => Ok(ending::terminate(ledger, contract, fees(ledger, contract, terms, making)?, making)?),
        // Bought out: the price is a fee, nothing is given back, and the contract is over.
        Wish::Purchase => {
            let price = integer(terms, "price")?.filter(|price| *price > 0);
            let price = price.ok_or_else(|| ApiError::param("price: 1 이상의 정수여야 합니다."))?;
            let fees = Fees { termination_fee: price, last_bill_refund_price: 0 };
            Ok(ending::terminate(ledger, contract, fees, making)?)
        }
        Wish::Transfer => Ok(vec![Upsert::Contract(Box::new(handed_over(contract, terms)))]),
    }
}

/// The contract in another person's hands.
fn handed_over(contract: &Contract, terms: &Body) -> Contract {
    let names = [
        ("new_user_id", "user_id"),
        ("new_username", "name"),
        ("new_user_email", "email"),
        ("new_user_phone", "phone"),
        ("new_user_address", "address"),
    ];
    let user: Body = names
        .into_iter()
        .filter_map(|(from, to)| Some((to.to_owned(), terms.get(from).filter(|value| !value.is_null())?.clone())))
        .collect();
    Contract { user: Some(Value::Object(user)), ..contract.clone() }
}
