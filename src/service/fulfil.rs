//! What the merchant has done for paid orders: shipped, completed.

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::OrderId;
use crate::domain::order::{Event, EventKind, FulfilmentState};
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};
use crate::store::{StoreError, Tx, orders};

/// How many orders were marked, and how many stayed as they were because they may not be marked so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    pub done: u32,
    pub left: u32,
}

impl Services {
    /// Marks those of the orders that may be marked so, each with its line in the order's log and in the
    /// audit log; the others stay as they are.
    pub async fn set_fulfilment(
        &self,
        actor: &Actor,
        ids: &[OrderId],
        state: FulfilmentState,
    ) -> Result<Marked, Error> {
        let now = self.clock.now();
        // In one order for everybody, so that two of them never wait for each other.
        let mut ids = ids.to_vec();
        ids.sort();
        ids.dedup();
        let actor = actor.clone();
        self.db
            .write(move |tx| {
                let (actor, ids) = (actor.clone(), ids.clone());
                Box::pin(async move {
                    let mut marked = Marked::default();
                    for id in &ids {
                        if mark(tx, &actor, id, state, now).await? {
                            marked.done += 1;
                        } else {
                            marked.left += 1;
                        }
                    }
                    Ok(marked)
                })
            })
            .await
    }
}

async fn mark(tx: &mut Tx, actor: &Actor, id: &OrderId, state: FulfilmentState, now: UnixMs) -> Result<bool, Error> {
    let (kind, act) = match state {
        FulfilmentState::None => return Ok(false),
        FulfilmentState::Shipping => (EventKind::Shipped, Act::OrderShipped),
        FulfilmentState::Completed => (EventKind::Completed, Act::OrderCompleted),
    };
    let order = match orders::lock(tx, id).await {
        Err(StoreError::NotFound) => return Ok(false),
        found => found?,
    };
    if !order.may_be_marked(state) && !planted(Bug::FulfilledUnpaid) {
        return Ok(false);
    }
    orders::update_fulfilment(tx, id, state).await?;
    let staff = Some(actor.staff.name.as_str().to_owned());
    orders::append(tx, id, &Event { at: now, kind, staff, krw: None }).await?;
    actor.log(tx, now, act, order.number.as_str(), "").await?;
    Ok(true)
}
