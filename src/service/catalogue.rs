//! What is for sale, and which version of it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Error, Services};
use crate::domain::id::RowId;
use crate::domain::plan::{Interval, Offer, Plan, PlanKey};
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

    /// All plans with their prices, in the order of the page.
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

    /// Charges another price for new orders from now on; orders that exist keep theirs.
    pub async fn change_price(&self, offer: &Offer) -> Result<(), Error> {
        let (id, now, offer) = (RowId::from_random(self.random()), self.clock.now(), offer.clone());
        self.db
            .write(move |tx| {
                let (id, offer) = (id.clone(), offer.clone());
                Box::pin(async move {
                    plans::retire_price(tx, &offer.plan, offer.interval, now).await?;
                    plans::insert_price(tx, &id, &offer).await?;
                    shop::bump_data_version(tx).await?;
                    Ok(())
                })
            })
            .await
    }
}
