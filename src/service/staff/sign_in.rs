//! Logging in, and how failed attempts slow it down.

use super::super::patience::{self, Counted, LONGEST_KEPT_MS, Patience};
use super::super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::customer::Email;
use crate::domain::staff::Staff;
use crate::store::audit::{self, Entry};
use crate::store::{StoreError, Tx, staff};

/// What an attempt to log in leads to.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The password is right. A second factor may still be asked for.
    Welcome(Staff),
    /// One answer for unknown accounts and wrong passwords.
    Wrong,
    /// Too many attempts; another one is judged only after this time.
    Wait { seconds: i64 },
}

/// For one account from one network.
const ACCOUNT: Patience = Patience { free: 5, longest_ms: 15 * 60 * 1000, forgotten_ms: LONGEST_KEPT_MS };
/// A whole office may come from one address.
const NETWORK: Patience = Patience { free: 20, ..ACCOUNT };
/// For one account from all networks together: guessing from many is slow, and one stranger keeps nobody out.
const EVERYWHERE: Patience = Patience { free: 60, ..ACCOUNT };

/// How long a code is waited for after the password was right.
pub const HALF_OPEN_MS: i64 = 5 * 60 * 1000;

/// What an attempt is counted for.
fn counted(email: &Email, network: &str) -> [Counted; 3] {
    let email = email.as_str().to_lowercase();
    [
        Counted::new(format!("network:{network}"), NETWORK),
        Counted::new(format!("account:{email} {network}"), ACCOUNT),
        Counted::new(format!("account:{email}"), EVERYWHERE),
    ]
}

/// Forgets the failures of the account and the network, as part of `tx`.
pub(super) async fn forgive(tx: &mut Tx, email: &Email, network: &str) -> Result<(), StoreError> {
    patience::forgive(tx, &counted(email, network)).await
}

impl Services {
    /// Judges a password. Counts the attempt first; a right one is forgiven.
    pub async fn sign_in(&self, email: &Email, password: &str, network: &str) -> Result<SignIn, Error> {
        if let Some(seconds) = self.count_attempt(email, network).await? {
            return Ok(SignIn::Wait { seconds });
        }
        let asked = email.clone();
        let found = self.db.read(move |tx| Box::pin(async move { staff::find_by_email(tx, &asked).await })).await;
        let account = found.map_err(Error::Store)?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        if !self.is_password(stored, password).await? {
            self.log_failed_login(email, network).await?;
            return Ok(SignIn::Wrong);
        }
        let Some(account) = account else { return Ok(SignIn::Wrong) };
        // With a second factor the attempt is forgiven only once that was right too.
        if !account.staff.has_second_factor {
            self.forgive(email, network).await?;
        }
        Ok(SignIn::Welcome(account.staff))
    }

    /// Counts an attempt for the account and the network; how long to wait when it must not be judged.
    pub(super) async fn count_attempt(&self, email: &Email, network: &str) -> Result<Option<i64>, Error> {
        let now = self.clock.now();
        let counted = counted(email, network);
        self.db
            .write(move |tx| {
                let counted = counted.clone();
                Box::pin(async move {
                    let wait = patience::lock(tx, &counted, now).await?;
                    if wait.is_none() {
                        patience::count(tx, &counted, now).await?;
                    }
                    Ok::<_, Error>(wait)
                })
            })
            .await
    }

    /// Attempts that turned out right are no failures.
    pub(super) async fn forgive(&self, email: &Email, network: &str) -> Result<(), Error> {
        let (email, network) = (email.clone(), network.to_owned());
        self.db
            .write(move |tx| {
                let (email, network) = (email.clone(), network.clone());
                Box::pin(async move { Ok::<_, Error>(forgive(tx, &email, &network).await?) })
            })
            .await
    }

    async fn log_failed_login(&self, email: &Email, network: &str) -> Result<(), Error> {
        let entry = Entry {
            at: self.clock.now(),
            staff_id: None,
            staff_name: String::new(),
            network: network.to_owned(),
            act: Act::LoginFailed.as_str(),
            subject: email.as_str().to_owned(),
            detail: String::new(),
        };
        self.db
            .write(move |tx| {
                let entry = entry.clone();
                Box::pin(async move { audit::append(tx, &entry).await })
            })
            .await
            .map_err(|error: StoreError| Error::Store(error))
    }

    /// Somebody is in: written down once their session has begun.
    pub async fn welcome(&self, actor: &Actor) -> Result<(), Error> {
        self.log(actor, Act::LoggedIn, actor.staff.email.as_str(), "").await
    }
}
