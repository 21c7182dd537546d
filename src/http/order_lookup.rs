//! `/orders`: the form that finds an order by number and phone. What can't be a number or a phone gets the answer of
//! what is wrong or unknown.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::answer::{is_page, read, refused, say, see_order};
use super::peer::Network;
use super::{Shop, layers, render};
use crate::api::ApiError;
use crate::domain::customer::Phone;
use crate::domain::id::OrderNumber;
use crate::page::{Found, Instead, LookupForm};
use crate::service::Lookup;

pub(super) fn routes(shop: &Shop) -> Router<Shop> {
    let find = layers::guard_writes(Router::new().route("/orders", post(find)));
    shop.limits
        .apply(find, shop.trusted_proxies)
        .layer(from_fn_with_state(shop.clone(), to_page_when_limited))
        // The empty form is a page like any other: not limited.
        .merge(Router::new().route("/orders", get(ask)))
        .layer(from_fn(layers::never_stored))
}

/// `GET /orders`. What stands in the query is nobody's question.
async fn ask(State(shop): State<Shop>, request: Request) -> Response {
    show(&shop, request, LookupForm::default()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    number: String,
    phone: String,
}

/// `POST /orders`.
async fn find(State(shop): State<Shop>, Network(network): Network, request: Request) -> Response {
    let (visit, Typed { number, phone }) = match read::<Typed>(request).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    let found = match (OrderNumber::parse_typed(&number), Phone::parse(&phone)) {
        (Ok(number), Ok(phone)) => shop.services.find_order(&number, &phone, &network).await,
        _ => Ok(Lookup::NotFound),
    };
    let found = match found {
        Ok(Lookup::Found(order)) => return see_order(&order),
        Ok(Lookup::NotFound) => Found::Nothing,
        Ok(Lookup::Wait { seconds }) => Found::Wait { seconds },
        Err(error) => return say(&shop, visit, ApiError::from(error).status()).await,
    };
    show(&shop, visit, LookupForm { number, phone, found }).await
}

async fn show(shop: &Shop, visit: Request, form: LookupForm) -> Response {
    let (found, page) = (form.found, Instead::Lookup(form));
    match found {
        Found::NotAsked => render::instead(shop, visit, page).await,
        Found::Nothing => refused(shop, visit, page).await,
        Found::Wait { seconds } => {
            let mut answer = render::instead(shop, visit, page).await;
            *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            answer
        }
    }
}

/// The limit per address answers for machines; a browser gets the page. What was typed is not read any more.
async fn to_page_when_limited(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Request::from_parts(parts.clone(), Body::empty());
    let answer = next.run(Request::from_parts(parts, body)).await;
    if answer.status() != StatusCode::TOO_MANY_REQUESTS || is_page(answer.headers()) {
        return answer;
    }
    let seconds = answer.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
    let found = Found::Wait { seconds: seconds.unwrap_or(1) };
    show(&shop, visit, LookupForm { found, ..LookupForm::default() }).await
}
