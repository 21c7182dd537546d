//! Tokens that stand for keys or for a member (Bootpay A.4, A.5). They don't print and are wiped when they are dropped.
//! Keeps none: Bootpay gives the same token again for 25 minutes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::endpoints::{COMMERCE_TOKEN, PG_TOKEN};
use super::read::{instant, text, whole};
use super::secret_body::secret_body;
use super::{ApplicationKeys, Bootpay};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            pub fn new(token: SecretString) -> Self {
                Self(token)
            }

            pub(super) fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

token! {
    /// Stands for the keys of a project as Bearer.
    AccessToken
}
token! {
    /// A logged-in member of the shop, sent as `Bootpay-User-JWT`.
    MemberToken
}

/// How long a token lives; documents have both forms (Bootpay H-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Seconds from now.
    Seconds(i64),
    Until(UnixMs),
    /// Not told; thirty minutes are documented.
    Untold,
}

/// An answered token.
#[derive(Clone, Debug)]
pub struct Issued {
    pub token: AccessToken,
    pub life: Life,
}

#[derive(Serialize)]
struct KeysBody<'a> {
    client_key: &'a str,
    secret_key: &'a str,
}

#[derive(Serialize)]
struct ApplicationBody<'a> {
    application_id: &'a str,
    private_key: &'a str,
}

impl Bootpay {
    /// A token for Commerce. No call of this client needs it: Basic does everywhere.
    pub async fn commerce_token(&self) -> Result<Issued, ProviderError> {
        let body = secret_body(&self.keys_body())?;
        let answer = self.to(&COMMERCE_TOKEN).bytes(body).send().await?;
        answer.find("a token", issued)
    }

    /// A token for PG, with the older pair where the client has one. Without it the project's pair is sent: that this
    /// is accepted is this project's guess, the documents only have the older one (Bootpay A.5).
    pub async fn pg_token(&self) -> Result<Issued, ProviderError> {
        let body = match &self.application {
            Some(ApplicationKeys { application_id, private_key }) => {
                secret_body(&ApplicationBody { application_id, private_key: private_key.expose_secret() })?
            }
            None => secret_body(&self.keys_body())?,
        };
        let answer = self.to(&PG_TOKEN).anonymous().bytes(body).send().await?;
        answer.find("a token", issued)
    }

    fn keys_body(&self) -> KeysBody<'_> {
        KeysBody { client_key: &self.keys.client, secret_key: self.keys.secret.expose_secret() }
    }
}

fn issued(body: &Value) -> Option<Issued> {
    let token = AccessToken(text(body, "access_token")?.into());
    Some(Issued { token, life: life(body) })
}

pub(super) fn life(body: &Value) -> Life {
    match (whole(body, "expire_in"), instant(body, "expired_at")) {
        (Some(seconds), _) => Life::Seconds(seconds),
        (None, Some(at)) => Life::Until(at),
        (None, None) => Life::Untold,
    }
}
