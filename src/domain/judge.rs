//! How a look at the provider is judged (ARCHITECTURE.md, Money): whose is it, is it paid, is it right.
//! Pure: the same records always get the same verdict, and "unknown" is never success and never failure.

use super::id::{OrderId, ProviderOrderNumber};
use super::money::{Amount, Krw};
use super::order::{MoneyState, Order, ReviewReason};
use super::policy::LatePolicy;
use super::refund::VIRTUAL_ACCOUNT;
use super::time::UnixMs;
use crate::planted::{Bug, planted};

/// What we promised and therefore expect to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub order_id: OrderId,
    pub invoice_id: Option<String>,
    pub amount: Amount,
    /// When the provider is asked.
    pub at: UnixMs,
}

impl Expected {
    /// The provider's order bears an id of ours: the order's own, or that of the invoice which the browser
    /// named as `request_id` (Bootpay H-23).
    pub fn carried_by(&self, found: &ProviderOrder) -> bool {
        if planted(Bug::NoOwner) {
            return true;
        }
        found.our_ids.iter().any(|id| id == self.order_id.as_str() || self.invoice_id.as_ref() == Some(id))
    }
}

/// What the provider's order says of the payment (Bootpay B.4, `receipt_status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidWord {
    Ready,
    OnConfirm,
    DepositWaiting,
    Paid,
    Cancelled,
    /// Absent, or a word that nobody documented.
    Unknown,
}

/// The provider's own order, as far as judging needs it. Every field may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderOrder {
    pub order_id: String,
    pub number: Option<String>,
    /// The ids of ours that the order carries: `request_id` and `metadata.order_id`.
    pub our_ids: Vec<String>,
    /// The invoice through which the order was found, if that is how.
    pub found_by_invoice: Option<String>,
    pub paid: PaidWord,
    pub total: Option<i64>,
    pub tax_free: Option<i64>,
    /// What of it has gone back.
    pub cancelled: Option<i64>,
    pub purchased_at: Option<UnixMs>,
    pub receipt_id: Option<String>,
}

impl ProviderOrder {
    /// What the provider is asked with about this order: its number, or its id where it tells none. Both are understood
    /// (Bootpay H-2).
    pub fn name(&self) -> Option<ProviderOrderNumber> {
        let number = self.number.as_deref().and_then(|number| ProviderOrderNumber::parse(number).ok());
        number.or_else(|| ProviderOrderNumber::parse(&self.order_id).ok())
    }
}

/// The provider's payment record (Bootpay C.9, `status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptStatus {
    Requested,
    Paid,
    OnConfirm,
    DepositWaiting,
    Cancelled,
    /// Declined, failed, or a virtual account that was closed: no money was taken.
    Failed,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderReceipt {
    pub receipt_id: String,
    pub status: ReceiptStatus,
    pub total: Option<i64>,
    pub tax_free: Option<i64>,
    /// What has gone back so far, in won, and the tax-free part of that.
    pub cancelled: Option<i64>,
    pub cancelled_tax_free: Option<i64>,
    pub currency: Option<String>,
    /// The provider's display name of the method: 카드.
    pub method: Option<String>,
    /// Its symbol: card, vbank.
    pub method_symbol: Option<String>,
    /// When the payment was begun.
    pub requested_at: Option<UnixMs>,
    pub purchased_at: Option<UnixMs>,
    pub receipt_url: Option<String>,
    pub deposit: Option<Deposit>,
}

impl ProviderReceipt {
    /// What was paid; `None` when that can't be read.
    pub fn amount(&self) -> Option<Amount> {
        let krw = |won: Option<i64>| won.and_then(|won| Krw::new(won).ok());
        krw(self.total).zip(krw(self.tax_free)).and_then(|(total, free)| Amount::new(total, free).ok())
    }
}

/// Where a buyer pays in by virtual account. Shown, passed on, never stored (invariant I9).
#[derive(Clone, PartialEq, Eq)]
pub struct Deposit {
    pub bank: String,
    pub account: String,
    pub until: Option<UnixMs>,
}

impl std::fmt::Debug for Deposit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Deposit(..)")
    }
}

/// Money that the provider reports. `amount` is `None` when it could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    pub provider_order_id: String,
    pub provider_order_number: Option<String>,
    pub receipt_id: String,
    pub amount: Option<Amount>,
    pub method: Option<String>,
    pub method_symbol: Option<String>,
    pub receipt_url: Option<String>,
    pub paid_at: Option<UnixMs>,
}

impl Money {
    /// It can only go back to an account that somebody names.
    pub fn is_by_account(&self) -> bool {
        self.method_symbol.as_deref() == Some(VIRTUAL_ACCOUNT)
    }
}

/// A payment that the buyer has authenticated and that is right in everything: it may be approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approvable {
    /// The provider's order number, by which it is approved (Bootpay E.9).
    pub number: String,
    pub receipt_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It carries none of our ids: nothing changes, whatever else it says.
    NotOurs,
    /// No money yet.
    NotYet,
    /// Nobody can tell: something says paid, or nothing that is known, and no record proves it. Ask again.
    AskAgain,
    /// It waits for the shop's approval; nothing where not all of it could be read, so that it may not be approved.
    OnConfirm(Option<Approvable>),
    DepositWaiting,
    /// The attempt failed at the provider, or waits for an approval that it must not get; no money was taken.
    Declined,
    Paid(Money),
    /// Paid, and readable, and not what was promised: it goes back in full.
    WrongAmount(Money),
    /// Paid, but a person must look before it counts or goes back.
    Unclear(Money, ReviewReason),
    /// It was paid and has been cancelled in full at the provider.
    GivenBack(Money),
}

/// From this [`Verdict::weight`] up, money may still come of an attempt.
pub const PENDING_WEIGHT: u8 = 2;

impl Verdict {
    /// The money that it speaks of, if it speaks of any.
    pub const fn money(&self) -> Option<&Money> {
        match self {
            Self::Paid(money) | Self::WrongAmount(money) | Self::Unclear(money, _) | Self::GivenBack(money) => {
                Some(money)
            }
            _ => None,
        }
    }

    /// Where several attempts of one order stand differently, the one that money may still come from counts.
    pub const fn weight(&self) -> u8 {
        match self {
            Self::DepositWaiting => 3,
            Self::OnConfirm(_) => 2,
            Self::Declined => 1,
            _ => 0,
        }
    }
}

/// Judges one provider order and the receipt that it names. `receipt` is `None` when the order names
/// none, or when it could not be read this time.
pub fn judge(expected: &Expected, order: &ProviderOrder, receipt: Option<&ProviderReceipt>) -> Verdict {
    let is_our_invoice = expected.invoice_id.is_some() && order.found_by_invoice == expected.invoice_id;
    if !expected.carried_by(order) && !is_our_invoice {
        return Verdict::NotOurs;
    }
    let Some(receipt) = receipt else {
        let is_plain = order.paid == PaidWord::Ready && order.receipt_id.is_none();
        return if is_plain { Verdict::NotYet } else { Verdict::AskAgain };
    };
    if order.receipt_id.as_deref() != Some(receipt.receipt_id.as_str()) {
        return Verdict::AskAgain;
    }
    match (receipt.status, order.paid) {
        (ReceiptStatus::Paid, PaidWord::Paid) => judge_amount(expected, order, receipt),
        (ReceiptStatus::Unknown, _) if planted(Bug::UnknownIsPaid) => judge_amount(expected, order, receipt),
        (ReceiptStatus::DepositWaiting, _) if planted(Bug::AwaitedIsPaid) => judge_amount(expected, order, receipt),
        // A cancelled receipt is reported with status 20; whether also after a partial cancel is disputed
        // (Bootpay H-9), so the cancelled amount decides.
        (ReceiptStatus::Cancelled | ReceiptStatus::Paid, PaidWord::Paid | PaidWord::Cancelled) => {
            match (receipt.total, receipt.cancelled) {
                (Some(total), Some(cancelled)) if total > 0 && cancelled == total => {
                    Verdict::GivenBack(money(order, receipt))
                }
                (Some(_), Some(_)) => Verdict::Unclear(money(order, receipt), ReviewReason::PartlyCancelled),
                _ => Verdict::Unclear(money(order, receipt), ReviewReason::UnreadableAmount),
            }
        }
        (ReceiptStatus::OnConfirm, PaidWord::Ready | PaidWord::OnConfirm) => judge_waiting(expected, order, receipt),
        (ReceiptStatus::DepositWaiting, PaidWord::Ready | PaidWord::DepositWaiting) => Verdict::DepositWaiting,
        (ReceiptStatus::Failed, PaidWord::Ready | PaidWord::Cancelled | PaidWord::DepositWaiting) => Verdict::Declined,
        (ReceiptStatus::Requested, PaidWord::Ready) => Verdict::NotYet,
        _ => Verdict::AskAgain,
    }
}

fn judge_amount(expected: &Expected, order: &ProviderOrder, receipt: &ProviderReceipt) -> Verdict {
    let money = money(order, receipt);
    match receipt.cancelled {
        Some(0) | None => {}
        Some(cancelled) if Some(cancelled) == receipt.total => return Verdict::GivenBack(money),
        Some(_) if planted(Bug::PartIsAll) => return Verdict::GivenBack(money),
        Some(_) => return Verdict::Unclear(money, ReviewReason::PartlyCancelled),
    }
    let (Some(amount), Some(currency)) = (money.amount, receipt.currency.as_deref()) else {
        return Verdict::Unclear(money, ReviewReason::UnreadableAmount);
    };
    let is_total_right = planted(Bug::NoTaxFreeCheck) && amount.total() == expected.amount.total();
    if (amount != expected.amount && !is_total_right || currency != "KRW") && !planted(Bug::NoAmountCheck) {
        return Verdict::WrongAmount(money);
    }
    // The receipt is the money. A Commerce order that names another price beside it contradicts it.
    let agrees = |said: Option<i64>, wanted: Krw| said.is_none_or(|said| said == wanted.get());
    if agrees(order.total, amount.total()) && agrees(order.tax_free, amount.tax_free()) {
        Verdict::Paid(money)
    } else {
        Verdict::Unclear(money, ReviewReason::PriceDisagrees)
    }
}

/// As strict as for money that was taken (invariant I1): an approval takes it. What has waited for longer than a
/// plan's order ever does gets none any more, though the order of a link may live for weeks: nobody is charged for what
/// they did long ago, and whoever comes now can pay.
fn judge_waiting(expected: &Expected, order: &ProviderOrder, receipt: &ProviderReceipt) -> Verdict {
    const LONGEST_MS: i64 = Order::LIFE_MS + 2 * Order::UNFINISHED_MS;
    if receipt.requested_at.is_some_and(|requested_at| expected.at >= requested_at.plus_ms(LONGEST_MS)) {
        return Verdict::Declined;
    }
    match judge_amount(expected, order, receipt) {
        Verdict::WrongAmount(_) if !planted(Bug::WrongApproved) => Verdict::Declined,
        Verdict::Paid(money) | Verdict::WrongAmount(money) => Verdict::OnConfirm(
            money.provider_order_number.map(|number| Approvable { number, receipt_id: money.receipt_id }),
        ),
        _ => Verdict::OnConfirm(None),
    }
}

fn money(order: &ProviderOrder, receipt: &ProviderReceipt) -> Money {
    Money {
        provider_order_id: order.order_id.clone(),
        provider_order_number: order.number.clone(),
        receipt_id: receipt.receipt_id.clone(),
        amount: receipt.amount(),
        method: receipt.method.clone(),
        method_symbol: receipt.method_symbol.clone(),
        receipt_url: receipt.receipt_url.clone(),
        // A receipt that doesn't tell must not make late what the order tells to have come in time.
        paid_at: receipt.purchased_at.or(order.purchased_at),
    }
}

/// What a verdict does to an order that is in a given state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Nothing,
    Move(MoneyState),
    /// The payment counts and the order is paid.
    Count(Money),
    /// The payment goes back in full; an order without a counted payment becomes `failed`.
    Return(Money),
    /// The payment is right but late, and the shop gives late money back: as [`Effect::Return`], for another reason.
    ReturnLate(Money),
    /// The payment is kept and a person is asked, or asked something else; the order stays as it is.
    Review(Money, ReviewReason),
    /// The payment is booked as returned; an open order becomes `cancelled`.
    BookReturned(Money),
}

/// What is booked already about the receipt of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    No,
    /// It has a payment row: the same fact twice is a no-op.
    Booked,
    /// It has a payment row that waits for a person only for this reason: its amount could not be read then, or was
    /// contradicted by the provider itself.
    Unclear(ReviewReason),
}

/// What stands around an order when money comes for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// What the shop does with late money.
    pub policy: LatePolicy,
    /// When the money was paid, or a payment without money was seen, the order had ended, or its link had ended or was
    /// stopped.
    pub is_late: bool,
    /// The order's link has been paid as often as it may be.
    pub is_used_up: bool,
}

impl Around {
    /// An order of its own, in a shop that has decided nothing.
    pub const PLAIN: Self = Self { policy: LatePolicy::Ask, is_late: false, is_used_up: false };
}

/// Decides what a verdict changes.
pub fn decide(state: MoneyState, known: Known, verdict: Verdict, around: Around) -> Effect {
    match known {
        Known::No => decide_anew(state, verdict, around),
        Known::Booked if verdict.money().is_some() => Effect::Nothing,
        Known::Booked => decide_anew(state, verdict, around),
        Known::Unclear(_) if planted(Bug::ReviewForEver) && matches!(verdict, Verdict::Paid(_)) => Effect::Nothing,
        Known::Unclear(asked) => match decide_anew(state, verdict, around) {
            // It is read no better than before, or worse.
            Effect::Review(_, reason) if reason == asked || reason == ReviewReason::UnreadableAmount => Effect::Nothing,
            // When it was paid is not known: a person looks at it anyhow.
            Effect::ReturnLate(money) if money.paid_at.is_none() => Effect::Review(money, ReviewReason::PaidLate),
            effect => effect,
        },
    }
}

/// What a verdict changes while nothing is booked about its receipt, or nothing that was clear.
fn decide_anew(state: MoneyState, verdict: Verdict, around: Around) -> Effect {
    let moved = |next: MoneyState| if state.may_become(next) { Effect::Move(next) } else { Effect::Nothing };
    match verdict {
        Verdict::NotOurs | Verdict::NotYet | Verdict::AskAgain => Effect::Nothing,
        // Waiting for it would make it timely.
        Verdict::OnConfirm(_) | Verdict::DepositWaiting if around.is_late => Effect::Nothing,
        Verdict::OnConfirm(_) => moved(MoneyState::AwaitingConfirm),
        Verdict::DepositWaiting => moved(MoneyState::AwaitingDeposit),
        Verdict::Declined => moved(MoneyState::Failed),
        Verdict::Paid(money) if !state.is_open() && planted(Bug::SecondCounted) => Effect::Count(money),
        Verdict::Paid(money) if !state.is_open() || around.is_used_up => {
            Effect::Review(money, ReviewReason::SecondPayment)
        }
        Verdict::Paid(money) if around.is_late => match around.policy {
            LatePolicy::Accept => Effect::Count(money),
            LatePolicy::Refund if money.is_by_account() => Effect::Review(money, ReviewReason::AccountNeeded),
            LatePolicy::Refund => Effect::ReturnLate(money),
            LatePolicy::Ask => Effect::Review(money, ReviewReason::PaidLate),
        },
        Verdict::Paid(money) => Effect::Count(money),
        Verdict::WrongAmount(money) if money.is_by_account() => Effect::Review(money, ReviewReason::AccountNeeded),
        Verdict::WrongAmount(money) => Effect::Return(money),
        Verdict::Unclear(money, reason) => Effect::Review(money, reason),
        Verdict::GivenBack(money) => Effect::BookReturned(money),
    }
}

#[cfg(test)]
mod tests;
