//! Webhooks as they came, and the look-ups that they ask for.

use super::{StoreError, Tx, query, stored};
use crate::domain::delivery::{DeliveryState, Names, Source};
use crate::domain::id::{OrderId, RowId};
use crate::domain::judge::ProviderOrder;
use crate::domain::time::UnixMs;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: RowId,
    pub received_at: UnixMs,
    pub source: Source,
    /// The network that it came from.
    pub network: String,
    /// What it calls itself.
    pub event: String,
    /// Its harmless fields, as JSON.
    pub kept: String,
    pub names: Names,
    pub order: Option<OrderId>,
    pub state: DeliveryState,
    pub tries: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    received_at: i64,
    source: String,
    network: String,
    event: String,
    kept: String,
    names: String,
    order_id: Option<String>,
    state: String,
    tries: i64,
}

/// Rows that are forgotten at once: more than come before the next time.
const FORGOTTEN: i64 = 4 * ROOM_EVERY as i64;
/// One stray in so many makes room: counting the others costs more than writing one down.
pub const ROOM_EVERY: u8 = 32;

/// Names have no spaces and no colons.
fn write_names(names: &Names) -> String {
    let part = |kind: char, list: &[String]| list.iter().map(|name| format!("{kind}:{name}")).collect::<Vec<_>>();
    [part('u', &names.ours), part('o', &names.orders), part('r', &names.receipts)].concat().join(" ")
}

fn read_names(text: &str) -> Names {
    let part = |kind: &str| {
        let named = |word: &str| word.strip_prefix(kind).map(str::to_owned);
        text.split(' ').filter_map(named).collect()
    };
    Names { ours: part("u:"), orders: part("o:"), receipts: part("r:") }
}

impl TryFrom<Row> for Delivery {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: stored(RowId::parse(&row.id))?,
            received_at: UnixMs::new(row.received_at),
            source: Source::parse(&row.source)?,
            network: row.network,
            event: row.event,
            kept: row.kept,
            names: read_names(&row.names),
            order: row.order_id.map(|id| stored(OrderId::parse(&id))).transpose()?,
            state: DeliveryState::parse(&row.state)?,
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
        })
    }
}

macro_rules! select_delivery {
    ($tail:literal) => {
        concat!(
            "SELECT id, received_at, source, network, event, kept, names, order_id, state, CAST(tries AS BIGINT) AS tries ",
            "FROM deliveries ",
            $tail
        )
    };
}

/// Writes a delivery down. `next_try` is when its names are looked up, while it waits for that.
pub async fn insert(tx: &mut Tx, delivery: &Delivery, next_try: Option<UnixMs>) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO deliveries (id, received_at, source, network, event, kept, names, order_id, state, next_try_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    query!(
        execute tx,
        SQL,
        delivery.id.as_str(),
        delivery.received_at.get(),
        delivery.source.as_str(),
        delivery.network.as_str(),
        delivery.event.as_str(),
        delivery.kept.as_str(),
        write_names(&delivery.names).as_str(),
        delivery.order.as_ref().map(OrderId::as_str),
        delivery.state.as_str(),
        next_try.map(UnixMs::get),
    )?;
    Ok(())
}

/// The order of ours that a name belongs to: its own id, its invoice, a receipt or provider order that is booked for it.
pub async fn order_named(tx: &mut Tx, names: &Names) -> Result<Option<OrderId>, StoreError> {
    const OURS: &str = "SELECT id FROM orders WHERE id = $1 OR invoice_id = $1 LIMIT 1";
    const ORDER: &str =
        "SELECT order_id FROM payments WHERE provider_order_id = $1 OR provider_order_number = $1 LIMIT 1";
    const RECEIPT: &str = "SELECT order_id FROM payments WHERE receipt_id = $1 LIMIT 1";
    for (sql, list) in [(OURS, &names.ours), (ORDER, &names.orders), (RECEIPT, &names.receipts)] {
        for name in list {
            let row: Option<(String,)> = query!(optional tx, (String,), sql, name.as_str())?;
            if let Some((id,)) = row {
                return Ok(Some(stored(OrderId::parse(&id))?));
            }
        }
    }
    Ok(None)
}

/// The order of ours whose id, or whose invoice's id, a record of the provider's bears.
pub async fn order_bearing(tx: &mut Tx, found: &ProviderOrder) -> Result<Option<OrderId>, StoreError> {
    order_named(tx, &Names { ours: found.our_ids.clone(), ..Names::default() }).await
}

/// Whether one of an order and an event is written down. Only a planted bug asks: a stranger can name both.
pub async fn was_received(tx: &mut Tx, order: &OrderId, event: &str) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT CAST(1 AS BIGINT) FROM deliveries WHERE order_id = $1 AND event = $2 LIMIT 1";
    let row: Option<(i64,)> = query!(optional tx, (i64,), SQL, order.as_str(), event)?;
    Ok(row.is_some())
}

/// How many deliveries wait for a look-up, counted up to `most`.
pub async fn waiting(tx: &mut Tx, most: i64) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE state = 'waiting' LIMIT $1) AS few";
    let row: Option<(i64,)> = query!(optional tx, (i64,), SQL, most)?;
    Ok(row.map_or(0, |(count,)| count))
}

/// How many look-ups were made since an instant, a minute ago: one that has been tried up to four times may have been so
/// within it (`domain::delivery::next_try`).
pub async fn tried_since(tx: &mut Tx, since: UnixMs) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN tries <= 4 THEN tries ELSE 1 END), 0) AS BIGINT)
        FROM deliveries WHERE tried_at > 0 AND tried_at > $1";
    let row: Option<(i64,)> = query!(optional tx, (i64,), SQL, since.get())?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Takes up to `most` deliveries whose look-up is due; nobody else takes them before `again`.
pub async fn claim(tx: &mut Tx, now: UnixMs, again: UnixMs, most: i64) -> Result<Vec<Delivery>, StoreError> {
    const SQLITE: &str =
        select_delivery!("WHERE state = 'waiting' AND next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2");
    const POSTGRES: &str = select_delivery!(
        "WHERE state = 'waiting' AND next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2 FOR UPDATE SKIP LOCKED"
    );
    const TAKE: &str = "UPDATE deliveries SET tries = tries + 1, tried_at = $2, next_try_at = $3 WHERE id = $1";
    let rows = match tx {
        Tx::Sqlite(_) => query!(all tx, Row, SQLITE, now.get(), most),
        Tx::Postgres(_) => query!(all tx, Row, POSTGRES, now.get(), most),
    }?;
    let taken = rows.into_iter().map(Delivery::try_from).collect::<Result<Vec<_>, StoreError>>()?;
    for delivery in &taken {
        query!(execute tx, TAKE, delivery.id.as_str(), now.get(), again.get())?;
    }
    Ok(taken)
}

/// What became of a delivery.
pub async fn set_state(
    tx: &mut Tx,
    id: &RowId,
    state: DeliveryState,
    order: Option<&OrderId>,
    next_try: Option<UnixMs>,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE deliveries SET state = $2, order_id = $3, next_try_at = $4 WHERE id = $1";
    let next_try = next_try.map(UnixMs::get);
    query!(execute tx, SQL, id.as_str(), state.as_str(), order.map(OrderId::as_str), next_try)?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: &RowId) -> Result<Option<Delivery>, StoreError> {
    let row = query!(optional tx, Row, select_delivery!("WHERE id = $1"), id.as_str())?;
    row.map(Delivery::try_from).transpose()
}

/// The log, newest first, older than `before` (an instant and an id), of one state or of all.
pub async fn list(
    tx: &mut Tx,
    state: Option<DeliveryState>,
    before: Option<(UnixMs, &RowId)>,
    most: i64,
) -> Result<Vec<Delivery>, StoreError> {
    const ALL: &str = select_delivery!(
        "WHERE received_at < $1 OR (received_at = $1 AND id < $2) ORDER BY received_at DESC, id DESC LIMIT $3"
    );
    const SOME: &str = select_delivery!(
        "WHERE state = $4 AND (received_at < $1 OR (received_at = $1 AND id < $2))
            ORDER BY received_at DESC, id DESC LIMIT $3"
    );
    let (at, id) = before.map_or((i64::MAX, ""), |(at, id)| (at.get(), id.as_str()));
    let rows = match state {
        None => query!(all tx, Row, ALL, at, id, most),
        Some(state) => query!(all tx, Row, SOME, at, id, most, state.as_str()),
    }?;
    rows.into_iter().map(Delivery::try_from).collect()
}

/// Forgets up to `most` deliveries of a state that came before an instant.
pub async fn purge(tx: &mut Tx, state: DeliveryState, before: UnixMs, most: i64) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE state = $1 AND received_at < $2 ORDER BY received_at LIMIT $3)";
    query!(execute tx, SQL, state.as_str(), before.get(), most)
}

/// Forgets up to `most` deliveries that came before an instant about orders that nobody has paid.
pub async fn purge_unpaid(tx: &mut Tx, before: UnixMs, most: i64) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM deliveries WHERE id IN (
        SELECT d.id FROM deliveries d JOIN orders o ON o.id = d.order_id
        WHERE d.state = 'matched' AND d.received_at < $1 AND o.paid_at IS NULL ORDER BY d.received_at LIMIT $2)";
    query!(execute tx, SQL, before.get(), most)
}

/// Keeps the newest `most` of what fits no order.
pub async fn forget_strays(tx: &mut Tx, most: i64) -> Result<(), StoreError> {
    const SQLITE: &str = "DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE state = 'stray' ORDER BY received_at DESC, id DESC LIMIT $2 OFFSET $1)";
    // Two that make room at once must not wait for each other.
    const POSTGRES: &str = "WITH old AS MATERIALIZED (SELECT id FROM deliveries WHERE state = 'stray'
            ORDER BY received_at DESC, id DESC LIMIT $2 OFFSET $1),
        free AS (SELECT id FROM deliveries WHERE id IN (SELECT id FROM old) FOR UPDATE SKIP LOCKED)
        DELETE FROM deliveries WHERE id IN (SELECT id FROM free)";
    match tx {
        Tx::Sqlite(_) => query!(execute tx, SQLITE, most, FORGOTTEN),
        Tx::Postgres(_) => query!(execute tx, POSTGRES, most, FORGOTTEN),
    }?;
    Ok(())
}

/// Keeps the newest `most` that name an order.
pub async fn forget_of_order(tx: &mut Tx, order: &OrderId, most: i64) -> Result<(), StoreError> {
    const SQLITE: &str = "DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE order_id = $1 ORDER BY received_at DESC, id DESC LIMIT $3 OFFSET $2)";
    const POSTGRES: &str = "WITH old AS MATERIALIZED (SELECT id FROM deliveries WHERE order_id = $1
            ORDER BY received_at DESC, id DESC LIMIT $3 OFFSET $2),
        free AS (SELECT id FROM deliveries WHERE id IN (SELECT id FROM old) FOR UPDATE SKIP LOCKED)
        DELETE FROM deliveries WHERE id IN (SELECT id FROM free)";
    match tx {
        Tx::Sqlite(_) => query!(execute tx, SQLITE, order.as_str(), most, FORGOTTEN),
        Tx::Postgres(_) => query!(execute tx, POSTGRES, order.as_str(), most, FORGOTTEN),
    }?;
    Ok(())
}
