//! A pay link: a template of ours that owns a series of the provider's invoices. What it asks for, how often,
//! until when, and the word for where it stands.

mod form;

use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::id::{LinkId, LinkToken, OrderId};
use super::money::{Amount, Krw};
use super::time::UnixMs;
use super::word::words;

pub use form::{PRODUCT_ROWS, Typed, Wrong, parse_expiry, parse_ways, seoul_minute};

words! {
    /// What staff have made of a link; the rest of its state follows from time and money.
    StoredState {
        /// The provider's invoice is not there yet, or could not be proven to be right. Never shown to customers.
        Draft = "draft",
        Active = "active",
        Stopped = "stopped",
    }
}

words! {
    /// Where a link stands, as a person reads it.
    LinkState {
        Draft = "draft",
        /// It can be paid; nobody has looked at it yet.
        Live = "live",
        Opened = "opened",
        /// Everything that it was for has been paid.
        Paid = "paid",
        Expired = "expired",
        Stopped = "stopped",
        /// Money came after it had expired or was stopped.
        PaidLate = "paid_late",
        /// It was paid, and everything has gone back.
        Refunded = "refunded",
    }
}

words! {
    /// How the provider tells the customer about a link (Bootpay B.1, `send_types`).
    Way {
        Sms = "sms",
        Kakao = "kakao",
        Email = "email",
        Push = "push",
    }
}

impl Way {
    /// The provider's number for it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Sms => 1,
            Self::Kakao => 2,
            Self::Email => 3,
            Self::Push => 4,
        }
    }
}

words! {
    /// Why a link's invoice is not there, in kinds that a person can do something about.
    Trouble {
        /// No answer: it may have been made.
        Unreachable = "unreachable",
        /// An answer that makes no sense.
        Malformed = "malformed",
        /// Read back, and not what was asked for.
        Differs = "differs",
        /// `INVOICE_NOT_FOUND`.
        NotFound = "not_found",
        /// `INVOICE_DENIED`.
        Denied = "denied",
        /// `INVOICE_TARGET_NOT_FOUND`.
        NoTarget = "no_target",
        /// `ORDER_PRICE_NOT_MATCH`.
        Price = "price",
        /// `ORDER_PRODUCT_BLANK`, `ORDER_PRODUCT_NOT_FOUND`.
        Product = "product",
        /// `API_ROLE_NOT_SUPPORT`, `API_SCOPE_INVALID`.
        Role = "role",
        /// The keys are not accepted.
        Keys = "keys",
        /// `API_PARAM_INVALID`.
        Parameters = "parameters",
        /// Refused for another reason.
        Refused = "refused",
        /// The provider remembers the key of a call for a day; repeating it later could make a second invoice.
        KeyTooOld = "key_too_old",
    }
}

impl Trouble {
    /// What the provider's error code means for an invoice (Bootpay F.4); its name, where it has one.
    pub fn of_code(code: &str) -> Self {
        match code {
            "INVOICE_NOT_FOUND" => Self::NotFound,
            "INVOICE_DENIED" => Self::Denied,
            "INVOICE_TARGET_NOT_FOUND" => Self::NoTarget,
            "ORDER_PRICE_NOT_MATCH" => Self::Price,
            "ORDER_PRODUCT_BLANK" | "ORDER_PRODUCT_NOT_FOUND" | "PRODUCT_NOT_FOUND" => Self::Product,
            "API_ROLE_NOT_SUPPORT" | "API_SCOPE_INVALID" => Self::Role,
            "TOKEN_KEY_INVALID"
            | "TOKEN_INVALID"
            | "ACCESS_TOKEN_INVALID"
            | "APP_KEY_NOT_FOUND"
            | "APP_KEY_NOT_REST"
            | "APP_SK_NOT_MATCHED"
            | "1700"
            | "APPLICATION_ID_INVALID"
            | "TOKEN_EXPIRED"
            | "-2410" => Self::Keys,
            "API_PARAM_INVALID" => Self::Parameters,
            _ => Self::Refused,
        }
    }
}

words! {
    /// What happened to a link, in its own log.
    LinkEventKind {
        Created = "created",
        /// The invoice is there and was read back.
        Ready = "ready",
        /// The invoice is not there, or not right; the detail is a [`Trouble`].
        NotReady = "not_ready",
        /// A customer looked at it for the first time.
        Opened = "opened",
        /// The detail names the ways.
        Sent = "sent",
        NotSent = "not_sent",
        /// Nobody knows whether it was sent.
        SentUnknown = "sent_unknown",
        Stopped = "stopped",
        Reenabled = "reenabled",
        /// The detail is the new expiry.
        Extended = "extended",
        /// The detail is the order's number.
        Paid = "paid",
        /// Money came after the link had closed; the detail is the order's number.
        LateMoney = "late_money",
    }
}

words! {
    /// What became of a message.
    SendState {
        /// It is on its way, or whoever sent it has died.
        Claimed = "claimed",
        Sent = "sent",
        Failed = "failed",
        /// No answer: it may have been sent.
        Unknown = "unknown",
    }
}

/// One line of a link's own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkEvent {
    pub at: UnixMs,
    pub kind: LinkEventKind,
    /// Who of the staff did it; none for what customers and the provider did.
    pub staff: Option<String>,
    pub detail: String,
}

/// A product of the provider that a link sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Bootpay's product, opaque.
    pub product_id: String,
    pub quantity: u32,
    /// Billing periods; -1 has no end.
    pub duration: i32,
}

/// When the customer is told, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    pub when: When,
    pub ways: Vec<Way>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    #[default]
    Never,
    Now,
    At(UnixMs),
}

/// What a link asks for: everything that its maker typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub name: String,
    pub amount: Amount,
    /// The total before a discount.
    pub original: Option<Krw>,
    pub expires_at: UnixMs,
    pub memo: String,
    pub products: Vec<Product>,
    pub customer: Customer,
    pub notify: Notify,
    pub metadata: Vec<(String, String)>,
    /// Where the customer goes after paying; `https` only.
    pub redirect: Option<String>,
    /// How many payments it takes.
    pub uses: u32,
}

/// A link as it is stored, with what its orders say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub token: LinkToken,
    pub terms: Terms,
    pub state: StoredState,
    pub created_at: UnixMs,
    /// The name of whoever made it.
    pub created_by: String,
    /// When it was stopped, while it is.
    pub stopped_at: Option<UnixMs>,
    /// When a customer first looked at it.
    pub opened_at: Option<UnixMs>,
    /// When money first came after it had closed.
    pub late_at: Option<UnixMs>,
    /// Why the invoice is not there, while it isn't.
    pub trouble: Option<Trouble>,
    /// The order whose invoice messages carry, and that a single-use link is paid by.
    pub order: OrderId,
    /// How many of its orders were paid, refunded ones included.
    pub used: u32,
    /// How many of those were refunded in full.
    pub refunded: u32,
}

impl Link {
    /// The longest life of a link: a year.
    pub const LIFE_MAX_DAYS: i64 = 365;

    pub const fn is_used_up(&self) -> bool {
        self.used >= self.terms.uses
    }

    /// One payment and no more.
    pub const fn is_single(&self) -> bool {
        self.terms.uses == 1
    }

    /// Whether it took money at this instant, whatever has been paid.
    pub fn is_open_at(&self, at: UnixMs) -> bool {
        self.stopped_at.is_none_or(|stopped| at < stopped) && at < self.terms.expires_at
    }

    /// Whether a customer may be sent to pay.
    pub fn is_payable(&self, now: UnixMs) -> bool {
        self.state == StoredState::Active && self.is_open_at(now) && !self.is_used_up()
    }

    /// The word for where it stands.
    pub fn shown(&self, now: UnixMs) -> LinkState {
        let is_late = self.late_at.is_some();
        match self.state {
            _ if self.used > 0 && self.is_used_up() && self.refunded >= self.used => LinkState::Refunded,
            _ if self.is_used_up() && is_late => LinkState::PaidLate,
            _ if self.is_used_up() => LinkState::Paid,
            StoredState::Draft => LinkState::Draft,
            StoredState::Active if now < self.terms.expires_at => {
                if self.opened_at.is_some() {
                    LinkState::Opened
                } else {
                    LinkState::Live
                }
            }
            _ if is_late => LinkState::PaidLate,
            StoredState::Stopped => LinkState::Stopped,
            StoredState::Active => LinkState::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        Link {
            id: LinkId::from_random([1; 15]),
            token: LinkToken::from_random([2; 15]),
            terms: Terms {
                name: "상담료".into(),
                amount: Amount::ZERO,
                original: None,
                expires_at: UnixMs::new(1_000),
                memo: String::new(),
                products: vec![],
                customer: Customer::default(),
                notify: Notify::default(),
                metadata: vec![],
                redirect: None,
                uses: 1,
            },
            state: StoredState::Active,
            created_at: UnixMs::new(0),
            created_by: "이담당".into(),
            stopped_at: None,
            opened_at: None,
            late_at: None,
            trouble: None,
            order: OrderId::from_random([3; 15]),
            used: 0,
            refunded: 0,
        }
    }

    #[test]
    fn a_link_goes_through_its_states() {
        let (now, late) = (UnixMs::new(500), UnixMs::new(1_000));
        let shown = |link: Link| link.shown(now);
        assert_eq!(shown(Link { state: StoredState::Draft, ..link() }), LinkState::Draft);
        assert_eq!(shown(link()), LinkState::Live);
        assert_eq!(shown(Link { opened_at: Some(now), ..link() }), LinkState::Opened);
        assert_eq!(link().shown(late), LinkState::Expired);
        let stopped = Link { state: StoredState::Stopped, stopped_at: Some(now), ..link() };
        assert_eq!(shown(stopped.clone()), LinkState::Stopped);
        assert_eq!(shown(Link { late_at: Some(now), ..stopped.clone() }), LinkState::PaidLate);
        assert_eq!(Link { late_at: Some(late), ..link() }.shown(late), LinkState::PaidLate);
        assert_eq!(shown(Link { used: 1, ..link() }), LinkState::Paid);
        assert_eq!(shown(Link { used: 1, late_at: Some(now), ..stopped }), LinkState::PaidLate);
        assert_eq!(shown(Link { used: 1, refunded: 1, ..link() }), LinkState::Refunded);
    }

    #[test]
    fn only_an_active_open_link_with_a_use_left_can_be_paid() {
        let now = UnixMs::new(500);
        assert!(link().is_payable(now));
        for closed in [
            Link { state: StoredState::Draft, ..link() },
            Link { state: StoredState::Stopped, stopped_at: Some(now), ..link() },
            Link { used: 1, ..link() },
        ] {
            assert!(!closed.is_payable(now), "{closed:?}");
        }
        assert!(!link().is_payable(UnixMs::new(1_000)));
        let many = Link { terms: Terms { uses: 3, ..link().terms }, used: 2, ..link() };
        assert!(many.is_payable(now) && !Link { used: 3, ..many }.is_payable(now));
    }

    #[test]
    fn money_that_was_paid_before_the_end_was_in_time() {
        let stopped = Link { stopped_at: Some(UnixMs::new(300)), ..link() };
        assert!(stopped.is_open_at(UnixMs::new(299)) && !stopped.is_open_at(UnixMs::new(300)));
        assert!(link().is_open_at(UnixMs::new(999)) && !link().is_open_at(UnixMs::new(1_000)));
    }

    #[test]
    fn every_documented_refusal_has_its_own_kind() {
        for (code, kind) in [
            ("INVOICE_NOT_FOUND", Trouble::NotFound),
            ("INVOICE_DENIED", Trouble::Denied),
            ("ORDER_PRICE_NOT_MATCH", Trouble::Price),
            ("API_ROLE_NOT_SUPPORT", Trouble::Role),
            ("SOMETHING_NEW", Trouble::Refused),
        ] {
            assert_eq!(Trouble::of_code(code), kind);
        }
    }
}
