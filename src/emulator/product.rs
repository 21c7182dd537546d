//! `/v1/products` (Bootpay B.2): the project's products. Stock is shown but not counted; categories are not emulated.

mod api;
mod intake;
mod multipart;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, put};

use super::Emulator;

/// Pictures come with the product.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/v1/products", get(api::list).post(api::create).layer(DefaultBodyLimit::max(LARGEST_BODY)))
        .route("/v1/products/{id}", get(api::detail).put(api::update).delete(api::delete))
        .route("/v1/products/{id}/status", put(api::set_status))
}
