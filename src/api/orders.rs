//! `POST /api/orders/verify`: "something may have happened to this order, please look".

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;
use crate::domain::order::MoneyState;

/// Where an order stands after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAnswer {
    pub state: MoneyState,
    /// How much has happened to it so far.
    pub events: u32,
}

/// Looks at the provider and answers where the order stands. `order_number` is the provider's number as the
/// browser heard it, or empty; an unknown, foreign or used one changes nothing and gets the same answer.
#[server(endpoint = "orders/verify")]
pub async fn verify_order(
    #[server(default)] token: String,
    #[server(default)] order_number: String,
) -> Result<OrderAnswer, ApiError> {
    use crate::domain::id::{OrderToken, ProviderOrderNumber};
    use crate::service::Services;

    let services = use_context::<Services>().ok_or(ApiError::Unavailable)?;
    let token = OrderToken::parse(&token).map_err(|_| ApiError::NotFound)?;
    let order = match ProviderOrderNumber::parse(&order_number) {
        Ok(number) => services.hint(&token, Some(number)).await?,
        Err(_) => services.watch(&token).await?,
    };
    Ok(OrderAnswer { state: order.money, events: services.progress(&order).await? })
}
