//! The steps, and the day that they make.

use super::staff::{By, Decision};

#[derive(Clone, Copy, Debug)]
pub enum Step {
    LogIn,
    /// A webhook that names nothing of ours.
    Stranger,
    Start(usize),
    Pay(usize, &'static str),
    Return(usize),
    SeePaid(usize),
    Deposit(usize),
    /// So many won more come for the order, by an invoice that is not the shop's.
    PayBeside(usize, i64, &'static str),
    DepositBeside(usize),
    ConsoleCancel(usize),
    /// The buyer asks in the provider's pages, for the nth time, for so many won.
    AskToCancel(usize, usize, i64),
    /// The provider refuses refunds by the receipt until it allows them.
    RefuseRefunds,
    AllowRefunds,
    Refund(usize, &'static str, By),
    RefundRefused(usize, &'static str),
    ApproveCancel(usize, usize),
    RejectCancel(usize, usize),
    Decide(usize, Decision),
    MakeLink(usize),
    StopLink(usize),
    Ask(usize),
    Note(usize),
    Replay,
    Reconcile,
    ApproveSeparately,
}

pub const PURCHASES: usize = 14;

const LINK: usize = 3;
const REFUSED: usize = 6;
const ACCOUNT: usize = 7;
const ASKED: usize = 8;
const TWICE: usize = 9;
const KEPT: usize = 10;
const WRONG: usize = 11;
const WRONG_ACCOUNT: usize = 12;
const LATE: usize = 13;

pub const STEPS: &[Step] = &[
    Step::LogIn,
    Step::Stranger,
    // Paid, comes back, a part goes back.
    Step::Start(0),
    Step::Pay(0, "paid"),
    Step::Return(0),
    Step::SeePaid(0),
    Step::Refund(0, "9,900", By::Receipt),
    // Paid, never comes back, all goes back.
    Step::Start(1),
    Step::Pay(1, "paid"),
    Step::SeePaid(1),
    Step::Refund(1, "29,900", By::Receipt),
    // The provider refuses a refund; the next one goes by its order.
    Step::Start(REFUSED),
    Step::Pay(REFUSED, "paid"),
    Step::Return(REFUSED),
    Step::SeePaid(REFUSED),
    Step::RefuseRefunds,
    Step::RefundRefused(REFUSED, "9,900"),
    Step::AllowRefunds,
    Step::Refund(REFUSED, "4,900", By::Receipt),
    // A virtual account; later somebody cancels a part in the provider's console.
    Step::Start(2),
    Step::Pay(2, "deposit"),
    Step::Return(2),
    Step::Deposit(2),
    Step::SeePaid(2),
    Step::ConsoleCancel(2),
    // A virtual account; all goes back to the buyer's own.
    Step::Start(ACCOUNT),
    Step::Pay(ACCOUNT, "deposit"),
    Step::Deposit(ACCOUNT),
    Step::SeePaid(ACCOUNT),
    Step::Refund(ACCOUNT, "29,900", By::Account),
    // The buyer asks in the provider's pages: once staff approve, once they don't.
    Step::Start(ASKED),
    Step::Pay(ASKED, "paid"),
    Step::Return(ASKED),
    Step::SeePaid(ASKED),
    Step::AskToCancel(ASKED, 0, 4_900),
    Step::ApproveCancel(ASKED, 0),
    Step::AskToCancel(ASKED, 1, 5_000),
    Step::RejectCancel(ASKED, 1),
    // Paid twice: once more goes back, once it is kept.
    Step::Start(TWICE),
    Step::Pay(TWICE, "paid"),
    Step::Return(TWICE),
    Step::SeePaid(TWICE),
    Step::PayBeside(TWICE, 29_900, "paid"),
    Step::Decide(TWICE, Decision::GiveBack("29,900", By::Receipt)),
    Step::Start(KEPT),
    Step::Pay(KEPT, "paid"),
    Step::Return(KEPT),
    Step::SeePaid(KEPT),
    Step::PayBeside(KEPT, 29_900, "paid"),
    Step::Decide(KEPT, Decision::Keep),
    // A wrong amount: by card it goes back by itself, by virtual account somebody must say where to.
    Step::Start(WRONG),
    Step::PayBeside(WRONG, 1_000, "paid"),
    Step::Start(WRONG_ACCOUNT),
    Step::PayBeside(WRONG_ACCOUNT, 1_000, "deposit"),
    Step::DepositBeside(WRONG_ACCOUNT),
    Step::Decide(WRONG_ACCOUNT, Decision::GiveBack("1,000", By::Account)),
    // A pay link; and one that is stopped while somebody pays, whose payment staff count.
    Step::MakeLink(LINK),
    Step::Start(LINK),
    Step::Pay(LINK, "paid"),
    Step::Return(LINK),
    Step::SeePaid(LINK),
    Step::MakeLink(LATE),
    Step::Start(LATE),
    Step::StopLink(LATE),
    Step::Pay(LATE, "paid"),
    Step::Decide(LATE, Decision::Count),
    Step::SeePaid(LATE),
    // Staff look, write, and do again what a webhook has asked for.
    Step::Ask(TWICE),
    Step::Note(TWICE),
    Step::Replay,
    Step::Reconcile,
    // From here on the shop approves.
    Step::ApproveSeparately,
    Step::Start(4),
    Step::Pay(4, "paid"),
    Step::Return(4),
    Step::SeePaid(4),
    // Fails, and nobody comes back.
    Step::Start(5),
    Step::Pay(5, "fail"),
];
