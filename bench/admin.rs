//! The process that `make bench-admin` runs on a seeded database: serves the shop, logs in as staff do, asks for
//! lists with eight connections at once, takes all orders away as a file, and prints how long each kind took.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use leptos::config::LeptosOptions;
use madang::clock::{Clock, OsIds, SystemClock, day_in_seoul};
use madang::domain::customer::{Email, Name};
use madang::domain::staff::{Role, Staff};
use madang::http::{Limits, Shop};
use madang::page::{Business, Sdk, Site};
use madang::provider::bootpay::{Bootpay, Hosts, Keys};
use madang::provider::transport::Network;
use madang::service::{Actor, ListedOrder, OrderCursor, OrderFilter, Services};
use madang::store::{Db, DbOptions};
use tokio::net::TcpListener;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Nothing listens there: no measured request needs the provider.
const NOBODY: &str = "http://127.0.0.1:9";
const CONNECTIONS: usize = 8;
const LIST_MS: f64 = 30.0;
const SEARCH_MS: f64 = 150.0;
const PLACES: i64 = 1024;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("usage: madang-bench-admin DATABASE_URL [SECONDS_EACH]")?;
    let seconds: u64 = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let db = Db::open(&DbOptions { url, readers: 8 }).await?;
    db.migrate().await?;
    let keys = Keys { client: "bench".into(), secret: "bench".to_owned().into() };
    let hosts = Hosts { commerce: format!("{NOBODY}/v1"), pg: format!("{NOBODY}/v2") };
    let bootpay = Bootpay::new(Arc::new(Network::new()?), hosts, keys);
    let services = Services::new(db, bootpay, Arc::new(SystemClock), Arc::new(OsIds), "http://127.0.0.1:3000");
    services.prepare("emulator").await?;
    let staff = hire(&services).await?;
    let samples = samples(&services, &staff).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let router = Shop::new(services, site(), Limits::Off, 0).router();
    tokio::spawn(
        async move { axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await },
    );
    let browser = Browser::log_in(origin, &staff).await?;
    let mut missed = 0;
    for (kind, reach, paths) in kinds(&samples) {
        let took = load(&browser, Arc::new(paths), Duration::from_secs(seconds)).await?;
        let p99 = percentile(&took, 99);
        missed += usize::from(p99 > reach);
        println!(
            "{kind:<44} {:>7} requests   p50 {:>7.2} ms   p99 {p99:>7.2} ms   (reach {reach:.0} ms)",
            took.len(),
            percentile(&took, 50),
        );
    }
    export(&browser).await?;
    println!("{missed} kinds took longer than they should");
    Ok(())
}

const PASSWORD: &str = "correct horse battery";

async fn hire(services: &Services) -> Result<Staff, Failure> {
    let email = Email::parse(&format!("bench{}@example.com", SystemClock.now().get()))?;
    Ok(services.create_staff(email, Name::parse("측정")?, Role::Owner, PASSWORD, false).await?)
}

/// Orders from all over the two years.
async fn samples(services: &Services, staff: &Staff) -> Result<Vec<ListedOrder>, Failure> {
    let actor = Actor { staff: staff.clone(), network: "bench".to_owned() };
    let mut found = Vec::new();
    let now = SystemClock.now().get();
    for step in 0..80 {
        let before = (now - step * 9 * DAY_MS) * PLACES;
        let page = services.list_orders(&actor, &OrderFilter::default(), OrderCursor::Before(before)).await?;
        found.extend(page.rows.into_iter().take(3));
    }
    if found.len() < 20 { Err("seed the database first: madang admin seed --orders 1000000".into()) } else { Ok(found) }
}

fn query(pairs: &[(&str, &str)]) -> String {
    format!("/admin/orders?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

fn search(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.map(|text| query(&[("q", &text)])).collect()
}

fn words(texts: &[&str]) -> Vec<String> {
    search(texts.iter().map(|text| (*text).to_owned()))
}

fn initials(name: &str) -> String {
    const INITIALS: [char; 19] = [
        'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ',
        'ㅎ',
    ];
    let place = |c: char| usize::try_from((u32::from(c).checked_sub(0xAC00)?) / 588).ok();
    name.chars().filter_map(|c| INITIALS.get(place(c)?)).collect()
}

/// What is asked for, and how soon it should be there.
fn kinds(samples: &[ListedOrder]) -> Vec<(&'static str, f64, Vec<String>)> {
    let each = |of: fn(&ListedOrder) -> String| search(samples.iter().map(of));
    let deep = samples.iter().map(|order| format!("/admin/orders?before={}", order.seq)).collect();
    let days = samples.iter().map(|order| {
        let day = day_in_seoul(order.created_at);
        query(&[("from", &day), ("to", &day)])
    });
    let states = ["refunded", "failed", "shipping", "awaiting_deposit", "partially_refunded", "paid", "pending"];
    let phone = |order: &ListedOrder| {
        let (area, rest) = order.customer_phone.split_at(3);
        let (office, line) = rest.split_at(rest.len() - 4);
        format!("{area}-{office}-{line}")
    };
    let given =
        |order: &ListedOrder| order.customer_name.chars().rev().take(2).collect::<Vec<_>>().iter().rev().collect();
    let local = |order: &ListedOrder| order.customer_email.split('@').next().unwrap_or_default().to_owned();
    let letters =
        |order: &ListedOrder| order.customer_email.chars().take_while(char::is_ascii_alphabetic).collect::<String>();
    vec![
        ("first page", LIST_MS, vec!["/admin/orders".to_owned()]),
        ("deep page", LIST_MS, deep),
        ("one state", LIST_MS, states.iter().map(|state| query(&[("state", state)])).collect()),
        ("one day", LIST_MS, days.collect()),
        (
            "state, kind, method and amount",
            LIST_MS,
            vec![
                query(&[("state", "completed"), ("kind", "link"), ("method", "휴대폰"), ("least", "300000")]),
                query(&[("state", "refunded"), ("method", "계좌이체"), ("most", "10000")]),
                query(&[("least", "900000"), ("from", "2026-01-01")]),
            ],
        ),
        ("exact order number", LIST_MS, each(|order| order.number.as_str().to_owned())),
        ("exact phone, with hyphens", LIST_MS, search(samples.iter().map(phone))),
        ("exact e-mail", SEARCH_MS, each(|order| order.customer_email.clone())),
        ("substring, Korean, common", SEARCH_MS, words(&["월간", "김민", "행사", "유지보수"])),
        ("substring, Korean, medium (given name)", SEARCH_MS, search(samples.iter().map(given))),
        ("substring, Korean, rare (full name)", SEARCH_MS, each(|order| order.customer_name.clone())),
        ("substring, Korean, in a note", SEARCH_MS, words(&["세금계산서", "김과장", "2시 이후", "없는 말씀"])),
        ("substring, Latin, common", SEARCH_MS, words(&["naver", "starter", "gmail.com", "min"])),
        ("substring, Latin, medium", SEARCH_MS, search(samples.iter().map(letters))),
        ("substring, Latin, rare", SEARCH_MS, search(samples.iter().map(local))),
        ("substring, not there", SEARCH_MS, words(&["zzqzz", "없는사람", "starters", "kimchi", "99999999"])),
        ("part of a phone number", SEARCH_MS, each(|order| order.customer_phone.chars().skip(5).collect())),
        ("초성 of a name", SEARCH_MS, each(|order| initials(&order.customer_name))),
    ]
}

#[derive(Clone)]
struct Browser {
    client: reqwest::Client,
    origin: String,
    cookie: String,
}

impl Browser {
    async fn log_in(origin: String, staff: &Staff) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(CONNECTIONS)
            .build()?;
        let form = serde_urlencoded::to_string([("email", staff.email.as_str()), ("password", PASSWORD)])?;
        let login = client
            .post(format!("{origin}/admin/login"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = login.send().await?;
        let set = answer.headers().get("set-cookie").ok_or("the login was refused")?.to_str()?;
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { client, origin, cookie })
    }

    async fn get(&self, path: &str) -> Result<reqwest::Response, Failure> {
        let request = self.client.get(format!("{}{path}", self.origin)).header("cookie", &self.cookie);
        let answer = request.header("accept", "text/html").send().await?;
        if answer.status() == 200 { Ok(answer) } else { Err(format!("{path}: {}", answer.status()).into()) }
    }
}

/// All answers' times in milliseconds, sorted.
async fn load(browser: &Browser, paths: Arc<Vec<String>>, time: Duration) -> Result<Vec<f64>, Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let connections = (0..CONNECTIONS).map(|_| {
        let (browser, paths, next) = (browser.clone(), paths.clone(), next.clone());
        tokio::spawn(async move {
            let mut took = Vec::new();
            while began.elapsed() < time {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(path) = paths.get(place % paths.len()) else { break };
                let sent = Instant::now();
                browser.get(path).await?.bytes().await?;
                took.push(sent.elapsed().as_secs_f64() * 1000.0);
            }
            Ok::<_, Failure>(took)
        })
    });
    let mut all = Vec::new();
    for connection in connections.collect::<Vec<_>>() {
        all.extend(connection.await??);
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// A line of `/proc/self/status` in megabytes.
fn memory(name: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    let kilobytes: f64 = line.trim_matches([':', ' ', '\t', 'k', 'B']).trim().parse()?;
    Ok(kilobytes / 1024.0)
}

async fn export(browser: &Browser) -> Result<(), Failure> {
    // The peak begins anew.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = memory("VmRSS")?;
    let began = Instant::now();
    let mut answer = browser.get("/admin/orders.csv").await?;
    let (mut lines, mut bytes) = (0, 0);
    while let Some(chunk) = answer.chunk().await? {
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
        bytes += chunk.len();
    }
    let seconds = began.elapsed().as_secs_f64();
    let rows = lines.saturating_sub(1);
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let (rate, megabytes) = (rows as f64 / seconds, bytes as f64 / 1e6);
    println!(
        "{:<44} {rate:>7.0} rows/s  (reach 30000)   {rows} rows, {megabytes:.0} MB in {seconds:.1} s",
        "export of everything"
    );
    println!(
        "{:<44} {:>7.1} MB above the {before:.0} MB before (flat: below 32)",
        "  memory at its peak",
        memory("VmHWM")? - before
    );
    Ok(())
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
