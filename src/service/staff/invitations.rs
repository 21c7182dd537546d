//! Invitations: a link that one person of the staff passes on and another one opens, once.

use super::super::{Actor, Error, Services, digest};
use crate::domain::audit::Act;
use crate::domain::customer::{Email, Name};
use crate::domain::id::{InvitationToken, StaffId};
use crate::domain::password::NewPassword;
use crate::domain::staff::{Role, Staff};
use crate::domain::time::UnixMs;
use crate::store::invitations::{self, Invitation};
use crate::store::{StoreError, staff};

/// How long an invitation can be accepted.
pub const INVITATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What comes of inviting somebody.
#[derive(Clone, PartialEq, Eq)]
pub enum Invited {
    /// The link to pass on. It is told this once and can't be made again.
    Link(String),
    /// Somebody who works here has the address.
    HasAccount,
}

/// An invitation that can be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvitation {
    /// Names it in forms; not the secret of its link.
    pub name: String,
    pub email: Email,
    pub role: Role,
    pub expires_at: UnixMs,
}

impl TryFrom<Invitation> for OpenInvitation {
    type Error = Error;

    fn try_from(row: Invitation) -> Result<Self, Error> {
        let email = Email::parse(&row.email).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let role = Role::parse(&row.role).map_err(StoreError::from)?;
        Ok(Self { name: row.token_hash, email, role, expires_at: UnixMs::new(row.expires_at) })
    }
}

impl Services {
    /// Invites somebody. An older invitation to the same address ends.
    pub async fn invite(&self, actor: &Actor, email: &Email, role: Role) -> Result<Invited, Error> {
        let token = InvitationToken::from_random(self.random());
        let now = self.clock.now();
        let invitation = Invitation {
            token_hash: digest::of(token.as_str()),
            email: email.as_str().to_lowercase(),
            role: role.as_str().to_owned(),
            invited_by: actor.staff.id.as_str().to_owned(),
            created_at: now.get(),
            expires_at: now.plus_ms(INVITATION_MS).get(),
        };
        let (actor, email) = (actor.clone(), email.clone());
        let is_new = self
            .db
            .write(move |tx| {
                let (actor, email, invitation) = (actor.clone(), email.clone(), invitation.clone());
                Box::pin(async move {
                    // Whoever was dismissed a moment ago invites nobody.
                    if !staff::lock_owners(tx).await?.contains(&actor.staff.id) {
                        return Err(Error::NotFound);
                    }
                    if staff::find_by_email(tx, &email).await?.is_some() {
                        return Ok(false);
                    }
                    invitations::insert(tx, &invitation).await?;
                    actor.log(tx, now, Act::StaffInvited, &invitation.email, &invitation.role).await?;
                    Ok(true)
                })
            })
            .await?;
        let link = format!("{}/admin/invitation/{token}", self.public_url);
        Ok(if is_new { Invited::Link(link) } else { Invited::HasAccount })
    }

    /// Invitations that can still be accepted, the newest first.
    pub async fn open_invitations(&self) -> Result<Vec<OpenInvitation>, Error> {
        let now = self.clock.now();
        let found = self.db.read(move |tx| Box::pin(async move { invitations::open(tx, now).await })).await;
        found.map_err(Error::Store)?.into_iter().map(OpenInvitation::try_from).collect()
    }

    /// Takes an invitation back, by its name. [`Error::NotFound`] when it is over.
    pub async fn withdraw_invitation(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        let (now, actor, name) = (self.clock.now(), actor.clone(), name.to_owned());
        self.db
            .write(move |tx| {
                let (actor, name) = (actor.clone(), name.clone());
                Box::pin(async move {
                    let found = invitations::find(tx, &name, now).await?.ok_or(Error::NotFound)?;
                    if !invitations::withdraw(tx, &name).await? {
                        return Err(Error::NotFound);
                    }
                    actor.log(tx, now, Act::InvitationWithdrawn, &found.email, &found.role).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The invitation of this link, while it can be accepted.
    pub async fn invitation(&self, token: &InvitationToken) -> Result<Option<OpenInvitation>, Error> {
        let (now, name) = (self.clock.now(), digest::of(token.as_str()));
        let found = self.db.read(move |tx| Box::pin(async move { invitations::find(tx, &name, now).await })).await;
        found.map_err(Error::Store)?.map(OpenInvitation::try_from).transpose()
    }

    /// Makes the account that the link invites to. [`Error::NotFound`] when the invitation is over.
    pub async fn accept_invitation(
        &self,
        token: &InvitationToken,
        name: &Name,
        password: &NewPassword,
        network: &str,
    ) -> Result<Staff, Error> {
        // A password costs time to hash, and a stranger with a made-up link none of it.
        let invitation = self.invitation(token).await?.ok_or(Error::NotFound)?;
        let staff = Staff {
            id: StaffId::from_random(self.random()),
            email: invitation.email,
            name: name.clone(),
            role: invitation.role,
            has_second_factor: false,
            must_change_password: false,
        };
        let account = self.new_account(staff, password.expose()).await?;
        let (now, token_hash, network) = (self.clock.now(), invitation.name, network.to_owned());
        let accepted = self
            .db
            .write(move |tx| {
                let (account, token_hash, network) = (account.clone(), token_hash.clone(), network.clone());
                Box::pin(async move {
                    if !invitations::accept(tx, &token_hash, now).await? {
                        return Err(Error::NotFound);
                    }
                    let staff = staff::hire(tx, &account, now).await?.staff;
                    let actor = Actor { staff: staff.clone(), network };
                    let role = staff.role.as_str();
                    actor.log(tx, now, Act::InvitationAccepted, staff.email.as_str(), role).await?;
                    Ok(staff)
                })
            })
            .await;
        match accepted {
            // They got an account in another way meanwhile.
            Err(Error::Store(StoreError::Conflict(_))) => Err(Error::NotFound),
            other => other,
        }
    }
}
