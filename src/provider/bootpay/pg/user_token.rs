//! PG: a token that the provider gives for one buyer (Bootpay C.10).

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::USER_TOKEN;
use super::super::fields::Fields;
use super::super::read::text;
use super::super::token::{Life, life};
use crate::domain::provider_code::ProviderCode;
use crate::provider::ProviderError;

/// Who the buyer is. Gender and birth are not sent: documents disagree about their numbers (Bootpay H-24).
#[derive(Clone, Copy, Debug, Default)]
pub struct NewUserToken<'a> {
    /// The merchant's own id.
    pub user_id: &'a str,
    pub email: &'a str,
    pub username: &'a str,
    /// Digits only.
    pub phone: &'a str,
}

/// A buyer's token. Does not print.
#[derive(Clone)]
pub struct UserToken {
    token: SecretString,
    pub life: Life,
}

impl UserToken {
    /// For the page that opens the window.
    pub fn expose(&self) -> &str {
        self.token.expose_secret()
    }
}

impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserToken(..)")
    }
}

impl Bootpay {
    /// A token for a buyer. The one call of PG's that Basic was seen to be refused at (Bootpay A.5, H-27): refused for
    /// its credentials, it is sent once more with a token. Whether Basic is still refused is not known (Bootpay K.13).
    pub async fn user_token(&self, new: &NewUserToken<'_>) -> Result<UserToken, ProviderError> {
        let answer = match self.to(&USER_TOKEN).body(new.fields()).send().await {
            Err(error) if error.code() == Some(&ProviderCode::TokenKeyInvalid) => {
                let bearer = self.pg_token().await?;
                self.to(&USER_TOKEN).body(new.fields()).bearer(&bearer.token).send().await?
            }
            answer => answer?,
        };
        answer.find("a token", read)
    }
}

impl NewUserToken<'_> {
    fn fields(&self) -> Fields {
        Fields::new()
            .put("user_id", self.user_id)
            .put("email", self.email)
            .put("username", self.username)
            .put("phone", self.phone)
    }
}

fn read(body: &Value) -> Option<UserToken> {
    Some(UserToken { token: text(body, "user_token")?.into(), life: life(body) })
}
