//! Who works here: accounts, second factors, invitations, failed logins.

use super::{StoreError, Tx, query, stored};
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
        })
    }
}

macro_rules! select_staff {
    ($tail:literal) => {
        concat!(
            "SELECT id, email, name, role, password_hash, must_change_password, totp_secret FROM staff WHERE disabled_at IS NULL ",
            $tail
        )
    };
}

/// A new account. [`super::Constraint::Other`] when the address has one already.
pub async fn insert(tx: &mut Tx, account: &Account, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO staff (id, email, name, role, password_hash, must_change_password, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let staff = &account.staff;
    query!(
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
    Ok(())
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
