//! Many orders at once, for a database that is to be measured. Rows are written as the one-by-one functions
//! write them, hundreds in a statement.

use super::asked::{Asked, Value};
use super::order_list::PLACES;
use super::{StoreError, Tx, payments::BOOTPAY, stored};
use crate::domain::id::{CallKey, RowId};
use crate::domain::money::Krw;
use crate::domain::order::{Disposition, Event, Order, RefundState};
use crate::domain::search::Document;

/// An order with all that has happened to it.
pub struct Seeded {
    pub order: Order,
    pub events: Vec<Event>,
    pub payment: Option<SeededPayment>,
}

/// The money of a seeded order.
pub struct SeededPayment {
    pub id: RowId,
    pub disposition: Disposition,
    pub provider_order: String,
    pub receipt_id: String,
    /// A refund of what `order.refunded` says.
    pub refund: Option<(RowId, CallKey)>,
}

/// Values in one statement: enough that most of the time goes into the rows.
const VALUES: usize = 1_200;

/// Rows of one table.
struct Rows {
    table: &'static str,
    columns: &'static str,
    width: usize,
    values: Vec<Value>,
}

impl Rows {
    fn of(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, width: columns.split(',').count(), values: Vec::new() }
    }

    fn add<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.width);
        self.values.extend(row);
    }

    async fn write(self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut values = self.values.into_iter().peekable();
        while values.peek().is_some() {
            let mut asked = Asked::new(tx, &format!("INSERT INTO {} ({}) VALUES ", self.table, self.columns));
            let chunk: Vec<Value> = values.by_ref().take(VALUES / self.width * self.width).collect();
            for (place, value) in chunk.into_iter().enumerate() {
                let is_first = place % self.width == 0;
                asked.add(match (is_first, place) {
                    (true, 0) => "(",
                    (true, _) => "), (",
                    (false, _) => ", ",
                });
                asked.bind(value);
            }
            asked.add(")");
            asked.execute(tx).await?;
        }
        Ok(())
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A place in its millisecond, so that orders of an earlier seeding are hardly ever met.
fn spread(order: &Order) -> i64 {
    order.id.as_str().bytes().fold(0_i64, |hash, byte| (hash * 31 + i64::from(byte)) % PLACES)
}

/// Writes the orders, which must come oldest first after `after`, the place of the last one
/// that was written before them; answers with the place of the last.
pub async fn insert(tx: &mut Tx, orders: &[Seeded], after: i64) -> Result<i64, StoreError> {
    let mut heads = Rows::of(
        "orders",
        "id, number, token, name, lines, total_krw, tax_free_krw, customer_name, customer_phone, customer_email, \
         money_state, fulfilment_state, created_at, expires_at, looked_at, invoice_key, kind, note, method, paid_at, \
         refunded_krw, refunded_tax_free_krw, seq",
    );
    let mut events = Rows::of("order_events", "order_id, seq, at, kind, staff_name, krw");
    let mut payments = Rows::of(
        "payments",
        "id, order_id, provider, provider_order_id, provider_order_number, receipt_id, captured_krw, \
         captured_tax_free_krw, disposition, method, paid_at, created_at",
    );
    let mut refunds = Rows::of(
        "refunds",
        "id, payment_id, order_id, cancel_id, receipt_id, reason, state, created_at, updated_at, krw, tax_free_krw",
    );
    let is_sqlite = matches!(tx, Tx::Sqlite(_));
    let mut texts = Rows::of("order_search", if is_sqlite { "seq, text" } else { "seq, text, grams" });
    let mut grams = Rows::of("order_search_grams", "rowid, grams");
    let mut seq = after;
    for Seeded { order, events: story, payment } in orders {
        seq = (order.created_at.get() * PLACES + spread(order)).max(seq + 1);
        heads.add([
            text(order.id.as_str()),
            text(order.number.as_str()),
            text(order.token.as_str()),
            text(&order.name),
            Value::Text(stored(serde_json::to_string(&order.lines))?),
            Value::Int(order.amount.total().get()),
            Value::Int(order.amount.tax_free().get()),
            text(order.customer.name()),
            text(order.customer.phone()),
            text(order.customer.email()),
            text(order.money.as_str()),
            text(order.fulfilment.as_str()),
            Value::Int(order.created_at.get()),
            Value::Int(order.expires_at.get()),
            Value::Int(order.created_at.get()),
            text(order.invoice_key.as_str()),
            text(order.kind.as_str()),
            text(&order.note),
            Value::MaybeText(order.method.clone()),
            Value::MaybeInt(order.paid_at.map(crate::domain::time::UnixMs::get)),
            Value::Int(order.refunded.total().get()),
            Value::Int(order.refunded.tax_free().get()),
            Value::Int(seq),
        ]);
        for (place, event) in (1..).zip(story) {
            events.add([
                text(order.id.as_str()),
                Value::Int(place),
                Value::Int(event.at.get()),
                text(event.kind.as_str()),
                Value::MaybeText(event.staff.clone()),
                Value::MaybeInt(event.krw.map(Krw::get)),
            ]);
        }
        if let Some(payment) = payment {
            let at = order.paid_at.unwrap_or(order.created_at).get();
            payments.add([
                text(payment.id.as_str()),
                text(order.id.as_str()),
                text(BOOTPAY),
                text(&payment.provider_order),
                text(&payment.provider_order),
                text(&payment.receipt_id),
                Value::Int(order.amount.total().get()),
                Value::Int(order.amount.tax_free().get()),
                text(payment.disposition.as_str()),
                Value::MaybeText(order.method.clone()),
                Value::Int(at),
                Value::Int(at),
            ]);
            if let Some((id, cancel_id)) = &payment.refund {
                let at = story.last().map_or(order.created_at, |event| event.at).get();
                refunds.add([
                    text(id.as_str()),
                    text(payment.id.as_str()),
                    text(order.id.as_str()),
                    text(cancel_id.as_str()),
                    text(&payment.receipt_id),
                    text("고객 요청"),
                    text(RefundState::Done.as_str()),
                    Value::Int(at),
                    Value::Int(at),
                    Value::Int(order.refunded.total().get()),
                    Value::Int(order.refunded.tax_free().get()),
                ]);
            }
        }
        let document = Document::from(order);
        if is_sqlite {
            texts.add([Value::Int(seq), text(document.text())]);
            grams.add([Value::Int(seq), Value::Grams(document.grams())]);
        } else {
            texts.add([Value::Int(seq), text(document.text()), Value::Grams(document.grams())]);
        }
    }
    for rows in [heads, events, payments, refunds, texts, grams] {
        rows.write(tx).await?;
    }
    Ok(seq)
}

/// Makes the index of grams ready for many rows in a row.
pub async fn begin(tx: &mut Tx) -> Result<(), StoreError> {
    const SQLITE: [&str; 2] = [
        "INSERT INTO order_search_grams (order_search_grams, rank) VALUES ('automerge', 0)",
        "INSERT INTO order_search_grams (order_search_grams, rank) VALUES ('hashsize', 67108864)",
    ];
    const POSTGRES: [&str; 1] =
        ["ALTER INDEX order_search_grams SET (fastupdate = on, gin_pending_list_limit = 131072)"];
    all(tx, &SQLITE, &POSTGRES).await
}

/// Part of each transaction that writes many rows: tidying up the index may take its time.
pub async fn patiently(tx: &mut Tx) -> Result<(), StoreError> {
    all(tx, &[], &["SET LOCAL statement_timeout = 0"]).await
}

/// Brings the index of grams into the state that readings want.
pub async fn end(tx: &mut Tx) -> Result<(), StoreError> {
    const SQLITE: [&str; 3] = [
        "INSERT INTO order_search_grams (order_search_grams) VALUES ('optimize')",
        "INSERT INTO order_search_grams (order_search_grams, rank) VALUES ('automerge', 4)",
        "INSERT INTO order_search_grams (order_search_grams, rank) VALUES ('hashsize', 1048576)",
    ];
    const POSTGRES: [&str; 6] = [
        "SET LOCAL statement_timeout = 0",
        "SELECT gin_clean_pending_list('order_search_grams')",
        "ALTER INDEX order_search_grams SET (fastupdate = off)",
        "ALTER INDEX order_search_grams RESET (gin_pending_list_limit)",
        "ANALYZE orders",
        "ANALYZE order_search",
    ];
    all(tx, &SQLITE, &POSTGRES).await
}

async fn all(tx: &mut Tx, sqlite: &[&'static str], postgres: &[&'static str]) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(conn) => {
            for sql in sqlite {
                sqlx::query(*sql).execute(&mut **conn).await?;
            }
        }
        Tx::Postgres(conn) => {
            for sql in postgres {
                sqlx::query(*sql).execute(&mut **conn).await?;
            }
        }
    }
    Ok(())
}
