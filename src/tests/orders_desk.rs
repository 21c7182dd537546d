//! One order at the desk: refunds in full and in part, asking the provider, marks and notes.

use axum::http::StatusCode;
use serde_json::json;

use super::app::{Answer, TestApp, new_key};
use super::desk::Desk;
use super::emulated::Fault;
use super::on_both;
use crate::domain::order::{Disposition, EventKind, FulfilmentState, MoneyState, Order};
use crate::domain::staff::Role;

async fn paid(app: &TestApp) -> Order {
    let order = app.start().await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    app.look(&order).await;
    app.services.order(&order.id).await.unwrap()
}

fn form<'a>(key: &'a str, amount: &'a str, typed: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("key", key), ("amount", amount), ("reason", "고객 요청"), ("typed", typed)]
}

async fn refund(desk: &Desk<'_>, order: &Order, amount: &str) -> Answer {
    let key = new_key();
    desk.submit(&format!("/admin/orders/{}/refund", order.id), &form(key.as_str(), amount, amount)).await
}

async fn cancelled(app: &TestApp) -> i64 {
    let ledger = app.ledger().await;
    ledger["receipts"].as_array().unwrap().iter().map(|receipt| receipt["cancelled_price"].as_i64().unwrap()).sum()
}

async fn now(app: &TestApp, order: &Order) -> (MoneyState, i64) {
    let order = app.services.order(&order.id).await.unwrap();
    (order.money, order.refunded.total().get())
}

on_both! {
    async fn parts_go_back_one_after_another_until_nothing_is_left(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        assert_eq!(refund(&desk, &order, "9,900").await.status, StatusCode::SEE_OTHER);
        assert_eq!(now(&app, &order).await, (MoneyState::PartiallyRefunded, 9_900));
        let page = app.get(&format!("/orders/{}", order.token)).await.body;
        assert!(page.contains("9,900원") && page.contains("20,000원"), "the customer reads what went back and what is left");
        let more = refund(&desk, &order, "20,001").await;
        assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(more.body.contains("남은 금액보다 많아요") && more.body.contains("20,001"));
        assert_eq!(refund(&desk, &order, "20000").await.status, StatusCode::SEE_OTHER);
        assert_eq!(now(&app, &order).await, (MoneyState::Refunded, 29_900));
        assert_eq!(cancelled(&app).await, 29_900);
        let none = refund(&desk, &order, "1").await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(cancelled(&app).await, 29_900);
        let payments = app.services.order_page(&order.token).await.unwrap().payments;
        assert_eq!(payments[0].disposition, Disposition::Returned);
    }
}

on_both! {
    async fn one_form_is_one_refund_however_often_it_is_sent(app: TestApp) {
        let (desk, order) = (app.desk(Role::Owner).await, paid(&app).await);
        let key = new_key();
        let path = format!("/admin/orders/{}/refund", order.id);
        let sent = futures::future::join_all((0..5).map(|_| {
            let form = form(key.as_str(), "5,000", "5,000");
            let (desk, path) = (&desk, &path);
            async move { desk.submit(path, &form).await.status }
        }));
        assert!(sent.await.iter().all(|status| *status == StatusCode::SEE_OTHER));
        assert_eq!((now(&app, &order).await, cancelled(&app).await), ((MoneyState::PartiallyRefunded, 5_000), 5_000));
    }
}

on_both! {
    async fn two_forms_at_once_never_give_back_more_than_there_is(app: TestApp) {
        let (desk, order) = (app.desk(Role::Owner).await, paid(&app).await);
        futures::future::join_all((0..8).map(|_| refund(&desk, &order, "10,000"))).await;
        let (_, booked) = now(&app, &order).await;
        assert_eq!(booked, cancelled(&app).await, "our books and the provider's agree");
        assert!((10_000..=29_900).contains(&booked), "{booked}");
    }
}

on_both! {
    async fn what_is_typed_wrongly_moves_nothing(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        let key = new_key();
        let path = format!("/admin/orders/{}/refund", order.id);
        for (amount, typed) in [("9,900", "9,800"), ("", ""), ("0", "0"), ("-5", "-5"), ("1e3", "1e3"), ("<b>", "<b>"), ("29,901", "29,901")] {
            let answer = desk.submit(&path, &form(key.as_str(), amount, typed)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
            assert!(!answer.body.contains("<b>"));
        }
        let mut tax_free = form(key.as_str(), "1,000", "1,000");
        tax_free.push(("tax_free", "500"));
        assert_eq!(desk.submit(&path, &tax_free).await.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is free of tax");
        let nobody = format!("/admin/orders/{}/refund", "0".repeat(24));
        assert_eq!(desk.submit(&nobody, &form(key.as_str(), "1", "1")).await.status, StatusCode::NOT_FOUND);
        assert_eq!((now(&app, &order).await, cancelled(&app).await), ((MoneyState::Paid, 0), 0));
    }
}

on_both! {
    async fn a_lost_answer_is_followed_by_a_read_and_never_by_a_second_refund(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::LostAfter]);
        assert_eq!(refund(&desk, &order, "5,000").await.status, StatusCode::SEE_OTHER);
        assert_eq!(now(&app, &order).await, (MoneyState::Paid, 0), "nobody knows yet");
        let busy = refund(&desk, &order, "5,000").await;
        assert_eq!(busy.status, StatusCode::UNPROCESSABLE_ENTITY, "no other one while the first is open");
        app.clock.advance(crate::service::LOOK_GAP_MS);
        desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
        assert_eq!((now(&app, &order).await, cancelled(&app).await), ((MoneyState::PartiallyRefunded, 5_000), 5_000));
        assert_eq!(app.wire.count("POST /v2/cancel"), 1, "the read was enough");
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        refund(&desk, &order, "6,000").await;
        app.clock.advance(crate::service::REFUND_GAP_MS);
        desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
        assert_eq!((now(&app, &order).await, cancelled(&app).await), ((MoneyState::PartiallyRefunded, 11_000), 11_000));
    }
}

on_both! {
    async fn a_refusal_is_told_and_moves_nothing(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::Answer(400, "{\"error_code\":\"RC_CANCEL_SERVER_ERROR\",\"message\":\"<b>x</b>\"}")]);
        let answer = refund(&desk, &order, "5,000").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("RC_CANCEL_SERVER_ERROR") && !answer.body.contains("<b>x"));
        assert_eq!((now(&app, &order).await, cancelled(&app).await), ((MoneyState::Paid, 0), 0));
        assert!(app.services.order_page(&order.token).await.unwrap().reviews.is_empty(), "whoever ordered it was told");
        assert_eq!(refund(&desk, &order, "5,000").await.status, StatusCode::SEE_OTHER, "and may try again");
    }
}

on_both! {
    async fn what_was_cancelled_in_the_providers_console_is_found_by_asking(app: TestApp) {
        let (desk, order) = (app.desk(Role::Clerk).await, paid(&app).await);
        let receipt = app.services.order_page(&order.token).await.unwrap().payments[0].receipt_id.clone();
        let console = async |won: i64| app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": won })).await;
        console(7_000).await;
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        assert!(page.contains("class=\"differs\""), "the difference is marked");
        let ask = format!("/admin/orders/{}/ask", order.id);
        desk.submit(&ask, &[]).await;
        assert_eq!(now(&app, &order).await, (MoneyState::PartiallyRefunded, 7_000));
        desk.submit(&ask, &[]).await;
        assert_eq!(now(&app, &order).await, (MoneyState::PartiallyRefunded, 7_000), "the same fact twice is one");
        console(22_900).await;
        desk.submit(&ask, &[]).await;
        assert_eq!(now(&app, &order).await, (MoneyState::Refunded, 29_900));
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        assert!(!page.contains("class=\"differs\""));
    }
}

on_both! {
    async fn the_provider_down_leaves_the_page_and_the_books_as_they_are(app: TestApp) {
        let (desk, order) = (app.desk(Role::Clerk).await, paid(&app).await);
        app.wire.fault("GET /v1/orders", [Fault::LostBefore]);
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("data-beside=\"unanswered\"") && page.body.contains("김마당"));
        app.wire.fault("GET /v2/receipt", [Fault::LostBefore]);
        let asked = desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
        let told = desk.get(asked.location()).await.body;
        assert!(told.contains("data-flash=\"asked_unanswered\""));
        assert_eq!(now(&app, &order).await, (MoneyState::Paid, 0));
    }
}

on_both! {
    async fn marks_go_forward_and_only_for_what_was_paid(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let (open, order) = (app.start().await, paid(&app).await);
        let mark = async |order: &Order, to: &str| desk.submit(&format!("/admin/orders/{}/fulfil", order.id), &[("to", to)]).await.status;
        assert_eq!(mark(&open, "shipping").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(mark(&order, "none").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(mark(&order, "shipping").await, StatusCode::SEE_OTHER);
        assert_eq!(mark(&order, "shipping").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(mark(&order, "completed").await, StatusCode::SEE_OTHER);
        assert_eq!(mark(&order, "shipping").await, StatusCode::UNPROCESSABLE_ENTITY);
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!(page.order.fulfilment, FulfilmentState::Completed);
        let kinds: Vec<_> = page.events.iter().map(|event| event.kind).collect();
        assert!(kinds.contains(&EventKind::Shipped) && kinds.contains(&EventKind::Completed));
    }
}

on_both! {
    async fn a_note_is_for_staff_is_found_and_is_only_ever_text(app: TestApp) {
        let (desk, order) = (app.desk(Role::Clerk).await, paid(&app).await);
        let path = format!("/admin/orders/{}/note", order.id);
        let hostile = "</textarea><script>alert(1)</script> 부재시 경비실";
        assert_eq!(desk.submit(&path, &[("note", hostile)]).await.status, StatusCode::SEE_OTHER);
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        assert!(page.contains("경비실") && !page.contains("<script>alert"));
        assert!(!app.get(&format!("/orders/{}", order.token)).await.body.contains("경비실"));
        assert!(desk.get("/admin/orders?q=%EA%B2%BD%EB%B9%84%EC%8B%A4").await.body.contains(order.number.as_str()));
        for wrong in ["가".repeat(1_001), "a\u{0}b".to_owned()] {
            assert_eq!(desk.submit(&path, &[("note", &wrong)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
}

on_both! {
    async fn a_refused_form_leaves_the_others_on_its_page_as_they_are(app: TestApp) {
        let (desk, order) = (app.desk(Role::Owner).await, paid(&app).await);
        let page = format!("/admin/orders/{}", order.id);
        desk.submit(&format!("{page}/note"), &[("note", "부재시 경비실")]).await;
        let refused = desk.submit(&format!("{page}/refund"), &[("amount", "1,000"), ("typed", "2,000"), ("reason", "변심")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(">부재시 경비실</textarea>") && refused.body.contains("value=\"변심\""));
        let note = desk.submit(&format!("{page}/note"), &[("note", &"가".repeat(1_001))]).await;
        assert!(note.status == StatusCode::UNPROCESSABLE_ENTITY && note.body.contains(&"가".repeat(1_001)));
        let clerk = app.hire(Role::Clerk).await;
        let refused = desk.submit(&format!("/admin/settings/staff/{}/dismiss", clerk.id), &[("confirm", "x@y.kr")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = refused.body.split("value=\"clerk\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(chosen.contains("selected"), "the role stays: {chosen}");
    }
}

on_both! {
    async fn what_is_not_there_is_told_to_staff_in_their_own_frame(app: TestApp) {
        let desk = app.desk(Role::Viewer).await;
        for path in ["/admin/nowhere", "/admin/orders/0", &format!("/admin/orders/{}", "0".repeat(24)), "/admin/plans/nowhere"] {
            let page = desk.get(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.body.contains("href=\"/admin/orders\"") && !page.body.contains("href=\"/checkout"), "{path}");
        }
    }
}

on_both! {
    async fn each_role_sees_and_does_what_it_may(app: TestApp) {
        let order = paid(&app).await;
        for role in Role::ALL {
            let desk = app.desk(*role).await;
            let page = desk.get(&format!("/admin/orders/{}", order.id)).await;
            assert_eq!(page.status, StatusCode::OK);
            let is_manager = matches!(role, Role::Owner | Role::Manager);
            assert_eq!(page.body.contains("data-act=\"refund\""), is_manager, "{role:?}");
            assert_eq!(page.body.contains("data-act=\"note\""), *role != Role::Viewer, "{role:?}");
            let refused = refund(&desk, &order, "1").await.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !is_manager, "{role:?}");
        }
    }
}
