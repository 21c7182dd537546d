//! What the merchant says of the business: the footer of every page.
//!
//! Every page shows the footer, so what staff wrote is held here together with the data version that it was
//! read at. A page asks for the version, which requests share, and reads the rest only when it has moved: on
//! every node a change is seen by each page that is asked for after it was acknowledged.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::business::{Business, Detail};
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
}

fn quoted(value: &str) -> String {
    if value.is_empty() { "(configured)".to_owned() } else { format!("“{value}”") }
}
