//! What there is once in a database: its mode and version, what the merchant has set, and how far work has come.

use super::{StoreError, Tx, query};
use crate::domain::business::{Business, Detail};
use crate::domain::policy::{Approval, LateDays, LatePolicy};
use crate::domain::time::UnixMs;

/// The payment mode that this database was made for.
pub const MODE: &str = "mode";
/// Counts up with every change of what the public pages are made from.
pub const DATA_VERSION: &str = "data_version";

/// Which form the search texts of orders have, and how far they are written: `1:done`.
pub const SEARCH: &str = "search";

/// What happens to late money; a person is asked until the merchant has decided.
pub const LATE_POLICY: &str = "late_policy";

/// Who completes a payment; the provider until the merchant has decided.
pub const APPROVAL: &str = "approval";

/// For how many days after its end an order stays open to late money.
pub const LATE_DAYS: &str = "late_days";

/// Since when the provider's list has been read without a gap.
pub const SWEPT: &str = "swept";

/// When the doctor last tried whether the database takes writes.
pub const EXAMINED: &str = "examined";

/// What staff wrote of the business; empty where the configuration's value holds.
pub async fn business(tx: &mut Tx) -> Result<Business, StoreError> {
    let rows = query!(all tx, (String, String), "SELECT name, value FROM shop")?;
    let mut written = Business::default();
    for (name, value) in rows {
        if let Ok(detail) = Detail::parse(&name) {
            written.set(detail, value);
        }
    }
    Ok(written)
}

pub async fn late_policy(tx: &mut Tx) -> Result<LatePolicy, StoreError> {
    Ok(get(tx, LATE_POLICY).await?.map_or(Ok(LatePolicy::UNLESS_SET), |word| LatePolicy::parse(&word))?)
}

pub async fn approval(tx: &mut Tx) -> Result<Approval, StoreError> {
    Ok(get(tx, APPROVAL).await?.map_or(Ok(Approval::UNLESS_SET), |word| Approval::parse(&word))?)
}

pub async fn late_days(tx: &mut Tx) -> Result<LateDays, StoreError> {
    let Some(days) = get(tx, LATE_DAYS).await? else { return Ok(LateDays::UNLESS_SET) };
    LateDays::parse(&days).ok_or_else(|| StoreError::Corrupt(format!("late days {days:?}")))
}

pub async fn swept(tx: &mut Tx) -> Result<Option<UnixMs>, StoreError> {
    Ok(get(tx, SWEPT).await?.and_then(|at| at.parse().ok()).map(UnixMs::new))
}

pub async fn set(tx: &mut Tx, name: &'static str, value: &str) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO shop (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2";
    query!(execute tx, SQL, name, value)?;
    Ok(())
}

pub async fn get(tx: &mut Tx, name: &'static str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = query!(optional tx, (String,), "SELECT value FROM shop WHERE name = $1", name)?;
    Ok(row.map(|(value,)| value))
}

/// Writes the fact unless it is there already; true for the first writer.
pub async fn insert_if_absent(tx: &mut Tx, name: &'static str, value: &str) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO shop (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    Ok(query!(execute tx, SQL, name, value)? == 1)
}

/// Makes every cached public page out of date. Part of each transaction that changes what they show.
pub async fn bump_data_version(tx: &mut Tx) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO shop (name, value) VALUES ($1, '1')
        ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(shop.value AS BIGINT) + 1 AS TEXT)";
    query!(execute tx, SQL, DATA_VERSION)?;
    Ok(())
}
