//! A day's payments, the provider's beside ours. Pure: what differs, and nothing about what to do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::OrderId;
use super::word::words;

words! {
    /// How the two records of one payment differ.
    Difference {
        /// The provider shows a payment of ours that is not booked.
        NotBooked = "not_booked",
        /// We booked a payment that the provider does not show on that day.
        NotShown = "not_shown",
        /// Both have it, with another amount.
        Amount = "amount",
        /// Both have it, and of what went back one knows more.
        GoneBack = "gone_back",
    }
}

/// A payment as one side has it. Amounts are won; `None` where that side does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub receipt_id: String,
    /// The order of ours that it belongs to.
    pub order: Option<OrderId>,
    pub total: Option<i64>,
    pub gone_back: Option<i64>,
}

/// How many payments one side has, what came in and what went back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub count: i64,
    pub total: i64,
    pub gone_back: i64,
}

impl Sum {
    fn of(sides: &[Side]) -> Self {
        sides.iter().fold(Self::default(), |sum, side| Self {
            count: sum.count + 1,
            total: sum.total.saturating_add(side.total.unwrap_or(0)),
            gone_back: sum.gone_back.saturating_add(side.gone_back.unwrap_or(0)),
        })
    }
}

/// One payment that the two sides tell differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub difference: Difference,
    pub receipt_id: String,
    pub order: Option<OrderId>,
    /// What the provider says, and what we say, of the amount in question.
    pub theirs: Option<i64>,
    pub ours: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub theirs: Sum,
    pub ours: Sum,
    /// Payments at the provider that bear no id of ours: another shop's on the same account.
    pub foreign: i64,
    pub lines: Vec<Line>,
}

/// Compares what the provider shows of a day with what is booked. `foreign` were left out of `theirs`.
pub fn compare(theirs: &[Side], ours: &[Side], foreign: i64) -> Report {
    let booked: BTreeMap<&str, &Side> = ours.iter().map(|side| (side.receipt_id.as_str(), side)).collect();
    let shown: BTreeMap<&str, &Side> = theirs.iter().map(|side| (side.receipt_id.as_str(), side)).collect();
    let mut lines = Vec::new();
    let mut add = |difference, side: &Side, theirs, ours| {
        let (receipt_id, order) = (side.receipt_id.clone(), side.order.clone());
        lines.push(Line { difference, receipt_id, order, theirs, ours });
    };
    for their in shown.values() {
        match booked.get(their.receipt_id.as_str()) {
            None => add(Difference::NotBooked, their, their.total, None),
            Some(our) => {
                if their.total != our.total {
                    add(Difference::Amount, our, their.total, our.total);
                }
                if their.gone_back.unwrap_or(0) != our.gone_back.unwrap_or(0) {
                    add(Difference::GoneBack, our, their.gone_back, our.gone_back);
                }
            }
        }
    }
    for our in booked.values().filter(|our| !shown.contains_key(our.receipt_id.as_str())) {
        add(Difference::NotShown, our, None, our.total);
    }
    Report { theirs: Sum::of(theirs), ours: Sum::of(ours), foreign, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(receipt: &str, total: i64, gone: i64) -> Side {
        Side { receipt_id: receipt.into(), order: None, total: Some(total), gone_back: Some(gone) }
    }

    #[test]
    fn equal_days_have_no_lines() {
        let day = [side("a", 1_000, 0), side("b", 2_000, 500)];
        let report = compare(&day, &day, 3);
        assert_eq!(report.lines, []);
        assert_eq!(report.theirs, Sum { count: 2, total: 3_000, gone_back: 500 });
        assert_eq!((report.ours, report.foreign), (report.theirs, 3));
    }

    #[test]
    fn each_kind_of_difference_is_told() {
        let theirs = [side("new", 1_000, 0), side("other", 900, 0), side("back", 500, 500)];
        let ours = [side("other", 1_000, 0), side("back", 500, 0), side("lost", 300, 0)];
        let kinds: Vec<_> =
            compare(&theirs, &ours, 0).lines.into_iter().map(|line| (line.difference, line.receipt_id)).collect();
        let expected = [
            (Difference::GoneBack, "back"),
            (Difference::NotBooked, "new"),
            (Difference::Amount, "other"),
            (Difference::NotShown, "lost"),
        ];
        assert_eq!(kinds, expected.map(|(kind, receipt)| (kind, receipt.to_owned())));
    }
}
