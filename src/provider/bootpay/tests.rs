//! The client as a whole: every call over a scripted wire, held against the table of endpoints and the reference; any
//! answer at all; and the emulator's router in the same process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod any_answer;
mod auto_transfer;
mod calls_commerce;
mod calls_contracts;
mod calls_pg;
mod emulated;
mod script;
mod secrets;
mod table;
