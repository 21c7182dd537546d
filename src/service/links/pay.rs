//! What a customer finds at a link's address, and from there on to the payment. Nobody is sent to pay what is
//! paid, or what may have been.

use super::{LOOKED_AT, Services, insert_order};
use crate::domain::customer::Customer;
use crate::domain::id::{FormKey, LinkToken, OrderId};
use crate::domain::lang::Lang;
use crate::domain::link::{Link, LinkEventKind, StoredState};
use crate::domain::order::{MoneyState, Order, OrderKind};
use crate::domain::time::UnixMs;
use crate::service::{Error, Started};
use crate::store::payments::Payment;
use crate::store::{Constraint, StoreError, idempotency, links, orders};

/// What the page of a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayStanding {
    Payable,
    /// Its invoice is being made.
    NotReady,
    /// A deposit or an approval is awaited.
    Waiting,
    /// Money came that a person must judge, or that is on its way back.
    Checking,
    Paid,
    Refunded,
    /// Paid as often as it may be, by several people.
    UsedUp,
    Expired,
    Stopped,
}

/// A link as customers see it. Of the person that it is for, only what the page needs is passed on.
#[derive(Clone, Debug)]
pub struct PayPage {
    pub link: Link,
    pub standing: PayStanding,
    /// The order that tells more, where the link is for one payment.
    pub order: Option<Order>,
}

/// What pressing "pay" leads to.
#[derive(Clone, Debug)]
pub enum LinkStart {
    /// Nothing has come of this order yet: on to its payment page.
    Pay(Order),
    /// The order's page tells more: it has moved on, or can't be checked now.
    See(Order),
    /// It can't be paid; its page says why.
    Closed,
}

impl From<Started> for LinkStart {
    fn from(started: Started) -> Self {
        match started {
            Started::Payable(order) => Self::Pay(order),
            Started::Moved(order) | Started::Unchecked(order) | Started::OtherContent(order) => Self::See(order),
            // A link knows no codes, and its price is the server's.
            Started::CodeRefused(_) | Started::OtherPrice => Self::Closed,
        }
    }
}

impl Services {
    async fn link_by_token(&self, token: &LinkToken) -> Result<Link, Error> {
        let token = token.clone();
        self.db
            .read(move |tx| Box::pin(async move { links::find_by_token(tx, &token).await?.ok_or(Error::NotFound) }))
            .await
    }

    /// The page of a link. Looks at the provider, as often as page views may.
    pub async fn pay_page(&self, token: &LinkToken) -> Result<PayPage, Error> {
        let link = self.link_by_token(token).await?;
        if link.state == StoredState::Active && link.opened_at.is_none() {
            self.note_opened(&link).await?;
        }
        if !link.is_single() {
            return Ok(PayPage { standing: closed_or_payable(&link, self.clock.now()), link, order: None });
        }
        self.look_at_link(&link.id).await?;
        let link = self.link_by_token(token).await?;
        let (standing, order) = self.standing(&link).await?;
        Ok(PayPage { link, standing, order })
    }

    async fn note_opened(&self, link: &Link) -> Result<(), Error> {
        let (id, now) = (link.id.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move {
                    links::lock(tx, &id).await?;
                    if links::set_opened(tx, &id, now).await? {
                        links::append(tx, &id, now, LinkEventKind::Opened, None, "").await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Where a link for one payment stands, and the order that tells more.
    async fn standing(&self, link: &Link) -> Result<(PayStanding, Option<Order>), Error> {
        let orders = self.orders_of_link(&link.id).await?;
        let find = |wanted: &[MoneyState]| orders.iter().find(|order| wanted.contains(&order.money)).cloned();
        if let Some(paid) = find(&[MoneyState::Paid, MoneyState::PartiallyRefunded]) {
            return Ok((PayStanding::Paid, Some(paid)));
        }
        if let Some(refunded) = find(&[MoneyState::Refunded]) {
            return Ok((PayStanding::Refunded, Some(refunded)));
        }
        if let Some(waiting) = find(&[MoneyState::AwaitingDeposit, MoneyState::AwaitingConfirm]) {
            return Ok((PayStanding::Waiting, Some(waiting)));
        }
        for order in orders {
            if self.payments(&order).await?.iter().any(Payment::is_unsettled) {
                return Ok((PayStanding::Checking, Some(order)));
            }
        }
        Ok((closed_or_payable(link, self.clock.now()), None))
    }

    /// Somebody who reads `lang` presses "pay". `key` comes from the page and is the same whenever that page's form is
    /// sent.
    pub async fn start_link(&self, token: &LinkToken, key: &FormKey, lang: Lang) -> Result<LinkStart, Error> {
        let link = self.link_by_token(token).await?;
        let start = if link.is_single() { self.start_single(&link).await } else { self.start_visit(&link, key).await }?;
        if let LinkStart::Pay(order) = &start
            && order.lang != lang
        {
            let id = order.id.clone();
            let write = self.db.write(move |tx| {
                let id = id.clone();
                Box::pin(async move { orders::set_lang(tx, &id, lang).await })
            });
            write.await.map_err(Error::Store)?;
        }
        Ok(start)
    }

    async fn start_single(&self, link: &Link) -> Result<LinkStart, Error> {
        if !link.is_payable(self.clock.now()) {
            return Ok(LinkStart::Closed);
        }
        let open = self.open_orders(&link.id).await?;
        let looks = open.iter().take(LOOKED_AT).map(|order| self.look_at_news(&order.id, None));
        let looked = futures::future::try_join_all(looks).await?;
        let link = self.link_by_token(&link.token).await?;
        let order = match self.standing(&link).await? {
            (PayStanding::Payable, _) => self.order(&link.order).await?,
            (_, Some(order)) => return Ok(LinkStart::See(order)),
            (_, None) => return Ok(LinkStart::Closed),
        };
        if looked.iter().any(|settled| !settled.answered) {
            return Ok(LinkStart::See(order));
        }
        // An attempt that was declined leaves the invoice as it was; one that took money has spent it.
        let can_be_paid = match order.money {
            MoneyState::Pending | MoneyState::Failed => self.payments(&order).await?.is_empty(),
            _ => false,
        };
        if can_be_paid {
            return Ok(LinkStart::Pay(order));
        }
        self.replace_order(&link).await
    }

    /// The next order of a link for one payment. Two that press at once get the same one.
    async fn replace_order(&self, link: &Link) -> Result<LinkStart, Error> {
        let now = self.clock.now();
        let id = OrderId::from_random(self.random());
        let order = self.link_order(link, id, link.terms.customer.clone(), link.terms.expires_at, now);
        let (link, spent) = (link.id.clone(), link.order.clone());
        let order = self
            .db
            .write(move |tx| {
                let (link, spent, order) = (link.clone(), spent.clone(), order.clone());
                Box::pin(async move {
                    let link = links::lock(tx, &link).await?;
                    if !link.is_payable(now) {
                        return Ok::<_, Error>(None);
                    }
                    if link.order != spent {
                        return Ok(orders::find(tx, &link.order).await?);
                    }
                    insert_order(tx, &order, now).await?;
                    links::set_order(tx, &link.id, &order.id).await?;
                    Ok(Some(order))
                })
            })
            .await?;
        let Some(order) = order else { return Ok(LinkStart::Closed) };
        self.have_looked_at(&order.id).await?;
        Ok(LinkStart::Pay(order))
    }

    /// One order for each visit that pays; the page's key makes repeated sendings one.
    async fn start_visit(&self, link: &Link, key: &FormKey) -> Result<LinkStart, Error> {
        let now = self.clock.now();
        let expires_at = link.terms.expires_at.min(now.plus_ms(Order::LIFE_MS));
        // Whoever pays is asked by the provider's form: the person that the link was made for may be another.
        let id = OrderId::from_random(self.random());
        let order = self.link_order(link, id, Customer::default(), expires_at, now);
        let written = {
            let (link, key) = (link.id.clone(), key.clone());
            self.db.write(move |tx| {
                let (link, key, order) = (link.clone(), key.clone(), order.clone());
                Box::pin(async move {
                    if let Some(used) = idempotency::find(tx, &key).await? {
                        return Ok::<_, Error>(Visit::Before(used.order_id));
                    }
                    let link = links::lock(tx, &link).await?;
                    if !link.is_payable(now) {
                        return Ok(Visit::Closed);
                    }
                    insert_order(tx, &order, now).await?;
                    idempotency::insert(tx, &key, link.id.as_str(), &order.id, now).await?;
                    Ok(Visit::New(Box::new(order)))
                })
            })
        };
        let visit = match written.await {
            // Two sendings of one form met; the other one has made the order.
            Err(Error::Store(StoreError::Conflict(Constraint::FormKeyUsed))) => {
                let key = key.clone();
                let used = self.db.read(move |tx| Box::pin(async move { idempotency::find(tx, &key).await })).await;
                Visit::Before(used.map_err(Error::Store)?.ok_or(Error::NotFound)?.order_id)
            }
            done => done?,
        };
        match visit {
            Visit::New(order) => Ok(LinkStart::Pay(*order)),
            Visit::Closed => Ok(LinkStart::Closed),
            Visit::Before(id) => {
                let order = self.order(&id).await?;
                // A key of another link, or of a checkout form, is nobody's key here.
                if order.link.as_ref() != Some(&link.id) {
                    return Err(Error::NotFound);
                }
                let started = self.still_payable(order).await?;
                let is_closed = !self.link_by_token(&link.token).await?.is_payable(self.clock.now());
                match started {
                    Started::Payable(_) | Started::Unchecked(_) if is_closed => Ok(LinkStart::Closed),
                    started => Ok(started.into()),
                }
            }
        }
    }

    /// Whether this order's page may send its customer on to pay: an order of a link that has closed may not.
    pub(in crate::service) async fn may_still_pay(&self, order: &Order) -> Result<bool, Error> {
        let link = self.link_of(order).await?;
        Ok(order.kind != OrderKind::Link || link.is_some_and(|link| link.is_payable(self.clock.now())))
    }

    /// Where the maker of the order's link wants whoever has paid to go.
    pub async fn after_payment(&self, order: &Order) -> Result<Option<String>, Error> {
        if order.money != MoneyState::Paid {
            return Ok(None);
        }
        Ok(self.link_of(order).await?.and_then(|link| link.terms.redirect))
    }

    async fn link_of(&self, order: &Order) -> Result<Option<Link>, Error> {
        let Some(id) = order.link.clone() else { return Ok(None) };
        self.db.read(move |tx| Box::pin(async move { links::find(tx, &id).await })).await.map_err(Error::Store)
    }
}

/// What a sending of a visit's form has found.
enum Visit {
    New(Box<Order>),
    Before(OrderId),
    Closed,
}

fn closed_or_payable(link: &Link, now: UnixMs) -> PayStanding {
    match link.state {
        _ if link.is_used_up() => PayStanding::UsedUp,
        StoredState::Stopped => PayStanding::Stopped,
        _ if now >= link.terms.expires_at => PayStanding::Expired,
        StoredState::Draft => PayStanding::NotReady,
        StoredState::Active => PayStanding::Payable,
    }
}
