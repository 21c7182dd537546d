//! Second factors' secrets as they are stored. With a secret of the server they are sealed, so that a copy
//! of the database alone makes no codes; ADR 7 says why it may be missing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;

use crate::domain::id::StaffId;
use crate::store::StoreError;

/// What keeps second factors unreadable in the database; without a key it only writes them down.
#[derive(Clone, Default)]
pub struct Seal(Option<[u8; 32]>);

const PLAIN: &str = "plain:";
const SEALED: &str = "sealed:";

impl Seal {
    /// `secret` is any long random text.
    pub fn new(secret: &str) -> Self {
        // A key of its own per use: the same secret may come to seal other things.
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            b"madang: second factors in the database",
        );
        Self(tag.as_ref().try_into().ok())
    }

    fn key(&self) -> Option<RandomizedNonceKey> {
        self.0.and_then(|key| RandomizedNonceKey::new(&AES_256_GCM, &key).ok())
    }

    /// Tied to the account: moved to another row it does not open.
    pub(super) fn close(&self, staff: &StaffId, secret: &[u8]) -> Result<String, StoreError> {
        let Some(key) = self.key() else { return Ok(format!("{PLAIN}{}", BASE64.encode(secret))) };
        let mut held = secret.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(staff.as_str()), &mut held);
        let nonce = nonce.map_err(|_| StoreError::Corrupt("a second factor can't be sealed".to_owned()))?;
        let all: Vec<u8> = nonce.as_ref().iter().chain(&held).copied().collect();
        Ok(format!("{SEALED}{}", BASE64.encode(all)))
    }

    /// Fails where the secret of the server is another one than when it was sealed.
    pub(super) fn open(&self, staff: &StaffId, stored: &str) -> Result<Vec<u8>, StoreError> {
        let unreadable = || StoreError::Corrupt("a second factor, sealed with another MADANG_SECRET".to_owned());
        if let Some(plain) = stored.strip_prefix(PLAIN) {
            return BASE64.decode(plain).map_err(|_| unreadable());
        }
        let sealed =
            stored.strip_prefix(SEALED).and_then(|sealed| BASE64.decode(sealed).ok()).ok_or_else(unreadable)?;
        let (nonce, held) = sealed.split_at_checked(NONCE_LEN).ok_or_else(unreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable())?;
        let mut held = held.to_vec();
        let key = self.key().ok_or_else(unreadable)?;
        let opened = key.open_in_place(nonce, Aad::from(staff.as_str()), &mut held).map_err(|_| unreadable())?;
        Ok(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_the_same_secret_for_the_same_account() {
        let (kim, lee) = (StaffId::from_random([1; 15]), StaffId::from_random([2; 15]));
        let seal = Seal::new("a long secret of the server");
        let stored = seal.close(&kim, b"12345678901234567890").unwrap();
        assert!(!stored.contains(&BASE64.encode("1234567890")), "{stored}");
        assert_ne!(stored, seal.close(&kim, b"12345678901234567890").unwrap());
        assert_eq!(seal.open(&kim, &stored).unwrap(), b"12345678901234567890");
        assert!(seal.open(&lee, &stored).is_err());
        assert!(
            Seal::new("another secret").open(&kim, &stored).is_err() && Seal::default().open(&kim, &stored).is_err()
        );
        for broken in ["", "sealed:", "sealed:AAAA", "sealed:%%", "12345678901234567890"] {
            assert!(seal.open(&kim, broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_was_written_before_there_was_a_secret_stays_readable() {
        let kim = StaffId::from_random([1; 15]);
        let stored = Seal::default().close(&kim, b"12345678901234567890").unwrap();
        assert_eq!(Seal::new("a secret").open(&kim, &stored).unwrap(), b"12345678901234567890");
    }
}
