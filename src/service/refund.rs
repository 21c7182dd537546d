//! Carrying out ordered refunds. The intent is stored first; a call whose answer was lost is followed by a
//! read, and only then, if nothing has gone back, by the same call under the same `cancel_id`.

use super::settle::ask_person;
use super::{Error, LOOK_GAP_MS, Services};
use crate::domain::id::RowId;
use crate::domain::judge::ProviderReceipt;
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, Event, EventKind, MoneyState, Order, RefundState, ReviewReason};
use crate::domain::promotion::UseState;
use crate::domain::refund::{Carried, carried};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;
use crate::store::refunds::{self, Refund};
use crate::store::{StoreError, Tx, orders, payments, promotions};

/// What the provider said about a refund.
enum End {
    Done,
    /// Its code and words.
    Refused(String),
    /// Nobody can tell yet.
    Open,
}

impl Services {
    /// Carries on every refund of this order whose end is not known. A provider that can't be asked is no
    /// error: the refund stays open and the next look carries on.
    pub(super) async fn finish_refunds(&self, order: &Order) -> Result<(), Error> {
        let id = order.id.clone();
        let open = self.db.read(move |tx| Box::pin(async move { refunds::unfinished(tx, &id).await })).await?;
        for refund in open {
            match self.carry_on(&refund).await? {
                End::Done => self.book_done(&refund).await?,
                End::Refused(words) => self.book_refused(&refund, words).await?,
                End::Open => {}
            }
        }
        Ok(())
    }

    async fn carry_on(&self, refund: &Refund) -> Result<End, Error> {
        // A whole return needs no reading before it is sent for the first time: its end is "everything is back".
        if refund.state == RefundState::Requested && refund.amount.is_none() {
            return self.send(refund, None).await;
        }
        let Ok(receipt) = self.bootpay.receipt(&refund.receipt_id).await else { return Ok(End::Open) };
        if refund.state == RefundState::Sent && is_out(refund, refund.cancelled_before, &receipt) {
            return Ok(End::Done);
        }
        self.send(refund, receipt.cancelled).await
    }

    async fn send(&self, refund: &Refund, cancelled: Option<i64>) -> Result<End, Error> {
        let (id, now) = (refund.id.clone(), self.clock.now());
        let is_mine = self
            .db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { refunds::claim_sending(tx, &id, now, LOOK_GAP_MS, cancelled).await })
            })
            .await?;
        // Another look is sending it; two cancels at once could make the provider refuse one of them.
        if !is_mine {
            return Ok(End::Open);
        }
        let before = refund.cancelled_before.or(cancelled);
        let answer = self.bootpay.cancel(&refund.receipt_id, refund.amount, &refund.cancel_id, &refund.reason).await;
        Ok(match answer {
            Ok(receipt) if is_out(refund, before, &receipt) => End::Done,
            Err(ProviderError::Refused { code, message, .. }) => {
                match self.bootpay.receipt(&refund.receipt_id).await {
                    // "Already cancelled" is a refusal too.
                    Ok(receipt) if is_out(refund, before, &receipt) => End::Done,
                    Ok(_) => End::Refused(format!("{code} {message}").trim().to_owned()),
                    Err(_) => End::Open,
                }
            }
            Ok(_) | Err(_) => End::Open,
        })
    }

    async fn book_done(&self, refund: &Refund) -> Result<(), Error> {
        let (refund, now) = (refund.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let refund = refund.clone();
                Box::pin(async move {
                    let order = orders::lock(tx, &refund.order_id).await?;
                    if !refunds::finish(tx, &refund.id, now).await? {
                        return Ok(());
                    }
                    if let Some(amount) = refund.amount {
                        let gone = order.refunded.checked_add(amount);
                        let gone = gone.ok_or_else(|| StoreError::Corrupt("refunds beyond all amounts".into()))?;
                        let event = Event {
                            at: now,
                            kind: EventKind::RefundDone,
                            staff: refund.ordered_by.clone(),
                            krw: Some(amount.total()),
                        };
                        return book_back(tx, &order, &refund.payment_id, gone, &event).await;
                    }
                    payments::set_disposition(tx, &refund.payment_id, Disposition::Returned).await?;
                    // All of its money is back: nobody has had the discount.
                    if order.money == MoneyState::Failed {
                        promotions::set_use(tx, &refund.order_id, UseState::Freed).await?;
                    }
                    payments::resolve_reviews(tx, &refund.payment_id, now).await?;
                    orders::append_event(tx, &refund.order_id, now, EventKind::RefundDone).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn book_refused(&self, refund: &Refund, words: String) -> Result<(), Error> {
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
                    let event = Event {
                        at: now,
                        kind: EventKind::RefundRefused,
                        staff: refund.ordered_by.clone(),
                        krw: refund.amount.map(Amount::total),
                    };
                    orders::append(tx, &refund.order_id, &event).await?;
                    // Whoever ordered it is told; money that should go back by itself needs somebody.
                    if refund.ordered_by.is_none() {
                        payments::set_disposition(tx, &refund.payment_id, Disposition::InReview).await?;
                        let reason = ReviewReason::RefundRefused;
                        ask_person(tx, &review, &refund.order_id, &refund.payment_id, reason, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
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
        payments::resolve_reviews(tx, payment, at).await?;
    }
    Ok(())
}

/// Whether the receipt shows that this refund was carried out.
fn is_out(refund: &Refund, before: Option<i64>, receipt: &ProviderReceipt) -> bool {
    match (refund.amount, before, receipt.cancelled) {
        (Some(amount), Some(before), Some(now)) => carried(before, amount.total(), now) == Carried::Out,
        _ => is_cancelled(receipt),
    }
}

/// Everything that was captured has gone back.
fn is_cancelled(receipt: &ProviderReceipt) -> bool {
    matches!((receipt.total, receipt.cancelled), (Some(total), Some(cancelled)) if total > 0 && cancelled >= total)
}
