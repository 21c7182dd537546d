//! Money going back when answers are lost, when somebody else cancels at the same time, and by either way.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::app::{Answer, TestApp, new_key};
use super::desk::Desk;
use super::emulated::Fault;
use super::on_both;
use crate::domain::id::LinkId;
use crate::domain::order::{Disposition, EventKind, Order, RefundState, ReviewReason};
use crate::domain::refund::{GIVE_UP_MS, RefundRoute};
use crate::domain::staff::Role;
use crate::service::{Actor, OrderDesk, REFUND_GAP_MS};

const REFUSES: Fault = Fault::Answer(400, "{\"error_code\":\"RC_CANCEL_SERVER_ERROR\",\"message\":\"x\"}");

pub(super) async fn paid(app: &TestApp) -> Order {
    let order = app.start().await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    app.look(&order).await;
    app.services.order(&order.id).await.unwrap()
}

pub(super) async fn refund(desk: &Desk<'_>, order: &Order, amount: &str) -> Answer {
    let key = new_key();
    let form = [("key", key.as_str()), ("amount", amount), ("reason", "고객 요청"), ("typed", amount)];
    desk.submit(&format!("/admin/orders/{}/refund", order.id), &form).await
}

pub(super) async fn refund_parts(desk: &Desk<'_>, order: &Order, amount: &str, tax_free: &str) -> Answer {
    let key = new_key();
    let form =
        [("key", key.as_str()), ("amount", amount), ("tax_free", tax_free), ("reason", "고객 요청"), ("typed", amount)];
    desk.submit(&format!("/admin/orders/{}/refund", order.id), &form).await
}

/// Staff press "ask now" after the time in which nothing is sent twice.
pub(super) async fn ask(app: &TestApp, desk: &Desk<'_>, order: &Order) {
    app.clock.advance(REFUND_GAP_MS);
    let answer = desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

async fn seen(app: &TestApp, desk: &Desk<'_>, order: &Order) -> OrderDesk {
    let actor = Actor { staff: desk.staff.clone(), network: String::new() };
    app.services.order_desk(&actor, &order.id).await.unwrap()
}

pub(super) async fn booked(app: &TestApp, order: &Order) -> i64 {
    app.services.order(&order.id).await.unwrap().refunded.total().get()
}

pub(super) async fn receipt(app: &TestApp, order: &Order) -> Value {
    let ledger = app.ledger().await;
    let all = ledger["receipts"].as_array().unwrap();
    all.iter().rfind(|receipt| receipt["order_id"] == order.id.as_str()).unwrap().clone()
}

/// Somebody cancels in the provider's console.
async fn console(app: &TestApp, order: &Order, won: i64) -> StatusCode {
    let receipt = receipt(app, order).await["receipt_id"].clone();
    app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": won })).await.0
}

pub(super) async fn provider_number(app: &TestApp, order: &Order) -> String {
    app.services.order_page(&order.token).await.unwrap().payments[0].provider_order_number.clone().unwrap()
}

on_both! {
    async fn what_nobody_can_tell_is_unknown_until_somebody_can(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        refund(&desk, &order, "5,000").await;
        console(&app, &order, 3_000).await;
        app.wire.fault("GET /v1/order/cancel", [Fault::LostBefore]);
        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[0].state, booked(&app, &order).await), (RefundState::Unknown, 0));
        assert!(found.events.iter().any(|event| event.kind == EventKind::RefundUnknown));
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        assert!(page.contains("data-refund=\"unknown\"") && page.contains("결과를 알 수 없음"));
        assert_eq!(app.services.glance().await.unwrap().needs.refunds.count, 1);
        assert_eq!(refund(&desk, &order, "1,000").await.status, StatusCode::UNPROCESSABLE_ENTITY, "one at a time");

        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!(found.refunds[0].state, RefundState::Done, "the list names everything that went back, and not ours");
        assert_eq!((booked(&app, &order).await, &receipt(&app, &order).await["cancelled_price"]), (8_000, &json!(8_000)));
        assert_eq!(app.services.glance().await.unwrap().needs.refunds.count, 0);
    }
}

on_both! {
    async fn a_refund_is_not_sent_when_other_money_has_gone_back_since_it_was_decided(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        console(&app, &order, 3_000).await;
        let spent = new_key();
        let send = async |key: &str| {
            let form = [("key", key), ("amount", "5,000"), ("reason", "고객 요청"), ("typed", "5,000")];
            desk.submit(&format!("/admin/orders/{}/refund", order.id), &form).await
        };
        let refused = send(spent.as_str()).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("R-OVERTAKEN"));
        assert_eq!((booked(&app, &order).await, app.wire.count("POST /v2/cancel")), (3_000, 0));
        assert!(send(spent.as_str()).await.body.contains("R-OVERTAKEN"), "the same form is the same refund");
        let (_, rest) = refused.body.split_once("name=\"key\" value=\"").unwrap();
        let offered = rest.split('"').next().unwrap();
        assert_ne!(offered, spent.as_str());
        assert_eq!(send(offered).await.status, StatusCode::SEE_OTHER, "now it is known");
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[1].route, booked(&app, &order).await), (RefundRoute::Pg, 8_000));
        assert!(found.events.iter().any(|event| event.kind == EventKind::RefundOvertaken));
    }
}

on_both! {
    async fn a_refund_that_gets_no_answer_for_an_hour_may_be_given_up(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", vec![Fault::Answer(500, "<html>"); 90]);
        refund(&desk, &order, "5,000").await;
        let page = format!("/admin/orders/{}", order.id);
        let key = seen(&app, &desk, &order).await.refunds[0].cancel_id.clone();
        let give_up = async || {
            let form = [("give_up", "1"), ("key", key.as_str())];
            desk.submit(&format!("{page}/refund"), &form).await.status
        };
        ask(&app, &desk, &order).await;
        assert!(!desk.get(&page).await.body.contains("data-act=\"give-up\""));
        assert_eq!(give_up().await, StatusCode::UNPROCESSABLE_ENTITY, "it may well come through");
        app.clock.advance(GIVE_UP_MS);
        let told = desk.get(&page).await.body;
        assert!(told.contains("data-act=\"give-up\"") && told.contains("부트페이 관리자"));
        assert_eq!(give_up().await, StatusCode::SEE_OTHER);
        assert_eq!(give_up().await, StatusCode::UNPROCESSABLE_ENTITY, "once");
        assert!(desk.get(&page).await.body.contains("보내지 않았거나 그만둠"));
        let given_up = seen(&app, &desk, &order).await.refunds[0].clone();
        let now = crate::clock::Clock::now(&app.clock);
        let is_booked = app.db.write(move |tx| {
            let id = given_up.id.clone();
            Box::pin(async move { crate::store::refunds::finish(tx, &id, now).await })
        });
        assert!(!is_booked.await.unwrap(), "a look that began before books nothing that is found without it");
        app.wire.heal();
        assert_eq!(refund(&desk, &order, "4,000").await.status, StatusCode::SEE_OTHER);
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[1].route, booked(&app, &order).await), (RefundRoute::Pg, 4_000));
        // It was carried out in spite of all.
        console(&app, &order, 5_000).await;
        ask(&app, &desk, &order).await;
        assert_eq!(booked(&app, &order).await, 9_000);
    }
}

on_both! {
    async fn a_return_that_nobody_ordered_and_nobody_answers_asks_a_person_once_it_is_given_up(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, app.start().await);
        app.wire.fault("POST /v2/cancel", vec![Fault::LostBefore; 90]);
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.look(&order).await;
        app.clock.advance(GIVE_UP_MS);
        let page = format!("/admin/orders/{}", order.id);
        assert!(desk.get(&page).await.body.contains("data-act=\"give-up\""));
        let key = seen(&app, &desk, &order).await.refunds[0].cancel_id.clone();
        let form = [("give_up", "1"), ("key", key.as_str())];
        assert_eq!(desk.submit(&format!("{page}/refund"), &form).await.status, StatusCode::SEE_OTHER);
        let reviews = app.services.reviews(Some(&order.id), None).await.unwrap().reviews;
        assert_eq!((reviews.len(), reviews[0].reason), (1, ReviewReason::RefundRefused));
        app.wire.heal();
        desk.submit(&format!("/admin/reviews/{}", reviews[0].id), &[("decision", "give_back"), ("amount", "9,900")]).await;
        assert_eq!(receipt(&app, &order).await["cancelled_price"], 9_900);
    }
}

on_both! {
    async fn a_return_of_what_is_all_back_already_ends_without_a_call(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, app.start().await);
        app.wire.fault("POST /v2/cancel", [REFUSES]);
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.look(&order).await;
        console(&app, &order, 9_900).await;
        let review = app.services.reviews(Some(&order.id), None).await.unwrap().reviews.remove(0);
        desk.submit(&format!("/admin/reviews/{}", review.id), &[("decision", "give_back"), ("amount", "9,900")]).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!((page.payments[0].disposition, page.reviews.len()), (Disposition::Returned, 0));
        assert_eq!((app.wire.count("POST /v1/order/cancel"), app.wire.count("POST /v2/cancel")), (0, 0));
    }
}

on_both! {
    async fn what_went_back_and_cannot_be_booked_stops_no_refund(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let order = paid_link(&app, &desk).await;
        let taxable = order.amount.total().get() - order.amount.tax_free().get();
        console(&app, &order, taxable + 1).await;
        assert_eq!(refund(&desk, &order, "100").await.status, StatusCode::SEE_OTHER);
        assert_eq!(receipt(&app, &order).await["cancelled_price"], taxable + 101);
    }
}

on_both! {
    async fn an_approval_without_an_end_may_be_given_up(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        let number = provider_number(&app, &order).await;
        let wish = json!({ "order_number": number, "request_cancel_parameters": { "cancel_price": 9_900 } });
        app.control("/_emulator/cancel-request", &wish).await;
        let request = app.ledger().await["cancels"][0]["order_cancellation_request_id"].as_str().unwrap().to_owned();
        let page = format!("/admin/orders/{}", order.id);
        app.wire.fault("PUT /v1/order/cancel", [Fault::LostBefore]);
        app.wire.fault("GET /v1/order/cancel", [Fault::None].into_iter().chain(vec![Fault::Answer(500, "<p>"); 40]));
        desk.submit(&format!("{page}/cancel-request"), &[("request", &request), ("act", "approve"), ("approved", "9,900")]).await;
        ask(&app, &desk, &order).await;
        assert!(refund(&desk, &order, "5,000").await.body.contains("R-BUSY"));
        let give_up = async || desk.submit(&format!("{page}/refund"), &[("give_up", "1"), ("request", &request)]).await.status;
        assert_eq!(give_up().await, StatusCode::UNPROCESSABLE_ENTITY);
        app.clock.advance(GIVE_UP_MS);
        assert!(desk.get(&page).await.body.contains("data-act=\"give-up\""));
        assert_eq!(give_up().await, StatusCode::SEE_OTHER);
        assert_eq!(refund(&desk, &order, "5,000").await.status, StatusCode::SEE_OTHER);
        assert_eq!(booked(&app, &order).await, 5_000);
    }
}

on_both! {
    async fn the_commerce_way_finds_a_number_that_was_never_told(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, app.start().await);
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v1/orders/", [Fault::Without(&["order_number"])]);
        app.look(&order).await;
        assert_eq!(app.services.order_page(&order.token).await.unwrap().payments[0].provider_order_number, None);
        app.wire.fault("POST /v2/cancel", [REFUSES]);
        refund(&desk, &order, "5,000").await;
        app.clock.advance(1);
        assert_eq!(refund(&desk, &order, "5,000").await.status, StatusCode::SEE_OTHER);
        assert_eq!((booked(&app, &order).await, app.wire.count("POST /v1/order/cancel")), (5_000, 1));
    }
}

on_both! {
    async fn a_lost_answer_beside_another_cancel_is_known_by_its_id(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::LostAfter]);
        refund(&desk, &order, "5,000").await;
        console(&app, &order, 3_000).await;
        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[0].state, booked(&app, &order).await), (RefundState::Done, 8_000));
        assert_eq!(app.wire.count("POST /v2/cancel"), 1, "reading was enough");
    }
}

on_both! {
    async fn a_receipt_that_cannot_be_read_for_long_leaves_the_refund_unknown(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::LostAfter]);
        refund(&desk, &order, "5,000").await;
        app.wire.fault("GET /v2/receipt", vec![Fault::LostBefore; 40]);
        ask(&app, &desk, &order).await;
        assert_eq!(seen(&app, &desk, &order).await.refunds[0].state, RefundState::Sent, "not for long yet");
        app.clock.advance(10 * 60 * 1000);
        ask(&app, &desk, &order).await;
        assert_eq!(seen(&app, &desk, &order).await.refunds[0].state, RefundState::Unknown);
        app.wire.heal();
        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[0].state, booked(&app, &order).await), (RefundState::Done, 5_000));
        let unknown = found.events.iter().filter(|event| event.kind == EventKind::RefundUnknown).count();
        assert_eq!((unknown, app.wire.count("POST /v2/cancel")), (1, 1));
    }
}

on_both! {
    async fn a_refund_is_not_sent_again_while_its_first_sending_may_be_under_way(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        refund(&desk, &order, "5,000").await;
        app.clock.advance(REFUND_GAP_MS - 1);
        desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
        assert_eq!((app.wire.count("POST /v2/cancel"), booked(&app, &order).await), (0, 0));
        let before = seen(&app, &desk, &order).await.refunds[0].cancel_id.clone();
        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[0].state, found.refunds[0].cancel_id.clone()), (RefundState::Done, before));
        assert_eq!(app.ledger().await["cancels"][0]["cancel_id"], found.refunds[0].cancel_id.as_str());
    }
}

on_both! {
    async fn staff_and_console_racing_never_give_back_more_than_there_is(app: TestApp) {
        let (desk, order) = (app.desk(Role::Owner).await, paid(&app).await);
        app.wire.fault("POST /v2/cancel", [Fault::None, Fault::LostAfter, Fault::LostBefore, Fault::LostAfter]);
        for _ in 0..4 {
            let staff = futures::future::join_all((0..3).map(|_| refund(&desk, &order, "6,000")));
            futures::future::join(staff, console(&app, &order, 2_000)).await;
            ask(&app, &desk, &order).await;
            ask(&app, &desk, &order).await;
        }
        let found = seen(&app, &desk, &order).await;
        let gone = receipt(&app, &order).await["cancelled_price"].as_i64().unwrap();
        assert_eq!(booked(&app, &order).await, gone, "our books and the provider's agree: {:?}", found.refunds);
        assert!((1..=29_900).contains(&gone));
        let ledger = app.ledger().await;
        let theirs: Vec<_> = ledger["cancels"].as_array().unwrap().iter().map(|one| one["cancel_id"].clone()).collect();
        for refund in found.refunds {
            let named = theirs.iter().filter(|id| **id == refund.cancel_id.as_str()).count();
            assert_eq!(named, usize::from(refund.state == RefundState::Done), "{refund:?}");
        }
    }
}

on_both! {
    async fn what_the_pg_refuses_goes_by_commerce_and_back(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        let refund = async |amount: &str| {
            app.clock.advance(1);
            refund(&desk, &order, amount).await.status
        };
        app.wire.fault("POST /v2/cancel", [REFUSES]);
        assert_eq!(refund("5,000").await, StatusCode::UNPROCESSABLE_ENTITY);
        let (refused, now) = (seen(&app, &desk, &order).await.refunds[0].id.clone(), crate::clock::Clock::now(&app.clock));
        let is_booked = app.db.write(move |tx| {
            let id = refused.clone();
            Box::pin(async move { crate::store::refunds::finish(tx, &id, now).await })
        });
        assert!(!is_booked.await.unwrap(), "a slow look of before must not take the next refund's money for this one's");
        app.wire.fault("POST /v1/order/cancel", [Fault::LostAfter]);
        assert_eq!(refund("5,000").await, StatusCode::SEE_OTHER);
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[1].route, found.refunds[1].state), (RefundRoute::Commerce, RefundState::Sent));
        ask(&app, &desk, &order).await;
        assert_eq!((booked(&app, &order).await, app.wire.count("POST /v1/order/cancel")), (5_000, 1), "read, not repeated");
        let cancel = app.ledger().await["cancels"][0].clone();
        assert_eq!((&cancel["cancel_id"], &cancel["cancel_requester"]), (&json!(found.refunds[1].cancel_id.as_str()), &json!("Madang")));

        let no_role = "{\"error_code\":\"API_ROLE_NOT_SUPPORT\",\"message\":\"x\"}";
        app.wire.fault("POST /v1/order/cancel", [Fault::Answer(403, no_role)]);
        assert_eq!(refund("6,000").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refund("6,000").await, StatusCode::SEE_OTHER);
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[3].route, booked(&app, &order).await), (RefundRoute::Pg, 11_000));
    }
}

on_both! {
    async fn a_return_that_the_pg_refuses_goes_back_by_commerce_in_full(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, app.start().await);
        app.wire.fault("POST /v2/cancel", [REFUSES]);
        app.pay(&order, 9_900, "paid").await.unwrap();
        app.look(&order).await;
        let review = app.services.reviews(Some(&order.id), None).await.unwrap().reviews.remove(0);
        let form = [("decision", "give_back"), ("amount", "9,900")];
        desk.submit(&format!("/admin/reviews/{}", review.id), &form).await;
        assert_eq!(app.wire.count("POST /v1/order/cancel"), 1);
        assert_eq!(receipt(&app, &order).await["cancelled_price"], 9_900);
        assert!(app.services.reviews(Some(&order.id), None).await.unwrap().reviews.is_empty());
    }
}

on_both! {
    async fn both_parts_of_an_amount_go_back_and_are_told_apart(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let order = paid_link(&app, &desk).await;
        let part = async |amount, tax_free| refund_parts(&desk, &order, amount, tax_free).await.status;
        let agree = async || {
            let (ours, theirs) = (app.services.order(&order.id).await.unwrap().refunded, receipt(&app, &order).await);
            assert_eq!(theirs["cancelled_price"], ours.total().get());
            assert_eq!(theirs["cancelled_tax_free"], ours.tax_free().get());
            (ours.total().get(), ours.tax_free().get())
        };
        app.wire.fault("POST /v2/cancel", [Fault::LostAfter]);
        part("5,000", "1,000").await;
        ask(&app, &desk, &order).await;
        assert_eq!((agree().await, app.wire.count("POST /v2/cancel")), ((5_000, 1_000), 1));

        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        part("4,000", "0").await;
        let named = json!({ "receipt_id": receipt(&app, &order).await["receipt_id"], "cancel_price": 4_000, "cancel_tax_free": 4_000 });
        app.provider("/v2/cancel", &named).await;
        ask(&app, &desk, &order).await;
        ask(&app, &desk, &order).await;
        assert_eq!(agree().await, (13_000, 5_000), "the same total of another part is somebody else's");

        assert_eq!(part("7,000", "6,001").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(part("20,000", "0").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(part("20,000", "6,000").await, StatusCode::SEE_OTHER);
        assert_eq!(agree().await, (33_000, 11_000));
    }
}

/// A paid link of 33,000 won, 11,000 of them free of tax.
pub(super) async fn paid_link(app: &TestApp, desk: &Desk<'_>) -> Order {
    let key = new_key();
    let fields = [
        ("name", "11월 상담료"),
        ("amount", "33,000"),
        ("tax_free", "11,000"),
        ("expires_days", "7"),
        ("customer_name", "김고객"),
        ("customer_phone", "010-9876-5432"),
        ("notify", "none"),
        ("key", key.as_str()),
        ("step", "create"),
    ];
    let made = desk.submit("/admin/links/new", &fields).await;
    let id = LinkId::parse(made.location().strip_prefix("/admin/links/").unwrap()).unwrap();
    let invoice = app.ledger().await["invoices"][0]["invoice_id"].as_str().unwrap().to_owned();
    app.choose(&invoice, "paid").await;
    let actor = Actor { staff: desk.staff.clone(), network: String::new() };
    let order = app.services.link_page(&actor, &id).await.unwrap().orders.remove(0);
    app.look(&order).await;
    app.services.order(&order.id).await.unwrap()
}
