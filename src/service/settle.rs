//! The door by which money comes to an order; what a person decides about it afterwards is in `reviews`. Whatever says
//! "look" ends here: the provider's own records are read, judged, and each is applied as at most one transition in one
//! transaction. The same fact twice is a no-op.

use super::look::Start;
use super::{Error, Services};
use crate::domain::id::{CallKey, OrderId, ProviderOrderNumber, RowId};
use crate::domain::judge::{Around, Effect, Known, Money, PENDING_WEIGHT, Verdict, decide};
use crate::domain::link::{Link, LinkEventKind};
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::refund::route;
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};
use crate::store::{Constraint, StoreError, Tx, links, orders, payments, refunds, reviews, shop};

/// Where an order stands after a look.
#[derive(Clone, Debug)]
pub struct Settled {
    pub order: Order,
    /// False when the provider could not be asked, or has not answered yet: what we know may be old.
    pub answered: bool,
}

/// Ids that one application may need, made before its transaction.
#[derive(Clone)]
struct Made {
    payment: RowId,
    refund: RowId,
    review: RowId,
    cancel_id: CallKey,
}

impl Services {
    /// Reads the provider's record and applies what it shows. Knowing nothing is no error: the order stays
    /// as it is and is asked about again.
    pub async fn settle(&self, id: &OrderId, hint: Option<ProviderOrderNumber>) -> Result<Settled, Error> {
        self.settle_from(id, Start { numbers: hint.as_slice(), ..Start::default() }).await
    }

    pub(super) async fn settle_from(&self, id: &OrderId, start: Start<'_>) -> Result<Settled, Error> {
        let order = self.order(id).await?;
        Box::pin(self.finish_refunds(&order)).await?;
        if !order.money.is_open() && start.numbers.is_empty() {
            return Ok(Settled { order, answered: true });
        }
        Box::pin(self.settle_found(order, start)).await
    }

    /// As [`Services::settle`], in every state: of an order that was paid, also a second payment that its invoice
    /// led to, and what went back without us.
    pub async fn settle_thoroughly(&self, id: &OrderId, start: Start<'_>) -> Result<Settled, Error> {
        let order = self.order(id).await?;
        // On the heap: one in the other, the futures of a look fill the stack of an unoptimised build.
        let settled = Box::pin(self.settle_found(order, start)).await?;
        // While a refund is on its way nothing can be told of returns, and its own end is asked for.
        let returns_are_known = settled.order.money.is_open()
            || self.finish_approved_cancels(&settled.order).await?
                && (self.look_for_returns(&settled.order).await? || self.is_refunding(&settled.order).await?);
        Ok(Settled { order: self.order(id).await?, answered: settled.answered && returns_are_known })
    }

    async fn settle_found(&self, order: Order, start: Start<'_>) -> Result<Settled, Error> {
        if planted(Bug::DeafToLateMoney) && order.money == MoneyState::Expired {
            return Ok(Settled { order, answered: true });
        }
        let id = &order.id.clone();
        let began = self.clock.now();
        let found = self.find_records(&order, start).await;
        let found = self.approved(&order, start, found).await?;
        match found.records.iter().find_map(|record| record.deposit.as_ref()) {
            Some(deposit) => self.deposits.put(&order.id, deposit.clone()),
            None if found.answered => self.deposits.forget(&order.id),
            None => {}
        }
        // All money is booked; of everything else one verdict moves the order, so that two attempts that
        // stand differently don't push it to and fro.
        let verdicts = || found.records.iter().map(|record| &record.verdict);
        for verdict in verdicts().filter(|verdict| verdict.money().is_some()) {
            self.apply(&order, verdict.clone()).await?;
        }
        let is_clear = found.answered && verdicts().all(|verdict| *verdict != Verdict::AskAgain);
        let weighty = verdicts().filter(|verdict| verdict.weight() > 0).max_by_key(|verdict| verdict.weight());
        // What could not be read may be an attempt that still goes on: only a whole look gives up all of them.
        if let Some(verdict) = weighty.filter(|verdict| is_clear || **verdict != Verdict::Declined) {
            self.apply(&order, verdict.clone()).await?;
        }
        let stands = self.order(id).await?;
        // No payment was begun, or what was begun has had its time. Only a deposit may still come after that.
        let is_unbegun = found.records.is_empty() && stands.money == MoneyState::Pending;
        let may_be_paid_in = verdicts().any(|verdict| *verdict == Verdict::DepositWaiting)
            || stands.money == MoneyState::AwaitingDeposit
                && found.records.is_empty()
                && began < order.expires_at.plus_ms(Order::ACCOUNT_MS);
        let is_given_up = began >= order.expires_at.plus_ms(Order::UNFINISHED_MS) && !may_be_paid_in;
        if (is_clear || planted(Bug::ExpiredUnasked)) && (is_unbegun || is_given_up) {
            self.expire(&stands, began).await?;
        }
        let is_unpaid = verdicts().all(|verdict| verdict.money().is_none() && verdict.weight() < PENDING_WEIGHT);
        let is_overdue = began >= order.expires_at && order.money != MoneyState::Expired;
        if is_clear && is_unpaid && is_overdue && order.promotion.is_some() {
            self.free_unpaid_use(&order.id).await?;
        }
        let order = self.order(id).await?;
        Box::pin(self.finish_refunds(&order)).await?;
        let judged: Vec<String> = verdicts().filter_map(|verdict| Some(verdict.money()?.receipt_id.clone())).collect();
        let answered = self.look_at_held(&order, &judged).await? && is_clear;
        Ok(Settled { order: self.order(id).await?, answered })
    }

    pub(super) async fn apply(&self, order: &Order, verdict: Verdict) -> Result<(), Error> {
        let made = Made {
            payment: RowId::from_random(self.random()),
            refund: RowId::from_random(self.random()),
            review: RowId::from_random(self.random()),
            cancel_id: CallKey::from_random(self.random()),
        };
        let (id, now, seen) = (order.id.clone(), self.clock.now(), order.money);
        let applied = self
            .db
            .write(move |tx| {
                let (id, made, verdict) = (id.clone(), made.clone(), verdict.clone());
                Box::pin(async move { apply_in(tx, &id, seen, made, verdict, now).await })
            })
            .await;
        match applied {
            // Another look was booking the same receipt at the same time.
            Err(Error::Store(StoreError::Conflict(Constraint::PaymentKnown))) => Ok(()),
            Ok(Effect::Return(_)) => {
                tracing::error!(order.id = %order.id, "money of a wrong amount came and goes back");
                Ok(())
            }
            Ok(Effect::ReturnLate(_)) => {
                tracing::warn!(order.id = %order.id, "money came too late and goes back");
                Ok(())
            }
            Ok(Effect::Review(_, reason)) => {
                tracing::error!(order.id = %order.id, reason = reason.as_str(), "a payment needs a person");
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// An order that nobody paid in its time expires, but only after the provider has said so in a look that
    /// `began` after that time.
    async fn expire(&self, order: &Order, began: UnixMs) -> Result<(), Error> {
        let now = began;
        if now < order.expires_at || !order.money.is_moving() {
            return Ok(());
        }
        let (id, stood) = (order.id.clone(), order.money);
        self.db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move {
                    let order = orders::lock(tx, &id).await?;
                    // Another look may have seen more; what was paid in time and can't be read yet may still count.
                    if order.money == stood && !payments::waits_unread(tx, &id, order.expires_at).await? {
                        move_to(tx, &order, MoneyState::Expired, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

async fn apply_in(
    tx: &mut Tx,
    id: &OrderId,
    seen: MoneyState,
    made: Made,
    verdict: Verdict,
    now: UnixMs,
) -> Result<Effect, Error> {
    let mut order = orders::lock(tx, id).await?;
    if planted(Bug::NoLock) {
        order.money = seen;
    }
    // Another look has seen more than this one, which knows of no attempt that goes on.
    if verdict == Verdict::Declined && order.money != seen {
        return Ok(Effect::Nothing);
    }
    let known = match verdict.money() {
        Some(money) => payments::known(tx, id, &money.receipt_id).await?,
        None => Known::No,
    };
    let (around, link) = match verdict.money() {
        Some(money) => around(tx, &order, money, now).await?,
        None => (Around { is_late: order.is_late(now, verdict == Verdict::DepositWaiting), ..Around::PLAIN }, None),
    };
    let reading = verdict.money().and_then(|money| Some((money.receipt_id.clone(), money.amount?)));
    let effect = decide(order.money, known, verdict, around);
    if let Some(link) = &link {
        tell_link(tx, link, &order, &effect, around.is_late, now).await?;
    }
    match &effect {
        Effect::Nothing => {
            if let (Known::Booked, Some((receipt_id, amount))) = (known, reading) {
                payments::complete_amount(tx, &receipt_id, amount).await?;
            }
        }
        Effect::Move(state) => move_to(tx, &order, *state, now).await?,
        Effect::Count(money) => {
            book(tx, known, &made, id, money, Disposition::Counted, now).await?;
            orders::set_paid(tx, id, money.method.as_deref(), money.paid_at.unwrap_or(now)).await?;
            move_to(tx, &order, MoneyState::Paid, now).await?;
        }
        Effect::Return(money) => {
            let payment = book(tx, known, &made, id, money, Disposition::Returning, now).await?;
            refunds::insert(tx, &refund_of(made, payment, id, money, WRONG_AMOUNT), now).await?;
            orders::append_event(tx, id, now, EventKind::WrongAmount).await?;
            if order.money.may_become(MoneyState::Failed) {
                orders::update_money_state(tx, id, MoneyState::Failed).await?;
            }
        }
        Effect::ReturnLate(money) => {
            let payment = book(tx, known, &made, id, money, Disposition::Returning, now).await?;
            refunds::insert(tx, &refund_of(made, payment, id, money, LATE), now).await?;
            orders::append_event(tx, id, now, EventKind::LateReturn).await?;
            if order.money != MoneyState::Expired && order.money.may_become(MoneyState::Failed) {
                orders::update_money_state(tx, id, MoneyState::Failed).await?;
            }
        }
        Effect::Review(money, reason) if known == Known::No => {
            payments::insert(tx, &made.payment, id, money, Disposition::InReview, now).await?;
            ask_person(tx, &made.review, id, &made.payment, *reason, now).await?;
        }
        Effect::Review(money, reason) => {
            let payment = payments::read_again(tx, money, Disposition::InReview).await?;
            reviews::ask_for(tx, &payment, *reason).await?;
        }
        Effect::BookReturned(money) => {
            book(tx, known, &made, id, money, Disposition::Returned, now).await?;
            orders::append_event(tx, id, now, EventKind::GivenBack).await?;
            if order.money.may_become(MoneyState::Cancelled) {
                orders::update_money_state(tx, id, MoneyState::Cancelled).await?;
            }
        }
    }
    Ok(effect)
}

/// Books money that is judged for good; a question to a person is settled by it. Answers the payment's id.
async fn book(
    tx: &mut Tx,
    known: Known,
    made: &Made,
    order: &OrderId,
    money: &Money,
    disposition: Disposition,
    now: UnixMs,
) -> Result<RowId, Error> {
    if known == Known::No {
        payments::insert(tx, &made.payment, order, money, disposition, now).await?;
        return Ok(made.payment.clone());
    }
    let payment = payments::read_again(tx, money, disposition).await?;
    reviews::resolve(tx, &payment, now).await?;
    Ok(payment)
}

/// What stands around an order when money comes for it, and its link, held so that two payments of one link are
/// counted one after the other.
async fn around(tx: &mut Tx, order: &Order, money: &Money, now: UnixMs) -> Result<(Around, Option<Link>), Error> {
    let policy = shop::late_policy(tx).await?;
    // Late is what was paid late, not what we saw late.
    let paid_at = money.paid_at.unwrap_or(now);
    let is_late = order.is_late(paid_at, money.is_by_account());
    let of_order = Around { policy, is_late, is_used_up: false };
    let Some(link) = &order.link else { return Ok((of_order, None)) };
    match links::lock(tx, link).await {
        // Money is booked whatever has become of the link.
        Err(StoreError::NotFound) => Ok((of_order, None)),
        Err(error) => Err(error.into()),
        Ok(link) => {
            let is_late = is_late || !link.is_open_at(paid_at);
            Ok((Around { policy, is_late, is_used_up: link.is_used_up() }, Some(link)))
        }
    }
}

/// Writes into the link's log what an effect means for it.
async fn tell_link(
    tx: &mut Tx,
    link: &Link,
    order: &Order,
    effect: &Effect,
    is_late: bool,
    now: UnixMs,
) -> Result<(), Error> {
    let counts = matches!(effect, Effect::Count(_));
    let asks = matches!(effect, Effect::Review(_, ReviewReason::PaidLate | ReviewReason::AccountNeeded));
    let is_late = is_late && (counts || asks || matches!(effect, Effect::ReturnLate(_)));
    if is_late {
        links::set_late(tx, &link.id, now).await?;
    }
    for (kind, happened) in [(LinkEventKind::LateMoney, is_late), (LinkEventKind::Paid, counts)] {
        if happened {
            links::append(tx, &link.id, now, kind, None, order.number.as_str()).await?;
        }
    }
    Ok(())
}

async fn move_to(tx: &mut Tx, order: &Order, state: MoneyState, now: UnixMs) -> Result<(), Error> {
    let event = match state {
        MoneyState::AwaitingConfirm => EventKind::AwaitingConfirm,
        MoneyState::AwaitingDeposit => EventKind::AwaitingDeposit,
        MoneyState::Paid => EventKind::Paid,
        MoneyState::Failed => EventKind::Declined,
        MoneyState::Expired => EventKind::Expired,
        MoneyState::Pending | MoneyState::Cancelled | MoneyState::PartiallyRefunded | MoneyState::Refunded => {
            return Err(StoreError::Corrupt(format!("no look moves an order to {}", state.as_str())).into());
        }
    };
    orders::update_money_state(tx, &order.id, state).await?;
    orders::append_event(tx, &order.id, now, event).await?;
    Ok(())
}

/// Puts a payment before a person, with its line in the order's log.
pub(super) async fn ask_person(
    tx: &mut Tx,
    review: &RowId,
    order: &OrderId,
    payment: &RowId,
    reason: ReviewReason,
    now: UnixMs,
) -> Result<(), Error> {
    if !planted(Bug::NobodyAsked) {
        reviews::insert(tx, review, order, payment, reason, now).await?;
    }
    orders::append_event(tx, order, now, EventKind::ReviewNeeded).await?;
    Ok(())
}

const WRONG_AMOUNT: &str = "결제 금액이 주문 금액과 달라 전액 취소";
const LATE: &str = "결제 기한이 지나거나 중지된 뒤에 결제되어 전액 취소";

/// `reason` stands on the provider's record. What was paid by virtual account never comes here: it asks a person.
fn refund_of(made: Made, payment: RowId, order: &OrderId, money: &Money, reason: &str) -> refunds::NewRefund {
    refunds::NewRefund {
        id: made.refund,
        payment_id: payment,
        order_id: order.clone(),
        receipt_id: money.receipt_id.clone(),
        cancel_id: made.cancel_id,
        reason: reason.to_owned(),
        amount: None,
        ordered_by: None,
        route: route(money.method_symbol.as_deref(), None),
    }
}
