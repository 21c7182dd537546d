//! The provider is down, slow, or answers nonsense: nothing is guessed, and a later look settles it.

use super::emulated::Fault;
use super::on_both;
use crate::domain::order::{Disposition, MoneyState};
use axum::http::StatusCode;

const NONSENSE: [Fault; 8] = [
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Answer(500, "{\"error_code\":\"SERVER_ERROR\",\"message\":\"x\"}"),
    Fault::Answer(502, "<html>Bad Gateway</html>"),
    Fault::Answer(200, "<html>maintenance</html>"),
    Fault::Answer(200, "{\"order_id\":\"a\",\"receipt_sta"),
    Fault::Answer(200, ""),
    Fault::Answer(429, "{}"),
];

on_both! {
    async fn every_nonsense_at_every_step_leaves_the_order_pending(app: TestApp) {
        for step in ["GET /v1/orders", "GET /v2/receipt"] {
            for fault in NONSENSE {
                let order = app.start().await;
                app.pay(&order, 29_900, "paid").await.unwrap();
                app.wire.fault(step, [fault.clone()]);
                let page = app.look(&order).await;
                assert_eq!(page.order.money, MoneyState::Pending, "{step} {fault:?}");
                assert!(!page.answered, "{step} {fault:?}: the page says that it is being checked");
                assert_eq!(app.look(&order).await.order.money, MoneyState::Paid, "{step} {fault:?}");
            }
        }
    }
}

on_both! {
    async fn nonsense_never_expires_an_order(app: TestApp) {
        let order = app.start().await;
        app.clock.advance(crate::domain::order::Order::LIFE_MS);
        app.wire.fault("GET /v1/orders", [Fault::LostBefore]);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Pending);
    }
}

on_both! {
    async fn a_lost_invoice_answer_makes_no_second_invoice(app: TestApp) {
        let order = app.start().await;
        app.wire.fault("POST /v1/invoices", [Fault::LostAfter]);
        assert!(app.services.payment_url(&order).await.is_err());
        app.services.payment_url(&order).await.unwrap();
        assert_eq!(app.ledger().await["invoices"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn no_payment_page_is_said_plainly(app: TestApp) {
        app.wire.fault("POST /v1/invoices", [Fault::LostBefore]);
        let key = crate::tests::app::new_key();
        let answer = app.submit("/api/checkout/start", &crate::tests::app::form(key.as_str())).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.body.contains("C-PROVIDER") && answer.body.contains("/orders/"));
        let again = app.submit("/api/checkout/start", &crate::tests::app::form(key.as_str())).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn a_lost_cancel_answer_is_read_and_not_sent_again(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 9_900, "paid").await.unwrap();
        // The cancel takes effect, its answer is lost, and the provider goes silent for a moment.
        app.wire.fault("POST /v2/cancel", [Fault::LostAfter]);
        app.look(&order).await;
        let page = app.look(&order).await;
        assert_eq!(page.payments[0].disposition, Disposition::Returned);
        assert_eq!(app.wire.count("POST /v2/cancel"), 1);
        assert_eq!(app.ledger().await["cancels"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn a_cancel_that_never_arrived_is_sent_again(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore, Fault::LostBefore]);
        app.look(&order).await;
        app.clock.advance(crate::service::REFUND_GAP_MS);
        let page = app.look(&order).await;
        let text = app.get(&format!("/orders/{}", order.token)).await.body;
        assert_eq!(page.order.money, MoneyState::Failed);
        assert!(text.contains("O-AMOUNT"));
        app.clock.advance(crate::service::REFUND_GAP_MS);
        assert_eq!(app.look(&order).await.payments[0].disposition, Disposition::Returned);
        assert_eq!(app.ledger().await["cancels"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn a_cancel_that_is_still_running_is_neither_sent_again_nor_refused(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        app.look(&order).await;
        app.wire.fault("GET /v2/receipt", vec![Fault::Saying("status", -30); 40]);
        for _ in 0..4 {
            app.clock.advance(crate::service::REFUND_GAP_MS);
            assert_eq!(app.look(&order).await.payments[0].disposition, Disposition::Returning);
        }
        assert_eq!(app.wire.count("POST /v2/cancel"), 0, "none has arrived, and none was sent after the first");
        app.wire.heal();
        app.clock.advance(crate::service::REFUND_GAP_MS);
        assert_eq!(app.look(&order).await.payments[0].disposition, Disposition::Returned);
        assert_eq!(app.ledger().await["cancels"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn a_refused_cancel_asks_a_person(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.wire.fault("POST /v2/cancel", [Fault::Answer(400, "{\"error_code\":\"RC_CANCEL_SERVER_ERROR\",\"message\":\"x\"}")]);
        let page = app.look(&order).await;
        assert_eq!(page.payments[0].disposition, Disposition::InReview);
        assert_eq!(page.reviews, [crate::domain::order::ReviewReason::RefundRefused]);
    }
}

on_both! {
    async fn a_silent_provider_keeps_nobody_waiting(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v1/orders", [Fault::Silent]);
        let started = std::time::Instant::now();
        let answer = app.get(&format!("/orders/{}", order.token)).await;
        assert!(started.elapsed() < std::time::Duration::from_millis(3_500));
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("data-order-state=\"pending\"") && answer.body.contains("O-WAIT"));
        let again = app.get(&format!("/orders/{}", order.token)).await.body;
        assert!(again.contains("O-WAIT"), "a second visitor is told the same at once");
        while app.look(&order).await.order.money == MoneyState::Pending {
            assert!(started.elapsed() < std::time::Duration::from_secs(20), "a later look settles it");
        }
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn pages_look_at_most_once_in_two_seconds(app: TestApp) {
        let order = app.start().await;
        for _ in 0..5 {
            app.get(&format!("/orders/{}", order.token)).await;
        }
        assert_eq!(app.wire.count("GET /v1/orders"), 1);
    }
}

on_both! {
    async fn news_are_never_swallowed_by_an_earlier_look(app: TestApp) {
        let order = app.start().await;
        app.get(&format!("/orders/{}/return?event=cancel", order.token)).await;
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        // No time has passed since the first return.
        app.get(&format!("/orders/{}/return?event=done&order_number={number}", order.token)).await;
        assert_eq!(app.services.order(&order.id).await.unwrap().money, MoneyState::Paid);
    }
}

on_both! {
    async fn a_page_after_an_unanswered_return_still_says_so(app: TestApp) {
        let order = app.start().await;
        app.wire.fault("GET /v1/orders", [Fault::LostBefore]);
        app.get(&format!("/orders/{}/return?event=done", order.token)).await;
        assert!(app.get(&format!("/orders/{}", order.token)).await.body.contains("O-WAIT"));
    }
}

on_both! {
    async fn a_slow_payment_page_keeps_nobody_waiting(app: TestApp) {
        app.wire.fault("POST /v1/invoices", [Fault::Silent]);
        let key = crate::tests::app::new_key();
        let started = std::time::Instant::now();
        let answer = app.submit("/api/checkout/start", &crate::tests::app::form(key.as_str())).await;
        assert!(started.elapsed() < std::time::Duration::from_millis(3_500));
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
