//! A migration that makes a table anew keeps what stood in it: rows, indexes, foreign keys.

use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::app::postgres_database;

/// The refunds of a shop as it was before they could be unknown.
const BEFORE: &str = "
    INSERT INTO orders (id, number, token, name, lines, total_krw, tax_free_krw, customer_name, customer_phone,
            customer_email, money_state, fulfilment_state, created_at, expires_at, looked_at, invoice_key)
        VALUES ('o', 'n', 't', 'x', '[]', 900, 0, '', '', '', 'paid', 'none', 1, 2, 0, 'k');
    INSERT INTO payments (id, order_id, provider, provider_order_id, receipt_id, disposition, created_at, method)
        VALUES ('p', 'o', 'bootpay', 'b', 'r', 'counted', 1, '가상계좌'), ('q', 'o', 'bootpay', 'b', 's', 'counted', 1, '카드');
    INSERT INTO refunds (id, payment_id, order_id, cancel_id, receipt_id, reason, state, created_at, updated_at, krw,
            tax_free_krw, cancelled_before_krw, ordered_by, refusal)
        VALUES ('1', 'p', 'o', 'c1', 'r', 'a', 'requested', 1, 1, NULL, NULL, NULL, NULL, NULL),
            ('2', 'p', 'o', 'c2', 'r', 'b', 'sent', 1, 2, 500, 100, 0, '이담당', NULL),
            ('3', 'p', 'o', 'c3', 'r', 'c', 'done', 1, 3, 200, 0, 500, '이담당', NULL),
            ('4', 'p', 'o', 'c4', 'r', 'd', 'refused', 1, 4, 300, 0, 700, '이담당', 'RC x');";

const STRANGE: [&str; 4] = [
    "INSERT INTO refunds (id, payment_id, order_id, cancel_id, receipt_id, reason, state, created_at, updated_at)
        VALUES ('5', 'nobody', 'o', 'c5', 'r', 'e', 'requested', 1, 1)",
    "INSERT INTO refunds (id, payment_id, order_id, cancel_id, receipt_id, reason, state, created_at, updated_at)
        VALUES ('5', 'p', 'o', 'c1', 'r', 'e', 'requested', 1, 1)",
    "UPDATE refunds SET state = 'lost' WHERE id = '1'",
    "UPDATE refunds SET route = 'pigeon' WHERE id = '1'",
];

type Row = (String, String, String, Option<i64>, Option<i64>, Option<i64>, Option<String>, String, Option<i64>);

const ROWS: &str = "SELECT id, cancel_id, state, krw, tax_free_krw, cancelled_before_krw, ordered_by, route, sent_at
    FROM refunds ORDER BY id";

fn expected() -> Vec<Row> {
    let row = |id: &str, state: &str, numbers: [Option<i64>; 3], by: Option<&str>, sent_at| {
        let [krw, free, before] = numbers;
        (id.into(), format!("c{id}"), state.into(), krw, free, before, by.map(str::to_owned), "pg".into(), sent_at)
    };
    let by = Some("이담당");
    vec![
        row("1", "requested", [None, None, None], None, None),
        row("2", "sent", [Some(500), Some(100), Some(0)], by, Some(2)),
        row("3", "done", [Some(200), Some(0), Some(500)], by, Some(3)),
        row("4", "refused", [Some(300), Some(0), Some(700)], by, Some(4)),
    ]
}

/// The texts of the migrations before this one, in order, and its own.
fn migrations(kind: &str) -> (Vec<String>, String) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let number = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy()[..4].to_owned();
    let read = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let before = files.iter().filter(|path| *number(path) < *"0014").map(read).collect();
    (before, read(files.iter().find(|path| number(path) == "0014").unwrap()))
}

#[tokio::test]
async fn refunds_stay_as_they_were_on_sqlite() {
    let files = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(files.path().join("old.db")).create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options.foreign_keys(true)).await.unwrap();
    let (before, own) = migrations("sqlite");
    for text in before.into_iter().chain([BEFORE.to_owned(), format!("BEGIN; {own} COMMIT;")]) {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&pool).await.unwrap();
    }
    assert_eq!(sqlx::query_as::<_, Row>(ROWS).fetch_all(&pool).await.unwrap(), expected());
    let indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'refunds' AND sql IS NOT NULL ORDER BY name";
    let indexes: Vec<(String,)> = sqlx::query_as(indexes).fetch_all(&pool).await.unwrap();
    let names: Vec<_> = indexes.iter().map(|(name,)| name.as_str()).collect();
    assert_eq!(names, ["refunds_done", "refunds_order", "refunds_unfinished"]);
    let symbols: Vec<(Option<String>,)> =
        sqlx::query_as("SELECT method_symbol FROM payments ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(symbols, [(Some("vbank".to_owned()),), (None,)]);
    sqlx::query("UPDATE refunds SET state = 'unknown' WHERE id = '2'").execute(&pool).await.unwrap();
    for strange in STRANGE {
        assert!(sqlx::query(strange).execute(&pool).await.is_err(), "{strange}");
    }
}

#[tokio::test]
async fn refunds_stay_as_they_were_on_postgres() {
    let (_, url) = postgres_database().await;
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let (before, own) = migrations("postgres");
    for text in before.into_iter().chain([BEFORE.to_owned(), own]) {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&pool).await.unwrap();
    }
    assert_eq!(sqlx::query_as::<_, Row>(ROWS).fetch_all(&pool).await.unwrap(), expected());
    sqlx::query("UPDATE refunds SET state = 'unknown' WHERE id = '2'").execute(&pool).await.unwrap();
    for strange in STRANGE {
        assert!(sqlx::query(strange).execute(&pool).await.is_err(), "{strange}");
    }
}
