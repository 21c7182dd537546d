//! Who works here: accounts. What proves that somebody is their owner beyond the password is in `factors`.

use super::{Constraint, StoreError, Tx, query, stored};
use crate::domain::customer::{Email, Name};
use crate::domain::id::StaffId;
use crate::domain::staff::{Role, Staff};
use crate::domain::time::UnixMs;

/// An account with what proves that somebody is its owner.
#[derive(Clone)]
pub struct Account {
    pub staff: Staff,
    /// A PHC string.
    pub password_hash: String,
    /// The second factor's secret as it is stored, …
    pub totp_secret: Option<String>,
    /// … and one that is being set up.
    pub totp_pending: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    must_change_password: i64,
    totp_secret: Option<String>,
    totp_pending: Option<String>,
}

impl TryFrom<Row> for Account {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            staff: Staff {
                id: stored(StaffId::parse(&row.id))?,
                email: stored(Email::parse(&row.email))?,
                name: stored(Name::parse(&row.name))?,
                role: Role::parse(&row.role)?,
                has_second_factor: row.totp_secret.is_some(),
                must_change_password: row.must_change_password != 0,
            },
            password_hash: row.password_hash,
            totp_secret: row.totp_secret,
            totp_pending: row.totp_pending,
        })
    }
}

macro_rules! select_staff {
    ($tail:literal) => {
        concat!(
            "SELECT id, email, name, role, password_hash, must_change_password, totp_secret, totp_pending
            FROM staff WHERE disabled_at IS NULL ",
            $tail
        )
    };
}

/// A new account, or a dismissed one that begins anew under its old id. [`super::Constraint::Other`] when
/// somebody who works here has the address.
pub async fn hire(tx: &mut Tx, account: &Account, at: UnixMs) -> Result<Account, StoreError> {
    const SQL: &str = "INSERT INTO staff (id, email, name, role, password_hash, must_change_password, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (email) DO UPDATE SET name = $3, role = $4, password_hash = $5, must_change_password = $6,
            created_at = $7, disabled_at = NULL, totp_secret = NULL, totp_pending = NULL, totp_step = 0
        WHERE staff.disabled_at IS NOT NULL";
    let staff = &account.staff;
    let hired = query!(
        execute tx,
        SQL,
        staff.id.as_str(),
        staff.email.as_str().to_lowercase(),
        staff.name.as_str(),
        staff.role.as_str(),
        account.password_hash.as_str(),
        i64::from(staff.must_change_password),
        at.get(),
    )?;
    if hired == 0 {
        return Err(StoreError::Conflict(Constraint::Other));
    }
    find_by_email(tx, &staff.email).await?.ok_or(StoreError::NotFound)
}

/// Somebody who has not been dismissed.
pub async fn find(tx: &mut Tx, id: &StaffId) -> Result<Option<Account>, StoreError> {
    query!(optional tx, Row, select_staff!("AND id = $1"), id.as_str())?.map(Account::try_from).transpose()
}

/// Somebody who has not been dismissed, by the address that they log in with.
pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<Account>, StoreError> {
    let row = query!(optional tx, Row, select_staff!("AND email = $1"), email.as_str().to_lowercase())?;
    row.map(Account::try_from).transpose()
}

/// Whether anybody works here at all.
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    let found: Option<(i64,)> = query!(optional tx, (i64,), "SELECT CAST(1 AS BIGINT) FROM staff LIMIT 1")?;
    Ok(found.is_some())
}

/// Everybody who works here, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Account>, StoreError> {
    let rows = query!(all tx, Row, select_staff!("ORDER BY name, email"))?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Somebody who works or worked here, for the log.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Known {
    pub id: String,
    pub name: String,
    pub email: String,
}

pub async fn known(tx: &mut Tx) -> Result<Vec<Known>, StoreError> {
    query!(all tx, Known, "SELECT id, name, email FROM staff ORDER BY name, email")
}

/// All owners, held fast until the transaction ends: whoever changes one of them waits.
pub async fn lock_owners(tx: &mut Tx) -> Result<Vec<StaffId>, StoreError> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT id FROM staff WHERE role = 'owner' AND disabled_at IS NULL",
        Tx::Postgres(_) => "SELECT id FROM staff WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id FOR UPDATE",
    };
    let rows: Vec<(String,)> = query!(all tx, (String,), sql)?;
    rows.into_iter().map(|(id,)| stored(StaffId::parse(&id))).collect()
}

/// Replaces a password; false when it is no longer the one that was checked.
pub async fn set_password(tx: &mut Tx, id: &StaffId, checked: &str, hash: &str) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE staff SET password_hash = $3, must_change_password = 0
        WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL";
    Ok(query!(execute tx, SQL, id.as_str(), checked, hash)? > 0)
}

/// Replaces a one-time password that was never changed; false when there is none.
pub async fn renew_one_time_password(
    tx: &mut Tx,
    email: &Email,
    hash: &str,
    must_change: bool,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE staff SET password_hash = $2, must_change_password = $3
        WHERE email = $1 AND must_change_password = 1 AND disabled_at IS NULL";
    Ok(query!(execute tx, SQL, email.as_str().to_lowercase(), hash, i64::from(must_change))? > 0)
}

pub async fn set_role(tx: &mut Tx, id: &StaffId, role: Role) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE staff SET role = $2 WHERE id = $1 AND disabled_at IS NULL", id.as_str(), role.as_str())?;
    Ok(())
}

pub async fn dismiss(tx: &mut Tx, id: &StaffId, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE staff SET disabled_at = $2, totp_secret = NULL, totp_pending = NULL
        WHERE id = $1 AND disabled_at IS NULL";
    query!(execute tx, SQL, id.as_str(), at.get())?;
    Ok(())
}
