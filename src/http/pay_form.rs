//! A pay link's button without script: the same service as the server function, answered with a redirect to the
//! payment page, or to the page that tells why not.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::answer::{cross, read, say, see_order, see_other, wants_page};
use super::{Shop, api, language};
use crate::api::ApiError;
use crate::domain::id::{FormKey, LinkToken};
use crate::service::LinkStart;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PayForm {
    token: String,
    key: String,
}

/// `POST /api/pay/start`. A browser that asks for a page gets one; an island gets JSON.
pub(super) async fn start(State(shop): State<Shop>, request: Request) -> Response {
    if !wants_page(request.headers()) {
        return api::call(State(shop), request).await;
    }
    let (visit, form) = match read::<PayForm>(request).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    let Ok(token) = LinkToken::parse(&form.token) else { return say(&shop, visit, StatusCode::NOT_FOUND).await };
    let Ok(key) = FormKey::parse(&form.key) else { return say(&shop, visit, StatusCode::BAD_REQUEST).await };
    let lang = language::of(&visit);
    match shop.services.start_link(&token, &key, lang).await {
        Ok(LinkStart::Pay(order)) => cross(&shop, visit, &order).await,
        // An order that can't be checked may have been paid: its page says so, and nobody is sent to pay.
        Ok(LinkStart::See(order)) => see_order(&order.token),
        Ok(LinkStart::Closed) => see_other(&format!("/pay/{token}")),
        Err(error) => say(&shop, visit, ApiError::from(error).status()).await,
    }
}
