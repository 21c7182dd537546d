//! Instants as Bootpay writes them: Commerce in UTC with `Z`, PG in Seoul with `+09:00` (Bootpay I.4).

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

use crate::domain::time::UnixMs;

/// Korea keeps +09:00 all year.
fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

fn timestamp(at: UnixMs) -> Timestamp {
    let end = if at.get() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.get()).unwrap_or(end)
}

/// `2025-08-01T23:59:59Z`
pub(super) fn utc(at: UnixMs) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2025-08-02T08:59:59+09:00`
pub(super) fn seoul(at: UnixMs) -> String {
    timestamp(at).to_zoned(zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The day in Seoul as order numbers begin with it, `250802`.
pub(super) fn yymmdd(at: UnixMs) -> String {
    timestamp(at).to_zoned(zone()).strftime("%y%m%d").to_string()
}

/// `2025년 8월 2일 08:59`, for people.
pub(super) fn korean(at: UnixMs) -> String {
    timestamp(at).to_zoned(zone()).strftime("%Y년 %-m월 %-d일 %H:%M").to_string()
}

/// First instant of a day `YYYY-MM-DD` in Seoul, and first instant after it.
pub(super) fn day(text: &str) -> Option<(UnixMs, UnixMs)> {
    let date = Date::strptime("%Y-%m-%d", text).ok()?;
    let start = |date: Date| Some(UnixMs::new(date.to_zoned(zone()).ok()?.timestamp().as_millisecond()));
    Some((start(date)?, start(date.tomorrow().ok()?)?))
}

/// First instant of a month `YYYY-MM` in Seoul, and first instant after it.
pub(super) fn month(text: &str) -> Option<(UnixMs, UnixMs)> {
    let first = Date::strptime("%Y-%m-%d", format!("{text}-01")).ok()?;
    let start = |date: Date| Some(UnixMs::new(date.to_zoned(zone()).ok()?.timestamp().as_millisecond()));
    Some((start(first)?, start(first.checked_add(Span::new().months(1)).ok()?)?))
}

/// A number of weeks or months later by Seoul's calendar; the 31st becomes a shorter month's last day.
pub(super) fn later(at: UnixMs, weeks: i64, months: i64) -> Option<UnixMs> {
    let span = Span::new().try_weeks(weeks).ok()?.try_months(months).ok()?;
    let later = timestamp(at).to_zoned(zone()).checked_add(span).ok()?;
    Some(UnixMs::new(later.timestamp().as_millisecond()))
}

/// An ISO 8601 instant with any offset; without one it is taken as Seoul's.
pub(super) fn instant(text: &str) -> Option<UnixMs> {
    let timestamp = match text.parse::<Timestamp>() {
        Ok(timestamp) => timestamp,
        Err(_) => text.parse::<DateTime>().ok()?.to_zoned(zone()).ok()?.timestamp(),
    };
    Some(UnixMs::new(timestamp.as_millisecond()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing() {
        let at = instant("2025-08-01T23:59:59Z").unwrap();
        assert_eq!(utc(at), "2025-08-01T23:59:59Z");
        assert_eq!(seoul(at), "2025-08-02T08:59:59+09:00");
        assert_eq!(yymmdd(at), "250802");
        assert_eq!(instant("2025-08-02T08:59:59+09:00"), Some(at));
        assert_eq!(instant("2025-08-02T08:59:59"), Some(at));
        assert_eq!(instant("soon"), None);
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        let (from, to) = month("2026-02").unwrap();
        assert_eq!(
            (seoul(from), seoul(to)),
            ("2026-02-01T00:00:00+09:00".to_owned(), "2026-03-01T00:00:00+09:00".to_owned())
        );
        assert_eq!(month("2026-13"), None);
        let last = instant("2026-01-31T23:30:00+09:00").unwrap();
        assert_eq!(seoul(later(last, 0, 1).unwrap()), "2026-02-28T23:30:00+09:00");
        assert_eq!(seoul(later(last, 2, 0).unwrap()), "2026-02-14T23:30:00+09:00");
    }

    #[test]
    fn a_day_is_seouls() {
        let (from, to) = day("2025-08-02").unwrap();
        assert_eq!(utc(from), "2025-08-01T15:00:00Z");
        assert_eq!(to.since_ms(from), 86_400_000);
        assert_eq!(day("2025-13-02"), None);
        assert_eq!(day("9999-12-31"), None);
    }
}
