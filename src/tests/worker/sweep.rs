//! The provider's lists: read to their end, day by day, and not more often than needed.

use axum::http::StatusCode;
use serde_json::json;

use super::{round, today, worker};
use crate::clock::{Clock as _, day_in_seoul, seoul_midnight};
use crate::domain::job::{JobKind, Lane};
use crate::domain::order::{MoneyState, Order, ReviewReason};
use crate::mail::kept::Kept;
use crate::store::shop;
use crate::tests::emulated::Fault;
use crate::tests::on_both;

on_both! {
    async fn lists_that_name_none_of_our_ids_hide_no_payment(app: TestApp) {
        app.control("/_emulator/settings", &json!({ "list_items": "lean" })).await;
        let (order, stranger) = (app.start().await, app.start().await);
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
        assert_eq!(app.fresh(&stranger).await.money, MoneyState::Pending);
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        assert_eq!(app.services.order_page(&order.token).await.unwrap().payments.len(), 2);
        let day = today(&app);
        let report = app.services.reconcile(&day).await.unwrap();
        assert_eq!((report.theirs.count, report.foreign, report.lines.len()), (2, 0, 0));
    }
}

on_both! {
    async fn an_order_that_its_list_names_and_that_can_not_be_read_hides_no_other(app: TestApp) {
        app.control("/_emulator/settings", &json!({ "list_items": "lean" })).await;
        let mut unreadable = Vec::new();
        for at in 0..5 {
            let invoice = json!({ "name": "x", "price": 1_000, "request_id": format!("other{at}") });
            let (_, made) = app.provider("/v1/invoices", &invoice).await;
            app.choose(made["invoice_id"].as_str().unwrap(), "paid").await;
            unreadable.push(app.ledger().await["orders"][at]["order_id"].as_str().unwrap().to_owned());
        }
        for order in unreadable {
            let line: &'static str = Box::leak(format!("GET /v1/orders/{order}").into_boxed_str());
            app.wire.fault(line, vec![Fault::Answer(500, "<p>"); 10_000]);
        }
        let (paid, idle) = (app.start().await, app.start().await);
        app.pay(&paid, 29_900, "paid").await.unwrap();
        assert_eq!(app.look(&paid).await.order.money, MoneyState::Paid, "found beside what can't be read");
        app.work(60).await;
        for _ in 0..25 {
            let other = app.start().await;
            app.pay(&other, 29_900, "paid").await.unwrap();
            app.work(60).await;
            assert_eq!(app.fresh(&other).await.money, MoneyState::Paid);
        }
        app.clock.advance(Order::LIFE_MS);
        app.work(15 * 60).await;
        assert_eq!(app.fresh(&idle).await.money, MoneyState::Expired, "nobody waits for them for ever");
        let report = app.services.reconcile(&today(&app)).await.unwrap();
        assert_eq!((report.foreign, report.lines.len()), (5, 0));
    }
}

on_both! {
    async fn a_list_of_more_than_a_thousand_orders_is_read_to_its_end_and_not_for_every_look(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let idle = app.start().await;
        let strangers = (0..1_050).map(async |at| {
            let invoice = json!({ "name": "x", "price": 1_000, "request_id": format!("other{at}") });
            let (_, made) = app.provider("/v1/invoices", &invoice).await;
            app.choose(made["invoice_id"].as_str().unwrap(), "fail").await;
        });
        futures::future::join_all(strangers).await;
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
        assert!(app.wire.lists() > 21, "{} pages", app.wire.lists());
        app.work(240).await;
        let before = app.wire.lists();
        app.work(300).await;
        let (pages, sweeps) = (app.wire.lists() - before, 11);
        assert!(pages <= 2 * 22 * sweeps, "{pages} pages in five minutes");
        app.clock.advance(Order::LIFE_MS);
        app.work(60).await;
        assert_eq!(app.fresh(&idle).await.money, MoneyState::Expired);
    }
}

on_both! {
    async fn a_list_without_an_end_is_no_answer_and_no_endless_question(app: TestApp) {
        let order = app.start().await;
        let entry = |at: usize| json!({ "order_id": format!("{at:024}"), "receipt_status": "receipt_ready" });
        let page: &'static str = Box::leak(json!({ "list": (0..50).map(entry).collect::<Vec<_>>() }).to_string().into_boxed_str());
        app.wire.fault("GET /v1/orders$", vec![Fault::Answer(200, page); 5_000]);
        app.wire.fault("GET /v1/orders/", vec![Fault::Answer(404, r#"{"error_code":"NOT_FOUND"}"#); 5_000]);
        app.clock.advance(Order::LIFE_MS);
        assert!(!app.look(&order).await.answered);
        assert_eq!(app.fresh(&order).await.money, MoneyState::Pending);
    }
}

on_both! {
    async fn a_sweep_over_days_goes_on_where_it_was_cut_off(app: TestApp) {
        app.work(60).await;
        app.clock.advance(3 * 24 * 60 * 60 * 1000);
        let swept = async || {
            let swept = app.db.read(|tx| Box::pin(shop::swept(tx))).await;
            day_in_seoul(swept.unwrap().unwrap())
        };
        let days_ago = |days: i64| {
            let now = app.clock.now();
            day_in_seoul(seoul_midnight(now, -days))
        };
        assert_eq!(swept().await, days_ago(3));
        // Two days are read, each by two lists; then nobody answers.
        let lists = [Fault::None, Fault::None, Fault::None, Fault::None].into_iter().chain(vec![Fault::LostBefore; 90]);
        app.wire.fault("GET /v1/orders$", lists);
        app.work(60).await;
        assert_eq!(swept().await, days_ago(1));
        app.wire.heal();
        app.work(60).await;
        assert_eq!(swept().await, days_ago(0));
    }
}

on_both! {
    async fn a_sweep_that_was_cut_off_keeps_nobody_from_finding_a_payment_within_a_minute(app: TestApp) {
        let order = app.start().await;
        app.work(60).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(10).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.clock.advance(30_000);
        // A node takes everything that is due, and falls.
        let mut taken = Vec::new();
        for lane in Lane::ALL {
            while let Some(job) = app.services.claim_job(lane).await.unwrap() {
                taken.push(job.kind);
            }
        }
        assert!(taken.contains(&JobKind::Sweep));
        app.work(60).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!((page.payments.len(), page.reviews.as_slice()), (2, [ReviewReason::SecondPayment].as_slice()));
    }
}

on_both! {
    async fn what_was_paid_while_nobody_swept_for_days_is_found(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.clock.advance(3 * 24 * 60 * 60 * 1000);
        app.work(60).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!((page.payments.len(), page.reviews.as_slice()), (2, [ReviewReason::SecondPayment].as_slice()));
    }
}

on_both! {
    async fn no_notice_pushes_aside_what_a_sweep_over_a_gap_has_found(app: TestApp) {
        let order = app.start().await;
        let first = app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.clock.advance(25 * 60 * 60 * 1000);
        // One round, with its sweep; before the next one somebody tells of the first payment.
        round(&worker(&app, &Kept::default())).await;
        let body = json!({ "event": "order.paid", "order_number": first, "request_id": order.id.as_str() });
        assert_eq!(app.webhook("commerce", &body.to_string()).await, StatusCode::OK);
        app.work(120).await;
        assert_eq!(app.services.order_page(&order.token).await.unwrap().payments.len(), 2);
    }
}

on_both! {
    async fn a_part_that_goes_back_in_the_console_on_the_same_day_is_booked_within_a_minute(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        // Looks have thinned out.
        app.work(2 * 60 * 60).await;
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].clone();
        app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": 5_317 })).await;
        app.work(60).await;
        let looks = app.wire.count("GET /v2/receipt");
        let fresh = app.fresh(&order).await;
        assert_eq!((fresh.refunded.total().get(), fresh.money), (5_317, MoneyState::PartiallyRefunded));
        app.work(120).await;
        assert!(app.wire.count("GET /v2/receipt") - looks <= 3, "one sight is one look");
    }
}

on_both! {
    async fn a_clock_that_was_ahead_and_is_set_right_keeps_nobody_from_finding_a_payment(app: TestApp) {
        for ahead in [5 * 60_000, 3 * 60 * 60_000, 2 * 24 * 60 * 60_000] {
            app.clock.advance(ahead);
            app.work(60).await;
            let order = app.start().await;
            app.work(2).await;
            app.clock.advance(-ahead);
            app.pay(&order, 29_900, "paid").await.unwrap();
            app.work(60).await;
            assert_eq!(app.fresh(&order).await.money, MoneyState::Paid, "{ahead}");
        }
    }
}
