//! The checkout form without script: the same service as the server function, answered with a redirect to
//! the payment page, or with a page that says what to do. The form's second button asks what it costs with
//! a promotion code.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::answer::{cross, read, refused, say, see_order, wants_page};
use super::{Shop, api, language, render};
use crate::api::ApiError;
use crate::api::checkout::StartForm;
use crate::domain::id::OrderToken;
use crate::page::{Instead, Typed, UsedForm};
use crate::service::Started;

/// `POST /api/checkout/start`. A browser that asks for a page gets one; an island gets JSON.
pub(super) async fn start(State(shop): State<Shop>, request: Request) -> Response {
    if !wants_page(request.headers()) {
        return api::call(State(shop), request).await;
    }
    let (visit, form) = match read::<StartForm>(request).await {
        Ok(read) => read,
        Err(answer) => return answer,
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
        Err(answer) => return answer,
    };
    let why_not = match form.ask() {
        Ok(ask) => match shop.services.quote(&ask).await {
            Ok(quote) => quote.refused,
            Err(error) => return say(&shop, visit, ApiError::from(error).status()).await,
        },
        Err(ApiError::CodeRefused(why)) => Some(why),
        Err(error) => return say(&shop, visit, error.status()).await,
    };
    match why_not {
        Some(why) => again(&shop, visit, Typed { code_error: Some(why), ..Typed::of(form) }).await,
        None => render::instead(&shop, visit, Instead::Refused(Typed::of(form))).await,
    }
}

/// The form once more, with what is wrong about it.
async fn again(shop: &Shop, visit: Request, typed: Typed) -> Response {
    refused(shop, visit, Instead::Refused(typed)).await
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
        Err(answer) => return answer,
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
