//! `/webhooks/bootpay/{pg,commerce}`: what the provider, or anybody, says has happened. Any shape is taken, written
//! down and answered; it only asks for a look.

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

use super::Shop;
use super::peer::Peer;
use crate::domain::delivery::Source;

/// Far more than any webhook of the provider has.
const BODY_LIMIT: usize = 64 * 1024;

/// Answered only after the delivery is durable: a failure makes the provider come again (Bootpay D.1).
pub(super) async fn receive(
    State(shop): State<Shop>,
    Path(source): Path<String>,
    Peer(address): Peer,
    body: Body,
) -> Response {
    let Ok(source) = Source::parse(&source) else { return StatusCode::NOT_FOUND.into_response() };
    if !shop.webhook_networks.allow(address) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // What is too long, or breaks off, names nothing; that it came is written down.
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    match shop.services.receive(source, &address.to_string(), &body).await {
        Ok(()) => Json(json!({ "success": true })).into_response(),
        Err(error) => {
            tracing::error!(%error, "a webhook could not be written down");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
