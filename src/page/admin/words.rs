//! What may be wrong with a form of the staff's, and what may have been done: closed sets, each with words.

use crate::domain::word::words;
use crate::text::{Lang, text};

words! {
    /// Why a form was refused, field by field.
    Problem {
        Empty = "empty",
        TooLong = "too_long",
        Characters = "characters",
        Form = "form",
        WrongLogin = "wrong_login",
        TooManyLogins = "too_many_logins",
        Amount = "amount",
        TooLittle = "too_little",
        TaxFreeTooLarge = "tax_free_too_large",
        PlanKey = "plan_key",
        Features = "features",
        TooManyFeatures = "too_many_features",
        NoPrice = "no_price",
        Taken = "taken",
        Code = "code",
        Percent = "percent",
        Number = "number",
        Day = "day",
        DaysReversed = "days_reversed",
        NoSuchPlan = "no_such_plan",
    }
}

words! {
    /// What was just done.
    Flash {
        Saved = "saved",
        PlanCreated = "plan_created",
        PlanStopped = "plan_stopped",
        PlanResumed = "plan_resumed",
        PriceChanged = "price_changed",
        PriceRetired = "price_retired",
        PromotionCreated = "promotion_created",
        PromotionStopped = "promotion_stopped",
        PromotionResumed = "promotion_resumed",
    }
}

impl Problem {
    pub(super) fn text(self, lang: Lang) -> String {
        match self {
            Self::Empty => text!(lang, "problem-empty"),
            Self::TooLong => text!(lang, "problem-too-long"),
            Self::Characters => text!(lang, "problem-characters"),
            Self::Form => text!(lang, "problem-form"),
            Self::WrongLogin => text!(lang, "problem-wrong-login"),
            Self::TooManyLogins => text!(lang, "problem-too-many-logins"),
            Self::Amount => text!(lang, "prices-problem-amount"),
            Self::TooLittle => text!(lang, "prices-problem-too-little"),
            Self::TaxFreeTooLarge => text!(lang, "prices-problem-tax-free"),
            Self::PlanKey => text!(lang, "prices-problem-key"),
            Self::Features => text!(lang, "prices-problem-features"),
            Self::TooManyFeatures => text!(lang, "prices-problem-many-features"),
            Self::NoPrice => text!(lang, "prices-problem-no-price"),
            Self::Taken => text!(lang, "prices-problem-taken"),
            Self::Code => text!(lang, "prices-problem-code"),
            Self::Percent => text!(lang, "prices-problem-percent"),
            Self::Number => text!(lang, "prices-problem-number"),
            Self::Day => text!(lang, "prices-problem-day"),
            Self::DaysReversed => text!(lang, "prices-problem-days-reversed"),
            Self::NoSuchPlan => text!(lang, "prices-problem-no-such-plan"),
        }
    }
}

impl Flash {
    pub(super) fn text(self, lang: Lang) -> String {
        match self {
            Self::Saved => text!(lang, "flash-saved"),
            Self::PlanCreated => text!(lang, "prices-flash-plan-created"),
            Self::PlanStopped => text!(lang, "prices-flash-plan-stopped"),
            Self::PlanResumed => text!(lang, "prices-flash-plan-resumed"),
            Self::PriceChanged => text!(lang, "prices-flash-price-changed"),
            Self::PriceRetired => text!(lang, "prices-flash-price-retired"),
            Self::PromotionCreated => text!(lang, "prices-flash-promotion-created"),
            Self::PromotionStopped => text!(lang, "prices-flash-promotion-stopped"),
            Self::PromotionResumed => text!(lang, "prices-flash-promotion-resumed"),
        }
    }
}

impl From<crate::domain::customer::Refusal> for Problem {
    fn from(refusal: crate::domain::customer::Refusal) -> Self {
        use crate::domain::customer::Refusal;
        match refusal {
            Refusal::Empty => Self::Empty,
            Refusal::TooLong => Self::TooLong,
            Refusal::Characters => Self::Characters,
            Refusal::Form => Self::Form,
        }
    }
}
