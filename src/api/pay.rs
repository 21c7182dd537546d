//! `POST /api/pay/start`: from a pay link to a payment page.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;
use crate::domain::id::OrderToken;

/// Where pressing "pay" on a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayAnswer {
    /// Open the payment page that the server has made.
    Pay { order: OrderToken, payment_url: String },
    /// The link's order has moved on: its page tells where it stands.
    SeeOrder { order: OrderToken },
    /// The link can't be paid any more: its own page says why.
    SeeLink,
}

/// Starts a payment of a link. `key` comes from the page and is the same whenever its form is sent. A plain form is
/// answered by `http::pay_form` instead, with a redirect to the payment page.
#[server(endpoint = "pay/start")]
pub async fn start_pay(
    #[server(default)] token: String,
    #[server(default)] key: String,
) -> Result<PayAnswer, ApiError> {
    use crate::domain::id::{FormKey, LinkToken};
    use crate::service::{LinkStart, Services};

    let services = use_context::<Services>().ok_or(ApiError::Unavailable)?;
    let token = LinkToken::parse(&token).map_err(|_| ApiError::NotFound)?;
    let key = FormKey::parse(&key).map_err(|_| ApiError::Malformed)?;
    Ok(match services.start_link(&token, &key, super::lang()).await? {
        LinkStart::Pay(order) => {
            let payment_url = services.payment_url(&order).await?;
            PayAnswer::Pay { order: order.token, payment_url }
        }
        LinkStart::See(order) => PayAnswer::SeeOrder { order: order.token },
        LinkStart::Closed => PayAnswer::SeeLink,
    })
}
