//! What an owner does to others' accounts. There is always an owner left.

use super::super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::StaffId;
use crate::domain::staff::{Role, Staff};
use crate::store::{StoreError, Tx, factors, invitations, sessions, staff};

/// What comes of an act on somebody's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managed {
    Done,
    /// Nobody could look after the staff any more.
    LastOwner,
    /// Not to one's own account.
    Yourself,
    /// What had to be typed back was something else.
    NotConfirmed,
}

/// Somebody who works here, while nobody else changes who the owners are. [`Error::NotFound`] when they were
/// dismissed, or the actor is no owner any more.
async fn held(tx: &mut Tx, actor: &Actor, id: &StaffId) -> Result<(Staff, bool), Error> {
    let owners = staff::lock_owners(tx).await?;
    if !owners.contains(&actor.staff.id) {
        return Err(Error::NotFound);
    }
    let found = staff::find(tx, id).await?.ok_or(Error::NotFound)?.staff;
    let is_last_owner = found.role == Role::Owner && owners.len() <= 1;
    Ok((found, is_last_owner))
}

/// Who is no owner any more has invited nobody.
async fn withdraw_invitations(tx: &mut Tx, id: &StaffId) -> Result<(), StoreError> {
    invitations::withdraw_all_by(tx, id).await
}

impl Services {
    pub async fn change_role(&self, actor: &Actor, id: &StaffId, role: Role) -> Result<Managed, Error> {
        let (now, actor, id) = (self.clock.now(), actor.clone(), id.clone());
        self.db
            .write(move |tx| {
                let (actor, id) = (actor.clone(), id.clone());
                Box::pin(async move {
                    let (found, is_last_owner) = held(tx, &actor, &id).await?;
                    if found.role == role {
                        return Ok(Managed::Done);
                    }
                    if is_last_owner {
                        return Ok(Managed::LastOwner);
                    }
                    staff::set_role(tx, &id, role).await?;
                    if found.role == Role::Owner {
                        withdraw_invitations(tx, &id).await?;
                    }
                    let detail = format!("{} > {}", found.role.as_str(), role.as_str());
                    actor.log(tx, now, Act::RoleChanged, found.email.as_str(), &detail).await?;
                    Ok(Managed::Done)
                })
            })
            .await
    }

    /// Somebody works here no more: their sessions end at once. `typed` must be their address.
    pub async fn dismiss(&self, actor: &Actor, id: &StaffId, typed: &str) -> Result<Managed, Error> {
        let (now, actor, id, typed) = (self.clock.now(), actor.clone(), id.clone(), typed.to_owned());
        self.db
            .write(move |tx| {
                let (actor, id, typed) = (actor.clone(), id.clone(), typed.clone());
                Box::pin(async move {
                    let (found, is_last_owner) = held(tx, &actor, &id).await?;
                    if is_last_owner {
                        return Ok(Managed::LastOwner);
                    }
                    if found.id == actor.staff.id {
                        return Ok(Managed::Yourself);
                    }
                    if !typed.eq_ignore_ascii_case(found.email.as_str()) {
                        return Ok(Managed::NotConfirmed);
                    }
                    staff::dismiss(tx, &id, now).await?;
                    factors::remove(tx, &id).await?;
                    sessions::delete_all(tx, &id).await?;
                    withdraw_invitations(tx, &id).await?;
                    let role = found.role.as_str();
                    actor.log(tx, now, Act::StaffDismissed, found.email.as_str(), role).await?;
                    Ok(Managed::Done)
                })
            })
            .await
    }

    /// Somebody lost their phone: the password alone lets them in again. Their sessions end, because the
    /// phone may be in other hands. [`Error::NotFound`] when they have no second factor.
    pub async fn end_factor_of(&self, actor: &Actor, id: &StaffId) -> Result<Managed, Error> {
        let (now, actor, id) = (self.clock.now(), actor.clone(), id.clone());
        self.db
            .write(move |tx| {
                let (actor, id) = (actor.clone(), id.clone());
                Box::pin(async move {
                    let (found, _) = held(tx, &actor, &id).await?;
                    // One's own is switched off with the password.
                    if found.id == actor.staff.id {
                        return Ok(Managed::Yourself);
                    }
                    if !factors::remove(tx, &id).await? {
                        return Err(Error::NotFound);
                    }
                    sessions::delete_all(tx, &id).await?;
                    actor.log(tx, now, Act::FactorEnded, found.email.as_str(), "").await?;
                    Ok(Managed::Done)
                })
            })
            .await
    }
}
