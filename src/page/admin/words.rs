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
        ReviewTyped = "review_typed",
        ReviewIsPaid = "review_is_paid",
        ReviewNoCount = "review_no_count",
        ReviewUnanswered = "review_unanswered",
        ReviewDiffers = "review_differs",
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
        ReviewCounted = "review_counted",
        ReviewReturned = "review_returned",
        ReviewReturning = "review_returning",
        ReviewRefused = "review_refused",
        ReviewKept = "review_kept",
        ReviewWasDecided = "review_was_decided",
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
            Self::ReviewTyped => text!(lang, "review-problem-typed"),
            Self::ReviewIsPaid => text!(lang, "review-problem-is-paid"),
            Self::ReviewNoCount => text!(lang, "review-problem-no-count"),
            Self::ReviewUnanswered => text!(lang, "review-problem-unanswered"),
            Self::ReviewDiffers => text!(lang, "review-problem-differs"),
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
            Self::ReviewCounted => text!(lang, "review-flash-counted"),
            Self::ReviewReturned => text!(lang, "review-flash-returned"),
            Self::ReviewReturning => text!(lang, "review-flash-returning"),
            Self::ReviewRefused => text!(lang, "review-flash-refused"),
            Self::ReviewKept => text!(lang, "review-flash-kept"),
            Self::ReviewWasDecided => text!(lang, "review-flash-was-decided"),
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
