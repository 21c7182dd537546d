//! A statement that is put together piece by piece. The pieces are ours; whatever comes from outside is bound.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::search::as_words;
use super::{StoreError, Tx};
use crate::domain::search::{Gram, Needle};

/// Something that is bound.
pub(in crate::store) enum Value {
    Int(i64),
    MaybeInt(Option<i64>),
    Text(String),
    MaybeText(Option<String>),
    Grams(Vec<Gram>),
    /// Orders by their place; on PostgreSQL only.
    Places(Vec<i64>),
}

pub(in crate::store) struct Asked {
    sql: String,
    values: Vec<Value>,
    is_sqlite: bool,
}

macro_rules! bound {
    ($query:expr, $values:expr, |$grams:ident| $as_grams:expr, |$places:ident| $as_places:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(number) => query.bind(number),
                Value::MaybeInt(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::MaybeText(text) => query.bind(text),
                Value::Grams($grams) => query.bind($as_grams),
                Value::Places($places) => query.bind($as_places),
            };
        }
        query
    }};
}

impl Asked {
    pub fn new(tx: &Tx, sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new(), is_sqlite: matches!(tx, Tx::Sqlite(_)) }
    }

    pub const fn is_sqlite(&self) -> bool {
        self.is_sqlite
    }

    pub fn add(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub fn bind(&mut self, value: Value) {
        self.values.push(value);
        // SQLite searches a list for every parameter that has a name.
        if self.is_sqlite {
            self.sql.push('?');
        } else {
            self.sql.push('$');
            self.sql.push_str(&self.values.len().to_string());
        }
    }

    /// The text `s` has the needle, letter by letter.
    pub fn holds(&mut self, needle: &Needle) {
        self.add(if self.is_sqlite { " AND instr(s.text, " } else { " AND strpos(s.text, " });
        self.bind(Value::Text(needle.as_str().to_owned()));
        self.add(") > 0");
    }

    /// Texts `s` that have all these grams, and their orders `o`.
    pub fn index(&mut self, grams: Vec<Gram>) {
        if self.is_sqlite {
            self.add(
                "order_search_grams g CROSS JOIN order_search s CROSS JOIN orders o
                WHERE s.seq = g.rowid AND o.seq = g.rowid AND order_search_grams MATCH ",
            );
        } else {
            self.add("order_search s CROSS JOIN orders o WHERE o.seq = s.seq AND s.grams @> ");
        }
        self.bind(Value::Grams(grams));
    }

    pub async fn fetch<R>(self, tx: &mut Tx) -> Result<Vec<R>, StoreError>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let (sql, values) = (AssertSqlSafe(self.sql), self.values);
        let rows = match tx {
            Tx::Sqlite(conn) => {
                let query = sqlx::query_as::<_, R>(sql);
                let query = bound!(query, values, |grams| as_words(&grams), |places| placed(&places));
                query.fetch_all(&mut **conn).await
            }
            Tx::Postgres(conn) => {
                // Planned for these values each time: a plan for any values goes along all orders for the rarest word.
                let query =
                    bound!(sqlx::query_as::<_, R>(sql).persistent(false), values, |grams| grams, |places| places);
                query.fetch_all(&mut **conn).await
            }
        };
        rows.map_err(StoreError::from)
    }

    pub async fn execute(self, tx: &mut Tx) -> Result<(), StoreError> {
        let (sql, values) = (AssertSqlSafe(self.sql), self.values);
        match tx {
            Tx::Sqlite(conn) => {
                let query = bound!(sqlx::query(sql), values, |grams| as_words(&grams), |places| placed(&places));
                query.execute(&mut **conn).await?;
            }
            Tx::Postgres(conn) => {
                let query = bound!(sqlx::query(sql), values, |grams| grams, |places| places);
                query.execute(&mut **conn).await?;
            }
        }
        Ok(())
    }
}

/// SQLite has no lists; nothing asks it for one.
fn placed(places: &[i64]) -> String {
    places.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}
