//! Korean won. The currency has no decimals, so an amount is a whole number and never a float.

use serde::{Deserialize, Serialize};

use super::text::Refusal;

/// An amount in won, zero or more, at most [`Krw::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Krw(i64);

/// The number is negative or larger than any amount that this shop deals in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount in won: {0}")]
pub struct NotAnAmount(i64);

impl Krw {
    pub const ZERO: Self = Self(0);
    /// A hundred billion won: far above any order, far below where JSON numbers lose digits.
    pub const MAX: Self = Self(100_000_000_000);
    /// The least that anybody can be asked to pay (Bootpay I.2).
    pub const LEAST_PAYABLE: Self = Self(100);

    /// Won as a plain number. Fails on negative amounts and above [`Krw::MAX`].
    pub const fn new(won: i64) -> Result<Self, NotAnAmount> {
        if won < 0 || won > Self::MAX.0 { Err(NotAnAmount(won)) } else { Ok(Self(won)) }
    }

    /// Won as a person types them: `29,900`, `29900원`, `₩29,900`.
    pub fn parse_typed(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        let text = text.strip_suffix('원').unwrap_or(text);
        let digits: String = text.trim_start_matches('₩').chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        if digits.is_empty() {
            return Err(if typed.trim().is_empty() { Refusal::Empty } else { Refusal::Form });
        }
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(Refusal::Form);
        }
        digits.parse().ok().and_then(|won| Self::new(won).ok()).ok_or(Refusal::TooLong)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match Self::new(self.0.saturating_add(other.0)) {
            Ok(sum) => Some(sum),
            Err(_) => None,
        }
    }

    /// `None` when `other` is larger than this amount.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match Self::new(self.0 - other.0) {
            Ok(rest) => Some(rest),
            Err(_) => None,
        }
    }

    /// The number in groups of three digits: `29,900`. The unit is added by whoever knows the language.
    pub fn grouped(self) -> String {
        grouped(self.0)
    }
}

/// A number of won, such as a sum of many amounts, in groups of three digits.
pub fn grouped(won: i64) -> String {
    let digits = won.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if won < 0 {
        out.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl TryFrom<i64> for Krw {
    type Error = NotAnAmount;

    fn try_from(won: i64) -> Result<Self, NotAnAmount> {
        Self::new(won)
    }
}

impl From<Krw> for i64 {
    fn from(amount: Krw) -> Self {
        amount.0
    }
}

/// What an order costs: the total, and the part of it that is free of VAT (면세). The part never
/// exceeds the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(Krw, Krw)", into = "(Krw, Krw)")]
pub struct Amount {
    total: Krw,
    tax_free: Krw,
}

/// The tax-free part is larger than the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tax-free part is larger than the total")]
pub struct TaxFreeTooLarge;

impl Amount {
    pub const ZERO: Self = Self { total: Krw::ZERO, tax_free: Krw::ZERO };

    pub const fn new(total: Krw, tax_free: Krw) -> Result<Self, TaxFreeTooLarge> {
        if tax_free.0 > total.0 { Err(TaxFreeTooLarge) } else { Ok(Self { total, tax_free }) }
    }

    pub const fn total(self) -> Krw {
        self.total
    }

    pub const fn tax_free(self) -> Krw {
        self.tax_free
    }

    /// VAT contained in the taxed part: one eleventh of it, rounded half up to a whole won. Supply value
    /// is what remains, so the three lines always add up to the total.
    pub const fn vat(self) -> Krw {
        let taxed = self.total.0 - self.tax_free.0;
        Krw((taxed * 2 + 11) / 22)
    }

    /// Supply value (공급가액) of the taxed part.
    pub const fn supply(self) -> Krw {
        Krw(self.total.0 - self.tax_free.0 - self.vat().0)
    }
}

impl TryFrom<(Krw, Krw)> for Amount {
    type Error = TaxFreeTooLarge;

    fn try_from((total, tax_free): (Krw, Krw)) -> Result<Self, TaxFreeTooLarge> {
        Self::new(total, tax_free)
    }
}

impl From<Amount> for (Krw, Krw) {
    fn from(amount: Amount) -> Self {
        (amount.total, amount.tax_free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn krw(won: i64) -> Krw {
        Krw::new(won).unwrap()
    }

    #[test]
    fn negative_and_absurd_amounts_are_refused() {
        assert!(Krw::new(-1).is_err());
        assert!(Krw::new(Krw::MAX.get() + 1).is_err());
        assert!(krw(5).checked_sub(krw(6)).is_none());
        assert!(Krw::MAX.checked_add(krw(1)).is_none());
    }

    #[test]
    fn typed_amounts_lose_their_decoration() {
        for typed in ["29900", " 29,900 ", "29,900원", "₩29,900", "₩ 29 900"] {
            assert_eq!(Krw::parse_typed(typed), Ok(krw(29_900)), "{typed}");
        }
        for wrong in ["-1", "1.5", "1e3", "0x10", "원", "٣", "29900 won", "+1"] {
            assert_eq!(Krw::parse_typed(wrong), Err(Refusal::Form), "{wrong}");
        }
        assert_eq!(Krw::parse_typed(" "), Err(Refusal::Empty));
        assert_eq!(Krw::parse_typed("100000000001"), Err(Refusal::TooLong));
        assert_eq!(Krw::parse_typed(&"9".repeat(40)), Err(Refusal::TooLong));
    }

    #[test]
    fn digits_are_grouped_by_thousands() {
        for (won, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (948_000, "948,000"), (1_234_567, "1,234,567")] {
            assert_eq!(krw(won).grouped(), text);
        }
    }

    #[test]
    fn vat_is_an_eleventh_rounded_half_up() {
        let of = |won| Amount::new(krw(won), Krw::ZERO).unwrap();
        assert_eq!((of(29_900).supply().get(), of(29_900).vat().get()), (27_182, 2_718));
        assert_eq!((of(9_900).supply().get(), of(9_900).vat().get()), (9_000, 900));
        assert_eq!((of(5).supply().get(), of(5).vat().get()), (5, 0));
        assert_eq!((of(6).supply().get(), of(6).vat().get()), (5, 1));
    }

    #[test]
    fn tax_free_is_a_part_of_the_total() {
        assert!(Amount::new(krw(100), krw(101)).is_err());
        assert_eq!(Amount::new(krw(100), krw(100)).unwrap().vat(), Krw::ZERO);
    }

    proptest! {
        #[test]
        fn supply_vat_and_tax_free_add_up(total in 0..=Krw::MAX.get(), part in 0.0..=1.0f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a random share")]
            let free = (total as f64 * part) as i64;
            let amount = Amount::new(krw(total), krw(free.min(total))).unwrap();
            prop_assert_eq!(amount.supply().get() + amount.vat().get() + amount.tax_free().get(), total);
        }
    }
}
