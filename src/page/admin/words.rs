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
        LinkNotANumber = "link_not_a_number",
        LinkTooSmall = "link_too_small",
        LinkTooLarge = "link_too_large",
        LinkTaxFreeTooLarge = "link_tax_free_too_large",
        LinkOriginalTooSmall = "link_original_too_small",
        LinkNotATime = "link_not_a_time",
        LinkPast = "link_past",
        LinkTooFar = "link_too_far",
        LinkNoWay = "link_no_way",
        LinkWayNeedsPhone = "link_way_needs_phone",
        LinkWayNeedsEmail = "link_way_needs_email",
        LinkTellTooLate = "link_tell_too_late",
        LinkMetadata = "link_metadata",
        LinkRedirect = "link_redirect",
        LinkOtherContent = "link_other_content",
        LinkNotLive = "link_not_live",
        LinkInvoiceSpent = "link_invoice_spent",
        LinkTooManySends = "link_too_many_sends",
        LinkSentJustNow = "link_sent_just_now",
        LinkUsedUp = "link_used_up",
        LinkMoneyOnItsWay = "link_money_on_its_way",
        LinkMoved = "link_moved",
        LinkChanged = "link_changed",
        TooShort = "too_short",
        Future = "future",
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
        CancelGone = "cancel_gone",
        CancelNotLeft = "cancel_not_left",
        CancelRefused = "cancel_refused",
        RefundOvertaken = "refund_overtaken",
        CannotBeSo = "cannot_be_so",
        Amount = "amount",
        Days = "days",
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
        ReviewTyped = "review_typed",
        ReviewIsPaid = "review_is_paid",
        ReviewNoCount = "review_no_count",
        ReviewUnanswered = "review_unanswered",
        ReviewDiffers = "review_differs",
        NothingTicked = "nothing_ticked",
    }
}

words! {
    /// What was just done.
    Flash {
        Saved = "saved",
        LinkMade = "link_made",
        LinkDraft = "link_draft",
        LinkSent = "link_sent",
        LinkUnsent = "link_unsent",
        LinkStopped = "link_stopped",
        LinkReenabled = "link_reenabled",
        LinkExtended = "link_extended",
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
        RefundNeedsAccount = "refund_needs_account",
        RefundGivenUp = "refund_given_up",
        CancelApproved = "cancel_approved",
        CancelRejected = "cancel_rejected",
        CancelUnanswered = "cancel_unanswered",
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
        ReviewCounted = "review_counted",
        ReviewReturned = "review_returned",
        ReviewReturning = "review_returning",
        ReviewRefused = "review_refused",
        ReviewKept = "review_kept",
        ReviewWasDecided = "review_was_decided",
        OrdersShipped = "orders_shipped",
        OrdersCompleted = "orders_completed",
        WebhookReplayed = "webhook_replayed",
        WorkRevived = "work_revived",
        DayAsked = "day_asked",
    }
}

/// Of how many things it was done, and of how many it could not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub done: u32,
    pub left: u32,
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
            Self::LinkNotANumber => text!(lang, "link-problem-number"),
            Self::LinkTooSmall => text!(lang, "link-problem-too-small"),
            Self::LinkTooLarge => text!(lang, "link-problem-too-large"),
            Self::LinkTaxFreeTooLarge => text!(lang, "link-problem-tax-free"),
            Self::LinkOriginalTooSmall => text!(lang, "link-problem-original"),
            Self::LinkNotATime => text!(lang, "link-problem-time"),
            Self::LinkPast => text!(lang, "link-problem-past"),
            Self::LinkTooFar => text!(lang, "link-problem-too-far"),
            Self::LinkNoWay => text!(lang, "link-problem-no-way"),
            Self::LinkWayNeedsPhone => text!(lang, "link-problem-needs-phone"),
            Self::LinkWayNeedsEmail => text!(lang, "link-problem-needs-email"),
            Self::LinkTellTooLate => text!(lang, "link-problem-tell-late"),
            Self::LinkMetadata => text!(lang, "link-problem-metadata"),
            Self::LinkRedirect => text!(lang, "link-problem-redirect"),
            Self::LinkOtherContent => text!(lang, "link-problem-other-content"),
            Self::LinkNotLive => text!(lang, "link-problem-not-live"),
            Self::LinkInvoiceSpent => text!(lang, "link-problem-spent"),
            Self::LinkTooManySends => text!(lang, "link-problem-too-many-sends"),
            Self::LinkSentJustNow => text!(lang, "link-problem-just-sent"),
            Self::LinkUsedUp => text!(lang, "link-problem-used-up"),
            Self::LinkMoneyOnItsWay => text!(lang, "link-problem-on-its-way"),
            Self::LinkChanged => text!(lang, "link-problem-changed"),
            Self::TooShort => text!(lang, "problem-too-short"),
            Self::Future => text!(lang, "problem-future"),
            Self::LinkMoved => text!(lang, "link-problem-moved"),
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
            Self::CancelGone => text!(lang, "refund-problem-cancel-gone"),
            Self::CancelNotLeft => text!(lang, "refund-problem-cancel-not-left"),
            Self::CancelRefused => text!(lang, "refund-problem-cancel-refused"),
            Self::RefundOvertaken => text!(lang, "refund-problem-overtaken"),
            Self::CannotBeSo => text!(lang, "problem-cannot-be-so"),
            Self::Days => text!(lang, "problem-days"),
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
            Self::ReviewTyped => text!(lang, "review-problem-typed"),
            Self::ReviewIsPaid => text!(lang, "review-problem-is-paid"),
            Self::ReviewNoCount => text!(lang, "review-problem-no-count"),
            Self::ReviewUnanswered => text!(lang, "review-problem-unanswered"),
            Self::ReviewDiffers => text!(lang, "review-problem-differs"),
            Self::NothingTicked => text!(lang, "problem-nothing-ticked"),
        }
    }
}

impl Flash {
    pub(super) fn text(self, lang: Lang, counts: Counts) -> String {
        match self {
            Self::Saved => text!(lang, "flash-saved"),
            Self::LinkMade => text!(lang, "link-flash-made"),
            Self::LinkDraft => text!(lang, "link-flash-draft"),
            Self::LinkSent => text!(lang, "link-flash-sent"),
            Self::LinkUnsent => text!(lang, "link-flash-unsent"),
            Self::LinkStopped => text!(lang, "link-flash-stopped"),
            Self::LinkReenabled => text!(lang, "link-flash-reenabled"),
            Self::LinkExtended => text!(lang, "link-flash-extended"),
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
            Self::RefundNeedsAccount => text!(lang, "refund-flash-needs-account"),
            Self::RefundGivenUp => text!(lang, "refund-flash-given-up"),
            Self::CancelApproved => text!(lang, "refund-flash-cancel-approved"),
            Self::CancelRejected => text!(lang, "refund-flash-cancel-rejected"),
            Self::CancelUnanswered => text!(lang, "refund-flash-cancel-unanswered"),
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
            Self::ReviewCounted => text!(lang, "review-flash-counted"),
            Self::ReviewReturned => text!(lang, "review-flash-returned"),
            Self::ReviewReturning => text!(lang, "review-flash-returning"),
            Self::ReviewRefused => text!(lang, "review-flash-refused"),
            Self::ReviewKept => text!(lang, "review-flash-kept"),
            Self::ReviewWasDecided => text!(lang, "review-flash-was-decided"),
            Self::OrdersShipped => text!(lang, "flash-orders-shipped", done = counts.done, left = counts.left),
            Self::OrdersCompleted => text!(lang, "flash-orders-completed", done = counts.done, left = counts.left),
            Self::WebhookReplayed => text!(lang, "webhooks-flash-replayed"),
            Self::DayAsked => text!(lang, "reconcile-flash-asked"),
            Self::WorkRevived => text!(lang, "webhooks-flash-revived"),
        }
    }
}

impl From<crate::domain::text::Refusal> for Problem {
    fn from(refusal: crate::domain::text::Refusal) -> Self {
        use crate::domain::text::Refusal;
        match refusal {
            Refusal::Empty => Self::Empty,
            Refusal::TooLong => Self::TooLong,
            Refusal::Characters => Self::Characters,
            Refusal::Form => Self::Form,
        }
    }
}

impl From<crate::domain::price_form::Wrong> for Problem {
    fn from(wrong: crate::domain::price_form::Wrong) -> Self {
        use crate::domain::price_form::Wrong;
        match wrong {
            Wrong::Text(refusal) => refusal.into(),
            Wrong::Amount => Self::Amount,
            Wrong::TooLittle => Self::TooLittle,
            Wrong::TaxFreeTooLarge => Self::TaxFreeTooLarge,
            Wrong::PlanKey => Self::PlanKey,
            Wrong::Features => Self::Features,
            Wrong::TooManyFeatures => Self::TooManyFeatures,
            Wrong::NoPrice => Self::NoPrice,
            Wrong::Code => Self::Code,
            Wrong::Percent => Self::Percent,
            Wrong::Number => Self::Number,
            Wrong::Day => Self::Day,
            Wrong::DaysReversed => Self::DaysReversed,
            Wrong::NoSuchPlan => Self::NoSuchPlan,
        }
    }
}

impl From<crate::domain::link::Wrong> for Problem {
    fn from(wrong: crate::domain::link::Wrong) -> Self {
        use crate::domain::link::Wrong;
        match wrong {
            Wrong::Text(refusal) => refusal.into(),
            Wrong::NotANumber => Self::LinkNotANumber,
            Wrong::TooSmall => Self::LinkTooSmall,
            Wrong::TooLarge => Self::LinkTooLarge,
            Wrong::TaxFreeTooLarge => Self::LinkTaxFreeTooLarge,
            Wrong::OriginalTooSmall => Self::LinkOriginalTooSmall,
            Wrong::NotATime => Self::LinkNotATime,
            Wrong::Past => Self::LinkPast,
            Wrong::TooFar => Self::LinkTooFar,
            Wrong::NoWay => Self::LinkNoWay,
            Wrong::WayNeedsPhone => Self::LinkWayNeedsPhone,
            Wrong::WayNeedsEmail => Self::LinkWayNeedsEmail,
            Wrong::TellTooLate => Self::LinkTellTooLate,
            Wrong::MetadataForm => Self::LinkMetadata,
            Wrong::RedirectForm => Self::LinkRedirect,
        }
    }
}

impl From<crate::service::LinkRefusal> for Problem {
    fn from(refusal: crate::service::LinkRefusal) -> Self {
        use crate::service::LinkRefusal;
        match refusal {
            LinkRefusal::OtherContent => Self::LinkOtherContent,
            LinkRefusal::NotLive => Self::LinkNotLive,
            LinkRefusal::InvoiceSpent => Self::LinkInvoiceSpent,
            LinkRefusal::TooManySends => Self::LinkTooManySends,
            LinkRefusal::SentJustNow => Self::LinkSentJustNow,
            LinkRefusal::UsedUp => Self::LinkUsedUp,
            LinkRefusal::MoneyOnItsWay => Self::LinkMoneyOnItsWay,
            LinkRefusal::Moved => Self::LinkMoved,
        }
    }
}
