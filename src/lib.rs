//! Madang, a self-hosted storefront for Korean merchants. The rooms and who may know whom are in
//! ARCHITECTURE.md; `tests::rooms` holds the code to it.

pub mod domain;

#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod provider;
