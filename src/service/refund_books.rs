//! What is written down about a refund that was carried on: each end once, under the order's lock.

use super::settle::ask_person;
use super::{Error, Services};
use crate::domain::id::RowId;
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, Event, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::promotion::UseState;
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};
use crate::store::refunds::{self, Refund};
use crate::store::{StoreError, Tx, orders, payments, promotions, reviews};

impl Services {
    pub(super) async fn book_done(&self, refund: &Refund) -> Result<(), Error> {
        let (refund, now) = (refund.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let refund = refund.clone();
                Box::pin(async move {
                    let order = orders::lock(tx, &refund.order_id).await?;
                    if !refunds::finish(tx, &refund.id, now).await? && !planted(Bug::RefundBookedTwice) {
                        return Ok(());
                    }
                    if let Some(amount) = refund.amount {
                        let gone = order.refunded.checked_add(amount);
                        let gone = gone.ok_or_else(|| StoreError::Corrupt("refunds beyond all amounts".into()))?;
                        let event = event_of(&refund, EventKind::RefundDone, now);
                        return book_back(tx, &order, &refund.payment_id, gone, &event).await;
                    }
                    let event = Event { krw: None, ..event_of(&refund, EventKind::RefundDone, now) };
                    end_held(tx, &order, &refund.payment_id, &event).await
                })
            })
            .await
    }

    pub(super) async fn book_refused(&self, refund: &Refund, words: String) -> Result<(), Error> {
        tracing::error!(order.id = %refund.order_id, words, "the provider refused a refund; a person must look");
        let (refund, now, review) = (refund.clone(), self.clock.now(), RowId::from_random(self.random()));
        self.db
            .write(move |tx| {
                let (refund, review, words) = (refund.clone(), review.clone(), words.clone());
                Box::pin(async move {
                    orders::lock(tx, &refund.order_id).await?;
                    if !refunds::refuse(tx, &refund.id, now, &words).await? {
                        return Ok(());
                    }
                    let event = event_of(&refund, EventKind::RefundRefused, now);
                    orders::append(tx, &refund.order_id, &event).await?;
                    ask_if_unordered(tx, &refund, &review, ReviewReason::RefundRefused, now).await
                })
            })
            .await
    }

    pub(super) async fn book_unknown(&self, refund: &Refund) -> Result<(), Error> {
        let (unknown, now) = (refund.clone(), self.clock.now());
        let is_new = self
            .db
            .write(move |tx| {
                let refund = unknown.clone();
                Box::pin(async move {
                    orders::lock(tx, &refund.order_id).await?;
                    let is_new = refunds::set_unknown(tx, &refund.id, now).await?;
                    if is_new {
                        let event = event_of(&refund, EventKind::RefundUnknown, now);
                        orders::append(tx, &refund.order_id, &event).await?;
                    }
                    Ok::<_, Error>(is_new)
                })
            })
            .await?;
        if is_new {
            tracing::error!(order.id = %refund.order_id, "nobody can tell whether a refund was carried out");
        }
        Ok(())
    }

    /// It was not sent; whoever ordered it sees what has gone back, and decides again.
    pub(super) async fn book_overtaken(&self, refund: &Refund) -> Result<(), Error> {
        let (refund, now) = (refund.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let refund = refund.clone();
                Box::pin(async move {
                    orders::lock(tx, &refund.order_id).await?;
                    if refunds::end_unsent(tx, &refund.id, now).await? {
                        let event = event_of(&refund, EventKind::RefundOvertaken, now);
                        orders::append(tx, &refund.order_id, &event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// It was not carried out, and only staff can send it again.
    pub(super) async fn book_without_account(&self, refund: &Refund) -> Result<(), Error> {
        let (refund, now, review) = (refund.clone(), self.clock.now(), RowId::from_random(self.random()));
        self.db
            .write(move |tx| {
                let (refund, review) = (refund.clone(), review.clone());
                Box::pin(async move {
                    orders::lock(tx, &refund.order_id).await?;
                    if !refunds::set_without_account(tx, &refund.id, refund.sent_at, now).await? {
                        return Ok(());
                    }
                    let event = event_of(&refund, EventKind::AccountNeeded, now);
                    orders::append(tx, &refund.order_id, &event).await?;
                    ask_if_unordered(tx, &refund, &review, ReviewReason::AccountNeeded, now).await
                })
            })
            .await
    }
}

fn event_of(refund: &Refund, kind: EventKind, at: UnixMs) -> Event {
    Event { at, kind, staff: refund.ordered_by.clone(), krw: refund.amount.map(Amount::total) }
}

/// Whoever ordered a refund is told; money that should go back by itself needs somebody.
pub(super) async fn ask_if_unordered(
    tx: &mut Tx,
    refund: &Refund,
    review: &RowId,
    reason: ReviewReason,
    now: UnixMs,
) -> Result<(), Error> {
    if refund.ordered_by.is_some() {
        return Ok(());
    }
    payments::set_disposition(tx, &refund.payment_id, Disposition::InReview).await?;
    ask_person(tx, review, &refund.order_id, &refund.payment_id, reason, now).await
}

/// Books that `gone` of the order's counted payment is back, in all, and moves the order accordingly. The
/// order must be locked by this transaction.
pub(super) async fn book_back(
    tx: &mut Tx,
    order: &Order,
    payment: &RowId,
    gone: Amount,
    event: &Event,
) -> Result<(), Error> {
    let captured = payments::captured(tx, payment).await?;
    let left = captured.and_then(|captured| captured.checked_sub(gone));
    let left = left.ok_or_else(|| StoreError::Corrupt("more would have gone back than was captured".into()))?;
    let state = if left.is_zero() { MoneyState::Refunded } else { MoneyState::PartiallyRefunded };
    orders::set_refunded(tx, &order.id, gone).await?;
    if order.money.may_become(state) {
        orders::update_money_state(tx, &order.id, state).await?;
    }
    orders::append(tx, &order.id, event).await?;
    if left.is_zero() {
        payments::set_disposition(tx, payment, Disposition::Returned).await?;
        promotions::set_use(tx, &order.id, UseState::Freed).await?;
        let at: UnixMs = event.at;
        reviews::resolve(tx, payment, at).await?;
    }
    Ok(())
}

/// Books that a payment which never counted is all back, once. The order must be locked by this transaction.
pub(super) async fn end_held(tx: &mut Tx, order: &Order, payment: &RowId, event: &Event) -> Result<(), Error> {
    if payments::disposition(tx, payment).await? == Disposition::Returned {
        return Ok(());
    }
    payments::set_disposition(tx, payment, Disposition::Returned).await?;
    refunds::finish_waiting(tx, payment, event.at).await?;
    // Nobody has had the discount, unless another payment of the order counts.
    if matches!(order.money, MoneyState::Failed | MoneyState::Cancelled | MoneyState::Expired) {
        promotions::set_use(tx, &order.id, UseState::Freed).await?;
    }
    reviews::resolve(tx, payment, event.at).await?;
    orders::append(tx, &order.id, event).await?;
    Ok(())
}
