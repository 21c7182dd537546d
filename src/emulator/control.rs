//! What Bootpay doesn't have: the ledger to look at, forgetting, deposits that arrive, cancels by hand, the start page;
//! and the script. Faults, time and webhooks are below. All of it is described in `docs/emulator.md`.

mod clock;
mod console;
mod faults;
mod shapes;
mod webhooks;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::commerce::object;
use super::error::{ApiError, CONTROL_FORBIDDEN, NOT_FOUND, ORDER_NOT_FOUND, RC_NOT_FOUND};
use super::fields::{integer, text};
use super::html::page;
use super::ledger::Ledger;
use super::records::{Receipt, ReceiptStatus, Upsert};
use super::rules::CancelAsk;
use super::{Emulator, billing, contract, order_cancel, receipt_wire, rules, webhook_wire, wire};

const CHECKOUT: &str = include_str!("checkout.js");

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .merge(billing::control_routes())
        .merge(console::routes())
        .route("/_emulator/ledger", get(ledger))
        .route("/_emulator/reset", post(reset))
        .route("/_emulator/deposit", post(deposit))
        .route("/_emulator/cancel", post(cancel))
        .route("/_emulator/cancel-request", post(order_cancel::buyer_asks))
        .route("/_emulator/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/_emulator/faults/clear", post(faults::clear))
        .route("/_emulator/clock", get(clock::clock).post(clock::set_clock))
        .route("/_emulator/settings", get(shapes::show).post(shapes::set))
        .route("/_emulator/webhooks", get(webhooks::list).post(webhooks::set_targets))
        .route("/_emulator/webhooks/{id}/resend", post(webhooks::resend))
        .route_layer(from_fn(loopback_only))
}

/// Middleware: peers on this machine only. A call within the process has no peer. Pages of other sites, open in a
/// browser on this machine, are kept out too.
async fn loopback_only(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let far = peer.is_some_and(|ConnectInfo(peer)| !peer.ip().to_canonical().is_loopback());
    let foreign = request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    if far || foreign {
        return CONTROL_FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// Everything it believes, oldest first.
async fn ledger(State(emulator): State<Emulator>) -> Json<Value> {
    emulator.view(|ledger| {
        let how = emulator.writing(ledger);
        let invoices = ledger.invoices().iter().map(|one| {
            let receipt = ledger.order_of(one).and_then(|order| ledger.receipt_of(order));
            wire::invoice(one, receipt, how)
        });
        let orders = ledger.orders().iter().map(|one| wire::order(one, ledger.receipt_of(one), how));
        Json(json!({
            "invoices": invoices.collect::<Vec<_>>(),
            "orders": orders.collect::<Vec<_>>(),
            "receipts": ledger.receipts().iter().map(|one| receipt_wire::body(one, how)).collect::<Vec<_>>(),
            "cancels": ledger.cancels().iter().map(wire::cancel).collect::<Vec<_>>(),
            "sends": ledger.sends().iter().map(wire::send).collect::<Vec<_>>(),
            "webhooks": ledger.deliveries().iter().map(webhook_wire::delivery).collect::<Vec<_>>(),
            "billing_keys": ledger.billing_keys().iter().map(|one| billing::wire::listed(one, how)).collect::<Vec<_>>(),
            "reservations": ledger.reservations().iter().map(billing::wire::reservation).collect::<Vec<_>>(),
            "order_subscriptions":
                ledger.contracts().iter().map(|one| contract::wire::contract(one, how)).collect::<Vec<_>>(),
            "order_subscription_bills":
                ledger.bills().iter().map(|one| contract::wire::bill(one, how)).collect::<Vec<_>>(),
            "order_subscription_requests": ledger.requests().iter().map(contract::wire::request).collect::<Vec<_>>(),
        }))
    })
}

async fn reset(State(emulator): State<Emulator>) -> Result<Json<Value>, ApiError> {
    emulator.reset()?;
    Ok(Json(json!({ "reset": true })))
}

/// The receipt that a body names by its own id or by its order's number.
fn named<'a>(ledger: &'a Ledger, body: &Map<String, Value>) -> Result<&'a Receipt, ApiError> {
    if let Some(id) = text(body, "receipt_id")? {
        return ledger.receipt(&id).ok_or(RC_NOT_FOUND);
    }
    let number =
        text(body, "order_number")?.ok_or_else(|| ApiError::param("receipt_id 또는 order_number: 필수 값입니다."))?;
    let order = ledger.order(&number).ok_or(ORDER_NOT_FOUND)?;
    ledger.receipt_of(order).ok_or(RC_NOT_FOUND)
}

/// The buyer pays into the virtual account. Answers the order.
async fn deposit(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let order = emulator.change(|ledger, making| {
        let receipt = named(ledger, &body)?;
        let order = ledger.order(&receipt.order_id).ok_or(ORDER_NOT_FOUND)?;
        let paid = rules::paid(receipt, ReceiptStatus::AwaitingDeposit, making.now)
            .ok_or_else(|| ApiError::param("입금을 기다리는 결제가 아닙니다."))?;
        Ok::<_, ApiError>((wire::order(order, Some(&paid), emulator.writing(ledger)), vec![Upsert::Receipt(paid)]))
    })?;
    Ok(Json(order))
}

/// Somebody cancels in Bootpay's console, all or a part; there they know where a virtual account's money goes back to.
/// Answers the order.
async fn cancel(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let ask = CancelAsk {
        price: integer(&body, "price")?,
        tax_free: integer(&body, "tax_free")?,
        cancel_id: None,
        requester: Some("관리자".to_owned()),
        message: text(&body, "message")?,
        refund_known: true,
    };
    let order = emulator.change(|ledger, making| {
        let receipt = named(ledger, &body)?;
        let order = ledger.order(&receipt.order_id).ok_or(ORDER_NOT_FOUND)?;
        let ((_, receipt), change) = rules::cancel(ledger, receipt, ask, making)?;
        Ok::<_, ApiError>((wire::order(order, Some(&receipt), emulator.writing(ledger)), change))
    })?;
    Ok(Json(order))
}

pub(super) async fn home(State(emulator): State<Emulator>) -> Response {
    let main = "<h1>마당 결제 연습장</h1>\
                <p>부트페이(Bootpay)를 흉내 내는 연습용 서버예요. 인터넷 없이 움직이고, 실제 돈은 오가지 않아요.</p>\
                <p><a href=\"/_emulator\">관리 화면 열기 · Console</a></p>\
                <p><a href=\"/_emulator/ledger\">장부 보기 (JSON)</a></p>\
                <p><a href=\"/_emulator/webhooks\">보낸 웹훅 보기 (JSON)</a></p>";
    page(&emulator, StatusCode::OK, "마당 결제 연습장", main, None)
}

/// `/commerce/bp-commerce-sdk-{version}.min.js`, whatever the version (Bootpay A.2).
pub(super) async fn versioned_script(file: Result<Path<String>, PathRejection>) -> Response {
    let named = |file: &str| file.strip_prefix("bp-commerce-sdk-").is_some_and(|rest| rest.ends_with(".min.js"));
    match file {
        Ok(Path(file)) if named(&file) => script().await,
        _ => NOT_FOUND.into_response(),
    }
}

pub(super) async fn script() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, CHECKOUT).into_response()
}
