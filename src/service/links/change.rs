//! What staff do to a link that is there: stop it, take it up again, give it more time. Bootpay offers no call to
//! change or void an invoice, so everything but stopping makes a new one.

use super::{LinkAct, LinkRefusal, Services, insert_order};
use crate::clock::iso_seoul;
use crate::domain::audit::Act;
use crate::domain::id::{LinkId, OrderId};
use crate::domain::link::{Link, LinkEventKind, StoredState, parse_expiry};
use crate::domain::order::MoneyState;
use crate::domain::time::UnixMs;
use crate::service::{Actor, Error};
use crate::store::links;
use crate::store::payments::Payment;

/// How a link is given a new invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Renewal {
    Reenable,
    Extend,
}

impl Services {
    /// Takes effect at our address at once. A message that was sent keeps the provider's own address; money that
    /// comes by it is judged by the shop's policy.
    pub async fn stop_link(&self, actor: &Actor, id: &LinkId) -> Result<LinkAct, Error> {
        self.link(id).await?;
        let (stopped, actor, now) = (id.clone(), actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, actor) = (stopped.clone(), actor.clone());
                Box::pin(async move {
                    let link = links::lock(tx, &id).await?;
                    if link.state != StoredState::Stopped {
                        links::stop(tx, &id, now).await?;
                        let name = Some(actor.staff.name.as_str());
                        links::append(tx, &id, now, LinkEventKind::Stopped, name, "").await?;
                        actor.log(tx, now, Act::LinkStopped, id.as_str(), "").await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(LinkAct::Done(id.clone()))
    }

    /// Takes a stopped link up again; without a new end it keeps the old one, if that is still to come.
    pub async fn reenable_link(&self, actor: &Actor, id: &LinkId, days: &str, at: &str) -> Result<LinkAct, Error> {
        self.renew_link(actor, id, Renewal::Reenable, days, at).await
    }

    /// Gives a link more time.
    pub async fn extend_link(&self, actor: &Actor, id: &LinkId, days: &str, at: &str) -> Result<LinkAct, Error> {
        self.renew_link(actor, id, Renewal::Extend, days, at).await
    }

    async fn renew_link(
        &self,
        actor: &Actor,
        id: &LinkId,
        renewal: Renewal,
        days: &str,
        at: &str,
    ) -> Result<LinkAct, Error> {
        let link = self.link(id).await?;
        let now = self.clock.now();
        let keeps_end = renewal == Renewal::Reenable
            && days.trim().is_empty()
            && at.trim().is_empty()
            && link.terms.expires_at > now;
        let expires_at = if keeps_end {
            link.terms.expires_at
        } else {
            match parse_expiry(days, at, now) {
                Ok(expires_at) => expires_at,
                Err(wrong) => return Ok(LinkAct::Wrong(vec![wrong])),
            }
        };
        // What was paid meanwhile decides: nobody is to pay twice.
        if link.is_single() && self.has_money_on_its_way(&link).await? {
            return Ok(LinkAct::Refused(LinkRefusal::MoneyOnItsWay));
        }
        match self.write_renewal(actor, &link, renewal, expires_at, now).await? {
            None => self.ready_and_tell(actor, id).await,
            Some(refusal) => Ok(LinkAct::Refused(refusal)),
        }
    }

    async fn write_renewal(
        &self,
        actor: &Actor,
        link: &Link,
        renewal: Renewal,
        expires_at: UnixMs,
        now: UnixMs,
    ) -> Result<Option<LinkRefusal>, Error> {
        let new_id = OrderId::from_random(self.random());
        let order = self.link_order(link, new_id, link.terms.customer.clone(), expires_at, now);
        let (id, actor) = (link.id.clone(), actor.clone());
        self.db
            .write(move |tx| {
                let (id, actor, order) = (id.clone(), actor.clone(), order.clone());
                Box::pin(async move {
                    let link = links::lock(tx, &id).await?;
                    if link.is_used_up() {
                        return Ok::<_, Error>(Some(LinkRefusal::UsedUp));
                    }
                    let fits = match renewal {
                        Renewal::Reenable => link.state == StoredState::Stopped,
                        Renewal::Extend => link.state == StoredState::Active,
                    };
                    if !fits {
                        return Ok(Some(LinkRefusal::Moved));
                    }
                    insert_order(tx, &order, now).await?;
                    links::renew(tx, &id, &order.id, expires_at).await?;
                    let (kind, act) = match renewal {
                        Renewal::Reenable => (LinkEventKind::Reenabled, Act::LinkReenabled),
                        Renewal::Extend => (LinkEventKind::Extended, Act::LinkExtended),
                    };
                    let until = expires_at.get().to_string();
                    links::append(tx, &id, now, kind, Some(actor.staff.name.as_str()), &until).await?;
                    actor.log(tx, now, act, id.as_str(), &iso_seoul(expires_at)).await?;
                    Ok(None)
                })
            })
            .await
    }

    /// A deposit or an approval is awaited, or money waits for a person.
    pub(super) async fn has_money_on_its_way(&self, link: &Link) -> Result<bool, Error> {
        self.look_at_link(&link.id).await?;
        for order in self.orders_of_link(&link.id).await? {
            let awaits = matches!(order.money, MoneyState::AwaitingDeposit | MoneyState::AwaitingConfirm);
            if awaits || self.payments(&order).await?.iter().any(Payment::is_unsettled) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
