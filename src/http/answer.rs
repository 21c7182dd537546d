//! What handlers of plain forms share: reading the fields, and the answers that a browser without script gets.
//! Knows no form, and decides nothing.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Shop, render};
use crate::domain::id::OrderToken;
use crate::domain::order::Order;
use crate::page::{Crossing, Instead};

/// The form's fields, and the request as a visit that a page can be rendered for.
pub(super) async fn read<F: serde::de::DeserializeOwned>(request: Request) -> Result<(Request, F), Response> {
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| StatusCode::BAD_REQUEST.into_response())?;
    let form = serde_urlencoded::from_bytes(&bytes).map_err(|_| StatusCode::BAD_REQUEST.into_response())?;
    parts.method = Method::GET;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Ok((Request::from_parts(parts, Body::empty()), form))
}

/// A browser that asks for a page, not an island that asks for JSON.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// An answer that is a page already.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"))
}

/// On to the provider's payment page.
pub(super) async fn cross(shop: &Shop, visit: Request, order: &Order) -> Response {
    let payment_url = match shop.services.payment_url(order).await {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(order.id = %order.id, %error, "no payment page could be made");
            return unavailable(shop, visit, order.token.clone()).await;
        }
    };
    let host = payment_url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    if !shop.site.sdk.may_send_forms_to(&payment_url) {
        tracing::warn!(order.id = %order.id, %host, "the payment page is on a host that our policy does not list");
        return render::instead(shop, visit, Instead::Crossing(Crossing::Link { payment_url, host })).await;
    }
    see_other(&payment_url)
}

/// A page that says what this status means.
pub(super) async fn say(shop: &Shop, visit: Request, status: StatusCode) -> Response {
    render::instead(shop, visit, Instead::Status(status)).await
}

/// The page that tells what is wrong with a form. A page that could not be made keeps its own status.
pub(super) async fn refused(shop: &Shop, visit: Request, instead: Instead) -> Response {
    let mut answer = render::instead(shop, visit, instead).await;
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    answer
}

async fn unavailable(shop: &Shop, visit: Request, order: OrderToken) -> Response {
    render::instead(shop, visit, Instead::Crossing(Crossing::Unavailable { order })).await
}

pub(super) fn see_order(token: &OrderToken) -> Response {
    see_other(&format!("/orders/{token}"))
}

pub(super) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
