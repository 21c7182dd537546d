//! Adjustments of instalments that are still to come (Bootpay B.7). All or nothing: no paid instalment is touched and
//! none becomes negative.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::api::find;
use super::{rules, wire};
use crate::emulator::Emulator;
use crate::emulator::commerce::object;
use crate::emulator::error::{ApiError, ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND, ORDER_SUBSCRIPTION_NOT_FOUND};
use crate::emulator::fields::{Body, array, integer, needed, text};
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{Adjustment, Bill, BillStanding, Contract, Upsert};
use crate::emulator::rules::Making;

/// Where ranges of contracts without an end stop (Bootpay B.7).
const LONGEST: i64 = 60;
/// Bootpay's number of a discount. That of a setup price is not printed; 2 is this emulator's own.
const DISCOUNT: i64 = 1;
const SETUP: i64 = 2;

type Id = Result<Path<String>, PathRejection>;
type Read = Result<Bytes, BytesRejection>;

fn changed(
    emulator: &Emulator,
    id: Id,
    headers: &HeaderMap,
    body: Read,
    change: impl FnOnce(&mut Contract, &Body, &Making<'_>) -> Result<(), ApiError>,
) -> Response {
    let Ok(Path(id)) = id else { return ORDER_SUBSCRIPTION_NOT_FOUND.into_response() };
    emulator.answer_once(headers, |ledger, making| {
        let body = object(body)?;
        let mut contract = find(ledger, &id)?.clone();
        change(&mut contract, &body, making)?;
        let bills = recounted(ledger, &contract)?;
        let answer = wire::adjustments(&contract);
        Ok((answer, [Upsert::Contract(Box::new(contract))].into_iter().chain(bills).collect()))
    })
}

/// The open bills at their new prices; refused if any instalment would be worth less than nothing.
fn recounted(ledger: &Ledger, contract: &Contract) -> Result<Vec<Upsert>, ApiError> {
    let is_negative = |duration: i64| {
        let (price, tax_free) = rules::price(contract, duration);
        price < 0 || tax_free < 0 || tax_free > price
    };
    if contract.adjustments.iter().any(|one| is_negative(one.duration)) {
        return Err(ApiError::param("price: 회차 금액이 0보다 작아질 수 없습니다."));
    }
    let open = [BillStanding::Ready, BillStanding::Pending];
    let bills = ledger.bills_of(&contract.contract_id).filter(|bill| open.contains(&bill.standing));
    Ok(bills
        .map(|bill| {
            let (price, tax_free_price) = rules::price(contract, bill.duration);
            Upsert::Bill(Bill { price, tax_free_price, ..bill.clone() })
        })
        .collect())
}

fn last(contract: &Contract) -> i64 {
    if contract.total == -1 { LONGEST } else { contract.total }
}

/// Refuses instalments that are settled or will never come.
fn is_to_come(contract: &Contract, duration: i64) -> Result<(), ApiError> {
    if duration > contract.current && duration <= last(contract) {
        Ok(())
    } else {
        Err(ApiError::param("duration: 아직 결제하지 않은 회차여야 합니다."))
    }
}

fn adjustment(body: &Body, duration: i64, making: &Making<'_>) -> Result<Adjustment, ApiError> {
    let price = integer(body, "price")?.unwrap_or(0);
    let kind = integer(body, "type")?.unwrap_or(if price > 0 { SETUP } else { DISCOUNT });
    Ok(Adjustment {
        adjustment_id: making.hex24(),
        name: text(body, "name")?,
        price,
        tax_free_price: integer(body, "tax_free_price")?.unwrap_or(0),
        kind,
        duration,
    })
}

/// One instalment, a range, or everything from one on.
pub(super) async fn add(State(emulator): State<Emulator>, id: Id, headers: HeaderMap, body: Read) -> Response {
    changed(&emulator, id, &headers, body, |contract, body, making| {
        let durations = match integer(body, "duration_from")? {
            None => {
                let one = integer(body, "duration")?.unwrap_or(1);
                one..=one
            }
            Some(from) if body.get("is_unlimited") == Some(&Value::Bool(true)) => from..=last(contract),
            Some(from) => from..=integer(body, "duration_to")?.unwrap_or(from).min(last(contract)),
        };
        if durations.is_empty() {
            return Err(ApiError::param("duration_to: duration_from보다 작을 수 없습니다."));
        }
        for duration in durations {
            is_to_come(contract, duration)?;
            contract.adjustments.push(adjustment(body, duration, making)?);
        }
        Ok(())
    })
}

/// All adjustments of one instalment, by others.
pub(super) async fn replace(State(emulator): State<Emulator>, id: Id, headers: HeaderMap, body: Read) -> Response {
    changed(&emulator, id, &headers, body, |contract, body, making| {
        let duration = integer(body, "duration")?.unwrap_or(1);
        is_to_come(contract, duration)?;
        contract.adjustments.retain(|one| one.duration != duration);
        for item in array(body, "adjustments")? {
            let item = item.as_object().ok_or_else(|| ApiError::param("adjustments: 객체의 배열이어야 합니다."))?;
            contract.adjustments.push(adjustment(item, duration, making)?);
        }
        Ok(())
    })
}

/// One, by the id in the body.
pub(super) async fn remove(State(emulator): State<Emulator>, id: Id, headers: HeaderMap, body: Read) -> Response {
    changed(&emulator, id, &headers, body, |contract, body, _| {
        let wanted = needed(body, "order_subscription_adjustment_id")?;
        let known = contract.adjustments.iter().find(|one| one.adjustment_id == wanted);
        let duration = known.ok_or(ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND)?.duration;
        is_to_come(contract, duration)?;
        contract.adjustments.retain(|one| one.adjustment_id != wanted);
        Ok(())
    })
}
