//! Promotion codes: what is charged, who is refused, that limits hold, and that unpaid uses come back.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;

use super::app::{Answer, TestApp, form, new_key};
use super::emulated::Fault;
use super::on_both;
use super::prices::log;
use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::id::OrderToken;
use crate::domain::lang::Lang;
use crate::domain::order::{Disposition, MoneyState, Order, ReviewReason};
use crate::domain::plan::{Interval, PlanKey};
use crate::domain::promotion::{PromotionCode, UseState, Why};
use crate::domain::staff::Role;
use crate::service::{Ask, StartRequest, Started};
use crate::store::orders;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const CODE: &str = "SPRING-10";

/// Makes the code with these fields beside 10 percent off.
async fn make(app: &TestApp, fields: &[(&str, &str)]) {
    let desk = app.desk(Role::Manager).await;
    let basic = [("code", CODE), ("kind", "percent"), ("value", "10")];
    let basic = basic.into_iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
    let all: Vec<_> = basic.chain(fields.iter().copied()).collect();
    let answer = desk.submit("/admin/promotions/new", &all).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

fn code(text: &str) -> PromotionCode {
    PromotionCode::parse(text).unwrap()
}

/// A filled form with a code, a phone and the amount on its button.
fn bought<'a>(key: &'a str, phone: &'a str, code: &'a str, shown: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = form(key).to_vec();
    fields[3].1 = phone;
    fields.extend([("code", code), ("shown", shown)]);
    fields
}

async fn buy(app: &TestApp, phone: &str) -> Answer {
    let key = new_key();
    app.call("/api/checkout/start", &bought(key.as_str(), phone, CODE, "26910")).await
}

async fn order(app: &TestApp, phone: &str) -> Order {
    let answer = buy(app, phone).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = OrderToken::parse(answer.json()["pay"]["order"].as_str().unwrap()).unwrap();
    app.services.order_by_token(&token).await.unwrap()
}

async fn uses(app: &TestApp) -> Vec<UseState> {
    let (view, uses) = app.services.promotion(&code(CODE)).await.unwrap();
    let states: Vec<_> = uses.iter().map(|one| one.state).collect();
    assert_eq!(view.uses as usize, states.iter().filter(|state| **state != UseState::Freed).count());
    states
}

on_both! {
    async fn the_server_applies_the_code_and_the_page_names_the_new_amount(app: TestApp) {
        make(&app, &[]).await;
        let key = new_key();
        let page = app.submit("/api/checkout/code", &bought(key.as_str(), "12-34", "  spring-10 ", "29900")).await;
        assert_eq!(page.status, StatusCode::OK);
        for told in ["26,910원 결제하기", "<s>29,900원</s>", "−2,990원", "value=\"26910\"", "김마당", "12-34", key.as_str()] {
            assert!(page.body.contains(told), "{told}");
        }
        let wrong = app.submit("/api/checkout/code", &bought(key.as_str(), "12-34", "<b>x</b>", "26910")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in ["29,900원 결제하기", "P-UNKNOWN", "value=\"29900\"", "김마당", "value=\"&lt;b&gt;x&lt;/b&gt;\""] {
            assert!(wrong.body.contains(told), "{told}: {}", wrong.body);
        }
        let none = app.submit("/api/checkout/code", &bought(key.as_str(), "", "", "26910")).await;
        assert_eq!(none.status, StatusCode::OK);
        assert!(none.body.contains("29,900원 결제하기"));
        assert!(uses(&app).await.is_empty(), "asking takes no use");
    }
}

on_both! {
    async fn bought_without_script_it_is_paid_with_the_discount(app: TestApp) {
        make(&app, &[]).await;
        let key = new_key();
        let fields = bought(key.as_str(), "01012345678", CODE, "26910");
        let answer = app.submit("/api/checkout/start", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let invoice = answer.location().rsplit('/').next().unwrap().to_owned();
        let ledger = app.ledger().await;
        assert_eq!(ledger["invoices"][0]["price"], 26_910);
        assert_eq!(uses(&app).await, [UseState::Held]);
        app.choose(&invoice, "paid").await;
        let (_, listed) = app.services.promotion(&code(CODE)).await.unwrap();
        let found = app.services.order(&listed[0].order).await.unwrap();
        let page = app.look(&found).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        assert_eq!(page.payments[0].captured.unwrap().total().get(), 26_910);
        assert_eq!(uses(&app).await, [UseState::Used]);
        let text = app.get(&format!("/orders/{}", found.token)).await.body;
        for told in ["29,900원", "−2,990원", "26,910원", CODE] {
            assert!(text.contains(told), "{told}");
        }
    }
}

on_both! {
    async fn bought_with_script_the_invoice_names_the_price(app: TestApp) {
        make(&app, &[]).await;
        let answer = buy(&app, "01012345678").await.json();
        let call = &answer["pay"]["call"];
        let invoice = call["request_id"].as_str().unwrap();
        assert_eq!((call["price"].as_i64(), call["tax_free_price"].as_i64()), (Some(26_910), Some(0)));
        assert_ne!(call["request_id"], call["metadata"]["order_id"]);
        assert_eq!(app.ledger().await["invoices"][0]["invoice_id"], invoice);
        let token = OrderToken::parse(answer["pay"]["order"].as_str().unwrap()).unwrap();
        app.choose(invoice, "paid").await;
        let found = app.services.order_by_token(&token).await.unwrap();
        let page = app.look(&found).await;
        assert_eq!((page.order.money, page.order.original.unwrap().get()), (MoneyState::Paid, 29_900));
        assert_eq!(uses(&app).await, [UseState::Used]);
    }
}

on_both! {
    async fn an_order_that_bears_only_the_invoices_id_is_ours_and_judged(app: TestApp) {
        make(&app, &[]).await;
        for (price, wanted) in [(26_910, MoneyState::Paid), (29_900, MoneyState::Failed), (100, MoneyState::Failed)] {
            let order = order(&app, "01012345678").await;
            let invoice = app.services.order(&order.id).await.unwrap().invoice.unwrap();
            let (_, made) = app.provider("/v1/invoices", &json!({ "name": "x", "price": price, "request_id": invoice.id })).await;
            app.choose(made["invoice_id"].as_str().unwrap(), "paid").await;
            let page = app.look(&order).await;
            assert_eq!(page.order.money, wanted, "{price}");
            let disposition = if wanted == MoneyState::Paid { Disposition::Counted } else { Disposition::Returned };
            assert_eq!(page.payments[0].disposition, disposition, "{price}");
        }
        assert_eq!(uses(&app).await.iter().filter(|state| **state == UseState::Freed).count(), 2, "returned money frees");
    }
}

on_both! {
    async fn without_an_invoice_no_order_form_opens(app: TestApp) {
        make(&app, &[]).await;
        app.wire.fault("POST /v1/invoices", [Fault::LostBefore, Fault::LostBefore]);
        let key = new_key();
        let fields = bought(key.as_str(), "01012345678", CODE, "26910");
        let answer = app.call("/api/checkout/start", &fields).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
        let page = app.submit("/api/checkout/start", &fields).await;
        assert!(page.status == StatusCode::SERVICE_UNAVAILABLE && page.body.contains("C-PROVIDER"));
        let later = app.submit("/api/checkout/start", &fields).await;
        assert_eq!(later.status, StatusCode::SEE_OTHER);
        assert_eq!(uses(&app).await, [UseState::Held], "one form, one use");
    }
}

on_both! {
    async fn nobody_pays_what_the_button_did_not_name(app: TestApp) {
        make(&app, &[]).await;
        // Typed and never applied; applied and cleared; switched off in between.
        for (code, shown, now) in [(CODE, "29900", "26,910원 결제하기"), ("", "26910", "29,900원 결제하기")] {
            let key = new_key();
            let fields = bought(key.as_str(), "01012345678", code, shown);
            let page = app.submit("/api/checkout/start", &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.body.contains(now) && page.body.contains("C-PRICE"), "{}", page.body);
            let answer = app.call("/api/checkout/start", &fields).await;
            assert_eq!((answer.status, answer.body.as_str()), (StatusCode::CONFLICT, "\"other_price\""));
        }
        let desk = app.desk(Role::Owner).await;
        desk.submit("/admin/promotions/SPRING-10/switch", &[("on", "no")]).await;
        let key = new_key();
        let fields = bought(key.as_str(), "01012345678", CODE, "26910");
        let page = app.submit("/api/checkout/start", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("29,900원 결제하기") && page.body.contains("P-UNKNOWN"));
        let answer = app.call("/api/checkout/start", &fields).await;
        assert_eq!(answer.body, "{\"code_refused\":\"unknown\"}");
        assert!(app.ledger().await["invoices"].as_array().unwrap().is_empty());
        assert!(uses(&app).await.is_empty());
    }
}

on_both! {
    async fn each_refusal_has_its_reason(app: TestApp) {
        // It is 20 November in Seoul.
        make(&app, &[("code", "EARLY"), ("from", "2026-11-21")]).await;
        make(&app, &[("code", "LATE"), ("until", "2026-11-19")]).await;
        make(&app, &[("code", "TODAY"), ("from", "2026-11-20"), ("until", "2026-11-20")]).await;
        make(&app, &[("code", "STARTER"), ("plans", "starter")]).await;
        make(&app, &[("code", "ALL"), ("value", "100")]).await;
        make(&app, &[("limit", "1"), ("limit_per_customer", "1")]).await;
        order(&app, "01012345678").await;
        let why = |code: &'static str, phone: &'static str| {
            let ask = Ask { plan: PlanKey::parse("pro").unwrap(), interval: Interval::Month, code: Some(self::code(code)), phone: Phone::parse(phone).ok() };
            let services = app.services.clone();
            async move { services.quote(&ask).await.unwrap().refused }
        };
        assert_eq!(why("NOBODY", "").await, Some(Why::Unknown));
        assert_eq!(why("EARLY", "").await, Some(Why::NotYet));
        assert_eq!(why("LATE", "").await, Some(Why::Over));
        assert_eq!(why("TODAY", "").await, None);
        assert_eq!(why("STARTER", "").await, Some(Why::NotForPlan));
        assert_eq!(why("ALL", "").await, Some(Why::TooLittleLeft));
        assert_eq!(why(CODE, "01099998888").await, Some(Why::UsedUp));
        assert_eq!(why(CODE, "+82 10-1234-5678").await, Some(Why::UsedByYou));
        app.clock.advance(DAY_MS);
        assert_eq!(why("EARLY", "").await, None);
        assert_eq!(why("TODAY", "").await, Some(Why::Over), "the last day is over");
    }
}

/// Customers who press the button at the same moment; every one has a form of its own.
async fn race(app: &TestApp, phones: Vec<String>) -> Vec<Started> {
    let barrier = Arc::new(tokio::sync::Barrier::new(phones.len()));
    let tasks: Vec<_> = phones
        .into_iter()
        .map(|phone| {
            let (services, barrier) = (app.services.clone(), barrier.clone());
            let request = StartRequest {
                plan: PlanKey::parse("pro").unwrap(),
                interval: Interval::Month,
                customer: Customer {
                    name: Name::parse("김마당").ok(),
                    phone: Phone::parse(&phone).ok(),
                    email: Email::parse("kim@example.com").ok(),
                },
                lang: Lang::Ko,
                code: Some(code(CODE)),
                shown: None,
                key: new_key(),
            };
            tokio::spawn(async move {
                barrier.wait().await;
                services.start_checkout(request).await.unwrap()
            })
        })
        .collect();
    futures::future::join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

fn tally(started: &[Started]) -> (usize, usize) {
    let made =
        started.iter().filter(|one| matches!(one, Started::Payable(order) if order.amount.total().get() == 26_910));
    let refused = started.iter().filter(|one| matches!(one, Started::CodeRefused(Why::UsedUp | Why::UsedByYou)));
    (made.count(), refused.count())
}

on_both! {
    async fn the_total_limit_holds_under_64_racing_customers(app: TestApp) {
        make(&app, &[("limit", "10"), ("limit_per_customer", "1")]).await;
        let started = race(&app, (0..64).map(|one| format!("0101234{one:04}")).collect()).await;
        assert_eq!(tally(&started), (10, 54));
        assert_eq!(uses(&app).await, [UseState::Held; 10]);
    }
}

on_both! {
    async fn the_customers_limit_holds_under_64_racing_forms(app: TestApp) {
        make(&app, &[("limit", "10"), ("limit_per_customer", "1")]).await;
        let started = race(&app, vec!["010-1234-5678".to_owned(); 64]).await;
        assert_eq!(tally(&started), (1, 63));
        assert_eq!(uses(&app).await, [UseState::Held]);
    }
}

on_both! {
    async fn racing_sendings_of_one_form_take_one_use(app: TestApp) {
        make(&app, &[("limit", "1"), ("limit_per_customer", "1")]).await;
        let key = new_key();
        let fields = bought(key.as_str(), "01012345678", CODE, "26910");
        let answers = futures::future::join_all((0..16).map(|_| app.call("/api/checkout/start", &fields))).await;
        let tokens: std::collections::BTreeSet<_> =
            answers.iter().map(|answer| answer.json()["pay"]["order"].as_str().expect(&answer.body).to_owned()).collect();
        assert_eq!(tokens.len(), 1);
        assert_eq!(uses(&app).await, [UseState::Held]);
    }
}

on_both! {
    async fn an_unpaid_use_comes_back_when_somebody_asks_for_it(app: TestApp) {
        make(&app, &[("limit", "2")]).await;
        let (pending, declined) = (order(&app, "01011111111").await, order(&app, "01022222222").await);
        let invoice = app.services.order(&declined.id).await.unwrap().invoice.unwrap();
        app.choose(&invoice.id, "fail").await;
        assert_eq!(app.look(&declined).await.order.money, MoneyState::Failed);
        assert_eq!(uses(&app).await, [UseState::Held; 2], "a declined order can still be paid");
        assert_eq!(buy(&app, "01033333333").await.body, "{\"code_refused\":\"used_up\"}");
        app.clock.advance(Order::LIFE_MS);
        order(&app, "01033333333").await;
        order(&app, "01044444444").await;
        assert_eq!(app.services.order(&pending.id).await.unwrap().money, MoneyState::Expired);
        assert_eq!(buy(&app, "01055555555").await.body, "{\"code_refused\":\"used_up\"}");
    }
}

on_both! {
    async fn nobody_is_waited_for_longer_than_a_page_waits(app: TestApp) {
        make(&app, &[("limit", "1")]).await;
        order(&app, "01011111111").await;
        app.clock.advance(Order::LIFE_MS);
        app.wire.fault("GET /v1/", vec![Fault::Silent; 40]);
        let began = std::time::Instant::now();
        assert_eq!(buy(&app, "01033333333").await.body, "{\"code_refused\":\"used_up\"}");
        assert!(began.elapsed() < crate::service::LOOK_PATIENCE + std::time::Duration::from_millis(1_500));
        assert_eq!(uses(&app).await, [UseState::Held], "an order that nobody could ask about keeps it");
    }
}

on_both! {
    async fn late_money_is_judged_as_ever_and_takes_no_use_twice(app: TestApp) {
        make(&app, &[("limit", "1")]).await;
        let late = order(&app, "01011111111").await;
        app.clock.advance(Order::LIFE_MS);
        assert_eq!(app.look(&late).await.order.money, MoneyState::Expired);
        order(&app, "01022222222").await;
        app.pay(&late, 26_910, "paid").await;
        let page = app.look(&late).await;
        assert_eq!((page.order.money, page.reviews), (MoneyState::Expired, vec![ReviewReason::PaidLate]));
        assert_eq!(uses(&app).await.iter().filter(|state| **state == UseState::Held).count(), 1);
        assert_eq!(uses(&app).await.len(), 2);
    }
}

on_both! {
    async fn money_that_all_went_back_frees_the_use(app: TestApp) {
        make(&app, &[("limit", "1")]).await;
        let given_back = order(&app, "01011111111").await;
        app.pay(&given_back, 26_910, "paid").await;
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].clone();
        app.provider("/v2/cancel", &json!({ "receipt_id": receipt })).await;
        assert_eq!(app.look(&given_back).await.order.money, MoneyState::Cancelled);
        assert_eq!(uses(&app).await, [UseState::Freed]);

        let refunded = order(&app, "01022222222").await;
        app.pay(&refunded, 26_910, "paid").await;
        assert_eq!(app.look(&refunded).await.order.money, MoneyState::Paid);
        for (state, wanted) in [(MoneyState::PartiallyRefunded, 1), (MoneyState::Refunded, 0)] {
            let id = refunded.id.clone();
            app.db
                .write(move |tx| {
                    let id = id.clone();
                    Box::pin(async move { orders::update_money_state(tx, &id, state).await })
                })
                .await
                .unwrap();
            let (view, _) = app.services.promotion(&code(CODE)).await.unwrap();
            assert_eq!(view.uses, wanted, "{state:?}");
        }
        order(&app, "01033333333").await;
    }
}

on_both! {
    async fn a_form_that_was_used_carries_its_code_on(app: TestApp) {
        make(&app, &[]).await;
        let key = new_key();
        app.call("/api/checkout/start", &form(key.as_str())).await;
        let fields = bought(key.as_str(), "01012345678", CODE, "26910");
        let page = app.submit("/api/checkout/start", &fields).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("name=\"code\" value=\"SPRING-10\"") && page.body.contains("value=\"26910\""), "{}", page.body);
    }
}

on_both! {
    async fn staff_make_change_and_switch_off_a_code(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let fields = [("code", "welcome"), ("kind", "fixed"), ("value", "5,000"), ("until", "2026-11-30"), ("limit", "10"), ("plans", "pro")];
        let preview = desk.submit("/admin/promotions/new", &[fields.as_slice(), &[("preview", "yes")]].concat()).await;
        assert_eq!(preview.status, StatusCode::OK);
        for told in ["24,900원", "281,800원", "data-state=\"not_for_plan\"", "value=\"welcome\"", "value=\"5,000\""] {
            assert!(preview.body.contains(told), "{told}");
        }
        assert!(app.services.promotions(None).await.unwrap().promotions.is_empty(), "a preview makes nothing");
        let path = "/admin/promotions/WELCOME";
        assert_eq!(desk.submit("/admin/promotions/new", &fields).await.location(), path);
        assert!(desk.submit("/admin/promotions/new", &fields).await.body.contains("이미 쓰고 있는"));
        assert!(log(&app).await[0].starts_with("promotion_created WELCOME 5000 won off; from any day until 2026-11-30"));

        let wrong = desk.submit(path, &[("form", "terms"), ("from", "2026-12-24"), ("until", "2026-11-30")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("앞서요"));
        let terms = [("form", "terms"), ("from", "2026-12-24"), ("until", "2026-12-25"), ("limit", "20")];
        assert_eq!(desk.submit(path, &terms).await.location(), path);
        let page = desk.get(path).await.body;
        assert!(page.contains("data-state=\"coming\"") && page.contains("0 / 20") && page.contains("모든 요금제"), "{page}");
        assert_eq!(desk.submit(&format!("{path}/switch"), &[("on", "no")]).await.location(), path);
        assert!(desk.get("/admin/promotions").await.body.contains("data-state=\"off\""));
        assert_eq!(log(&app).await[0], "promotion_stopped WELCOME uses 0");
        for (name, value) in [("code", "<script>"), ("code", "new"), ("value", "0"), ("plans", "gold"), ("limit", "-1"), ("from", "soon")] {
            let mut fields = fields.to_vec();
            fields.retain(|(field, _)| *field != name);
            fields.push((name, value));
            let fields: Vec<_> = fields.into_iter().map(|(field, old)| if (field, old) == ("code", "welcome") { (field, "other") } else { (field, old) }).collect();
            let answer = desk.submit("/admin/promotions/new", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
            assert!(!answer.body.contains("<script>"), "{name}={value}");
        }
        assert_eq!(app.services.promotions(None).await.unwrap().promotions.len(), 1);
    }
}

on_both! {
    async fn the_list_goes_on_page_by_page(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        for one in 0..53 {
            let name = format!("CODE-{one:02}");
            desk.submit("/admin/promotions/new", &[("code", &name), ("kind", "percent"), ("value", "5")]).await;
            app.clock.advance(i64::from(one % 2));
        }
        let first = desk.get("/admin/promotions").await.body;
        assert_eq!(first.matches("data-promotion=").count(), 50);
        let next = first.split("href=\"").find_map(|part| part.strip_prefix("/admin/promotions?before=")).unwrap();
        let next = next.split('"').next().unwrap();
        let second = desk.get(&format!("/admin/promotions?before={next}")).await.body;
        assert_eq!(second.matches("data-promotion=").count(), 3);
        assert!(second.contains("CODE-00") && !first.contains("CODE-00") && !second.contains("rel=\"next\""));
        assert_eq!(desk.get("/admin/promotions?before=%3Cb%3E.x").await.status, StatusCode::OK);
    }
}
