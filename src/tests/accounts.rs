//! Refunds of virtual accounts: somewhere to send the money is asked for, passed on once, and kept nowhere (I9).

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::json;

use super::app::{Answer, TestApp, new_key};
use super::desk::Desk;
use super::emulated::Fault;
use super::on_both;
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, RefundState, ReviewReason};
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::{Actor, OrderDesk, PolicyChanges, REFUND_GAP_MS};

/// Stands nowhere but in the one request.
const NUMBER: &str = "110-987-654321";
const DIGITS: &str = "110987654321";
const HOLDER: &str = "카나리아";

async fn deposited(app: &TestApp, won: i64) -> Order {
    let order = app.start().await;
    let number = app.pay(&order, won, "deposit").await.unwrap();
    app.look(&order).await;
    app.control("/_emulator/deposit", &json!({ "order_number": number })).await;
    app.look(&order).await;
    app.services.order(&order.id).await.unwrap()
}

fn form<'a>(key: &'a str, amount: &'a str, account: [&'a str; 3]) -> Vec<(&'a str, &'a str)> {
    let [bank, number, holder] = account;
    vec![
        ("key", key),
        ("amount", amount),
        ("reason", "고객 요청"),
        ("typed", amount),
        ("account_bank", bank),
        ("account_number", number),
        ("account_holder", holder),
    ]
}

async fn refund(desk: &Desk<'_>, order: &Order, key: &str, amount: &str, account: [&str; 3]) -> Answer {
    desk.submit(&format!("/admin/orders/{}/refund", order.id), &form(key, amount, account)).await
}

async fn seen(app: &TestApp, desk: &Desk<'_>, order: &Order) -> OrderDesk {
    let actor = Actor { staff: desk.staff.clone(), network: String::new() };
    app.services.order_desk(&actor, &order.id).await.unwrap()
}

async fn ask(app: &TestApp, desk: &Desk<'_>, order: &Order) {
    app.clock.advance(REFUND_GAP_MS);
    desk.submit(&format!("/admin/orders/{}/ask", order.id), &[]).await;
}

async fn gone(app: &TestApp) -> i64 {
    let ledger = app.ledger().await;
    assert!(!ledger.to_string().contains(DIGITS) && !ledger.to_string().contains(HOLDER), "the emulator keeps none");
    ledger["receipts"].as_array().unwrap().iter().map(|receipt| receipt["cancelled_price"].as_i64().unwrap()).sum()
}

fn hides(answer: &Answer) -> bool {
    let headers = format!("{:?}", answer.headers);
    ![NUMBER, DIGITS, HOLDER].iter().any(|told| answer.body.contains(told) || headers.contains(told))
}

on_both! {
    async fn the_form_asks_for_an_account_and_a_refused_one_comes_back_without_it(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, deposited(&app, 29_900).await);
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        for wanted in ["name=\"account_bank\"", "value=\"088\"", "신한은행", "name=\"account_number\"", "name=\"account_holder\""] {
            assert!(page.contains(wanted), "{wanted}");
        }
        let key = new_key();
        for (amount, account, field) in [
            ("9,900", ["", NUMBER, HOLDER], "account_bank"),
            ("9,900", ["999", NUMBER, HOLDER], "account_bank"),
            ("9,900", ["004", "", HOLDER], "account_number"),
            ("9,900", ["004", "110-x", HOLDER], "account_number"),
            ("9,900", ["004", NUMBER, ""], "account_holder"),
            ("99,900", ["004", NUMBER, HOLDER], "amount"),
            ("", ["004", NUMBER, HOLDER], "amount"),
        ] {
            let answer = refund(&desk, &order, key.as_str(), amount, account).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount} {account:?}");
            assert!(hides(&answer), "{amount} {account:?}");
            let at = answer.body.find(&format!("id=\"{field}\"")).unwrap();
            assert!(answer.body[at..].split("/>").next().unwrap().split("</select>").next().unwrap().contains("aria-invalid"), "{field}");
        }
        let key2 = new_key();
        let without = [("key", key2.as_str()), ("amount", "9,900"), ("reason", "x"), ("typed", "9,900")];
        let answer = desk.submit(&format!("/admin/orders/{}/refund", order.id), &without).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "an older form");
        assert_eq!((gone(&app).await, app.wire.count("POST /v2/cancel")), (0, 0));

        let done = refund(&desk, &order, key.as_str(), "9,900", ["004", NUMBER, HOLDER]).await;
        assert_eq!((done.status, gone(&app).await), (StatusCode::SEE_OTHER, 9_900));
        assert!(hides(&done));
        assert_eq!(seen(&app, &desk, &order).await.order.money, MoneyState::PartiallyRefunded);
    }
}

on_both! {
    async fn a_card_payment_asks_for_no_account(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.look(&order).await;
        assert!(!desk.get(&format!("/admin/orders/{}", order.id)).await.body.contains("account_number"));
    }
}

on_both! {
    async fn a_lost_refund_goes_on_under_its_own_id_with_the_account_entered_again(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, deposited(&app, 29_900).await);
        let key = new_key();
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        let waiting = refund(&desk, &order, key.as_str(), "9,900", ["004", NUMBER, HOLDER]).await;
        assert_eq!(waiting.status, StatusCode::SEE_OTHER);
        assert_eq!(seen(&app, &desk, &order).await.refunds[0].state, RefundState::Sent);
        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[0].state, app.wire.count("POST /v2/cancel")), (RefundState::NeedsAccount, 0));
        assert!(found.events.iter().any(|event| event.kind == EventKind::AccountNeeded));
        assert_eq!(app.services.glance().await.unwrap().needs.refunds.count, 1);
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        assert!(page.contains("data-refund-again=\"needs_account\"") && page.contains(&format!("value=\"{}\"", key.as_str())));
        let other = refund(&desk, &order, key.as_str(), "9,901", ["004", NUMBER, HOLDER]).await;
        assert_eq!((other.status, gone(&app).await), (StatusCode::UNPROCESSABLE_ENTITY, 0), "not another amount");

        let done = refund(&desk, &order, key.as_str(), "9900", ["004", NUMBER, HOLDER]).await;
        assert_eq!((done.status, gone(&app).await), (StatusCode::SEE_OTHER, 9_900));
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds.len(), found.refunds[0].state), (1, RefundState::Done));
        assert_eq!(app.ledger().await["cancels"][0]["cancel_id"], key.as_str());
    }
}

on_both! {
    async fn a_lost_answer_is_only_read(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, deposited(&app, 29_900).await);
        app.wire.fault("POST /v2/cancel", [Fault::LostAfter]);
        refund(&desk, &order, new_key().as_str(), "29,900", ["004", NUMBER, HOLDER]).await;
        ask(&app, &desk, &order).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds[0].state, found.order.money), (RefundState::Done, MoneyState::Refunded));
        assert_eq!((gone(&app).await, app.wire.count("POST /v2/cancel")), (29_900, 1));
    }
}

on_both! {
    async fn an_unknown_refund_can_be_asked_for_again_as_the_same_one(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, deposited(&app, 29_900).await);
        let key = new_key();
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        refund(&desk, &order, key.as_str(), "9,900", ["004", NUMBER, HOLDER]).await;
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].clone();
        let account = json!({ "bank_account": "1", "bank_username": "x", "bank_code": "004" });
        let console = json!({ "receipt_id": receipt, "cancel_price": 5_000, "refund": account });
        assert_eq!(app.provider("/v2/cancel", &console).await.0, StatusCode::OK);
        app.wire.fault("GET /v1/order/cancel", vec![Fault::LostBefore; 6]);
        ask(&app, &desk, &order).await;
        ask(&app, &desk, &order).await;
        assert_eq!(seen(&app, &desk, &order).await.refunds[0].state, RefundState::Unknown);
        let page = desk.get(&format!("/admin/orders/{}", order.id)).await.body;
        assert!(page.contains("data-refund-again=\"unknown\"") && !page.contains("data-act=\"give-up\""));
        refund(&desk, &order, key.as_str(), "9,900", ["004", NUMBER, HOLDER]).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds.len(), found.refunds[0].state, gone(&app).await), (1, RefundState::Done, 14_900));
    }
}

on_both! {
    async fn a_refund_that_waits_for_an_account_can_be_given_up(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, deposited(&app, 29_900).await);
        let key = new_key();
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        refund(&desk, &order, key.as_str(), "9,900", ["004", NUMBER, HOLDER]).await;
        let path = format!("/admin/orders/{}/refund", order.id);
        let give_up = [("key", key.as_str()), ("give_up", "1")];
        assert_eq!(desk.submit(&path, &give_up).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it may be under way");
        ask(&app, &desk, &order).await;
        assert_eq!(desk.submit(&path, &give_up).await.status, StatusCode::SEE_OTHER);
        assert_eq!(seen(&app, &desk, &order).await.refunds[0].state, RefundState::Refused);
        let again = refund(&desk, &order, key.as_str(), "9,900", ["004", NUMBER, HOLDER]).await;
        assert_eq!((again.status, gone(&app).await), (StatusCode::UNPROCESSABLE_ENTITY, 0), "its id is used up");
        let new = refund(&desk, &order, new_key().as_str(), "5,000", ["004", NUMBER, HOLDER]).await;
        assert_eq!((new.status, gone(&app).await), (StatusCode::SEE_OTHER, 5_000));
    }
}

on_both! {
    async fn money_that_should_go_back_by_itself_waits_for_an_account(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, deposited(&app, 9_900).await);
        assert_eq!((app.wire.count("POST /v2/cancel"), gone(&app).await), (0, 0), "no cancel that must be refused");
        let review = app.services.reviews(Some(&order.id), None).await.unwrap().reviews.remove(0);
        assert_eq!((review.reason, review.disposition), (ReviewReason::AccountNeeded, Disposition::InReview));
        let path = format!("/admin/reviews/{}", review.id);
        let page = desk.get(&path).await.body;
        assert!(page.contains("name=\"account_number\"") && page.contains("data-reason=\"account_needed\""));
        for lang in ["ko", "en"] {
            assert_eq!(desk.get(&format!("/admin/reviews?lang={lang}")).await.status, StatusCode::OK);
        }
        let back = |account: [&'static str; 3]| {
            let [bank, number, holder] = account;
            [("decision", "give_back"), ("amount", "9,900"), ("account_bank", bank), ("account_number", number), ("account_holder", holder)]
        };
        let refused = desk.submit(&path, &back(["004", "", HOLDER])).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && hides(&refused));
        let without = desk.submit(&path, &[("decision", "give_back"), ("amount", "9,900")]).await;
        assert_eq!((without.status, gone(&app).await), (StatusCode::UNPROCESSABLE_ENTITY, 0));

        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        desk.submit(&path, &back(["088", NUMBER, HOLDER])).await;
        let first = seen(&app, &desk, &order).await.refunds.remove(0);
        ask(&app, &desk, &order).await;
        let review = app.services.reviews(Some(&order.id), None).await.unwrap().reviews.remove(0);
        assert_eq!(review.reason, ReviewReason::AccountNeeded, "asked once more");
        desk.submit(&format!("/admin/reviews/{}", review.id), &back(["088", NUMBER, HOLDER])).await;
        let found = seen(&app, &desk, &order).await;
        assert_eq!((found.refunds.len(), &found.refunds[0].cancel_id), (1, &first.cancel_id), "under the same id");
        assert_eq!((found.refunds[0].state, gone(&app).await), (RefundState::Done, 9_900));
        assert_eq!(found.payments[0].disposition, Disposition::Returned);
        assert!(app.services.reviews(Some(&order.id), None).await.unwrap().reviews.is_empty());
    }
}

on_both! {
    async fn late_money_that_the_shop_gives_back_waits_for_an_account_too(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        let actor = Actor { staff: desk.staff.clone(), network: String::new() };
        app
            .services
            .change_policies(&actor, PolicyChanges { late: Some(LatePolicy::Refund), ..PolicyChanges::default() })
            .await.unwrap();
        let order = app.start().await;
        app.clock.advance(Order::LIFE_MS);
        app.look(&order).await;
        let number = app.pay(&order, 29_900, "deposit").await.unwrap();
        app.control("/_emulator/deposit", &json!({ "order_number": number })).await;
        let page = app.look(&order).await;
        assert_eq!((page.reviews, gone(&app).await), (vec![ReviewReason::AccountNeeded], 0));
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// I9: after refunds that went well, were lost, were refused with the provider repeating the account, and were
/// mistyped, the account stands in no file of the database and in no line of the log, however loud it is.
#[tokio::test]
async fn an_account_is_in_no_file_and_no_log() {
    let captured = Captured::default();
    let writer = captured.clone();
    let loud = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(loud.finish());
    let app = TestApp::sqlite().await;
    let desk = app.desk(Role::Manager).await;
    let order = deposited(&app, 29_900).await;
    refund(&desk, &order, new_key().as_str(), "1,000", ["004", NUMBER, HOLDER]).await;
    let telling =
        "{\"error_code\":\"RC_CANCEL_SERVER_ERROR\",\"message\":\"카나리아 110-987-654321 (110987654321) 오류\"}";
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Answer(400, telling), Fault::Answer(500, telling)] {
        app.wire.fault("POST /v2/cancel", [fault]);
        let key = new_key();
        refund(&desk, &order, key.as_str(), "2,000", ["004", NUMBER, HOLDER]).await;
        ask(&app, &desk, &order).await;
        refund(&desk, &order, key.as_str(), "2,000", ["004", NUMBER, HOLDER]).await;
    }
    refund(&desk, &order, new_key().as_str(), "3,000", ["999", NUMBER, HOLDER]).await;
    assert_eq!(
        gone(&app).await,
        7_000,
        "sent, then lost before, lost after and a server error went on; one was refused"
    );
    let refusals = seen(&app, &desk, &order).await.refunds.into_iter().filter_map(|refund| refund.refusal);
    assert!(refusals.into_iter().any(|words| words.contains("RC_CANCEL_SERVER_ERROR")), "the code is kept");

    let file = app.database_file().unwrap();
    let mut is_there = false;
    for ending in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(ending);
        let Ok(bytes) = std::fs::read(&path) else { continue };
        is_there |= holds(&bytes, "RC_CANCEL_SERVER_ERROR");
        for told in [NUMBER, DIGITS, HOLDER] {
            assert!(!holds(&bytes, told), "{told} in {ending}");
        }
    }
    assert!(is_there, "what else was written about the refunds stands in these files");
    let log = captured.0.lock().unwrap();
    assert!(holds(&log, "provider refused a refund"), "the log was captured");
    for told in [NUMBER, DIGITS, HOLDER] {
        assert!(!holds(&log, told), "{told}");
    }
}
