//! Suites that cross rooms: the real router, the real services and SQL on both databases, the real client
//! over the emulator in the same process, a clock that the test moves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod accounts;
mod app;
mod approval;
mod cancel_requests;
mod checkout;
mod desk;
mod doors;
mod emulated;
mod glance;
mod links;
mod migrating;
mod order_lookup;
mod orders_desk;
mod orders_list;
mod prices;
mod promotions;
mod refunds;
mod reviews;
mod rooms;
mod settle;
mod storage;
mod trouble;
mod unclear;
mod web;
mod worker;

/// Runs one test body on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($app: crate::tests::app::TestApp) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(crate::tests::app::TestApp::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(crate::tests::app::TestApp::postgres().await).await;
            }
        }
    };
}
use on_both;
