//! The Commerce API's invoices and orders (Bootpay B.1, B.3, E.9). Cancelling is `order_cancel.rs`.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Map, Value};

use super::error::{
    ApiError, BODY_TOO_LARGE, INVOICE_NOT_FOUND, MONTHLY_BILLING_USER_GROUP_ID_INVALID, ORDER_EXPIRED, ORDER_NOT_FOUND,
    ORDER_NOT_PAYMENT_READY,
};
use super::intake::{self, Sender};
use super::listing::Query;
use super::records::{Invoice, Order, ReceiptStatus, Upsert};
use super::{Emulator, auth, browser_form, fields, rules, times, wire};

/// Page sizes when none is asked for (Bootpay B.1, B.3).
const INVOICES: usize = 24;

/// The JSON object of a body.
pub(super) fn object(body: Result<Bytes, BytesRejection>) -> Result<Map<String, Value>, ApiError> {
    let body = body.map_err(|_| BODY_TOO_LARGE)?;
    serde_json::from_slice(&body).map_err(|_| ApiError::param("JSON 객체 본문이 필요합니다."))
}

/// As `object`, for calls whose body may be left out.
pub(super) fn object_or_nothing(body: Result<Bytes, BytesRejection>) -> Result<Map<String, Value>, ApiError> {
    match &body {
        Ok(text) if text.trim_ascii().is_empty() => Ok(Map::new()),
        _ => object(body),
    }
}

/// `POST /v1/invoices`: a form is a browser, anything else is a server with credentials (Bootpay E.3).
pub(super) async fn create_invoice(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return browser_form::open(&emulator, body);
    }
    if let Err(error) = auth::check(&emulator, &headers) {
        return error.into_response();
    }
    emulator.answer_once(&headers, |ledger, making| {
        let (invoice, order_now) = intake::invoice(ledger, &object(body)?, Sender::Server, making)?;
        let answer = wire::created(&invoice, emulator.public_url());
        Ok((answer, stored(ledger, invoice, order_now, making)))
    })
}

/// A new invoice, with its order if that is wanted at once (`create_order_immediately`).
pub(super) fn stored(
    ledger: &super::Ledger,
    invoice: Invoice,
    order_now: bool,
    making: &rules::Making<'_>,
) -> Vec<Upsert> {
    if order_now {
        let (order, invoice) = rules::place_order(ledger, &invoice, making);
        vec![Upsert::Invoice(invoice), Upsert::Order(order)]
    } else {
        vec![Upsert::Invoice(invoice)]
    }
}

pub(super) async fn list_invoices(State(emulator): State<Emulator>, uri: Uri) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(uri.query());
    let between = query.between()?;
    emulator.view(|ledger| {
        let wanted = |id: &str| query.get("keyword").is_none_or(|word| id.contains(word));
        let all = ledger.invoices().iter().rev();
        let of_user = |one: &Invoice| {
            let user = one.user.as_ref().and_then(|user| user.get("user_id")).and_then(Value::as_str);
            query.get("user_id").is_none_or(|wanted| user == Some(wanted))
        };
        let found: Vec<_> =
            all.filter(|one| wanted(&one.invoice_id) && of_user(one) && between.holds(one.created_at)).collect();
        let mut answer = query.page_of(&found, INVOICES, |invoice| {
            let receipt = ledger.order_of(invoice).and_then(|order| ledger.receipt_of(order));
            wire::invoice(invoice, receipt, emulator.writing(ledger))
        });
        // The real list has this key; its content is unknown (Bootpay B.1).
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("user".to_owned(), Value::Null);
        }
        Ok(Json(answer))
    })
}

pub(super) async fn invoice(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| INVOICE_NOT_FOUND)?;
    emulator.view(|ledger| {
        let invoice = ledger.invoice(&id).ok_or(INVOICE_NOT_FOUND)?;
        let receipt = ledger.order_of(invoice).and_then(|order| ledger.receipt_of(order));
        Ok(Json(wire::invoice(invoice, receipt, emulator.writing(ledger))))
    })
}

pub(super) async fn list_orders(State(emulator): State<Emulator>, uri: Uri) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(uri.query());
    let between = query.between()?;
    emulator.view(|ledger| {
        let all = ledger.orders().iter().rev();
        let found: Vec<_> = all.filter(|order| query.wants_order(ledger, order, &between)).collect();
        let how = emulator.writing(ledger);
        Ok(Json(query.page(&found, |order| wire::listed_order(order, ledger.receipt_of(order), how))))
    })
}

/// `GET /v1/orders/month?user_group_id=&search_date=YYYY-MM`: what a group of members bought in a month of Seoul. Groups
/// are not emulated; any id of theirs is taken that looks like one.
pub(super) async fn orders_of_month(State(emulator): State<Emulator>, uri: Uri) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(uri.query());
    let is_id = |id: &&str| id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let group = query.get("user_group_id").filter(is_id).ok_or(MONTHLY_BILLING_USER_GROUP_ID_INVALID)?;
    let month = query.get("search_date").and_then(times::month);
    let (from, to) = month.ok_or_else(|| ApiError::param("search_date: YYYY-MM 형식의 달이어야 합니다."))?;
    emulator.view(|ledger| {
        let of_group = |order: &&Order| order.user_group_id.as_deref() == Some(group);
        let in_month = |order: &&Order| order.created_at >= from && order.created_at < to;
        let found: Vec<_> = ledger.orders().iter().rev().filter(of_group).filter(in_month).collect();
        let how = emulator.writing(ledger);
        Ok(Json(query.page(&found, |order| wire::order(order, ledger.receipt_of(order), how))))
    })
}

pub(super) async fn order(
    State(emulator): State<Emulator>,
    key: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(key) = key.map_err(|_| ORDER_NOT_FOUND)?;
    emulator.view(|ledger| {
        let order = ledger.order(&key).ok_or(ORDER_NOT_FOUND)?;
        Ok(Json(wire::order(order, ledger.receipt_of(order), emulator.writing(ledger))))
    })
}

/// `POST /v1/order/confirm`: the merchant's approval of a separately confirmed order. Answers the order, as no document
/// says what Bootpay answers.
pub(super) async fn confirm(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let number = fields::text(&body, "order_number")?.ok_or(ORDER_NOT_FOUND)?;
        let order = ledger.order(&number).ok_or(ORDER_NOT_FOUND)?;
        let over = ledger
            .invoice(&order.invoice_id)
            .is_some_and(|invoice| rules::standing(ledger, invoice, making.now) == rules::Standing::Expired);
        if over {
            return Err(ORDER_EXPIRED);
        }
        let receipt = ledger.receipt_of(order).ok_or(ORDER_NOT_PAYMENT_READY)?;
        let paid = rules::paid(receipt, ReceiptStatus::AwaitingConfirm, making.now).ok_or(ORDER_NOT_PAYMENT_READY)?;
        Ok((wire::order(order, Some(&paid), emulator.writing(ledger)), vec![Upsert::Receipt(paid)]))
    })
}
