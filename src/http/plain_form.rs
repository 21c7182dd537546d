//! The checkout form without script: the same service as the server function, answered with a redirect to
//! the payment page, or with a page that says what to do. The form's second button asks what it costs with
//! a promotion code.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Shop, api, language, render};
use crate::api::ApiError;
use crate::api::checkout::StartForm;
use crate::domain::id::OrderToken;
use crate::domain::order::Order;
use crate::page::{Crossing, Instead, Typed, UsedForm};
use crate::service::Started;

/// `POST /api/checkout/start`. A browser that asks for a page gets one; an island gets JSON.
pub(super) async fn start(State(shop): State<Shop>, request: Request) -> Response {
    if !wants_page(request.headers()) {
        return api::call(State(shop), request).await;
    }
    let (visit, form) = match read::<StartForm>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let parsed = match form.parse(language::of(&visit)) {
        Ok(parsed) => parsed,
        Err(ApiError::Invalid(errors)) => return again(&shop, visit, Typed { errors, ..Typed::of(form) }).await,
        Err(ApiError::CodeRefused(why)) => {
            return again(&shop, visit, Typed { code_error: Some(why), ..Typed::of(form) }).await;
        }
        Err(error) => return say(&shop, visit, error.status()).await,
    };
    match shop.services.start_checkout(parsed).await {
        Ok(Started::Payable(order)) => cross(&shop, visit, &order).await,
        // An order that can't be checked may have been paid: its page says so, and nobody is sent to pay.
        Ok(Started::Moved(order) | Started::Unchecked(order)) => see_order(&order.token),
        Ok(Started::OtherContent(order)) => {
            let used = UsedForm { order: order.token, form };
            render::instead(&shop, visit, Instead::Used(used)).await
        }
        Ok(Started::CodeRefused(why)) => again(&shop, visit, Typed { code_error: Some(why), ..Typed::of(form) }).await,
        Ok(Started::OtherPrice) => again(&shop, visit, Typed { is_other_price: true, ..Typed::of(form) }).await,
        Err(error) => say(&shop, visit, ApiError::from(error).status()).await,
    }
}

/// `POST /api/checkout/code`: the form again, with what it costs with its code or why that can't be used.
pub(super) async fn code(State(shop): State<Shop>, request: Request) -> Response {
    let (visit, form) = match read::<StartForm>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let refused = match form.ask() {
        Ok(ask) => match shop.services.quote(&ask).await {
            Ok(quote) => quote.refused,
            Err(error) => return say(&shop, visit, ApiError::from(error).status()).await,
        },
        Err(ApiError::CodeRefused(why)) => Some(why),
        Err(error) => return say(&shop, visit, error.status()).await,
    };
    match refused {
        Some(why) => again(&shop, visit, Typed { code_error: Some(why), ..Typed::of(form) }).await,
        None => render::instead(&shop, visit, Instead::Refused(Typed::of(form))).await,
    }
}

/// The form once more, with what is wrong about it.
async fn again(shop: &Shop, visit: Request, typed: Typed) -> Response {
    let mut answer = render::instead(shop, visit, Instead::Refused(typed)).await;
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    answer
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ResumeForm {
    token: String,
}

/// `POST /api/checkout/resume`: from an order's page on to its payment.
pub(super) async fn resume(State(shop): State<Shop>, request: Request) -> Response {
    let (visit, form) = match read::<ResumeForm>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let Ok(token) = OrderToken::parse(&form.token) else { return say(&shop, visit, StatusCode::NOT_FOUND).await };
    // It may have been paid since the page was made: look before offering to pay again.
    match shop.services.payable(&token).await {
        Ok(Started::Payable(order)) => cross(&shop, visit, &order).await,
        Ok(Started::Moved(order) | Started::Unchecked(order) | Started::OtherContent(order)) => see_order(&order.token),
        // An order that exists has its price.
        Ok(Started::CodeRefused(_) | Started::OtherPrice) => say(&shop, visit, StatusCode::NOT_FOUND).await,
        Err(error) => say(&shop, visit, ApiError::from(error).status()).await,
    }
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

pub(super) async fn say(shop: &Shop, visit: Request, status: StatusCode) -> Response {
    render::instead(shop, visit, Instead::Status(status)).await
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

pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

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
