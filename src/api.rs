//! What the browser may ask the server: `#[server]` functions and their closed error type. The server half
//! of each parses, makes one service call and converts; it decides nothing. Endpoints are an API: they are
//! never renamed within a release.

pub mod checkout;
mod error;
pub mod order_totals;
pub mod orders;
pub mod pay;

pub use error::{ApiError, Field, FieldError};
