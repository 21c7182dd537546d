//! Carrying out ordered refunds. The intent is stored first; a call whose answer was lost is followed by a
//! read, and only then, if nothing has gone back, by the same call under the same `cancel_id`.

use super::settle::ask_person;
use super::{Error, LOOK_GAP_MS, Services};
use crate::domain::id::RowId;
use crate::domain::judge::ProviderReceipt;
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, RefundState, ReviewReason};
use crate::domain::promotion::UseState;
use crate::provider::ProviderError;
use crate::store::refunds::{self, Refund};
use crate::store::{orders, payments, promotions};

/// What the provider said about a refund.
enum End {
    Done,
    Refused,
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
            let end = match refund.state {
                RefundState::Sent => match self.bootpay.receipt(&refund.receipt_id).await {
                    Ok(receipt) if is_cancelled(&receipt) => End::Done,
                    Ok(_) => self.send(&refund).await?,
                    Err(_) => End::Open,
                },
                _ => self.send(&refund).await?,
            };
            match end {
                End::Done => self.book_done(&refund).await?,
                End::Refused => self.book_refused(&refund).await?,
                End::Open => {}
            }
        }
        Ok(())
    }

    async fn send(&self, refund: &Refund) -> Result<End, Error> {
        let (id, now) = (refund.id.clone(), self.clock.now());
        let is_mine = self
            .db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { refunds::claim_sending(tx, &id, now, LOOK_GAP_MS).await })
            })
            .await?;
        // Another look is sending it; two cancels at once could make the provider refuse one of them.
        if !is_mine {
            return Ok(End::Open);
        }
        let answer = self.bootpay.cancel_in_full(&refund.receipt_id, &refund.cancel_id, &refund.reason).await;
        Ok(match answer {
            Ok(receipt) if is_cancelled(&receipt) => End::Done,
            Err(ProviderError::Refused { .. }) => match self.bootpay.receipt(&refund.receipt_id).await {
                // "Already cancelled" is a refusal too.
                Ok(receipt) if is_cancelled(&receipt) => End::Done,
                Ok(_) => End::Refused,
                Err(_) => End::Open,
            },
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
                    if refunds::finish(tx, &refund.id, now).await? {
                        payments::set_disposition(tx, &refund.payment_id, Disposition::Returned).await?;
                        // All of its money is back: nobody has had the discount.
                        if order.money == MoneyState::Failed {
                            promotions::set_use(tx, &refund.order_id, UseState::Freed).await?;
                        }
                        payments::resolve_reviews(tx, &refund.payment_id, now).await?;
                        orders::append_event(tx, &refund.order_id, now, EventKind::RefundDone).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn book_refused(&self, refund: &Refund) -> Result<(), Error> {
        tracing::error!(order.id = %refund.order_id, "the provider refused a refund; a person must look");
        let (refund, now, review) = (refund.clone(), self.clock.now(), RowId::from_random(self.random()));
        self.db
            .write(move |tx| {
                let (refund, review) = (refund.clone(), review.clone());
                Box::pin(async move {
                    orders::lock(tx, &refund.order_id).await?;
                    if refunds::refuse(tx, &refund.id, now).await? {
                        payments::set_disposition(tx, &refund.payment_id, Disposition::InReview).await?;
                        orders::append_event(tx, &refund.order_id, now, EventKind::RefundRefused).await?;
                        let reason = ReviewReason::RefundRefused;
                        ask_person(tx, &review, &refund.order_id, &refund.payment_id, reason, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Everything that was captured has gone back.
fn is_cancelled(receipt: &ProviderReceipt) -> bool {
    matches!((receipt.total, receipt.cancelled), (Some(total), Some(cancelled)) if total > 0 && cancelled >= total)
}
