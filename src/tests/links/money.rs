//! Money for pay links: once, several times, too late.

use axum::http::StatusCode;

use super::{DAY_MS, hidden, invoice_of};
use crate::domain::id::LinkId;
use crate::domain::lang::Lang;
use crate::domain::link::LinkState;
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::{LinkPage, OrderPage};
use crate::store::orders;
use crate::tests::app::{EMULATOR, TestApp};
use crate::tests::emulated::Fault;
use crate::tests::on_both;

/// A link that was closed, and paid afterwards at the provider's own address.
async fn paid_late(app: &TestApp, policy: LatePolicy, close: &str) -> (OrderPage, LinkPage, String) {
    app.set_policy(policy).await;
    let desk = app.desk(Role::Clerk).await;
    let id = desk.link(&[]).await;
    let path = app.pay_path(&id).await;
    let invoice = app.invoices().await.pop().unwrap()["invoice_id"].as_str().unwrap().to_owned();
    app.clock.advance(60_000);
    if close == "stop" {
        assert_eq!(desk.act(&id, "stop", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.standing(&path).await, "stopped");
    }
    app.clock.advance(60_000);
    app.choose(&invoice, "paid").await;
    let order = app.link_page(&desk, &id).await.orders[0].clone();
    let page = app.look(&order).await;
    (page, app.link_page(&desk, &id).await, path)
}

on_both! {
    async fn money_for_a_stopped_link_is_judged_by_the_policy(app: TestApp) {
        let (order, link, _) = paid_late(&app, LatePolicy::Ask, "stop").await;
        assert_eq!((order.order.money, order.reviews.as_slice()), (MoneyState::Pending, [ReviewReason::PaidLate].as_slice()));
        assert!(!order.is_payable());
        assert_eq!(link.state, LinkState::PaidLate);

        let (order, link, path) = paid_late(&app, LatePolicy::Accept, "stop").await;
        assert_eq!((order.order.money, order.reviews.len()), (MoneyState::Paid, 0));
        assert_eq!((link.state, link.link.used), (LinkState::PaidLate, 1));
        assert_eq!(app.standing(&path).await, "paid");

        let (order, link, path) = paid_late(&app, LatePolicy::Refund, "stop").await;
        assert_eq!(order.payments[0].disposition, Disposition::Returned);
        let kinds: Vec<_> = order.events.iter().map(|event| event.kind).collect();
        assert!(kinds.ends_with(&[EventKind::LateReturn, EventKind::RefundDone]), "{kinds:?}");
        assert_eq!((order.order.money, link.state, link.link.used), (MoneyState::Failed, LinkState::PaidLate, 0));
        assert_eq!(app.ledger().await["receipts"][2]["cancelled_price"], 33_000);
        let told = app.get(&format!("/orders/{}", order.order.token)).await.body;
        assert!(told.contains("L-LATE") && !told.contains("O-AMOUNT") && !told.contains("O-DECLINED"), "{told}");
        assert_eq!(app.standing(&path).await, "stopped");
    }
}

on_both! {
    async fn money_for_an_expired_link_is_judged_by_the_policy(app: TestApp) {
        for policy in [LatePolicy::Ask, LatePolicy::Accept, LatePolicy::Refund] {
            app.set_policy(policy).await;
            let desk = app.desk(Role::Clerk).await;
            let id = desk.link(&[("expires_days", "1")]).await;
            let path = app.pay_path(&id).await;
            let invoice = app.press(&path).await;
            app.choose(&invoice_of(invoice.location()), "deposit").await;
            assert_eq!(app.standing(&path).await, "waiting");
            let refused = desk.act(&id, "extend", &[("expires_days", "3")]).await;
            assert!(refused.body.contains("L-MONEY"), "nobody is to pay twice");
            app.clock.advance(DAY_MS);
            let desk = app.desk(Role::Clerk).await;
            let number = app.ledger().await["orders"].as_array().unwrap().last().unwrap()["order_number"].clone();
            app.control("/_emulator/deposit", &serde_json::json!({ "order_number": number })).await;
            let order = app.orders_of(&desk, &id).await.remove(0);
            let link = app.link_page(&desk, &id).await;
            assert_eq!(link.state, LinkState::PaidLate, "{policy:?}");
            match policy {
                LatePolicy::Ask => assert_eq!(order.reviews, [ReviewReason::PaidLate]),
                LatePolicy::Accept => assert_eq!(order.order.money, MoneyState::Paid),
                LatePolicy::Refund => assert_ne!(order.order.money, MoneyState::Paid),
            }
        }
    }
}

on_both! {
    async fn an_expired_plan_order_follows_the_policy_too(app: TestApp) {
        for (policy, state, disposition) in [
            (LatePolicy::Accept, MoneyState::Paid, Disposition::Counted),
            (LatePolicy::Refund, MoneyState::Expired, Disposition::Returned),
        ] {
            app.set_policy(policy).await;
            let order = app.start().await;
            app.clock.advance(Order::LIFE_MS);
            assert_eq!(app.look(&order).await.order.money, MoneyState::Expired);
            app.pay(&order, 29_900, "paid").await.unwrap();
            app.look(&order).await;
            let page = app.look(&order).await;
            assert_eq!((page.order.money, page.payments[0].disposition), (state, disposition), "{policy:?}");
        }
    }
}

on_both! {
    async fn what_was_paid_in_time_counts_however_late_we_look(app: TestApp) {
        app.set_policy(LatePolicy::Refund).await;
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[]).await;
        let invoice = app.press(&app.pay_path(&id).await).await;
        app.choose(&invoice_of(invoice.location()), "paid").await;
        app.clock.advance(1_000);
        desk.act(&id, "stop", &[]).await;
        let link = app.link_page(&desk, &id).await;
        assert_eq!((link.state, link.link.used), (LinkState::Paid, 1));
    }
}

on_both! {
    async fn a_link_whose_payment_was_settled_otherwise_can_be_paid_again_on_another_page(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let id = desk.link(&[]).await;
        let path = app.pay_path(&id).await;
        let first = invoice_of(app.press(&path).await.location());
        app.choose(&first, "paid").await;
        app.wire.fault("GET /v2/receipt", vec![Fault::Without(&["price"]); 4]);
        assert_eq!(app.standing(&path).await, "checking");
        let order = app.link_page(&desk, &id).await.orders[0].clone();
        let review = app.services.reviews(Some(&order.id), None).await.unwrap().reviews.remove(0);
        app.wire.fault("GET /v2/receipt", vec![Fault::Without(&["price"]); 40]);
        let kept = desk.submit(&format!("/admin/reviews/{}", review.id), &[("decision", "keep"), ("reason", "전화로 해결")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        assert_eq!(app.standing(&path).await, "payable");
        let page = app.services.order_page(&order.token).await.unwrap();
        assert!(!page.is_payable() && !page.has_unsettled(), "its own payment page has been used");
        let second = invoice_of(app.press(&path).await.location());
        assert_ne!(first, second);
        app.wire.heal();
        app.choose(&second, "paid").await;
        assert_eq!(app.standing(&path).await, "paid");
    }
}

on_both! {
    async fn the_order_of_a_link_takes_the_language_of_whoever_pays(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        for other in [[].as_slice(), &[("uses", "2")]] {
            let id = desk.link(other).await;
            let path = app.pay_path(&id).await;
            let page = app.get(&path).await.body;
            let form = [("token", path.trim_start_matches("/pay/")), ("key", &hidden(&page, "key").unwrap())];
            let answer = app.submit("/api/pay/start?lang=en", &form).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
            let orders = app.link_page(&desk, &id).await.orders;
            // A link for several payments has an order of its own beside those of its visitors.
            assert!(orders.iter().any(|order| order.lang == Lang::En), "{orders:?}");
        }
    }
}

on_both! {
    async fn a_link_for_one_payment_is_paid_once(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[]).await;
        let path = app.pay_path(&id).await;
        let page = app.get(&path).await.body;
        let form = [("token", path.trim_start_matches("/pay/")), ("key", &hidden(&page, "key").unwrap())];
        let first = app.submit("/api/pay/start", &form).await;
        // Declined, tried again, paid: the same page, and nobody has told the shop.
        app.choose(&invoice_of(first.location()), "fail").await;
        let again = app.press(&path).await;
        assert_eq!(again.location(), first.location());
        app.choose(&invoice_of(again.location()), "paid").await;
        let after = app.submit("/api/pay/start", &form).await;
        let order = app.link_page(&desk, &id).await.orders[0].clone();
        assert!(after.location() == format!("/orders/{}", order.token), "{}", after.location());
        assert_eq!(app.submit("/api/pay/start", &form).await.location(), path, "it is used up");
        assert_eq!(app.invoices().await.len(), 1);
        for act in ["extend", "reenable"] {
            let refused = desk.act(&id, act, &[("expires_days", "3")]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains("L-USED"), "{act}");
        }
    }
}

on_both! {
    async fn a_payment_that_went_back_is_followed_by_a_new_page(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[]).await;
        let path = app.pay_path(&id).await;
        let first = app.press(&path).await.location().to_owned();
        app.choose(&invoice_of(&first), "paid").await;
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].clone();
        app.provider("/v2/cancel", &serde_json::json!({ "receipt_id": receipt })).await;
        let second = app.press(&path).await.location().to_owned();
        assert_ne!(first, second, "the first page has been used");
        app.choose(&invoice_of(&second), "paid").await;
        assert_eq!(app.standing(&path).await, "paid");
        let states: Vec<_> = app.link_page(&desk, &id).await.orders.iter().map(|order| order.money).collect();
        assert!(states.contains(&MoneyState::Paid) && states.contains(&MoneyState::Cancelled), "{states:?}");
    }
}

on_both! {
    async fn a_link_for_several_payments_makes_an_order_for_each(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[("uses", "2")]).await;
        let path = app.pay_path(&id).await;
        let page = app.get(&path).await.body;
        assert!(!page.contains("김○○"), "several people see it");
        let form = [("token", path.trim_start_matches("/pay/")), ("key", &hidden(&page, "key").unwrap())];
        let sent = futures::future::join_all((0..4).map(|_| app.submit("/api/pay/start", &form))).await;
        let first = sent.iter().find(|answer| answer.location().starts_with(EMULATOR)).unwrap().location();
        let (second, third) = (app.press(&path).await, app.press(&path).await);
        assert_ne!(first, second.location());
        let invoices = app.invoices().await;
        assert_eq!(invoices.len(), 4, "one that was proven, three visits");
        assert!(invoices[1]["user"].is_null(), "the provider asks whoever pays");
        for paid in [first, second.location()] {
            app.choose(&invoice_of(paid), "paid").await;
        }
        for page in app.orders_of(&desk, &id).await {
            assert!(page.reviews.is_empty());
        }
        assert_eq!(app.link_page(&desk, &id).await.state, LinkState::Paid);
        assert_eq!(app.standing(&path).await, "used_up");
        assert_eq!(app.submit("/api/pay/start", &form).await.location().split('/').nth(1), Some("orders"));
        // One page was open all the time: a third payment is asked about, never counted.
        app.choose(&invoice_of(third.location()), "paid").await;
        let pages = app.orders_of(&desk, &id).await;
        let asked: Vec<_> = pages.iter().flat_map(|page| page.reviews.clone()).collect();
        assert_eq!(asked, [ReviewReason::SecondPayment]);
        assert_eq!(app.link_page(&desk, &id).await.link.used, 2);
    }
}

on_both! {
    async fn an_order_of_a_closed_link_offers_no_payment(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[]).await;
        let order = app.link_page(&desk, &id).await.orders[0].clone();
        let path = format!("/orders/{}", order.token);
        assert!(app.get(&path).await.body.contains("/api/checkout/resume"));
        desk.act(&id, "stop", &[]).await;
        assert!(!app.get(&path).await.body.contains("/api/checkout/resume"));
        let resumed = app.submit("/api/checkout/resume", &[("token", order.token.as_str())]).await;
        assert_eq!(resumed.location(), path);
    }
}

on_both! {
    async fn whoever_has_paid_goes_where_the_link_says(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[("redirect", "https://shop.example/thanks")]).await;
        let order = app.link_page(&desk, &id).await.orders.remove(0);
        let back = format!("/orders/{}/return", order.token);
        assert_eq!(app.get(&back).await.location(), format!("/orders/{}", order.token), "not before it is paid");
        app.choose(&order.invoice.unwrap().id, "paid").await;
        assert_eq!(app.get(&back).await.location(), "https://shop.example/thanks");
    }
}

/// A link for two payments, and the orders of three buyers who have authenticated theirs.
async fn three_wait_for_approval(app: &TestApp) -> (LinkId, Vec<Order>) {
    let owner = app.desk(Role::Owner).await;
    owner.submit("/admin/settings/policies", &[("late_policy", "ask"), ("approval", "separate")]).await;
    let id = owner.link(&[("uses", "2")]).await;
    let path = app.pay_path(&id).await;
    for _ in 0..3 {
        let form = app.press(&path).await;
        app.choose(&invoice_of(form.location()), "paid").await;
    }
    let link = id.clone();
    let orders = app.db.read(move |tx| {
        let link = link.clone();
        Box::pin(async move { orders::of_link(tx, &link, 10).await })
    });
    let mut waiting = orders.await.unwrap();
    waiting.retain(|order| order.money == MoneyState::Pending);
    (id, waiting)
}

on_both! {
    async fn the_last_use_of_a_link_is_approved_for_one_buyer(app: TestApp) {
        let (id, waiting) = three_wait_for_approval(&app).await;
        // Two approvals leave, and nobody knows yet whether they have come through.
        app.wire.fault("POST /v1/order/confirm", [Fault::LostBefore, Fault::LostBefore]);
        for order in &waiting {
            app.services.settle(&order.id, None).await.unwrap();
        }
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 0, "the third must wait for them");
        app.clock.advance(60_000);
        for order in &waiting {
            app.services.settle(&order.id, None).await.unwrap();
        }
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 2);
        let charged = app.ledger().await["receipts"].as_array().unwrap().iter().filter(|one| one["status"] == 1).count();
        assert_eq!((charged, app.services.link(&id).await.unwrap().used), (2, 2));
    }
}

on_both! {
    async fn an_approval_that_nobody_has_heard_of_for_long_holds_a_use_of_its_link(app: TestApp) {
        let (id, waiting) = three_wait_for_approval(&app).await;
        let [first, others @ ..] = waiting.as_slice() else { panic!("{waiting:?}") };
        // It may still come through, for all that the shop knows.
        app.wire.fault("POST /v1/order/confirm", [Fault::LostBefore]);
        app.services.settle(&first.id, None).await.unwrap();
        app.clock.advance(10 * 60_000);
        for order in others {
            app.services.settle(&order.id, None).await.unwrap();
        }
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 1, "one use is left, and one is held");
        app.services.settle(&first.id, None).await.unwrap();
        let charged = app.ledger().await["receipts"].as_array().unwrap().iter().filter(|one| one["status"] == 1).count();
        assert_eq!((charged, app.services.link(&id).await.unwrap().used), (2, 2));
    }
}

on_both! {
    async fn what_was_never_approved_holds_a_link_for_hours_and_not_for_its_life(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        owner.submit("/admin/settings/policies", &[("late_policy", "ask"), ("approval", "separate")]).await;
        let id = owner.link(&[]).await;
        let path = app.pay_path(&id).await;
        let first = app.press(&path).await;
        app.choose(&invoice_of(first.location()), "paid").await;
        owner.act(&id, "stop", &[]).await;
        assert_eq!(app.standing(&path).await, "waiting");
        let refused = owner.act(&id, "reenable", &[]).await;
        assert!(refused.body.contains("L-MONEY"), "{}", refused.body);
        app.clock.advance(Order::LIFE_MS + 2 * Order::UNFINISHED_MS);
        let owner = app.desk(Role::Owner).await;
        assert_eq!(app.standing(&path).await, "stopped");
        assert_eq!(owner.act(&id, "reenable", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.standing(&path).await, "payable");
        assert_eq!(app.wire.count("POST /v1/order/confirm"), 0, "nobody is charged for what they did hours ago");
        let second = app.press(&path).await;
        app.choose(&invoice_of(second.location()), "paid").await;
        assert_eq!(app.standing(&path).await, "paid");
        let charged = app.ledger().await["receipts"].as_array().unwrap().iter().filter(|one| one["status"] == 1).count();
        assert_eq!(charged, 1);
    }
}
