//! `/orders/{token}/return`: where the provider sends a buyer back to, by GET or POST, with parameters in
//! any order or none. All of it only says "look"; then on to the order's page, which tells the truth.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shop;
use super::answer::see_other;
use crate::api::ApiError;
use crate::domain::id::{OrderToken, ProviderOrderNumber};

pub(super) async fn get(State(shop): State<Shop>, Path(token): Path<String>, RawQuery(query): RawQuery) -> Response {
    look(&shop, &token, query.unwrap_or_default().as_bytes()).await
}

pub(super) async fn post(
    State(shop): State<Shop>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let parameters = [query.unwrap_or_default().as_bytes(), b"&", &body].concat();
    look(&shop, &token, &parameters).await
}

/// Whoever comes back too often is not looked for again, but still sees the order.
pub(super) async fn to_order_when_limited(request: Request, next: Next) -> Response {
    let token = request.uri().path().split('/').nth(2).and_then(|token| OrderToken::parse(token).ok());
    let answer = next.run(request).await;
    match token {
        Some(token) if answer.status() == StatusCode::TOO_MANY_REQUESTS => see_other(&format!("/orders/{token}")),
        _ => answer,
    }
}

async fn look(shop: &Shop, token: &str, parameters: &[u8]) -> Response {
    let Ok(token) = OrderToken::parse(token) else { return StatusCode::NOT_FOUND.into_response() };
    match shop.services.hint(&token, order_number(parameters)).await {
        Ok(order) => {
            let own = format!("/orders/{}", order.token);
            // Only for an address that the shop's staff have typed, and only after the money is there.
            see_other(shop.services.after_payment(&order).await.ok().flatten().as_ref().unwrap_or(&own))
        }
        Err(error) => ApiError::from(error).status().into_response(),
    }
}

/// The provider's order number, under the names that were seen (Bootpay E.8). Anything that can't be one is
/// taken as absent.
fn order_number(parameters: &[u8]) -> Option<ProviderOrderNumber> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(parameters).unwrap_or_default();
    let named = |wanted: &str| {
        pairs.iter().filter(|(name, _)| name == wanted).find_map(|(_, value)| ProviderOrderNumber::parse(value).ok())
    };
    named("order_number").or_else(|| named("orderNumber"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_wherever_it_stands() {
        for query in [
            "order_number=123",
            "event=done&order_number=123&x=y",
            "order_number=undefined&order_number=123",
            "orderNumber=123",
        ] {
            assert_eq!(
                order_number(query.as_bytes()).as_ref().map(ProviderOrderNumber::as_str),
                Some("123"),
                "{query}"
            );
        }
        for query in [
            "",
            "event=done",
            "order_number=",
            "order_number=undefined",
            "order_number=../x",
            "%ff=%ff&&&=",
            "order_number=%00",
        ] {
            assert_eq!(order_number(query.as_bytes()), None, "{query}");
        }
    }
}
