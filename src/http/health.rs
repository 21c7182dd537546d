//! Whether the process lives, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;

use super::Shop;

pub(super) async fn alive() -> &'static str {
    "ok"
}

/// Ready while the database answers.
pub(super) async fn ready(State(shop): State<Shop>) -> Result<&'static str, StatusCode> {
    match shop.services.data_version().await {
        Ok(_) => Ok("ready"),
        Err(error) => {
            tracing::error!(%error, "not ready: the database does not answer");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
