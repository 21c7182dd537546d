//! What comes alive in the browser: every `#[island]`, and the binding to the vendor's script. Nothing else
//! enters the bundle. An island only improves a page that works without it; its words come as ready props.

#[cfg(feature = "hydrate")]
pub mod bootpay;
mod checkout;
mod copy;
#[cfg(feature = "hydrate")]
mod dom;
mod order_totals;
mod order_watch;

pub use checkout::{CheckoutIsland, CheckoutWords};
pub use copy::CopyButton;
pub use order_totals::{OrderTotals, TotalsWords};
pub use order_watch::OrderWatch;
