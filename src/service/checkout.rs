//! Starting a purchase: the server computes the price, freezes it into an order, and remembers which form
//! made it.

use super::promotions::{Ask, Quote, customer_key, quote_in};
use super::{Error, Services, digest};
use crate::clock::in_seoul;
use crate::domain::customer::Customer;
use crate::domain::id::{CallKey, FormKey, OrderId, OrderNumber, OrderToken};
use crate::domain::lang::Lang;
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{EventKind, FulfilmentState, Line, MoneyState, Order, OrderKind};
use crate::domain::plan::{Interval, PlanKey};
use crate::domain::promotion::{PromotionCode, Why};
use crate::domain::time::{Day, UnixMs};
use crate::planted::{Bug, planted};
use crate::store::payments::Payment;
use crate::store::{Constraint, StoreError, Tx, idempotency, orders, promotions};

/// What a checkout form asks for. It never names an amount (invariant I10).
#[derive(Clone, Debug)]
pub struct StartRequest {
    pub plan: PlanKey,
    pub interval: Interval,
    pub customer: Customer,
    /// What the customer reads.
    pub lang: Lang,
    pub code: Option<PromotionCode>,
    /// The amount that the pressed button named. It never makes a price: an order that would cost anything
    /// else is not made.
    pub shown: Option<Krw>,
    /// Made with the form; every sending of the form carries the same one.
    pub key: FormKey,
}

/// What a checkout form leads to.
#[derive(Clone, Debug)]
pub enum Started {
    /// The order can be paid now: it is new, or this form made it before and nothing has come of it yet.
    Payable(Order),
    /// The order was handed out before, and the provider can't be asked now whether it was paid since.
    Unchecked(Order),
    /// This form's order has moved on; its page tells where it stands.
    Moved(Order),
    /// The form was sent before with other content, and made this order.
    OtherContent(Order),
    /// The promotion code can't be used; nothing was made.
    CodeRefused(Why),
    /// It costs something else than the button named; nothing was made.
    OtherPrice,
}

impl StartRequest {
    fn hash(&self) -> String {
        let asked = [self.plan.as_str(), self.interval.as_str()];
        let by = [self.customer.name(), self.customer.phone(), self.customer.email()];
        digest::of_parts(asked.into_iter().chain(by).chain(self.code.iter().map(|code| code.as_str())))
    }

    fn ask(&self) -> Ask {
        Ask {
            plan: self.plan.clone(),
            interval: self.interval,
            code: self.code.clone(),
            phone: self.customer.phone.clone(),
        }
    }
}

/// Ids that are made before the transaction.
#[derive(Clone)]
struct Made {
    id: OrderId,
    token: OrderToken,
    number: OrderNumber,
    invoice_key: CallKey,
}

impl Services {
    /// Makes the order for this form, or finds the one that it has made before. [`Error::NotFound`] when the
    /// plan is not sold.
    pub async fn start_checkout(&self, request: StartRequest) -> Result<Started, Error> {
        let now = self.clock.now();
        let day = in_seoul(now).map_or_else(String::new, |now| now.strftime("%y%m%d").to_string());
        let made = Made {
            id: OrderId::from_random(self.random()),
            token: OrderToken::from_random(self.random()),
            number: OrderNumber::from_random(&day, self.random()),
            invoice_key: CallKey::from_random(self.random()),
        };
        let (mut started, mut is_new) = self.make_order(&request, &made, now).await?;
        // Uses that nobody paid for may hold the code: look at them, and try once more.
        if let Started::CodeRefused(why) = started
            && self.made_room(&request.ask(), Some(why)).await?
        {
            (started, is_new) = self.make_order(&request, &made, now).await?;
        }
        match started {
            Started::Payable(order) if !is_new => self.still_payable(order).await,
            other => Ok(other),
        }
    }

    /// Makes the order in one transaction, or answers with the one that the form has made before. True for a
    /// new one.
    async fn make_order(&self, request: &StartRequest, made: &Made, now: UnixMs) -> Result<(Started, bool), Error> {
        let (body_hash, today) = (request.hash(), self.today()?);
        let written = {
            let (request, body_hash, made) = (request.clone(), body_hash.clone(), made.clone());
            self.db.write(move |tx| {
                let (request, body_hash) = (request.clone(), body_hash.clone());
                let (made, today) = (made.clone(), today.clone());
                Box::pin(async move { make_in(tx, request, &body_hash, made, &today, now).await })
            })
        };
        match written.await {
            // Two sendings of one form met; the other one has made the order.
            Err(Error::Store(StoreError::Conflict(Constraint::FormKeyUsed))) => {
                let key = request.key.clone();
                let before = self
                    .db
                    .read(move |tx| {
                        Box::pin(async move { find_before(tx, &key, &body_hash).await?.ok_or(Error::NotFound) })
                    })
                    .await?;
                Ok((before, false))
            }
            done => done,
        }
    }

    /// The order behind a token, to be paid now if nothing has come of it yet.
    pub async fn payable(&self, token: &OrderToken) -> Result<Started, Error> {
        let order = self.order_by_token(token).await?;
        if !self.may_still_pay(&order).await? {
            return Ok(Started::Moved(order));
        }
        self.still_payable(order).await
    }

    /// It was handed out before and may have been paid since: paying twice is worse than waiting for a look.
    pub(super) async fn still_payable(&self, order: Order) -> Result<Started, Error> {
        let looked = self.look_at_news(&order.id, None).await?;
        // Money is there: on its way back, before a person, or kept by one.
        if self.payments(&looked.order).await?.iter().any(Payment::is_with_shop) {
            return Ok(Started::Moved(looked.order));
        }
        Ok(match (looked.order.money.is_payable(), looked.answered) {
            (true, true) => Started::Payable(looked.order),
            (true, false) => Started::Unchecked(looked.order),
            (false, _) => Started::Moved(looked.order),
        })
    }
}

async fn make_in(
    tx: &mut Tx,
    request: StartRequest,
    body_hash: &str,
    made: Made,
    today: &Day,
    now: UnixMs,
) -> Result<(Started, bool), Error> {
    // Before anything is read: what an earlier holder of the lock did is seen below, also by a second
    // sending of the same form.
    if let Some(code) = &request.code {
        promotions::lock(tx, code).await?;
    }
    if let Some(before) = find_before(tx, &request.key, body_hash).await?.filter(|_| !planted(Bug::FormForgotten)) {
        return Ok((before, false));
    }
    let quote = quote_in(tx, &request.ask(), today).await?;
    if let Some(why) = quote.refused {
        return Ok((Started::CodeRefused(why), false));
    }
    if request.shown.is_some_and(|shown| shown != quote.cost.total()) {
        return Ok((Started::OtherPrice, false));
    }
    let phone = request.customer.phone.clone();
    let order = new_order(made, quote, request.customer, request.lang, now);
    orders::insert(tx, &order).await?;
    if let (Some(code), Some(phone)) = (&order.promotion, &phone) {
        promotions::hold(tx, code, &order.id, &customer_key(phone), now).await?;
    }
    if !planted(Bug::FormForgotten) {
        idempotency::insert(tx, &request.key, body_hash, &order.id, now).await?;
    }
    orders::append_event(tx, &order.id, now, EventKind::Created).await?;
    Ok((Started::Payable(order), true))
}

async fn find_before(tx: &mut Tx, key: &FormKey, body_hash: &str) -> Result<Option<Started>, Error> {
    let Some(used) = idempotency::find(tx, key).await? else { return Ok(None) };
    let order = orders::find(tx, &used.order_id).await?.ok_or(StoreError::NotFound)?;
    Ok(Some(if used.body_hash != body_hash {
        Started::OtherContent(order)
    } else if order.money.is_payable() {
        Started::Payable(order)
    } else {
        Started::Moved(order)
    }))
}

/// Its line keeps the price of the list; the order's amount is what is paid.
fn new_order(made: Made, quote: Quote, customer: Customer, lang: Lang, now: UnixMs) -> Order {
    let Quote { offer, cost, code, .. } = quote;
    Order {
        id: made.id,
        number: made.number,
        token: made.token,
        name: format!("{} ({})", offer.plan_name, offer.interval.on_receipts()),
        amount: cost,
        original: code.as_ref().map(|_| offer.amount.total()),
        promotion: code,
        lines: vec![Line {
            name: offer.plan_name,
            product_id: offer.product_id,
            quantity: 1,
            amount: offer.amount,
            plan: Some((offer.plan, offer.interval)),
        }],
        customer,
        lang,
        money: MoneyState::Pending,
        fulfilment: FulfilmentState::None,
        created_at: now,
        expires_at: now.plus_ms(Order::LIFE_MS),
        invoice_key: made.invoice_key,
        invoice: None,
        kind: OrderKind::Plan,
        link: None,
        note: String::new(),
        method: None,
        paid_at: None,
        refunded: Amount::ZERO,
    }
}
