//! What may be wrong with a form of the staff's, and what may have been done: closed sets, each with words.

use crate::domain::password::PasswordRefusal;
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
        WrongPassword = "wrong_password",
        WrongCode = "wrong_code",
        ShortPassword = "short_password",
        OtherPassword = "other_password",
        SamePassword = "same_password",
        HasAccount = "has_account",
        LastOwner = "last_owner",
        Yourself = "yourself",
        NotConfirmed = "not_confirmed",
        NoAmount = "no_amount",
        Nothing = "nothing",
        MoreThanLeft = "more_than_left",
        MoreTaxFree = "more_tax_free",
        MoreTaxable = "more_taxable",
        TypedDiffers = "typed_differs",
        RefundBusy = "refund_busy",
        NothingCounted = "nothing_counted",
        RefundRefused = "refund_refused",
        CannotBeSo = "cannot_be_so",
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
        PasswordChanged = "password_changed",
        SessionEnded = "session_ended",
        SessionsEnded = "sessions_ended",
        FactorOff = "factor_off",
        InvitationWithdrawn = "invitation_withdrawn",
        RoleChanged = "role_changed",
        Dismissed = "dismissed",
        FactorEnded = "factor_ended",
        Refunded = "refunded",
        RefundWaiting = "refund_waiting",
        AskedNews = "asked_news",
        AskedNothing = "asked_nothing",
        AskedUnanswered = "asked_unanswered",
        Fulfilled = "fulfilled",
        Noted = "noted",
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
    /// What is wrong with a chosen password, and at which of the two fields.
    pub fn of_password(refusal: PasswordRefusal) -> (&'static str, Self) {
        match refusal {
            PasswordRefusal::Empty => ("new", Self::Empty),
            PasswordRefusal::TooShort => ("new", Self::ShortPassword),
            PasswordRefusal::TooLong => ("new", Self::TooLong),
            PasswordRefusal::Same => ("new", Self::SamePassword),
            PasswordRefusal::Differs => ("again", Self::OtherPassword),
        }
    }

    pub(super) fn text(self, lang: Lang) -> String {
        match self {
            Self::Empty => text!(lang, "problem-empty"),
            Self::TooLong => text!(lang, "problem-too-long"),
            Self::Characters => text!(lang, "problem-characters"),
            Self::Form => text!(lang, "problem-form"),
            Self::WrongLogin => text!(lang, "problem-wrong-login"),
            Self::TooManyLogins => text!(lang, "problem-too-many-logins"),
            Self::WrongPassword => text!(lang, "door-problem-wrong-password"),
            Self::WrongCode => text!(lang, "door-problem-wrong-code"),
            Self::ShortPassword => text!(lang, "door-problem-short-password"),
            Self::OtherPassword => text!(lang, "door-problem-other-password"),
            Self::SamePassword => text!(lang, "door-problem-same-password"),
            Self::HasAccount => text!(lang, "door-problem-has-account"),
            Self::LastOwner => text!(lang, "door-problem-last-owner"),
            Self::Yourself => text!(lang, "door-problem-yourself"),
            Self::NotConfirmed => text!(lang, "door-problem-not-confirmed"),
            Self::NoAmount => text!(lang, "problem-no-amount"),
            Self::Nothing => text!(lang, "problem-nothing"),
            Self::MoreThanLeft => text!(lang, "problem-more-than-left"),
            Self::MoreTaxFree => text!(lang, "problem-more-tax-free"),
            Self::MoreTaxable => text!(lang, "problem-more-taxable"),
            Self::TypedDiffers => text!(lang, "problem-typed-differs"),
            Self::RefundBusy => text!(lang, "problem-refund-busy"),
            Self::NothingCounted => text!(lang, "problem-nothing-counted"),
            Self::RefundRefused => text!(lang, "problem-refund-refused"),
            Self::CannotBeSo => text!(lang, "problem-cannot-be-so"),
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
            Self::PasswordChanged => text!(lang, "door-flash-password-changed"),
            Self::SessionEnded => text!(lang, "door-flash-session-ended"),
            Self::SessionsEnded => text!(lang, "door-flash-sessions-ended"),
            Self::FactorOff => text!(lang, "door-flash-factor-off"),
            Self::InvitationWithdrawn => text!(lang, "door-flash-invitation-withdrawn"),
            Self::RoleChanged => text!(lang, "door-flash-role-changed"),
            Self::Dismissed => text!(lang, "door-flash-dismissed"),
            Self::FactorEnded => text!(lang, "door-flash-factor-ended"),
            Self::Refunded => text!(lang, "flash-refunded"),
            Self::RefundWaiting => text!(lang, "flash-refund-waiting"),
            Self::AskedNews => text!(lang, "flash-asked-news"),
            Self::AskedNothing => text!(lang, "flash-asked-nothing"),
            Self::AskedUnanswered => text!(lang, "flash-asked-unanswered"),
            Self::Fulfilled => text!(lang, "flash-fulfilled"),
            Self::Noted => text!(lang, "flash-noted"),
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
