//! Staff give money back: the intent is stored under the order's lock before the first byte leaves.

use super::refund_books::ask_if_unordered;
use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, OrderId, RowId};
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, Event, EventKind, Order, RefundState, ReviewReason};
use crate::domain::refund::{RefundReason, RefundRefusal, RefundRoute, check, route};
use crate::domain::refund_account::RefundAccount;
use crate::planted::{Bug, planted};
use crate::store::payments::Payment;
use crate::store::refunds::{self, NewRefund, Refund};
use crate::store::{orders, payments};

/// What the refund form asks for.
#[derive(Clone, Debug)]
pub struct RefundRequest {
    pub order: OrderId,
    pub amount: Amount,
    /// For the merchant's books and the provider's record.
    pub reason: RefundReason,
    /// Made with the form: every sending of the form is the same refund, here and at the provider.
    pub key: CallKey,
}

/// Where a refund stands after it was ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refunded {
    /// The provider shows that the money is on its way back.
    Done,
    /// It was sent, and its answer is not known yet: the order's page goes on asking.
    Waiting,
    /// The provider refused; nothing has moved. Its code and words.
    Refused(String),
    /// It was not carried out, and the customer's account must be entered once more.
    NeedsAccount,
    /// It was not ordered.
    NotOrdered(RefundRefusal),
    /// It was not ordered: the payment was made by virtual account, and no account to send it to was entered.
    NoAccount,
    /// The form takes up a refund that was ordered before, of another amount.
    OtherAmount,
    /// Nothing was ever paid for this order, or not as much as can be read.
    NothingCounted,
    /// Another refund of this order is still on its way, or a cancel that was approved.
    Busy,
    /// It was not sent, because other money of the payment has gone back since; or it was given up.
    Overtaken,
}

enum Stored {
    Yes,
    No(Refunded),
}

/// What is left of the order's counted payment, and which that is.
pub(super) fn left<'a>(order: &Order, payments: &'a [Payment]) -> Option<(&'a Payment, Amount)> {
    // A payment whose money is all back is no longer counted, and nothing is left of it.
    let counted = payments.iter().find(|payment| payment.disposition == Disposition::Counted)?;
    Some((counted, counted.captured?.checked_sub(order.refunded)?))
}

impl Services {
    /// Orders a refund and carries it out. The account is for a payment by virtual account and is passed on, never
    /// stored. Waits for the provider no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE).
    pub async fn refund(
        &self,
        actor: &Actor,
        request: RefundRequest,
        account: Option<RefundAccount>,
    ) -> Result<Refunded, Error> {
        if let Stored::No(end) = self.store_refund(actor, &request, account.as_ref()).await? {
            return Ok(end);
        }
        let order = self.order(&request.order).await?;
        let (services, key) = (self.clone(), request.key.clone());
        let sending = tokio::spawn(async move {
            let at_hand = account.as_ref().map(|account| (&key, account));
            services.finish_refunds_with(&order, at_hand).await
        });
        match self.in_time(sending).await {
            Some(Ok(sent)) => sent?,
            _ => tracing::warn!(order.id = %request.order, "a refund takes longer than a page waits"),
        }
        let key = request.key;
        let found = self.db.read(move |tx| Box::pin(async move { refunds::by_cancel_id(tx, &key).await })).await;
        Ok(match found.map_err(Error::Store)?.map(|refund| (refund.state, refund.refusal)) {
            Some((RefundState::Done, _)) => Refunded::Done,
            Some((RefundState::Refused, words)) => match words.unwrap_or_default() {
                words if words.is_empty() => Refunded::Overtaken,
                words => Refunded::Refused(words),
            },
            Some((RefundState::NeedsAccount, _)) => Refunded::NeedsAccount,
            Some((RefundState::Requested | RefundState::Sent | RefundState::Unknown, _)) => Refunded::Waiting,
            None => return Err(Error::NotFound),
        })
    }

    /// Staff give up a refund that waits for the customer's account, or that has been without a clear end for long. One
    /// that nobody had ordered asks a person again. False when there is no such refund any more.
    pub async fn give_up_refund(&self, actor: &Actor, order: &OrderId, key: &CallKey) -> Result<bool, Error> {
        let (now, actor, order, key) = (self.clock.now(), actor.clone(), order.clone(), key.clone());
        let review = RowId::from_random(self.random());
        self.db
            .write(move |tx| {
                let (actor, order, key, review) = (actor.clone(), order.clone(), key.clone(), review.clone());
                Box::pin(async move {
                    orders::find(tx, &order).await?.ok_or(Error::NotFound)?;
                    let order = orders::lock(tx, &order).await?;
                    let found = refunds::by_cancel_id(tx, &key).await?;
                    let may = |refund: &Refund| refund.order_id == order.id && refund.may_be_given_up(now);
                    let Some(refund) = found.filter(may) else { return Ok(false) };
                    if !refunds::give_up(tx, &refund.id, refund.sent_at, now).await? {
                        return Ok(false);
                    }
                    let krw = refund.amount.map(Amount::total);
                    let staff = Some(actor.staff.name.as_str().to_owned());
                    orders::append(tx, &order.id, &Event { at: now, kind: EventKind::RefundGivenUp, staff, krw })
                        .await?;
                    ask_if_unordered(tx, &refund, &review, ReviewReason::RefundRefused, now).await?;
                    let won = krw.map_or("all".to_owned(), |krw| krw.get().to_string());
                    actor.log(tx, now, Act::RefundGivenUp, order.number.as_str(), &won).await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn store_refund(
        &self,
        actor: &Actor,
        request: &RefundRequest,
        account: Option<&RefundAccount>,
    ) -> Result<Stored, Error> {
        let has_account = account.is_some();
        let kept = account.filter(|_| planted(Bug::AccountKept)).map(|account| account.number().to_owned());
        let (now, id) = (self.clock.now(), RowId::from_random(self.random()));
        let (actor, request) = (actor.clone(), request.clone());
        self.db
            .write(move |tx| {
                let (actor, request, id, kept) = (actor.clone(), request.clone(), id.clone(), kept.clone());
                Box::pin(async move {
                    let order = orders::find(tx, &request.order).await?.ok_or(Error::NotFound)?;
                    let order = orders::lock(tx, &order.id).await?;
                    let before = refunds::by_cancel_id(tx, &request.key).await?;
                    match &before {
                        Some(before) if before.order_id != order.id => return Err(Error::NotFound),
                        Some(before) if before.state != RefundState::NeedsAccount => {
                            // The same form again: the same refund.
                            return Ok(Stored::Yes);
                        }
                        Some(before) if before.amount != Some(request.amount) => {
                            return Ok(Stored::No(Refunded::OtherAmount));
                        }
                        Some(_) | None => {}
                    }
                    let payments = payments::of_order(tx, &order.id).await?;
                    let Some((payment, left)) = left(&order, &payments) else {
                        return Ok(Stored::No(Refunded::NothingCounted));
                    };
                    if refunds::under_way(tx, &order.id).await? && !planted(Bug::RefundsAtOnce) {
                        return Ok(Stored::No(Refunded::Busy));
                    }
                    if let Err(refusal) = check(left, request.amount)
                        && !planted(Bug::LeftUnchecked)
                    {
                        return Ok(Stored::No(Refunded::NotOrdered(refusal)));
                    }
                    let last_refused = refunds::last_refused(tx, &payment.id).await?;
                    let route = route(payment.method_symbol.as_deref(), last_refused);
                    if route == RefundRoute::PgAccount && !has_account {
                        return Ok(Stored::No(Refunded::NoAccount));
                    }
                    let staff = actor.staff.name.as_str().to_owned();
                    if let Some(before) = before {
                        refunds::take_up(tx, &before.id, now).await?;
                    } else {
                        let refund = NewRefund {
                            id,
                            payment_id: payment.id.clone(),
                            order_id: order.id.clone(),
                            receipt_id: payment.receipt_id.clone(),
                            cancel_id: request.key,
                            reason: request.reason.as_str().to_owned(),
                            amount: Some(if planted(Bug::PartStoredAsAll) { left } else { request.amount }),
                            ordered_by: Some(staff.clone()),
                            route,
                        };
                        refunds::insert(tx, &refund, now).await?;
                    }
                    let krw = Some(request.amount.total());
                    let event = Event { at: now, kind: EventKind::RefundOrdered, staff: Some(staff), krw };
                    orders::append(tx, &order.id, &event).await?;
                    let won = kept.unwrap_or_else(|| request.amount.total().get().to_string());
                    actor.log(tx, now, Act::RefundOrdered, order.number.as_str(), &won).await?;
                    Ok(Stored::Yes)
                })
            })
            .await
    }
}
