//! Orders and their event logs.

use super::{StoreError, Tx, query, stored};
use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::id::{CallKey, OrderId, OrderNumber, OrderToken};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{EventKind, FulfilmentState, Invoice, Line, MoneyState, Order};
use crate::domain::time::UnixMs;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    number: String,
    token: String,
    name: String,
    lines: String,
    total_krw: i64,
    tax_free_krw: i64,
    customer_name: String,
    customer_phone: String,
    customer_email: String,
    money_state: String,
    fulfilment_state: String,
    created_at: i64,
    expires_at: i64,
    invoice_key: String,
    invoice_id: Option<String>,
    invoice_url: Option<String>,
}

impl TryFrom<Row> for Order {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let lines: Vec<Line> = stored(serde_json::from_str(&row.lines))?;
        let amount = Amount::new(stored(Krw::new(row.total_krw))?, stored(Krw::new(row.tax_free_krw))?);
        Ok(Self {
            id: stored(OrderId::parse(&row.id))?,
            number: OrderNumber::stored(row.number),
            token: stored(OrderToken::parse(&row.token))?,
            name: row.name,
            lines,
            amount: stored(amount)?,
            customer: Customer {
                name: stored(Name::parse(&row.customer_name))?,
                phone: stored(Phone::parse(&row.customer_phone))?,
                email: stored(Email::parse(&row.customer_email))?,
            },
            money: MoneyState::parse(&row.money_state)?,
            fulfilment: FulfilmentState::parse(&row.fulfilment_state)?,
            created_at: UnixMs::new(row.created_at),
            expires_at: UnixMs::new(row.expires_at),
            invoice_key: stored(CallKey::parse(&row.invoice_key))?,
            invoice: row.invoice_id.zip(row.invoice_url).map(|(id, payment_url)| Invoice { id, payment_url }),
        })
    }
}

macro_rules! select_order {
    ($tail:literal) => {
        concat!(
            "SELECT id, number, token, name, lines, total_krw, tax_free_krw, customer_name, customer_phone, customer_email, ",
            "money_state, fulfilment_state, created_at, expires_at, invoice_key, invoice_id, invoice_url FROM orders ",
            $tail
        )
    };
}

pub async fn insert(tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO orders (id, number, token, name, lines, total_krw, tax_free_krw, customer_name,
            customer_phone, customer_email, money_state, fulfilment_state, created_at, expires_at, looked_at, invoice_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15)";
    let lines = stored(serde_json::to_string(&order.lines))?;
    query!(
        execute tx,
        SQL,
        order.id.as_str(),
        order.number.as_str(),
        order.token.as_str(),
        order.name.as_str(),
        lines.as_str(),
        order.amount.total().get(),
        order.amount.tax_free().get(),
        order.customer.name.as_str(),
        order.customer.phone.as_str(),
        order.customer.email.as_str(),
        order.money.as_str(),
        order.fulfilment.as_str(),
        order.created_at.get(),
        order.expires_at.get(),
        order.invoice_key.as_str(),
    )?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let row = query!(optional tx, Row, select_order!("WHERE id = $1"), id.as_str())?;
    row.map(Order::try_from).transpose()
}

pub async fn find_by_token(tx: &mut Tx, token: &OrderToken) -> Result<Option<Order>, StoreError> {
    let row = query!(optional tx, Row, select_order!("WHERE token = $1"), token.as_str())?;
    row.map(Order::try_from).transpose()
}

/// The order, held until the transaction ends: on PostgreSQL by a row lock, on SQLite because there is
/// one writer.
pub async fn lock(tx: &mut Tx, id: &OrderId) -> Result<Order, StoreError> {
    let row = match tx {
        Tx::Sqlite(_) => query!(optional tx, Row, select_order!("WHERE id = $1"), id.as_str()),
        Tx::Postgres(_) => query!(optional tx, Row, select_order!("WHERE id = $1 FOR UPDATE"), id.as_str()),
    }?;
    row.ok_or(StoreError::NotFound)?.try_into()
}

pub async fn update_money_state(tx: &mut Tx, id: &OrderId, state: MoneyState) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE orders SET money_state = $2 WHERE id = $1", id.as_str(), state.as_str())?;
    Ok(())
}

/// Keeps the invoice that was made for the order; the first one stays.
pub async fn set_invoice(tx: &mut Tx, id: &OrderId, invoice: &Invoice) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE orders SET invoice_id = $2, invoice_url = $3 WHERE id = $1 AND invoice_id IS NULL";
    query!(execute tx, SQL, id.as_str(), invoice.id.as_str(), invoice.payment_url.as_str())?;
    Ok(())
}

/// Takes the right to look at the provider for this order: true for one caller per `gap_ms`.
pub async fn claim_look(tx: &mut Tx, id: &OrderId, now: UnixMs, gap_ms: i64) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE orders SET looked_at = $2 WHERE id = $1 AND looked_at <= $3";
    Ok(query!(execute tx, SQL, id.as_str(), now.get(), now.plus_ms(-gap_ms).get())? == 1)
}

/// Adds a line to the order's log. The order must be locked by this transaction.
pub async fn append_event(tx: &mut Tx, id: &OrderId, at: UnixMs, kind: EventKind) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO order_events (order_id, seq, at, kind)
        SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3 FROM order_events WHERE order_id = $1";
    query!(execute tx, SQL, id.as_str(), at.get(), kind.as_str())?;
    Ok(())
}

/// The order's log, oldest first.
pub async fn events(tx: &mut Tx, id: &OrderId) -> Result<Vec<(UnixMs, EventKind)>, StoreError> {
    const SQL: &str = "SELECT at, kind FROM order_events WHERE order_id = $1 ORDER BY seq";
    let rows = query!(all tx, (i64, String), SQL, id.as_str())?;
    rows.into_iter().map(|(at, kind)| Ok((UnixMs::new(at), EventKind::parse(&kind)?))).collect()
}
