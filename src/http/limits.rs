//! How often one network address may ask: generous for people, useless for guessing.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use tower_governor::GovernorLayer;
use tower_governor::errors::GovernorError;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::KeyExtractor;

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

/// The address that a request comes from, as far as our own proxies vouch for it. A whole /64 counts as one
/// caller in IPv6.
#[derive(Clone, Copy, Debug)]
struct Caller {
    trusted_proxies: usize,
}

impl Caller {
    fn of(self, extensions: &axum::http::Extensions, headers: &axum::http::HeaderMap) -> IpAddr {
        network(self.address(extensions, headers))
    }

    fn address(self, extensions: &axum::http::Extensions, headers: &axum::http::HeaderMap) -> IpAddr {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let forwarded = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let named = match self.trusted_proxies {
            0 => None,
            // Counted before it is read: an entry that is no address must not shift the count onto the client's.
            proxies => {
                let entry = forwarded.collect::<Vec<_>>().into_iter().rev().nth(proxies - 1);
                entry.and_then(|entry| entry.trim().parse::<IpAddr>().ok())
            }
        };
        named.or(peer).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)).to_canonical()
    }
}

impl KeyExtractor for Caller {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        Ok(self.of(request.extensions(), request.headers()))
    }
}

/// The network that a request comes from, as text: for the audit log and for counting failed logins.
pub(super) struct Network(pub String);

impl FromRequestParts<Shop> for Network {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        shop: &Shop,
    ) -> Result<Self, std::convert::Infallible> {
        let trusted_proxies = shop.trusted_proxies;
        Ok(Self(Caller { trusted_proxies }.of(&parts.extensions, &parts.headers).to_string()))
    }
}

/// The address that a request comes from, whole: for what is let in by its address.
pub(super) struct Peer(pub IpAddr);

impl FromRequestParts<Shop> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        shop: &Shop,
    ) -> Result<Self, std::convert::Infallible> {
        let trusted_proxies = shop.trusted_proxies;
        Ok(Self(Caller { trusted_proxies }.address(&parts.extensions, &parts.headers)))
    }
}

/// Networks that something is let in from; none named lets in everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// From `223.130.82.0/24, 2001:db8::/32`. Answers with the entry that is no network.
    pub fn parse(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let network = |entry: &str| {
            let alone = || entry.parse::<IpAddr>().map(IpNet::from);
            entry.parse::<IpNet>().or_else(|_| alone()).map_err(|_| entry.to_owned())
        };
        Ok(Self(entries.map(network).collect::<Result<_, _>>()?))
    }

    pub(super) fn allow(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        address @ IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let kept = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(kept))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(trusted_proxies: usize, forwarded: &[&str]) -> IpAddr {
        let mut request = Request::new(());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 1))));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        Caller { trusted_proxies }.extract(&request).unwrap()
    }

    #[test]
    fn what_the_client_writes_is_not_believed() {
        assert_eq!(caller(0, &["1.2.3.4"]), IpAddr::from([10, 0, 0, 1]));
        assert_eq!(caller(1, &["6.6.6.6, 1.2.3.4"]), IpAddr::from([1, 2, 3, 4]));
        assert_eq!(caller(1, &["6.6.6.6", "1.2.3.4"]), IpAddr::from([1, 2, 3, 4]));
        assert_eq!(caller(2, &["1.2.3.4"]), IpAddr::from([10, 0, 0, 1]));
        assert_eq!(caller(1, &["6.6.6.6, unknown"]), IpAddr::from([10, 0, 0, 1]));
    }

    #[test]
    fn only_the_named_networks_are_let_in() {
        let allow = |list: &str, from: &str| Networks::parse(list).unwrap().allow(from.parse().unwrap());
        assert!(allow("", "1.2.3.4"));
        assert!(allow("223.130.82.0/24", "223.130.82.130") && !allow("223.130.82.0/24", "223.130.83.4"));
        assert!(allow("10.0.0.1, 2001:db8::/32", "2001:db8::7") && allow("10.0.0.1", "10.0.0.1"));
        assert_eq!(Networks::parse("10.0.0.0/8, all"), Err("all".to_owned()));
    }

    #[test]
    fn a_slash_64_is_one_caller() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:aaaa::1"), of("2001:db8:1:2:bbbb::2"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("::ffff:1.2.3.4"), of("::ffff:1.2.3.5"));
    }
}
