//! Pay links: a template of ours that owns a series of orders, each with the provider's invoice. A link is stored
//! first, its invoice is made under a stored key, read back and compared, and only then shown.

mod change;
mod pay;
mod ready;
mod send;

pub use pay::{LinkStart, PayPage, PayStanding};

use super::{Actor, Error, Services, digest};
use crate::clock::in_seoul;
use crate::domain::audit::Act;
use crate::domain::customer::Customer;
use crate::domain::id::{CallKey, FormKey, LinkId, LinkToken, OrderId, OrderNumber, OrderToken};
use crate::domain::lang::Lang;
use crate::domain::link::{Link, LinkEvent, LinkEventKind, LinkState, StoredState, Terms, Trouble, Typed, Wrong};
use crate::domain::money::Amount;
use crate::domain::order::{EventKind, FulfilmentState, Line, MoneyState, Order, OrderKind};
use crate::domain::time::UnixMs;
use crate::domain::word::words;
use crate::store::link_sends::{self, Send};
use crate::store::links::{self, Filter};
use crate::store::{Constraint, StoreError, Tx, orders};

/// Links on one page of the list.
const PAGE: usize = 50;
/// Orders of a link that its pages show.
const ORDERS: i64 = 50;
/// The most open orders of one link that a page view looks at.
const LOOKED_AT: usize = 3;

words! {
    /// Why something can't be done to a link now.
    LinkRefusal {
        /// The form was sent before with other content, and has made a link.
        OtherContent = "other_content",
        /// It can't be paid, so there is nothing to send.
        NotLive = "not_live",
        /// The invoice that a message would carry has been used.
        InvoiceSpent = "invoice_spent",
        /// Five messages a day.
        TooManySends = "too_many_sends",
        /// A message left less than half a minute ago.
        SentJustNow = "sent_just_now",
        /// Everything that it was for is paid.
        UsedUp = "used_up",
        /// A deposit is awaited, or money waits for a person.
        MoneyOnItsWay = "money_on_its_way",
        /// It is not in the state for this: somebody else was faster.
        Moved = "moved",
    }
}

/// How an act of staff on a link ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkAct {
    Done(LinkId),
    /// Stored, but its invoice is not there; the link says why.
    Unready(LinkId, Trouble),
    /// A message was not sent, or nobody knows.
    Unsent(LinkId),
    Refused(LinkRefusal),
    /// What was typed can't be used.
    Wrong(Vec<(&'static str, Wrong)>),
}

/// Everything about one link that staff see.
#[derive(Clone, Debug)]
pub struct LinkPage {
    pub link: Link,
    pub state: LinkState,
    /// Where customers find it.
    pub address: String,
    pub orders: Vec<Order>,
    pub events: Vec<LinkEvent>,
    pub sends: Vec<Send>,
    /// How many messages may still leave today.
    pub sends_left: usize,
}

/// How many links the dashboard shows.
const NEWEST: i64 = 5;

/// Which links to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter {
    pub words: String,
    pub state: Option<LinkState>,
    pub after: Option<(UnixMs, LinkId)>,
}

/// A page of links.
#[derive(Clone, Debug)]
pub struct LinkList {
    pub links: Vec<(Link, LinkState)>,
    /// Where the next page begins, if there is one.
    pub next: Option<(UnixMs, LinkId)>,
}

impl Services {
    /// Where customers find a link.
    pub fn link_address(&self, link: &Link) -> String {
        format!("{}/pay/{}", self.public_url, link.token)
    }

    /// [`Error::NotFound`] when there is no such link.
    pub async fn link(&self, id: &LinkId) -> Result<Link, Error> {
        let id = id.clone();
        self.db.read(move |tx| Box::pin(async move { links::find(tx, &id).await?.ok_or(Error::NotFound) })).await
    }

    /// A page of links, newest first.
    pub async fn links(&self, filter: LinkFilter) -> Result<LinkList, Error> {
        let now = self.clock.now();
        let filter = Filter { words: filter.words.trim().to_owned(), state: filter.state, after: filter.after };
        let rows = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut found: Vec<Link> = self
            .db
            .read(move |tx| Box::pin(async move { links::page(tx, &filter, now, rows).await }))
            .await
            .map_err(Error::Store)?;
        let has_more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| has_more).map(|last| (last.created_at, last.id.clone()));
        Ok(LinkList {
            links: found.into_iter().map(|link| (link.shown(now), link)).map(|(s, l)| (l, s)).collect(),
            next,
        })
    }

    /// The newest few links, for the dashboard.
    pub async fn last_links(&self) -> Result<Vec<(Link, LinkState)>, Error> {
        let (now, filter) = (self.clock.now(), Filter { words: String::new(), state: None, after: None });
        let found = self.db.read(move |tx| Box::pin(async move { links::page(tx, &filter, now, NEWEST).await })).await;
        Ok(found.map_err(Error::Store)?.into_iter().map(|link| (link.shown(now), link)).map(|(s, l)| (l, s)).collect())
    }

    /// Everything about a link. That somebody sees a customer's data is written down first.
    pub async fn link_page(&self, actor: &Actor, id: &LinkId) -> Result<LinkPage, Error> {
        self.link_to_copy(actor, id).await?;
        self.look_at_link(id).await?;
        let (read, now) = (id.clone(), self.clock.now());
        let (link, orders, events, sends) = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let link = links::find(tx, &read).await?.ok_or(Error::NotFound)?;
                    let orders = orders::of_link(tx, &read, ORDERS).await?;
                    let events = links::events(tx, &read).await?;
                    Ok::<_, Error>((link, orders, events, link_sends::of_link(tx, &read).await?))
                })
            })
            .await?;
        let sends_left = send::left_today(&sends, now);
        Ok(LinkPage {
            state: link.shown(now),
            address: self.link_address(&link),
            link,
            orders,
            events,
            sends,
            sends_left,
        })
    }

    /// A link to be copied into a new form. That somebody sees a customer's data is written down first.
    pub async fn link_to_copy(&self, actor: &Actor, id: &LinkId) -> Result<Link, Error> {
        let link = self.link(id).await?;
        if link.terms.customer != Customer::default() {
            self.log(actor, Act::LinkSeen, id.as_str(), "").await?;
        }
        Ok(link)
    }

    /// What the form of a link asks for, to be looked at before it is made.
    pub fn preview_link(&self, typed: &Typed) -> Result<Terms, Vec<(&'static str, Wrong)>> {
        typed.parse(self.clock.now())
    }

    /// Makes the link of a form, or finds the one that it has made before.
    pub async fn create_link(&self, actor: &Actor, typed: &Typed, key: FormKey) -> Result<LinkAct, Error> {
        let now = self.clock.now();
        let terms = match typed.parse(now) {
            Ok(terms) => terms,
            Err(wrong) => return Ok(LinkAct::Wrong(wrong)),
        };
        let link = Link {
            id: LinkId::from_random(self.random()),
            token: LinkToken::from_random(self.random()),
            state: StoredState::Draft,
            created_at: now,
            created_by: actor.staff.name.as_str().to_owned(),
            stopped_at: None,
            opened_at: None,
            late_at: None,
            trouble: None,
            order: OrderId::from_random(self.random()),
            used: 0,
            refunded: 0,
            terms,
        };
        let order = self.link_order(&link, link.order.clone(), link.terms.customer.clone(), link.terms.expires_at, now);
        let hash = fingerprint(typed);
        let (id, writer) = (link.id.clone(), actor.clone());
        let written = {
            let (key, hash) = (key.clone(), hash.clone());
            self.db.write(move |tx| {
                let (link, order, key, hash, actor) =
                    (link.clone(), order.clone(), key.clone(), hash.clone(), writer.clone());
                Box::pin(async move {
                    if let Some(before) = links::find_by_form(tx, &key).await? {
                        return Ok::<_, Error>(Some(before));
                    }
                    links::insert(tx, &link, &key, &hash).await?;
                    insert_order(tx, &order, now).await?;
                    let name = Some(actor.staff.name.as_str());
                    links::append(tx, &link.id, now, LinkEventKind::Created, name, "").await?;
                    let amount = link.terms.amount.total().grouped();
                    actor.log(tx, now, Act::LinkMade, link.id.as_str(), &amount).await?;
                    Ok(None)
                })
            })
        };
        let before = match written.await {
            // Two sendings of one form met; the other one has made the link.
            Err(Error::Store(StoreError::Conflict(Constraint::LinkFormUsed))) => {
                let found = self.db.read(move |tx| Box::pin(async move { links::find_by_form(tx, &key).await })).await;
                found.map_err(Error::Store)?
            }
            done => done?,
        };
        match before {
            Some(before) if before.body_hash == hash => Ok(LinkAct::Done(before.id)),
            Some(_) => Ok(LinkAct::Refused(LinkRefusal::OtherContent)),
            None => self.ready_and_tell(actor, &id).await,
        }
    }

    /// A new order for a link.
    fn link_order(&self, link: &Link, id: OrderId, customer: Customer, expires_at: UnixMs, now: UnixMs) -> Order {
        let day = in_seoul(now).map_or_else(String::new, |now| now.strftime("%y%m%d").to_string());
        let terms = &link.terms;
        let product_id = terms.products.first().map(|product| product.product_id.clone()).unwrap_or_default();
        Order {
            id,
            number: OrderNumber::from_random(&day, self.random()),
            token: OrderToken::from_random(self.random()),
            name: terms.name.clone(),
            lines: vec![Line { name: terms.name.clone(), product_id, quantity: 1, amount: terms.amount, plan: None }],
            amount: terms.amount,
            customer,
            // Until whoever pays presses the button.
            lang: Lang::Ko,
            money: MoneyState::Pending,
            fulfilment: FulfilmentState::None,
            created_at: now,
            expires_at,
            invoice_key: CallKey::from_random(self.random()),
            invoice: None,
            kind: OrderKind::Link,
            link: Some(link.id.clone()),
            original: terms.original,
            promotion: None,
            note: String::new(),
            method: None,
            paid_at: None,
            refunded: Amount::ZERO,
        }
    }

    /// Looks at the latest orders of a link that money may still come for, as often as page views may.
    async fn look_at_link(&self, id: &LinkId) -> Result<(), Error> {
        let looks = self.open_orders(id).await?;
        let looks = looks.iter().map(|order| self.look_from_page(&order.id));
        futures::future::try_join_all(looks).await?;
        Ok(())
    }

    /// The latest orders of a link that money may still come for.
    async fn open_orders(&self, id: &LinkId) -> Result<Vec<Order>, Error> {
        let mut orders = self.orders_of_link(id).await?;
        orders.retain(|order| order.money.is_open() && order.invoice.is_some());
        orders.truncate(LOOKED_AT);
        Ok(orders)
    }

    async fn orders_of_link(&self, id: &LinkId) -> Result<Vec<Order>, Error> {
        let id = id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { orders::of_link(tx, &id, ORDERS).await })).await;
        found.map_err(Error::Store)
    }
}

async fn insert_order(tx: &mut Tx, order: &Order, now: UnixMs) -> Result<(), StoreError> {
    orders::insert(tx, order).await?;
    orders::append_event(tx, &order.id, now, EventKind::Created).await
}

/// Stands on a preview: tells whether what is sent afterwards is what was looked at.
/// Of what was typed, not of what it means: "in seven days" means another instant with every second.
pub fn fingerprint(typed: &Typed) -> String {
    digest::of_parts(typed.filled().into_iter().flat_map(|(field, text)| [field, text]))
}
