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

/// All plans with their living prices, in the order of the page.
pub async fn list(tx: &mut Tx) -> Result<Vec<Plan>, StoreError> {
    const SQL: &str = "SELECT p.key, p.name, p.features, r.billing_interval, r.total_krw, r.tax_free_krw, r.product_id
        FROM plans p JOIN plan_prices r ON r.plan_key = p.key AND r.retired_at IS NULL
        ORDER BY p.position, p.key, r.billing_interval";
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
        WHERE p.key = $1 AND r.billing_interval = $2";
    let row = query!(optional tx, Row, SQL, plan.as_str(), interval.as_str())?;
    row.map(|row| row.offer()).transpose()
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

pub async fn insert_price(tx: &mut Tx, id: &RowId, offer: &Offer) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO plan_prices (id, plan_key, billing_interval, total_krw, tax_free_krw, product_id)
        VALUES ($1, $2, $3, $4, $5, $6)";
    query!(
        execute tx,
        SQL,
        id.as_str(),
        offer.plan.as_str(),
        offer.interval.as_str(),
        offer.amount.total().get(),
        offer.amount.tax_free().get(),
        offer.product_id.as_str(),
    )?;
    Ok(())
}
