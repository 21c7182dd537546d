//! Separate approval: nothing is charged before the shop has found order and amount right, and once.

use axum::http::StatusCode;
use serde_json::json;

use super::app::{TestApp, form, new_key};
use super::emulated::Fault;
use super::on_both;
use crate::domain::order::{EventKind, MoneyState, Order};
use crate::domain::policy::Approval;
use crate::domain::staff::Role;
use crate::service::{APPROVAL_GAP_MS, Actor, OrderPage, PolicyChanges};

async fn with_approval(app: &TestApp) -> Actor {
    let desk = app.desk(Role::Owner).await;
    let saved = desk.submit("/admin/settings/policies", &[("late_policy", "ask"), ("approval", "separate")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(desk.get("/admin/settings").await.body.contains("value=\"separate\" checked"));
    assert_eq!(app.services.approval().await.unwrap(), Approval::Separate);
    Actor { staff: desk.staff.clone(), network: String::new() }
}

/// The buyer authenticates at the provider; nothing is charged yet.
async fn authenticate(app: &TestApp, order: &Order, price: i64) -> String {
    let invoice = json!({
        "name": order.name, "price": price, "tax_free_price": 0, "request_id": order.id.as_str(),
        "redirect_url": app.services.return_url(order), "extra": { "separately_confirmed": true },
    });
    let (status, made) = app.provider("/v1/invoices", &invoice).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    app.choose(made["invoice_id"].as_str().unwrap(), "paid").await.unwrap()
}

async fn look(app: &TestApp, order: &Order) -> OrderPage {
    app.clock.advance(APPROVAL_GAP_MS);
    app.look(order).await
}

async fn charged(app: &TestApp) -> usize {
    let ledger = app.ledger().await;
    ledger["receipts"].as_array().unwrap().iter().filter(|receipt| receipt["status"] == 1).count()
}

fn kinds(page: &OrderPage) -> Vec<EventKind> {
    page.events.iter().map(|event| event.kind).collect()
}

on_both! {
    async fn what_is_right_is_approved_and_paid_in_one_look(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        assert_eq!(charged(&app).await, 0);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, charged(&app).await), (MoneyState::Paid, 1));
        assert_eq!(kinds(&page), [EventKind::Created, EventKind::Approved, EventKind::Paid]);
        assert!(app.get(&format!("/orders/{}", order.token)).await.body.contains("승인했어요"));
    }
}

on_both! {
    async fn every_way_to_the_order_form_asks_for_approval_while_the_shop_wants_it(app: TestApp) {
        let call = async |app: &TestApp| {
            let answer = app.call("/api/checkout/start", &form(new_key().as_str())).await;
            answer.json()["pay"]["call"]["extra"]["separately_confirmed"].clone()
        };
        assert_eq!(call(&app).await, json!(false));
        let actor = with_approval(&app).await;
        assert_eq!(call(&app).await, json!(true));
        let order = app.start().await;
        app.services.payment_url(&order).await.unwrap();
        let invoice = app.services.order(&order.id).await.unwrap().invoice.unwrap();
        app.choose(&invoice.id, "paid").await.unwrap();
        assert_eq!(charged(&app).await, 0, "the server's own invoice waits too");
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
        let at_once = PolicyChanges { approval: Some(Approval::AtOnce), ..PolicyChanges::default() };
        app.services.change_policies(&actor, at_once).await.unwrap();
        assert_eq!(call(&app).await, json!(false));
        for wrong in ["", "x", "<b>"] {
            let desk = app.desk(Role::Owner).await;
            let refused = desk.submit("/admin/settings/policies", &[("late_policy", "ask"), ("approval", wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
    }
}

on_both! {
    async fn a_wrong_amount_is_never_approved(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 9_900).await;
        for _ in 0..2 {
            let page = look(&app, &order).await;
            assert_eq!((page.order.money, page.payments.len()), (MoneyState::Failed, 0));
        }
        assert_eq!((app.wire.count("POST /v1/order/confirm"), charged(&app).await), (0, 0), "nothing was charged");
        authenticate(&app, &order, 29_900).await;
        assert_eq!(look(&app, &order).await.order.money, MoneyState::Paid, "the right amount still counts");
    }
}

on_both! {
    async fn what_cannot_be_read_is_not_approved_until_it_can(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        let fields: [&'static [&'static str]; 3] = [&["price"], &["tax_free"], &["currency"]];
        for missing in fields {
            app.wire.fault("GET /v2/receipt", [Fault::Without(missing)]);
            assert_eq!(look(&app, &order).await.order.money, MoneyState::AwaitingConfirm, "{missing:?}");
        }
        app.wire.fault("GET /v1/orders/", [Fault::Saying("price", 9_900)]);
        assert_eq!(look(&app, &order).await.order.money, MoneyState::AwaitingConfirm, "the provider contradicts itself");
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 0);
        assert_eq!(look(&app, &order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn another_orders_payment_is_not_approved_for_this_one(app: TestApp) {
        with_approval(&app).await;
        let (mine, theirs) = (app.start().await, app.start().await);
        let number = authenticate(&app, &theirs, 29_900).await;
        let hint = crate::domain::id::ProviderOrderNumber::parse(&number).ok();
        app.services.settle(&mine.id, hint).await.unwrap();
        assert_eq!((app.wire.count("POST /v1/order/confirm"), charged(&app).await), (0, 0));
        assert_eq!(app.look(&theirs).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn an_approval_whose_answer_was_lost_is_read(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        app.wire.fault("POST /v1/order/confirm", [Fault::LostAfter]);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid, "the reading that follows shows it");
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 1);

        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        app.wire.fault("POST /v1/order/confirm", [Fault::LostBefore]);
        assert_eq!(app.look(&order).await.order.money, MoneyState::AwaitingConfirm);
        assert_eq!(app.look(&order).await.order.money, MoneyState::AwaitingConfirm, "its first sending may be under way");
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 1);
        app.clock.advance(APPROVAL_GAP_MS);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, app.wire.count("POST /v1/order/confirm")), (MoneyState::Paid, 2));
        let approved = kinds(&page).into_iter().filter(|kind| *kind == EventKind::Approved).count();
        assert_eq!(approved, 1, "one approval, however often it is sent");
    }
}

on_both! {
    async fn of_two_attempts_one_is_approved(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        let first = authenticate(&app, &order, 29_900).await;
        let second = authenticate(&app, &order, 29_900).await;
        let hint = |number: &str| crate::domain::id::ProviderOrderNumber::parse(number).ok();
        let looks = (0..8).map(|at| app.services.settle(&order.id, hint(if at % 2 == 0 { &first } else { &second })));
        for settled in futures::future::join_all(looks).await {
            settled.unwrap();
        }
        for _ in 0..3 {
            look(&app, &order).await;
        }
        let page = look(&app, &order).await;
        assert_eq!((page.order.money, page.payments.len(), charged(&app).await), (MoneyState::Paid, 1, 1));
    }
}

on_both! {
    async fn what_waits_is_approved_also_after_the_shop_has_stopped_to_ask_for_approvals(app: TestApp) {
        let actor = with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        let at_once = PolicyChanges { approval: Some(Approval::AtOnce), ..PolicyChanges::default() };
        app.services.change_policies(&actor, at_once).await.unwrap();
        assert_eq!((look(&app, &order).await.order.money, charged(&app).await), (MoneyState::Paid, 1));
    }
}

on_both! {
    async fn a_card_that_waits_is_approved_though_the_buyer_had_asked_for_an_account_before(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        let told = app.pay(&order, 29_900, "deposit").await.unwrap();
        assert_eq!(look(&app, &order).await.order.money, MoneyState::AwaitingDeposit);
        app.control("/_emulator/cancel", &json!({ "order_number": told })).await;
        authenticate(&app, &order, 29_900).await;
        assert_eq!((look(&app, &order).await.order.money, charged(&app).await), (MoneyState::Paid, 1));
    }
}

on_both! {
    async fn an_order_whose_payment_can_never_be_approved_ends(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        app.wire.fault("POST /v1/order/confirm", std::iter::repeat_n(Fault::Answer(500, "<p>"), 9));
        app.clock.advance(Order::LIFE_MS);
        assert_eq!(look(&app, &order).await.order.money, MoneyState::AwaitingConfirm, "it was begun in time");
        app.clock.advance(Order::UNFINISHED_MS);
        let sent = app.wire.count("POST /v1/order/confirm");
        let page = look(&app, &order).await;
        assert_eq!((page.order.money, charged(&app).await), (MoneyState::Expired, 0));
        look(&app, &order).await;
        assert_eq!(app.wire.count("POST /v1/order/confirm"), sent, "nothing is charged for an order that has ended");
    }
}

on_both! {
    async fn a_card_that_waits_for_a_declined_order_that_has_ended_is_never_charged(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        app.pay(&order, 29_900, "fail").await;
        assert_eq!(look(&app, &order).await.order.money, MoneyState::Failed);
        app.clock.advance(Order::LIFE_MS);
        authenticate(&app, &order, 29_900).await;
        for _ in 0..3 {
            assert_eq!((look(&app, &order).await.order.money, charged(&app).await), (MoneyState::Failed, 0));
        }
    }
}

on_both! {
    async fn nothing_is_charged_for_an_order_that_is_paid_or_expired(app: TestApp) {
        with_approval(&app).await;
        let late = app.start().await;
        app.clock.advance(Order::LIFE_MS);
        assert_eq!(app.look(&late).await.order.money, MoneyState::Expired);
        authenticate(&app, &late, 29_900).await;
        assert_eq!((look(&app, &late).await.order.money, charged(&app).await), (MoneyState::Expired, 0));

        let twice = app.start().await;
        app.pay(&twice, 29_900, "paid").await.unwrap();
        assert_eq!(app.look(&twice).await.order.money, MoneyState::Paid);
        let second = authenticate(&app, &twice, 29_900).await;
        let hint = crate::domain::id::ProviderOrderNumber::parse(&second).ok();
        app.services.settle(&twice.id, hint).await.unwrap();
        assert_eq!(charged(&app).await, 1, "only what was paid before");
    }
}

on_both! {
    async fn an_approval_that_was_lost_is_sent_again_though_another_attempt_waits_too(app: TestApp) {
        with_approval(&app).await;
        let order = app.start().await;
        authenticate(&app, &order, 29_900).await;
        app.wire.fault("POST /v1/order/confirm", [Fault::LostBefore]);
        assert_eq!(look(&app, &order).await.order.money, MoneyState::AwaitingConfirm);
        let second = authenticate(&app, &order, 29_900).await;
        app.clock.advance(APPROVAL_GAP_MS);
        // The second one is what this look begins at.
        let hint = crate::domain::id::ProviderOrderNumber::parse(&second).ok();
        let settled = app.services.settle(&order.id, hint).await.unwrap();
        assert_eq!((settled.order.money, charged(&app).await), (MoneyState::Paid, 1));
    }
}
