//! What the merchant decides about the shop itself: the business in the footer, and policies.
//!
//! Every page shows the footer, so what staff wrote is held here together with the data version that it was
//! read at. A page asks for the version, which requests share, and reads the rest only when it has moved: on
//! every node a change is seen by each page that is asked for after it was acknowledged.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::business::{Business, Detail};
use crate::domain::policy::{Approval, LateDays, LatePolicy};
use crate::store::shop;

/// What staff wrote, and the data version that it is not older than.
#[derive(Default)]
pub(super) struct Written(Mutex<Option<(String, Arc<Business>)>>);

impl Written {
    fn held(&self) -> Option<(String, Arc<Business>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Services {
    /// What staff wrote of the business; empty details are as configured. Never older than the call.
    pub async fn written_business(&self) -> Result<Arc<Business>, Error> {
        let version = self.data_version().await?;
        if let Some((_, business)) = self.written.held().filter(|(held, _)| *held == version) {
            return Ok(business);
        }
        // The version was read first: a change in between makes the entry look older than it is, never newer.
        let business = self.db.read(|tx| Box::pin(shop::business(tx))).await.map_err(Error::Store)?;
        let business = Arc::new(business);
        *self.written.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, business.clone()));
        Ok(business)
    }

    /// Who sells, as the footer shows it now. While the database is silent, as it was last seen.
    pub async fn business(&self, configured: &Arc<Business>) -> Arc<Business> {
        let written = match self.written_business().await {
            Ok(written) => written,
            Err(error) => {
                tracing::warn!(%error, "the business details could not be read");
                self.written.held().map(|(_, business)| business).unwrap_or_default()
            }
        };
        if *written == Business::default() { configured.clone() } else { Arc::new(configured.under(&written)) }
    }

    /// Keeps what staff wrote, with a line in the log for each detail that it changes.
    pub async fn change_business(&self, actor: &Actor, wanted: Business) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let (actor, wanted) = (actor.clone(), wanted.clone());
                Box::pin(async move {
                    // First, because it also lets one change wait for another: the old values in the log are right.
                    shop::bump_data_version(tx).await?;
                    let written = shop::business(tx).await?;
                    for detail in Detail::ALL {
                        let (old, new) = (written.get(*detail), wanted.get(*detail));
                        if old != new {
                            shop::set(tx, detail.as_str(), new).await?;
                            let change = format!("{} → {}", quoted(old), quoted(new));
                            actor.log(tx, now, Act::BusinessChanged, detail.as_str(), &change).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await
    }

    /// What happens to late money.
    pub async fn late_policy(&self) -> Result<LatePolicy, Error> {
        self.db.read(|tx| Box::pin(shop::late_policy(tx))).await.map_err(Error::Store)
    }

    pub async fn change_late_policy(&self, actor: &Actor, wanted: LatePolicy) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    // As above; pages that tell what happens to late money are out of date, too.
                    shop::bump_data_version(tx).await?;
                    let old = shop::late_policy(tx).await?;
                    if old != wanted {
                        shop::set(tx, shop::LATE_POLICY, wanted.as_str()).await?;
                        let change = format!("{} → {}", old.as_str(), wanted.as_str());
                        actor.log(tx, now, Act::PolicyChanged, shop::LATE_POLICY, &change).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// For how long orders stay open to late money.
    pub async fn late_days(&self) -> Result<LateDays, Error> {
        self.db.read(|tx| Box::pin(shop::late_days(tx))).await.map_err(Error::Store)
    }

    pub async fn change_late_days(&self, actor: &Actor, wanted: LateDays) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    shop::bump_data_version(tx).await?;
                    let old = shop::late_days(tx).await?;
                    if old != wanted {
                        shop::set(tx, shop::LATE_DAYS, &wanted.days().to_string()).await?;
                        let change = format!("{} → {}", old.days(), wanted.days());
                        actor.log(tx, now, Act::PolicyChanged, shop::LATE_DAYS, &change).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Who completes a payment.
    pub async fn approval(&self) -> Result<Approval, Error> {
        self.db.read(|tx| Box::pin(shop::approval(tx))).await.map_err(Error::Store)
    }

    /// Decides for payments that are begun from now on, and for those that wait for an approval now.
    pub async fn change_approval(&self, actor: &Actor, wanted: Approval) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    // One change waits for another: the old value in the log is right.
                    shop::bump_data_version(tx).await?;
                    let old = shop::approval(tx).await?;
                    if old != wanted {
                        shop::set(tx, shop::APPROVAL, wanted.as_str()).await?;
                        let change = format!("{} → {}", old.as_str(), wanted.as_str());
                        actor.log(tx, now, Act::PolicyChanged, shop::APPROVAL, &change).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

fn quoted(value: &str) -> String {
    if value.is_empty() { "(configured)".to_owned() } else { format!("“{value}”") }
}
