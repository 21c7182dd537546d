//! The looks that nobody's browser causes: which orders are due, one look each, and when to look again.

use super::look::Start;
use super::{Error, Services};
use crate::domain::id::OrderId;
use crate::domain::job::Lane;
use crate::domain::policy::Approval;
use crate::domain::time::UnixMs;
use crate::domain::watch::{Seen, next_look};
use crate::store::watches::{self, Due};
use crate::store::{refunds, shop};

/// Looks that go on at the same time.
const AT_ONCE: i64 = 8;
/// A look that took longer was cut off, and others may look.
const HELD_MS: i64 = 45_000;
/// After so many looks since something was heard of an order, the sweep has seen all of it too.
const IDLE: u32 = 5;
/// How old a sweep's reading may be for them.
const SWEPT_MS: i64 = 90_000;
/// After so many looks, some ten minutes, a number that can't be read is given up.
const PATIENT: u32 = 14;

impl Services {
    /// Looks at orders whose time has come, a few at once. True when there may be more.
    pub async fn look_at_due(&self) -> Result<bool, Error> {
        let now = self.clock.now();
        let due = self
            .db
            .write(move |tx| Box::pin(async move { watches::claim(tx, now, now.plus_ms(HELD_MS), AT_ONCE).await }))
            .await?;
        let may_be_more = due.len() == AT_ONCE as usize;
        futures::future::join_all(due.iter().map(|due| self.look_and_release(due))).await;
        Ok(may_be_more)
    }

    async fn look_and_release(&self, due: &Due) {
        if let Err(error) = self.look_at(due).await {
            tracing::error!(order.id = %due.order, %error, "a look failed; it comes again");
        }
    }

    async fn look_at(&self, due: &Due) -> Result<(), Error> {
        let before = self.order(&due.order).await?;
        let start = Start {
            numbers: &due.numbers,
            list_age_ms: (due.step >= IDLE).then_some(SWEPT_MS),
            has_patience_ended: due.step >= PATIENT,
        };
        let settled = self.settle_thoroughly(&due.order, start).await?;
        let (id, order) = (due.order.clone(), settled.order.clone());
        let (is_refunding, late_ms, approval) = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let is_refunding = refunds::under_way(tx, &id).await?;
                    Ok::<_, Error>((is_refunding, shop::late_days(tx).await?.ms(), shop::approval(tx).await?))
                })
            })
            .await?;
        let has_moved = (before.money, before.refunded) != (order.money, order.refunded);
        let step = if has_moved { 0 } else { due.step.saturating_add(1) };
        let now = self.clock.now();
        let approves = approval == Approval::Separate;
        let next = next_look(&order, Seen { answered: settled.answered, is_refunding, step, late_ms, approves }, now);
        let (due, keeps_numbers) = (due.clone(), !settled.answered);
        self.db
            .write(move |tx| {
                let due = due.clone();
                Box::pin(async move { watches::release(tx, &due, step, next, keeps_numbers, now).await })
            })
            .await?;
        Ok(())
    }

    /// Has an order looked at as soon as the worker comes to it.
    pub(super) async fn have_looked_at(&self, order: &OrderId) -> Result<(), Error> {
        let (order, now): (OrderId, UnixMs) = (order.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let order = order.clone();
                Box::pin(async move { watches::hint(tx, &order, None, now).await.map(drop) })
            })
            .await?;
        self.nudge.wake(Lane::Look);
        Ok(())
    }
}
