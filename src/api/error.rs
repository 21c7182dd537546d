//! Errors on the wire: one closed enum without free text, because without script an error may travel in an
//! address, where anybody can forge it.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::FromServerFnError;
use serde::{Deserialize, Serialize};

use crate::domain::id::OrderToken;
use crate::domain::promotion::Why;
use crate::domain::text::Refusal;

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Phone,
    Email,
}

impl Field {
    pub const ALL: [Self; 3] = [Self::Name, Self::Phone, Self::Email];

    /// The `name` of its input.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: Field,
    pub refusal: Refusal,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// What was typed can't be used; nothing was stored.
    Invalid(Vec<FieldError>),
    /// The request is not one that our pages send.
    Malformed,
    NotFound,
    /// This form has made an order with other content: continue that one, or start anew.
    FormUsed {
        order: OrderToken,
    },
    /// The promotion code can't be used; nothing was stored. The form sent plainly shows why.
    CodeRefused(Why),
    /// It costs something else than the button named; nothing was stored. The form sent plainly shows it.
    OtherPrice,
    TooManyRequests,
    /// Staff only: nobody is logged in here.
    LoggedOut,
    /// Staff only: the role of whoever is logged in may not do this.
    Forbidden,
    /// Something that we need does not answer; trying again later is safe.
    Unavailable,
    /// No such function here: the page is older than the server.
    Stale,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Malformed
            }
            _ => Self::Unavailable,
        }
    }
}

#[cfg(feature = "ssr")]
impl ApiError {
    /// The HTTP status that says the same.
    pub const fn status(&self) -> http::StatusCode {
        use http::StatusCode;
        match self {
            Self::Invalid(_) | Self::CodeRefused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::FormUsed { .. } | Self::OtherPrice | Self::Stale => StatusCode::CONFLICT,
            Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::service::Error> for ApiError {
    /// Causes go to the log; the wire learns only the kind.
    fn from(error: crate::service::Error) -> Self {
        match error {
            crate::service::Error::NotFound => Self::NotFound,
            error => {
                tracing::error!(%error, "a request failed");
                Self::Unavailable
            }
        }
    }
}
