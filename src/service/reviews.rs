//! Payments that wait for a person, and what staff decide about them. A decision is made once, under the
//! order's lock; a payment counts only after the provider's receipt was read once more.

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, OrderId, OrderNumber, RowId};
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, Event, EventKind, MoneyState, Order};
use crate::domain::refund::{VIRTUAL_ACCOUNT, is_typed_back, route};
use crate::domain::refund_account::RefundAccount;
use crate::domain::review::{Decision, NoCount, Reason, is_proven, may_count};
use crate::domain::time::UnixMs;
use crate::store::refunds::{self, NewRefund};
use crate::store::reviews::{self, Review};
use crate::store::{Tx, orders, payments};

/// Open questions on one page of the list.
const PAGE: usize = 50;

/// One page of the list, and where the next one begins.
#[derive(Clone, Debug)]
pub struct ReviewPage {
    pub reviews: Vec<Review>,
    pub next: Option<(UnixMs, RowId)>,
}

/// What somebody decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Count,
    /// All of it goes back; `typed` is the amount, or the order's number where no amount is known.
    GiveBack {
        typed: String,
    },
    Keep(Reason),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Counted,
    /// It has gone back, and the provider has said so.
    Returned,
    /// It is on its way back; nobody knows yet how that ends.
    Returning,
    /// The provider refused to give it back, and asks a person again.
    Refused,
    Kept,
    /// The question was settled before; nothing was done.
    Already,
    NoCount(NoCount),
    /// What was typed back is something else.
    NotConfirmed,
    /// It was paid by virtual account, and no account to send it to was entered.
    NoAccount,
    /// The provider could not be asked in time, so nothing was done.
    Unanswered,
    /// The provider's receipt shows something else by now, so nothing was done.
    Differs,
}

impl Review {
    /// Whether this payment may be counted now.
    pub fn may_count(&self) -> Result<Amount, NoCount> {
        may_count(self.money, self.price, self.reason, self.captured)
    }

    /// It can only go back to an account that somebody names.
    pub fn is_by_account(&self) -> bool {
        self.method_symbol.as_deref() == Some(VIRTUAL_ACCOUNT)
    }

    fn is_typed_back(&self, typed: &str) -> bool {
        match self.captured {
            Some(captured) => is_typed_back(typed, captured.total().get()),
            None => OrderNumber::parse_typed(typed).as_ref() == Ok(&self.number),
        }
    }
}

/// What one decision needs, made before its transaction.
#[derive(Clone)]
struct Made {
    actor: Actor,
    decision: Decision,
    note: String,
    refund: RowId,
    cancel_id: CallKey,
    now: UnixMs,
}

impl Services {
    /// Open questions, those that wait longest first; of one order where one is named.
    pub async fn reviews(&self, order: Option<&OrderId>, after: Option<(UnixMs, RowId)>) -> Result<ReviewPage, Error> {
        let (order, most) = (order.cloned(), i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
        let mut reviews = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    reviews::open(tx, order.as_ref(), after.as_ref().map(|(at, id)| (*at, id)), most).await
                })
            })
            .await?;
        let is_more = reviews.len() > PAGE;
        reviews.truncate(PAGE);
        let next = reviews.last().filter(|_| is_more).map(|last| (last.created_at, last.id.clone()));
        Ok(ReviewPage { reviews, next })
    }

    /// One question, open or settled; looks at the provider while its payment is on its way back.
    pub async fn review(&self, id: &RowId) -> Result<Review, Error> {
        let review = self.stored_review(id).await?;
        if review.disposition != Disposition::Returning {
            return Ok(review);
        }
        self.look_from_page(&review.order_id).await?;
        self.stored_review(id).await
    }

    async fn stored_review(&self, id: &RowId) -> Result<Review, Error> {
        let id = id.clone();
        self.db.read(move |tx| Box::pin(async move { reviews::find(tx, &id).await?.ok_or(Error::NotFound) })).await
    }

    /// Decides about a payment. The same decision twice is one; so are two different ones at the same time. The
    /// account is for giving back what was paid by virtual account; it is passed on, never stored.
    pub async fn decide_review(
        &self,
        actor: &Actor,
        id: &RowId,
        choice: &Choice,
        account: Option<RefundAccount>,
    ) -> Result<Decided, Error> {
        let review = self.stored_review(id).await?;
        if review.resolution.is_some() {
            return Ok(Decided::Already);
        }
        let (decision, note) = match choice {
            Choice::Count => match self.check_count(&review).await {
                Ok(()) => (Decision::Count, String::new()),
                Err(refused) => return Ok(refused),
            },
            Choice::GiveBack { typed } if !review.is_typed_back(typed) => return Ok(Decided::NotConfirmed),
            Choice::GiveBack { .. } if review.is_by_account() && account.is_none() => return Ok(Decided::NoAccount),
            Choice::GiveBack { .. } => (Decision::GiveBack, String::new()),
            Choice::Keep(reason) => (Decision::Keep, reason.as_str().to_owned()),
        };
        let made = Made {
            actor: actor.clone(),
            decision,
            note,
            refund: RowId::from_random(self.random()),
            cancel_id: CallKey::from_random(self.random()),
            now: self.clock.now(),
        };
        let id = id.clone();
        let decided = self
            .db
            .write(move |tx| {
                let (id, made) = (id.clone(), made.clone());
                Box::pin(async move { decide_in(tx, &id, &made).await })
            })
            .await?;
        Ok(match decided {
            (_, Some(cancel_id)) => self.give_back(&review, cancel_id, account).await,
            (decided, None) => decided,
        })
    }

    /// Nothing becomes paid without a reading that shows it now.
    async fn check_count(&self, review: &Review) -> Result<(), Decided> {
        let captured = review.may_count().map_err(Decided::NoCount)?;
        match self.in_time(self.bootpay.receipt(&review.receipt_id)).await {
            Some(Ok(receipt)) if is_proven(captured, &receipt) => Ok(()),
            Some(Ok(_)) => Err(Decided::Differs),
            Some(Err(error)) => {
                tracing::warn!(order.id = %review.order_id, %error, "a receipt could not be read for a decision");
                Err(Decided::Unanswered)
            }
            None => Err(Decided::Unanswered),
        }
    }

    /// Sends the refund that was just stored. Whatever happens here, the decision stands and later looks carry
    /// it on; waits no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE).
    async fn give_back(&self, review: &Review, cancel_id: CallKey, account: Option<RefundAccount>) -> Decided {
        let (services, order) = (self.clone(), review.order_id.clone());
        let sending = tokio::spawn(async move {
            let order = services.order(&order).await?;
            let at_hand = account.as_ref().map(|account| (&cancel_id, account));
            services.finish_refunds_with(&order, at_hand).await
        });
        match self.in_time(sending).await {
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => tracing::error!(order.id = %review.order_id, %error, "a refund was not carried on"),
            Some(Err(_)) | None => {
                tracing::warn!(order.id = %review.order_id, "a refund takes longer than a page waits");
            }
        }
        match self.stored_review(&review.id).await.map(|review| review.disposition) {
            Ok(Disposition::Returned) => Decided::Returned,
            Ok(Disposition::InReview) => Decided::Refused,
            Ok(Disposition::Returning | Disposition::Counted) | Err(_) => Decided::Returning,
        }
    }
}

/// What was decided, and the id of the refund that carries it out.
async fn decide_in(tx: &mut Tx, id: &RowId, made: &Made) -> Result<(Decided, Option<CallKey>), Error> {
    let asked = reviews::find(tx, id).await?.ok_or(Error::NotFound)?;
    let order = orders::lock(tx, &asked.order_id).await?;
    // Read again: whoever held the order before may have settled it.
    let review = reviews::find(tx, id).await?.ok_or(Error::NotFound)?;
    let is_waiting = review.disposition == Disposition::InReview || made.decision == Decision::Keep;
    if review.resolution.is_some() || !is_waiting {
        return Ok((Decided::Already, None));
    }
    if made.decision == Decision::Count
        && let Err(why) = review.may_count()
    {
        return Ok((Decided::NoCount(why), None));
    }
    let staff = made.actor.staff.name.as_str();
    reviews::decide(tx, id, made.decision, staff, &made.note, made.now).await?;
    let (kind, act, decided) = match made.decision {
        Decision::Count => (EventKind::ReviewCounted, Act::ReviewCounted, Decided::Counted),
        Decision::GiveBack => (EventKind::ReviewGivenBack, Act::ReviewGivenBack, Decided::Returning),
        Decision::Keep => (EventKind::ReviewKept, Act::ReviewKept, Decided::Kept),
    };
    let krw = review.captured.map(Amount::total);
    let event = Event { at: made.now, kind, staff: Some(staff.to_owned()), krw };
    orders::append(tx, &order.id, &event).await?;
    let refund = match made.decision {
        Decision::Count => {
            count(tx, &order, &review, made.now).await?;
            None
        }
        Decision::GiveBack => Some(order_refund(tx, &order, &review, made).await?),
        Decision::Keep => None,
    };
    // The note stays with the question: people write names into notes, and the log keeps none.
    let amount = krw.map_or("unknown amount".to_owned(), |won| format!("{} won", won.get()));
    let detail = format!("{}, {amount}", review.reason.as_str());
    made.actor.log(tx, made.now, act, order.number.as_str(), &detail).await?;
    Ok((decided, refund))
}

async fn count(tx: &mut Tx, order: &Order, review: &Review, now: UnixMs) -> Result<(), Error> {
    payments::set_disposition(tx, &review.payment_id, Disposition::Counted).await?;
    reviews::resolve(tx, &review.payment_id, now).await?;
    orders::set_paid(tx, &order.id, review.method.as_deref(), review.paid_at.unwrap_or(now)).await?;
    orders::update_money_state(tx, &order.id, MoneyState::Paid).await?;
    orders::append_event(tx, &order.id, now, EventKind::Paid).await?;
    Ok(())
}

/// A refund that waited for the customer's account goes on under its own id; otherwise a new one begins.
async fn order_refund(tx: &mut Tx, order: &Order, review: &Review, made: &Made) -> Result<CallKey, Error> {
    let cancel_id = if let Some(before) = refunds::without_account(tx, &review.payment_id).await? {
        refunds::take_up(tx, &before.id, made.now).await?;
        before.cancel_id
    } else {
        let last_refused = refunds::last_refused(tx, &review.payment_id).await?;
        let refund = NewRefund {
            id: made.refund.clone(),
            payment_id: review.payment_id.clone(),
            order_id: order.id.clone(),
            receipt_id: review.receipt_id.clone(),
            cancel_id: made.cancel_id.clone(),
            reason: "담당자 확인 후 전액 취소".to_owned(),
            amount: None,
            ordered_by: None,
            route: route(review.method_symbol.as_deref(), last_refused),
        };
        refunds::insert(tx, &refund, made.now).await?;
        made.cancel_id.clone()
    };
    payments::set_disposition(tx, &review.payment_id, Disposition::Returning).await?;
    reviews::resolve(tx, &review.payment_id, made.now).await?;
    // As when it had gone back before we looked: this order is over, unless it is paid or closed already.
    if order.money.may_become(MoneyState::Cancelled) {
        orders::update_money_state(tx, &order.id, MoneyState::Cancelled).await?;
    }
    Ok(cancel_id)
}
