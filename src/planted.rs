//! Bugs that can be switched on to see whether the simulation finds them. In a debug build the environment
//! variable `MADANG_PLANTED` names one; a release build has none of them.

macro_rules! bugs {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Bug {
            $($(#[$doc])* $name,)*
        }

        impl Bug {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

// The first twelve are tried in each `make test`.
bugs! {
    /// Money of any amount counts.
    NoAmountCheck = "no-amount-check",
    /// Only the total is held against the promise.
    NoTaxFreeCheck = "no-tax-free-check",
    /// Whose payment it is, is not asked.
    NoOwner = "no-owner",
    /// Writes are acknowledged though their commit failed.
    AcknowledgedBeforeCommit = "acknowledged-before-commit",
    /// Cancels carry no id of ours.
    RefundWithoutKey = "refund-without-key",
    /// A refund that is sent again gets a new id.
    RefundUnderNewKey = "refund-under-new-key",
    /// A lost answer to a cancel is taken as done.
    RefundUnread = "refund-unread",
    /// A brought number is believed.
    HintBelieved = "hint-believed",
    /// An order expires without the provider having been heard.
    ExpiredUnasked = "expired-unasked",
    /// A form makes an order each time that it is sent.
    FormForgotten = "form-forgotten",
    /// The list is asked for days in UTC.
    UtcDays = "utc-days",
    /// Webhooks are answered and not written down.
    WebhookUnwritten = "webhook-unwritten",
    /// Several refunds of one order at once.
    RefundsAtOnce = "refunds-at-once",
    /// The end of a refund is booked by everybody who sees it.
    RefundBookedTwice = "refund-booked-twice",
    /// News are dropped while an earlier look is young.
    HintSwallowed = "hint-swallowed",
    /// What came to an expired order is not looked for.
    DeafToLateMoney = "deaf-to-late-money",
    /// A second payment of one order counts too.
    SecondCounted = "second-counted",
    /// A receipt of unknown state is paid.
    UnknownIsPaid = "unknown-is-paid",
    /// An account that waits for its deposit is paid.
    AwaitedIsPaid = "awaited-is-paid",
    /// What a transaction decides by was read before it.
    NoLock = "no-lock",
    /// A payment of which a part has gone back is all back.
    PartIsAll = "part-is-all",
    /// The provider's page is made without a key.
    InvoiceWithoutKey = "invoice-without-key",
    /// A payment waits for a person, and nobody is asked.
    NobodyAsked = "nobody-asked",
    /// Only the first of the provider's records is judged.
    FirstRecordOnly = "first-record-only",
    /// A line of a log is taken away.
    LogOverwritten = "log-overwritten",
    /// While the names of a stranger wait for a look-up, other webhooks are dropped.
    WebhookSwallowed = "webhook-swallowed",
    /// What a webhook says of the money is believed.
    WebhookBelieved = "webhook-believed",
    /// News that come during a look are forgotten at its end.
    NewsForgotten = "news-forgotten",
    /// What the sweep sees is not looked at.
    SweepBlind = "sweep-blind",
    /// Whether money is late is told by the state in which it was seen.
    LateByState = "late-by-state",
    /// An approval is sent though a refund may be on its way.
    CancelApprovedBeside = "cancel-approved-beside",
    /// A webhook that names the same order and event as an earlier one asks for no look.
    ForgeableKey = "forgeable-key",
    /// A letter that may have left is sent again.
    LetterTwice = "letter-twice",
    /// Staff may call an order shipped that nobody has paid.
    FulfilledUnpaid = "fulfilled-unpaid",
    /// How much of a payment is left, in its parts, is not asked.
    LeftUnchecked = "left-unchecked",
    /// The account that money goes back to is written into the log of what staff did.
    AccountKept = "account-kept",
    /// What waits for the shop's approval never gets it.
    NeverApproved = "never-approved",
    /// A payment of a wrong amount is approved all the same.
    WrongApproved = "wrong-approved",
    /// A part that staff give back is stored as everything that is left.
    PartStoredAsAll = "part-stored-as-all",
    /// A payment that could not be read waits for a person for ever, though it can be read now.
    ReviewForEver = "review-for-ever",
    /// A second approval goes out while the first may still be on its way.
    ApprovedAtOnce = "approved-at-once",
}

/// Whether this bug is switched on.
#[cfg(all(debug_assertions, feature = "shop"))]
pub fn planted(bug: Bug) -> bool {
    use std::sync::OnceLock;
    static PLANTED: OnceLock<Option<String>> = OnceLock::new();
    PLANTED.get_or_init(|| std::env::var("MADANG_PLANTED").ok()).as_deref() == Some(bug.as_str())
}

#[cfg(not(all(debug_assertions, feature = "shop")))]
pub const fn planted(_: Bug) -> bool {
    false
}
