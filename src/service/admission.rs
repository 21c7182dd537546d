//! Who makes the shop look at an order, and how often: page views seldom, news always. Nobody waits for a look longer
//! than a page may take. What a look does is `settle`.

use super::look::Start;
use super::{Error, LOOK_GAP_MS, LOOK_PATIENCE_MS, Services, Settled};
use crate::domain::id::{OrderId, ProviderOrderNumber};
use crate::domain::watch::SOON_MS;
use crate::planted::{Bug, planted};
use crate::store::{orders, watches};

impl Services {
    /// Looks on behalf of a page view: at most once per order in two seconds, joins a look that is under way,
    /// and waits no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE). What takes longer goes on by itself.
    pub async fn look_from_page(&self, id: &OrderId) -> Result<Settled, Error> {
        let is_mine = self.looks.under_way(id).is_none() && self.claim_look(id, LOOK_GAP_MS).await?;
        if is_mine {
            return self.look(id, None, false).await;
        }
        if let Some(look) = self.looks.under_way(id) {
            // No longer than from its beginning, whatever becomes of the clock meanwhile.
            let now = self.clock.now();
            let end = look.began.plus_ms(LOOK_PATIENCE_MS).min(now.plus_ms(LOOK_PATIENCE_MS));
            self.by(end, look.end()).await;
        }
        self.as_last_seen(id).await
    }

    /// Looks because somebody came with news. News that arrive after a look began always cause another one,
    /// so nothing earlier can swallow them; waits no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE).
    pub(super) async fn look_at_news(&self, id: &OrderId, hint: Option<ProviderOrderNumber>) -> Result<Settled, Error> {
        if planted(Bug::HintSwallowed) && !self.claim_look(id, LOOK_GAP_MS).await? {
            return self.as_last_seen(id).await;
        }
        self.note_news(id, hint.clone()).await?;
        self.look(id, hint, true).await
    }

    /// Takes the look, and leaves word for the worker: should this look be cut off, the news is not lost.
    async fn note_news(&self, id: &OrderId, number: Option<ProviderOrderNumber>) -> Result<(), Error> {
        let (id, now) = (id.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, number) = (id.clone(), number.clone());
                Box::pin(async move {
                    orders::claim_look(tx, &id, now, 0).await?;
                    watches::hint(tx, &id, number.as_ref(), now.plus_ms(SOON_MS)).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn claim_look(&self, id: &OrderId, gap_ms: i64) -> Result<bool, Error> {
        let (id, now) = (id.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { Ok(orders::claim_look(tx, &id, now, gap_ms).await?) })
            })
            .await
    }

    async fn look(&self, id: &OrderId, hint: Option<ProviderOrderNumber>, has_news: bool) -> Result<Settled, Error> {
        let (services, order) = (self.clone(), id.clone());
        let running = self.looks.begin(id, self.clock.now());
        let look = tokio::spawn(async move {
            let list_age_ms = (!has_news && services.roll.is_busy()).then_some(LOOK_GAP_MS);
            let start = Start { numbers: hint.as_slice(), list_age_ms, ..Start::default() };
            let settled = services.settle_from(&order, start).await;
            let is_answered = matches!(settled, Ok(Settled { answered: true, .. }));
            services.looks.end(&order, &running, is_answered);
            // News are left with the worker before a look; what a page has asked in vain is, after it.
            if !has_news && !is_answered {
                // What the look has seen is shown all the same; the order's next look is on the schedule.
                if let Err(error) = services.have_looked_at(&order).await {
                    tracing::warn!(order.id = %order, %error, "no word could be left for the worker");
                }
            }
            settled
        });
        match self.in_time(look).await {
            Some(Ok(settled)) => settled,
            _ => {
                tracing::warn!(order.id = %id, "a look takes longer than a page waits");
                Ok(Settled { order: self.order(id).await?, answered: false })
            }
        }
    }

    async fn as_last_seen(&self, id: &OrderId) -> Result<Settled, Error> {
        Ok(Settled { order: self.order(id).await?, answered: self.looks.was_answered(id) })
    }
}
