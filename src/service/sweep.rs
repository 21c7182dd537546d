//! The sweep: one reading of the provider's lists for all orders at once, so that a payment is found within a
//! minute also when every webhook was lost, the tab was closed, and the order's number was never learned.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::look::MOST_UNREAD;
use super::pages::Pages;
use super::roll::Reading;
use super::{Error, Services};
use crate::clock::{day_in_seoul, seoul_midnight};
use crate::domain::judge::{PaidWord, ProviderOrder};
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};
use crate::provider::bootpay::DayOf;
use crate::store::{deliveries, orders, payments, shop, watches};

/// Each sweep begins so long before the last one.
const OVERLAP_MS: i64 = 60 * 60 * 1000;
/// A gap in the sweeps is made up for when it is no longer than this.
const LONGEST_GAP_MS: i64 = 31 * 24 * 60 * 60 * 1000;
/// After so long without a sweep, what came meanwhile is seen by the next one alone: days that have passed are not read
/// again.
const GAP_MS: i64 = 30 * 60 * 1000;
/// Orders that one sweep reads only to learn whose they are. The next ones go on from there.
const ENROLLED: usize = 100;
/// How often it is written down that there is no gap.
const NOTED_EVERY_MS: i64 = 10 * 60 * 1000;

/// Its word, its receipt, and what has gone back of it.
type Sight = (PaidWord, Option<String>, Option<i64>);

/// What the last sweeps of this process saw, so that the same sight causes one look only. What it has forgotten
/// costs a look more.
#[derive(Default)]
pub(super) struct Sights(Mutex<HashMap<String, Sight>>);

/// A sweep while it goes on.
struct Round {
    /// What came while nobody swept is seen by this one alone.
    closes_gap: bool,
    /// Orders that could not be looked at.
    failed: HashSet<String>,
    /// All that it was to see has been seen, and nothing of it can be forgotten.
    is_whole: bool,
    /// What was made in its days, whatever has become of it.
    made: Vec<ProviderOrder>,
}

impl Sights {
    const MOST: usize = 50_000;

    /// True when this was not seen so before.
    fn is_new(&self, found: &ProviderOrder) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= Self::MOST {
            seen.clear();
        }
        let sight = (found.paid, found.receipt_id.clone(), found.cancelled);
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
        let began = self.clock.now();
        let last = self.db.read(|tx| Box::pin(shop::swept(tx))).await.map_err(Error::Store)?;
        // A node that was down for days sweeps those days too.
        let since = last.unwrap_or(began).min(began).max(began.plus_ms(-LONGEST_GAP_MS)).plus_ms(-OVERLAP_MS);
        let closes_gap = last.is_some_and(|last| began.since_ms(last) >= GAP_MS);
        let mut round = Round { closes_gap, failed: HashSet::new(), is_whole: true, made: Vec::new() };
        let mut midnight = seoul_midnight(since, 0);
        while midnight <= began {
            let (day, next) = (day_in_seoul(midnight), seoul_midnight(midnight, 1));
            // What was made yesterday may be paid today, and what was made today may wait for us unpaid.
            for by in [DayOf::Paid, DayOf::Made] {
                self.sweep_list(&day, by, &mut round).await?;
            }
            // Day by day: should a later one not be read to its end, this one is not read again.
            let swept = next.min(began);
            let is_news = |last: UnixMs| last > began || swept.since_ms(last) >= NOTED_EVERY_MS;
            if round.is_whole && last.is_none_or(is_news) {
                let write = self.db.write(move |tx| {
                    Box::pin(async move { shop::set(tx, shop::SWEPT, &swept.get().to_string()).await })
                });
                write.await.map_err(Error::Store)?;
            }
            midnight = next;
        }
        if let Some(bearing) = self.bearing_of(&round.made).await {
            self.roll.put(Reading { began, from: day_in_seoul(since), to: day_in_seoul(began), bearing });
        }
        Ok(())
    }

    async fn sweep_list(&self, day: &str, by: DayOf, round: &mut Round) -> Result<(), Error> {
        let mut pages = Pages::new(day, day, by);
        while let Some(listed) = pages.next(&self.bootpay).await? {
            for found in listed.iter().filter(|found| found.paid != PaidWord::Ready) {
                if self.sights.is_new(found) {
                    let noted = self.note_sight(found, round).await;
                    if !matches!(noted, Ok(true)) {
                        self.sights.forget(found);
                    }
                    if let Err(error) = noted
                        && !self.is_given_up(found)
                    {
                        // Without a gap the next sweeps see it again.
                        round.is_whole &= !round.closes_gap;
                        // One order that can't be read keeps nobody from seeing those behind it.
                        round.failed.insert(found.order_id.clone());
                        if round.failed.len() > MOST_UNREAD {
                            return Err(error);
                        }
                        tracing::warn!(%error, "an order in the provider's list could not be looked at");
                    }
                }
            }
            if by == DayOf::Made {
                round.made.extend(listed);
            }
        }
        Ok(())
    }

    /// The provider's ids of orders by the ids of ours that they bear. Nothing while those of some are not known.
    pub(super) async fn bearing_of(&self, made: &[ProviderOrder]) -> Option<HashMap<String, Vec<String>>> {
        let mut bearing: HashMap<String, Vec<String>> = HashMap::new();
        let mut read = 0;
        for found in made {
            let ours = match self.known_bearing(found) {
                Some(ours) => ours,
                None if read < ENROLLED => {
                    read += 1;
                    self.record_of(found).await.ok()?.our_ids
                }
                None => return None,
            };
            for id in ours {
                bearing.entry(id).or_default().push(found.order_id.clone());
            }
        }
        Some(bearing)
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
                let refunded = orders::find(tx, &order).await?.map_or(0, |order| order.refunded.total().get());
                let has_gone_back = is_booked && found.cancelled.is_some_and(|gone| gone > refunded);
                if is_booked && !has_gone_back || planted(Bug::SweepBlind) {
                    return Ok((is_booked, true));
                }
                let is_kept = watches::hint(tx, &order, found.name().as_ref(), now).await?;
                let is_seen_again = found.paid == PaidWord::Paid && !is_booked;
                Ok::<_, Error>((is_kept && !is_seen_again, is_kept))
            })
        });
        let (is_done, is_kept) = noted.await?;
        round.is_whole &= is_kept;
        Ok(is_done)
    }
}
