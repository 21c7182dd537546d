//! Where time and randomness come from. Everything that needs "now" or "a new id" asks here, so that
//! tests and simulations can decide both.

use std::pin::Pin;
use std::time::Duration;

use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};

/// Ends when its time has come.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The current instant, and waiting for another one.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> UnixMs;

    /// Waits for as long as it is from now until then; at once when that is over. A clock that is set
    /// meanwhile makes nobody wait longer.
    fn sleep_until(&self, at: UnixMs) -> Sleep {
        let wait = at.since_ms(self.now());
        Box::pin(tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
    }
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

/// An instant as Seoul's wall clock shows it, with its offset. `None` outside the years that can be written.
pub fn in_seoul(at: UnixMs) -> Option<jiff::Zoned> {
    let at = jiff::Timestamp::from_millisecond(at.get()).ok()?;
    at.in_tz("Asia/Seoul").ok()
}

/// The instant as providers want it: `2026-11-20T14:05:00+09:00`.
pub fn iso_seoul(at: UnixMs) -> String {
    in_seoul(at).map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The day in Seoul, `2026-11-20`.
pub fn day_in_seoul(at: UnixMs) -> String {
    let at = if planted(Bug::UtcDays) { at.plus_ms(-9 * 60 * 60 * 1000) } else { at };
    in_seoul(at).map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string())
}

/// Midnight in Seoul at the beginning of the day, `days` days away from the instant's own.
pub fn seoul_midnight(at: UnixMs, days: i64) -> UnixMs {
    begin(in_seoul(at).and_then(|at| at.checked_add(jiff::Span::new().try_days(days).ok()?).ok()))
}

/// Midnight in Seoul at the beginning of the instant's month.
pub fn seoul_month(at: UnixMs) -> UnixMs {
    begin(in_seoul(at).and_then(|at| at.first_of_month().ok()))
}

fn begin(day: Option<jiff::Zoned>) -> UnixMs {
    UnixMs::new(day.and_then(|day| day.start_of_day().ok()).map_or(0, |day| day.timestamp().as_millisecond()))
}

/// The instant at which a day begins in Seoul.
pub fn begins_in_seoul(day: jiff::civil::Date) -> Option<UnixMs> {
    let at = day.in_tz("Asia/Seoul").ok()?;
    Some(UnixMs::new(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_begin_at_midnight_in_seoul() {
        // 14:05 on 20 November 2026.
        let at = UnixMs::new(1_795_151_100_000);
        assert_eq!(iso_seoul(seoul_midnight(at, 0)), "2026-11-20T00:00:00+09:00");
        assert_eq!(iso_seoul(seoul_midnight(at, -20)), "2026-10-31T00:00:00+09:00");
        assert_eq!(iso_seoul(seoul_month(at)), "2026-11-01T00:00:00+09:00");
        let midnight = seoul_midnight(at, 0);
        assert_eq!(seoul_midnight(midnight.plus_ms(-1), 0), seoul_midnight(at, -1));
        assert_eq!(seoul_midnight(midnight, 0), midnight);
    }

    #[test]
    fn a_day_in_seoul_has_twenty_four_hours() {
        let mut at = UnixMs::new(1_600_000_000_000);
        for _ in 0..8_000 {
            let next = seoul_midnight(at, 1);
            assert_eq!(next.since_ms(seoul_midnight(at, 0)), 24 * 60 * 60 * 1000);
            at = next;
        }
    }

    #[test]
    fn midnight_in_seoul_is_fifteen_hundred_the_day_before_in_utc() {
        let at = UnixMs::new(1_795_100_400_000);
        assert_eq!(iso_seoul(at), "2026-11-20T00:00:00+09:00");
        assert_eq!(day_in_seoul(at.plus_ms(-1)), "2026-11-19");
    }
}
