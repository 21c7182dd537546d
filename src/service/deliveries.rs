//! Webhooks: written down, and turned into looks. What they say is not believed; an id that fits no order is
//! asked about, within a budget that no stranger can raise.

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::delivery::{
    BUDGET, BUDGET_MS, DeliveryState, LOOKED_UP, MATCHED_LIFE_MS, MOST_OF_ORDER, MOST_OF_UNPAID, MOST_STRAYS,
    MOST_WAITING, STRAY_LIFE_MS, Source, next_try,
};
use crate::domain::id::{OrderId, ProviderOrderNumber, RowId};
use crate::domain::job::Lane;
use crate::domain::judge::ProviderOrder;
use crate::domain::order::{MoneyState, Order};
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;
use crate::provider::bootpay::webhook::{self, Webhook};
use crate::store::deliveries::{self, Delivery};
use crate::store::{jobs, orders, watches};

/// Look-ups in one round.
const LOOK_UPS: i64 = 5;
/// Rows that one purge takes from a table.
const PURGED: i64 = 5_000;

/// Which deliveries a page of the log shows.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    pub state: Option<DeliveryState>,
    /// Only what is older than this delivery.
    pub before: Option<RowId>,
}

impl Services {
    /// A webhook came. When this returns it is durable, and so is the look that it asks for.
    pub async fn receive(&self, source: Source, network: &str, body: &[u8]) -> Result<(), Error> {
        let Webhook { event, names, kept } = webhook::read(body);
        if planted(Bug::WebhookUnwritten) {
            return Ok(());
        }
        let now = self.clock.now();
        let [chance] = self.random();
        let makes_room = chance % deliveries::ROOM_EVERY == 0;
        let delivery = Delivery {
            id: RowId::from_random(self.random()),
            received_at: now,
            source,
            network: network.to_owned(),
            event,
            kept,
            names,
            order: None,
            state: DeliveryState::Stray,
            tries: 0,
        };
        self.db
            .write(move |tx| {
                let mut delivery = delivery.clone();
                Box::pin(async move {
                    delivery.order = deliveries::order_named(tx, &delivery.names).await?;
                    if planted(Bug::WebhookSwallowed) && deliveries::waiting(tx, 1).await? > 0 {
                        return Ok(());
                    }
                    let (mut next, mut most) = (None, MOST_OF_ORDER);
                    if let Some(order) = &delivery.order {
                        if planted(Bug::WebhookBelieved) && delivery.kept.contains("\"status\":\"1\"") {
                            orders::update_money_state(tx, order, MoneyState::Paid).await?;
                        }
                        delivery.state = DeliveryState::Matched;
                        let order = orders::find(tx, order).await?.ok_or(Error::NotFound)?;
                        if order.paid_at.is_none() {
                            most = MOST_OF_UNPAID;
                        }
                        let is_known = planted(Bug::ForgeableKey)
                            && deliveries::was_received(tx, &order.id, &delivery.event).await?;
                        if !is_known {
                            watches::hint(tx, &order.id, number(&delivery, &order).as_ref(), now).await?;
                        }
                    } else if delivery.names.can_be_looked_up()
                        && deliveries::waiting(tx, MOST_WAITING).await? < MOST_WAITING
                    {
                        delivery.state = DeliveryState::Waiting;
                        next = Some(now);
                    }
                    deliveries::insert(tx, &delivery, next).await?;
                    // Whatever strangers send, and however fast, no more than about so much of it is kept.
                    match (&delivery.order, delivery.state) {
                        (Some(order), _) => deliveries::forget_of_order(tx, order, most).await?,
                        (None, DeliveryState::Stray) if makes_room => {
                            deliveries::forget_strays(tx, MOST_STRAYS).await?;
                        }
                        (None, _) => {}
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.nudge.wake(Lane::Look);
        Ok(())
    }

    /// Asks the provider whose the ids are that fit no order, as many as the budget allows.
    pub(super) async fn look_up_strays(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let taken = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let spent = deliveries::tried_since(tx, now.plus_ms(-BUDGET_MS)).await?;
                    let most = (BUDGET - spent).clamp(0, LOOK_UPS);
                    deliveries::claim(tx, now, now.plus_ms(BUDGET_MS), most).await
                })
            })
            .await?;
        for delivery in taken {
            let found = self.whose(&delivery).await;
            self.book_look_up(delivery, found).await?;
        }
        Ok(())
    }

    /// The order of ours that the provider's records name, if they name one.
    async fn whose(&self, delivery: &Delivery) -> Result<Option<(OrderId, ProviderOrder)>, ProviderError> {
        for name in delivery.names.orders.iter().take(LOOKED_UP) {
            match self.bootpay.order(name).await {
                Ok(found) => {
                    let known = found.clone();
                    let order =
                        self.db.read(move |tx| Box::pin(async move { deliveries::order_bearing(tx, &known).await }));
                    if let Ok(Some(order)) = order.await {
                        return Ok(Some((order, found)));
                    }
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn book_look_up(
        &self,
        delivery: Delivery,
        found: Result<Option<(OrderId, ProviderOrder)>, ProviderError>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let (delivery, found) = (delivery.clone(), found.clone());
                Box::pin(async move {
                    let (state, order, next) = match &found {
                        Ok(Some((order, record))) => {
                            watches::hint(tx, order, record.name().as_ref(), now).await?;
                            (DeliveryState::Matched, Some(order), None)
                        }
                        Ok(None) | Err(_) => match next_try(delivery.received_at, delivery.tries, now) {
                            Some(next) => (DeliveryState::Waiting, None, Some(next)),
                            None => (DeliveryState::Stray, None, None),
                        },
                    };
                    Ok::<_, Error>(deliveries::set_state(tx, &delivery.id, state, order, next).await?)
                })
            })
            .await
    }

    /// One page of the log, newest first.
    pub async fn deliveries(&self, filter: DeliveryFilter, most: i64) -> Result<Vec<Delivery>, Error> {
        self.db
            .read(move |tx| {
                Box::pin(async move {
                    let before = match &filter.before {
                        Some(id) => deliveries::find(tx, id).await?.map(|one| (one.received_at, one.id)),
                        None => None,
                    };
                    let before = before.as_ref().map(|(at, id)| (*at, id));
                    Ok(deliveries::list(tx, filter.state, before, most).await?)
                })
            })
            .await
    }

    /// Does again what a webhook asked for: the order that it names is looked at.
    pub async fn replay(&self, actor: &Actor, id: &RowId) -> Result<(), Error> {
        let (id, actor, now) = (id.clone(), actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, actor) = (id.clone(), actor.clone());
                Box::pin(async move {
                    let delivery = deliveries::find(tx, &id).await?.ok_or(Error::NotFound)?;
                    let order = deliveries::order_named(tx, &delivery.names).await?;
                    let state = if order.is_some() { DeliveryState::Matched } else { DeliveryState::Waiting };
                    if let Some(order) = &order {
                        let order = orders::lock(tx, order).await?;
                        watches::hint(tx, &order.id, number(&delivery, &order).as_ref(), now).await?;
                    }
                    let next = order.is_none().then_some(now);
                    deliveries::set_state(tx, &id, state, order.as_ref(), next).await?;
                    Ok::<_, Error>(actor.log(tx, now, Act::DeliveryReplayed, id.as_str(), "").await?)
                })
            })
            .await?;
        self.nudge.wake(Lane::Look);
        Ok(())
    }

    /// Forgets what is old.
    pub(super) async fn purge(&self) -> Result<(), Error> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    deliveries::purge(tx, DeliveryState::Stray, now.plus_ms(-STRAY_LIFE_MS), PURGED).await?;
                    deliveries::purge_unpaid(tx, now.plus_ms(-STRAY_LIFE_MS), PURGED).await?;
                    deliveries::purge(tx, DeliveryState::Matched, now.plus_ms(-MATCHED_LIFE_MS), PURGED).await?;
                    jobs::purge(tx, now.plus_ms(-MATCHED_LIFE_MS), PURGED).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}

/// The provider's number or id that a delivery about an order names, for the look to begin at. Ids of ours are none:
/// asked for them, the provider knows of nothing.
fn number(delivery: &Delivery, order: &Order) -> Option<ProviderOrderNumber> {
    let invoice = order.invoice.as_ref().map(|invoice| invoice.id.as_str());
    let is_theirs = |name: &&String| *name != order.id.as_str() && Some(name.as_str()) != invoice;
    delivery.names.orders.iter().filter(is_theirs).find_map(|name| ProviderOrderNumber::parse(name).ok())
}
