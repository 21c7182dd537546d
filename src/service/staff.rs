//! Staff: accounts and logging in. Passwords are Argon2id; every attempt is counted before it is judged, per
//! account and per network, so that many at once gain nothing.

mod account;
mod factor;
mod first_owner;
mod invitations;
mod password;
mod people;
mod seal;
mod sessions;
mod sign_in;

pub use account::Proven;
pub use factor::FactorSetup;
pub use first_owner::{FIRST_OWNER, FirstOwner};
pub use invitations::{INVITATION_MS, Invited, OpenInvitation};
pub use people::Managed;
pub use seal::Seal;
pub use sessions::{OwnSession, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS, SessionName, StoredSession};
pub use sign_in::{HALF_OPEN_MS, SignIn};

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::customer::{Email, Name};
use crate::domain::id::StaffId;
use crate::domain::staff::{Role, Staff};
use crate::store::staff::{self, Account};

impl Services {
    /// Somebody who works here now. `None` after they were dismissed.
    pub async fn staff(&self, id: &StaffId) -> Result<Option<Staff>, Error> {
        let id = id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { staff::find(tx, &id).await })).await;
        Ok(found.map_err(Error::Store)?.map(|account| account.staff))
    }

    /// Whether anybody works here at all.
    pub async fn has_staff(&self) -> Result<bool, Error> {
        self.db.read(|tx| Box::pin(async move { staff::any(tx).await })).await.map_err(Error::Store)
    }

    /// Makes an account without an invitation: from the command line and in tests. Whoever has the database
    /// may do that; nobody else can reach it. [`crate::store::StoreError::Conflict`] when the address has one.
    pub async fn create_staff(
        &self,
        email: Email,
        name: Name,
        role: Role,
        password: &str,
        must_change_password: bool,
    ) -> Result<Staff, Error> {
        let staff = Staff {
            id: StaffId::from_random(self.random()),
            email,
            name,
            role,
            has_second_factor: false,
            must_change_password,
        };
        let account = self.new_account(staff, password).await?;
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let account = account.clone();
                Box::pin(async move {
                    let hired = staff::hire(tx, &account, now).await?.staff;
                    let by_hand = Actor { staff: hired.clone(), network: "madang admin".to_owned() };
                    let role = hired.role.as_str();
                    by_hand.log(tx, now, Act::StaffCreated, hired.email.as_str(), role).await?;
                    Ok::<_, Error>(hired)
                })
            })
            .await
    }

    async fn new_account(&self, staff: Staff, password: &str) -> Result<Account, Error> {
        let password_hash = self.hash_password(password).await?;
        Ok(Account { staff, password_hash, totp_secret: None, totp_pending: None })
    }

    /// Everybody who works here.
    pub async fn all_staff(&self) -> Result<Vec<Staff>, Error> {
        let all = self.db.read(|tx| Box::pin(async move { staff::all(tx).await })).await.map_err(Error::Store)?;
        Ok(all.into_iter().map(|account| account.staff).collect())
    }
}
