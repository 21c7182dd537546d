//! Typed clients of the payment providers. Wire types stay inside; what leaves is a value of `domain` or a
//! [`ProviderError`]. Nothing here decides what an answer means for an order.

pub mod bootpay;
pub mod transport;

/// Why a provider gave no usable answer. None of these says anything about money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// No answer came, or none in time. The call may have had its effect.
    #[error("the provider can't be reached: {0}")]
    Unreachable(String),
    /// The provider answered and refused.
    #[error("the provider refused: {code} ({status}) {message}")]
    Refused { status: u16, code: String, message: String },
    /// An answer that is not what the provider documents: not JSON, cut off, of another shape.
    #[error("the provider's answer makes no sense: {0}")]
    Malformed(String),
}

impl ProviderError {
    /// The provider is certain that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}
