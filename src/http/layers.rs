//! Layers that every answer passes: security headers, a log line, no panic that takes the connection down,
//! small bodies, no writes from foreign pages.

use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower_http::csrf::CsrfLayer;

use super::Shop;
use super::answer::{is_page, say, wants_page};
use crate::page::STRICT_POLICY;

/// The largest body that any of our forms can have, with room to spare.
const BODY_LIMIT: usize = 64 * 1024;

/// Refuses writes that another site's page sends, and bodies that no form of ours has.
pub(super) fn guard_writes(routes: Router<Shop>) -> Router<Shop> {
    small_bodies(routes).layer(CsrfLayer::new())
}

/// Reads the body before anything else looks at it: 413 above the limit, whether or not a length was told.
pub(super) fn small_bodies(routes: Router<Shop>) -> Router<Shop> {
    routes.layer(from_fn(async |request: Request, next: Next| {
        let (parts, body) = request.into_parts();
        match to_bytes(body, BODY_LIMIT).await {
            Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
            Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        }
    }))
}

/// For what is nobody else's: it stays in no cache and in no search engine.
pub(super) async fn never_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// Addresses that machines read, whatever they say they accept.
const FOR_MACHINES: [&str; 3] = ["/healthz", "/readyz", "/webhooks/"];

/// Whoever reads pages and is refused by something that knows none is told so on a page.
pub(super) async fn explain(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let is_for_machines = FOR_MACHINES.iter().any(|address| request.uri().path().starts_with(address));
    let reads_pages = wants_page(request.headers()) && !is_for_machines;
    let (parts, body) = request.into_parts();
    let mut visit = Request::from_parts(parts.clone(), Body::empty());
    *visit.method_mut() = Method::GET;
    let answer = next.run(Request::from_parts(parts, body)).await;
    let status = answer.status();
    if !reads_pages || is_page(answer.headers()) || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let mut page = say(&shop, visit, status).await;
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = answer.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

const PLAIN: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Order addresses are secrets, and the path without script needs the referrer of our own pages.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin-allow-popups")),
];

/// Sets what every answer bears; a page's own policy stays.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let is_of_one_person = ["/orders/", "/pay/"].iter().any(|address| request.uri().path().starts_with(address));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_of_one_person {
        headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    }
    for (name, value) in PLAIN {
        headers.insert(name, value);
    }
    set_default(headers, header::CONTENT_SECURITY_POLICY, STRICT_POLICY);
    set_default(headers, header::CACHE_CONTROL, "no-store");
    response
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// One line per request. Addresses of orders are secrets, so only the first part of a path is told.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let room = request.uri().path().split('/').nth(1).unwrap_or_default().to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_millis();
    if response.status().is_server_error() {
        tracing::warn!(http.method = %method, http.room = room, http.status = status, duration_ms, "answered with a failure");
    } else {
        tracing::debug!(http.method = %method, http.room = room, http.status = status, duration_ms, "answered");
    }
    response
}
