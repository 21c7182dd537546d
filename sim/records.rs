//! What is stored, read past all of the shop's own code.

use std::collections::BTreeSet;

use madang::store::{Db, StoreError, Tx};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrderRow {
    pub id: String,
    pub token: String,
    pub number: String,
    pub total_krw: i64,
    pub tax_free_krw: i64,
    pub money_state: String,
    pub fulfilment_state: String,
    pub expires_at: i64,
    pub invoice_id: Option<String>,
    /// It was begun by the scenario's link.
    pub link_id: Option<String>,
    pub refunded_krw: i64,
    pub refunded_tax_free_krw: i64,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaymentRow {
    pub id: String,
    pub order_id: String,
    pub receipt_id: String,
    pub captured_krw: Option<i64>,
    pub captured_tax_free_krw: Option<i64>,
    pub disposition: String,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RefundRow {
    pub payment_id: String,
    pub order_id: String,
    pub receipt_id: String,
    pub cancel_id: String,
    pub state: String,
    pub krw: Option<i64>,
    pub tax_free_krw: Option<i64>,
    pub ordered_by: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventRow {
    pub order_id: String,
    pub seq: i64,
    pub at: i64,
    pub kind: String,
    pub krw: Option<i64>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReviewRow {
    pub payment_id: String,
    pub reason: String,
    pub resolved_at: Option<i64>,
    pub decision: Option<String>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub orders: Vec<OrderRow>,
    pub payments: Vec<PaymentRow>,
    pub refunds: Vec<RefundRow>,
    pub events: Vec<EventRow>,
    pub reviews: Vec<ReviewRow>,
    /// How many webhooks were written down.
    pub deliveries: i64,
}

macro_rules! all {
    ($tx:expr, $row:ty, $sql:literal) => {
        match $tx {
            Tx::Sqlite(conn) => sqlx::query_as::<_, $row>($sql).fetch_all(&mut **conn).await,
            Tx::Postgres(conn) => sqlx::query_as::<_, $row>($sql).fetch_all(&mut **conn).await,
        }
        .map_err(StoreError::from)?
    };
}

/// What is asked after every write.
#[derive(Default)]
pub struct Glance {
    /// Where each order stands, oldest first.
    pub states: Vec<(String, String)>,
    pub events: Vec<EventRow>,
    /// Money on its way back, as (order, payment, cancel id): refunds without an end.
    pub refunds: BTreeSet<(String, String, String)>,
    /// Buyers' requests whose approval was sent and has no end, as (order, request).
    pub approvals: BTreeSet<(String, String)>,
}

/// One row of what is read at once: where it comes from is told by a number below that of any event.
const AN_ORDER: i64 = 0;
const A_REFUND: i64 = -1;
const AN_APPROVAL: i64 = -2;

/// One statement: it is asked after every write.
pub async fn glance(db: &Db) -> Glance {
    let read = db.read(|tx| {
        Box::pin(async move {
            Ok::<_, StoreError>(all!(
                tx,
                EventRow,
                "SELECT id AS order_id, 0 AS seq, seq AS at, money_state AS kind, CAST(NULL AS BIGINT) AS krw FROM orders
                 UNION ALL SELECT order_id, -1, 0, payment_id || ' ' || cancel_id, NULL FROM refunds
                     WHERE state IN ('requested', 'sent', 'unknown')
                 UNION ALL SELECT order_id, -2, 0, request_id, NULL FROM approved_cancels
                 UNION ALL SELECT order_id, seq, at, kind, krw FROM order_events ORDER BY 1, 2"
            ))
        })
    });
    let mut glance = Glance::default();
    let mut orders = Vec::new();
    for row in read.await.unwrap() {
        match row.seq {
            AN_ORDER => orders.push(row),
            A_REFUND => {
                let (payment, cancel) = row.kind.split_once(' ').unwrap();
                glance.refunds.insert((row.order_id, payment.to_owned(), cancel.to_owned()));
            }
            AN_APPROVAL => drop(glance.approvals.insert((row.order_id, row.kind))),
            _ => glance.events.push(row),
        }
    }
    orders.sort_by_key(|order| order.at);
    glance.states = orders.into_iter().map(|order| (order.order_id, order.kind)).collect();
    glance
}

pub async fn read(db: &Db) -> Records {
    let read = db.read(|tx| {
        Box::pin(async move {
            let deliveries = all!(tx, (i64,), "SELECT COUNT(*) FROM deliveries");
            Ok::<_, StoreError>(Records {
                deliveries: deliveries.first().map_or(0, |(count,)| *count),
                orders: all!(
                    tx,
                    OrderRow,
                    "SELECT id, token, number, total_krw, tax_free_krw, money_state, fulfilment_state, expires_at, invoice_id,
                     link_id, refunded_krw, refunded_tax_free_krw FROM orders ORDER BY seq"
                ),
                payments: all!(
                    tx,
                    PaymentRow,
                    "SELECT id, order_id, receipt_id, captured_krw, captured_tax_free_krw, disposition
                     FROM payments ORDER BY created_at, id"
                ),
                refunds: all!(
                    tx,
                    RefundRow,
                    "SELECT payment_id, order_id, receipt_id, cancel_id, state, krw, tax_free_krw, ordered_by
                     FROM refunds ORDER BY created_at, id"
                ),
                events: all!(tx, EventRow, "SELECT order_id, seq, at, kind, krw FROM order_events ORDER BY order_id, seq"),
                reviews: all!(
                    tx,
                    ReviewRow,
                    "SELECT payment_id, reason, resolved_at, decision FROM review_items ORDER BY created_at, id"
                ),
            })
        })
    });
    read.await.unwrap()
}

/// Sets what of the plan "pro" is free of tax.
pub async fn set_tax_free(db: &Db, won: i64) {
    const SQL: &str = "UPDATE plan_prices SET tax_free_krw = $1 WHERE plan_key = 'pro' AND billing_interval = 'month'";
    let set = db.write(move |tx| {
        Box::pin(async move {
            let done = match tx {
                Tx::Sqlite(conn) => sqlx::query(SQL).bind(won).execute(&mut **conn).await.map(drop),
                Tx::Postgres(conn) => sqlx::query(SQL).bind(won).execute(&mut **conn).await.map(drop),
            };
            done.map_err(StoreError::from)
        })
    });
    set.await.unwrap();
}

/// All of a PostgreSQL database as text, table by table. Nothing for SQLite, whose file can be read itself.
pub async fn dump(db: &Db) -> Vec<(String, String)> {
    const TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
    let read = db.read(|tx| {
        Box::pin(async move {
            let Tx::Postgres(conn) = tx else { return Ok(Vec::new()) };
            let mut dump = Vec::new();
            for (table,) in sqlx::query_as::<_, (String,)>(TABLES).fetch_all(&mut **conn).await? {
                let rows = format!("SELECT COALESCE(string_agg(t::text, ' '), '') FROM \"{table}\" AS t");
                let (text,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(rows)).fetch_one(&mut **conn).await?;
                dump.push((table, text));
            }
            Ok::<_, StoreError>(dump)
        })
    });
    read.await.unwrap()
}
