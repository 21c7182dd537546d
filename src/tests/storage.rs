//! The two databases behave alike, and a write that was acknowledged is there.

use std::collections::BTreeMap;

use super::app::{TestApp, postgres_database, sqlite_database};
use super::on_both;
use crate::service::SetupError;
use crate::store::{Db, DbOptions, StoreError, Tx, shop};

type Tables = BTreeMap<String, Vec<String>>;

async fn sqlite_tables() -> Tables {
    let (db, files) = sqlite_database().await;
    db.migrate().await.unwrap();
    let pool =
        sqlx::SqlitePool::connect(&format!("sqlite://{}", files.path().join("madang.db").display())).await.unwrap();
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    gather(rows)
}

async fn postgres_tables() -> Tables {
    let (db, url) = postgres_database().await;
    db.migrate().await.unwrap();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let rows = sqlx::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    gather(rows)
}

fn gather(rows: Vec<(String, String)>) -> Tables {
    let mut tables = Tables::new();
    for (table, column) in rows {
        tables.entry(table).or_default().push(column);
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

/// What PostgreSQL keeps in the column `order_search.grams`, SQLite keeps in the one column of an FTS5 table
/// beside it, which brings tables of its own.
fn with_grams_in_their_column(mut sqlite: Tables) -> Tables {
    let grams = sqlite.remove("order_search_grams").unwrap();
    assert_eq!(grams, ["grams"]);
    sqlite.get_mut("order_search").unwrap().extend(grams);
    for own in ["config", "data", "docsize", "idx"] {
        assert!(sqlite.remove(&format!("order_search_grams_{own}")).is_some(), "{own}");
    }
    sqlite.values_mut().for_each(|columns| columns.sort());
    sqlite
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables() {
    let (sqlite, postgres) = (sqlite_tables().await, postgres_tables().await);
    assert!(sqlite.contains_key("orders"), "{sqlite:?}");
    let sqlite = with_grams_in_their_column(sqlite);
    assert_eq!(sqlite, postgres);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut names: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

on_both! {
    async fn a_failed_write_leaves_nothing_and_spoils_no_other(app: TestApp) {
        let failing = app.db.write(|tx| Box::pin(async move {
            shop::insert_if_absent(tx, "half", "done").await?;
            Err::<(), _>(StoreError::NotFound)
        }));
        let fine = app.db.write(|tx| Box::pin(async move { shop::insert_if_absent(tx, "whole", "done").await }));
        let (failed, done) = futures::join!(failing, fine);
        assert!(matches!(failed, Err(StoreError::NotFound)));
        done.unwrap();
        let half = app.db.read(|tx| Box::pin(shop::get(tx, "half"))).await.unwrap();
        let whole = app.db.read(|tx| Box::pin(shop::get(tx, "whole"))).await.unwrap();
        assert_eq!((half, whole.as_deref()), (None, Some("done")));
    }
}

on_both! {
    async fn a_caller_that_goes_away_cuts_no_transaction_in_half(app: TestApp) {
        let writing = app.db.write(|tx| {
            Box::pin(async move {
                shop::insert_if_absent(tx, "first", "half").await?;
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                shop::insert_if_absent(tx, "second", "half").await
            })
        });
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), writing).await.is_err());
        let both = || app.db.read(|tx| Box::pin(async move {
            Ok::<_, StoreError>((shop::get(tx, "second").await?, shop::get(tx, "first").await?))
        }));
        let started = std::time::Instant::now();
        loop {
            let (second, first) = both().await.unwrap();
            assert!(first.is_some() || second.is_none(), "nobody sees half of it");
            if second.is_some() {
                break;
            }
            app.db.write(|tx| Box::pin(async move { shop::bump_data_version(tx).await })).await.unwrap();
            assert!(started.elapsed() < std::time::Duration::from_secs(10), "the write was finished");
        }
    }
}

on_both! {
    async fn a_database_of_one_mode_refuses_another(app: TestApp) {
        app.services.prepare("emulator").await.unwrap();
        let refused = app.services.prepare("production").await.unwrap_err();
        assert!(matches!(refused, SetupError::OtherMode { .. }), "{refused}");
        assert!(refused.to_string().contains("emulator"));
    }
}

on_both! {
    async fn migrating_twice_changes_nothing(app: TestApp) {
        app.db.migrate().await.unwrap();
        assert_eq!(app.services.plans().await.unwrap().len(), 3);
    }
}

on_both! {
    async fn the_demo_plans_are_the_emulators_products(app: TestApp) {
        // The browser's form is refused when its products don't add up to its price.
        for plan in app.services.plans().await.unwrap() {
            for offer in plan.offers {
                let invoice = serde_json::json!({
                    "name": "x", "price": offer.amount.total().get(), "tax_free_price": 0,
                    "products": [{ "product_id": offer.product_id, "quantity": 1, "duration": 1 }],
                });
                let (status, made) = app.provider("/v1/invoices", &invoice).await;
                assert_eq!(status, axum::http::StatusCode::OK, "{made}");
            }
            assert_eq!(plan.features.len(), 5);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writes_share_few_commits() {
    let app = TestApp::sqlite().await;
    let before = app.db.commits().unwrap();
    let orders = futures::future::join_all((0..200).map(|_| app.start())).await;
    let after = app.db.commits().unwrap();
    let (commits, transactions) = (after.commits - before.commits, after.transactions - before.transactions);
    assert_eq!(orders.len(), 200);
    assert!(transactions >= 200 && commits * 4 <= transactions, "{commits} commits for {transactions} transactions");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_found_by_the_next_process() {
    let (db, files) = sqlite_database().await;
    db.migrate().await.unwrap();
    db.write(|tx| Box::pin(async move { shop::insert_if_absent(tx, "kept", "yes").await })).await.unwrap();
    // Neither closed nor dropped, as after a kill.
    let url = format!("sqlite://{}", files.path().join("madang.db").display());
    let next = Db::open(&DbOptions { url, readers: 1 }).await.unwrap();
    let kept = next.read(|tx| Box::pin(shop::get(tx, "kept"))).await.unwrap();
    assert_eq!(kept.as_deref(), Some("yes"));
}

#[tokio::test]
async fn a_commit_on_sqlite_waits_for_the_disk() {
    let (db, _files) = sqlite_database().await;
    let set = db.write(|tx| {
        Box::pin(async move {
            let Tx::Sqlite(conn) = tx else { panic!("it is SQLite") };
            let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut **conn).await?;
            let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut **conn).await?;
            Ok::<_, StoreError>((synchronous, journal))
        })
    });
    // 2 is FULL: with less, a power cut takes back what was acknowledged (invariant I4).
    assert_eq!(set.await.unwrap(), (2, "wal".to_owned()));
}
