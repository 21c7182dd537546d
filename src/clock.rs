//! Where time and randomness come from. Everything that needs "now" or "a new id" asks here, so that
//! tests and simulations can decide both.

use crate::domain::time::UnixMs;

/// The current instant.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> UnixMs;
}

/// Unpredictable bytes for ids, tokens and keys.
pub trait Ids: Send + Sync + 'static {
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMs {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        UnixMs::new(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsIds;

impl Ids for OsIds {
    /// Aborts the process if the operating system has no randomness: no token may ever be guessable.
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}
