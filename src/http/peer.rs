//! Who asks, by address: as far as our own proxies vouch for it, as a network for logs and counts, and in lists of
//! networks that something is let in from. Judges nobody.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{Extensions, HeaderMap, request::Parts};
use ipnet::IpNet;

use super::Shop;

/// The address that a request comes from, as far as our own proxies vouch for it. A whole /64 counts as one
/// caller in IPv6.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub trusted_proxies: usize,
}

impl Caller {
    pub fn of(self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
        network(self.address(extensions, headers))
    }

    fn address(self, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
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

/// The network that a request comes from, as text: for the audit log and for counting failed logins.
pub(super) struct Network(pub String);

impl FromRequestParts<Shop> for Network {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, std::convert::Infallible> {
        let trusted_proxies = shop.trusted_proxies;
        Ok(Self(Caller { trusted_proxies }.of(&parts.extensions, &parts.headers).to_string()))
    }
}

/// The address that a request comes from, whole: for what is let in by its address.
pub(super) struct Peer(pub IpAddr);

impl FromRequestParts<Shop> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, std::convert::Infallible> {
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
        let (mut extensions, mut headers) = (Extensions::new(), HeaderMap::new());
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 1))));
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        Caller { trusted_proxies }.of(&extensions, &headers)
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
