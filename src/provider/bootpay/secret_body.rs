//! Bodies that hold a card, a bank account, an identity number or a key to charge with. They are written once, into
//! memory that is wiped when the request is over, and what the provider says about them is stripped of them.

use bytes::Bytes;
use secrecy::zeroize::Zeroizing;
use serde::Serialize;
use serde_json::Value;

use crate::provider::{Detail, ProviderError};

/// Larger than any body that holds a secret.
const ROOM: usize = 16 * 1024;

/// The body as JSON. It never moves while it is written, so no copy is left behind; one that has no room is refused.
pub(super) fn secret_body(body: &impl Serialize) -> Result<Bytes, ProviderError> {
    let mut bytes = Zeroizing::new(vec![0_u8; ROOM]);
    let mut left: &mut [u8] = &mut bytes;
    serde_json::to_writer(&mut left, body)
        .map_err(|_| ProviderError::Malformed("the request is too large to be made".into()))?;
    let length = ROOM - left.len();
    bytes.truncate(length);
    Ok(Bytes::from_owner(bytes))
}

/// Whether an object says nothing, and is to be left out (Bootpay B.1).
pub(super) fn is_empty(fields: &Value) -> bool {
    fields.as_object().is_none_or(serde_json::Map::is_empty)
}

/// The error with its words changed by `scrub`: a provider may repeat in its words what it was told.
pub(super) fn scrubbed(error: ProviderError, scrub: impl Fn(&str) -> String) -> ProviderError {
    let detail = |detail: Detail| Detail::new(detail.request, scrub(&detail.words));
    match error {
        ProviderError::Refused { request, status, code, message } => {
            ProviderError::Refused { request, status, code, message: scrub(&message) }
        }
        ProviderError::Unreachable(said) => ProviderError::Unreachable(detail(said)),
        ProviderError::Malformed(said) => ProviderError::Malformed(detail(said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_exactly_what_it_says_and_never_grows() {
        assert_eq!(secret_body(&["가", "b"]).unwrap(), "[\"가\",\"b\"]".as_bytes());
        assert_eq!(secret_body(&"x".repeat(ROOM - 2)).unwrap().len(), ROOM);
        assert!(secret_body(&"x".repeat(ROOM - 1)).is_err());
    }
}
