//! What stands in the shop's database, read beside the shop.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use crate::Failure;
use crate::program::Place;

#[derive(sqlx::FromRow)]
pub struct Order {
    pub id: String,
    pub number: String,
    pub total_krw: i64,
    pub money_state: String,
    pub refunded_krw: i64,
}

#[derive(sqlx::FromRow)]
pub struct Payment {
    pub id: String,
    pub order_id: String,
    pub receipt_id: String,
    pub captured_krw: Option<i64>,
    pub disposition: String,
}

#[derive(sqlx::FromRow)]
pub struct Refund {
    pub cancel_id: String,
    pub state: String,
}

#[derive(sqlx::FromRow)]
pub struct Review {
    pub order_id: String,
    pub payment_id: String,
    pub resolved_at: Option<i64>,
    pub decision: Option<String>,
}

#[derive(sqlx::FromRow)]
pub struct Event {
    pub order_id: String,
    pub seq: i64,
    pub kind: String,
}

#[derive(sqlx::FromRow)]
pub struct Job {
    pub key: String,
    pub kind: String,
    pub state: String,
    pub cuts: i64,
}

impl Job {
    /// A letter's order, and what it tells.
    pub fn letter(&self) -> Option<(&str, &str)> {
        let (order, rest) = self.key.strip_prefix("notice/")?.split_once('/')?;
        Some((order, rest.split_once('/')?.1))
    }
}

pub struct Books {
    pub orders: Vec<Order>,
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
    pub reviews: Vec<Review>,
    pub events: Vec<Event>,
    pub jobs: Vec<Job>,
    /// Approved requests to cancel whose end is not known.
    pub approvals: i64,
    /// Days that were compared with the provider's.
    pub days: i64,
    /// Webhooks by what became of them.
    pub deliveries: BTreeMap<String, i64>,
}

/// The same statements on both databases, in one transaction.
macro_rules! read {
    ($tx:expr) => {{
        let orders = sqlx::query_as("SELECT id, number, total_krw, money_state, refunded_krw FROM orders");
        let payments = sqlx::query_as("SELECT id, order_id, receipt_id, captured_krw, disposition FROM payments");
        let refunds = sqlx::query_as("SELECT cancel_id, state FROM refunds");
        let reviews = sqlx::query_as("SELECT order_id, payment_id, resolved_at, decision FROM review_items");
        let events = sqlx::query_as("SELECT order_id, seq, kind FROM order_events ORDER BY order_id, seq");
        let jobs = sqlx::query_as("SELECT key, kind, state, CAST(cuts AS BIGINT) AS cuts FROM jobs");
        let approvals = sqlx::query_scalar("SELECT COUNT(*) FROM approved_cancels");
        let days = sqlx::query_scalar("SELECT COUNT(*) FROM reconciliations");
        let deliveries = sqlx::query_as("SELECT state, COUNT(*) FROM deliveries GROUP BY state");
        let deliveries: Vec<(String, i64)> = deliveries.fetch_all($tx).await?;
        Books {
            orders: orders.fetch_all($tx).await?,
            payments: payments.fetch_all($tx).await?,
            refunds: refunds.fetch_all($tx).await?,
            reviews: reviews.fetch_all($tx).await?,
            events: events.fetch_all($tx).await?,
            jobs: jobs.fetch_all($tx).await?,
            approvals: approvals.fetch_one($tx).await?,
            days: days.fetch_one($tx).await?,
            deliveries: deliveries.into_iter().collect(),
        }
    }};
}

impl Books {
    pub async fn read(place: &Place) -> Result<Self, Failure> {
        if let Some(url) = place.postgres() {
            let mut connection = PgConnection::connect(url).await?;
            let mut tx = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
            let books = read!(&mut *tx);
            drop(tx);
            connection.close().await?;
            return Ok(books);
        }
        let options = SqliteConnectOptions::new().filename(place.database());
        let mut connection = options.busy_timeout(Duration::from_secs(20)).connect().await?;
        let mut tx = connection.begin().await?;
        let books = read!(&mut *tx);
        drop(tx);
        connection.close().await?;
        Ok(books)
    }

    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// How many orders stand in each state.
    pub fn states(&self) -> BTreeMap<&str, usize> {
        let mut states = BTreeMap::new();
        for order in &self.orders {
            *states.entry(order.money_state.as_str()).or_default() += 1;
        }
        states
    }

    /// Letters that are still to leave.
    pub fn unsent(&self) -> usize {
        let is_open = |job: &&Job| matches!(job.state.as_str(), "ready" | "running");
        self.jobs.iter().filter(is_open).filter(|job| job.letter().is_some()).count()
    }

    /// Work that nobody will do any more. The one letter that was cut off by the one kill is given up on purpose: it may
    /// have left.
    pub fn given_up(&self) -> usize {
        let is_cut_off = |job: &&Job| job.letter().is_some() && job.cuts > 0;
        let dead = || self.jobs.iter().filter(|job| job.state == "dead");
        dead().count() - dead().filter(is_cut_off).count().min(1)
    }
}
