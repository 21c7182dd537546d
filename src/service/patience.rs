//! How failed attempts slow down the next ones: nothing at first, then 2 s, 4 s, 8 s … Counted in the database, so
//! that waits are the same on every node and after a restart. What counts as a failure is decided by the callers.

use crate::domain::time::UnixMs;
use crate::store::attempts::{self, Failures};
use crate::store::{StoreError, Tx};

/// No count is kept longer than this after its last failure.
pub(super) const LONGEST_KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// Failures in a row that cost nothing, the longest wait, and the time without a failure after which all are forgotten.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    pub free: u32,
    pub longest_ms: i64,
    /// At most [`LONGEST_KEPT_MS`].
    pub forgotten_ms: i64,
}

impl Patience {
    /// How long an attempt must wait after these failures.
    fn wait_ms(&self, before: Failures, now: UnixMs) -> i64 {
        let passed = now.get().saturating_sub(before.last_at);
        let over = u32::try_from(before.count).unwrap_or(u32::MAX).saturating_sub(self.free);
        if over == 0 || passed >= self.forgotten_ms {
            return 0;
        }
        let wait = 1000_i64.saturating_mul(1 << over.min(20)).min(self.longest_ms);
        (wait - passed).max(0)
    }
}

/// What attempts are counted for, and how patiently.
#[derive(Clone)]
pub(super) struct Counted {
    key: String,
    patience: Patience,
}

impl Counted {
    pub fn new(key: String, patience: Patience) -> Self {
        Self { key, patience }
    }
}

/// Holds the counts until the transaction ends; seconds to wait where an attempt must not be judged yet. The first that
/// must wait is the last that is held, so the network comes first: whoever has worn it out makes no more keys. Callers that
/// share kinds of keys name them in the same order, or they would wait for each other. Keys that mean nothing any more go.
pub(super) async fn lock(tx: &mut Tx, counted: &[Counted], now: UnixMs) -> Result<Option<i64>, StoreError> {
    attempts::prune(tx, now.plus_ms(-LONGEST_KEPT_MS)).await?;
    for one in counted {
        let wait = one.patience.wait_ms(attempts::lock(tx, &one.key).await?, now);
        if wait > 0 {
            return Ok(Some((wait + 999) / 1000));
        }
    }
    Ok(None)
}

/// Counts one failure for each.
pub(super) async fn count(tx: &mut Tx, counted: &[Counted], now: UnixMs) -> Result<(), StoreError> {
    for one in counted {
        attempts::count(tx, &one.key, now, now.plus_ms(-one.patience.forgotten_ms)).await?;
    }
    Ok(())
}

/// Forgets all failures of each.
pub(super) async fn forgive(tx: &mut Tx, counted: &[Counted]) -> Result<(), StoreError> {
    for one in counted {
        attempts::forget(tx, &one.key).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_are_forgotten_after_a_day() {
        let patience = Patience { free: 5, longest_ms: 15 * 60 * 1000, forgotten_ms: LONGEST_KEPT_MS };
        let at = UnixMs::new(1_000_000_000_000);
        let wait = |count, ago_ms| patience.wait_ms(Failures { count, last_at: at.get() - ago_ms }, at);
        assert_eq!([wait(0, 0), wait(5, 0), wait(6, 0), wait(7, 0), wait(8, 500)], [0, 0, 2_000, 4_000, 7_500]);
        assert_eq!([wait(100, 0), wait(100, 15 * 60_000), wait(1_000, LONGEST_KEPT_MS)], [900_000, 0, 0]);
    }
}
