//! What the browser may ask the server: `#[server]` functions and their closed error type. The server half
//! of each parses, makes one service call and converts; it decides nothing. Endpoints are an API: they are
//! never renamed within a release.

pub mod checkout;
mod error;
pub mod order_totals;
pub mod orders;
pub mod pay;

pub use error::{ApiError, Field, FieldError};

#[cfg(feature = "ssr")]
use crate::domain::lang::Lang;

/// What whoever calls reads: `http` puts it into the request.
#[cfg(feature = "ssr")]
fn lang() -> Lang {
    let parts = leptos::prelude::use_context::<http::request::Parts>();
    parts.and_then(|parts| parts.extensions.get().copied()).unwrap_or(Lang::Ko)
}
