//! An order is what was promised: frozen lines, a frozen price, and where its money and its fulfilment
//! stand. The graph of states is declared here and nowhere else (invariant I5).

use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::id::{CallKey, LinkId, OrderId, OrderNumber, OrderToken};
use super::lang::Lang;
use super::money::{Amount, Krw};
use super::plan::{Interval, PlanKey};
use super::promotion::PromotionCode;
use super::time::UnixMs;
use super::word::words;
use crate::planted::{Bug, planted};

words! {
    /// Where the money of an order stands.
    MoneyState {
        /// Nothing is known to have been paid.
        Pending = "pending",
        /// The buyer has authenticated; the shop has yet to approve.
        AwaitingConfirm = "awaiting_confirm",
        /// A virtual account was issued; the deposit has yet to come.
        AwaitingDeposit = "awaiting_deposit",
        Paid = "paid",
        PartiallyRefunded = "partially_refunded",
        Refunded = "refunded",
        Cancelled = "cancelled",
        /// A payment was tried and did not count: declined, or of a wrong amount and given back.
        Failed = "failed",
        Expired = "expired",
    }
}

words! {
    /// Where an order comes from.
    OrderKind {
        /// A plan, bought on its checkout page.
        Plan = "plan",
        /// A pay link.
        Link = "link",
    }
}

words! {
    /// What the merchant has done for a paid order.
    FulfilmentState {
        None = "none",
        Shipping = "shipping",
        Completed = "completed",
    }
}

impl FulfilmentState {
    /// The declared graph of a paid order: nothing is taken back.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::None, Self::Shipping | Self::Completed) | (Self::Shipping, Self::Completed))
    }
}

words! {
    /// The word that a person reads as an order's state: Bootpay's five where they fit (pending, paid,
    /// shipping, completed, refunded), the money state's own otherwise.
    StateWord {
        Pending = "pending",
        AwaitingConfirm = "awaiting_confirm",
        AwaitingDeposit = "awaiting_deposit",
        Paid = "paid",
        Shipping = "shipping",
        Completed = "completed",
        PartiallyRefunded = "partially_refunded",
        Refunded = "refunded",
        Cancelled = "cancelled",
        Failed = "failed",
        Expired = "expired",
    }
}

impl StateWord {
    /// The word for where money and fulfilment stand.
    pub const fn of(money: MoneyState, fulfilment: FulfilmentState) -> Self {
        match (money, fulfilment) {
            (MoneyState::Paid | MoneyState::PartiallyRefunded, FulfilmentState::Shipping) => Self::Shipping,
            (MoneyState::Paid | MoneyState::PartiallyRefunded, FulfilmentState::Completed) => Self::Completed,
            (MoneyState::Pending, _) => Self::Pending,
            (MoneyState::AwaitingConfirm, _) => Self::AwaitingConfirm,
            (MoneyState::AwaitingDeposit, _) => Self::AwaitingDeposit,
            (MoneyState::Paid, FulfilmentState::None) => Self::Paid,
            (MoneyState::PartiallyRefunded, FulfilmentState::None) => Self::PartiallyRefunded,
            (MoneyState::Refunded, _) => Self::Refunded,
            (MoneyState::Cancelled, _) => Self::Cancelled,
            (MoneyState::Failed, _) => Self::Failed,
            (MoneyState::Expired, _) => Self::Expired,
        }
    }
}

/// The word for an order of which nothing is asked but its money.
impl From<MoneyState> for StateWord {
    fn from(money: MoneyState) -> Self {
        Self::of(money, FulfilmentState::None)
    }
}

impl MoneyState {
    /// The declared graph. A state never becomes itself: applying the same fact twice is no transition.
    pub const fn may_become(self, next: Self) -> bool {
        use MoneyState::{
            AwaitingConfirm, AwaitingDeposit, Cancelled, Expired, Failed, Paid, PartiallyRefunded, Pending, Refunded,
        };
        match self {
            Pending => matches!(next, AwaitingConfirm | AwaitingDeposit | Paid | Cancelled | Failed | Expired),
            AwaitingConfirm => matches!(next, Paid | Cancelled | Failed | Expired),
            // Instead of paying in, the buyer may take another way.
            AwaitingDeposit => matches!(next, AwaitingConfirm | Paid | Cancelled | Failed | Expired),
            // Not graves: the same payment page can still be paid on, and late money is money.
            Cancelled | Failed => matches!(next, AwaitingConfirm | AwaitingDeposit | Paid | Expired),
            Expired => matches!(next, Paid),
            Paid => matches!(next, PartiallyRefunded | Refunded),
            PartiallyRefunded => matches!(next, Refunded),
            Refunded => false,
        }
    }

    /// Money may still come, so a look at the provider can teach us something.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Paid | Self::PartiallyRefunded | Self::Refunded)
    }

    /// The buyer may be sent to the order form for this order.
    pub const fn is_payable(self) -> bool {
        matches!(self, Self::Pending)
    }

    /// A customer who waits on the order's page sees something change soon.
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Pending | Self::AwaitingConfirm | Self::AwaitingDeposit)
    }
}

/// One frozen line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub name: String,
    /// Bootpay's product, opaque.
    pub product_id: String,
    pub quantity: u32,
    pub amount: Amount,
    /// The plan that the line sells, for lines that sell one.
    pub plan: Option<(PlanKey, Interval)>,
}

/// A payment page that the server made at the provider for this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    pub id: String,
    /// Where the buyer pays; opaque.
    pub payment_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub number: OrderNumber,
    pub token: OrderToken,
    /// What the provider's page and the receipt call it.
    pub name: String,
    pub lines: Vec<Line>,
    pub amount: Amount,
    pub customer: Customer,
    /// What the customer reads, and so the language of letters.
    pub lang: Lang,
    pub money: MoneyState,
    pub fulfilment: FulfilmentState,
    pub created_at: UnixMs,
    /// After this instant the payment pages that we made for it no longer take money.
    pub expires_at: UnixMs,
    /// The stored idempotency key under which the invoice is made.
    pub invoice_key: CallKey,
    pub invoice: Option<Invoice>,
    pub kind: OrderKind,
    /// The pay link that made it.
    pub link: Option<LinkId>,
    /// The total before a discount, where there was one.
    pub original: Option<Krw>,
    pub promotion: Option<PromotionCode>,
    /// What staff wrote about it, for themselves.
    pub note: String,
    /// How the counted payment was made, in the provider's words: 카드.
    pub method: Option<String>,
    /// When the counted payment was made.
    pub paid_at: Option<UnixMs>,
    /// What of the counted payment has gone back.
    pub refunded: Amount,
}

impl Order {
    /// How long a new order can be paid: two hours, the life of Bootpay's own pre-order (Bootpay B.1).
    pub const LIFE_MS: i64 = 2 * 60 * 60 * 1000;
    /// How long after its end an order is still waited for that the buyer has begun to pay and no money has come of.
    pub const UNFINISHED_MS: i64 = 60 * 60 * 1000;
    /// Longer than any virtual account takes money: one of which the provider no longer knows is not waited for after that.
    pub const ACCOUNT_MS: i64 = 31 * 24 * 60 * 60 * 1000;

    /// Whether money that was paid at this instant came after the order had ended. An order that is still waited for
    /// takes what was begun in time; a virtual account that was issued in time has a deadline of its own.
    pub fn is_late(&self, paid_at: UnixMs, is_by_account: bool) -> bool {
        if planted(Bug::LateByState) {
            return self.money == MoneyState::Expired;
        }
        match self.money.is_moving() {
            true if is_by_account => false,
            true => paid_at >= self.expires_at.plus_ms(Self::UNFINISHED_MS),
            false => paid_at >= self.expires_at,
        }
    }

    /// The plan that it is for, if it is for one.
    pub fn plan(&self) -> Option<&(PlanKey, Interval)> {
        self.lines.iter().find_map(|line| line.plan.as_ref())
    }

    /// The word that a person reads as the state.
    pub const fn state_word(&self) -> StateWord {
        StateWord::of(self.money, self.fulfilment)
    }

    /// Staff may mark the order so: it is paid, not all of it has gone back, and it is not there yet.
    pub const fn may_be_marked(&self, next: FulfilmentState) -> bool {
        matches!(self.money, MoneyState::Paid | MoneyState::PartiallyRefunded) && self.fulfilment.may_become(next)
    }
}

words! {
    /// What happened to an order, in the order's own log.
    EventKind {
        Created = "created",
        InvoiceMade = "invoice_made",
        AwaitingConfirm = "awaiting_confirm",
        AwaitingDeposit = "awaiting_deposit",
        Paid = "paid",
        Declined = "declined",
        Expired = "expired",
        /// Money of a wrong amount came; a refund of all of it was ordered.
        WrongAmount = "wrong_amount",
        /// Money came too late; by the shop's policy a refund of all of it was ordered.
        LateReturn = "late_return",
        /// Money came and had gone back before we looked.
        GivenBack = "given_back",
        /// Money came that a person must judge.
        ReviewNeeded = "review_needed",
        /// Staff ordered a refund of this much.
        RefundOrdered = "refund_ordered",
        RefundDone = "refund_done",
        /// The provider shows that this much went back without us; all of it, where no amount stands.
        WentBack = "went_back",
        Shipped = "shipped",
        Completed = "completed",
        /// Staff wrote a note.
        Noted = "noted",
        RefundRefused = "refund_refused",
        /// Staff decided that a payment in review counts.
        ReviewCounted = "review_counted",
        /// Staff decided that a payment in review goes back.
        ReviewGivenBack = "review_given_back",
        /// Staff settled the question about a payment otherwise.
        ReviewKept = "review_kept",
        /// Nobody can tell whether a refund of this much was carried out.
        RefundUnknown = "refund_unknown",
        /// A refund of this much was not carried out, and needs the customer's account once more.
        AccountNeeded = "account_needed",
        /// Staff gave up a refund of this much.
        RefundGivenUp = "refund_given_up",
        /// A refund of this much was not sent: other money of the payment had gone back since it was ordered.
        RefundOvertaken = "refund_overtaken",
        /// Everything was right, and the payment that waited was approved.
        Approved = "approved",
    }
}

/// One line of an order's own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: UnixMs,
    pub kind: EventKind,
    /// Who of the staff did it; none for what customers and the provider did.
    pub staff: Option<String>,
    /// How much money it is about, where it is about a part.
    pub krw: Option<Krw>,
}

words! {
    /// What became of a payment (invariant I2).
    Disposition {
        Counted = "counted",
        /// It goes back; the refund is ordered.
        Returning = "returning",
        Returned = "returned",
        InReview = "in_review",
    }
}

words! {
    /// Why a person must look at a payment.
    ReviewReason {
        SecondPayment = "second_payment",
        PaidLate = "paid_late",
        UnreadableAmount = "unreadable_amount",
        PartlyCancelled = "partly_cancelled",
        RefundRefused = "refund_refused",
        /// The receipt is right, and the provider's order names another price beside it.
        PriceDisagrees = "price_disagrees",
        /// It should go back, and it was paid by virtual account: only staff can enter an account to send it to.
        AccountNeeded = "account_needed",
    }
}

words! {
    /// How far an ordered refund has come.
    RefundState {
        /// Stored; no byte has left yet.
        Requested = "requested",
        /// Sent at least once; the answer may have been lost.
        Sent = "sent",
        /// Sent, and what can be read does not tell whether it was carried out. Every look goes on asking.
        Unknown = "unknown",
        /// Not carried out; it goes on, under its own id, once staff enter the customer's account again.
        NeedsAccount = "needs_account",
        Done = "done",
        Refused = "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_strange_ones_are_refused() {
        for state in MoneyState::ALL {
            assert_eq!(MoneyState::parse(state.as_str()), Ok(*state));
        }
        assert!(MoneyState::parse("PAID").is_err());
    }

    #[test]
    fn no_state_becomes_itself_and_refunded_is_final() {
        for state in MoneyState::ALL {
            assert!(!state.may_become(*state), "{state:?}");
            assert!(!MoneyState::Refunded.may_become(*state), "{state:?}");
        }
    }

    #[test]
    fn paid_is_never_undone_but_by_refunds() {
        let after: Vec<_> = MoneyState::ALL.iter().filter(|next| MoneyState::Paid.may_become(**next)).collect();
        assert_eq!(after, [&MoneyState::PartiallyRefunded, &MoneyState::Refunded]);
    }

    #[test]
    fn fulfilment_only_goes_forward() {
        use FulfilmentState::{Completed, None, Shipping};
        let allowed = [(None, Shipping), (None, Completed), (Shipping, Completed)];
        for from in FulfilmentState::ALL {
            for to in FulfilmentState::ALL {
                assert_eq!(from.may_become(*to), allowed.contains(&(*from, *to)), "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn what_was_never_paid_or_all_given_back_reads_as_its_money_state() {
        for money in MoneyState::ALL {
            let word = StateWord::of(*money, FulfilmentState::Shipping).as_str();
            let is_held = matches!(money, MoneyState::Paid | MoneyState::PartiallyRefunded);
            assert_eq!(word, if is_held { "shipping" } else { money.as_str() });
            assert_eq!(StateWord::of(*money, FulfilmentState::None).as_str(), money.as_str());
        }
    }

    #[test]
    fn every_open_state_can_still_be_paid() {
        for state in MoneyState::ALL {
            assert_eq!(state.may_become(MoneyState::Paid), state.is_open(), "{state:?}");
        }
    }
}
