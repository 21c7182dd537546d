//! Promotion codes: what they take off, when, for which plans and how often.

use serde::{Deserialize, Serialize};

use super::money::{Amount, Krw};
use super::order::MoneyState;
use super::plan::PlanKey;
use super::text::Refusal;
use super::time::Day;
use super::word::words;

/// The code as the customer types it, in capitals: 3 to 24 letters of the alphabet, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PromotionCode(String);

impl PromotionCode {
    /// Takes small letters and spaces around it as well.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim().to_ascii_uppercase();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        if text.chars().count() > 24 {
            return Err(Refusal::TooLong);
        }
        let fits = text.len() >= 3 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
        if fits { Ok(Self(text)) } else { Err(Refusal::Form) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A whole percentage, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(u8);

impl Percent {
    pub fn new(percent: i64) -> Option<Self> {
        u8::try_from(percent).ok().filter(|percent| (1..=100).contains(percent)).map(Self)
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What a code takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    Percent(Percent),
    /// So many won, whatever it costs.
    Fixed(Krw),
}

words! {
    /// Why a code can't be used for an order. An unknown code and one that was switched off are one answer.
    Why {
        Unknown = "unknown",
        /// Its first day has not come.
        NotYet = "not_yet",
        /// Its last day has passed.
        Over = "over",
        UsedUp = "used_up",
        NotForPlan = "not_for_plan",
        /// This customer has used it as often as one may.
        UsedByYou = "used_by_you",
        /// Less would be left than can be paid.
        TooLittleLeft = "too_little_left",
    }
}

words! {
    /// Where a code stands today.
    Standing {
        Coming = "coming",
        Running = "running",
        UsedUp = "used_up",
        Over = "over",
        Off = "off",
    }
}

words! {
    /// What became of one use of a code.
    UseState {
        /// An order was made with it and has not been paid.
        Held = "held",
        Used = "used",
        /// It was given back: the order expired, or all of its money went back.
        Freed = "freed",
    }
}

impl UseState {
    /// What becomes of an order's use when the order's money moves to `state`; `None`: it stays as it is. A
    /// declined order keeps its use until its time is over, as it can still be paid. Late money that counts
    /// takes back the order's own use and never another one.
    pub const fn after(state: MoneyState) -> Option<Self> {
        match state {
            MoneyState::Paid | MoneyState::PartiallyRefunded => Some(Self::Used),
            MoneyState::Refunded | MoneyState::Cancelled | MoneyState::Expired => Some(Self::Freed),
            MoneyState::Pending | MoneyState::AwaitingConfirm | MoneyState::AwaitingDeposit | MoneyState::Failed => {
                None
            }
        }
    }
}

/// How often a code is held or used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    pub total: u32,
    /// By the customer in question.
    pub by_customer: u32,
}

/// A promotion code and its rules. Code and discount never change; the rest may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    pub code: PromotionCode,
    pub discount: Discount,
    pub terms: Terms,
    pub is_on: bool,
}

/// What may be changed about a promotion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The first day in Seoul on which it is taken.
    pub from: Option<Day>,
    /// The last day in Seoul, all of it.
    pub until: Option<Day>,
    /// How often it may be used in all.
    pub limit: Option<u32>,
    /// How often one customer may use it.
    pub limit_per_customer: Option<u32>,
    /// The plans that it fits; none means every plan.
    pub plans: Vec<PlanKey>,
}

impl Promotion {
    /// Where it stands on this day of Seoul.
    pub fn standing(&self, today: &Day, uses: u32) -> Standing {
        match self.why_not_on(today) {
            _ if !self.is_on => Standing::Off,
            Some(Why::NotYet) => Standing::Coming,
            Some(_) => Standing::Over,
            None if self.terms.limit.is_some_and(|limit| uses >= limit) => Standing::UsedUp,
            None => Standing::Running,
        }
    }

    fn why_not_on(&self, today: &Day) -> Option<Why> {
        if self.terms.from.as_ref().is_some_and(|from| today < from) {
            Some(Why::NotYet)
        } else if self.terms.until.as_ref().is_some_and(|until| today > until) {
            Some(Why::Over)
        } else {
            None
        }
    }

    /// What an order for `plan` at `amount` costs with this code, used so often so far.
    pub fn for_order(&self, today: &Day, uses: Uses, plan: &PlanKey, amount: Amount) -> Result<Amount, Why> {
        if !self.is_on {
            return Err(Why::Unknown);
        }
        if let Some(why) = self.why_not_on(today) {
            return Err(why);
        }
        let cost = self.on_plan(plan, amount)?;
        // Whoever has used it is told so, also when nobody else can use it either.
        if self.terms.limit_per_customer.is_some_and(|limit| uses.by_customer >= limit) {
            return Err(Why::UsedByYou);
        }
        if self.terms.limit.is_some_and(|limit| uses.total >= limit) {
            return Err(Why::UsedUp);
        }
        Ok(cost)
    }

    /// What `plan` at `amount` costs with this code whenever it can be used.
    pub fn on_plan(&self, plan: &PlanKey, amount: Amount) -> Result<Amount, Why> {
        if !self.terms.plans.is_empty() && !self.terms.plans.contains(plan) {
            return Err(Why::NotForPlan);
        }
        self.discount.apply(amount)
    }
}

impl Discount {
    /// The discounted amount. The one rule of rounding: what is left is rounded down to a whole won, in the
    /// customer's favour. The tax-free part keeps its share of the total and is rounded down too, so that
    /// never more than before is free of tax. [`Why::TooLittleLeft`] below the least that can be paid.
    pub fn apply(self, amount: Amount) -> Result<Amount, Why> {
        let before = amount.total().get();
        let left = match self {
            Self::Percent(percent) => share(before, 100 - i64::from(percent.get()), 100),
            Self::Fixed(off) => before.saturating_sub(off.get()),
        };
        if left < Krw::LEAST_PAYABLE.get() {
            return Err(Why::TooLittleLeft);
        }
        let tax_free = share(amount.tax_free().get(), left, before);
        let krw = |won| Krw::new(won).map_err(|_| Why::TooLittleLeft);
        Amount::new(krw(left)?, krw(tax_free)?).map_err(|_| Why::TooLittleLeft)
    }
}

/// `whole * part / of`, rounded down, for numbers of zero and more.
fn share(whole: i64, part: i64, of: i64) -> i64 {
    let exact = i128::from(whole) * i128::from(part) / i128::from(of.max(1));
    i64::try_from(exact).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(total: i64, tax_free: i64) -> Amount {
        Amount::new(Krw::new(total).unwrap(), Krw::new(tax_free).unwrap()).unwrap()
    }

    fn percent(percent: i64) -> Discount {
        Discount::Percent(Percent::new(percent).unwrap())
    }

    fn fixed(won: i64) -> Discount {
        Discount::Fixed(Krw::new(won).unwrap())
    }

    fn plan(key: &str) -> PlanKey {
        PlanKey::parse(key).unwrap()
    }

    fn promotion() -> Promotion {
        Promotion {
            code: PromotionCode::parse("SPRING").unwrap(),
            discount: percent(10),
            terms: Terms {
                from: Day::parse("2026-11-20").ok(),
                until: Day::parse("2026-11-30").ok(),
                limit: Some(10),
                limit_per_customer: Some(1),
                plans: vec![plan("pro")],
            },
            is_on: true,
        }
    }

    #[test]
    fn codes_are_capitals_digits_and_hyphens() {
        assert_eq!(PromotionCode::parse(" welcome-10 ").map(|code| code.0), Ok("WELCOME-10".to_owned()));
        assert_eq!(PromotionCode::parse(""), Err(Refusal::Empty));
        assert_eq!(PromotionCode::parse(&"A".repeat(25)), Err(Refusal::TooLong));
        for wrong in ["ab", "할인", "A B C", "<b>", "A_B"] {
            assert_eq!(PromotionCode::parse(wrong), Err(Refusal::Form), "{wrong}");
        }
    }

    #[test]
    fn what_is_left_is_rounded_down() {
        assert_eq!(percent(10).apply(amount(29_900, 0)), Ok(amount(26_910, 0)));
        assert_eq!(percent(33).apply(amount(9_999, 0)), Ok(amount(6_699, 0)), "6699.33");
        assert_eq!(percent(50).apply(amount(9_999, 0)), Ok(amount(4_999, 0)), "4999.5");
        assert_eq!(fixed(5_000).apply(amount(29_900, 0)), Ok(amount(24_900, 0)));
    }

    #[test]
    fn the_tax_free_part_keeps_its_share() {
        assert_eq!(percent(10).apply(amount(10_000, 5_000)), Ok(amount(9_000, 4_500)));
        assert_eq!(fixed(1).apply(amount(10_000, 3_333)), Ok(amount(9_999, 3_332)));
        assert_eq!(percent(50).apply(amount(9_999, 9_999)), Ok(amount(4_999, 4_999)), "all of it stays free of tax");
        assert_eq!(percent(1).apply(amount(Krw::MAX.get(), Krw::MAX.get())).unwrap().total().get(), 99_000_000_000);
    }

    #[test]
    fn what_is_left_can_be_paid_or_the_code_is_refused() {
        assert_eq!(percent(100).apply(amount(29_900, 0)), Err(Why::TooLittleLeft));
        assert_eq!(percent(99).apply(amount(10_000, 0)), Ok(amount(100, 0)));
        assert_eq!(percent(99).apply(amount(9_999, 0)), Err(Why::TooLittleLeft));
        assert_eq!(fixed(29_801).apply(amount(29_900, 0)), Err(Why::TooLittleLeft));
        assert_eq!(fixed(100_000).apply(amount(29_900, 0)), Err(Why::TooLittleLeft));
        assert!(Percent::new(0).is_none() && Percent::new(101).is_none() && Percent::new(-10).is_none());
    }

    #[test]
    fn each_rule_has_its_answer() {
        let of = |promotion: &Promotion, day: &str, total, by_customer, key: &str| {
            let uses = Uses { total, by_customer };
            promotion.for_order(&Day::parse(day).unwrap(), uses, &plan(key), amount(29_900, 0))
        };
        let code = promotion();
        assert_eq!(of(&code, "2026-11-19", 0, 0, "pro"), Err(Why::NotYet));
        assert_eq!(of(&code, "2026-11-20", 0, 0, "pro"), Ok(amount(26_910, 0)));
        assert_eq!(of(&code, "2026-11-30", 9, 0, "pro"), Ok(amount(26_910, 0)), "the last day counts");
        assert_eq!(of(&code, "2026-12-01", 0, 0, "pro"), Err(Why::Over));
        assert_eq!(of(&code, "2026-11-25", 10, 0, "pro"), Err(Why::UsedUp));
        assert_eq!(of(&code, "2026-11-25", 10, 1, "pro"), Err(Why::UsedByYou));
        assert_eq!(of(&code, "2026-11-25", 0, 0, "starter"), Err(Why::NotForPlan));
        let off = Promotion { is_on: false, ..code.clone() };
        assert_eq!(of(&off, "2026-11-25", 0, 0, "pro"), Err(Why::Unknown));
        let free = Promotion { terms: Terms::default(), ..code };
        assert_eq!(of(&free, "2099-01-01", u32::MAX, u32::MAX, "any"), Ok(amount(26_910, 0)));
    }

    #[test]
    fn a_code_stands_somewhere_every_day() {
        let at = |promotion: &Promotion, day: &str, uses| promotion.standing(&Day::parse(day).unwrap(), uses);
        let code = promotion();
        assert_eq!(at(&code, "2026-11-19", 0), Standing::Coming);
        assert_eq!(at(&code, "2026-11-20", 9), Standing::Running);
        assert_eq!(at(&code, "2026-11-20", 10), Standing::UsedUp);
        assert_eq!(at(&code, "2026-12-01", 10), Standing::Over);
        assert_eq!(at(&Promotion { is_on: false, ..code }, "2026-11-20", 0), Standing::Off);
    }

    proptest! {
        #[test]
        fn a_discount_leaves_an_amount_that_can_be_charged(
            total in 100..=Krw::MAX.get(), free in 0..=Krw::MAX.get(), of_hundred in 1..=100_i64, off in 0..=Krw::MAX.get()
        ) {
            let before = amount(total, free.min(total));
            for discount in [percent(of_hundred), fixed(off)] {
                match discount.apply(before) {
                    Ok(after) => {
                        prop_assert!((100..=total).contains(&after.total().get()));
                        prop_assert!(after.tax_free() <= before.tax_free() && after.tax_free() <= after.total());
                        let taxed = |amount: Amount| amount.total().get() - amount.tax_free().get();
                        prop_assert!(taxed(after) <= taxed(before));
                    }
                    Err(why) => prop_assert_eq!(why, Why::TooLittleLeft),
                }
            }
            if let Ok(after) = percent(of_hundred).apply(before) {
                let exact = i128::from(total) * i128::from(100 - of_hundred);
                let left = i128::from(after.total().get()) * 100;
                prop_assert!(left <= exact && exact - left < 100);
            }
        }
    }
}
