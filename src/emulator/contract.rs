//! Contracts that pay by instalments (Bootpay B.6, B.7): begun by the payment of a product with a duration, charged as
//! time passes, changed by merchants at once and by buyers after they asked.

mod adjust;
mod api;
pub(super) mod begin;
mod bills;
mod decide;
mod ending;
mod requests;
pub(super) mod rules;
pub(super) mod wire;

use axum::Router;
use axum::routing::{get, post, put};

use super::Emulator;

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/v1/order_subscriptions", get(api::list))
        .route("/v1/order_subscriptions/charge", post(api::charge).delete(api::revoke))
        .route("/v1/order_subscriptions/bill/cancel", post(bills::cancel))
        .route("/v1/order_subscriptions/requests/ing/calculate_termination_fee", get(requests::termination_fee))
        .route("/v1/order_subscriptions/requests/ing/resume", put(requests::resume))
        .route("/v1/order_subscriptions/requests/ing/{wish}", post(requests::ask))
        .route("/v1/order_subscriptions/{id}", get(api::detail).put(api::update))
        .route("/v1/order_subscriptions/{id}/{act}", put(decide::act))
        .route(
            "/v1/order_subscriptions/{id}/adjustments",
            post(adjust::add).put(adjust::replace).delete(adjust::remove),
        )
        .route("/v1/order_subscription_bills", get(bills::list))
        .route("/v1/order_subscription_bills/{id}", get(bills::detail).put(bills::update))
        .route("/v1/order-subscription-requests", get(requests::list))
        .route("/v1/order-subscription-requests/{id}", get(requests::detail).put(decide::request))
}
