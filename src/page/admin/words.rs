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
    }
}

words! {
    /// What was just done.
    Flash {
        Saved = "saved",
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
        }
    }
}

impl Flash {
    pub(super) fn text(self, lang: Lang) -> String {
        match self {
            Self::Saved => text!(lang, "flash-saved"),
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
