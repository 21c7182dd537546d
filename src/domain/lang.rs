//! The languages of the shop.

use super::word::words;

words! {
    /// A language that people read here; its word is the language tag.
    Lang {
        Ko = "ko",
        En = "en",
    }
}

impl Lang {
    pub const fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }
}
