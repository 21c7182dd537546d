//! Instants and days. Unix milliseconds everywhere inside; Seoul only where a person reads or a provider writes.

use serde::{Deserialize, Serialize};

use super::text::Refusal;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMs(i64);

impl UnixMs {
    pub const fn new(ms: i64) -> Self {
        Self(ms)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    /// This instant moved by `ms` (which may be negative); stops at the ends of the number line.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A day of the calendar, `2026-11-20`; which days they are in Seoul is told by the clock. Days compare as
/// they follow each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(String);

impl Day {
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        let part = |range: std::ops::Range<usize>, from: u32, to: u32| {
            let digits = text.get(range).filter(|digits| digits.chars().all(|c| c.is_ascii_digit()))?;
            digits.parse::<u32>().ok().filter(|number| (from..=to).contains(number))
        };
        let is_written_so = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let (Some(year), Some(month), Some(day)) = (part(0..4, 2000, 9999), part(5..7, 1, 12), part(8..10, 1, 31))
        else {
            return Err(Refusal::Form);
        };
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if is_written_so && day <= last { Ok(Self(text.to_owned())) } else { Err(Refusal::Form) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_of_the_calendar() {
        for fine in ["2026-11-20", " 2028-02-29 ", "2000-02-29", "2026-12-31"] {
            assert!(Day::parse(fine).is_ok(), "{fine}");
        }
        for wrong in [
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "26-01-01",
            "2026/01/01",
            "2026-1-1",
            "20260101",
            "2026-01-01T00:00",
            "２０２６-01-01",
            "+026-01-01",
            "<b>",
        ] {
            assert_eq!(Day::parse(wrong), Err(Refusal::Form), "{wrong}");
        }
        assert_eq!(Day::parse(""), Err(Refusal::Empty));
        assert!(Day::parse("2026-09-30").unwrap() < Day::parse("2026-10-01").unwrap());
    }
}
