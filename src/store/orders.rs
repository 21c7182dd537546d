//! Orders and their event logs.

use super::order_list::PLACES;
use super::{StoreError, Tx, jobs, promotions, query, search, stored, watches};
use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::id::{CallKey, LinkId, OrderId, OrderNumber, OrderToken};
use crate::domain::job::JobKind;
use crate::domain::lang::Lang;
use crate::domain::money::{Amount, Krw};
use crate::domain::notice::{Notice, Told};
use crate::domain::order::{Event, EventKind, FulfilmentState, Invoice, Line, MoneyState, Order, OrderKind};
use crate::domain::promotion::{PromotionCode, UseState};
use crate::domain::time::UnixMs;
use crate::domain::watch::first_look;
use crate::planted::{Bug, planted};

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
    lang: String,
    money_state: String,
    fulfilment_state: String,
    created_at: i64,
    expires_at: i64,
    invoice_key: String,
    invoice_id: Option<String>,
    invoice_url: Option<String>,
    kind: String,
    link_id: Option<String>,
    original_krw: Option<i64>,
    promotion_code: Option<String>,
    note: String,
    method: Option<String>,
    paid_at: Option<i64>,
    refunded_krw: i64,
    refunded_tax_free_krw: i64,
}

/// `''` where we were not told.
fn told<T, E: std::fmt::Display>(text: &str, parse: fn(&str) -> Result<T, E>) -> Result<Option<T>, StoreError> {
    if text.is_empty() { Ok(None) } else { stored(parse(text)).map(Some) }
}

fn amount(total: i64, tax_free: i64) -> Result<Amount, StoreError> {
    stored(Amount::new(stored(Krw::new(total))?, stored(Krw::new(tax_free))?))
}

impl TryFrom<Row> for Order {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let lines: Vec<Line> = stored(serde_json::from_str(&row.lines))?;
        Ok(Self {
            id: stored(OrderId::parse(&row.id))?,
            number: OrderNumber::stored(row.number),
            token: stored(OrderToken::parse(&row.token))?,
            name: row.name,
            lines,
            amount: amount(row.total_krw, row.tax_free_krw)?,
            customer: Customer {
                name: told(&row.customer_name, Name::parse)?,
                phone: told(&row.customer_phone, Phone::parse)?,
                email: told(&row.customer_email, Email::parse)?,
            },
            lang: Lang::parse(&row.lang)?,
            money: MoneyState::parse(&row.money_state)?,
            fulfilment: FulfilmentState::parse(&row.fulfilment_state)?,
            created_at: UnixMs::new(row.created_at),
            expires_at: UnixMs::new(row.expires_at),
            invoice_key: stored(CallKey::parse(&row.invoice_key))?,
            invoice: row.invoice_id.zip(row.invoice_url).map(|(id, payment_url)| Invoice { id, payment_url }),
            kind: OrderKind::parse(&row.kind)?,
            link: row.link_id.map(|id| stored(LinkId::parse(&id))).transpose()?,
            original: row.original_krw.map(|won| stored(Krw::new(won))).transpose()?,
            promotion: row.promotion_code.map(|code| stored(PromotionCode::parse(&code))).transpose()?,
            note: row.note,
            method: row.method,
            paid_at: row.paid_at.map(UnixMs::new),
            refunded: amount(row.refunded_krw, row.refunded_tax_free_krw)?,
        })
    }
}

macro_rules! select_order {
    ($tail:literal) => {
        concat!(
            "SELECT id, number, token, name, lines, total_krw, tax_free_krw, customer_name, customer_phone, customer_email, ",
            "money_state, fulfilment_state, created_at, expires_at, invoice_key, invoice_id, invoice_url, kind, link_id, original_krw, promotion_code, note, method, paid_at, refunded_krw, refunded_tax_free_krw, lang FROM orders ",
            $tail
        )
    };
}

/// A place in the list of orders: the millisecond of its making, and a place in that. After a few attempts
/// the next milliseconds are tried.
fn place(order: &Order, attempt: i64) -> i64 {
    let spread = order.id.as_str().bytes().fold(attempt, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    (order.created_at.get() + attempt / 16) * PLACES + spread.rem_euclid(PLACES)
}

/// Adds the order, what it is found by, and that it is looked at.
pub async fn insert(tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
    for attempt in 0..256 {
        let seq = place(order, attempt);
        if insert_at(tx, order, seq).await? {
            let (due, step) = first_look(order);
            watches::insert(tx, &order.id, due, step).await?;
            return search::write(tx, seq, order).await;
        }
    }
    Err(StoreError::Conflict(super::Constraint::Other))
}

/// False when another order has this place.
async fn insert_at(tx: &mut Tx, order: &Order, seq: i64) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO orders (id, number, token, name, lines, total_krw, tax_free_krw, customer_name,
            customer_phone, customer_email, money_state, fulfilment_state, created_at, expires_at, looked_at, invoice_key,
            kind, link_id, original_krw, promotion_code, seq, note, lang)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16, $17, $18, $19, $20, $21, $22)
        ON CONFLICT (seq) DO NOTHING";
    let lines = stored(serde_json::to_string(&order.lines))?;
    let inserted = query!(
        execute tx,
        SQL,
        order.id.as_str(),
        order.number.as_str(),
        order.token.as_str(),
        order.name.as_str(),
        lines.as_str(),
        order.amount.total().get(),
        order.amount.tax_free().get(),
        order.customer.name(),
        order.customer.phone(),
        order.customer.email(),
        order.money.as_str(),
        order.fulfilment.as_str(),
        order.created_at.get(),
        order.expires_at.get(),
        order.invoice_key.as_str(),
        order.kind.as_str(),
        order.link.as_ref().map(LinkId::as_str),
        order.original.map(Krw::get),
        order.promotion.as_ref().map(PromotionCode::as_str),
        seq,
        order.note.as_str(),
        order.lang.as_str(),
    )?;
    Ok(inserted == 1)
}

pub async fn find(tx: &mut Tx, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let row = query!(optional tx, Row, select_order!("WHERE id = $1"), id.as_str())?;
    row.map(Order::try_from).transpose()
}

pub async fn find_by_token(tx: &mut Tx, token: &OrderToken) -> Result<Option<Order>, StoreError> {
    let row = query!(optional tx, Row, select_order!("WHERE token = $1"), token.as_str())?;
    row.map(Order::try_from).transpose()
}

pub async fn find_by_number(tx: &mut Tx, number: &OrderNumber) -> Result<Option<Order>, StoreError> {
    let row = query!(optional tx, Row, select_order!("WHERE number = $1"), number.as_str())?;
    row.map(Order::try_from).transpose()
}

/// The latest orders of a pay link, newest first.
pub async fn of_link(tx: &mut Tx, link: &LinkId, most: i64) -> Result<Vec<Order>, StoreError> {
    let rows = query!(all tx, Row, select_order!("WHERE link_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2"), link.as_str(), most)?;
    rows.into_iter().map(Order::try_from).collect()
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

/// Moves the order's money, and with it the use of the promotion code that the order was made with: nobody
/// can do the one and forget the other.
pub async fn update_money_state(tx: &mut Tx, id: &OrderId, state: MoneyState) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE orders SET money_state = $2 WHERE id = $1", id.as_str(), state.as_str())?;
    match UseState::after(state) {
        Some(use_state) => promotions::set_use(tx, id, use_state).await,
        None => Ok(()),
    }
}

pub async fn update_fulfilment(tx: &mut Tx, id: &OrderId, state: FulfilmentState) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE orders SET fulfilment_state = $2 WHERE id = $1", id.as_str(), state.as_str())?;
    Ok(())
}

/// Notes how and when the payment that counts was made.
pub async fn set_paid(tx: &mut Tx, id: &OrderId, method: Option<&str>, at: UnixMs) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE orders SET method = $2, paid_at = $3 WHERE id = $1", id.as_str(), method, at.get())?;
    Ok(())
}

/// Books what of the counted payment has gone back, in all.
pub async fn set_refunded(tx: &mut Tx, id: &OrderId, refunded: Amount) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE orders SET refunded_krw = $2, refunded_tax_free_krw = $3 WHERE id = $1";
    query!(execute tx, SQL, id.as_str(), refunded.total().get(), refunded.tax_free().get())?;
    Ok(())
}

pub async fn set_lang(tx: &mut Tx, id: &OrderId, lang: Lang) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE orders SET lang = $2 WHERE id = $1", id.as_str(), lang.as_str())?;
    Ok(())
}

pub async fn set_note(tx: &mut Tx, id: &OrderId, note: &str) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE orders SET note = $2 WHERE id = $1", id.as_str(), note)?;
    Ok(())
}

/// Keeps the invoice that was made for the order; the first one stays.
pub async fn set_invoice(tx: &mut Tx, id: &OrderId, invoice: &Invoice) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE orders SET invoice_id = $2, invoice_url = $3 WHERE id = $1 AND invoice_id IS NULL";
    query!(execute tx, SQL, id.as_str(), invoice.id.as_str(), invoice.payment_url.as_str())?;
    Ok(())
}

/// Takes the right to look at the provider for this order: true for one caller per `gap_ms`. A look of a time to come was
/// made by a clock that has been set back since.
pub async fn claim_look(tx: &mut Tx, id: &OrderId, now: UnixMs, gap_ms: i64) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE orders SET looked_at = $2 WHERE id = $1 AND (looked_at <= $3 OR looked_at > $4)";
    let (before, to_come) = (now.plus_ms(-gap_ms).get(), now.plus_ms(60_000).get());
    Ok(query!(execute tx, SQL, id.as_str(), now.get(), before, to_come)? == 1)
}

/// Adds a line to the order's log that no member of staff wrote. The order must be locked by this transaction.
pub async fn append_event(tx: &mut Tx, id: &OrderId, at: UnixMs, kind: EventKind) -> Result<(), StoreError> {
    append(tx, id, &Event { at, kind, staff: None, krw: None }).await
}

/// Adds a line to the order's log, after the change that it tells, and with it the notices that it causes:
/// nobody can do the one and forget the other. The order must be locked by this transaction.
pub async fn append(tx: &mut Tx, id: &OrderId, event: &Event) -> Result<(), StoreError> {
    if planted(Bug::LogOverwritten) {
        query!(execute tx, "DELETE FROM order_events WHERE order_id = $1 AND seq = 3", id.as_str())?;
    }
    const SQL: &str = "INSERT INTO order_events (order_id, seq, at, kind, staff_name, krw)
        SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5 FROM order_events WHERE order_id = $1 RETURNING seq";
    const STANDING: &str = "SELECT money_state FROM orders WHERE id = $1";
    let added: Option<(i64,)> = query!(
        optional tx,
        (i64,),
        SQL,
        id.as_str(),
        event.at.get(),
        event.kind.as_str(),
        event.staff.as_deref(),
        event.krw.map(Krw::get),
    )?;
    let (seq,) = added.ok_or(StoreError::NotFound)?;
    if !Notice::may_come_of(event.kind) {
        return Ok(());
    }
    let standing: Option<(String,)> = query!(optional tx, (String,), STANDING, id.as_str())?;
    let after = MoneyState::parse(&standing.ok_or(StoreError::NotFound)?.0)?;
    for notice in Notice::of(event, after) {
        let told = Told { order: id.clone(), notice: *notice, krw: event.krw };
        let key = format!("notice/{id}/{seq}/{}", notice.as_str());
        let payload = stored(serde_json::to_string(&told))?;
        jobs::add(tx, JobKind::Notice, &key, &payload, event.at, event.at).await?;
    }
    Ok(())
}

/// The order's log, oldest first.
pub async fn events(tx: &mut Tx, id: &OrderId) -> Result<Vec<Event>, StoreError> {
    const SQL: &str = "SELECT at, kind, staff_name, krw FROM order_events WHERE order_id = $1 ORDER BY seq";
    let rows = query!(all tx, (i64, String, Option<String>, Option<i64>), SQL, id.as_str())?;
    let event = |(at, kind, staff, krw): (i64, String, Option<String>, Option<i64>)| {
        let krw = krw.map(|won| stored(Krw::new(won))).transpose()?;
        Ok(Event { at: UnixMs::new(at), kind: EventKind::parse(&kind)?, staff, krw })
    };
    rows.into_iter().map(event).collect()
}
