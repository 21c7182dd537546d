//! Sessions of staff. A session is named by the hash of the secret in its cookie.

use super::{StoreError, Tx, query};
use crate::domain::id::StaffId;
use crate::domain::time::UnixMs;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    pub id_hash: String,
    pub staff_id: Option<String>,
    /// What the session layer keeps, as JSON.
    pub data: String,
    /// The browser as it names itself, shortened.
    pub agent: String,
    pub network: String,
    pub created_at: i64,
    pub seen_at: i64,
    /// While the second factor is still asked for: until when.
    pub half_until: Option<i64>,
}

/// A new session.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO sessions (id_hash, staff_id, data, agent, network, created_at, seen_at, half_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    query!(
        execute tx,
        SQL,
        session.id_hash.as_str(),
        session.staff_id.as_deref(),
        session.data.as_str(),
        session.agent.as_str(),
        session.network.as_str(),
        session.created_at,
        session.seen_at,
        session.half_until,
    )?;
    Ok(())
}

/// Writes what a session holds now; its age stays what it was. One that was ended meanwhile stays ended.
pub async fn update(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    const SQL: &str =
        "UPDATE sessions SET staff_id = $2, data = $3, agent = $4, network = $5, seen_at = $6, half_until = $7
        WHERE id_hash = $1";
    query!(
        execute tx,
        SQL,
        session.id_hash.as_str(),
        session.staff_id.as_deref(),
        session.data.as_str(),
        session.agent.as_str(),
        session.network.as_str(),
        session.seen_at,
        session.half_until,
    )?;
    Ok(())
}

/// From when on sessions still count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// Those made at or before this are over, …
    pub born: UnixMs,
    /// … and those not used after this, …
    pub used: UnixMs,
    /// … and half-open ones when their time is up.
    pub now: UnixMs,
}

macro_rules! select_sessions {
    ($tail:literal) => {
        concat!(
            "SELECT id_hash, staff_id, data, agent, network, created_at, seen_at, half_until FROM sessions
            WHERE created_at > $2 AND seen_at > $3 ",
            $tail
        )
    };
}

pub async fn find(tx: &mut Tx, id_hash: &str, since: Since) -> Result<Option<Session>, StoreError> {
    let sql = select_sessions!("AND id_hash = $1 AND (half_until IS NULL OR half_until > $4)");
    query!(optional tx, Session, sql, id_hash, since.born.get(), since.used.get(), since.now.get())
}

/// Somebody's sessions that still count, the last used first.
pub async fn of_staff(tx: &mut Tx, id: &StaffId, since: Since) -> Result<Vec<Session>, StoreError> {
    let sql = select_sessions!("AND staff_id = $1 AND half_until IS NULL ORDER BY seen_at DESC, id_hash");
    query!(all tx, Session, sql, id.as_str(), since.born.get(), since.used.get())
}

pub async fn delete(tx: &mut Tx, id_hash: &str) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM sessions WHERE id_hash = $1", id_hash)?;
    Ok(())
}

/// Ends one session of somebody; false when they have no such session.
pub async fn delete_own(tx: &mut Tx, id: &StaffId, id_hash: &str) -> Result<bool, StoreError> {
    const SQL: &str = "DELETE FROM sessions WHERE staff_id = $1 AND id_hash = $2";
    Ok(query!(execute tx, SQL, id.as_str(), id_hash)? > 0)
}

/// Ends all sessions of somebody but one.
pub async fn delete_others(tx: &mut Tx, id: &StaffId, kept: &str) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM sessions WHERE staff_id = $1 AND id_hash <> $2", id.as_str(), kept)?;
    Ok(())
}

/// Ends all sessions of somebody.
pub async fn delete_all(tx: &mut Tx, id: &StaffId) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM sessions WHERE staff_id = $1", id.as_str())?;
    Ok(())
}

/// Forgets what nobody can use any more.
pub async fn sweep(tx: &mut Tx, since: Since) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM sessions WHERE created_at <= $1 OR seen_at <= $2 OR half_until <= $3";
    query!(execute tx, SQL, since.born.get(), since.used.get(), since.now.get())?;
    Ok(())
}
