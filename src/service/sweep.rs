//! The sweep: one reading of the provider's lists for all orders at once, so that a payment is found within a
//! minute also when every webhook was lost, the tab was closed, and the order's number was never learned.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Error, Services};
use crate::clock::day_in_seoul;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::judge::{PaidWord, ProviderOrder};
use crate::planted::{Bug, planted};
use crate::provider::bootpay::{DayOf, OrderQuery};
use crate::store::{deliveries, payments, shop, watches};

/// The most pages that one sweep reads.
const PAGES: u32 = 40;
/// Each sweep begins so long before the last one.
const OVERLAP_MS: i64 = 60 * 60 * 1000;
/// A gap in the sweeps is made up for when it is no longer than this.
const LONGEST_GAP_MS: i64 = 31 * 24 * 60 * 60 * 1000;
/// After so long without a sweep, what came meanwhile is seen by the next one alone: days that have passed are not read
/// again.
const GAP_MS: i64 = 30 * 60 * 1000;
/// Orders that one sweep may fail to read before it ends.
const FAILURES: u32 = 3;
/// How often it is written down that there is no gap.
const NOTED_EVERY_MS: i64 = 10 * 60 * 1000;

/// What the last sweeps of this process saw, so that the same sight causes one look only. What it has forgotten
/// costs a look more.
#[derive(Default)]
pub(super) struct Sights(Mutex<HashMap<String, (PaidWord, Option<String>)>>);

/// A sweep while it goes on.
struct Round {
    from: String,
    to: String,
    /// What came while nobody swept is seen by this one alone.
    closes_gap: bool,
    failures: u32,
    /// All that it was to see has been seen, and nothing of it can be forgotten.
    is_whole: bool,
}

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
    /// Reads the provider's lists of the time since the last sweep and has each order looked at of which they show
    /// something that is not booked. A list is believed no more than a webhook.
    pub(super) async fn sweep(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let last = self.db.read(|tx| Box::pin(shop::swept(tx))).await.map_err(Error::Store)?;
        // A node that was down for days sweeps those days too.
        let since = last.unwrap_or(now).min(now).max(now.plus_ms(-LONGEST_GAP_MS)).plus_ms(-OVERLAP_MS);
        let mut round = Round {
            from: day_in_seoul(since),
            to: day_in_seoul(now),
            closes_gap: last.is_some_and(|last| now.since_ms(last) >= GAP_MS),
            failures: 0,
            is_whole: true,
        };
        // What was made yesterday may be paid today, and what was made today may wait for us unpaid.
        for by in [DayOf::Paid, DayOf::Made] {
            self.sweep_list(by, &mut round).await?;
        }
        if round.is_whole && last.is_none_or(|last| now.since_ms(last).abs() >= NOTED_EVERY_MS) {
            let write = self
                .db
                .write(move |tx| Box::pin(async move { shop::set(tx, shop::SWEPT, &now.get().to_string()).await }));
            write.await.map_err(Error::Store)?;
        }
        Ok(())
    }

    async fn sweep_list(&self, by: DayOf, round: &mut Round) -> Result<(), Error> {
        for page in 1..=PAGES {
            let query = OrderQuery { from: round.from.clone(), to: round.to.clone(), page, by };
            let listed = self.bootpay.orders(&query).await?;
            for found in listed.orders.iter().filter(|found| found.paid != PaidWord::Ready) {
                if self.sights.is_new(found) {
                    let noted = self.note_sight(found, round).await;
                    if !matches!(noted, Ok(true)) {
                        self.sights.forget(found);
                    }
                    if let Err(error) = noted {
                        // Without a gap the next sweeps see it again.
                        round.is_whole &= !round.closes_gap;
                        // One order that can't be read keeps nobody from seeing those behind it.
                        round.failures += 1;
                        if round.failures > FAILURES {
                            return Err(error);
                        }
                        tracing::warn!(%error, "an order in the provider's list could not be looked at");
                    }
                }
            }
            if listed.is_last {
                return Ok(());
            }
        }
        round.is_whole = false;
        Ok(())
    }

    /// Hints at the order that is shown. False for a payment that is not booked yet, which the next sweep asks for again.
    async fn note_sight(&self, found: &ProviderOrder, round: &mut Round) -> Result<bool, Error> {
        let (found, now) = (self.whole(found.clone()).await?, self.clock.now());
        let noted = self.db.write(move |tx| {
            let found = found.clone();
            Box::pin(async move {
                let Some(order) = deliveries::order_bearing(tx, &found).await? else { return Ok((true, true)) };
                let is_booked = match (&found.receipt_id, found.paid) {
                    (Some(receipt), PaidWord::Paid) => payments::is_booked(tx, receipt).await?,
                    _ => false,
                };
                if is_booked || planted(Bug::SweepBlind) {
                    return Ok((is_booked, true));
                }
                let number = found.number.as_deref().and_then(|text| ProviderOrderNumber::parse(text).ok());
                let is_kept = watches::hint(tx, &order, number.as_ref(), now).await?;
                Ok::<_, Error>((is_kept && found.paid != PaidWord::Paid, is_kept))
            })
        });
        let (is_done, is_kept) = noted.await?;
        round.is_whole &= is_kept;
        Ok(is_done)
    }
}
