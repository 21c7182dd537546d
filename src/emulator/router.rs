//! Everything that the emulator serves, and the order in which a request passes through its middleware: what is due
//! happens, faults strike, errors are put into the chosen form, keys and roles are asked for.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post, put};

use super::{
    Emulator, auth, billing, commerce, contract, control, due, error, form_page, notice_page, notify, order_cancel, pg,
    product, roles, trouble, webhook_calls,
};

/// The largest request body that is read, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

impl Emulator {
    /// Everything it serves. Under a listener, serve it with connect info, so that the control calls can see who asks.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/v1/invoices", get(commerce::list_invoices))
            .route("/v1/invoices/{id}", get(commerce::invoice))
            .route("/v1/invoices/{id}/notify", post(notify::send))
            .route("/v1/orders", get(commerce::list_orders))
            .route("/v1/orders/month", get(commerce::orders_of_month))
            .route("/v1/orders/{key}", get(commerce::order))
            .route("/v1/order/confirm", post(commerce::confirm))
            .route("/v1/order/cancel", get(order_cancel::list).post(order_cancel::create))
            .route("/v1/order/cancel/{id}", delete(order_cancel::withdraw))
            .route("/v1/order/cancel/{id}/{act}", put(order_cancel::decide))
            .route("/v1/webhook/test", post(webhook_calls::test))
            .merge(product::routes())
            .merge(contract::routes())
            .route("/v2/receipt/{id}", get(pg::receipt))
            .route("/v2/cancel", post(pg::cancel))
            .route("/v2/confirm", post(pg::confirm))
            .route("/v2/request/user/token", post(auth::user_token))
            .route("/v2/request/webhook", post(webhook_calls::again))
            .merge(billing::routes())
            .route_layer(from_fn(roles::enforce))
            .route_layer(from_fn_with_state(self.clone(), auth::require));
        let served = Router::new()
            .route("/", get(control::home))
            .route("/v1/request/token", post(auth::request_token))
            .route("/v2/request/token", post(auth::request_token))
            .route("/v1/invoices", post(commerce::create_invoice))
            .route("/invoice/{id}", get(form_page::show).post(form_page::choose))
            .route("/receipt/{id}", get(notice_page::receipt))
            .route("/commerce/{file}", get(control::versioned_script))
            .route("/bp-commerce-sdk-latest.min.js", get(control::script))
            .merge(api)
            .route_layer(from_fn_with_state(self.clone(), error::written_as_chosen))
            .route_layer(from_fn_with_state(self.clone(), trouble::on_the_way));
        served
            .merge(control::routes())
            .route_layer(from_fn_with_state(self.clone(), due::first))
            .fallback(async || error::NOT_FOUND)
            .method_not_allowed_fallback(async || error::METHOD_NOT_ALLOWED)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }
}
