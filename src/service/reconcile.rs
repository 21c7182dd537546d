//! Reconciliation: a day's payments as the provider has them beside ours. Differences are told and looked at;
//! money moves only through a look.

use std::collections::HashMap;

use futures::StreamExt as _;

use super::pages::Pages;
use super::{Actor, Error, Services};
use crate::clock::{begins_in_seoul, day_in_seoul, seoul_midnight};
use crate::domain::audit::Act;
use crate::domain::id::{OrderId, ProviderOrderNumber, RowId};
use crate::domain::job::{JobKind, Lane};
use crate::domain::judge::{PaidWord, ProviderOrder, ReceiptStatus};
use crate::domain::reconcile::{Difference, Report, Side, compare};
use crate::domain::time::{Day, UnixMs};
use crate::provider::ProviderError;
use crate::provider::bootpay::DayOf;
use crate::store::{deliveries, jobs, reconciliations, watches};

/// Receipts that are read at the same time.
const AT_ONCE: usize = 4;
/// Days that the page shows.
const SHOWN: i64 = 31;
/// Days that are compared by themselves though nobody did so in time: the shop, or the provider, was down.
const MADE_UP_FOR: i64 = 14;
/// How long after midnight a day is compared: late payments of it have settled by then.
const RIPE_MS: i64 = 3 * 60 * 60 * 1000;

/// A day that was compared.
#[derive(Clone, Debug)]
pub struct Reconciled {
    pub day: String,
    pub made_at: UnixMs,
    pub report: Report,
}

/// What the provider shows of a day.
struct TheirDay {
    /// Payments of ours.
    sides: Vec<Side>,
    /// The number of the provider's order by its receipt: where a look at a difference begins.
    numbers: HashMap<String, ProviderOrderNumber>,
    /// Payments that are not ours.
    foreign: i64,
}

impl Services {
    /// Today, in Seoul.
    pub fn day_today(&self) -> String {
        day_in_seoul(self.clock.now())
    }

    /// Yesterday, in Seoul.
    pub fn yesterday(&self) -> String {
        day_in_seoul(seoul_midnight(self.clock.now(), -1))
    }

    /// Compares a day, keeps the report, and has every order looked at that differs.
    pub async fn reconcile(&self, day: &Day) -> Result<Report, Error> {
        let (from, until) = bounds(day).ok_or(Error::NotFound)?;
        let TheirDay { sides, numbers, foreign } = self.their_day(day).await?;
        let ours = self.db.read(move |tx| Box::pin(async move { reconciliations::ours(tx, from, until).await }));
        let report = compare(&sides, &ours.await.map_err(Error::Store)?, foreign);
        let to_look_at = report.lines.iter().filter(|line| line.difference != Difference::NotShown);
        let to_look_at: Vec<_> =
            to_look_at.filter_map(|line| Some((line.order.clone()?, numbers.get(&line.receipt_id).cloned()))).collect();
        let (day, kept, now) = (day.as_str().to_owned(), report.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (day, report, to_look_at) = (day.clone(), kept.clone(), to_look_at.clone());
                Box::pin(async move {
                    reconciliations::put(tx, &day, now, &report).await?;
                    for (order, number) in &to_look_at {
                        watches::hint(tx, order, number.as_ref(), now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        for line in &report.lines {
            let difference = line.difference.as_str();
            tracing::error!(receipt = line.receipt_id, difference, "a payment differs from the provider's record");
        }
        self.nudge.wake(Lane::Look);
        Ok(report)
    }

    async fn their_day(&self, day: &Day) -> Result<TheirDay, Error> {
        let (mut ours, mut foreign) = (Vec::new(), 0);
        let mut pages = Pages::new(day.as_str(), day.as_str(), DayOf::Paid);
        while let Some(listed) = pages.next(&self.bootpay).await? {
            for found in listed.into_iter().filter(|found| found.paid != PaidWord::Ready) {
                let found = match self.whole(found.clone()).await {
                    Err(_) if self.is_given_up(&found) => {
                        foreign += 1;
                        continue;
                    }
                    whole => whole?,
                };
                match self.order_bearing(&found).await? {
                    Some(order) => ours.push((order, found)),
                    None => foreign += 1,
                }
            }
        }
        let number = |found: &ProviderOrder| Some((found.receipt_id.clone()?, found.name()?));
        let numbers = ours.iter().filter_map(|(_, found)| number(found)).collect();
        let sides = futures::stream::iter(ours.into_iter().map(|(order, found)| self.their_side(order, found)));
        let sides: Vec<_> = sides.buffer_unordered(AT_ONCE).collect().await;
        let sides: Result<Vec<_>, ProviderError> = sides.into_iter().collect();
        Ok(TheirDay { sides: sides?.into_iter().flatten().collect(), numbers, foreign })
    }

    async fn order_bearing(&self, found: &ProviderOrder) -> Result<Option<OrderId>, Error> {
        let found = found.clone();
        let order = self.db.read(move |tx| Box::pin(async move { deliveries::order_bearing(tx, &found).await }));
        order.await.map_err(Error::Store)
    }

    /// The payment behind a listed order; none when no money came.
    async fn their_side(&self, order: OrderId, found: ProviderOrder) -> Result<Option<Side>, ProviderError> {
        let Some(receipt_id) = found.receipt_id else { return Ok(None) };
        let receipt = self.bootpay.receipt(&receipt_id).await?;
        let has_money = matches!(receipt.status, ReceiptStatus::Paid | ReceiptStatus::Cancelled);
        Ok(has_money.then_some(Side {
            receipt_id,
            order: Some(order),
            total: receipt.total,
            gone_back: receipt.cancelled.or(Some(0)),
        }))
    }

    /// Does the daily comparison: of yesterday, and of the days before that were missed.
    pub async fn reconcile_missed(&self) -> Result<(), Error> {
        let now = self.clock.now();
        if now.since_ms(seoul_midnight(now, 0)) <= RIPE_MS {
            return Ok(());
        }
        // A day that can't be compared keeps none after it from being, and is tried again.
        let mut ended = Ok(());
        for day in missed(&self.reconciled().await?, now) {
            let day = Day::parse(&day).map_err(|_| Error::NotFound)?;
            if let Err(error) = self.reconcile(&day).await {
                tracing::warn!(day = day.as_str(), %error, "a day could not be compared");
                ended = Err(error);
            }
        }
        ended
    }

    /// Compares a day that staff asked for, as a job of its own.
    pub async fn ask_reconciliation(&self, actor: &Actor, day: &Day) -> Result<(), Error> {
        let (actor, day, now) = (actor.clone(), day.clone(), self.clock.now());
        let key = format!("reconcile/{}/{}", day.as_str(), RowId::from_random(self.random()));
        self.db
            .write(move |tx| {
                let (actor, day, key) = (actor.clone(), day.clone(), key.clone());
                Box::pin(async move {
                    jobs::add(tx, JobKind::ReconcileDay, &key, day.as_str(), now, now).await?;
                    Ok::<_, Error>(actor.log(tx, now, Act::DayReconciled, day.as_str(), "").await?)
                })
            })
            .await?;
        self.nudge.wake(Lane::Keep);
        Ok(())
    }

    /// Days that were compared, the newest first.
    pub async fn reconciled(&self) -> Result<Vec<Reconciled>, Error> {
        let found = self.db.read(|tx| Box::pin(async move { reconciliations::latest(tx, SHOWN).await }));
        let reconciled = |(day, made_at, report)| Reconciled { day, made_at, report };
        Ok(found.await.map_err(Error::Store)?.into_iter().map(reconciled).collect())
    }
}

/// The days that nobody has compared after they were over, oldest first, since the first one that was compared at all;
/// only yesterday where there is none.
fn missed(compared: &[Reconciled], now: UnixMs) -> Vec<String> {
    let yesterday = day_in_seoul(seoul_midnight(now, -1));
    let first = compared.iter().map(|one| one.day.as_str()).min().unwrap_or(&yesterday);
    let days =
        (1..=MADE_UP_FOR).rev().map(|back| (day_in_seoul(seoul_midnight(now, -back)), seoul_midnight(now, 1 - back)));
    let is_missed = |(day, end): &(String, UnixMs)| {
        day.as_str() >= first && !compared.iter().any(|one| one.day == *day && one.made_at >= *end)
    };
    days.filter(is_missed).map(|(day, _)| day).collect()
}

/// The instants at which a day begins and ends in Seoul.
fn bounds(day: &Day) -> Option<(UnixMs, UnixMs)> {
    let from = begins_in_seoul(day.as_str().parse().ok()?)?;
    Some((from, seoul_midnight(from, 1)))
}
