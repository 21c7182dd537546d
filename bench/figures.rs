//! The process that `make bench` measures: the shop without rate limits, the same shop rendering the plan
//! page afresh for every request, and a handler that only returns the plan page's bytes.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use axum::routing::get;
use leptos::config::LeptosOptions;
use madang::clock::{OsIds, SystemClock};
use madang::http::{Limits, Shop};
use madang::page::{Business, Sdk, Site};
use madang::provider::bootpay::{Bootpay, Hosts, Keys};
use madang::provider::transport::Network;
use madang::service::Services;
use madang::store::{Db, DbOptions};
use tokio::net::TcpListener;
use tower::ServiceExt;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Nothing listens there: no measured request needs the provider.
const NOBODY: &str = "http://127.0.0.1:9";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(served), Some(afresh)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: madang-bench DATABASE_URL ADDR ADDR_AFRESH".into());
    };
    let db = Db::open(&DbOptions { url, readers: 8 }).await?;
    db.migrate().await?;
    let keys = Keys { client: "bench".into(), secret: "bench".to_owned().into() };
    let hosts = Hosts { commerce: format!("{NOBODY}/v1"), pg: format!("{NOBODY}/v2") };
    let bootpay = Bootpay::new(Arc::new(Network::new()?), hosts, keys);
    let services = Services::new(db, bootpay, Arc::new(SystemClock), Arc::new(OsIds), "http://127.0.0.1:3000");
    services.prepare("emulator").await?;
    let shop = Shop::new(services, site(), Limits::Off, 0);
    let router = shop.router();
    let page = plan_page(&router).await?;
    let still = Router::new()
        .route("/bench/static", get(async move || ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page)));
    let fresh = tokio::spawn(serve(shop.without_plan_cache().router(), afresh.parse()?));
    serve(router.merge(still), served.parse()?).await?;
    fresh.await?
}

async fn serve(router: Router, addr: SocketAddr) -> Result<(), Failure> {
    let listener = TcpListener::bind(addr).await?;
    Ok(axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?)
}

async fn plan_page(router: &Router) -> Result<Bytes, Failure> {
    let answer = router.clone().oneshot(Request::get("/").body(Body::empty())?).await?;
    Ok(to_bytes(answer.into_body(), usize::MAX).await?)
}

fn site() -> Site {
    Site {
        configured: Arc::new(Business::default()),
        sdk: Arc::new(Sdk {
            url: format!("{NOBODY}/sdk.js"),
            environment: None,
            script_origin: NOBODY.into(),
            form_hosts: vec![NOBODY.into()],
        }),
        mode: "emulator".into(),
        legal_folder: None,
        leptos: LeptosOptions::builder().output_name("madang").site_root("target/site").build(),
        stylesheet_file: "madang.css".into(),
        reload_port: None,
    }
}
