//! Work that is left to do, in the words of the database, and when failed work is tried again.

use super::word::words;

words! {
    JobKind {
        /// A message to a customer or to the staff.
        Notice = "notice",
        /// A message about a pay link whose time has come.
        LinkMessage = "link_message",
        /// Reads the provider's lists since the last time for payments that nobody told us of.
        Sweep = "sweep",
        /// Asks whose the ids are that webhooks named and that fit no order.
        Strays = "strays",
        /// Forgets what is old.
        Purge = "purge",
        /// Compares yesterday's payments with the provider's.
        Reconcile = "reconcile",
        /// Compares one day's, because staff asked.
        ReconcileDay = "reconcile_day",
    }
}

/// What goes on beside each other: work of one lane waits for none of another, however slow the provider's list or a
/// mail server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Looks at orders; no jobs.
    Look,
    /// What finds payments and orders that nobody told us of.
    Find,
    /// Messages to people.
    Tell,
    /// What may take its time.
    Keep,
}

impl Lane {
    pub const ALL: [Self; 4] = [Self::Look, Self::Find, Self::Tell, Self::Keep];

    pub const fn kinds(self) -> &'static [JobKind] {
        match self {
            Self::Look => &[],
            Self::Find => &[JobKind::Sweep, JobKind::Strays],
            Self::Tell => &[JobKind::Notice, JobKind::LinkMessage],
            Self::Keep => &[JobKind::Purge, JobKind::Reconcile, JobKind::ReconcileDay],
        }
    }

    /// The longest time after which work of the lane that never ends is due again.
    pub fn longest_every_ms(self) -> i64 {
        self.kinds().iter().filter_map(|kind| kind.every_ms()).max().unwrap_or(0)
    }
}

impl JobKind {
    /// Work that never ends: when it was done it is due again after this time.
    pub const fn every_ms(self) -> Option<i64> {
        match self {
            Self::Sweep => Some(30_000),
            Self::Strays => Some(5_000),
            Self::LinkMessage => Some(20_000),
            Self::Purge => Some(60 * 60 * 1000),
            Self::Reconcile => Some(30 * 60 * 1000),
            Self::Notice | Self::ReconcileDay => None,
        }
    }
}

words! {
    JobState {
        Ready = "ready",
        /// Somebody is at it. What is still so after its time was cut off in the middle.
        Running = "running",
        Done = "done",
        /// Given up; staff can see it and run it again.
        Dead = "dead",
    }
}

/// How work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Nothing was done; trying again is safe. Why.
    Later(String),
    /// Trying again is of no use, or might do it twice. Why.
    GaveUp(String),
}

/// Failures in a row after which staff are told of work that never ends. A sweep has failed for five minutes by then.
pub const MOST_FAILURES: u32 = 10;

/// Tries before work is given up: with the waits between them about a day.
pub const MOST_TRIES: u32 = 12;

/// How long to wait after a failed try: doubling from five seconds to four hours, plus up to a quarter, which
/// `chance` (0 to 255) picks, so that work that failed together doesn't come back together.
pub fn back_off_ms(tries: u32, chance: u8) -> i64 {
    let wait = 5_000_i64.saturating_mul(1 << tries.clamp(1, 14).saturating_sub(1)).min(4 * 60 * 60 * 1000);
    wait + wait / 4 * i64::from(chance) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_have_an_end_and_spread() {
        assert_eq!(back_off_ms(1, 0), 5_000);
        assert_eq!(back_off_ms(2, 0), 10_000);
        assert_eq!(back_off_ms(2, 255), 12_500);
        assert_eq!(back_off_ms(200, 0), 4 * 60 * 60 * 1000);
        let all: i64 = (1..MOST_TRIES).map(|tries| back_off_ms(tries, 0)).sum();
        assert!((2..48).contains(&(all / (60 * 60 * 1000))), "{all}");
    }
}
