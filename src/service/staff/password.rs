//! Argon2id with the parameters that OWASP asks for at least (19 MiB, two passes). At most two run at once,
//! on threads of their own, so that logins can use up neither the memory nor the runtime.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::service::{Error, Services};
use crate::store::StoreError;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Somebody without an account is refused as slowly as somebody with a wrong password.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bWFkYW5nbWFkYW5nbWFkYQ$4iOTGmmXzQ9HLxa+l9ZcKNPSBzRyFFrCl7TSbg/rr/o";

impl Services {
    pub(super) async fn hash_password(&self, password: &str) -> Result<String, Error> {
        let password = password.to_owned();
        let salt: [u8; 16] = self.random();
        on_a_thread(move || {
            let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|error| StoreError::Corrupt(format!("a password hash: {error}")))
        })
        .await?
        .map_err(Error::Store)
    }

    /// `stored` is `None` where there is no account; the answer is then false, and no sooner.
    pub(super) async fn is_password(&self, stored: Option<String>, password: &str) -> Result<bool, Error> {
        let password = password.to_owned();
        on_a_thread(move || {
            let exists = stored.is_some();
            let stored = stored.unwrap_or_else(|| NOBODYS.to_owned());
            let fits = PasswordHash::new(&stored)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            exists && fits
        })
        .await
    }
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let failed = || Error::Store(StoreError::Database("a password could not be checked".into()));
    let _turn = AT_ONCE.acquire().await.map_err(|_| failed())?;
    tokio::task::spawn_blocking(work).await.map_err(|_| failed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_what_a_real_one_costs() {
        let hash = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(hash.params.to_string(), Argon2::default().params().to_string());
        assert!(Argon2::default().verify_password(b"", &hash).is_err());
    }
}
