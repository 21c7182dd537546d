//! Pay links, by plain forms: made, proven, paid, stopped, sent; and money that comes when it should not.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;

use super::app::{Answer, TestApp, new_key};
use super::desk::Desk;
use super::emulated::Fault;
use super::on_both;
use crate::domain::id::{LinkId, LinkToken};
use crate::domain::link::{LinkState, StoredState};
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::{LinkFilter, LinkPage, OrderPage};
use crate::store::{StoreError, shop};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A form that is filled in well, with some fields replaced or added.
fn fields<'a>(key: &'a str, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("name", "11월 상담료"),
        ("amount", "33,000"),
        ("tax_free", "11,000"),
        ("expires_days", "7"),
        ("customer_name", "김고객"),
        ("customer_phone", "010-9876-5432"),
        ("notify", "none"),
        ("key", key),
        ("step", "create"),
    ];
    for (name, value) in other {
        fields.retain(|(known, _)| known == &"ways" || known != name);
        fields.push((name, value));
    }
    fields
}

impl Desk<'_> {
    /// Makes a link, and answers its id.
    async fn link(&self, other: &[(&str, &str)]) -> LinkId {
        let key = new_key();
        let answer = self.submit("/admin/links/new", &fields(key.as_str(), other)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        LinkId::parse(answer.location().strip_prefix("/admin/links/").unwrap()).unwrap()
    }

    async fn act(&self, id: &LinkId, act: &str, form: &[(&str, &str)]) -> Answer {
        self.submit(&format!("/admin/links/{id}/{act}"), form).await
    }
}

impl TestApp {
    /// The link as staff see it, after the time in which pages don't look again.
    async fn link_page(&self, desk: &Desk<'_>, id: &LinkId) -> LinkPage {
        self.clock.advance(crate::service::LOOK_GAP_MS);
        let actor = crate::service::Actor { staff: desk.staff.clone(), network: String::new() };
        self.services.link_page(&actor, id).await.unwrap()
    }

    async fn pay_path(&self, id: &LinkId) -> String {
        format!("/pay/{}", self.services.link(id).await.unwrap().token)
    }

    /// Presses "pay" on the link's page, as a browser without script.
    async fn press(&self, path: &str) -> Answer {
        self.clock.advance(crate::service::LOOK_GAP_MS);
        let page = self.get(path).await.body;
        let key = hidden(&page, "key").unwrap_or_else(|| panic!("there is no form: {page}"));
        self.submit("/api/pay/start", &[("token", path.trim_start_matches("/pay/")), ("key", &key)]).await
    }

    async fn standing(&self, path: &str) -> String {
        self.clock.advance(crate::service::LOOK_GAP_MS);
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        let (_, rest) = page.body.split_once("data-pay=\"").unwrap_or_else(|| panic!("{}", page.body));
        rest.split('"').next().unwrap().to_owned()
    }

    async fn set_policy(&self, policy: LatePolicy) {
        self.db
            .write(move |tx| Box::pin(async move { shop::set(tx, shop::LATE_POLICY, policy.as_str()).await }))
            .await
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    async fn invoices(&self) -> Vec<Value> {
        self.ledger().await["invoices"].as_array().unwrap().clone()
    }

    /// Looks at every order of the link.
    async fn orders_of(&self, desk: &Desk<'_>, id: &LinkId) -> Vec<OrderPage> {
        let mut pages = Vec::new();
        for order in self.link_page(desk, id).await.orders {
            pages.push(self.look(&order).await);
        }
        pages
    }
}

fn hidden(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next().map(str::to_owned)
}

fn invoice_of(address: &str) -> String {
    address.rsplit('/').next().unwrap().to_owned()
}

on_both! {
    async fn from_the_form_to_the_payment_by_plain_forms(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let form = desk.get("/admin/links/new").await;
        let key = hidden(&form.body, "key").unwrap();
        let preview = desk.submit("/admin/links/new", &fields(&key, &[("step", "preview"), ("original", "40,000")])).await;
        assert_eq!(preview.status, StatusCode::OK);
        for told in ["data-preview", "20,000원", "2,000원", "11,000원", "33,000원", "40,000원", "value=\"create\""] {
            assert!(preview.body.contains(told), "{told}");
        }
        assert!(app.invoices().await.is_empty(), "a preview makes nothing");
        let made = desk.submit("/admin/links/new", &fields(&key, &[("original", "40,000"), ("memo", "두 번째 상담"), ("metadata", "team=서울")])).await;
        let id = LinkId::parse(made.location().strip_prefix("/admin/links/").unwrap()).unwrap();
        let invoice = &app.invoices().await[0];
        assert_eq!((invoice["price"].as_i64(), invoice["tax_free_price"].as_i64()), (Some(33_000), Some(11_000)));
        assert_eq!((invoice["memo"].as_str(), invoice["metadata"]["team"].as_str()), (Some("두 번째 상담"), Some("서울")));
        assert!(app.wire.count("GET /v1/invoices/") > 0, "it was read back");

        let page = desk.get(&format!("/admin/links/{id}")).await;
        for told in ["link_made", "data-state=\"live\"", "<svg", "readonly", "qr.png", "두 번째 상담", "01098765432"] {
            assert!(page.body.contains(told), "{told}");
        }
        let path = app.pay_path(&id).await;
        assert!(page.body.contains(&path));
        let customers = app.get(&path).await;
        for told in ["11월 상담료", "33,000원 결제하기", "20,000원", "2,000원", "11,000원", "<s>40,000원</s>", "김○○"] {
            assert!(customers.body.contains(told), "{told}");
        }
        for hidden in ["김고객", "9876", "두 번째 상담"] {
            assert!(!customers.body.contains(hidden), "{hidden}");
        }
        let policy = customers.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("form-action 'self' http://127.0.0.1:4000") && policy.contains("frame-src"), "{policy}");
        assert_eq!(app.link_page(&desk, &id).await.state, LinkState::Opened);

        let cross = app.press(&path).await;
        assert_eq!(cross.status, StatusCode::SEE_OTHER);
        assert_eq!(invoice_of(cross.location()), invoice["invoice_id"].as_str().unwrap(), "the one that was proven");
        app.choose(&invoice_of(cross.location()), "paid").await;
        assert_eq!(app.standing(&path).await, "paid");
        let page = app.link_page(&desk, &id).await;
        assert_eq!((page.state, page.link.used), (LinkState::Paid, 1));
        assert_eq!(page.orders[0].money, MoneyState::Paid);
        assert!(app.get(&path).await.body.contains(&format!("/orders/{}", page.orders[0].token)));
        let list = desk.get("/admin/links?state=paid&q=상담료").await;
        assert!(list.body.contains(&format!("data-link=\"{id}\"")) && !list.body.contains("김고객"), "{}", list.body);
        assert!(!desk.get("/admin/links?state=live").await.body.contains(id.as_str()));
    }
}

on_both! {
    async fn an_island_gets_the_payment_page_and_the_order(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[]).await;
        let path = app.pay_path(&id).await;
        let form = [("token", path.trim_start_matches("/pay/")), ("key", &"0".repeat(32))];
        let answer = app.call("/api/pay/start", &form).await;
        let order = app.link_page(&desk, &id).await.orders[0].clone();
        assert_eq!(answer.json()["pay"]["order"], order.token.as_str());
        assert_eq!(answer.json()["pay"]["payment_url"], order.invoice.unwrap().payment_url.as_str());
        desk.act(&id, "stop", &[]).await;
        assert_eq!(app.call("/api/pay/start", &form).await.json(), "see_link");
        let unknown = app.call("/api/pay/start", &[("token", &"0".repeat(24)), ("key", &"0".repeat(32))]).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        assert_eq!(app.call("/api/pay/start", &[("token", "<b>"), ("key", "")]).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn a_form_that_is_sent_twice_is_one_link(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let key = new_key();
        let form = fields(key.as_str(), &[]);
        let answers = futures::future::join_all((0..4).map(|_| desk.submit("/admin/links/new", &form))).await;
        app.clock.advance(1_000);
        let later = desk.submit("/admin/links/new", &form).await;
        for answer in &answers {
            assert_eq!(answer.location(), later.location(), "{}", answer.body);
        }
        assert_eq!(app.invoices().await.len(), 1);
        let other = desk.submit("/admin/links/new", &fields(key.as_str(), &[("amount", "50,000")])).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.body.contains("L-FORM") && hidden(&other.body, "key").unwrap() != key.as_str());
        assert_eq!(app.invoices().await.len(), 1);
    }
}

on_both! {
    async fn a_lost_answer_keeps_a_draft_and_makes_no_second_invoice(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        for lost in ["POST /v1/invoices", "GET /v1/invoices/"] {
            let before = app.invoices().await.len();
            app.wire.fault(lost, [Fault::LostAfter]);
            let id = desk.link(&[]).await;
            let page = desk.get(&format!("/admin/links/{id}")).await.body;
            assert!(page.contains("data-state=\"draft\"") && page.contains("L-UNREACHABLE"), "{page}");
            let path = app.pay_path(&id).await;
            assert!(!page.contains(&path), "a draft's address is shown to nobody");
            assert_eq!(desk.get(&format!("/admin/links/{id}/qr.svg")).await.status, StatusCode::NOT_FOUND);
            assert_eq!(app.standing(&path).await, "not_ready");
            let tried = desk.act(&id, "retry", &[]).await;
            assert_eq!(tried.location(), format!("/admin/links/{id}"));
            assert_eq!(app.link_page(&desk, &id).await.state, LinkState::Live);
            assert_eq!(app.invoices().await.len(), before + 1, "{lost}");
            assert_eq!(app.standing(&path).await, "payable");
        }
    }
}

on_both! {
    async fn a_key_that_the_provider_has_forgotten_is_not_used_again(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        app.wire.fault("POST /v1/invoices", [Fault::LostAfter]);
        let id = desk.link(&[]).await;
        app.clock.advance(DAY_MS);
        let desk = app.desk(Role::Clerk).await;
        desk.act(&id, "retry", &[]).await;
        assert!(desk.get(&format!("/admin/links/{id}")).await.body.contains("L-KEY-OLD"));
        assert_eq!(app.invoices().await.len(), 1);
    }
}

on_both! {
    async fn an_invoice_that_reads_back_differently_is_never_shown(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        const READ: &str = "GET /v1/invoices/";
        for (said, code) in [
            ("{\"invoice_id\":\"x\",\"name\":\"11월 상담료\",\"price\":3300,\"tax_free_price\":11000}", "L-DIFFERS"),
            ("{\"invoice_id\":\"x\",\"name\":\"11월 상담료\",\"price\":33000,\"tax_free_price\":0}", "L-DIFFERS"),
            ("{\"invoice_id\":\"x\",\"name\":\"다른 이름\",\"price\":33000,\"tax_free_price\":11000}", "L-DIFFERS"),
            ("{\"invoice_id\":\"x\",\"name\":\"11월 상담료\",\"price\":33000}", "L-MALFORMED"),
            ("{\"invoice_id\":\"x\"}", "L-MALFORMED"),
            ("<html>", "L-MALFORMED"),
        ] {
            app.wire.fault(READ, [Fault::Answer(200, said)]);
            let id = desk.link(&[]).await;
            assert!(desk.get(&format!("/admin/links/{id}")).await.body.contains(code), "{said}");
            assert_eq!(app.services.link(&id).await.unwrap().state, StoredState::Draft, "{said}");
        }
    }
}

on_both! {
    async fn every_refusal_says_what_happened_and_what_to_do(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        for (step, status, said, code) in [
            ("GET /v1/invoices/", 404, "{\"error_code\":\"INVOICE_NOT_FOUND\",\"message\":\"x\"}", "INVOICE_NOT_FOUND"),
            ("GET /v1/invoices/", 400, "{\"error_code\":\"INVOICE_DENIED\",\"message\":\"x\"}", "INVOICE_DENIED"),
            ("POST /v1/invoices", 400, "{\"error_code\":\"ORDER_PRICE_NOT_MATCH\",\"message\":\"x\"}", "ORDER_PRICE_NOT_MATCH"),
            ("POST /v1/invoices", 403, "{\"error_code\":\"API_ROLE_NOT_SUPPORT\",\"message\":\"x\"}", "API_ROLE_NOT_SUPPORT"),
            ("POST /v1/invoices", 400, "{\"error_code\":\"API_PARAM_INVALID\",\"message\":\"x\"}", "API_PARAM_INVALID"),
            ("POST /v1/invoices", 401, "{\"error_code\":\"TOKEN_KEY_INVALID\",\"message\":\"x\"}", "L-KEYS"),
            ("POST /v1/invoices", 400, "{\"error_code\":\"SOMETHING_NEW\",\"message\":\"<script>\"}", "L-REFUSED"),
            ("POST /v1/invoices", 502, "<html>", "L-UNREACHABLE"),
        ] {
            app.wire.fault(step, [Fault::Answer(status, said)]);
            let id = desk.link(&[]).await;
            let page = desk.get(&format!("/admin/links/{id}")).await.body;
            assert!(page.contains(code) && page.contains("data-trouble"), "{said}");
        }
        let unknown = desk.link(&[("product_1", "nothing"), ("quantity_1", "2"), ("duration_1", "-1")]).await;
        assert!(desk.get(&format!("/admin/links/{unknown}")).await.body.contains("ORDER_PRODUCT_NOT_FOUND"));
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
        let first = sent.iter().find(|answer| answer.location().starts_with(crate::tests::app::EMULATOR)).unwrap().location();
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
    async fn a_stopped_link_can_be_taken_up_again_and_an_expired_one_extended(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let id = desk.link(&[("expires_days", "1")]).await;
        let path = app.pay_path(&id).await;
        desk.act(&id, "stop", &[]).await;
        let body = desk.get(&format!("/admin/links/{id}")).await.body;
        assert!(body.contains("data-state=\"stopped\"") && body.contains("data-flash=\"link_stopped\""));
        let refused = desk.act(&id, "reenable", &[("expires_at", "2020-01-01T10:00")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(desk.act(&id, "reenable", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.standing(&path).await, "payable");
        assert_eq!(app.invoices().await.len(), 2, "a new invoice each time");
        app.clock.advance(DAY_MS);
        let desk = app.desk(Role::Manager).await;
        assert_eq!(app.standing(&path).await, "expired");
        assert!(app.get(&path).await.body.contains("L-EXPIRED"));
        assert_eq!(desk.act(&id, "extend", &[("expires_days", "2")]).await.status, StatusCode::SEE_OTHER);
        let cross = app.press(&path).await;
        assert_eq!(invoice_of(cross.location()), app.invoices().await[2]["invoice_id"].as_str().unwrap());
        app.choose(&invoice_of(cross.location()), "paid").await;
        assert_eq!(app.standing(&path).await, "paid");
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
    async fn a_link_is_sent_at_once_or_later_and_at_most_five_times_a_day(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[("notify", "now"), ("ways", "sms"), ("ways", "kakao")]).await;
        let sends = || async { app.ledger().await["sends"].as_array().unwrap().clone() };
        assert_eq!(sends().await[0]["send_types"], serde_json::json!([1, 2]));
        let ways = [("ways", "sms")];
        assert!(desk.act(&id, "send", &ways).await.body.contains("L-TWICE"));
        app.clock.advance(30_000);
        let both = futures::future::join(desk.act(&id, "send", &ways), desk.act(&id, "send", &ways)).await;
        assert_eq!(sends().await.len(), 2, "two clicks, one message: {} {}", both.0.status, both.1.status);
        for _ in 0..3 {
            app.clock.advance(30_000);
            assert_eq!(desk.act(&id, "send", &ways).await.status, StatusCode::SEE_OTHER);
        }
        app.clock.advance(30_000);
        assert!(desk.act(&id, "send", &ways).await.body.contains("L-LIMIT"));
        assert_eq!(sends().await.len(), 5);
        assert!(desk.act(&id, "send", &[]).await.body.contains("하나 이상"), "no way was ticked");
        app.clock.advance(DAY_MS);
        let desk = app.desk(Role::Clerk).await;
        app.wire.fault("POST /v1/invoices/", [Fault::LostAfter]);
        desk.act(&id, "send", &ways).await;
        let body = desk.get(&format!("/admin/links/{id}")).await.body;
        assert!(body.contains("data-send=\"unknown\"") && body.contains("link_unsent"), "nobody claims that it was sent");
        desk.act(&id, "stop", &[]).await;
        app.clock.advance(30_000);
        assert!(desk.act(&id, "send", &ways).await.body.contains("L-CLOSED"));
    }
}

on_both! {
    async fn a_message_for_later_leaves_when_its_time_has_come(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        // The clock of the tests stands at 2026-11-20T14:05 in Seoul.
        let id = desk.link(&[("notify", "later"), ("notify_at", "2026-11-20T15:00"), ("ways", "sms")]).await;
        let sends = || async { app.ledger().await["sends"].as_array().unwrap().len() };
        desk.get("/admin/links").await;
        assert_eq!(sends().await, 0);
        app.clock.advance(60 * 60 * 1000);
        let (viewer, desk) = (app.desk(Role::Viewer).await, app.desk(Role::Clerk).await);
        viewer.get("/admin/links").await;
        assert_eq!(sends().await, 0, "somebody who may only look sends nothing");
        futures::future::join(desk.get("/admin/links"), desk.get("/admin/links")).await;
        assert_eq!(sends().await, 1);
        assert!(desk.get(&format!("/admin/links/{id}")).await.body.contains("data-event=\"sent\""));
    }
}

on_both! {
    async fn hostile_texts_come_out_as_text(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let hostile = [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE links; --", "{{7*7}}${7*7}",
            "=1+1", "a\u{0}b", "a\r\nSet-Cookie: x=y", "\u{202e}gnp.exe", "%00%ff", "javascript:alert(1)", "</textarea><script>alert(1)</script>",
        ];
        let names = [
            "name", "amount", "tax_free", "original", "expires_days", "expires_at", "memo", "product_1", "quantity_1", "duration_1",
            "customer_name", "customer_phone", "customer_email", "notify", "notify_at", "ways", "metadata", "redirect", "uses", "key", "step",
        ];
        for name in names {
            for value in hostile {
                let key = new_key();
                let answer = desk.submit("/admin/links/new", &fields(key.as_str(), &[(name, value)])).await;
                assert!(!answer.status.is_server_error(), "{name}={value:?}");
                let page = if answer.status == StatusCode::SEE_OTHER { desk.get(answer.location()).await } else { answer };
                assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{name}={value:?}");
                assert!(page.headers.get(header::SET_COOKIE).is_none_or(|set| !set.to_str().unwrap().contains("x=y")));
            }
        }
        let id = desk.link(&[("name", hostile[0]), ("memo", hostile[1]), ("metadata", "x=<b>&\"'")]).await;
        for path in [format!("/admin/links/{id}"), "/admin/links".to_owned(), format!("/admin/links/{id}/print"), app.pay_path(&id).await, format!("/admin/links/new?from={id}")] {
            let page = desk.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains("&lt;script&gt;alert(1)"), "{path}");
            assert!(!page.body.contains("<title><script>"), "{path}");
            assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{path}");
        }
        for query in ["q=%25", "q=_%27%22%3C", "q=%00", "state=%3Cb%3E", "before=x", "before=9-%27", "q=%F0%9F%98%80"] {
            assert_eq!(desk.get(&format!("/admin/links?{query}")).await.status, StatusCode::OK, "{query}");
        }
        assert!(!desk.get("/admin/links?q=%25%25").await.body.contains("data-link"), "a percent sign is a percent sign");
    }
}

on_both! {
    async fn a_viewer_looks_and_changes_nothing(app: TestApp) {
        let clerk = app.desk(Role::Clerk).await;
        let id = clerk.link(&[]).await;
        let viewer = app.desk(Role::Viewer).await;
        let page = viewer.get(&format!("/admin/links/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("method=\"post\" action=\"/admin/links"), "no control that can't be used");
        assert!(!viewer.get("/admin/links").await.body.contains("/admin/links/new"));
        let key = new_key();
        assert_eq!(viewer.get("/admin/links/new").await.status, StatusCode::FORBIDDEN);
        assert_eq!(viewer.submit("/admin/links/new", &fields(key.as_str(), &[])).await.status, StatusCode::FORBIDDEN);
        for act in ["send", "stop", "reenable", "extend", "retry"] {
            assert_eq!(viewer.act(&id, act, &[("ways", "sms")]).await.status, StatusCode::FORBIDDEN, "{act}");
        }
        for file in ["qr.svg", "qr.png", "print"] {
            assert_eq!(viewer.get(&format!("/admin/links/{id}/{file}")).await.status, StatusCode::OK, "{file}");
        }
        assert_eq!(app.services.link(&id).await.unwrap().state, StoredState::Active);
        let lines = app.db.read(|tx| Box::pin(async move { crate::store::audit::page(tx, i64::MAX, 50).await })).await;
        let lines = lines.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let acts: Vec<_> = lines.iter().filter(|line| line.subject == id.as_str()).map(|line| line.act.as_str()).collect();
        assert_eq!(acts, ["link_seen", "link_made"], "seeing a customer's data is written down");
        assert!(!format!("{lines:?}").contains("9876"));
    }
}

on_both! {
    async fn the_list_finds_by_word_and_state_and_pages_by_key(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        for number in 0..52 {
            app.clock.advance(1);
            let name = format!("링크 {number:02}");
            let key = new_key();
            let actor = crate::service::Actor { staff: desk.staff.clone(), network: String::new() };
            let typed = crate::domain::link::Typed {
                name, amount: "1000".into(), expires_days: "1".into(), memo: if number == 7 { "Rare 100%".into() } else { String::new() },
                customer_phone: if number == 9 { "010-2222-3333".into() } else { String::new() },
                ..Default::default()
            };
            app.services.create_link(&actor, &typed, key).await.unwrap();
        }
        let first = desk.get("/admin/links").await.body;
        assert!(first.contains("링크 51") && !first.contains("링크 01"));
        let (_, next) = first.split_once("before=").unwrap();
        let next = next.split('"').next().unwrap();
        let second = desk.get(&format!("/admin/links?before={next}")).await.body;
        assert!(second.contains("링크 01") && second.contains("링크 00") && !second.contains("링크 02"), "{second}");
        let found = |query: &'static str| { let desk = &desk; async move { desk.get(&format!("/admin/links?q={query}")).await.body.matches("data-link").count() } };
        assert_eq!((found("rare").await, found("100%25").await, found("2222-33").await, found("nobody").await), (1, 1, 1, 0));
    }
}

on_both! {
    async fn the_list_filters_by_the_state_that_it_shows(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        app.set_policy(LatePolicy::Ask).await;
        app.wire.fault("POST /v1/invoices", [Fault::LostBefore]);
        desk.link(&[]).await;
        desk.link(&[]).await;
        let (opened, paid, stopped, late, refunded) = (desk.link(&[]).await, desk.link(&[]).await, desk.link(&[]).await, desk.link(&[]).await, desk.link(&[]).await);
        let expired = desk.link(&[("expires_at", "2026-11-20T14:30")]).await;
        app.get(&app.pay_path(&opened).await).await;
        for (id, closes) in [(&paid, false), (&late, true), (&refunded, false)] {
            let order = app.link_page(&desk, id).await.orders.remove(0);
            if closes {
                desk.act(id, "stop", &[]).await;
                // The provider tells seconds.
                app.clock.advance(1_000);
            }
            app.choose(&order.invoice.clone().unwrap().id, "paid").await;
            app.look(&order).await;
            if id == &refunded {
                let id = order.id.clone();
                let done: Result<(), StoreError> = app.db.write(move |tx| { let id = id.clone(); Box::pin(async move { crate::store::orders::update_money_state(tx, &id, MoneyState::Refunded).await }) }).await;
                done.unwrap();
            }
        }
        desk.act(&stopped, "stop", &[]).await;
        app.clock.advance(30 * 60 * 1000);
        let actor = crate::service::Actor { staff: desk.staff.clone(), network: String::new() };
        let mut seen = 0;
        for state in LinkState::ALL {
            let found = app.services.links(&actor, LinkFilter { state: Some(*state), ..LinkFilter::default() }).await.unwrap();
            assert!(found.links.iter().all(|(_, shown)| shown == state), "{state:?}");
            assert!(!found.links.is_empty(), "{state:?}");
            seen += found.links.len();
        }
        assert_eq!(seen, 8);
        let shown = |id: LinkId| { let services = app.services.clone(); async move { services.link(&id).await.unwrap().shown(services.now()) } };
        assert_eq!((shown(expired).await, shown(late).await, shown(refunded).await), (LinkState::Expired, LinkState::PaidLate, LinkState::Refunded));
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

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_made_is_not_there() {
    let app = TestApp::sqlite().await;
    let owner = app.desk(Role::Owner).await;
    for path in ["/pay/x", &format!("/pay/{}", "0".repeat(24)), "/pay/", "/pay/%00"] {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for id in ["x", &"0".repeat(24)] {
        for page in ["", "/print", "/qr.svg", "/qr.png"] {
            assert_eq!(
                owner.get(&format!("/admin/links/{id}{page}")).await.status,
                StatusCode::NOT_FOUND,
                "{id}{page}"
            );
        }
        for act in ["send", "stop", "reenable", "extend", "retry"] {
            let answer = owner.submit(&format!("/admin/links/{id}/{act}"), &[("ways", "sms")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}/{act}");
        }
    }
    let mut foreign = super::app::post("/api/pay/start", &[("token", &"0".repeat(24))], "text/html");
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    let get = Request::get("/api/pay/start").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    assert!(app.send(get).await.status.is_client_error());
    assert!(LinkToken::parse(&"0".repeat(24)).is_ok());
}
