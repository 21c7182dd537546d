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
        NothingTicked = "nothing_ticked",
    }
}

words! {
    /// What was just done.
    Flash {
        Saved = "saved",
        OrdersShipped = "orders_shipped",
        OrdersCompleted = "orders_completed",
    }
}

/// Of how many things it was done, and of how many it could not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub done: u32,
    pub left: u32,
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
            Self::NothingTicked => text!(lang, "problem-nothing-ticked"),
        }
    }
}

impl Flash {
    pub(super) fn text(self, lang: Lang, counts: Counts) -> String {
        match self {
            Self::Saved => text!(lang, "flash-saved"),
            Self::OrdersShipped => text!(lang, "flash-orders-shipped", done = counts.done, left = counts.left),
            Self::OrdersCompleted => text!(lang, "flash-orders-completed", done = counts.done, left = counts.left),
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
