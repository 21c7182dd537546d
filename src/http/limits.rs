//! How often one network may ask: generous for people, useless for guessing. Who asks is `peer`'s to say.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use tower_governor::GovernorLayer;
use tower_governor::errors::GovernorError;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::KeyExtractor;

use super::peer::Caller;
use super::{Shop, api};
use crate::api::ApiError;

/// How many requests one address may send to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// For benchmarks and tests that come from one address.
    Off,
    On,
}

impl Limits {
    /// Requests that may come at once, and the time after which one more may come.
    const BURST: u32 = 30;
    const PERIOD: Duration = Duration::from_millis(500);

    /// `trusted_proxies` of ours in front: that many entries from the right of `X-Forwarded-For` are theirs.
    pub(super) fn apply(self, routes: Router<Shop>, trusted_proxies: usize) -> Router<Shop> {
        if self == Self::Off {
            return routes;
        }
        let config = GovernorConfigBuilder::default()
            .period(Self::PERIOD)
            .burst_size(Self::BURST)
            .key_extractor(Caller { trusted_proxies })
            .finish();
        let Some(config) = config else { return routes };
        let limiter = config.limiter().clone();
        // Addresses that went quiet are forgotten, so that memory stays bounded.
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(60)).await;
                limiter.retain_recent();
            }
        });
        routes.layer(GovernorLayer::new(config).error_handler(too_many))
    }
}

fn too_many(error: GovernorError) -> Response {
    let wait_s = if let GovernorError::TooManyRequests { wait_time, .. } = error { wait_time.max(1) } else { 1 };
    let mut answer = api::refuse(&ApiError::TooManyRequests).into_response();
    answer.headers_mut().insert(axum::http::header::RETRY_AFTER, wait_s.into());
    answer
}

impl KeyExtractor for Caller {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        Ok(self.of(request.extensions(), request.headers()))
    }
}
