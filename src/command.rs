//! The commands, a file each: what `main` dispatches to. A command asks `assemble` for the parts that it needs; no
//! command knows another, but for what serves both shop and emulator.

pub mod admin;
pub mod doctor;
pub mod emulator;
mod listen;
pub mod migrate;
pub mod reconcile;
pub mod seed;
pub mod serve;
