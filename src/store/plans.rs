//! The price list.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::RowId;
use crate::domain::money::{Amount, Krw};
use crate::domain::plan::{Feature, Interval, Offer, Plan, PlanKey};
use crate::domain::time::UnixMs;

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    name: String,
    features: String,
    billing_interval: String,
    total_krw: i64,
    tax_free_krw: i64,
    product_id: String,
}

impl Row {
    fn offer(&self) -> Result<Offer, StoreError> {
        let amount = Amount::new(stored(Krw::new(self.total_krw))?, stored(Krw::new(self.tax_free_krw))?);
        Ok(Offer {
            plan: stored(PlanKey::parse(&self.key))?,
            plan_name: self.name.clone(),
            interval: stored(Interval::parse(&self.billing_interval))?,
            amount: stored(amount)?,
            product_id: self.product_id.clone(),
        })
    }
}

/// All plans that are sold, with their living prices, in the order of the page.
pub async fn list(tx: &mut Tx) -> Result<Vec<Plan>, StoreError> {
    const SQL: &str = "SELECT p.key, p.name, p.features, r.billing_interval, r.total_krw, r.tax_free_krw, r.product_id
        FROM plans p JOIN plan_prices r ON r.plan_key = p.key AND r.retired_at IS NULL
        WHERE p.stopped_at IS NULL ORDER BY p.position, p.key, r.billing_interval";
    let mut plans: Vec<Plan> = Vec::new();
    for row in query!(all tx, Row, SQL)? {
        let offer = row.offer()?;
        match plans.last_mut().filter(|plan| plan.key == offer.plan) {
            Some(plan) => plan.offers.push(offer),
            None => {
                let features: Vec<Feature> = stored(serde_json::from_str(&row.features))?;
                plans.push(Plan { key: offer.plan.clone(), name: row.name, features, offers: vec![offer] });
            }
        }
    }
    Ok(plans)
}

/// What a plan costs now, for one interval.
pub async fn find_offer(tx: &mut Tx, plan: &PlanKey, interval: Interval) -> Result<Option<Offer>, StoreError> {
    const SQL: &str = "SELECT p.key, p.name, p.features, r.billing_interval, r.total_krw, r.tax_free_krw, r.product_id
        FROM plans p JOIN plan_prices r ON r.plan_key = p.key AND r.retired_at IS NULL
        WHERE p.key = $1 AND r.billing_interval = $2 AND p.stopped_at IS NULL";
    let row = query!(optional tx, Row, SQL, plan.as_str(), interval.as_str())?;
    row.map(|row| row.offer()).transpose()
}

/// A plan as staff see it: also when it is not sold, and with its place on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRecord {
    /// With the living prices.
    pub plan: Plan,
    pub position: i64,
    pub stopped_at: Option<UnixMs>,
}

/// A price that is charged, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    pub offer: Offer,
    /// Unknown for old ones.
    pub created_at: Option<UnixMs>,
    pub created_by: Option<String>,
    pub retired_at: Option<UnixMs>,
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    key: String,
    name: String,
    features: String,
    position: i64,
    stopped_at: Option<i64>,
}

/// Every plan, in the order of the page.
pub async fn records(tx: &mut Tx) -> Result<Vec<PlanRecord>, StoreError> {
    const SQL: &str = "SELECT key, name, features, position, stopped_at FROM plans ORDER BY position, key";
    const OFFERS: &str =
        "SELECT p.key, p.name, p.features, r.billing_interval, r.total_krw, r.tax_free_krw, r.product_id
        FROM plans p JOIN plan_prices r ON r.plan_key = p.key AND r.retired_at IS NULL ORDER BY r.billing_interval";
    let offers = query!(all tx, Row, OFFERS)?.iter().map(Row::offer).collect::<Result<Vec<_>, _>>()?;
    let rows = query!(all tx, RecordRow, SQL)?;
    rows.into_iter().map(|row| record(row, &offers)).collect()
}

/// One plan, held until the transaction ends where it is one.
pub async fn lock(tx: &mut Tx, plan: &PlanKey) -> Result<Option<PlanRecord>, StoreError> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT key, name, features, position, stopped_at FROM plans WHERE key = $1",
        Tx::Postgres(_) => "SELECT key, name, features, position, stopped_at FROM plans WHERE key = $1 FOR UPDATE",
    };
    let Some(row) = query!(optional tx, RecordRow, sql, plan.as_str())? else { return Ok(None) };
    let prices = prices(tx, plan).await?;
    let living: Vec<Offer> =
        prices.into_iter().filter(|price| price.retired_at.is_none()).map(|price| price.offer).collect();
    record(row, &living).map(Some)
}

fn record(row: RecordRow, offers: &[Offer]) -> Result<PlanRecord, StoreError> {
    let key = stored(PlanKey::parse(&row.key))?;
    let mut offers: Vec<Offer> = offers.iter().filter(|offer| offer.plan == key).cloned().collect();
    offers.sort_by_key(|offer| offer.interval.as_str());
    let features = stored(serde_json::from_str(&row.features))?;
    Ok(PlanRecord {
        plan: Plan { key, name: row.name, features, offers },
        position: row.position,
        stopped_at: row.stopped_at.map(UnixMs::new),
    })
}

/// Every price that a plan has had, the living ones first and then the latest.
pub async fn prices(tx: &mut Tx, plan: &PlanKey) -> Result<Vec<Price>, StoreError> {
    const SQL: &str = "SELECT p.key, p.name, p.features, r.billing_interval, r.total_krw, r.tax_free_krw, r.product_id,
            r.created_at, r.created_by, r.retired_at
        FROM plans p JOIN plan_prices r ON r.plan_key = p.key WHERE p.key = $1
        ORDER BY CASE WHEN r.retired_at IS NULL THEN 0 ELSE 1 END, r.retired_at DESC, r.billing_interval, r.id";
    #[derive(sqlx::FromRow)]
    struct PriceRow {
        #[sqlx(flatten)]
        price: Row,
        created_at: Option<i64>,
        created_by: Option<String>,
        retired_at: Option<i64>,
    }
    let price = |row: PriceRow| {
        Ok(Price {
            offer: row.price.offer()?,
            created_at: row.created_at.map(UnixMs::new),
            created_by: row.created_by,
            retired_at: row.retired_at.map(UnixMs::new),
        })
    };
    query!(all tx, PriceRow, SQL, plan.as_str())?.into_iter().map(price).collect()
}

/// Changes what a plan is called, what it includes and where it stands.
pub async fn update_plan(tx: &mut Tx, plan: &Plan, position: i64) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE plans SET name = $2, features = $3, position = $4 WHERE key = $1";
    let features = stored(serde_json::to_string(&plan.features))?;
    query!(execute tx, SQL, plan.key.as_str(), plan.name.as_str(), features.as_str(), position)?;
    Ok(())
}

/// Takes a plan off the page, or puts it back.
pub async fn set_stopped(tx: &mut Tx, plan: &PlanKey, at: Option<UnixMs>) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE plans SET stopped_at = $2 WHERE key = $1", plan.as_str(), at.map(UnixMs::get))?;
    Ok(())
}

pub async fn insert_plan(tx: &mut Tx, plan: &Plan, position: i64) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO plans (key, position, name, features) VALUES ($1, $2, $3, $4)";
    let features = stored(serde_json::to_string(&plan.features))?;
    query!(execute tx, SQL, plan.key.as_str(), position, plan.name.as_str(), features.as_str())?;
    Ok(())
}

/// Ends the life of the price that is charged now for this plan and interval, if there is one.
pub async fn retire_price(tx: &mut Tx, plan: &PlanKey, interval: Interval, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE plan_prices SET retired_at = $3
        WHERE plan_key = $1 AND billing_interval = $2 AND retired_at IS NULL";
    query!(execute tx, SQL, plan.as_str(), interval.as_str(), at.get())?;
    Ok(())
}

/// `by` is the name of who set it; none for the demo's prices.
pub async fn insert_price(
    tx: &mut Tx,
    id: &RowId,
    offer: &Offer,
    at: UnixMs,
    by: Option<&str>,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO plan_prices (id, plan_key, billing_interval, total_krw, tax_free_krw, product_id,
            created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    query!(
        execute tx,
        SQL,
        id.as_str(),
        offer.plan.as_str(),
        offer.interval.as_str(),
        offer.amount.total().get(),
        offer.amount.tax_free().get(),
        offer.product_id.as_str(),
        at.get(),
        by,
    )?;
    Ok(())
}
