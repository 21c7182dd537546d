//! Staff give money back: the intent is stored under the order's lock before the first byte leaves.

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, OrderId, RowId};
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, Event, EventKind, Order, RefundState};
use crate::domain::refund::{RefundRefusal, check};
use crate::planted::{Bug, planted};
use crate::store::payments::Payment;
use crate::store::refunds::{self, Refund};
use crate::store::{orders, payments};

/// What the refund form asks for.
#[derive(Clone, Debug)]
pub struct RefundRequest {
    pub order: OrderId,
    pub amount: Amount,
    /// For the merchant's books and the provider's record.
    pub reason: String,
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
    /// It was not ordered.
    NotOrdered(RefundRefusal),
    /// Nothing was ever paid for this order, or not as much as can be read.
    NothingCounted,
    /// Another refund of this order is still on its way.
    Busy,
}

enum Stored {
    Yes,
    No(Refunded),
}

/// What is left of the order's counted payment, and which that is.
pub(super) fn left(order: &Order, payments: &[Payment]) -> Option<(RowId, String, Amount)> {
    // A payment whose money is all back is no longer counted, and nothing is left of it.
    let counted = payments.iter().find(|payment| payment.disposition == Disposition::Counted)?;
    let left = counted.captured?.checked_sub(order.refunded)?;
    Some((counted.id.clone(), counted.receipt_id.clone(), left))
}

impl Services {
    /// Orders a refund and carries it out. Waits for the provider no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE).
    pub async fn refund(&self, actor: &Actor, request: RefundRequest) -> Result<Refunded, Error> {
        if let Stored::No(end) = self.store_refund(actor, &request).await? {
            return Ok(end);
        }
        let order = self.order(&request.order).await?;
        let services = self.clone();
        let sending = tokio::spawn(async move { services.finish_refunds(&order).await });
        match self.in_time(sending).await {
            Some(Ok(sent)) => sent?,
            _ => tracing::warn!(order.id = %request.order, "a refund takes longer than a page waits"),
        }
        let key = request.key;
        let found = self.db.read(move |tx| Box::pin(async move { refunds::by_cancel_id(tx, &key).await })).await;
        Ok(match found.map_err(Error::Store)?.map(|refund| (refund.state, refund.refusal)) {
            Some((RefundState::Done, _)) => Refunded::Done,
            Some((RefundState::Refused, words)) => Refunded::Refused(words.unwrap_or_default()),
            Some((RefundState::Requested | RefundState::Sent, _)) => Refunded::Waiting,
            None => return Err(Error::NotFound),
        })
    }

    async fn store_refund(&self, actor: &Actor, request: &RefundRequest) -> Result<Stored, Error> {
        let (now, id) = (self.clock.now(), RowId::from_random(self.random()));
        let (actor, request) = (actor.clone(), request.clone());
        self.db
            .write(move |tx| {
                let (actor, request, id) = (actor.clone(), request.clone(), id.clone());
                Box::pin(async move {
                    let order = orders::find(tx, &request.order).await?.ok_or(Error::NotFound)?;
                    let order = orders::lock(tx, &order.id).await?;
                    // The same form again: the same refund.
                    if let Some(before) = refunds::by_cancel_id(tx, &request.key).await? {
                        return if before.order_id == order.id { Ok(Stored::Yes) } else { Err(Error::NotFound) };
                    }
                    let payments = payments::of_order(tx, &order.id).await?;
                    let Some((payment_id, receipt_id, left)) = left(&order, &payments) else {
                        return Ok(Stored::No(Refunded::NothingCounted));
                    };
                    if !refunds::unfinished(tx, &order.id).await?.is_empty() && !planted(Bug::RefundsAtOnce) {
                        return Ok(Stored::No(Refunded::Busy));
                    }
                    if let Err(refusal) = check(left, request.amount) {
                        return Ok(Stored::No(Refunded::NotOrdered(refusal)));
                    }
                    let staff = actor.staff.name.as_str().to_owned();
                    let refund = Refund {
                        id,
                        payment_id,
                        order_id: order.id.clone(),
                        receipt_id,
                        cancel_id: request.key,
                        reason: request.reason,
                        state: RefundState::Requested,
                        amount: Some(request.amount),
                        cancelled_before: None,
                        ordered_by: Some(staff.clone()),
                        refusal: None,
                        updated_at: now,
                    };
                    refunds::insert(tx, &refund, now).await?;
                    let krw = Some(request.amount.total());
                    let event = Event { at: now, kind: EventKind::RefundOrdered, staff: Some(staff), krw };
                    orders::append(tx, &order.id, &event).await?;
                    let won = request.amount.total().get().to_string();
                    actor.log(tx, now, Act::RefundOrdered, order.number.as_str(), &won).await?;
                    Ok(Stored::Yes)
                })
            })
            .await
    }
}
