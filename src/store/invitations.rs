//! Invitations to the staff, named by the hash of the secret in their link.

use super::{StoreError, Tx, query};
use crate::domain::id::StaffId;
use crate::domain::time::UnixMs;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Invitation {
    pub token_hash: String,
    pub email: String,
    pub role: String,
    pub invited_by: String,
    pub created_at: i64,
    pub expires_at: i64,
}

/// A new invitation. It replaces one to the same address that nobody has accepted.
pub async fn insert(tx: &mut Tx, invitation: &Invitation) -> Result<(), StoreError> {
    query!(
        execute tx,
        "DELETE FROM invitations WHERE email = $1 AND used_at IS NULL",
        invitation.email.as_str(),
    )?;
    const SQL: &str = "INSERT INTO invitations (token_hash, email, role, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    query!(
        execute tx,
        SQL,
        invitation.token_hash.as_str(),
        invitation.email.as_str(),
        invitation.role.as_str(),
        invitation.invited_by.as_str(),
        invitation.created_at,
        invitation.expires_at,
    )?;
    Ok(())
}

macro_rules! select_invitations {
    ($tail:literal) => {
        concat!(
            "SELECT token_hash, email, role, invited_by, created_at, expires_at FROM invitations
            WHERE used_at IS NULL AND expires_at > $1 ",
            $tail
        )
    };
}

/// Invitations that can still be accepted, the newest first.
pub async fn open(tx: &mut Tx, now: UnixMs) -> Result<Vec<Invitation>, StoreError> {
    let sql = select_invitations!("ORDER BY created_at DESC, token_hash");
    query!(all tx, Invitation, sql, now.get())
}

/// The invitation, while it can be accepted.
pub async fn find(tx: &mut Tx, token_hash: &str, now: UnixMs) -> Result<Option<Invitation>, StoreError> {
    query!(optional tx, Invitation, select_invitations!("AND token_hash = $2"), now.get(), token_hash)
}

/// Accepts an invitation; false when somebody else was faster, or it is over.
pub async fn accept(tx: &mut Tx, token_hash: &str, now: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE invitations SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    Ok(query!(execute tx, SQL, token_hash, now.get())? > 0)
}

/// Withdraws an invitation; false when it was accepted or withdrawn before.
pub async fn withdraw(tx: &mut Tx, token_hash: &str) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM invitations WHERE token_hash = $1 AND used_at IS NULL";
    Ok(query!(execute tx, SQL, token_hash)? > 0)
}

/// Withdraws what somebody has sent who may invite no more.
pub async fn withdraw_all_by(tx: &mut Tx, id: &StaffId) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM invitations WHERE invited_by = $1 AND used_at IS NULL", id.as_str())?;
    Ok(())
}
