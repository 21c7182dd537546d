//! How the shop stands: today and this month on Seoul's calendar, day by day, and what needs a person.
//! Nothing in it is about one customer.

use super::{Error, Services};
use crate::clock::{seoul_midnight, seoul_month};
use crate::domain::id::{OrderId, OrderNumber};
use crate::domain::time::UnixMs;
use crate::store::glance::{self, Asked, Span, Tally};

pub use crate::store::glance::Brief;

/// The days of the chart, today included.
const DAYS: i64 = 14;
/// Counts of what piles up stop here.
const MOST: i64 = 1_000;
/// Rows of each short list.
const FEW: i64 = 5;

/// What came in, went back and is still open in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Orders whose payment counted, by the day of the payment.
    pub paid: Tally,
    /// Everything that went back, by the day on which we saw that it had.
    pub refunded: Tally,
    /// Orders made in this time that money may still come for.
    pub open: Tally,
}

/// One day of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub began: UnixMs,
    pub paid: Tally,
    pub refunded: Tally,
}

/// A count that stopped at a limit when there was more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtLeast {
    pub count: i64,
    pub is_more: bool,
}

/// What needs a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub reviews: AtLeast,
    pub newest_reviews: Vec<Asked>,
    pub awaiting_confirm: AtLeast,
    pub refunds: AtLeast,
    pub oldest_refunds: Vec<(OrderId, OrderNumber, UnixMs)>,
    pub stuck: AtLeast,
    /// Work that was given up: letters above all.
    pub dead: AtLeast,
}

impl Needs {
    pub fn is_nothing(&self) -> bool {
        [self.reviews, self.awaiting_confirm, self.refunds, self.stuck, self.dead].iter().all(|pile| pile.count == 0)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    pub today: Figures,
    pub month: Figures,
    /// Oldest first; the last one is today.
    pub days: Vec<Day>,
    pub needs: Needs,
    pub newest: Vec<Brief>,
}

impl AtLeast {
    const fn of(counted: i64) -> Self {
        if counted > MOST { Self { count: MOST, is_more: true } } else { Self { count: counted, is_more: false } }
    }
}

impl Services {
    pub async fn glance(&self) -> Result<Glance, Error> {
        let now = self.clock.now();
        let (today, month) = (seoul_midnight(now, 0), seoul_month(now));
        let first = seoul_midnight(now, 1 - DAYS);
        let end = seoul_midnight(now, 1);
        let span = Span { from: first.min(month), to: end };
        let read = self.db.read(move |tx| {
            Box::pin(async move {
                let paid = glance::paid_by_day(tx, span).await?;
                let refunded = glance::refunded_by_day(tx, span).await?;
                let (open_month, open_today) = glance::open(tx, Span { from: month, to: end }, today).await?;
                let mut found = Glance::default();
                found.month.open = open_month;
                found.today.open = open_today;
                for ((began, paid), (_, refunded)) in paid.into_iter().zip(refunded) {
                    if began >= month {
                        found.month.paid += paid;
                        found.month.refunded += refunded;
                    }
                    if began >= today {
                        found.today.paid += paid;
                        found.today.refunded += refunded;
                    }
                    if began >= first {
                        found.days.push(Day { began, paid, refunded });
                    }
                }
                found.needs = Needs {
                    reviews: AtLeast::of(glance::open_reviews(tx, MOST + 1).await?),
                    newest_reviews: glance::newest_reviews(tx, FEW).await?,
                    awaiting_confirm: AtLeast::of(glance::awaiting_confirm(tx, MOST + 1).await?),
                    refunds: AtLeast::of(glance::unfinished_refunds(tx, MOST + 1).await?),
                    oldest_refunds: glance::oldest_unfinished_refunds(tx, FEW).await?,
                    stuck: AtLeast::of(glance::pending_past_expiry(tx, now, MOST + 1).await?),
                    dead: AtLeast::of(glance::dead_jobs(tx, MOST + 1).await?),
                };
                found.newest = glance::newest_orders(tx, FEW).await?;
                Ok(found)
            })
        });
        read.await.map_err(Error::Store)
    }
}
