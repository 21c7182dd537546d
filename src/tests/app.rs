//! The shop under test: one method per thing that a customer, a browser or a provider does.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use leptos::config::LeptosOptions;
use secrecy::SecretString;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::emulated::Wire;
use crate::clock::{Clock, OsIds};
use crate::domain::id::{FormKey, OrderToken};
use crate::domain::order::Order;
use crate::domain::time::UnixMs;
use crate::emulator::{self, Emulator};
use crate::http::{Limits, Networks, Shop};
use crate::page::{Business, Sdk, Site};
use crate::provider::bootpay::{Bootpay, Hosts, Keys};
use crate::service::{Installation, OrderPage, Services};
use crate::store::{Db, DbOptions};

pub const EMULATOR: &str = "http://127.0.0.1:4000";
pub const SHOP: &str = "http://127.0.0.1:3000";

/// A clock that stands still until a test moves it.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixMs {
        UnixMs::new(self.0.load(Ordering::SeqCst))
    }
}

pub struct TestApp {
    pub services: Services,
    pub db: Db,
    pub wire: Wire,
    pub clock: TestClock,
    pub shop: Router,
    emulator: Router,
    _files: Option<tempfile::TempDir>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map(|to| to.to_str().unwrap()).unwrap_or_default()
    }
}

pub async fn sqlite_database() -> (Db, tempfile::TempDir) {
    let files = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", files.path().join("madang.db").display());
    (Db::open(&DbOptions { url, readers: 4 }).await.unwrap(), files)
}

/// A database of its own in the cluster that `MADANG_TEST_POSTGRES` names.
pub async fn postgres_database() -> (Db, String) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let cluster =
        std::env::var("MADANG_TEST_POSTGRES").expect("MADANG_TEST_POSTGRES names no PostgreSQL: run `make test`");
    let name = format!("madang_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.expect("the test cluster answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")))
        .execute(&admin)
        .await
        .unwrap();
    admin.close().await;
    let url = format!("{cluster}/{name}");
    (Db::open(&DbOptions { url: url.clone(), readers: 6 }).await.unwrap(), url)
}

impl TestApp {
    pub async fn sqlite() -> Self {
        let (db, files) = sqlite_database().await;
        Self::on(db, Some(files), Limits::Off).await
    }

    pub async fn postgres() -> Self {
        Self::on(postgres_database().await.0, None, Limits::Off).await
    }

    /// The file of an SQLite database.
    pub fn database_file(&self) -> Option<std::path::PathBuf> {
        self._files.as_ref().map(|files| files.path().join("madang.db"))
    }

    pub async fn with_limits() -> Self {
        let (db, files) = sqlite_database().await;
        Self::on(db, Some(files), Limits::On).await
    }

    async fn on(db: Db, files: Option<tempfile::TempDir>, limits: Limits) -> Self {
        db.migrate().await.unwrap();
        let clock = TestClock(Arc::new(AtomicI64::new(1_795_151_100_000)));
        let emulator = Emulator::open(emulator::Options {
            public_url: EMULATOR.into(),
            client_key: emulator::DEFAULT_CLIENT_KEY.into(),
            secret_key: emulator::DEFAULT_SECRET_KEY.into(),
            journal: None,
            clock: Arc::new(clock.clone()),
            ids: Arc::new(OsIds),
        });
        let emulator = emulator.unwrap().router();
        let wire = Wire::new(emulator.clone());
        let services = services(&db, &wire, &clock);
        services.prepare("emulator").await.unwrap();
        let shop = Shop::new(services.clone(), site(), limits, 0).router();
        Self { services, db, wire, clock, shop, emulator, _files: files }
    }

    /// A second program on the same database, or the same one after a restart.
    pub async fn another_node(&self) -> Self {
        let node = Self::on(self.db.clone(), None, Limits::Off).await;
        node.clock.advance(self.clock.now().get() - node.clock.now().get());
        node
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.shop, request).await
    }

    /// Another node on the same database, with nothing in its memory.
    pub fn node(&self) -> Self {
        self.node_taking_webhooks_from(Networks::default(), 0)
    }

    /// The same behind so many proxies of ours, taking webhooks from these networks alone.
    pub fn node_taking_webhooks_from(&self, networks: Networks, proxies: usize) -> Self {
        let services = services(&self.db, &self.wire, &self.clock);
        let shop = Shop::new(services.clone(), site(), Limits::Off, proxies).with_webhooks_from(networks).router();
        Self {
            services,
            db: self.db.clone(),
            wire: self.wire.clone(),
            clock: self.clock.clone(),
            shop,
            emulator: self.emulator.clone(),
            _files: None,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// As an island sends it.
    pub async fn call(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(post(path, form, "application/json")).await
    }

    /// As a browser without script sends it.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(post(path, form, "text/html,application/xhtml+xml")).await
    }

    /// Starts an order for Professional, monthly, as an island would.
    pub async fn start(&self) -> Order {
        let answer = self.call("/api/checkout/start", &form(new_key().as_str())).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let token = OrderToken::parse(answer.json()["pay"]["order"].as_str().unwrap()).unwrap();
        self.services.order_by_token(&token).await.unwrap()
    }

    /// The buyer's browser makes an order form for this price, and the buyer chooses an outcome. Answers with
    /// the provider's order number, if there is one.
    pub async fn pay(&self, order: &Order, price: i64, outcome: &str) -> Option<String> {
        let invoice = json!({
            "name": order.name, "price": price, "tax_free_price": 0, "request_id": order.id.as_str(),
            "redirect_url": self.services.return_url(order),
        });
        let (status, made) = self.provider("/v1/invoices", &invoice).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        self.choose(made["invoice_id"].as_str().unwrap(), outcome).await
    }

    /// The buyer presses a button on the provider's page.
    pub async fn choose(&self, invoice_id: &str, outcome: &str) -> Option<String> {
        let request = post(&format!("/invoice/{invoice_id}"), &[("outcome", outcome)], "text/html");
        let answer = send(&self.emulator, request).await;
        let query = answer.location().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
        pairs.into_iter().find(|(name, _)| name == "order_number").map(|(_, number)| number)
    }

    /// A call of the provider's API as the merchant's server makes it.
    pub async fn provider(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        use base64::Engine as _;
        let pair = format!("{}:{}", emulator::DEFAULT_CLIENT_KEY, emulator::DEFAULT_SECRET_KEY);
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
        let request = Request::post(path)
            .header(header::AUTHORIZATION, basic)
            .header(header::CONTENT_TYPE, "application/json")
            .header("BOOTPAY-ROLE", "supervisor")
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = send(&self.emulator, request).await;
        (answer.status, answer.json())
    }

    /// What the provider believes.
    pub async fn ledger(&self) -> Value {
        send(&self.emulator, Request::get("/_emulator/ledger").body(Body::empty()).unwrap()).await.json()
    }

    pub async fn control(&self, path: &str, body: &Value) {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()));
        let answer = send(&self.emulator, request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }

    /// The order as its page shows it, after the time in which pages don't look again.
    pub async fn look(&self, order: &Order) -> OrderPage {
        self.clock.advance(crate::service::LOOK_GAP_MS);
        self.services.order_page(&order.token).await.unwrap()
    }
}

pub fn new_key() -> FormKey {
    let mut bytes = [0; FormKey::BYTES];
    crate::clock::Ids::fill(&OsIds, &mut bytes);
    FormKey::from_random(bytes)
}

/// A checkout form that is filled in well.
pub fn form(key: &str) -> [(&str, &str); 6] {
    [
        ("plan", "pro"),
        ("interval", "month"),
        ("name", "김마당"),
        ("phone", "010-1234-5678"),
        ("email", "kim@example.com"),
        ("key", key),
    ]
}

/// The form with one field replaced.
pub fn form_with<'a>(key: &'a str, field: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    form(key).into_iter().map(|(name, old)| if name == field { (name, value) } else { (name, old) }).collect()
}

pub fn post(path: &str, form: &[(&str, &str)], accept: &str) -> Request<Body> {
    Request::post(path)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string(form).unwrap()))
        .unwrap()
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

fn services(db: &Db, wire: &Wire, clock: &TestClock) -> Services {
    let bootpay = Bootpay::new(
        Arc::new(wire.clone()),
        Hosts { commerce: format!("{EMULATOR}/v1"), pg: format!("{EMULATOR}/v2") },
        Keys {
            client: emulator::DEFAULT_CLIENT_KEY.into(),
            secret: SecretString::from(emulator::DEFAULT_SECRET_KEY.to_owned()),
        },
    );
    Services::new(db.clone(), bootpay, Arc::new(clock.clone()), Arc::new(OsIds), SHOP)
        .installed(Installation { sdk_url: site().sdk.url.clone(), ..Installation::default() })
}

fn site() -> Site {
    Site {
        configured: Arc::new(Business { name: "마당".into(), ..Business::default() }),
        sdk: Arc::new(Sdk {
            url: format!("{EMULATOR}/commerce/bp-commerce-sdk-1.0.8.min.js"),
            environment: Some("development"),
            script_origin: EMULATOR.into(),
            form_hosts: vec![EMULATOR.into()],
        }),
        mode: "emulator".into(),
        legal_folder: None,
        leptos: LeptosOptions::builder().output_name("madang").site_root("target/site").build(),
        stylesheet_file: "madang.css".into(),
        reload_port: None,
    }
}
