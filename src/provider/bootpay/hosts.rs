//! The base addresses of Bootpay's environments (Bootpay A.1). Which environment a program talks to is a choice of
//! addresses and of nothing else.

/// An environment of Bootpay's. `Stage` and `Development` are its own and need keys that were issued there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    Stage,
    Development,
}

/// The two base addresses of one environment, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Commerce, with `/v1`.
    pub commerce: String,
    /// PG, with `/v2`.
    pub pg: String,
}

impl Hosts {
    /// Bootpay's own servers.
    pub fn of(environment: Environment) -> Self {
        let (commerce, pg) = match environment {
            Environment::Production => ("https://api.bootapi.com", "https://api.bootpay.co.kr"),
            Environment::Stage => ("https://stage-api.bootapi.com", "https://stage-api.bootpay.co.kr"),
            Environment::Development => ("https://dev-api.bootapi.com", "https://dev-api.bootpay.co.kr"),
        };
        Self { commerce: format!("{commerce}/v1"), pg: format!("{pg}/v2") }
    }

    /// One server that speaks both APIs, such as the emulator; its origin without a slash at the end.
    pub fn at(origin: &str) -> Self {
        Self { commerce: format!("{origin}/v1"), pg: format!("{origin}/v2") }
    }
}
