//! What an order's page tells: the truth as we know it, and whether it is being checked.

use super::{Error, Services};
use crate::domain::id::{OrderId, OrderToken, ProviderOrderNumber};
use crate::domain::judge::Deposit;
use crate::domain::order::{Disposition, Event, EventKind, MoneyState, Order, ReviewReason};
use crate::planted::{Bug, planted};
use crate::store::payments::Payment;
use crate::store::{orders, payments, reviews};

/// Everything about one order that its page shows.
#[derive(Clone, Debug)]
pub struct OrderPage {
    pub order: Order,
    pub payments: Vec<Payment>,
    pub events: Vec<Event>,
    pub reviews: Vec<ReviewReason>,
    /// Where to pay in, while a deposit is awaited and the provider has told us.
    pub deposit: Option<Deposit>,
    /// False when the provider could not be asked just now.
    pub answered: bool,
    /// False when the order's pay link has closed.
    pub is_offered: bool,
}

/// A payment that the shop gives back of itself.
pub struct SentBack<'a> {
    pub payment: &'a Payment,
    pub why: WhyBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyBack {
    WrongAmount,
    /// It came too late, and the shop gives late money back.
    Late,
}

impl OrderPage {
    /// The buyer may be sent on to pay: nothing was paid, as far as anybody knows.
    pub fn is_payable(&self) -> bool {
        self.order.money.is_payable() && self.is_offered && !self.payments.iter().any(Payment::is_with_shop)
    }

    /// Money came whose meaning is not decided, or that is on its way back.
    pub fn has_unsettled(&self) -> bool {
        self.payments.iter().any(Payment::is_unsettled)
    }

    /// Money is on its way back.
    pub fn is_returning(&self) -> bool {
        self.has_payment(Disposition::Returning)
    }

    /// Money is here that does not count yet, because a person must look at it first.
    pub fn is_in_review(&self) -> bool {
        self.has_payment(Disposition::InReview) && self.order.money.is_open()
    }

    /// The payment by which the order was paid, also when all of it has gone back since.
    pub fn paid_by(&self) -> Option<&Payment> {
        let of = |place: Disposition| self.payments.iter().filter(move |payment| payment.disposition == place);
        let went_back = || {
            let right = of(Disposition::Returned).filter(|payment| payment.captured == Some(self.order.amount));
            let right: Vec<_> = right.filter(|_| self.order.money == MoneyState::Refunded).collect();
            let dated = right.iter().find(|payment| payment.paid_at == self.order.paid_at);
            dated.or(right.first()).copied()
        };
        of(Disposition::Counted).next().or_else(went_back)
    }

    /// Payments that the shop gives back, or has given back, of itself.
    pub fn sent_back(&self) -> Vec<SentBack<'_>> {
        let paid_by = self.paid_by().map(|payment| &payment.id);
        let others = self.payments.iter().filter(|payment| Some(&payment.id) != paid_by);
        let why = |payment: &Payment| {
            let is_right = payment.captured? == self.order.amount;
            let (why, event) = match is_right {
                true => (WhyBack::Late, EventKind::LateReturn),
                false => (WhyBack::WrongAmount, EventKind::WrongAmount),
            };
            self.events.iter().any(|one| one.kind == event).then_some(why)
        };
        let goes = |place| matches!(place, Disposition::Returning | Disposition::Returned);
        let gone = others.filter(|payment| goes(payment.disposition));
        gone.filter_map(|payment| Some(SentBack { payment, why: why(payment)? })).collect()
    }

    /// The payments say more than the state: money waits to be judged, or an order that ended without any has seen
    /// some come and go back.
    pub fn is_told_by_payments(&self) -> bool {
        let is_unpaid = matches!(self.order.money, MoneyState::Failed | MoneyState::Expired);
        let has_come = is_unpaid && !self.payments.is_empty();
        (self.has_unsettled() || has_come) && self.order.money != MoneyState::Paid
    }

    /// It ended without money, and nothing of it is undecided: the buyer may order the same once more.
    pub fn may_be_ordered_anew(&self) -> bool {
        let is_over = matches!(self.order.money, MoneyState::Failed | MoneyState::Expired | MoneyState::Cancelled);
        is_over && !self.has_unsettled()
    }

    fn has_payment(&self, disposition: Disposition) -> bool {
        self.payments.iter().any(|payment| payment.disposition == disposition)
    }
}

impl Services {
    pub async fn order(&self, id: &OrderId) -> Result<Order, Error> {
        let id = id.clone();
        self.db.read(move |tx| Box::pin(async move { orders::find(tx, &id).await?.ok_or(Error::NotFound) })).await
    }

    /// [`Error::NotFound`] for a token that belongs to no order.
    pub async fn order_by_token(&self, token: &OrderToken) -> Result<Order, Error> {
        let token = token.clone();
        self.db
            .read(move |tx| Box::pin(async move { orders::find_by_token(tx, &token).await?.ok_or(Error::NotFound) }))
            .await
    }

    /// Somebody came with news about an order: looks once, and answers where the order stands. `number` may
    /// be forged, foreign, used or absent; it is only a place to look at.
    pub async fn hint(&self, token: &OrderToken, number: Option<ProviderOrderNumber>) -> Result<Order, Error> {
        let order = self.order_by_token(token).await?;
        if !order.money.is_open() && number.is_none() {
            return Ok(order);
        }
        let is_told = number.is_some();
        let mut seen = self.look_at_news(&order.id, number).await?.order;
        if planted(Bug::HintBelieved) && is_told {
            seen.money = MoneyState::Paid;
        }
        Ok(seen)
    }

    /// Somebody watches an order without news: looks as often as a page view may.
    pub async fn watch(&self, token: &OrderToken) -> Result<Order, Error> {
        let order = self.order_by_token(token).await?;
        if self.can_change(&order).await? { Ok(self.look_from_page(&order.id).await?.order) } else { Ok(order) }
    }

    /// How much has happened to an order: the length of its log.
    pub async fn progress(&self, order: &Order) -> Result<u32, Error> {
        let id = order.id.clone();
        let events = self.db.read(move |tx| Box::pin(async move { orders::events(tx, &id).await })).await?;
        Ok(u32::try_from(events.len()).unwrap_or(u32::MAX))
    }

    /// A look can still teach us something.
    async fn can_change(&self, order: &Order) -> Result<bool, Error> {
        let is_returning = |payment: &Payment| payment.disposition == Disposition::Returning;
        Ok(order.money.is_open() || self.payments(order).await?.iter().any(is_returning))
    }

    /// The order's page; looks at the provider while something can still change.
    pub async fn order_page(&self, token: &OrderToken) -> Result<OrderPage, Error> {
        let order = self.order_by_token(token).await?;
        let (order, answered) = if self.can_change(&order).await? {
            let settled = self.look_from_page(&order.id).await?;
            (settled.order, settled.answered)
        } else {
            (order, true)
        };
        let id = order.id.clone();
        let (payments, events, reviews) = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let payments = payments::of_order(tx, &id).await?;
                    let events = orders::events(tx, &id).await?;
                    Ok::<_, Error>((payments, events, reviews::reasons(tx, &id).await?))
                })
            })
            .await?;
        let awaits = order.money == MoneyState::AwaitingDeposit;
        let deposit = if awaits { self.deposits.get(&order.id) } else { None };
        let is_offered = self.may_still_pay(&order).await?;
        Ok(OrderPage { order, payments, events, reviews, deposit, answered, is_offered })
    }

    pub(super) async fn payments(&self, order: &Order) -> Result<Vec<Payment>, Error> {
        let id = order.id.clone();
        self.db.read(move |tx| Box::pin(async move { Ok(payments::of_order(tx, &id).await?) })).await
    }
}
