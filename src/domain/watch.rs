//! When the worker looks at an order next. Pure: what an order is, how often was looked since something
//! happened, and the instant now.

use super::order::{MoneyState, Order, OrderKind};
use super::time::UnixMs;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How soon an order is looked at after somebody came with news of it, or began to pay.
pub const SOON_MS: i64 = 5 * SECOND;
/// The last step after which a look comes within a minute.
const LAST_WITHIN_A_MINUTE: u32 = 39;
/// The step from which on looks come once an hour.
const HOURLY: u32 = 220;

/// When a new order is looked at for the first time, and at which step: within seconds where somebody is about
/// to pay, within the hour for a link that has yet to be opened.
pub fn first_look(order: &Order) -> (UnixMs, u32) {
    let is_waiting = order.kind == OrderKind::Link && order.expires_at.since_ms(order.created_at) > Order::LIFE_MS;
    if is_waiting { (order.created_at.plus_ms(HOUR), HOURLY) } else { (order.created_at.plus_ms(SOON_MS), 0) }
}

/// What a look has left of an order, as far as the next look depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The provider answered every question.
    pub answered: bool,
    /// A refund of ours is under way: its end is to be found.
    pub is_refunding: bool,
    /// Looks since something last happened, this one included.
    pub step: u32,
    /// How long after its end an order stays open to late money.
    pub late_ms: i64,
    /// The shop approves payments itself. Not every list of the provider tells that one waits, so a sweep may not see it.
    pub approves: bool,
}

/// When to look at an order again; `None` when nothing more can be learned of it.
pub fn next_look(order: &Order, seen: Seen, now: UnixMs) -> Option<UnixMs> {
    if !seen.answered {
        return Some(now.plus_ms(thinning(seen.step.min(4))));
    }
    if seen.is_refunding {
        return Some(now.plus_ms(thinning(seen.step)));
    }
    match order.money {
        // After an attempt that came to nothing buyers try again, on the page that they have open.
        MoneyState::Cancelled | MoneyState::Failed if now < order.expires_at => Some(next_expected(order, seen, now)),
        MoneyState::Pending | MoneyState::AwaitingConfirm | MoneyState::AwaitingDeposit => {
            Some(next_expected(order, seen, now))
        }
        MoneyState::Cancelled | MoneyState::Failed | MoneyState::Expired => {
            let until = order.expires_at.plus_ms(seen.late_ms);
            (now < until).then(|| now.plus_ms(late(seen.step)).min(until))
        }
        // What goes back in the provider's console is found by looking.
        MoneyState::Paid | MoneyState::PartiallyRefunded => {
            let since = now.since_ms(order.paid_at.unwrap_or(order.created_at));
            let gap = if since < 14 * DAY { late(seen.step) } else { 7 * DAY };
            (since < 180 * DAY).then(|| now.plus_ms(gap))
        }
        MoneyState::Refunded => (seen.step < 4).then(|| now.plus_ms(late(seen.step))),
    }
}

fn next_expected(order: &Order, seen: Seen, now: UnixMs) -> UnixMs {
    if now >= order.expires_at {
        return now.plus_ms(thinning(seen.step));
    }
    let is_only_seen_here = seen.approves && order.kind == OrderKind::Plan;
    let step = if is_only_seen_here { seen.step.min(LAST_WITHIN_A_MINUTE) } else { seen.step };
    // Whoever waits for the end is told at the end.
    now.plus_ms(thinning(step)).min(order.expires_at)
}

/// While something is expected: within seconds at first, within a minute for the first half hour.
const fn thinning(step: u32) -> i64 {
    match step {
        0 => 5 * SECOND,
        1 => 10 * SECOND,
        2 => 20 * SECOND,
        3 => 40 * SECOND,
        4..=LAST_WITHIN_A_MINUTE => 50 * SECOND,
        40..90 => 2 * MINUTE,
        90..HOURLY => 10 * MINUTE,
        _ => HOUR,
    }
}

/// While nothing is expected, but possible.
const fn late(step: u32) -> i64 {
    match step {
        0 => 50 * SECOND,
        1 => 10 * MINUTE,
        2 => HOUR,
        3 => 6 * HOUR,
        _ => DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::Customer;
    use crate::domain::id::{CallKey, OrderId, OrderNumber, OrderToken};
    use crate::domain::lang::Lang;
    use crate::domain::money::Amount;
    use crate::domain::order::FulfilmentState;

    fn order(money: MoneyState) -> Order {
        let id = "0".repeat(24);
        Order {
            id: OrderId::parse(&id).unwrap(),
            number: OrderNumber::stored("261120-AAAAAAA".into()),
            token: OrderToken::parse(&"0".repeat(32)).unwrap(),
            name: String::new(),
            lines: Vec::new(),
            amount: Amount::ZERO,
            customer: Customer::default(),
            lang: Lang::Ko,
            money,
            fulfilment: FulfilmentState::None,
            created_at: UnixMs::new(0),
            expires_at: UnixMs::new(Order::LIFE_MS),
            invoice_key: CallKey::parse(&"0".repeat(32)).unwrap(),
            invoice: None,
            kind: OrderKind::Plan,
            link: None,
            original: None,
            promotion: None,
            note: String::new(),
            method: None,
            paid_at: None,
            refunded: Amount::ZERO,
        }
    }

    fn seen(step: u32) -> Seen {
        Seen { answered: true, is_refunding: false, step, late_ms: 14 * DAY, approves: false }
    }

    /// All instants at which an order that stays as it is would be looked at.
    fn looks(order: &Order, mut seen: Seen, from: UnixMs) -> Vec<i64> {
        let (mut now, mut found) = (from, Vec::new());
        while let Some(next) = next_look(order, seen, now) {
            assert!(next > now, "{order:?} {seen:?}");
            found.push(next.since_ms(from));
            (now, seen.step) = (next, seen.step + 1);
            assert!(found.len() < 5_000, "looking never ends: {:?}", order.money);
        }
        found
    }

    #[test]
    fn an_open_order_is_looked_at_within_seconds_then_within_a_minute_and_at_its_end() {
        let order = order(MoneyState::Pending);
        let mut now = order.created_at;
        let mut at_end = false;
        for step in 0..40 {
            let next = next_look(&order, seen(step), now).unwrap();
            assert!(next.since_ms(now) <= MINUTE);
            now = next;
        }
        for step in 40..400 {
            now = next_look(&order, seen(step), now).unwrap();
            at_end |= now == order.expires_at;
        }
        assert!(at_end);
    }

    #[test]
    fn an_attempt_after_one_that_came_to_nothing_is_found_within_a_minute() {
        for money in [MoneyState::Failed, MoneyState::Cancelled] {
            let order = order(money);
            let mut now = order.created_at;
            for step in 0..40 {
                let next = next_look(&order, seen(step), now).unwrap();
                assert!(next.since_ms(now) <= MINUTE, "{money:?} {step}");
                now = next;
            }
        }
    }

    #[test]
    fn where_the_shop_approves_itself_a_plans_order_is_looked_at_within_a_minute_all_its_life() {
        for money in [MoneyState::Pending, MoneyState::Failed, MoneyState::AwaitingConfirm] {
            let plan = order(money);
            let gap = |order: &Order, step| {
                let seen = Seen { approves: true, ..seen(step) };
                next_look(order, seen, order.created_at).unwrap().since_ms(order.created_at)
            };
            assert!((0..400).all(|step| gap(&plan, step) <= MINUTE), "{money:?}");
            let link = Order { kind: OrderKind::Link, ..order(money) };
            assert!(gap(&link, 400) > MINUTE, "it may live for weeks");
        }
    }

    #[test]
    fn late_money_is_waited_for_as_long_as_the_shop_says_and_no_longer() {
        for money in [MoneyState::Expired, MoneyState::Failed, MoneyState::Cancelled] {
            let order = order(money);
            let looks = looks(&order, seen(0), order.expires_at);
            assert_eq!(looks.last(), Some(&(14 * DAY)), "{money:?}");
            assert!(looks.len() < 25, "{money:?}: {} looks", looks.len());
        }
    }

    #[test]
    fn paid_orders_are_watched_for_refunds_from_outside_and_at_last_left_alone() {
        let order = Order { paid_at: Some(UnixMs::new(0)), ..order(MoneyState::Paid) };
        let looks = looks(&order, seen(0), UnixMs::new(0));
        assert!(looks.first().is_some_and(|first| *first < MINUTE));
        assert!(looks.len() < 60, "{} looks", looks.len());
    }

    #[test]
    fn what_is_under_way_or_unanswered_is_asked_about_within_a_minute() {
        for money in MoneyState::ALL {
            let order = order(*money);
            for step in 0..40 {
                let refunding = Seen { is_refunding: true, ..seen(step) };
                let unanswered = Seen { answered: false, ..seen(step + 1_000) };
                for seen in [refunding, unanswered] {
                    let next = next_look(&order, seen, UnixMs::new(1_000_000 * HOUR)).unwrap();
                    assert!(next.since_ms(UnixMs::new(1_000_000 * HOUR)) <= MINUTE, "{money:?} {seen:?}");
                }
            }
        }
    }
}
