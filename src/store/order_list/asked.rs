//! A statement that is put together piece by piece. The pieces are ours; whatever comes from outside is bound.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::super::search::as_words;
use super::super::{StoreError, Tx};
use crate::domain::search::{Gram, Needle};

/// Something that is bound.
pub(super) enum Value {
    Int(i64),
    Text(String),
    Grams(Vec<Gram>),
    /// Orders by their place; on PostgreSQL only.
    Places(Vec<i64>),
}

pub(super) struct Asked {
    sql: String,
    values: Vec<Value>,
    is_sqlite: bool,
}

impl Asked {
    pub fn new(tx: &Tx, sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new(), is_sqlite: matches!(tx, Tx::Sqlite(_)) }
    }

    pub fn add(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub fn bind(&mut self, value: Value) {
        self.values.push(value);
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
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
        let sql = AssertSqlSafe(self.sql);
        let rows = match tx {
            Tx::Sqlite(conn) => {
                let mut query = sqlx::query_as::<_, R>(sql);
                for value in self.values {
                    query = match value {
                        Value::Int(number) => query.bind(number),
                        Value::Text(text) => query.bind(text),
                        Value::Grams(grams) => query.bind(as_words(&grams)),
                        Value::Places(_) => return Err(StoreError::Database("SQLite binds no lists".to_owned())),
                    };
                }
                query.fetch_all(&mut **conn).await
            }
            Tx::Postgres(conn) => {
                let mut query = sqlx::query_as::<_, R>(sql);
                for value in self.values {
                    query = match value {
                        Value::Int(number) => query.bind(number),
                        Value::Text(text) => query.bind(text),
                        Value::Grams(grams) => query.bind(grams),
                        Value::Places(places) => query.bind(places),
                    };
                }
                query.fetch_all(&mut **conn).await
            }
        };
        rows.map_err(StoreError::from)
    }
}
