//! The client as a whole: every call over a scripted wire, held against the table of endpoints and the reference; any
//! answer at all; and the emulator's router in the same process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[cfg(test)]
mod any_answer;
#[cfg(test)]
mod auto_transfer;
mod calls_commerce;
mod calls_contracts;
mod calls_pg;
#[cfg(test)]
mod emulated;
pub mod script;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod table;
