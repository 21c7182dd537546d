//! Nobody's browser looks: what the worker finds by itself, and what a webhook is good for.

mod days;
mod lanes;
mod letters;
mod networks;
mod sweep;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::app::TestApp;
use super::emulated::Fault;
use super::on_both;
use crate::domain::business::Business;
use crate::domain::delivery::{BUDGET, DeliveryState, LOOKED_UP};
use crate::domain::job::Lane;
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::refund::RefundReason;
use crate::domain::staff::Role;
use crate::domain::time::Day;
use crate::job::{Post, Worker};
use crate::mail::kept::Kept;
use crate::service::{Actor, AuditFilter, DeliveryFilter, RefundRequest, Refunded};

fn worker(app: &TestApp, letters: &Kept) -> Worker {
    Worker::new(app.services.clone(), post(letters))
}

fn post(letters: &Kept) -> Post {
    Post {
        mailer: std::sync::Arc::new(letters.clone()),
        staff: Some(crate::domain::customer::Email::parse("staff@example.com").unwrap()),
        public_url: super::app::SHOP.into(),
        configured: std::sync::Arc::new(Business { name: "마당".into(), ..Business::default() }),
    }
}

/// One round of a worker: everything that is due now, lane after lane. True when there may be more.
async fn round(worker: &Worker) -> bool {
    let mut more = false;
    for lane in Lane::ALL {
        for _ in 0..8 {
            if !worker.tend(lane).await.unwrap() {
                break;
            }
            more = true;
        }
    }
    more
}

fn today(app: &TestApp) -> Day {
    Day::parse(&app.services.day_today()).unwrap()
}

impl TestApp {
    /// The worker works for so long, a round every second, or every five.
    pub async fn work(&self, seconds: i64) {
        self.work_with(seconds, &Kept::default()).await;
    }

    async fn work_with(&self, seconds: i64, letters: &Kept) {
        let worker = worker(self, letters);
        // Long times in longer strides.
        let stride = if seconds > 120 { 5 } else { 1 };
        for _ in 0..seconds / stride {
            self.clock.advance(stride * 1_000);
            while round(&worker).await {}
        }
    }

    async fn webhook(&self, source: &str, body: &str) -> StatusCode {
        let request = Request::post(format!("/webhooks/bootpay/{source}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()));
        let answer = self.send(request.unwrap()).await;
        if answer.status == StatusCode::OK {
            assert_eq!(answer.json(), json!({ "success": true }));
        }
        answer.status
    }

    async fn fresh(&self, order: &Order) -> Order {
        self.services.order(&order.id).await.unwrap()
    }

    /// Somebody of the staff did this, and it is written down.
    async fn acted(&self, act: &str) {
        let page = self.services.audit_page(&AuditFilter::default()).await.unwrap();
        assert!(page.lines.iter().any(|line| line.act == act), "{act}");
    }

    async fn log(&self) -> Vec<crate::service::Delivery> {
        self.services.deliveries(DeliveryFilter::default(), 1_000).await.unwrap()
    }
}

on_both! {
    async fn a_closed_tab_and_no_webhook_is_right_within_a_minute(app: TestApp) {
        for minutes_later in [0, 10, 45, 100] {
            let order = app.start().await;
            app.work(60 * minutes_later).await;
            app.pay(&order, 29_900, "paid").await.unwrap();
            app.work(60).await;
            assert_eq!(app.fresh(&order).await.money, MoneyState::Paid, "paid after {minutes_later} minutes");
        }
    }
}

on_both! {
    async fn a_second_payment_that_nobody_told_of_is_found(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!((page.order.money, page.payments.len()), (MoneyState::Paid, 2));
        assert_eq!(page.reviews, [ReviewReason::SecondPayment]);
    }
}

on_both! {
    async fn unpaid_orders_expire_by_themselves_but_only_after_the_provider_was_asked(app: TestApp) {
        let order = app.start().await;
        app.work(10).await;
        app.clock.advance(Order::LIFE_MS);
        app.wire.fault("GET /v1/orders", vec![Fault::LostBefore; 40]);
        app.work(10).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Pending, "nobody answered");
        app.wire.heal();
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Expired);
    }
}

on_both! {
    async fn money_that_comes_days_late_is_found(app: TestApp) {
        let order = app.start().await;
        app.clock.advance(Order::LIFE_MS);
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Expired);
        app.clock.advance(3 * 24 * 60 * 60 * 1000);
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!(page.reviews, [ReviewReason::PaidLate]);
    }
}

on_both! {
    async fn what_goes_back_in_the_console_is_booked(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work(60).await;
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].clone();
        app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": 9_900 })).await;
        app.clock.advance(24 * 60 * 60 * 1000);
        app.work(5).await;
        let after = app.fresh(&order).await;
        assert_eq!((after.money, after.refunded.total().get()), (MoneyState::PartiallyRefunded, 9_900));
    }
}

on_both! {
    async fn a_refund_whose_answer_was_lost_is_finished_without_anybody(app: TestApp) {
        let order = app.start().await;
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.work(60).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!(page.order.money, MoneyState::Failed);
        assert_eq!(page.payments[0].disposition, Disposition::Returned);
        assert_eq!(app.ledger().await["cancels"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn a_webhook_makes_the_worker_look_at_once(app: TestApp) {
        let order = app.start().await;
        app.work(60 * 50).await;
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        let body = json!({ "event": "order.paid", "order_number": number, "request_id": order.id.as_str() });
        assert_eq!(app.webhook("commerce", &body.to_string()).await, StatusCode::OK);
        while round(&worker(&app, &Kept::default())).await {}
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
        assert_eq!(app.log().await[0].state, DeliveryState::Matched);
    }
}

on_both! {
    async fn fifty_copies_are_one_payment_and_one_event(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].as_str().unwrap().to_owned();
        let body = json!({ "webhook_type": "PAYMENT_COMPLETED", "receipt_id": receipt, "order_id": order.id.as_str() });
        for _ in 0..50 {
            app.webhook("pg", &body.to_string()).await;
        }
        let looks = app.wire.count("GET /v2/receipt");
        app.work(3).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!((page.order.money, page.payments.len()), (MoneyState::Paid, 1));
        assert_eq!(page.events.iter().filter(|event| event.kind == EventKind::Paid).count(), 1);
        assert!(app.wire.count("GET /v2/receipt") - looks <= 4, "copies cause one look, not fifty");
    }
}

on_both! {
    async fn a_lying_webhook_changes_nothing(app: TestApp) {
        let order = app.start().await;
        for kind in ["order.cancelled", "order.paid", "PAYMENT_COMPLETED", "PAYMENT_CANCELLED"] {
            let body = json!({ "event": kind, "request_id": order.id.as_str(), "status": 1, "price": 29_900, "receipt_status": 1 });
            assert_eq!(app.webhook("pg", &body.to_string()).await, StatusCode::OK);
        }
        app.work(10).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Pending);
    }
}

on_both! {
    async fn an_earlier_forged_notice_swallows_no_later_one(app: TestApp) {
        let order = app.start().await;
        let body = json!({ "request_id": order.id.as_str() }).to_string();
        app.webhook("pg", &body).await;
        while round(&worker(&app, &Kept::default())).await {}
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.webhook("pg", &body).await;
        app.clock.advance(2_000);
        while round(&worker(&app, &Kept::default())).await {}
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
    }
}

on_both! {
    async fn any_body_is_written_down_and_answered(app: TestApp) {
        for body in ["", "{}", "[]", "null", "{\"receipt_id\":", "a=b&c", "%ff%fe", "\u{0}", "{\"event\":\"a\\u0000b\"}", "{\"receipt_id\":{\"a\":[1,2]}}"] {
            assert_eq!(app.webhook("pg", body).await, StatusCode::OK, "{body:?}");
        }
        assert_eq!(app.webhook("pg", &"x".repeat(100_000)).await, StatusCode::OK);
        assert_eq!(app.log().await.len(), 11);
        assert!(app.log().await.iter().any(|one| one.event == "ab"));
        assert!(app.log().await.iter().all(|one| one.state == DeliveryState::Stray));
        assert_eq!(app.webhook("other", "{}").await, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn strangers_cannot_make_us_hammer_the_provider(app: TestApp) {
        for n in 0..200 {
            app.webhook("commerce", &json!({ "order_number": format!("26112099{n:05}") }).to_string()).await;
        }
        let before = app.wire.count("GET /v1/orders/");
        app.work(60).await;
        let asked = app.wire.count("GET /v1/orders/") - before;
        assert!(asked > 0 && asked <= 2 * BUDGET as usize, "{asked} look-ups in a minute");
        // A day later they are forgotten one by one.
        app.clock.advance(25 * 60 * 60 * 1000);
        app.work(900).await;
        assert!(app.log().await.iter().all(|one| one.state == DeliveryState::Stray));
    }
}

on_both! {
    async fn names_that_are_tried_again_spend_the_same_budget(app: TestApp) {
        for n in 0..15 {
            app.webhook("commerce", &json!({ "order_number": format!("26112099{n:05}") }).to_string()).await;
        }
        let before = app.wire.count("GET /v1/orders/");
        app.work(55).await;
        let asked = app.wire.count("GET /v1/orders/") - before;
        assert!(asked >= 15 && asked <= BUDGET as usize, "{asked} look-ups in a minute");
    }
}

on_both! {
    async fn what_cannot_be_asked_about_takes_nobodys_place(app: TestApp) {
        app.webhook("pg", &json!({ "receipt_id": "5fffab350c20b903e88a2cff" }).to_string()).await;
        assert_eq!(app.log().await[0].state, DeliveryState::Stray);
        app.clock.advance(1);
        let many: Vec<_> = (0..8).map(|n| json!({ "order_number": format!("26112098{n:05}") })).collect();
        app.webhook("commerce", &json!(many).to_string()).await;
        assert_eq!(app.log().await[0].state, DeliveryState::Waiting);
        let before = app.wire.count("GET /v1/orders/");
        app.work(6).await;
        assert_eq!(app.wire.count("GET /v1/orders/") - before, LOOKED_UP);
    }
}

on_both! {
    async fn of_what_strangers_send_and_of_one_order_only_the_newest_is_kept(app: TestApp) {
        let order = app.start().await;
        for n in 0..6 {
            app.clock.advance(1);
            app.webhook("pg", &json!({ "event": format!("stray {n}") }).to_string()).await;
            app.clock.advance(1);
            app.webhook("pg", &json!({ "event": format!("ours {n}"), "request_id": order.id.as_str() }).to_string()).await;
        }
        let id = order.id.clone();
        let forgetting = app.db.write(move |tx| {
            let id = id.clone();
            Box::pin(async move {
                crate::store::deliveries::forget_strays(tx, 2).await?;
                crate::store::deliveries::forget_of_order(tx, &id, 3).await
            })
        });
        forgetting.await.unwrap();
        let left: Vec<_> = app.log().await.into_iter().map(|one| one.event).collect();
        assert_eq!(left, ["ours 5", "stray 5", "ours 4", "stray 4", "ours 3"]);
    }
}

on_both! {
    async fn nobody_makes_us_look_at_one_order_all_the_time(app: TestApp) {
        let order = app.start().await;
        let body = json!({ "request_id": order.id.as_str() }).to_string();
        let before = app.wire.lists();
        for _ in 0..100 {
            app.webhook("pg", &body).await;
            app.clock.advance(100);
            while round(&worker(&app, &Kept::default())).await {}
        }
        let asked = app.wire.lists() - before;
        assert!((1..=12).contains(&asked), "{asked} readings of the list in ten seconds");
    }
}

on_both! {
    async fn an_order_that_only_its_number_names_is_found_through_the_provider(app: TestApp) {
        let order = app.start().await;
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        // The list is down; only the number leads to the order.
        app.wire.fault("GET /v1/orders$", vec![Fault::LostBefore; 100]);
        app.webhook("commerce", &json!({ "event": "order.paid", "order_number": number }).to_string()).await;
        app.work(10).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
    }
}

on_both! {
    async fn the_providers_own_id_of_an_order_is_a_place_to_look_at_though_it_looks_like_one_of_ours(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let theirs = app.ledger().await["orders"][0]["order_id"].as_str().unwrap().to_owned();
        assert!(crate::domain::id::OrderId::parse(&theirs).is_ok(), "{theirs}");
        app.wire.fault("GET /v1/orders$", vec![Fault::LostBefore; 100]);
        app.webhook("commerce", &json!({ "request_id": order.id.as_str(), "order_id": theirs }).to_string()).await;
        app.work(10).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
    }
}

on_both! {
    async fn no_later_notice_makes_us_forget_the_number_of_a_payment(app: TestApp) {
        for forged in [false, true] {
            let order = app.start().await;
            // The payment is not in the list of the order's own days: only its number leads to it.
            app.clock.advance(2 * 24 * 60 * 60 * 1000);
            app.work(60).await;
            app.pay(&order, 29_900, "paid").await.unwrap();
            app.wire.fault("GET /v1/orders/", vec![Fault::LostBefore; 2]);
            app.work(31).await;
            let body = match forged {
                false => json!({ "receipt_id": "650000000000000000000001", "order_id": order.id.as_str() }),
                true => json!({ "request_id": order.id.as_str(), "order_number": "26112099999999" }),
            };
            app.webhook("pg", &body.to_string()).await;
            app.wire.heal();
            app.work(60).await;
            let page = app.services.order_page(&order.token).await.unwrap();
            assert_eq!(page.reviews, [ReviewReason::PaidLate], "forged: {forged}");
        }
    }
}

on_both! {
    async fn two_nodes_share_the_work(app: TestApp) {
        let mut orders = Vec::new();
        for _ in 0..20 {
            let order = app.start().await;
            app.pay(&order, 29_900, "paid").await.unwrap();
            orders.push(order);
        }
        app.clock.advance(6_000);
        let letters = Kept::default();
        let (one, other) = (worker(&app, &letters), worker(&app.node(), &letters));
        let run = |worker: Worker| async move { while round(&worker).await {} };
        tokio::join!(run(one), run(other));
        app.work(60).await;
        for order in orders {
            let page = app.services.order_page(&order.token).await.unwrap();
            assert_eq!((page.order.money, page.payments.len()), (MoneyState::Paid, 1));
            assert_eq!(page.events.iter().filter(|event| event.kind == EventKind::Paid).count(), 1);
        }
        assert_eq!(letters.letters().len(), 20, "one letter for each, whoever sent it");
    }
}

on_both! {
    async fn a_webhook_can_be_checked_again_by_whoever_tends_orders(app: TestApp) {
        let order = app.start().await;
        app.webhook("pg", &json!({ "webhook_type": "PAYMENT_COMPLETED", "request_id": order.id.as_str() }).to_string()).await;
        app.work(3).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let (viewer, clerk) = (app.desk(Role::Viewer).await, app.desk(Role::Clerk).await);
        let path = format!("/admin/webhooks/{}/replay", app.log().await[0].id);
        assert_eq!(viewer.submit(&path, &[]).await.status, StatusCode::FORBIDDEN);
        assert!(!viewer.get("/admin/webhooks").await.body.contains("/replay"));
        assert!(clerk.get("/admin/webhooks?state=matched").await.body.contains("PAYMENT_COMPLETED"));
        assert_eq!(clerk.submit(&path, &[]).await.status, StatusCode::SEE_OTHER);
        while round(&worker(&app, &Kept::default())).await {}
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
        app.acted("delivery_replayed").await;
    }
}

on_both! {
    async fn staff_are_told_of_a_payment_that_needs_them(app: TestApp) {
        let (order, letters) = (app.start().await, Kept::default());
        for _ in 0..2 {
            app.pay(&order, 29_900, "paid").await.unwrap();
            app.work_with(60, &letters).await;
        }
        let to_staff = letters.letters().iter().filter(|one| one.to().as_str() == "staff@example.com").count();
        assert_eq!(to_staff, 1);
    }
}

on_both! {
    async fn a_refund_that_could_not_be_sent_is_carried_on_without_anybody(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        // By now nobody looks more often than every few hours.
        app.work(2 * 60 * 60).await;
        let actor = Actor { staff: app.hire(Role::Manager).await, network: String::new() };
        let amount = Amount::new(Krw::new(9_900).unwrap(), Krw::ZERO).unwrap();
        let key = app.services.new_call_key();
        let request = RefundRequest { order: order.id.clone(), amount, reason: RefundReason::parse("고객 요청").unwrap(), key };
        app.wire.fault("GET /v2/receipt", [Fault::LostBefore]);
        assert_eq!(app.services.refund(&actor, request, None).await.unwrap(), Refunded::Waiting);
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.refunded, amount);
    }
}

on_both! {
    async fn what_was_begun_before_midnight_and_paid_an_hour_after_it_is_found(app: TestApp) {
        let midnight = crate::clock::seoul_midnight(crate::clock::Clock::now(&app.clock), 1);
        app.clock.advance(midnight.plus_ms(-10 * 60 * 1000).since_ms(crate::clock::Clock::now(&app.clock)));
        let order = app.start().await;
        app.services.payment_url(&order).await.unwrap();
        let invoice = app.fresh(&order).await.invoice.unwrap();
        app.choose(&invoice.id, "fail").await;
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Failed);
        app.clock.advance(75 * 60 * 1000);
        app.work(5).await;
        app.choose(&invoice.id, "paid").await;
        app.work(60).await;
        assert_eq!(app.fresh(&order).await.money, MoneyState::Paid);
    }
}
