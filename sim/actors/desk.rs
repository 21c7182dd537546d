//! Somebody of the staff: gives money back, asks the provider, decides what waits for a person.

use std::sync::Arc;

use super::think;
use crate::oracle::of_order;
use crate::rng::Rng;
use crate::world::{HOLDER, Ordered, World};
use madang::domain::id::{CallKey, FormKey};
use madang::domain::link::{StoredState, Typed};
use madang::domain::money::{Amount, Krw};
use madang::domain::order::{FulfilmentState, Order};
use madang::domain::refund::RefundReason;
use madang::domain::refund_account::RefundAccount;
use madang::domain::review::Reason;
use madang::service::{Actor, CancelDecision, Choice, Decided, LinkAct, LinkFilter, RefundRequest, Refunded};

struct Desk {
    world: Arc<World>,
    rng: Rng,
    actor: Actor,
}

pub async fn work(world: Arc<World>, rng: Rng) {
    let actor = Actor { staff: world.staff.clone(), network: "127.0.0.1".into() };
    let mut desk = Desk { world, rng, actor };
    for _ in 0..2 + desk.rng.below(5) {
        let wait = think(&mut desk.rng);
        desk.world.turnstile.pause(wait).await;
        let orders = desk.world.orders.lock().unwrap().clone();
        if orders.is_empty() {
            continue;
        }
        let order = desk.rng.pick(&orders).clone();
        match desk.rng.below(10) {
            0..=3 => desk.refund(&order).await,
            5 if desk.rng.percent(50) => desk.compare(&order).await,
            5 => desk.ask_now(&order).await,
            4 | 6 => {
                let order = desk.paid_or(order).await;
                desk.hear_buyer(&order).await;
            }
            7 => desk.ship(&order).await,
            _ => desk.decide().await,
        }
    }
}

/// Makes the link that customers pay by, however often that takes.
pub async fn make_link(world: Arc<World>, mut rng: Rng, uses: u32) {
    let actor = Actor { staff: world.staff.clone(), network: "127.0.0.1".into() };
    let mut key = FormKey::from_random(rng.bytes());
    let typed = Typed {
        name: "11월 상담료".into(),
        amount: "29900".into(),
        tax_free: world.plan.tax_free.to_string(),
        expires_days: "7".into(),
        notify: "none".into(),
        uses: uses.to_string(),
        ..Typed::default()
    };
    loop {
        let (by, form, again) = (actor.clone(), typed.clone(), key.clone());
        let made = world.ask(rng.index(2), "Staff make a link", |services| async move {
            match services.create_link(&by, &form, again).await? {
                LinkAct::Done(id) | LinkAct::Unready(id, _) => services.retry_link(&by, &id).await?,
                other => return Ok(Err(other)),
            };
            Ok(Ok(services.links(LinkFilter::default()).await?))
        });
        match made.await {
            Some(Ok(Ok(list))) => {
                if let Some((link, _)) = list.links.into_iter().find(|(link, _)| link.state == StoredState::Active) {
                    *world.link.lock().unwrap() = Some(link.token);
                    return;
                }
            }
            Some(Ok(Err(other))) => return world.turnstile.wrong(format_args!("a link was not made: {other:?}")),
            _ => {}
        }
        world.turnstile.pause(rng.between(500, 5_000)).await;
        if rng.percent(10) {
            // After a day the provider has forgotten the key of a page that nobody has heard of: staff begin anew.
            key = FormKey::from_random(rng.bytes());
        }
    }
}

impl Desk {
    fn node(&mut self) -> usize {
        self.rng.index(2)
    }

    async fn refund(&mut self, order: &Order) {
        let (node, actor, id) = (self.node(), self.actor.clone(), order.id.clone());
        let what = format!("Staff open {}", order.number.as_str());
        let desk = self.world.ask(node, what, |services| async move { services.order_desk(&actor, &id).await }).await;
        let Some(Ok(desk)) = desk else { return };
        let left = desk.left.unwrap_or(order.amount);
        let mut part = super::part_of(&mut self.rng, (left.total().get(), left.tax_free().get()), 45);
        if self.rng.percent(8) {
            // Staff mistake the parts.
            part.1 = self.rng.between(0, part.0);
        }
        let first = self.request(order, part);
        let second = match self.rng.below(10) {
            // The same form twice, and two forms at once.
            0 | 1 => Some(first.clone()),
            2 | 3 => Some(self.request(order, part)),
            _ => None,
        };
        let (here, there) = (self.node(), self.node());
        let by_account = desk.is_by_account;
        let account = self.account(by_account);
        match second {
            Some(second) => {
                let other = self.account(by_account);
                futures::join!(self.send(here, first, order, account), self.send(there, second, order, other));
            }
            None => self.send(here, first, order, account).await,
        }
    }

    /// The account that a buyer has named for money that was paid into one, unless staff forget to enter it.
    fn account(&mut self, by_account: bool) -> Option<RefundAccount> {
        if !by_account || self.rng.percent(10) {
            return None;
        }
        let number = format!("9{:013}", self.rng.below(10_000_000_000_000));
        let account = RefundAccount::parse("004", &number, HOLDER).unwrap();
        self.world.told.lock().unwrap().accounts.push(number);
        Some(account)
    }

    fn request(&mut self, order: &Order, (won, tax_free): (i64, i64)) -> RefundRequest {
        RefundRequest {
            order: order.id.clone(),
            amount: Amount::new(Krw::new(won).unwrap(), Krw::new(tax_free).unwrap()).unwrap(),
            reason: RefundReason::parse("고객 요청").unwrap(),
            key: CallKey::from_random(self.rng.bytes()),
        }
    }

    async fn send(&self, node: usize, request: RefundRequest, order: &Order, account: Option<RefundAccount>) {
        let (actor, key) = (self.actor.clone(), request.key.clone());
        let (won, tax_free) = (request.amount.total().get(), request.amount.tax_free().get());
        let ordered = Ordered { key: key.clone(), order: order.id.clone(), won, tax_free };
        self.world.told.lock().unwrap().refunds.push(ordered);
        let to = if account.is_some() { " to an account" } else { "" };
        let what = format!("Staff refund {won} won ({tax_free} tax-free) of {}{to}", order.number.as_str());
        let done =
            self.world.ask(node, &what, |services| async move { services.refund(&actor, request, account).await });
        let done = done.await;
        if let Some(Ok(done)) = done {
            self.world.turnstile.tell(format_args!("{what}: {done:?}."));
            if done == Refunded::Done {
                self.world.told.lock().unwrap().refunded.push(key);
            }
        }
    }

    async fn ask_now(&mut self, order: &Order) {
        let (node, actor, id) = (self.node(), self.actor.clone(), order.id.clone());
        let what = format!("Staff ask the provider about {}", order.number.as_str());
        let asked = self.world.ask(node, &what, |services| async move { services.ask_now(&actor, &id).await }).await;
        self.world.turnstile.tell(format_args!("{what}: {asked:?}."));
    }

    async fn compare(&mut self, order: &Order) {
        let (node, actor, id) = (self.node(), self.actor.clone(), order.id.clone());
        let what = format!("Staff compare {} with the provider's record", order.number.as_str());
        self.world
            .ask(node, what, |services| async move {
                let desk = services.order_desk(&actor, &id).await?;
                Ok(services.beside(&desk).await)
            })
            .await;
    }

    /// An order that is paid at the provider, where one is: of others no buyer asks to cancel.
    async fn paid_or(&mut self, other: Order) -> Order {
        let (ledger, mut orders) = (self.world.ledger().await, self.world.orders.lock().unwrap().clone());
        let is_paid = |order: &Order| of_order(&ledger, order.id.as_str(), None).iter().any(|one| one["status"] == 1);
        orders.retain(is_paid);
        if orders.is_empty() { other } else { self.rng.pick(&orders).clone() }
    }

    /// Decides what the buyer has asked for in the provider's pages, and now and then refunds at the same time.
    async fn hear_buyer(&mut self, order: &Order) {
        if self.rng.percent(70) {
            let ledger = self.world.ledger().await;
            let receipts = of_order(&ledger, order.id.as_str(), None);
            if let Some(receipt) = receipts.into_iter().find(|receipt| receipt["status"] == 1) {
                let part = super::part_of(&mut self.rng, super::left_of(receipt), 10);
                super::console::buyer_asks(&self.world, &ledger, receipt["receipt_id"].as_str().unwrap(), part).await;
            }
        }
        let (node, actor, id) = (self.node(), self.actor.clone(), order.id.clone());
        let what = format!("Staff read what the buyer of {} asks for", order.number.as_str());
        let asked = self.world.ask(node, what, |services| async move {
            let desk = services.order_desk(&actor, &id).await?;
            Ok(services.cancel_requests(&desk).await)
        });
        let Some(request) = asked.await.and_then(Result::ok).and_then(|list| list.into_iter().next()) else { return };
        let decision = match self.rng.percent(75) {
            // What the record does not tell is decided by the order's number.
            true => CancelDecision::Approve {
                typed: request.won.map_or_else(|| order.number.as_str().to_owned(), |won| won.to_string()),
            },
            false => CancelDecision::Reject(RefundReason::parse("안 돼요").unwrap()),
        };
        if matches!(decision, CancelDecision::Approve { .. }) {
            self.world.told.lock().unwrap().approved.push(request.request_id.clone());
        }
        let refund = self.rng.percent(40).then(|| self.request(order, (request.won.unwrap_or(1), 0)));
        let (node, there) = (self.node(), self.node());
        // A colleague has pressed "refund" a while before.
        let later = if refund.is_some() && self.rng.percent(60) { self.rng.between(500, 15_000) } else { 0 };
        let deciding = async {
            self.world.turnstile.pause(later).await;
            self.decide_cancel(node, order, &request.request_id, decision).await;
        };
        match refund {
            Some(refund) => {
                futures::join!(deciding, self.send(there, refund, order, None));
            }
            None => deciding.await,
        }
    }

    async fn decide_cancel(&self, node: usize, order: &Order, request: &str, decision: CancelDecision) {
        let (actor, id, request) = (self.actor.clone(), order.id.clone(), request.to_owned());
        let what = format!("Staff decide {decision:?} about {request} of {}", order.number.as_str());
        let decided = self
            .world
            .ask(node, &what, |services| async move { services.decide_cancel(&actor, &id, &request, decision).await });
        let decided = decided.await;
        self.world.turnstile.tell(format_args!("{what}: {decided:?}."));
    }

    async fn ship(&mut self, order: &Order) {
        let (node, actor, ids) = (self.node(), self.actor.clone(), [order.id.clone()]);
        let next = if self.rng.percent(75) { FulfilmentState::Shipping } else { FulfilmentState::Completed };
        let what = format!("Staff call {} {}", order.number.as_str(), next.as_str());
        self.world.ask(node, what, |services| async move { services.set_fulfilment(&actor, &ids, next).await }).await;
    }

    async fn decide(&mut self) {
        let node = self.node();
        let asked = self
            .world
            .ask(node, "Staff open the reviews", |services| async move { services.reviews(None, None).await });
        let Some(Ok(page)) = asked.await else { return };
        if page.reviews.is_empty() {
            return;
        }
        let review = self.rng.pick(&page.reviews).clone();
        let choice = match self.rng.below(3) {
            0 => Choice::Count,
            1 => Choice::GiveBack {
                typed: review.captured.map_or(review.number.as_str().to_owned(), |all| all.total().get().to_string()),
            },
            _ => Choice::Keep(Reason::parse("따로 정산").unwrap()),
        };
        if matches!(choice, Choice::GiveBack { .. }) {
            self.world.told.lock().unwrap().given_back.push(review.receipt_id.clone());
        }
        let (node, actor, id) = (self.node(), self.actor.clone(), review.id.clone());
        let account = self.account(review.is_by_account() && matches!(choice, Choice::GiveBack { .. }));
        let what = format!("Staff decide {choice:?} about {} of {}", review.receipt_id, review.number.as_str());
        let decided = self
            .world
            .ask(node, &what, |services| async move { services.decide_review(&actor, &id, &choice, account).await });
        let decided = decided.await;
        self.world.turnstile.tell(format_args!("{what}: {decided:?}."));
        if let Some(Ok(Decided::Returned)) = decided {
            let ledger = self.world.ledger().await;
            let receipts = super::receipts(&ledger);
            let is_back = receipts
                .iter()
                .any(|one| one["receipt_id"] == review.receipt_id.as_str() && one["cancelled_price"] == one["price"]);
            if !is_back {
                self.world.turnstile.wrong(format_args!("{} is called returned and is not", review.receipt_id));
            }
        }
    }
}
