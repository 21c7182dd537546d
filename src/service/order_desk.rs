//! One order as staff see it: everything that we know, the provider's record beside it, asking the provider, and the
//! note.

use super::look::Start;
use super::refund_order::left;
use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, Event, EventKind, Order, ReviewReason};
use crate::domain::record::{Booked, Line, compare};
use crate::domain::text::{self, Refusal};
use crate::store::payments::{self, Payment};
use crate::store::refunds::{self, Refund};
use crate::store::{approved_cancels, orders, reviews, search};

/// What staff see of one order.
#[derive(Clone, Debug)]
pub struct OrderDesk {
    pub order: Order,
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
    pub events: Vec<Event>,
    pub reviews: Vec<ReviewReason>,
    /// What of the counted payment can still go back; none where nothing counts.
    pub left: Option<Amount>,
    /// The counted payment was made by virtual account: its money goes back to an account that staff enter.
    pub is_by_account: bool,
    /// A refund is on its way, so no other may be ordered.
    pub is_refunding: bool,
    /// What staff may give up.
    pub stuck: Option<Stuck>,
}

/// What has been without a clear end for too long.
#[derive(Clone, Debug)]
pub enum Stuck {
    Refund(Box<Refund>),
    /// The approval of a buyer's request, by the provider's id of the request.
    Approval(String),
}

/// The provider's record beside ours.
#[derive(Clone, Debug)]
pub enum Beside {
    Lines(Vec<Line>),
    /// The provider knows of no payment for this order.
    Nothing,
    /// It did not answer in time.
    Unanswered,
}

/// What asking the provider has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Something is known now that was not known before.
    News,
    NoNews,
    Unanswered,
}

/// The longest note, in characters.
pub const NOTE_CHARS: usize = 1_000;

impl Services {
    /// A key for a new refund form; it becomes the refund's own id at the provider.
    pub fn new_call_key(&self) -> CallKey {
        CallKey::from_random(self.random())
    }

    /// Everything about one order. The view is written down before it is answered.
    pub async fn order_desk(&self, actor: &Actor, id: &OrderId) -> Result<OrderDesk, Error> {
        let (wanted, now) = (id.clone(), self.clock.now());
        let desk = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let order = orders::find(tx, &wanted).await?.ok_or(Error::NotFound)?;
                    let payments = payments::of_order(tx, &wanted).await?;
                    let refunds = refunds::of_order(tx, &wanted).await?;
                    let events = orders::events(tx, &wanted).await?;
                    let reviews = reviews::reasons(tx, &wanted).await?;
                    let (counted, left) = left(&order, &payments).unzip();
                    let is_by_account = counted.is_some_and(Payment::is_by_account);
                    let is_refunding = refunds::under_way(tx, &wanted).await?;
                    let refund = refunds
                        .iter()
                        .find(|refund| refund.may_be_given_up(now))
                        .cloned()
                        .map(Box::new)
                        .map(Stuck::Refund);
                    let approved = approved_cancels::of_order(tx, &wanted).await?;
                    let approval = approved.into_iter().find(|cancel| cancel.may_be_given_up(now));
                    let stuck = refund.or(approval.map(|cancel| Stuck::Approval(cancel.request_id)));
                    Ok::<_, Error>(OrderDesk {
                        order,
                        payments,
                        refunds,
                        events,
                        reviews,
                        left,
                        is_by_account,
                        is_refunding,
                        stuck,
                    })
                })
            })
            .await?;
        self.log(actor, Act::OrderViewed, desk.order.number.as_str(), "").await?;
        Ok(desk)
    }

    /// The provider's record of the payment that matters, beside ours. Waits no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE).
    pub async fn beside(&self, desk: &OrderDesk) -> Beside {
        self.in_time(self.read_beside(desk)).await.unwrap_or(Beside::Unanswered)
    }

    async fn read_beside(&self, desk: &OrderDesk) -> Beside {
        let counted = |payment: &&Payment| payment.disposition == Disposition::Counted;
        let payment = desk.payments.iter().find(counted).or(desk.payments.last());
        let provider_id = match (payment, &desk.order.invoice) {
            (Some(payment), _) => Some(payment.provider_order_id.clone()),
            (None, Some(invoice)) => match self.bootpay.invoice_order(&invoice.id).await {
                Ok(found) => found,
                Err(error) if error.is_not_found() => None,
                Err(_) => return Beside::Unanswered,
            },
            (None, None) => None,
        };
        let Some(provider_id) = provider_id else { return Beside::Nothing };
        let Ok(found) = self.bootpay.order(&provider_id).await else { return Beside::Unanswered };
        let receipt = match payment.map(|payment| &payment.receipt_id).or(found.receipt_id.as_ref()) {
            Some(id) => match self.bootpay.receipt(id).await {
                Ok(receipt) => Some(receipt),
                Err(_) => return Beside::Unanswered,
            },
            None => None,
        };
        let booked = payment.map_or_else(Booked::default, |payment| Booked {
            captured: payment.captured,
            method: payment.method.clone(),
            provider_number: payment.provider_order_number.clone(),
            receipt_id: Some(payment.receipt_id.clone()),
        });
        Beside::Lines(compare(&desk.order, &booked, Some(&found), receipt.as_ref()))
    }

    /// Asks the provider about an order, whatever its state: what was paid, and what went back without us.
    pub async fn ask_now(&self, actor: &Actor, id: &OrderId) -> Result<Asked, Error> {
        let before = self.order(id).await?;
        self.log(actor, Act::OrderAsked, before.number.as_str(), "").await?;
        let steps = self.progress(&before).await?;
        let answered = if before.money.is_open() {
            self.look_at_news(id, None).await?.answered
        } else {
            let (services, id) = (self.clone(), id.clone());
            let looking = tokio::spawn(async move { services.settle_thoroughly(&id, Start::default()).await });
            match self.in_time(looking).await {
                Some(Ok(settled)) => settled?.answered,
                _ => false,
            }
        };
        Ok(if self.progress(&before).await? > steps {
            Asked::News
        } else if answered {
            Asked::NoNews
        } else {
            Asked::Unanswered
        })
    }

    /// Keeps what staff write about an order, for themselves. An empty note takes the old one away.
    pub async fn set_note(&self, actor: &Actor, id: &OrderId, note: &str) -> Result<Result<(), Refusal>, Error> {
        let note = match text::lines(note, NOTE_CHARS) {
            Ok(note) => note,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (id, actor, now) = (id.clone(), actor.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, actor, note) = (id.clone(), actor.clone(), note.clone());
                Box::pin(async move {
                    orders::find(tx, &id).await?.ok_or(Error::NotFound)?;
                    let order = orders::lock(tx, &id).await?;
                    orders::set_note(tx, &id, &note).await?;
                    search::refresh(tx, &Order { note: note.clone(), ..order.clone() }).await?;
                    let staff = Some(actor.staff.name.as_str().to_owned());
                    orders::append(tx, &id, &Event { at: now, kind: EventKind::Noted, staff, krw: None }).await?;
                    Ok(actor.log(tx, now, Act::OrderNoted, order.number.as_str(), "").await?)
                })
            })
            .await
            .map(Ok)
    }
}
