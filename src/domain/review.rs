//! What staff may decide about a payment that waits for a person. Pure.

use super::judge::{ProviderReceipt, ReceiptStatus};
use super::money::Amount;
use super::order::{MoneyState, ReviewReason};
use super::text::{self, Refusal, filled};
use super::word::words;

words! {
    /// How a question about a payment is settled.
    Decision {
        /// The payment counts and the order becomes paid.
        Count = "count",
        /// All that is left of the payment goes back.
        GiveBack = "give_back",
        /// No money moves; it was settled otherwise.
        Keep = "keep",
    }
}

/// Why a payment can't be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCount {
    /// The order has been paid already.
    IsPaid,
    /// Nobody knows how much it is; it counts by itself once that can be read.
    Unreadable,
    /// A part of it has gone back, so it is not what the order shows.
    PartlyCancelled,
    /// It is not the price of the order.
    OtherAmount,
}

/// Whether a payment of `captured` may be counted for an order that costs `price`.
pub fn may_count(
    order: MoneyState,
    price: Amount,
    reason: ReviewReason,
    captured: Option<Amount>,
) -> Result<Amount, NoCount> {
    if !order.may_become(MoneyState::Paid) {
        return Err(NoCount::IsPaid);
    }
    match (reason, captured) {
        (ReviewReason::UnreadableAmount, _) | (_, None) => Err(NoCount::Unreadable),
        (ReviewReason::PartlyCancelled, _) => Err(NoCount::PartlyCancelled),
        (_, Some(captured)) if captured == price => Ok(captured),
        _ => Err(NoCount::OtherAmount),
    }
}

/// Whether the provider's receipt still shows that all of `captured` is there (invariant I1: nothing becomes
/// paid without a reading that shows it).
pub fn is_proven(captured: Amount, receipt: &ProviderReceipt) -> bool {
    receipt.status == ReceiptStatus::Paid
        && receipt.total == Some(captured.total().get())
        && receipt.tax_free == Some(captured.tax_free().get())
        && receipt.currency.as_deref() == Some("KRW")
        && matches!(receipt.cancelled, None | Some(0))
}

/// What somebody wrote about a decision: up to 500 characters, in several lines if need be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    const MAX_CHARS: usize = 500;

    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        text::lines(typed, Self::MAX_CHARS).and_then(filled).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Krw;

    fn amount(total: i64, free: i64) -> Amount {
        Amount::new(Krw::new(total).unwrap(), Krw::new(free).unwrap()).unwrap()
    }

    fn receipt() -> ProviderReceipt {
        ProviderReceipt {
            receipt_id: "r".into(),
            status: ReceiptStatus::Paid,
            total: Some(1_000),
            tax_free: Some(100),
            cancelled: Some(0),
            cancelled_tax_free: Some(0),
            currency: Some("KRW".into()),
            method: None,
            method_symbol: None,
            requested_at: None,
            purchased_at: None,
            receipt_url: None,
            deposit: None,
        }
    }

    #[test]
    fn only_a_known_and_right_amount_counts_and_only_once() {
        let price = amount(1_000, 100);
        for state in MoneyState::ALL {
            for reason in ReviewReason::ALL {
                for captured in [None, Some(price), Some(amount(1_000, 0)), Some(amount(999, 100))] {
                    let may = may_count(*state, price, *reason, captured);
                    let is_known = !matches!(reason, ReviewReason::UnreadableAmount | ReviewReason::PartlyCancelled);
                    let expected = state.is_open() && is_known && captured == Some(price);
                    assert_eq!(may == Ok(price), expected, "{state:?} {reason:?} {captured:?}");
                }
            }
        }
    }

    #[test]
    fn a_receipt_that_shows_anything_else_proves_nothing() {
        let captured = amount(1_000, 100);
        assert!(is_proven(captured, &receipt()));
        assert!(is_proven(captured, &ProviderReceipt { cancelled: None, ..receipt() }));
        let others = [
            ProviderReceipt { status: ReceiptStatus::Cancelled, ..receipt() },
            ProviderReceipt { status: ReceiptStatus::Unknown, ..receipt() },
            ProviderReceipt { total: Some(999), ..receipt() },
            ProviderReceipt { total: None, ..receipt() },
            ProviderReceipt { tax_free: Some(0), ..receipt() },
            ProviderReceipt { tax_free: None, ..receipt() },
            ProviderReceipt { cancelled: Some(1), ..receipt() },
            ProviderReceipt { currency: None, ..receipt() },
            ProviderReceipt { currency: Some("USD".into()), ..receipt() },
        ];
        for other in others {
            assert!(!is_proven(captured, &other), "{other:?}");
        }
    }

    #[test]
    fn a_reason_is_text_of_any_kind_and_nothing_invisible() {
        assert_eq!(Reason::parse(" 전화로 해결\r\n환불 완료 ").unwrap().as_str(), "전화로 해결\n환불 완료");
        assert_eq!(Reason::parse("<script>=1+1</script>").unwrap().as_str(), "<script>=1+1</script>");
        assert_eq!(Reason::parse(" \n "), Err(Refusal::Empty));
        assert_eq!(Reason::parse("a\u{202e}b"), Err(Refusal::Characters));
        assert_eq!(Reason::parse("a\0b"), Err(Refusal::Characters));
        assert_eq!(Reason::parse(&"가".repeat(501)), Err(Refusal::TooLong));
    }
}
