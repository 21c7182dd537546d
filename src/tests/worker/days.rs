//! Days beside the provider's: what differs is told and looked at, and no day is left out.

use axum::http::StatusCode;
use serde_json::json;

use super::{round, today, worker};
use crate::clock::{Clock as _, day_in_seoul, seoul_midnight};
use crate::domain::staff::Role;
use crate::mail::kept::Kept;
use crate::tests::app::TestApp;
use crate::tests::emulated::Fault;
use crate::tests::on_both;

const HOUR_MS: i64 = 60 * 60 * 1000;

on_both! {
    async fn a_day_is_compared_and_every_difference_is_told_and_looked_at(app: TestApp) {
        let paid = app.start().await;
        app.pay(&paid, 29_900, "paid").await.unwrap();
        app.work(60).await;
        let unknown = app.start().await;
        app.pay(&unknown, 29_900, "paid").await.unwrap();
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].clone();
        app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": 900 })).await;
        let day = today(&app);
        let report = app.services.reconcile(&day).await.unwrap();
        let mut kinds: Vec<_> = report.lines.iter().map(|line| line.difference.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["gone_back", "not_booked"]);
        assert_eq!((report.theirs.count, report.ours.count), (2, 1));
        app.work(5).await;
        assert_eq!(app.services.reconcile(&day).await.unwrap().lines, [], "what differed was looked at");
        let owner = app.desk(Role::Owner).await;
        assert!(owner.get("/admin/reconcile").await.body.contains("data-differences=\"0\""));
        let key = [("day", day.as_str())];
        assert_eq!(owner.submit("/admin/reconcile", &key).await.status, StatusCode::SEE_OTHER);
        app.acted("day_reconciled").await;
        assert_eq!(owner.submit("/admin/reconcile", &[("day", "2026-02-30")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
on_both! {
    async fn a_second_payment_that_only_the_comparison_finds_is_booked(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let day = today(&app);
        assert_eq!(app.services.reconcile(&day).await.unwrap().lines.len(), 1);
        while app.services.look_at_due().await.unwrap() {}
        assert_eq!(app.services.order_page(&order.token).await.unwrap().payments.len(), 2);
    }
}

/// The night comes, and the worker does what is due at four in the morning.
async fn night(app: &TestApp, days: i32) {
    let four = seoul_midnight(app.clock.now(), i64::from(days)).plus_ms(4 * HOUR_MS);
    app.clock.advance(four.since_ms(app.clock.now()));
    let worker = worker(app, &Kept::default());
    while round(&worker).await {}
}

on_both! {
    async fn a_day_counts_as_compared_only_when_it_was_over(app: TestApp) {
        let (order, day) = (app.start().await, today(&app));
        // Staff look in the middle of the day; somebody pays after that.
        app.services.reconcile(&day).await.unwrap();
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        night(&app, 1).await;
        let compared = app.services.reconciled().await.unwrap();
        assert_eq!((compared[0].day.as_str(), compared[0].report.theirs.count), (day.as_str(), 1));
        assert!(compared[0].made_at >= seoul_midnight(app.clock.now(), 0));
    }
}

on_both! {
    async fn days_that_nobody_could_compare_are_made_up_for(app: TestApp) {
        night(&app, 1).await;
        assert_eq!(app.services.reconciled().await.unwrap().len(), 1, "a new shop begins with yesterday");
        app.clock.advance(3 * 24 * HOUR_MS);
        // Staff compare the last one themselves, which hides none of the others.
        app.services.reconcile(&crate::domain::time::Day::parse(&app.services.yesterday()).unwrap()).await.unwrap();
        night(&app, 1).await;
        let compared: Vec<_> = app.services.reconciled().await.unwrap().into_iter().map(|one| one.day).collect();
        let days: Vec<_> = (1..=5).map(|back| day_in_seoul(seoul_midnight(app.clock.now(), -back))).collect();
        assert_eq!(compared, days);
    }
}

on_both! {
    async fn a_day_that_cannot_be_compared_holds_up_no_other(app: TestApp) {
        night(&app, 1).await;
        app.clock.advance(2 * 24 * HOUR_MS);
        let of_first = day_in_seoul(seoul_midnight(app.clock.now(), -2));
        app.wire.fault("GET /v1/orders$", [Fault::Answer(500, "<p>")]);
        assert!(app.services.reconcile_missed().await.is_err());
        let days: Vec<_> = app.services.reconciled().await.unwrap().into_iter().map(|one| one.day).collect();
        assert!(days.contains(&app.services.yesterday()) && !days.contains(&of_first), "{days:?}");
        app.services.reconcile_missed().await.unwrap();
        assert!(app.services.reconciled().await.unwrap().iter().any(|one| one.day == of_first), "it is tried again");
    }
}
