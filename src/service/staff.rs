//! Staff: accounts and logging in. Passwords are Argon2id; every attempt is counted before it is judged, per
//! account and per network, so that many at once gain nothing.

mod password;
mod sessions;
mod sign_in;

pub use sessions::{SESSION_ABSOLUTE_MS, SESSION_IDLE_MS, StoredSession};
pub use sign_in::SignIn;

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
        let account = Account { staff: staff.clone(), password_hash: self.hash_password(password).await? };
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let account = account.clone();
                Box::pin(async move {
                    staff::insert(tx, &account, now).await?;
                    let by_hand = Actor { staff: account.staff.clone(), network: "madang admin".to_owned() };
                    let role = account.staff.role.as_str();
                    by_hand.log(tx, now, Act::StaffCreated, account.staff.email.as_str(), role).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(staff)
    }
}
