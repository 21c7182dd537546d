//! `POST /api/admin/orders/totals`: what the orders of a filter add up to, asked for after the list is there.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;
use crate::domain::money::Krw;

/// What is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotalsAnswer {
    Exact {
        count: u32,
        won: Krw,
    },
    /// More than are counted; no sum is told.
    Capped,
}

/// `filter` is the query of the list's address.
#[server(endpoint = "admin/orders/totals")]
pub async fn order_totals(#[server(default)] filter: String) -> Result<TotalsAnswer, ApiError> {
    use crate::service::{OrderFilter, OrderTotals, Services};

    let services = use_context::<Services>().ok_or(ApiError::Unavailable)?;
    let (filter, wrong) = OrderFilter::parse(&filter);
    if !wrong.is_empty() {
        return Err(ApiError::Malformed);
    }
    Ok(match services.order_totals(&filter).await? {
        OrderTotals::Exact { count, won } => TotalsAnswer::Exact { count, won },
        OrderTotals::Capped => TotalsAnswer::Capped,
    })
}
