//! Use cases. The only place where the store and the providers meet. No HTTP, no words for people; a
//! handler calls one function here and shows what it answers. No network call happens inside a write.

mod admission;
mod approve;
mod audit;
mod bearers;
mod business;
mod cancel_requests;
mod catalogue;
mod checkout;
mod deliveries;
mod digest;
mod doctor;
mod fulfil;
mod glance;
mod links;
mod look;
mod looks;
mod order_desk;
mod order_filter;
mod order_lookup;
mod order_page;
mod orders;
mod pages;
mod patience;
mod payment_page;
mod policies;
mod promotions;
mod reconcile;
mod refund;
mod refund_books;
mod refund_order;
mod returns;
mod reviews;
mod roll;
mod seed;
mod settle;
mod setup;
mod staff;
mod sweep;
mod waiting;
mod watching;
mod work;

pub use crate::domain::refund::REFUND_GAP_MS;
pub use crate::store::refunds::Refund;
pub use crate::store::reviews::Review;
pub use approve::APPROVAL_GAP_MS;
pub use audit::{Actor, AuditFilter, AuditPage};
pub use cancel_requests::{CancelDecided, CancelDecision};
pub use checkout::{StartRequest, Started};
pub use deliveries::DeliveryFilter;
pub use doctor::{Installation, examine_database, examine_rest};
pub use fulfil::Marked;
pub use glance::{AtLeast, Brief, Day, Figures, Glance, Needs};
pub use links::{LinkAct, LinkFilter, LinkList, LinkPage, LinkRefusal, LinkStart, PayPage, PayStanding, fingerprint};
pub use order_desk::{Asked, Beside, NOTE_CHARS, OrderDesk, Stuck};
pub use order_filter::OrderFilter;
pub use order_lookup::Lookup;
pub use order_page::{OrderPage, SentBack, WhyBack};
pub use orders::{ListedOrder, ORDERS_COUNTED, ORDERS_ON_PAGE, OrderCursor, OrderList, OrderTotals};
pub use payment_page::FormTerms;
pub use policies::PolicyChanges;
pub use promotions::{Ask, PreviewLine, PromotionPage, PromotionView, Quote};
pub use reconcile::Reconciled;
pub use refund_order::{RefundRequest, Refunded};
pub use reviews::{Choice, Decided, ReviewPage};
pub use settle::Settled;
pub use setup::{DEMO_PLANS, SetupError};
pub use staff::{
    FIRST_OWNER, FactorSetup, FirstOwner, HALF_OPEN_MS, INVITATION_MS, Invited, Managed, OpenInvitation, OwnSession,
    Proven, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS, Seal, SessionName, SignIn, StoredSession,
};

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::{Clock, Ids};
use crate::domain::id::{FormKey, OrderId};
use crate::domain::judge::Deposit;
use crate::provider::ProviderError;
use crate::provider::bootpay::Bootpay;
use crate::store::{Constraint, Db, StoreError};

pub use crate::store::deliveries::Delivery;
pub use crate::store::jobs::Job;
pub use crate::store::plans::{PlanRecord, Price};
pub use crate::store::promotions::Use as PromotionUse;

/// How long a page waits for the provider before it says that it is being checked.
pub const LOOK_PATIENCE: Duration = Duration::from_millis(LOOK_PATIENCE_MS.unsigned_abs());
/// The same in milliseconds.
const LOOK_PATIENCE_MS: i64 = 2_000;
/// The shortest time between two looks that pages cause for one order.
pub const LOOK_GAP_MS: i64 = 2_000;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such plan, interval or order; or it is not theirs to see.
    #[error("not found")]
    NotFound,
    /// There is one with this name already.
    #[error("the name is taken")]
    Taken,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

impl Error {
    /// Tells a name that is taken from every other trouble.
    fn taken(self) -> Self {
        match self {
            Self::Store(StoreError::Conflict(Constraint::NameTaken)) => Self::Taken,
            other => other,
        }
    }
}

impl crate::store::MaybeAgain for Error {
    fn is_again(&self) -> bool {
        matches!(self, Self::Store(StoreError::Again))
    }
}

/// Everything that use cases need. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    db: Db,
    bootpay: Bootpay,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    public_url: Arc<str>,
    seal: Seal,
    deposits: Arc<Deposits>,
    looks: Arc<looks::Looks>,
    version: Arc<catalogue::Version>,
    written: Arc<business::Written>,
    installation: Arc<Installation>,
    sights: Arc<sweep::Sights>,
    bearers: Arc<bearers::Bearers>,
    roll: Arc<roll::Roll>,
    nudge: Arc<work::Nudge>,
}

impl Services {
    /// `public_url` is where customers reach the shop, without a slash at the end.
    pub fn new(db: Db, bootpay: Bootpay, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, public_url: &str) -> Self {
        Self {
            db,
            bootpay,
            clock,
            ids,
            public_url: public_url.into(),
            seal: Seal::default(),
            deposits: Arc::default(),
            looks: Arc::default(),
            version: Arc::default(),
            written: Arc::default(),
            installation: Arc::default(),
            sights: Arc::default(),
            bearers: Arc::default(),
            roll: Arc::default(),
            nudge: Arc::default(),
        }
    }

    /// With a secret of the server, second factors are unreadable in the database.
    #[must_use]
    pub fn with_seal(self, seal: Seal) -> Self {
        Self { seal, ..self }
    }

    /// The same services, knowing how the program was set up; only the doctor asks for that.
    pub fn installed(self, installation: Installation) -> Self {
        Self { installation: Arc::new(installation), ..self }
    }

    /// The provider's public key for this shop; the browser sends it.
    pub fn client_key(&self) -> &str {
        self.bootpay.client_key()
    }

    /// A key for a new checkout form.
    pub fn new_form_key(&self) -> FormKey {
        FormKey::from_random(self.random())
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.ids.fill(&mut bytes);
        bytes
    }
}

/// The accounts that buyers pay in to, as the provider last told them. In memory only (invariant I9);
/// after a restart the next look brings them back.
#[derive(Default)]
struct Deposits(Mutex<HashMap<OrderId, Deposit>>);

impl Deposits {
    const MOST: usize = 10_000;

    fn put(&self, order: &OrderId, deposit: Deposit) {
        let mut held = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if held.len() >= Self::MOST {
            held.clear();
        }
        held.insert(order.clone(), deposit);
    }

    fn get(&self, order: &OrderId) -> Option<Deposit> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(order).cloned()
    }

    fn forget(&self, order: &OrderId) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(order);
    }
}
