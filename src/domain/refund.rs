//! How much may still go back of a payment. Pure; invariant I3: never more than was captured, in the taxable
//! and in the tax-free part.

use super::money::{Amount, Krw};

/// Why a refund is not ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    #[error("nothing was asked for")]
    Nothing,
    #[error("more than is left")]
    MoreThanLeft,
    #[error("more than is left of the tax-free part")]
    MoreTaxFreeThanLeft,
    #[error("more than is left of the taxable part")]
    MoreTaxableThanLeft,
}

impl Amount {
    /// What remains when `gone` is taken away. `None` when more is gone than there was, in either part.
    pub const fn checked_sub(self, gone: Self) -> Option<Self> {
        let (Some(total), Some(tax_free)) =
            (self.total().checked_sub(gone.total()), self.tax_free().checked_sub(gone.tax_free()))
        else {
            return None;
        };
        match Self::new(total, tax_free) {
            Ok(left) => Some(left),
            Err(_) => None,
        }
    }

    /// Both parts added. `None` beyond what amounts can be.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        let (Some(total), Some(tax_free)) =
            (self.total().checked_add(other.total()), self.tax_free().checked_add(other.tax_free()))
        else {
            return None;
        };
        match Self::new(total, tax_free) {
            Ok(sum) => Some(sum),
            Err(_) => None,
        }
    }

    pub const fn is_zero(self) -> bool {
        self.total().get() == 0
    }
}

/// Whether `asked` may go back when `left` is left.
pub fn check(left: Amount, asked: Amount) -> Result<(), RefundRefusal> {
    let taxable = |amount: Amount| amount.total().get() - amount.tax_free().get();
    if asked.total() == Krw::ZERO {
        Err(RefundRefusal::Nothing)
    } else if asked.total() > left.total() {
        Err(RefundRefusal::MoreThanLeft)
    } else if asked.tax_free() > left.tax_free() {
        Err(RefundRefusal::MoreTaxFreeThanLeft)
    } else if taxable(asked) > taxable(left) {
        Err(RefundRefusal::MoreTaxableThanLeft)
    } else {
        Ok(())
    }
}

/// What a reading of the receipt says about a refund that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// As much has gone back as there is after this refund.
    Out,
    /// Nothing has gone back since it was sent: it may be sent again under its own id.
    Not,
    /// Something else has gone back meanwhile; sent again under its own id it is still carried out once.
    Unclear,
}

/// `before` and `now` are what the receipt says has gone back in all, in won.
pub const fn carried(before: i64, asked: Krw, now: i64) -> Carried {
    if now >= before.saturating_add(asked.get()) {
        Carried::Out
    } else if now == before {
        Carried::Not
    } else {
        Carried::Unclear
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(total: i64, free: i64) -> Amount {
        Amount::new(Krw::new(total).unwrap(), Krw::new(free).unwrap()).unwrap()
    }

    #[test]
    fn each_part_has_its_own_limit() {
        let left = amount(10_000, 3_000);
        assert_eq!(check(left, amount(10_000, 3_000)), Ok(()));
        assert_eq!(check(left, amount(7_000, 0)), Ok(()));
        assert_eq!(check(left, amount(0, 0)), Err(RefundRefusal::Nothing));
        assert_eq!(check(left, amount(10_001, 3_000)), Err(RefundRefusal::MoreThanLeft));
        assert_eq!(check(left, amount(4_000, 3_001)), Err(RefundRefusal::MoreTaxFreeThanLeft));
        assert_eq!(check(left, amount(7_001, 0)), Err(RefundRefusal::MoreTaxableThanLeft));
    }

    #[test]
    fn a_reading_tells_whether_a_lost_answer_was_carried_out() {
        let asked = Krw::new(500).unwrap();
        assert_eq!(carried(1_000, asked, 1_500), Carried::Out);
        assert_eq!(carried(1_000, asked, 1_000), Carried::Not);
        assert_eq!(carried(1_000, asked, 1_200), Carried::Unclear);
    }

    proptest! {
        /// I3: whatever is asked for, in whatever order, what was let through never exceeds what was captured.
        #[test]
        fn refunds_never_exceed_the_captured_sum(
            total in 100..1_000_000i64, share in 0..=100i64,
            asked in prop::collection::vec((0..1_000_000i64, 0..=100i64), 0..20),
        ) {
            let captured = amount(total, total * share / 100);
            let mut gone = Amount::ZERO;
            for (won, share) in asked {
                let one = amount(won, won * share / 100);
                let left = captured.checked_sub(gone).unwrap();
                if check(left, one).is_ok() {
                    gone = gone.checked_add(one).unwrap();
                }
                let left = captured.checked_sub(gone);
                prop_assert!(left.is_some());
                let taxable = |amount: Amount| amount.total().get() - amount.tax_free().get();
                prop_assert!(taxable(gone) <= taxable(captured) && gone.tax_free() <= captured.tax_free());
            }
        }
    }
}
