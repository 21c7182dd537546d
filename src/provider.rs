//! Typed clients of the payment providers. Wire types stay inside; what leaves is a value of `domain` or a
//! [`ProviderError`]. Nothing here decides what an answer means for an order.

pub mod bootpay;
pub mod transport;

use std::fmt;

use crate::domain::provider_code::ProviderCode;

/// Which request an error is about: the client's method and the how-manieth request of this client it was. The same
/// id is on the request's line in the log. The provider knows nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestId {
    call: &'static str,
    number: u64,
}

impl RequestId {
    /// `number` counts from 1.
    pub const fn new(call: &'static str, number: u64) -> Self {
        Self { call, number }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.number == 0 { f.write_str("no request") } else { write!(f, "{}#{}", self.call, self.number) }
    }
}

/// What is known about an answer that could not be used. Never a part of the answer itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Says "no request" where the trouble began before one was made.
    pub request: RequestId,
    pub words: String,
}

impl Detail {
    pub fn new(request: RequestId, words: impl Into<String>) -> Self {
        Self { request, words: words.into() }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.request == RequestId::default() {
            f.write_str(&self.words)
        } else {
            write!(f, "{} ({})", self.words, self.request)
        }
    }
}

impl From<String> for Detail {
    fn from(words: String) -> Self {
        Self { words, ..Self::default() }
    }
}

impl From<&str> for Detail {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

/// Why a provider gave no usable answer. None of these says anything about money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// No answer came, or none in time. The call may have had its effect.
    #[error("the provider can't be reached: {0}")]
    Unreachable(Detail),
    /// The provider answered and refused.
    #[error("the provider refused: {code} ({status}) {message} ({request})")]
    Refused { request: RequestId, status: u16, code: ProviderCode, message: String },
    /// An answer that is not what the provider documents: not JSON, cut off, of another shape. The call may have had
    /// its effect.
    #[error("the provider's answer makes no sense: {0}")]
    Malformed(Detail),
}

impl ProviderError {
    /// The provider is certain that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// The request that got no usable answer.
    pub const fn request(&self) -> RequestId {
        match self {
            Self::Unreachable(detail) | Self::Malformed(detail) => detail.request,
            Self::Refused { request, .. } => *request,
        }
    }

    /// The code, where the provider refused.
    pub const fn code(&self) -> Option<&ProviderCode> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Unreachable(_) | Self::Malformed(_) => None,
        }
    }
}
