//! What orders are found by: each order's text in one form, and the grams of it. SQLite keeps the grams in an
//! FTS5 table, PostgreSQL in a column with a GIN index; both only narrow down what the text then decides.

use super::{StoreError, Tx, orders, query, stored};
use crate::domain::id::OrderId;
use crate::domain::order::Order;
use crate::domain::search::{Document, Gram};

/// Counts up when texts are brought to another form, so that stored ones are written anew.
pub const VERSION: u32 = 1;

/// Grams as FTS5 keeps them and looks for them: a word each.
pub(in crate::store) fn as_words(grams: &[Gram]) -> String {
    grams.iter().map(|gram| format!("{:08x}", gram.cast_unsigned())).collect::<Vec<_>>().join(" ")
}

/// Writes what the order is found by. Part of every transaction that changes its name, lines, customer or
/// note; [`orders::insert`] does it for new ones.
pub async fn refresh(tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
    let found = query!(optional tx, (i64,), "SELECT seq FROM orders WHERE id = $1", order.id.as_str())?;
    let (seq,) = found.ok_or(StoreError::NotFound)?;
    write(tx, seq, order).await
}

/// As [`refresh`], where the order's place is known.
pub(in crate::store) async fn write(tx: &mut Tx, seq: i64, order: &Order) -> Result<(), StoreError> {
    const TEXT: &str = "INSERT INTO order_search (seq, text) VALUES ($1, $2) ON CONFLICT (seq) DO UPDATE SET text = $2";
    const GRAMS: &str = "INSERT OR REPLACE INTO order_search_grams (rowid, grams) VALUES ($1, $2)";
    const BOTH: &str = "INSERT INTO order_search (seq, text, grams) VALUES ($1, $2, $3)
        ON CONFLICT (seq) DO UPDATE SET text = $2, grams = $3";
    let document = Document::from(order);
    let grams = document.grams();
    match tx {
        Tx::Sqlite(conn) => {
            sqlx::query(TEXT).bind(seq).bind(document.text()).execute(&mut **conn).await?;
            sqlx::query(GRAMS).bind(seq).bind(as_words(&grams)).execute(&mut **conn).await?;
        }
        Tx::Postgres(conn) => {
            sqlx::query(BOTH).bind(seq).bind(document.text()).bind(&grams).execute(&mut **conn).await?;
        }
    }
    Ok(())
}

/// Writes anew what the next orders after `after` are found by, and answers how far it has come; `None` when
/// there are no more.
pub async fn rewrite(tx: &mut Tx, after: i64, orders: i64) -> Result<Option<i64>, StoreError> {
    const SQL: &str = "SELECT seq, id FROM orders WHERE seq > $1 ORDER BY seq LIMIT $2";
    let found = query!(all tx, (i64, String), SQL, after, orders)?;
    for (seq, id) in &found {
        let id = stored(OrderId::parse(id))?;
        let order = orders::find(tx, &id).await?.ok_or(StoreError::NotFound)?;
        write(tx, *seq, &order).await?;
    }
    Ok(found.last().map(|(seq, _)| *seq))
}
