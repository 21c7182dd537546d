//! How much may still go back of a payment, by which way, and what a reading tells about a refund that was sent.
//! Pure; invariant I3: never more than was captured, in the taxable and in the tax-free part.

use super::id::OrderNumber;
use super::money::{Amount, Krw};
use super::order::RefundState;
use super::text::{self, Refusal, filled, for_provider};
use super::time::UnixMs;
use super::word::words;

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

/// Why money goes back, or a buyer's wish is rejected: one line for the merchant's books, which the provider keeps on its
/// record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundReason(String);

impl RefundReason {
    const MAX_CHARS: usize = 100;

    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        text::line(typed, Self::MAX_CHARS).and_then(filled).and_then(for_provider).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
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

words! {
    /// The way by which a refund goes. Decided once, when it is ordered, by [`route`]; it is never changed after the
    /// first byte has left.
    RefundRoute {
        /// `POST /v2/cancel` with the receipt.
        Pg = "pg",
        /// The same with the customer's account, which is at hand only while staff send the form.
        PgAccount = "pg_account",
        /// `POST /v1/order/cancel` as supervisor, carried out at once.
        Commerce = "commerce",
    }
}

/// The provider's symbol for a payment by virtual account (Bootpay C.2).
pub const VIRTUAL_ACCOUNT: &str = "vbank";

/// Which way fits a refund; the reasons are in ADR 0009.
///
/// - The PG way is the rule: it names the receipt, so it can't meet another payment of the same order; its `cancel_id`
///   makes a repeated call one cancel; it carries the tax-free part and answers with the receipt that proves it
///   (Bootpay C.3).
/// - A paid virtual account needs somewhere to send the money, which only the PG way can be told (Bootpay C.3).
/// - The Commerce way takes what the PG has refused: Bootpay knows the order behind the receipt, which can matter for
///   what it sold itself. An amount is cancelled plainly there, nothing is recomputed (Bootpay B.5). What Commerce has
///   refused, for instance because the keys may not act as supervisor, goes to the PG again.
pub fn route(method_symbol: Option<&str>, last_refused: Option<RefundRoute>) -> RefundRoute {
    match (method_symbol, last_refused) {
        (Some(VIRTUAL_ACCOUNT), _) => RefundRoute::PgAccount,
        (_, Some(RefundRoute::Pg)) => RefundRoute::Commerce,
        _ => RefundRoute::Pg,
    }
}

/// A refund that has no clear end so long after it was ordered may be given up.
pub const GIVE_UP_MS: i64 = 60 * 60 * 1000;
/// Longer than a call to the provider can take, which gives up after ten seconds: two sendings never overlap.
pub const REFUND_GAP_MS: i64 = 15_000;

/// Whether staff may give up a refund: it waits for an account, or has been without a clear end for long, and no call of
/// ours is on its way. What goes back in spite of that is found by looking, like everything that goes back without us.
pub fn may_be_given_up(state: RefundState, ordered_at: UnixMs, sent_at: Option<UnixMs>, now: UnixMs) -> bool {
    match state {
        RefundState::NeedsAccount => true,
        RefundState::Requested | RefundState::Sent | RefundState::Unknown => {
            now.since_ms(ordered_at) >= GIVE_UP_MS && sent_at.is_none_or(|at| now.since_ms(at).abs() >= REFUND_GAP_MS)
        }
        RefundState::Done | RefundState::Refused => false,
    }
}

/// How long a refund of which nobody can tell whether it was carried out is sent again. The provider answers a repeated
/// Commerce call alike for a day (Bootpay I.5).
const SENT_AGAIN_MS: i64 = 23 * 60 * 60 * 1000;

/// Whether such a refund may be sent again under its own id. After that it is only read.
pub fn may_be_sent_again(ordered_at: UnixMs, now: UnixMs) -> bool {
    now.since_ms(ordered_at) < SENT_AGAIN_MS
}

/// What can be told about a refund that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It was carried out.
    Out,
    /// It was not: it may be sent again under its own id.
    Not,
    /// Something else has gone back meanwhile, or what went back can't be read.
    Unclear,
}

/// What of a receipt has gone back, as its record says: in won, and the tax-free part where it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    pub total: i64,
    pub tax_free: Option<i64>,
}

/// What the receipt tells about a refund of a part: exactly as much more has gone back as was asked for, or
/// nothing more. Anything else may be somebody else's doing.
pub fn carried(before: Option<Gone>, asked: Amount, now: Option<Gone>) -> Carried {
    let (Some(before), Some(now)) = (before, now) else { return Carried::Unclear };
    if now.total == before.total {
        return Carried::Not;
    }
    let is_exact = now.total == before.total.saturating_add(asked.total().get());
    let fits = match before.tax_free.zip(now.tax_free) {
        Some((before, now)) => now == before.saturating_add(asked.tax_free().get()),
        None => true,
    };
    if is_exact && fits { Carried::Out } else { Carried::Unclear }
}

/// What the receipt tells about a refund of everything: there is no half of it.
pub fn carried_in_full(total: Option<i64>, now: Option<Gone>) -> Carried {
    match (total, now) {
        (Some(total), Some(now)) if total > 0 && now.total >= total => Carried::Out,
        (Some(_), Some(_)) => Carried::Not,
        _ => Carried::Unclear,
    }
}

/// Where a cancel in the provider's list stands (Bootpay B.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelStanding {
    /// A buyer has asked for it, and nobody has decided.
    Waiting,
    Done,
    /// Rejected or withdrawn: no money moves.
    Over,
    Unknown,
}

/// One cancel in the provider's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCancel {
    /// The provider's own id of it.
    pub request_id: String,
    /// Ours, where it came from us.
    pub cancel_id: Option<String>,
    pub standing: CancelStanding,
    pub won: Option<i64>,
    /// What of it is free of tax.
    pub tax_free: Option<i64>,
    pub message: Option<String>,
    pub requested_at: Option<UnixMs>,
}

impl ListedCancel {
    /// Whether it may go back when `left` is left, in what of it can be read. Where its tax-free part is not told, nobody
    /// can tell more than of its total.
    pub fn check(&self, left: Amount) -> Result<(), RefundRefusal> {
        let krw = |won: Option<i64>| won.and_then(|won| Krw::new(won).ok());
        match (krw(self.won), krw(self.tax_free)) {
            (Some(won), Some(tax_free)) => match Amount::new(won, tax_free) {
                Ok(asked) => check(left, asked),
                Err(_) => Err(RefundRefusal::MoreTaxFreeThanLeft),
            },
            (Some(won), None) if won > left.total() => Err(RefundRefusal::MoreThanLeft),
            _ => Ok(()),
        }
    }

    /// Whether somebody has typed how much this takes back, or the order's number where that can't be read.
    pub fn is_typed_back(&self, typed: &str, number: &OrderNumber) -> bool {
        match self.won {
            Some(won) => is_typed_back(typed, won),
            None => OrderNumber::parse_typed(typed).as_ref() == Ok(number),
        }
    }
}

/// Whether somebody has typed this many won: commas, blanks and the unit are passed over.
pub fn is_typed_back(typed: &str, won: i64) -> bool {
    let bare: String = typed.chars().filter(|c| !matches!(c, ',' | ' ' | '원' | '₩')).collect();
    let is_number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
    is_number && bare.parse() == Ok(won)
}

/// What the provider's list of an order's cancels tells about ours. Being named there proves it; being absent
/// proves the opposite only where the list explains all that has gone back, each with an id that is not ours: whether
/// every list tells ids is not known (Bootpay B.5).
pub fn carried_by_list(list: &[ListedCancel], cancel_id: &str, now: Option<Gone>) -> Carried {
    let is_ours = |one: &&ListedCancel| one.cancel_id.as_deref() == Some(cancel_id);
    if let Some(ours) = list.iter().find(is_ours) {
        return match ours.standing {
            CancelStanding::Done => Carried::Out,
            CancelStanding::Over => Carried::Not,
            CancelStanding::Waiting | CancelStanding::Unknown => Carried::Unclear,
        };
    }
    let done = list.iter().filter(|one| one.standing == CancelStanding::Done);
    let sum = done.map(|one| one.won).try_fold(0_i64, |sum, won| sum.checked_add(won?));
    let is_told = |one: &ListedCancel| one.standing == CancelStanding::Over || one.cancel_id.is_some();
    let is_whole = list.iter().all(|one| one.standing != CancelStanding::Unknown && is_told(one));
    match (sum, now) {
        (Some(sum), Some(now)) if is_whole && sum == now.total => Carried::Not,
        _ => Carried::Unclear,
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

    fn gone(total: i64, tax_free: i64) -> Option<Gone> {
        Some(Gone { total, tax_free: Some(tax_free) })
    }

    #[test]
    fn only_what_fits_exactly_was_carried_out() {
        let asked = amount(500, 100);
        let read = |now| carried(gone(1_000, 0), asked, now);
        assert_eq!(read(gone(1_500, 100)), Carried::Out);
        assert_eq!(read(Some(Gone { total: 1_500, tax_free: None })), Carried::Out);
        assert_eq!(read(gone(1_000, 0)), Carried::Not);
        assert_eq!(read(gone(1_500, 0)), Carried::Unclear, "another part of the amount");
        assert_eq!(read(gone(1_200, 0)), Carried::Unclear);
        assert_eq!(read(gone(1_700, 100)), Carried::Unclear, "more may all be somebody else's");
        assert_eq!((read(None), carried(None, asked, gone(500, 100))), (Carried::Unclear, Carried::Unclear));
    }

    #[test]
    fn everything_goes_back_wholly_or_not_at_all() {
        let read = |now| carried_in_full(Some(1_000), now);
        assert_eq!(read(gone(1_000, 0)), Carried::Out);
        assert_eq!((read(gone(999, 0)), read(gone(0, 0))), (Carried::Not, Carried::Not));
        assert_eq!((read(None), carried_in_full(None, gone(0, 0))), (Carried::Unclear, Carried::Unclear));
    }

    #[test]
    fn absence_from_a_list_proves_something_only_where_the_list_explains_everything() {
        let one = |id: &str, standing, won| ListedCancel {
            request_id: "1".into(),
            cancel_id: Some(id.into()),
            standing,
            won: Some(won),
            tax_free: None,
            message: None,
            requested_at: None,
        };
        let list = [one("ours", CancelStanding::Done, 500), one("theirs", CancelStanding::Done, 700)];
        assert_eq!(carried_by_list(&list, "ours", gone(9, 0)), Carried::Out);
        assert_eq!(carried_by_list(&list[1..], "ours", gone(700, 0)), Carried::Not);
        let nameless: Vec<_> = list[1..].iter().map(|one| ListedCancel { cancel_id: None, ..one.clone() }).collect();
        assert_eq!(carried_by_list(&nameless, "ours", gone(700, 0)), Carried::Unclear);
        assert_eq!(carried_by_list(&list[1..], "ours", gone(1_200, 0)), Carried::Unclear);
        assert_eq!(carried_by_list(&list[1..], "ours", None), Carried::Unclear);
        let strange = [one("theirs", CancelStanding::Done, 700), one("theirs", CancelStanding::Unknown, 1)];
        assert_eq!(carried_by_list(&strange, "ours", gone(700, 0)), Carried::Unclear);
        let rejected = [one("ours", CancelStanding::Over, 500)];
        assert_eq!(carried_by_list(&rejected, "ours", gone(0, 0)), Carried::Not);
    }

    #[test]
    fn a_refund_without_an_end_is_given_up_only_after_long_and_while_nothing_is_on_its_way() {
        let may = |state, sent_at, now| {
            may_be_given_up(state, UnixMs::new(0), Option::map(sent_at, UnixMs::new), UnixMs::new(now))
        };
        assert!(may(RefundState::NeedsAccount, Some(0), 0));
        for state in [RefundState::Requested, RefundState::Sent, RefundState::Unknown] {
            assert!(!may(state, Some(0), GIVE_UP_MS - 1), "{state:?}");
            assert!(may(state, Some(0), GIVE_UP_MS) && may(state, None, GIVE_UP_MS), "{state:?}");
            assert!(!may(state, Some(GIVE_UP_MS - REFUND_GAP_MS + 1), GIVE_UP_MS), "{state:?}");
        }
        assert!(!may(RefundState::Done, Some(0), GIVE_UP_MS) && !may(RefundState::Refused, Some(0), GIVE_UP_MS));
    }

    #[test]
    fn each_payment_has_one_way_back() {
        assert_eq!(route(Some("card"), None), RefundRoute::Pg);
        assert_eq!(route(None, None), RefundRoute::Pg);
        assert_eq!(route(Some("card"), Some(RefundRoute::Pg)), RefundRoute::Commerce);
        assert_eq!(route(Some("card"), Some(RefundRoute::Commerce)), RefundRoute::Pg);
        let refused = Some(RefundRoute::Pg);
        assert_eq!(route(Some("vbank"), refused), RefundRoute::PgAccount, "only there an account can be named");
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

    #[test]
    fn an_amount_is_typed_back_as_people_write_it() {
        for right in ["29900", "29,900", " 29,900원 ", "₩29,900", "29 900"] {
            assert!(is_typed_back(right, 29_900), "{right}");
        }
        for wrong in
            ["", "원", "29901", "2990", "-29900", "29900.0", "+29900", "２９９００", "0x74cc", "99999999999999999999"]
        {
            assert!(!is_typed_back(wrong, 29_900), "{wrong}");
        }
    }

    #[test]
    fn a_wish_without_an_amount_is_confirmed_by_the_orders_number() {
        let number = OrderNumber::from_random("261120", [7; OrderNumber::BYTES]);
        let wish = |won| ListedCancel {
            request_id: "r".into(),
            cancel_id: None,
            standing: CancelStanding::Waiting,
            won,
            tax_free: None,
            message: None,
            requested_at: None,
        };
        assert!(wish(Some(9_900)).is_typed_back("9,900", &number));
        assert!(!wish(Some(9_900)).is_typed_back(number.as_str(), &number));
        assert!(wish(None).is_typed_back(&format!(" {} ", number.as_str().to_lowercase()), &number));
        assert!(!wish(None).is_typed_back("", &number));
    }

    #[test]
    fn a_wish_is_held_against_what_is_left_in_both_parts() {
        let wish = |won, tax_free| ListedCancel {
            request_id: "r".into(),
            cancel_id: None,
            standing: CancelStanding::Waiting,
            won,
            tax_free,
            message: None,
            requested_at: None,
        };
        let left = amount(1_000, 600);
        for (won, tax_free) in [(1_000, Some(600)), (400, Some(0)), (600, Some(600)), (1_000, None)] {
            assert_eq!(wish(Some(won), tax_free).check(left), Ok(()), "{won} {tax_free:?}");
        }
        assert_eq!(wish(None, None).check(left), Ok(()), "the number of the order is typed instead");
        assert_eq!(wish(Some(1_001), None).check(left), Err(RefundRefusal::MoreThanLeft));
        assert_eq!(wish(Some(401), Some(0)).check(left), Err(RefundRefusal::MoreTaxableThanLeft));
        assert_eq!(wish(Some(700), Some(601)).check(left), Err(RefundRefusal::MoreTaxFreeThanLeft));
        assert_eq!(wish(Some(100), Some(101)).check(left), Err(RefundRefusal::MoreTaxFreeThanLeft));
    }
}
