//! A database full of orders that could have been, for measuring and for trying the staff's pages at size.
//! Names, numbers and addresses are put together by chance; nobody is meant.

mod people;

use people::Dice;

use super::{DEMO_PLANS, Error, Services};
use crate::clock::in_seoul;
use crate::domain::id::{CallKey, OrderId, OrderNumber, OrderToken, RowId};
use crate::domain::lang::Lang;
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Disposition, Event, EventKind, FulfilmentState, Line, MoneyState, Order, OrderKind};
use crate::domain::plan::{Interval, PlanKey};
use crate::domain::time::UnixMs;
use crate::store::seed::{self, Seeded, SeededPayment};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How far back the orders go.
const SPAN_MS: i64 = 730 * DAY_MS;
/// Orders in one transaction.
const BATCH: u64 = 20_000;

/// What else a shop asks money for, by pay link: name, won, won free of tax.
const LINKS: [(&str, i64, i64); 6] = [
    ("디자인 시안 제작", 330_000, 0),
    ("연간 유지보수", 1_320_000, 0),
    ("행사 참가비", 55_000, 0),
    ("맞춤 상담 1시간", 88_000, 0),
    ("교재 세트", 47_000, 32_000),
    ("Logo redesign", 440_000, 0),
];

const METHODS: [(&str, u32); 6] =
    [("카드", 58), ("카카오페이", 16), ("네이버페이", 12), ("가상계좌", 7), ("계좌이체", 5), ("휴대폰", 2)];

const NOTES: [&str; 5] =
    ["문 앞에 놓아 주세요", "세금계산서 요청", "오후 2시 이후 전화 원함", "단골 손님", "쿠폰 문의함 (담당 김과장)"];

impl Services {
    /// Adds so many orders, spread over the last two years; `told` hears how many are there after each step.
    pub async fn seed_orders(&self, orders: u64, told: impl Fn(u64)) -> Result<(), Error> {
        let now = self.clock.now();
        let mut dice = Dice::new(u64::from_le_bytes(self.random()));
        self.db.write(|tx| Box::pin(async move { Ok::<_, Error>(seed::begin(tx).await?) })).await?;
        let (mut after, mut done) = (0, 0);
        while done < orders {
            let until = orders.min(done + BATCH);
            let batch: Option<Vec<Seeded>> = (done..until).map(|place| dice.order(place, orders, now)).collect();
            // Everything that is thrown is within the bounds of its type.
            let batch = std::sync::Arc::new(batch.ok_or(Error::NotFound)?);
            after = self
                .db
                .write(move |tx| {
                    let batch = batch.clone();
                    Box::pin(async move {
                        seed::patiently(tx).await?;
                        Ok::<_, Error>(seed::insert(tx, &batch, after).await?)
                    })
                })
                .await?;
            done = until;
            told(done);
        }
        self.db.write(|tx| Box::pin(async move { Ok::<_, Error>(seed::end(tx).await?) })).await
    }
}

/// What became of an order: money, fulfilment, and how many of a thousand.
const FATES: [(MoneyState, FulfilmentState, u32); 9] = [
    (MoneyState::Paid, FulfilmentState::Completed, 480),
    (MoneyState::Paid, FulfilmentState::Shipping, 60),
    (MoneyState::Paid, FulfilmentState::None, 110),
    (MoneyState::Expired, FulfilmentState::None, 200),
    (MoneyState::Failed, FulfilmentState::None, 50),
    (MoneyState::Refunded, FulfilmentState::None, 40),
    (MoneyState::Cancelled, FulfilmentState::None, 30),
    (MoneyState::PartiallyRefunded, FulfilmentState::Completed, 20),
    (MoneyState::PartiallyRefunded, FulfilmentState::None, 10),
];

/// What is bought.
struct Goods {
    name: String,
    line: Line,
    kind: OrderKind,
}

impl Dice {
    /// The order at this place of so many, oldest first.
    fn order(&mut self, place: u64, orders: u64, now: UnixMs) -> Option<Seeded> {
        let step = (SPAN_MS / i64::try_from(orders).ok()?.max(1)).max(1);
        let begin = now.get() - step * i64::try_from(orders - place).ok()?;
        let created_at = UnixMs::new(begin + self.up_to(step.unsigned_abs()).cast_signed());
        let goods = self.goods()?;
        let amount = goods.line.amount;
        let age = now.since_ms(created_at);
        let (money, fulfilment) = if age < Order::LIFE_MS {
            (if self.up_to(2) == 0 { MoneyState::Pending } else { MoneyState::Paid }, FulfilmentState::None)
        } else if age < 3 * DAY_MS && self.up_to(20) == 0 {
            (MoneyState::AwaitingDeposit, FulfilmentState::None)
        } else {
            let fates: Vec<_> =
                FATES.iter().map(|(money, fulfilment, weight)| ((*money, *fulfilment), *weight)).collect();
            *self.weighted(&fates)?
        };
        let has_money = matches!(
            money,
            MoneyState::Paid | MoneyState::PartiallyRefunded | MoneyState::Refunded | MoneyState::Cancelled
        );
        let counts = has_money && money != MoneyState::Cancelled;
        let paid_at = created_at.plus_ms(30_000 + self.up_to(600_000).cast_signed());
        let method = (*self.weighted(&METHODS)?).to_owned();
        let refunded = match money {
            MoneyState::Refunded => amount,
            MoneyState::PartiallyRefunded => Amount::new(Krw::new(amount.total().get() / 3).ok()?, Krw::ZERO).ok()?,
            _ => Amount::ZERO,
        };
        let day = in_seoul(created_at)?.strftime("%y%m%d").to_string();
        let order = Order {
            id: OrderId::from_random(self.in_order(created_at)),
            number: OrderNumber::from_random(&day, self.number(place)),
            token: OrderToken::from_random(self.in_order(created_at)),
            name: goods.name,
            lines: vec![goods.line],
            amount,
            customer: self.customer()?,
            lang: Lang::Ko,
            money,
            fulfilment,
            created_at,
            expires_at: created_at.plus_ms(Order::LIFE_MS),
            invoice_key: CallKey::from_random(self.in_order(created_at)),
            invoice: None,
            kind: goods.kind,
            link: None,
            original: None,
            promotion: None,
            note: if self.up_to(40) == 0 { (*self.one_of(&NOTES)?).to_owned() } else { String::new() },
            method: counts.then_some(method),
            paid_at: counts.then_some(paid_at),
            refunded,
        };
        let payment = has_money.then(|| SeededPayment {
            id: RowId::from_random(self.in_order(created_at)),
            disposition: if counts { Disposition::Counted } else { Disposition::Returned },
            provider_order: format!("{}{:010}", created_at.get(), self.up_to(10_000_000_000)),
            receipt_id: format!("{:012x}{:012x}", created_at.get(), self.up_to(1 << 48)),
            refund: (refunded != Amount::ZERO).then(|| {
                (RowId::from_random(self.in_order(created_at)), CallKey::from_random(self.in_order(created_at)))
            }),
        });
        let events = self.story(&order, paid_at);
        Some(Seeded { order, events, payment })
    }

    fn goods(&mut self) -> Option<Goods> {
        let won = |won: i64, free: i64| Amount::new(Krw::new(won).ok()?, Krw::new(free).ok()?).ok();
        if self.up_to(5) == 0 {
            let (name, total, free) = *self.one_of(&LINKS)?;
            let line = Line {
                name: name.to_owned(),
                product_id: String::new(),
                quantity: 1,
                amount: won(total, free)?,
                plan: None,
            };
            return Some(Goods { name: name.to_owned(), line, kind: OrderKind::Link });
        }
        let plan = self.one_of(&DEMO_PLANS)?;
        let (interval, (total, product)) =
            if self.up_to(4) == 0 { (Interval::Year, plan.year) } else { (Interval::Month, plan.month) };
        let line = Line {
            name: plan.name.to_owned(),
            product_id: product.to_owned(),
            quantity: 1,
            amount: won(total, 0)?,
            plan: Some((PlanKey::parse(plan.key).ok()?, interval)),
        };
        Some(Goods { name: format!("{} ({})", plan.name, interval.on_receipts()), line, kind: OrderKind::Plan })
    }

    /// The lines of the order's log that lead to where it stands.
    fn story(&mut self, order: &Order, paid_at: UnixMs) -> Vec<Event> {
        let of = |at: UnixMs, kind: EventKind| Event { at, kind, staff: None, krw: None };
        let mut events = vec![of(order.created_at, EventKind::Created)];
        match order.money {
            MoneyState::Pending => {}
            MoneyState::AwaitingConfirm => events.push(of(paid_at, EventKind::AwaitingConfirm)),
            MoneyState::AwaitingDeposit => events.push(of(paid_at, EventKind::AwaitingDeposit)),
            MoneyState::Failed => events.push(of(paid_at, EventKind::Declined)),
            MoneyState::Expired => events.push(of(order.expires_at, EventKind::Expired)),
            MoneyState::Cancelled => events.push(of(paid_at, EventKind::GivenBack)),
            MoneyState::Paid | MoneyState::PartiallyRefunded | MoneyState::Refunded => {
                events.push(of(paid_at, EventKind::Paid));
            }
        }
        let mut at = paid_at;
        let mut next = |days: u64, dice: &mut Self| {
            at = at.plus_ms(3_600_000 + dice.up_to(days * DAY_MS.unsigned_abs()).cast_signed());
            at
        };
        let staff = Some("이담당".to_owned());
        if order.fulfilment != FulfilmentState::None {
            events.push(Event { staff: staff.clone(), ..of(next(2, self), EventKind::Shipped) });
        }
        if order.fulfilment == FulfilmentState::Completed {
            events.push(Event { staff, ..of(next(4, self), EventKind::Completed) });
        }
        if order.refunded != Amount::ZERO {
            events.push(Event { krw: Some(order.refunded.total()), ..of(next(6, self), EventKind::RefundDone) });
        }
        events
    }
}
