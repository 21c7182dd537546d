//! One's own account: what is asked for with the password.

use super::super::{Actor, Error, Services};
use super::SessionName;
use crate::domain::audit::Act;
use crate::domain::password::NewPassword;
use crate::store::sessions;
use crate::store::staff::{self, Account};

/// What comes of something that the password is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proven<T> {
    Done(T),
    Wrong,
    /// Too many wrong ones; another one is judged only after this time.
    Wait {
        seconds: i64,
    },
}

impl Services {
    /// Asks somebody who is logged in for their password once more. Wrong ones count like failed logins, so
    /// that a session which somebody left open is no way to guess it.
    pub(super) async fn prove(&self, actor: &Actor, password: &str) -> Result<Proven<Account>, Error> {
        let email = &actor.staff.email;
        if let Some(seconds) = self.count_attempt(email, &actor.network).await? {
            return Ok(Proven::Wait { seconds });
        }
        let id = actor.staff.id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { staff::find(tx, &id).await })).await;
        let account = found.map_err(Error::Store)?.ok_or(Error::NotFound)?;
        if !self.is_password(Some(account.password_hash.clone()), password).await? {
            self.log(actor, Act::PasswordRefused, email.as_str(), "").await?;
            return Ok(Proven::Wrong);
        }
        self.forgive(email, &actor.network).await?;
        Ok(Proven::Done(account))
    }

    /// Replaces one's own password. All sessions but the one it is done from end.
    pub async fn change_password(
        &self,
        actor: &Actor,
        old: &str,
        new: &NewPassword,
        kept: &SessionName,
    ) -> Result<Proven<()>, Error> {
        let checked = match self.prove(actor, old).await? {
            Proven::Done(account) => account.password_hash,
            Proven::Wrong => return Ok(Proven::Wrong),
            Proven::Wait { seconds } => return Ok(Proven::Wait { seconds }),
        };
        let hash = self.hash_password(new.expose()).await?;
        let (now, actor, kept) = (self.clock.now(), actor.clone(), kept.clone());
        self.db
            .write(move |tx| {
                let (actor, kept, checked, hash) = (actor.clone(), kept.clone(), checked.clone(), hash.clone());
                Box::pin(async move {
                    let id = &actor.staff.id;
                    if !staff::set_password(tx, id, &checked, &hash).await? {
                        return Ok(Proven::Wrong);
                    }
                    sessions::delete_others(tx, id, kept.as_str()).await?;
                    actor.log(tx, now, Act::PasswordChanged, actor.staff.email.as_str(), "").await?;
                    Ok::<_, Error>(Proven::Done(()))
                })
            })
            .await
    }
}
