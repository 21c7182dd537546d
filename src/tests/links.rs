//! Pay links, by plain forms: made, proven, paid, stopped, sent; and money that comes when it should not.

mod money;
mod staff;

use axum::http::{StatusCode, header};
use serde_json::Value;

use super::app::{Answer, TestApp, new_key};
use super::desk::Desk;
use super::emulated::Fault;
use super::on_both;
use crate::domain::id::LinkId;
use crate::domain::link::{LinkState, StoredState};
use crate::domain::order::MoneyState;
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::{LinkPage, OrderPage};
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

    pub(super) async fn set_policy(&self, policy: LatePolicy) {
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
