//! Second factors: the shared secret, the last step that was used, recovery codes.

use super::{StoreError, Tx, query};
use crate::domain::id::StaffId;
use crate::domain::time::UnixMs;

/// A secret that is being set up; it replaces one that was never confirmed.
pub async fn set_pending(tx: &mut Tx, id: &StaffId, secret: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE staff SET totp_pending = $2 WHERE id = $1 AND disabled_at IS NULL";
    query!(execute tx, SQL, id.as_str(), secret)?;
    Ok(())
}

/// Makes the pending secret the one that counts, with the step whose code was seen. False when another one
/// is pending by now, or none.
pub async fn confirm(tx: &mut Tx, id: &StaffId, pending: &str, step: i64) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE staff SET totp_secret = totp_pending, totp_pending = NULL, totp_step = $3
        WHERE id = $1 AND totp_pending = $2 AND disabled_at IS NULL";
    Ok(query!(execute tx, SQL, id.as_str(), pending, step)? > 0)
}

/// Uses a step up; false when it, or a later one, was used before, or the secret is another one by now.
pub async fn use_step(tx: &mut Tx, id: &StaffId, secret: &str, step: i64) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE staff SET totp_step = $3
        WHERE id = $1 AND totp_secret = $2 AND totp_step < $3 AND disabled_at IS NULL";
    Ok(query!(execute tx, SQL, id.as_str(), secret, step)? > 0)
}

/// Ends somebody's second factor; false when there was none.
pub async fn remove(tx: &mut Tx, id: &StaffId) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE staff SET totp_secret = NULL, totp_pending = NULL WHERE id = $1 AND totp_secret IS NOT NULL";
    let removed = query!(execute tx, SQL, id.as_str())? > 0;
    query!(execute tx, "DELETE FROM recovery_codes WHERE staff_id = $1", id.as_str())?;
    Ok(removed)
}

/// Replaces all recovery codes of somebody.
pub async fn set_recovery_codes(tx: &mut Tx, id: &StaffId, hashes: &[String]) -> Result<(), StoreError> {
    query!(execute tx, "DELETE FROM recovery_codes WHERE staff_id = $1", id.as_str())?;
    for hash in hashes {
        const SQL: &str = "INSERT INTO recovery_codes (staff_id, code_hash) VALUES ($1, $2)";
        query!(execute tx, SQL, id.as_str(), hash.as_str())?;
    }
    Ok(())
}

/// Uses a recovery code up; false when there is no such code, or it was used.
pub async fn use_recovery_code(tx: &mut Tx, id: &StaffId, hash: &str, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE recovery_codes SET used_at = $3 WHERE staff_id = $1 AND code_hash = $2 AND used_at IS NULL";
    Ok(query!(execute tx, SQL, id.as_str(), hash, at.get())? > 0)
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(tx: &mut Tx, id: &StaffId) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_codes WHERE staff_id = $1 AND used_at IS NULL";
    let left: Option<(i64,)> = query!(optional tx, (i64,), SQL, id.as_str())?;
    Ok(left.map_or(0, |(left,)| left))
}
