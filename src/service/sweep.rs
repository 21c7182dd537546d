//! The sweep: one reading of the provider's list for all orders at once, so that a payment is found within a
//! minute also when every webhook was lost, the tab was closed, and the order's number was never learned.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Error, Services};
use crate::clock::day_in_seoul;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::judge::{PaidWord, ProviderOrder};
use crate::provider::bootpay::{DayOf, OrderQuery};
use crate::store::{deliveries, payments, watches};

/// The most pages that one sweep reads.
const PAGES: u32 = 40;
/// Orders of the last hour of a day are still swept in the next one.
const OVERLAP_MS: i64 = 60 * 60 * 1000;

/// What the last sweeps of this process saw, so that the same sight causes one look only. What it has forgotten
/// costs a look more.
#[derive(Default)]
pub(super) struct Sights(Mutex<HashMap<String, (PaidWord, Option<String>)>>);

impl Sights {
    const MOST: usize = 50_000;

    /// True when this was not seen so before.
    fn is_new(&self, found: &ProviderOrder) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= Self::MOST {
            seen.clear();
        }
        let sight = (found.paid, found.receipt_id.clone());
        seen.insert(found.order_id.clone(), sight.clone()) != Some(sight)
    }

    fn forget(&self, found: &ProviderOrder) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&found.order_id);
    }
}

impl Services {
    /// Reads the provider's list of today and has each order looked at of which it shows something that is not
    /// booked. The list itself is believed no more than a webhook.
    pub(super) async fn sweep(&self) -> Result<(), Error> {
        let now = self.clock.now();
        for page in 1..=PAGES {
            let (from, to) = (day_in_seoul(now.plus_ms(-OVERLAP_MS)), day_in_seoul(now));
            let query = OrderQuery { from, to, page, by: DayOf::Made };
            let listed = self.bootpay.orders(&query).await?;
            for found in listed.orders.iter().filter(|found| found.paid != PaidWord::Ready) {
                if self.sights.is_new(found)
                    && let Err(error) = self.note_sight(found).await
                {
                    self.sights.forget(found);
                    return Err(error);
                }
            }
            if listed.is_last {
                break;
            }
        }
        Ok(())
    }

    async fn note_sight(&self, found: &ProviderOrder) -> Result<(), Error> {
        let (found, now) = (found.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let found = found.clone();
                Box::pin(async move {
                    let Some(order) = deliveries::order_bearing(tx, &found).await? else { return Ok::<_, Error>(()) };
                    let is_booked = match (&found.receipt_id, found.paid) {
                        (Some(receipt), PaidWord::Paid) => payments::is_booked(tx, receipt).await?,
                        _ => false,
                    };
                    if !is_booked {
                        let number = found.number.as_deref().and_then(|text| ProviderOrderNumber::parse(text).ok());
                        watches::hint(tx, &order, number.as_ref(), now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
