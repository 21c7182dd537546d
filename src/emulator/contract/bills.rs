//! `/v1/order_subscription_bills` and the cancel of one instalment (Bootpay B.5, B.7).

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::Value;

use super::api::find;
use super::{rules, wire};
use crate::emulator::Emulator;
use crate::emulator::commerce::object;
use crate::emulator::error::{ApiError, CANCEL_PRICE_OVER, ORDER_SUBSCRIPTION_BILL_NOT_FOUND, PROCESS_DUPLICATED};
use crate::emulator::fields::{amount, instant, integer, needed, text, won};
use crate::emulator::ledger::Ledger;
use crate::emulator::listing::Query;
use crate::emulator::records::{Bill, BillStanding, Upsert};
use crate::emulator::rules::{self as money, CancelAsk};
use crate::emulator::wire as order_wire;

fn bill<'a>(ledger: &'a Ledger, id: &str) -> Result<&'a Bill, ApiError> {
    ledger.bill(id).ok_or(ORDER_SUBSCRIPTION_BILL_NOT_FOUND)
}

pub(super) async fn list(State(emulator): State<Emulator>, uri: Uri) -> Json<Value> {
    let query = Query::parse(uri.query());
    emulator.view(|ledger| {
        let how = emulator.writing(ledger);
        let wanted = |bill: &&Bill| {
            let name = ledger.contract(&bill.contract_id).map_or("", |contract| contract.order_name.as_str());
            query.get("order_subscription_id").is_none_or(|id| bill.contract_id == id)
                && query.numbers("status", wire::bill_status(bill.standing))
                && query.get("keyword").is_none_or(|word| bill.bill_id == word || name.contains(word))
        };
        let found: Vec<&Bill> = match query.get("order_subscription_id") {
            Some(id) => ledger.bills_of(id).rev().filter(wanted).collect(),
            None => ledger.bills().iter().rev().filter(wanted).collect(),
        };
        Json(query.page(&found, |bill| wire::bill(bill, how)))
    })
}

pub(super) async fn detail(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| ORDER_SUBSCRIPTION_BILL_NOT_FOUND)?;
    emulator.view(|ledger| Ok(Json(wire::bill(bill(ledger, &id)?, emulator.writing(ledger)))))
}

/// `PUT` sends the whole bill (Bootpay B.7). Its price and its day can be changed, as long as it is not settled.
pub(super) async fn update(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path(id)) = id else { return ORDER_SUBSCRIPTION_BILL_NOT_FOUND.into_response() };
    emulator.answer_once(&headers, |ledger, _| {
        let body = object(body)?;
        let before = bill(ledger, &id)?;
        if !matches!(before.standing, BillStanding::Ready | BillStanding::Pending | BillStanding::Failed) {
            return Err(PROCESS_DUPLICATED);
        }
        let price = if body.contains_key("price") { won(&body, "price")? } else { before.price };
        let named = body.contains_key("tax_free_price");
        let tax_free_price = if named { amount(&body, "tax_free_price")? } else { before.tax_free_price };
        if tax_free_price > price {
            return Err(ApiError::param("tax_free_price: price 이하의 정수여야 합니다."));
        }
        let due_at = instant(&body, "reserve_payment_at")?.unwrap_or(before.due_at);
        let bill = Bill { price, tax_free_price, due_at, ..before.clone() };
        Ok((wire::bill(&bill, emulator.writing(ledger)), vec![Upsert::Bill(bill)]))
    })
}

/// `POST /v1/order_subscriptions/bill/cancel`: a paid instalment is given back, all or a part, and answers the cancel;
/// one that is not paid yet is left out, and answers the bill.
pub(super) async fn cancel(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let bill = bill(ledger, &needed(&body, "order_subscription_bill_id")?)?;
        let how = emulator.writing(ledger);
        match bill.standing {
            BillStanding::Done => {
                let order = bill.order_id.as_deref().and_then(|id| ledger.order(id));
                let receipt = order.and_then(|order| ledger.receipt_of(order)).ok_or(CANCEL_PRICE_OVER)?;
                // The first instalment may share its receipt with other products.
                let price = integer(&body, "cancel_price")?.or((receipt.price > bill.price).then_some(bill.price));
                let ask = CancelAsk {
                    price,
                    tax_free: integer(&body, "cancel_tax_free_price")?,
                    cancel_id: text(&body, "cancel_id")?,
                    requester: text(&body, "cancel_requester")?,
                    message: text(&body, "cancel_message")?,
                    refund_known: true,
                };
                let ((cancel, _), change) = money::cancel(ledger, receipt, ask, making)?;
                Ok((order_wire::cancel(&cancel), change))
            }
            BillStanding::Ready | BillStanding::Pending | BillStanding::Failed => {
                let contract = find(ledger, &bill.contract_id)?;
                let standing = BillStanding::Cancelled;
                let left_out = Bill { standing, revoked_at: Some(making.now), ..bill.clone() };
                let mut change = rules::settled(contract.clone(), &left_out, making);
                let answer = wire::bill(&left_out, how);
                change.push(Upsert::Bill(left_out));
                Ok((answer, change))
            }
            BillStanding::Cancelled | BillStanding::Terminated => Err(PROCESS_DUPLICATED),
        }
    })
}
