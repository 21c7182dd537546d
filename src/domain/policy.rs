//! What the merchant has decided for cases that nobody should have to decide one by one.

use super::word::words;

/// For how many days after its end an order stays open to late money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateDays(u16);

impl LateDays {
    pub const UNLESS_SET: Self = Self(14);
    pub const MOST: u16 = 365;

    /// `None` for anything but a number of days from 0 to [`LateDays::MOST`].
    pub fn parse(typed: &str) -> Option<Self> {
        typed.trim().parse().ok().filter(|days| *days <= Self::MOST).map(Self)
    }

    pub const fn days(self) -> u16 {
        self.0
    }

    pub const fn ms(self) -> i64 {
        self.0 as i64 * 24 * 60 * 60 * 1000
    }
}

words! {
    /// What happens to money that comes after its order or link has expired or was stopped.
    LatePolicy {
        /// It counts, as if it had come in time.
        Accept = "accept",
        /// All of it goes back.
        Refund = "refund",
        /// A person is asked.
        Ask = "ask",
    }
}

words! {
    /// Who completes a payment that the buyer has authenticated (Bootpay E.9).
    Approval {
        /// The provider, at once.
        AtOnce = "at_once",
        /// The shop, after it has checked order and amount. Until then nothing is charged.
        Separate = "separate",
    }
}

impl LatePolicy {
    pub const UNLESS_SET: Self = Self::Ask;
}

impl Approval {
    pub const UNLESS_SET: Self = Self::AtOnce;
}
