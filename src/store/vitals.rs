//! What the doctor asks the database about the database and who works here.

use super::{StoreError, Tx, query};

/// The database answers at all.
pub async fn answer(tx: &mut Tx) -> Result<(), StoreError> {
    let one: Option<(i64,)> = query!(optional tx, (i64,), "SELECT CAST(1 AS BIGINT)")?;
    one.map(|_| ()).ok_or(StoreError::NotFound)
}

/// Owners who work here now, and how many of them have no second factor.
pub async fn owners(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    const SQL: &str =
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN totp_secret IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
        FROM staff WHERE role = 'owner' AND disabled_at IS NULL";
    Ok(query!(optional tx, (i64, i64), SQL)?.unwrap_or_default())
}
