//! Values and rules of the shop, for both targets. A value here can't be wrong: it is parsed once and
//! then trusted. No I/O, no clock, no SQL, no HTTP, no framework.

pub mod audit;
#[cfg(feature = "shop")]
pub mod billing;
pub mod business;
pub mod customer;
pub mod delivery;
pub mod doctor;
pub mod id;
pub mod job;
pub mod judge;
pub mod lang;
pub mod link;
pub mod money;
pub mod notice;
pub mod order;
pub mod password;
pub mod plan;
pub mod policy;
pub mod price_form;
pub mod promotion;
pub mod provider_code;
pub mod reconcile;
pub mod record;
pub mod refund;
pub mod refund_account;
pub mod review;
pub mod search;
#[cfg(feature = "shop")]
mod secret_text;
pub mod staff;
pub mod text;
pub mod time;
pub mod watch;
pub mod word;
