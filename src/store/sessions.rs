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
}

/// Writes a session; its age stays what it was.
pub async fn save(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO sessions (id_hash, staff_id, data, agent, network, created_at, seen_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id_hash) DO UPDATE SET staff_id = $2, data = $3, agent = $4, network = $5, seen_at = $7";
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
    )?;
    Ok(())
}

/// The session, unless it was made before `born` or not used since `used`.
pub async fn find(tx: &mut Tx, id_hash: &str, born: UnixMs, used: UnixMs) -> Result<Option<Session>, StoreError> {
    const SQL: &str = "SELECT id_hash, staff_id, data, agent, network, created_at, seen_at FROM sessions
        WHERE id_hash = $1 AND created_at > $2 AND seen_at > $3";
    query!(optional tx, Session, SQL, id_hash, born.get(), used.get())
}

/// Somebody's sessions that still count, the last used first.
pub async fn of_staff(tx: &mut Tx, id: &StaffId, born: UnixMs, used: UnixMs) -> Result<Vec<Session>, StoreError> {
    const SQL: &str = "SELECT id_hash, staff_id, data, agent, network, created_at, seen_at FROM sessions
        WHERE staff_id = $1 AND created_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, id_hash";
    query!(all tx, Session, SQL, id.as_str(), born.get(), used.get())
}

pub async fn delete(tx: &mut Tx, id_hash: &str) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM sessions WHERE id_hash = $1", id_hash)?;
    Ok(())
}

/// Ends all sessions of somebody but one.
pub async fn delete_others(tx: &mut Tx, id: &StaffId, kept: &str) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM sessions WHERE staff_id = $1 AND id_hash <> $2", id.as_str(), kept)?;
    Ok(())
}

/// Forgets what nobody can use any more.
pub async fn sweep(tx: &mut Tx, born: UnixMs, used: UnixMs) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM sessions WHERE created_at <= $1 OR seen_at <= $2", born.get(), used.get())?;
    Ok(())
}
