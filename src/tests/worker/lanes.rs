//! What holds nothing up: a slow mail server, work that nobody knows, a number that can't be read.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use tokio::sync::watch;

use super::post;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::order::{MoneyState, Order};
use crate::domain::staff::Role;
use crate::job::{Post, Worker};
use crate::mail::kept::Kept;
use crate::mail::{Letter, Mailer, Sending};
use crate::store::{StoreError, Tx};
use crate::tests::emulated::Fault;
use crate::tests::on_both;

/// A mail server that never answers.
struct Deaf;

impl Mailer for Deaf {
    fn send(&self, _: Letter) -> Sending<'_> {
        Box::pin(std::future::pending())
    }
}

on_both! {
    async fn a_mail_server_that_never_answers_delays_no_look(app: TestApp) {
        let (first, second) = (app.start().await, app.start().await);
        app.pay(&first, 29_900, "paid").await.unwrap();
        app.look(&first).await;
        let post = Post { mailer: Arc::new(Deaf), ..post(&Kept::default()) };
        let (_stop, until) = watch::channel(false);
        let working = tokio::spawn({
            let worker = Worker::new(app.services.clone(), post);
            async move { worker.run(until).await }
        });
        let number = app.pay(&second, 29_900, "paid").await.unwrap();
        let body = json!({ "webhook_type": "PAYMENT_COMPLETED", "order_number": number, "request_id": second.id.as_str() });
        assert_eq!(app.webhook("pg", &body.to_string()).await, StatusCode::OK);
        let paid = async {
            while app.services.order(&second.id).await.unwrap().money != MoneyState::Paid {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), paid).await.expect("the look waits for the letter");
        working.abort();
    }
}

on_both! {
    async fn work_of_a_kind_that_is_not_known_holds_nothing_up(app: TestApp) {
        app.work(1).await;
        let another_version = app.db.write(|tx| {
            Box::pin(async move {
                const SQL: &str = "UPDATE jobs SET kind = 'from_tomorrow', key = 'from_tomorrow', due_at = 0 WHERE key = 'purge'";
                let changed = match tx {
                    Tx::Sqlite(conn) => sqlx::query(SQL).execute(&mut **conn).await?.rows_affected(),
                    Tx::Postgres(conn) => sqlx::query(SQL).execute(&mut **conn).await?.rows_affected(),
                };
                Ok::<_, StoreError>(changed)
            })
        });
        assert_eq!(another_version.await.unwrap(), 1);
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let letters = Kept::default();
        app.work_with(60, &letters).await;
        assert_eq!((app.fresh(&order).await.money, letters.letters().len()), (MoneyState::Paid, 1));
    }
}

on_both! {
    async fn a_number_that_the_provider_answers_with_nonsense_keeps_no_order_open(app: TestApp) {
        let order = app.start().await;
        app.wire.fault("GET /v1/orders/zzz", vec![Fault::Answer(500, "<p>"); 500]);
        app.services.hint(&order.token, ProviderOrderNumber::parse("zzz").ok()).await.unwrap();
        app.clock.advance(Order::LIFE_MS);
        app.work(15 * 60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Expired);
        let before = app.wire.count("GET /v1/orders/zzz");
        app.work(15 * 60).await;
        assert_eq!(app.wire.count("GET /v1/orders/zzz"), before);
    }
}

on_both! {
    async fn what_is_told_of_an_unpaid_order_is_kept_for_a_week(app: TestApp) {
        let (paid, unpaid) = (app.start().await, app.start().await);
        app.pay(&paid, 29_900, "paid").await.unwrap();
        app.work(60).await;
        for order in [&paid, &unpaid] {
            let body = json!({ "webhook_type": "PAYMENT_COMPLETED", "request_id": order.id.as_str() });
            assert_eq!(app.webhook("pg", &body.to_string()).await, StatusCode::OK);
        }
        app.clock.advance(6 * 24 * 60 * 60 * 1000);
        app.work(60).await;
        assert_eq!(app.log().await.len(), 2);
        app.clock.advance(2 * 24 * 60 * 60 * 1000);
        app.work(60).await;
        let kept: Vec<_> = app.log().await.into_iter().map(|one| one.order).collect();
        assert_eq!(kept, [Some(paid.id)]);
    }
}

on_both! {
    async fn staff_are_told_of_work_that_never_ends_and_always_fails(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        app.wire.fault("GET /v1/orders$", std::iter::repeat_n(Fault::Answer(500, "<p>"), 14));
        app.work(120).await;
        assert_eq!(app.services.glance().await.unwrap().needs.dead.count, 0, "a provider may be down for a moment");
        app.work(215).await;
        assert_eq!(app.services.glance().await.unwrap().needs.dead.count, 1);
        let page = owner.get("/admin/webhooks").await.body;
        assert!(page.contains("data-job=\"sweep\""), "{page}");
        assert_eq!(owner.submit("/admin/webhooks/work", &[("key", "sweep")]).await.status, StatusCode::SEE_OTHER);
        app.work(60).await;
        assert!(!owner.get("/admin/webhooks").await.body.contains("data-job"));
    }
}
