//! Madang, a self-hosted storefront for Korean merchants. The rooms and who may know whom are in
//! ARCHITECTURE.md; `tests::rooms` holds the code to it.

#[cfg(any(feature = "hydrate", feature = "ssr"))]
pub mod api;
pub mod domain;
#[cfg(any(feature = "hydrate", feature = "ssr"))]
pub mod islands;
pub mod planted;
#[cfg(any(feature = "hydrate", feature = "ssr"))]
pub mod ui;

#[cfg(feature = "shop")]
pub mod clock;
#[cfg(feature = "shop")]
pub mod emulator;
#[cfg(feature = "shop")]
pub mod failpoint;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "shop")]
pub mod job;
#[cfg(feature = "shop")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "shop")]
pub mod provider;
#[cfg(feature = "shop")]
pub mod service;
#[cfg(feature = "shop")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod telemetry;
#[cfg(feature = "shop")]
pub mod text;

/// Where the browser's half begins.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
