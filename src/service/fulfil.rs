//! What the merchant has done for a paid order: shipped, completed. Moves no money.

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::OrderId;
use crate::domain::order::{Event, EventKind, FulfilmentState};
use crate::store::orders;

/// How many of the chosen orders moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fulfilled {
    pub moved: usize,
    /// Not paid, or there already.
    pub refused: usize,
}

impl Services {
    /// Marks orders as shipped or completed, where that is what comes next for them.
    pub async fn set_fulfilment(
        &self,
        actor: &Actor,
        orders: Vec<OrderId>,
        state: FulfilmentState,
    ) -> Result<Fulfilled, Error> {
        let mut done = Fulfilled::default();
        for id in orders {
            if self.fulfil(actor, id, state).await? {
                done.moved += 1;
            } else {
                done.refused += 1;
            }
        }
        Ok(done)
    }

    async fn fulfil(&self, actor: &Actor, id: OrderId, state: FulfilmentState) -> Result<bool, Error> {
        let (actor, now) = (actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, id) = (actor.clone(), id.clone());
                Box::pin(async move {
                    let Some(found) = orders::find(tx, &id).await? else { return Ok::<_, Error>(false) };
                    let order = orders::lock(tx, &found.id).await?;
                    if !order.may_be(state) {
                        return Ok(false);
                    }
                    let (kind, act) = match state {
                        FulfilmentState::Shipping => (EventKind::Shipped, Act::OrderShipped),
                        FulfilmentState::Completed => (EventKind::Completed, Act::OrderCompleted),
                        FulfilmentState::None => return Ok(false),
                    };
                    orders::set_fulfilment(tx, &id, state).await?;
                    let staff = Some(actor.staff.name.as_str().to_owned());
                    orders::append(tx, &id, &Event { at: now, kind, staff, krw: None }).await?;
                    actor.log(tx, now, act, order.number.as_str(), "").await?;
                    Ok(true)
                })
            })
            .await
    }
}
