//! Payments that wait for a person: what the list says, and what each decision does, once.

use axum::http::StatusCode;
use serde_json::json;

use super::app::{Answer, TestApp};
use super::desk::Desk;
use super::emulated::Fault;
use super::on_both;
use crate::domain::audit::Act;
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::review::Decision;
use crate::domain::staff::Role;
use crate::service::{AuditFilter, Review};

const REFUSES: Fault = Fault::Answer(400, "{\"error_code\":\"RC_CANCEL_SERVER_ERROR\",\"message\":\"x\"}");

async fn waiting(app: &TestApp, order: &Order) -> Review {
    let page = app.services.reviews(Some(&order.id), None).await.unwrap();
    assert_eq!(page.reviews.len(), 1, "{page:?}");
    page.reviews.into_iter().next().unwrap()
}

async fn none_waits(app: &TestApp, order: &Order) -> bool {
    app.services.reviews(Some(&order.id), None).await.unwrap().reviews.is_empty()
}

async fn second_payment(app: &TestApp) -> Order {
    let order = app.start().await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    app.look(&order).await;
    let second = app.pay(&order, 29_900, "paid").await.unwrap();
    let number = crate::domain::id::ProviderOrderNumber::parse(&second).ok();
    app.services.settle(&order.id, number).await.unwrap();
    order
}

async fn paid_late(app: &TestApp) -> Order {
    let order = app.start().await;
    app.clock.advance(Order::LIFE_MS);
    app.look(&order).await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    app.look(&order).await;
    order
}

async fn unreadable(app: &TestApp) -> Order {
    let order = app.start().await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    app.wire.fault("GET /v2/receipt", [Fault::Without(&["price"])]);
    app.look(&order).await;
    order
}

/// The receipt of the latest payment, as the provider names it.
async fn latest_receipt(app: &TestApp) -> String {
    let ledger = app.ledger().await;
    let receipts = ledger["receipts"].as_array().unwrap();
    receipts.last().unwrap()["receipt_id"].as_str().unwrap().to_owned()
}

async fn partly_cancelled(app: &TestApp) -> Order {
    let known: Vec<_> = app.ledger().await["receipts"].as_array().unwrap().clone();
    let order = app.start().await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    let ledger = app.ledger().await;
    let is_new = |receipt: &&serde_json::Value| !known.iter().any(|old| old["receipt_id"] == receipt["receipt_id"]);
    let receipt = ledger["receipts"].as_array().unwrap().iter().find(is_new).unwrap()["receipt_id"].clone();
    let cancel = json!({ "receipt_id": receipt, "cancel_price": 10_000, "cancel_tax_free": 0 });
    assert_eq!(app.provider("/v2/cancel", &cancel).await.0, StatusCode::OK);
    app.look(&order).await;
    order
}

async fn refund_refused(app: &TestApp) -> Order {
    let order = app.start().await;
    app.pay(&order, 9_900, "paid").await.unwrap();
    app.wire.fault("POST /v2/cancel", [REFUSES]);
    app.look(&order).await;
    order
}

async fn price_disagrees(app: &TestApp) -> Order {
    let order = app.start().await;
    app.pay(&order, 29_900, "paid").await.unwrap();
    app.wire.fault("GET /v1/orders/", [Fault::Saying("price", 9_900)]);
    app.look(&order).await;
    order
}

fn address(review: &Review) -> String {
    format!("/admin/reviews/{}", review.id)
}

async fn count(desk: &Desk<'_>, review: &Review) -> Answer {
    desk.submit(&address(review), &[("decision", "count")]).await
}

async fn give_back(desk: &Desk<'_>, review: &Review, typed: &str) -> Answer {
    desk.submit(&address(review), &[("decision", "give_back"), ("amount", typed)]).await
}

async fn keep(desk: &Desk<'_>, review: &Review, reason: &str) -> Answer {
    desk.submit(&address(review), &[("decision", "keep"), ("reason", reason)]).await
}

async fn kinds(app: &TestApp, order: &Order) -> Vec<EventKind> {
    app.look(order).await.events.iter().map(|event| event.kind).collect()
}

async fn cancels(app: &TestApp) -> usize {
    app.ledger().await["cancels"].as_array().unwrap().len()
}

fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains(code), "{code}: {}", answer.body);
}

on_both! {
    async fn the_list_says_what_happened_and_what_each_choice_does(app: TestApp) {
        assert!(app.desk(Role::Viewer).await.get("/admin/reviews").await.body.contains("class=\"empty\""));
        let late = paid_late(&app).await;
        let orders = [
            (late, ReviewReason::PaidLate),
            (second_payment(&app).await, ReviewReason::SecondPayment),
            (unreadable(&app).await, ReviewReason::UnreadableAmount),
            (partly_cancelled(&app).await, ReviewReason::PartlyCancelled),
            (refund_refused(&app).await, ReviewReason::RefundRefused),
            (price_disagrees(&app).await, ReviewReason::PriceDisagrees),
        ];
        let (viewer, manager) = (app.desk(Role::Viewer).await, app.desk(Role::Manager).await);
        for lang in ["ko", "en"] {
            let list = viewer.get(&format!("/admin/reviews?lang={lang}")).await;
            assert_eq!(list.status, StatusCode::OK);
            for personal in ["김마당", "1234-5678", "12345678", "kim@example.com"] {
                assert!(!list.body.contains(personal), "{personal}: {}", list.body);
            }
            for (order, reason) in &orders {
                let review = waiting(&app, order).await;
                assert_eq!(review.reason, *reason);
                for wanted in [address(&review), format!("/admin/orders/{}", order.id), order.number.as_str().to_owned()] {
                    assert!(list.body.contains(&wanted), "{reason:?} {wanted}");
                }
                let shown = viewer.get(&address(&review)).await;
                assert_eq!(shown.status, StatusCode::OK, "{reason:?}");
                assert!(!shown.body.contains("data-decision"), "{reason:?}");
                let body = manager.get(&address(&review)).await.body;
                let may_count = matches!(reason, ReviewReason::PaidLate | ReviewReason::PriceDisagrees);
                assert_eq!(body.contains("data-decision=\"count\""), may_count, "{reason:?}");
                assert!(body.contains("data-decision=\"give_back\"") && body.contains("data-decision=\"keep\""));
                let amount = match reason {
                    ReviewReason::UnreadableAmount => order.number.as_str(),
                    ReviewReason::RefundRefused => "9,900",
                    _ => "29,900",
                };
                assert!(body.contains(amount), "{reason:?} {amount}");
            }
        }
        let one = manager.get(&format!("/admin/reviews?order={}", orders[1].0.id)).await.body;
        assert_eq!(one.matches("data-review=").count(), 1);
    }
}

on_both! {
    async fn a_late_payment_that_is_counted_makes_the_order_paid_once(app: TestApp) {
        let order = paid_late(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        assert_eq!(count(&desk, &review).await.location(), "/admin/reviews");
        assert_eq!(count(&desk, &review).await.location(), address(&review), "the second time nothing is done");
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        assert!(page.order.paid_at.is_some() && page.reviews.is_empty());
        assert_eq!(page.payments[0].disposition, Disposition::Counted);
        let wanted =
            [EventKind::Created, EventKind::Expired, EventKind::ReviewNeeded, EventKind::ReviewCounted, EventKind::Paid];
        assert_eq!(kinds(&app, &order).await, wanted);
        assert_eq!(page.events[3].staff.as_deref(), Some("이담당"));
        assert_eq!(page.events[3].krw, Some(order.amount.total()));
        let filter = AuditFilter { act: Some(Act::ReviewCounted), ..AuditFilter::default() };
        let log = app.services.audit_page(&filter).await.unwrap().lines;
        assert_eq!((log.len(), log[0].subject.as_str()), (1, order.number.as_str()));
        let settled = app.services.review(&review.id).await.unwrap().resolution.unwrap();
        assert_eq!((settled.decision, settled.by.as_deref()), (Some(Decision::Count), Some("이담당")));
        assert!(app.get(&format!("/orders/{}", order.token)).await.body.contains("data-order-state=\"paid\""));
        assert!(!desk.get(&address(&review)).await.body.contains("data-decision"), "nothing is left to decide");
    }
}

on_both! {
    async fn a_second_payment_goes_back_once_and_the_order_stays_paid(app: TestApp) {
        let order = second_payment(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Owner).await;
        assert_refused(&count(&desk, &review).await, "R-PAID");
        for wrong in ["", "29,901", "2990", "all", "29900.0"] {
            assert_refused(&give_back(&desk, &review, wrong).await, "R-TYPED");
        }
        assert_eq!(cancels(&app).await, 0);
        assert_eq!(give_back(&desk, &review, "29,900").await.location(), "/admin/reviews");
        assert_eq!(give_back(&desk, &review, "29,900").await.location(), address(&review));
        assert_eq!((cancels(&app).await, none_waits(&app, &order).await), (1, true));
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        let mut dispositions: Vec<_> = page.payments.iter().map(|one| one.disposition.as_str()).collect();
        dispositions.sort_unstable();
        assert_eq!(dispositions, ["counted", "returned"]);
        let filter = AuditFilter { act: Some(Act::ReviewGivenBack), ..AuditFilter::default() };
        let log = app.services.audit_page(&filter).await.unwrap().lines;
        assert_eq!((log.len(), log[0].subject.as_str()), (1, order.number.as_str()));
        let wanted = [EventKind::ReviewNeeded, EventKind::ReviewGivenBack, EventKind::RefundDone];
        assert_eq!(kinds(&app, &order).await[2..], wanted);
    }
}

on_both! {
    async fn twelve_decisions_at_once_are_one(app: TestApp) {
        let order = paid_late(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        let answers = futures::future::join_all((0..12).map(|at| {
            let (desk, review) = (&desk, &review);
            async move {
                match at % 3 {
                    0 => count(desk, review).await,
                    1 => give_back(desk, review, "29900").await,
                    _ => keep(desk, review, "전화로 해결").await,
                }
            }
        }))
        .await;
        assert!(answers.iter().all(|answer| !answer.status.is_server_error()));
        let decided: Vec<_> = kinds(&app, &order).await;
        let of_staff = |kind: &&EventKind| {
            matches!(kind, EventKind::ReviewCounted | EventKind::ReviewGivenBack | EventKind::ReviewKept)
        };
        assert_eq!(decided.iter().filter(of_staff).count(), 1, "{decided:?}");
        let page = app.look(&order).await;
        let (state, back) = match app.services.review(&review.id).await.unwrap().resolution.unwrap().decision.unwrap() {
            Decision::Count => (MoneyState::Paid, 0),
            Decision::GiveBack => (MoneyState::Expired, 1),
            Decision::Keep => (MoneyState::Expired, 0),
        };
        assert_eq!((page.order.money, cancels(&app).await), (state, back));
    }
}

on_both! {
    async fn an_answer_that_was_lost_is_read_or_sent_again_and_never_twice(app: TestApp) {
        for fault in [Fault::LostAfter, Fault::LostBefore, Fault::Silent] {
            let (before, seen) = (cancels(&app).await, app.wire.count("POST /v2/cancel"));
            let order = second_payment(&app).await;
            let review = waiting(&app, &order).await;
            let desk = app.desk(Role::Manager).await;
            app.wire.fault("POST /v2/cancel", [fault.clone()]);
            let began = std::time::Instant::now();
            let answer = give_back(&desk, &review, "29,900").await;
            assert!(began.elapsed() < std::time::Duration::from_millis(3_500), "{fault:?}");
            assert_eq!(answer.location(), address(&review), "{fault:?}");
            app.clock.advance(crate::service::REFUND_GAP_MS);
            let page = desk.get(&address(&review)).await.body;
            assert!(page.contains("data-state=\"returned\""), "{fault:?} {page}");
            assert_eq!(cancels(&app).await, before + 1, "{fault:?}");
            assert_eq!(app.wire.count("POST /v2/cancel"), seen + 1, "{fault:?}: it arrived once");
            assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
        }
    }
}

on_both! {
    async fn a_refusal_asks_again_and_a_later_try_is_another_cancel(app: TestApp) {
        let order = second_payment(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        app.wire.fault("POST /v2/cancel", [REFUSES]);
        assert_eq!(give_back(&desk, &review, "29,900").await.location(), "/admin/reviews");
        assert!(desk.get("/admin/reviews").await.body.contains("R-REFUSED"));
        let again = waiting(&app, &order).await;
        assert_eq!((again.reason, again.disposition), (ReviewReason::RefundRefused, Disposition::InReview));
        assert_ne!(again.id, review.id);
        give_back(&desk, &again, "29,900").await;
        assert_eq!((cancels(&app).await, none_waits(&app, &order).await), (1, true));
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn nothing_counts_that_the_receipt_does_not_show_now(app: TestApp) {
        let order = paid_late(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        app.wire.fault("GET /v2/receipt", [Fault::LostBefore, Fault::Silent, Fault::Without(&["price"])]);
        assert_refused(&count(&desk, &review).await, "R-WAIT");
        assert_refused(&count(&desk, &review).await, "R-WAIT");
        assert_refused(&count(&desk, &review).await, "R-DIFFERS");
        let receipt = latest_receipt(&app).await;
        app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": 1, "cancel_tax_free": 0 })).await;
        assert_refused(&count(&desk, &review).await, "R-DIFFERS");
        assert_eq!(app.look(&order).await.order.money, MoneyState::Expired);
        assert_eq!(waiting(&app, &order).await, review, "it still waits");
    }
}

on_both! {
    async fn a_wrong_amount_is_never_counted(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        for order in [refund_refused(&app).await, partly_cancelled(&app).await] {
            let review = waiting(&app, &order).await;
            assert_refused(&count(&desk, &review).await, "R-NOCOUNT");
            assert_ne!(app.look(&order).await.order.money, MoneyState::Paid);
        }
    }
}

on_both! {
    async fn what_is_left_of_a_partly_cancelled_payment_goes_back(app: TestApp) {
        let order = partly_cancelled(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        assert_eq!(give_back(&desk, &review, "29,900원").await.location(), "/admin/reviews");
        assert_eq!(app.ledger().await["receipts"][0]["cancelled_price"], 29_900);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.payments[0].disposition), (MoneyState::Cancelled, Disposition::Returned));
    }
}

on_both! {
    async fn money_of_an_unknown_amount_goes_back_for_the_orders_number(app: TestApp) {
        let order = unreadable(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        assert_refused(&give_back(&desk, &review, "29,900").await, "R-TYPED");
        assert_refused(&count(&desk, &review).await, "R-NOCOUNT");
        let answer = give_back(&desk, &review, &order.number.as_str().to_lowercase()).await;
        assert_eq!(answer.location(), "/admin/reviews");
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.payments[0].disposition), (MoneyState::Cancelled, Disposition::Returned));
        assert_eq!(cancels(&app).await, 1);
    }
}

on_both! {
    async fn two_prices_count_by_decision_or_once_both_agree(app: TestApp) {
        let (decided, agreed) = (price_disagrees(&app).await, price_disagrees(&app).await);
        let review = waiting(&app, &decided).await;
        let desk = app.desk(Role::Manager).await;
        assert_eq!(count(&desk, &review).await.location(), "/admin/reviews");
        assert_eq!(app.look(&decided).await.order.money, MoneyState::Paid);
        let review = waiting(&app, &agreed).await;
        assert_eq!(app.look(&agreed).await.order.money, MoneyState::Paid);
        assert_eq!(count(&desk, &review).await.location(), address(&review), "it was settled by itself");
        let settled = app.services.review(&review.id).await.unwrap().resolution.unwrap();
        assert_eq!((settled.decision, settled.by), (None, None));
    }
}

on_both! {
    async fn what_is_kept_moves_no_money_and_its_reason_is_text(app: TestApp) {
        let order = paid_late(&app).await;
        let review = waiting(&app, &order).await;
        let desk = app.desk(Role::Manager).await;
        let too_long = "가".repeat(501);
        for wrong in ["", "  ", "a\u{202e}b", "a\u{0}b", too_long.as_str()] {
            let answer = keep(&desk, &review, wrong).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        }
        let hostile = "=HYPERLINK(\"//x\")<script>alert(1)</script>{{7*7}}\n'; DROP TABLE orders; -- 😀";
        assert_eq!(keep(&desk, &review, hostile).await.location(), "/admin/reviews");
        let body = desk.get(&address(&review)).await.body;
        assert!(!body.contains("<script>alert") && body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{body}");
        let settled = app.services.review(&review.id).await.unwrap();
        assert_eq!(settled.resolution.unwrap().note, hostile);
        assert_eq!((settled.disposition, cancels(&app).await), (Disposition::InReview, 0));
        assert_eq!(app.look(&order).await.order.money, MoneyState::Expired);
        assert!(none_waits(&app, &order).await);
        let log = app.services.audit_page(&AuditFilter::default()).await.unwrap().lines;
        assert!(log.iter().any(|line| line.act == Act::ReviewKept.as_str()));
        assert!(log.iter().all(|line| !line.detail.contains("HYPERLINK")), "what people write stays out of the log");
        let customer = app.get(&format!("/orders/{}", order.token)).await.body;
        assert!(!customer.contains("HYPERLINK") && !customer.contains("이담당"), "staff write for themselves");
    }
}

on_both! {
    async fn only_who_may_move_money_decides(app: TestApp) {
        let order = paid_late(&app).await;
        let review = waiting(&app, &order).await;
        for role in [Role::Clerk, Role::Viewer] {
            let desk = app.desk(role).await;
            let answers =
                [count(&desk, &review).await, give_back(&desk, &review, "29,900").await, keep(&desk, &review, "x").await];
            assert!(answers.iter().all(|answer| answer.status == StatusCode::FORBIDDEN), "{role:?}");
        }
        assert_eq!((waiting(&app, &order).await, cancels(&app).await), (review, 0));
        let desk = app.desk(Role::Manager).await;
        for wrong in ["/admin/reviews/000000000000000000000000", "/admin/reviews/x", "/admin/reviews/%27--"] {
            assert_eq!(desk.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
            assert_eq!(desk.submit(wrong, &[("decision", "count")]).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        let review = waiting(&app, &order).await;
        for form in [&[][..], &[("decision", "refund")], &[("decision", "")]] {
            assert_eq!(desk.submit(&address(&review), form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
}

/// Somebody cancels the latest payment in the provider's console.
async fn console(app: &TestApp, won: i64) {
    let receipt = latest_receipt(app).await;
    let (status, answer) = app.provider("/v2/cancel", &json!({ "receipt_id": receipt, "cancel_price": won })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

on_both! {
    async fn what_waits_and_goes_back_in_the_console_waits_no_longer(app: TestApp) {
        let (late, second) = (paid_late(&app).await, second_payment(&app).await);
        let desk = app.desk(Role::Manager).await;
        let ask = async |order: &Order| {
            let answer = desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        };
        console(&app, 20_000).await;
        ask(&second).await;
        assert!(!none_waits(&app, &second).await, "a part of it is still there");
        console(&app, 9_900).await;
        ask(&second).await;
        ask(&second).await;
        let page = app.look(&second).await;
        let mut places: Vec<_> = page.payments.iter().map(|one| one.disposition.as_str()).collect();
        places.sort_unstable();
        assert_eq!((places, page.order.money), (vec!["counted", "returned"], MoneyState::Paid));
        assert!(none_waits(&app, &second).await);
        let back = |kind: &&EventKind| **kind == EventKind::WentBack;
        assert_eq!(kinds(&app, &second).await.iter().filter(back).count(), 1);
        assert!(!none_waits(&app, &late).await, "another order's money");
    }
}

on_both! {
    async fn what_staff_have_kept_and_goes_back_later_is_booked_too(app: TestApp) {
        let order = paid_late(&app).await;
        let (desk, review) = (app.desk(Role::Manager).await, waiting(&app, &order).await);
        keep(&desk, &review, "전화로 해결").await;
        console(&app, 29_900).await;
        desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
        let page = app.look(&order).await;
        assert_eq!((page.payments[0].disposition, page.order.money), (Disposition::Returned, MoneyState::Expired));
    }
}
