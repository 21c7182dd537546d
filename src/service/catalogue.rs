//! What is for sale, which version of it, and what staff change about it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::RowId;
use crate::domain::plan::{Interval, Offer, Plan, PlanKey};
use crate::store::plans::{PlanRecord, Price};
use crate::store::{plans, shop};

/// Lets requests that wait at the same time share one reading of the data version. A request only ever
/// takes a reading that began after it arrived, so what was acknowledged before it is always seen.
#[derive(Default)]
pub(super) struct Version {
    begun: AtomicU64,
    last: tokio::sync::Mutex<(u64, Option<String>)>,
}

impl Services {
    /// Counts up with every change of what public pages are made from. Never older than the call.
    pub async fn data_version(&self) -> Result<String, Error> {
        let arrived = self.version.begun.load(Ordering::Acquire);
        let mut last = self.version.last.lock().await;
        if last.0 > arrived
            && let Some(version) = &last.1
        {
            return Ok(version.clone());
        }
        let this = self.version.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let read = self.db.read(|tx| Box::pin(shop::get(tx, shop::DATA_VERSION))).await;
        let version = read.map_err(Error::Store)?.unwrap_or_default();
        *last = (this, Some(version.clone()));
        Ok(version)
    }

    /// All plans that are sold, with their prices, in the order of the page.
    pub async fn plans(&self) -> Result<Vec<Plan>, Error> {
        self.db.read(|tx| Box::pin(async move { Ok(plans::list(tx).await?) })).await
    }

    /// What a plan costs now. [`Error::NotFound`] when it is not sold for this interval.
    pub async fn offer(&self, plan: &PlanKey, interval: Interval) -> Result<Offer, Error> {
        let plan = plan.clone();
        self.db
            .read(move |tx| {
                Box::pin(async move { plans::find_offer(tx, &plan, interval).await?.ok_or(Error::NotFound) })
            })
            .await
    }

    /// Every plan with its place on the page, also those that are not sold.
    pub async fn plan_records(&self) -> Result<Vec<PlanRecord>, Error> {
        self.db.read(|tx| Box::pin(async move { Ok(plans::records(tx).await?) })).await
    }

    /// One plan and every price that it has had. [`Error::NotFound`] when there is none.
    pub async fn plan_record(&self, plan: &PlanKey) -> Result<(PlanRecord, Vec<Price>), Error> {
        let plan = plan.clone();
        self.db
            .read(move |tx| {
                Box::pin(async move {
                    let records = plans::records(tx).await?;
                    let found = records.into_iter().find(|record| record.plan.key == plan).ok_or(Error::NotFound)?;
                    Ok((found, plans::prices(tx, &plan).await?))
                })
            })
            .await
    }

    /// Puts a new plan on the page with the prices that it has. [`Error::Taken`] when there is one with this
    /// key.
    pub async fn create_plan(&self, actor: &Actor, plan: &Plan, position: i64) -> Result<(), Error> {
        let priced: Vec<(RowId, Offer)> =
            plan.offers.iter().map(|offer| (RowId::from_random(self.random()), offer.clone())).collect();
        let (actor, plan, now) = (actor.clone(), plan.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, plan, priced) = (actor.clone(), plan.clone(), priced.clone());
                Box::pin(async move {
                    plans::insert_plan(tx, &plan, position).await?;
                    for (id, offer) in &priced {
                        plans::insert_price(tx, id, offer, now, Some(actor.staff.name.as_str())).await?;
                    }
                    shop::bump_data_version(tx).await?;
                    let prices: Vec<String> =
                        plan.offers.iter().map(|offer| told_price(offer.interval, None, Some(offer))).collect();
                    actor.log(tx, now, Act::PlanCreated, plan.key.as_str(), &prices.join("; ")).await?;
                    Ok(())
                })
            })
            .await
            .map_err(Error::taken)
    }

    /// Changes what a plan is called, what it includes and where it stands; its prices stay.
    pub async fn change_plan(&self, actor: &Actor, plan: &Plan, position: i64) -> Result<(), Error> {
        let (actor, plan, now) = (actor.clone(), plan.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, plan) = (actor.clone(), plan.clone());
                Box::pin(async move {
                    let before = plans::lock(tx, &plan.key).await?.ok_or(Error::NotFound)?;
                    plans::update_plan(tx, &plan, position).await?;
                    shop::bump_data_version(tx).await?;
                    let detail = format!(
                        "name {} -> {}; position {} -> {position}; features {} -> {}",
                        before.plan.name,
                        plan.name,
                        before.position,
                        before.plan.features.len(),
                        plan.features.len()
                    );
                    actor.log(tx, now, Act::PlanChanged, plan.key.as_str(), &detail).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Charges another price for new orders from now on; orders that exist keep theirs.
    pub async fn change_price(&self, actor: &Actor, offer: &Offer) -> Result<(), Error> {
        let (id, now, offer) = (RowId::from_random(self.random()), self.clock.now(), offer.clone());
        let actor = actor.clone();
        self.db
            .write(move |tx| {
                let (id, offer, actor) = (id.clone(), offer.clone(), actor.clone());
                Box::pin(async move {
                    let before = plans::lock(tx, &offer.plan).await?.ok_or(Error::NotFound)?;
                    plans::retire_price(tx, &offer.plan, offer.interval, now).await?;
                    plans::insert_price(tx, &id, &offer, now, Some(actor.staff.name.as_str())).await?;
                    shop::bump_data_version(tx).await?;
                    let detail = told_price(offer.interval, before.plan.offer(offer.interval), Some(&offer));
                    actor.log(tx, now, Act::PriceChanged, offer.plan.as_str(), &detail).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Sells a plan no longer for this interval, until it gets a price again.
    pub async fn retire_price(&self, actor: &Actor, plan: &PlanKey, interval: Interval) -> Result<(), Error> {
        let (actor, plan, now) = (actor.clone(), plan.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, plan) = (actor.clone(), plan.clone());
                Box::pin(async move {
                    let before = plans::lock(tx, &plan).await?.ok_or(Error::NotFound)?;
                    let Some(offer) = before.plan.offer(interval) else { return Ok(()) };
                    plans::retire_price(tx, &plan, interval, now).await?;
                    shop::bump_data_version(tx).await?;
                    let detail = told_price(interval, Some(offer), None);
                    actor.log(tx, now, Act::PriceRetired, plan.as_str(), &detail).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Takes a whole plan off the page, or puts it back with the prices that it had.
    pub async fn sell_plan(&self, actor: &Actor, plan: &PlanKey, sold: bool) -> Result<(), Error> {
        let (actor, plan, now) = (actor.clone(), plan.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, plan) = (actor.clone(), plan.clone());
                Box::pin(async move {
                    let before = plans::lock(tx, &plan).await?.ok_or(Error::NotFound)?;
                    if before.stopped_at.is_none() == sold {
                        return Ok(());
                    }
                    plans::set_stopped(tx, &plan, (!sold).then_some(now)).await?;
                    shop::bump_data_version(tx).await?;
                    let act = if sold { Act::PlanResumed } else { Act::PlanStopped };
                    actor.log(tx, now, act, plan.as_str(), &before.plan.name).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// For the audit log: `month: 29900 (tax-free 0) -> 39900 (tax-free 0)`.
fn told_price(interval: Interval, before: Option<&Offer>, after: Option<&Offer>) -> String {
    let told = |offer: Option<&Offer>| match offer {
        Some(offer) => format!("{} (tax-free {})", offer.amount.total().get(), offer.amount.tax_free().get()),
        None => "not sold".to_owned(),
    };
    format!("{}: {} -> {}", interval.as_str(), told(before), told(after))
}
