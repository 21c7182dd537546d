//! Values and rules of the shop, for both targets. A value here can't be wrong: it is parsed once and
//! then trusted. No I/O, no clock, no SQL, no HTTP, no framework.

pub mod audit;
pub mod customer;
pub mod id;
pub mod judge;
pub mod money;
pub mod order;
pub mod plan;
pub mod policy;
pub mod promotion;
pub mod search;
pub mod staff;
pub mod time;
pub mod word;
