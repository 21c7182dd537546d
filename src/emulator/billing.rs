//! Billing keys and what is charged to them (Bootpay C.5 to C.8): cards at once, accounts after the customer's consent,
//! charges, reserved charges. Knows nothing of contracts; they charge through `rules`.

mod api;
mod banks;
mod intake;
pub(super) mod rules;
mod transfer;
pub(super) mod wire;

use axum::Router;
use axum::routing::{get, post};

use super::Emulator;
pub(super) use api::set_declines;
pub(super) use transfer::consent;

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/v2/request/subscribe", post(api::issue_card))
        .route("/v2/request/subscribe/automatic-transfer", post(transfer::ask))
        .route("/v2/request/subscribe/automatic-transfer/publish", post(transfer::publish))
        .route("/v2/subscribe/billing_key/{id}", get(api::by_receipt).delete(api::destroy))
        .route("/v2/billing_key/{key}", get(api::by_key))
        .route("/v2/subscribe/payment", post(api::charge))
        .route("/v2/subscribe/payment/reserve", post(api::reserve))
        .route("/v2/subscribe/payment/reserve/{id}", get(api::reservation).delete(api::revoke))
}

/// What people do outside the API: the customer's call, and a bank that refuses.
pub(super) fn control_routes() -> Router<Emulator> {
    Router::new()
        .route("/_emulator/ars", post(transfer::consent))
        .route("/_emulator/billing-keys", get(api::all).post(api::set_declines))
}
