//! The first owner of a database that is only tried out.

use super::super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::customer::{Email, Name};
use crate::domain::id::OneTimePassword;
use crate::domain::staff::Role;
use crate::store::{StoreError, staff};

/// Who owns a shop that somebody tries out.
pub const FIRST_OWNER: &str = "owner@example.com";

/// What whoever starts the shop must be told.
#[derive(Clone, PartialEq, Eq)]
pub enum FirstOwner {
    /// A password that was made now and must be changed at the first login.
    OneTime(String),
    /// The password that came with the configuration.
    Given,
}

impl Services {
    /// A one-time password, ready to be typed.
    pub fn one_time_password(&self) -> String {
        OneTimePassword::from_random(self.random()).grouped()
    }

    /// Makes the first owner of a database without staff. As long as that one-time password was not changed
    /// and `may_renew`, a new one takes its place, so that whoever lost it isn't locked out. `None` when there
    /// is nothing to tell.
    pub async fn first_owner(&self, given: Option<&str>, may_renew: bool) -> Result<Option<FirstOwner>, Error> {
        let one_time = self.one_time_password();
        let password = given.unwrap_or(&one_time);
        let told = if given.is_some() { FirstOwner::Given } else { FirstOwner::OneTime(one_time.clone()) };
        let malformed = |_| Error::Store(StoreError::Corrupt("the first owner".to_owned()));
        let email = Email::parse(FIRST_OWNER).map_err(malformed)?;
        if !self.has_staff().await? {
            let name = Name::parse("소유자").map_err(malformed)?;
            return match self.create_staff(email, name, Role::Owner, password, given.is_none()).await {
                Ok(_) => Ok(Some(told)),
                // Another node was faster and tells its own.
                Err(Error::Store(StoreError::Conflict(_))) => Ok(None),
                Err(error) => Err(error),
            };
        }
        if !may_renew {
            return Ok(None);
        }
        let asked = email.clone();
        let found = self.db.read(move |tx| Box::pin(async move { staff::find_by_email(tx, &asked).await })).await;
        let Some(account) = found.map_err(Error::Store)?.filter(|account| account.staff.must_change_password) else {
            return Ok(None);
        };
        let (hash, now, must_change) = (self.hash_password(password).await?, self.clock.now(), given.is_none());
        let actor = Actor { staff: account.staff, network: "madang serve".to_owned() };
        let is_renewed = self
            .db
            .write(move |tx| {
                let (email, hash, actor) = (email.clone(), hash.clone(), actor.clone());
                Box::pin(async move {
                    let is_renewed = staff::renew_one_time_password(tx, &email, &hash, must_change).await?;
                    if is_renewed {
                        actor.log(tx, now, Act::OneTimePasswordMade, email.as_str(), "").await?;
                    }
                    Ok::<_, Error>(is_renewed)
                })
            })
            .await?;
        Ok(is_renewed.then_some(told))
    }
}
