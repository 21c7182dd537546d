//! Which line of an order's log is told to whom. Decides only that; what is said, and how it travels, is
//! mail's. Whoever writes a line asks here, so that no line is told twice or in two ways (invariant I6).

use serde::{Deserialize, Serialize};

use super::id::OrderId;
use super::money::Krw;
use super::order::{Event, EventKind, MoneyState};
use super::word::words;

words! {
    /// Who is told.
    Audience {
        Customer = "customer",
        Staff = "staff",
    }
}

words! {
    /// Something about an order that somebody is told once.
    Notice {
        /// An account to pay into was issued.
        DepositAwaited = "deposit_awaited",
        OrderPaid = "order_paid",
        RefundedInPart = "refunded_in_part",
        RefundedInFull = "refunded_in_full",
        /// Money of a wrong amount came and is on its way back.
        WrongAmount = "wrong_amount",
        /// Money came too late and is on its way back.
        LateMoney = "late_money",
        /// All of a payment that did not count is back.
        PaymentReturned = "payment_returned",
        /// Staff are looking at a payment; the customer is told.
        InReview = "in_review",
        /// Staff must look at a payment; they are told.
        PaymentNeedsPerson = "payment_needs_person",
        /// A refund that staff ordered was refused.
        RefundRefused = "refund_refused",
        /// Nobody can tell whether a refund was carried out.
        RefundUnknown = "refund_unknown",
    }
}

/// A notice that is to be told: what a job carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub order: OrderId,
    pub notice: Notice,
    /// The amount that it is about, where it is about one.
    pub krw: Option<Krw>,
}

impl Notice {
    /// Whether a line of this kind can cause any notice at all.
    pub const fn may_come_of(kind: EventKind) -> bool {
        !matches!(
            kind,
            EventKind::Created
                | EventKind::InvoiceMade
                | EventKind::AwaitingConfirm
                | EventKind::Declined
                | EventKind::Expired
                | EventKind::RefundOrdered
                | EventKind::Shipped
                | EventKind::Completed
                | EventKind::Noted
                | EventKind::ReviewCounted
                | EventKind::ReviewGivenBack
                | EventKind::ReviewKept
                | EventKind::AccountNeeded
                | EventKind::RefundGivenUp
                | EventKind::RefundOvertaken
                | EventKind::Approved
        )
    }

    pub const fn audience(self) -> Audience {
        match self {
            Self::DepositAwaited
            | Self::OrderPaid
            | Self::RefundedInPart
            | Self::RefundedInFull
            | Self::WrongAmount
            | Self::LateMoney
            | Self::PaymentReturned
            | Self::InReview => Audience::Customer,
            Self::PaymentNeedsPerson | Self::RefundRefused | Self::RefundUnknown => Audience::Staff,
        }
    }

    /// What is told because of a line in an order's log; `after` is where the order's money stands once the
    /// line's transaction is through.
    pub const fn of(event: &Event, after: MoneyState) -> &'static [Self] {
        match event.kind {
            EventKind::AwaitingDeposit => &[Self::DepositAwaited],
            EventKind::Paid => &[Self::OrderPaid],
            EventKind::WrongAmount => &[Self::WrongAmount],
            EventKind::LateReturn => &[Self::LateMoney],
            EventKind::GivenBack => &[Self::PaymentReturned],
            EventKind::ReviewNeeded => &[Self::InReview, Self::PaymentNeedsPerson],
            // An amount stands on the lines about the counted payment alone: whatever else goes back, goes
            // back whole and leaves the order as it is.
            EventKind::RefundDone | EventKind::WentBack if event.krw.is_none() => &[Self::PaymentReturned],
            EventKind::RefundDone | EventKind::WentBack => match after {
                MoneyState::Refunded => &[Self::RefundedInFull],
                _ => &[Self::RefundedInPart],
            },
            // When the other kind is refused, the question that it raises is told.
            EventKind::RefundRefused if event.krw.is_some() => &[Self::RefundRefused],
            EventKind::RefundUnknown => &[Self::RefundUnknown],
            // Seen by whoever does it, or nothing that anybody's money hangs on. What staff decide about a
            // payment is told when it has happened: as paid, or as returned.
            EventKind::RefundRefused
            | EventKind::Created
            | EventKind::InvoiceMade
            | EventKind::AwaitingConfirm
            | EventKind::Declined
            | EventKind::Expired
            | EventKind::RefundOrdered
            | EventKind::Shipped
            | EventKind::Completed
            | EventKind::Noted
            | EventKind::ReviewCounted
            | EventKind::ReviewGivenBack
            | EventKind::ReviewKept
            | EventKind::AccountNeeded
            | EventKind::RefundGivenUp
            | EventKind::RefundOvertaken
            | EventKind::Approved => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::UnixMs;

    fn told(kind: EventKind, won: Option<i64>, after: MoneyState) -> &'static [Notice] {
        let krw = won.map(|won| Krw::new(won).unwrap());
        Notice::of(&Event { at: UnixMs::new(0), kind, staff: None, krw }, after)
    }

    #[test]
    fn every_line_of_the_log_is_told_as_declared() {
        use EventKind as E;
        for kind in EventKind::ALL {
            let wanted: &[Notice] = match kind {
                E::AwaitingDeposit => &[Notice::DepositAwaited],
                E::Paid => &[Notice::OrderPaid],
                E::WrongAmount => &[Notice::WrongAmount],
                E::LateReturn => &[Notice::LateMoney],
                E::GivenBack | E::RefundDone | E::WentBack => &[Notice::PaymentReturned],
                E::ReviewNeeded => &[Notice::InReview, Notice::PaymentNeedsPerson],
                E::RefundUnknown => &[Notice::RefundUnknown],
                _ => &[],
            };
            for after in MoneyState::ALL {
                assert_eq!(told(*kind, None, *after), wanted, "{kind:?} {after:?}");
                assert!(Notice::may_come_of(*kind) || wanted.is_empty(), "{kind:?}");
            }
        }
    }

    #[test]
    fn money_of_the_counted_payment_is_told_by_how_much_of_it_is_back() {
        for kind in [EventKind::RefundDone, EventKind::WentBack] {
            assert_eq!(told(kind, Some(1_000), MoneyState::PartiallyRefunded), [Notice::RefundedInPart]);
            assert_eq!(told(kind, Some(1_000), MoneyState::Refunded), [Notice::RefundedInFull]);
        }
    }

    #[test]
    fn a_refusal_is_told_once_and_to_staff() {
        assert_eq!(told(EventKind::RefundRefused, Some(1_000), MoneyState::Paid), [Notice::RefundRefused]);
        assert_eq!(told(EventKind::RefundRefused, None, MoneyState::Failed), []);
        assert_eq!(Notice::RefundRefused.audience(), Audience::Staff);
        for krw in [Some(1_000), None] {
            assert_eq!(told(EventKind::RefundUnknown, krw, MoneyState::Paid), [Notice::RefundUnknown]);
        }
        assert_eq!(Notice::RefundUnknown.audience(), Audience::Staff);
    }

    #[test]
    fn what_is_silent_stays_silent_with_an_amount() {
        for kind in [EventKind::RefundOrdered, EventKind::ReviewCounted, EventKind::ReviewKept, EventKind::Noted] {
            assert_eq!(told(kind, Some(1_000), MoneyState::Paid), [], "{kind:?}");
        }
    }

    #[test]
    fn every_notice_is_caused_by_something() {
        let mut caused = Vec::new();
        for kind in EventKind::ALL {
            for won in [None, Some(1_000)] {
                for after in MoneyState::ALL {
                    caused.extend(told(*kind, won, *after));
                }
            }
        }
        for notice in Notice::ALL {
            assert!(caused.contains(notice), "{notice:?}");
        }
    }
}
