//! Starting and stopping: builds the rooms from the configuration, listens, and lets requests in flight
//! finish when it is told to stop.

pub mod doctor;
pub mod reconcile;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use leptos::config::{Env, LeptosOptions};
use madang::clock::{OsIds, SystemClock};
use madang::emulator::{self, Emulator};
use madang::http::{Limits, Shop};
use madang::job::{Post, Worker};
use madang::mail::{Log, Mailer, Smtp};
use madang::page::{Business, Sdk, Site};
use madang::provider::bootpay::{Bootpay, Environment, Hosts, Keys};
use madang::provider::transport::Network;
use madang::service::{FIRST_OWNER, FirstOwner, Installation, Seal, Services};
use madang::store::{Db, DbOptions};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::{self, Checked, Mode};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Database connections that read; one more writes on SQLite.
const READERS: u32 = 8;

pub async fn shop(options: config::Shop) -> Result<(), Failure> {
    let checked = options.check()?;
    let stop = stop_signal();
    let embedded = if checked.mode == Mode::Emulator && options.emulator_embedded {
        let emulator = open_emulator(&options, &checked)?;
        let listener = listen(options.emulator_addr).await?;
        Some((tokio::spawn(serve_on(listener, emulator.router(), stop.clone())), emulator))
    } else {
        None
    };
    let db = open_database(&options.database_url).await?;
    db.migrate().await?;
    let services = services(&options, &checked, db.clone())?;
    services.prepare(checked.mode.as_str()).await?;
    let limits = if options.rate_limits { Limits::On } else { Limits::Off };
    let shop = Shop::new(services.clone(), site(&options, &checked)?, limits, options.trusted_proxies)
        .with_webhooks_from(options.webhook_networks.clone());
    let listener = listen(options.addr).await?;
    // Only now is it sure that whoever started the shop sees the password.
    let owner = first_owner(&options, &checked, &services).await?;
    println!("Madang is open:   {}", checked.public_url);
    if checked.mode == Mode::Emulator {
        println!("Bootpay emulator: http://{}   (no real money moves)", options.emulator_addr);
    }
    match owner {
        // Told here and nowhere else, so no log has it.
        Some(FirstOwner::OneTime(password)) => {
            println!("First owner:       {FIRST_OWNER} / {password}   (change it after the first login)");
        }
        Some(FirstOwner::Given) => println!("First owner:       {FIRST_OWNER}   (MADANG_FIRST_OWNER_PASSWORD)"),
        None => {}
    }
    if let Some((_, emulator)) = &embedded {
        // Only now is there somebody to take the webhooks that an earlier run left.
        tokio::spawn(carry_webhooks(emulator.clone(), stop.clone()));
    }
    let (worker, until) = (Worker::new(services, post(&options, &checked)?), stop.clone());
    let working = tokio::spawn(async move { worker.run(until).await });
    serve_on(listener, shop.router(), stop).await?;
    working.await?;
    if let Some((embedded, _)) = embedded {
        embedded.await??;
    }
    db.close().await;
    Ok(())
}

/// Only the emulator makes an owner by itself.
async fn first_owner(
    options: &config::Shop,
    checked: &Checked,
    services: &Services,
) -> Result<Option<FirstOwner>, Failure> {
    if checked.mode != Mode::Emulator {
        return Ok(None);
    }
    let given = options.first_owner_password.as_ref().map(ExposeSecret::expose_secret);
    Ok(services.first_owner(given, checked.is_on_loopback).await?)
}

pub async fn migrate(options: &config::Shop) -> Result<(), Failure> {
    let db = open_database(&options.database_url).await?;
    db.migrate().await?;
    db.close().await;
    println!("The database is up to date.");
    Ok(())
}

pub async fn seed(options: &config::Seed) -> Result<(), Failure> {
    let checked = options.shop.check()?;
    if checked.mode != Mode::Emulator {
        return Err(
            format!("made-up orders belong into emulator mode, and this is {} mode", checked.mode.as_str()).into()
        );
    }
    let db = open_database(&options.shop.database_url).await?;
    db.migrate().await?;
    let services = services(&options.shop, &checked, db.clone())?;
    services.prepare(checked.mode.as_str()).await?;
    let started = std::time::Instant::now();
    services.seed_orders(options.orders, |done| println!("{done} orders, {} s", started.elapsed().as_secs())).await?;
    println!("Seeded in {:.1} s.", started.elapsed().as_secs_f64());
    db.close().await;
    Ok(())
}

pub async fn emulator(options: config::Emulator) -> Result<(), Failure> {
    let emulator = Emulator::open(emulator::Options {
        public_url: format!("http://{}", options.addr),
        client_key: options.client_key,
        secret_key: options.secret_key,
        journal: options.journal,
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
    })?;
    emulator.send_webhooks_to(options.webhook_pg.as_deref(), options.webhook_commerce.as_deref())?;
    let listener = listen(options.addr).await?;
    println!("Bootpay emulator: http://{}   (no real money moves)", options.addr);
    let stop = stop_signal();
    tokio::spawn(carry_webhooks(emulator.clone(), stop.clone()));
    serve_on(listener, emulator.router(), stop).await
}

/// Beside the emulator's listener, until it is told to stop.
async fn carry_webhooks(emulator: Emulator, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        ended = emulator.carry_webhooks() => {
            if let Err(error) = ended {
                tracing::error!(%error, "the emulator can't send webhooks");
            }
        }
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn listen(addr: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(addr).await.map_err(|error| format!("can't listen on {addr}: {error}").into())
}

async fn serve_on(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
        .map_err(Failure::from)
}

/// Becomes true at the first SIGINT or SIGTERM; connections that still hang ten seconds later are cut.
fn stop_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        let _ = sender.send(true);
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        std::process::exit(0);
    });
    receiver
}

pub async fn open_database(url: &str) -> Result<Db, Failure> {
    let opened = Db::open(&DbOptions { url: url.to_owned(), readers: READERS }).await;
    opened.map_err(|error| format!("the database can't be opened: {error}").into())
}

/// The embedded emulator keeps its ledger beside the shop's database, so that both find each other again
/// after a restart.
fn open_emulator(options: &config::Shop, checked: &Checked) -> Result<Emulator, Failure> {
    let beside = options.database_url.strip_prefix("sqlite://").and_then(|file| Path::new(file).parent());
    let folder = beside.map_or_else(|| PathBuf::from("data"), Path::to_path_buf);
    std::fs::create_dir_all(&folder)?;
    let emulator = Emulator::open(emulator::Options {
        public_url: format!("http://{}", options.emulator_addr),
        client_key: checked.keys.client.clone(),
        secret_key: checked.keys.secret.expose_secret().to_owned(),
        journal: Some(folder.join("emulator.jsonl")),
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
    })?;
    let shop = from_this_machine(options.addr);
    let (pg, commerce) =
        (format!("http://{shop}/webhooks/bootpay/pg"), format!("http://{shop}/webhooks/bootpay/commerce"));
    emulator.send_webhooks_to(Some(&pg), Some(&commerce))?;
    Ok(emulator)
}

/// Where a program on this machine reaches what listens on an address, which may be "every address".
fn from_this_machine(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

fn hosts(options: &config::Shop, mode: Mode) -> Hosts {
    match mode {
        Mode::Emulator => Hosts::at(&format!("http://{}", options.emulator_addr)),
        Mode::Production => Hosts::of(Environment::Production),
        Mode::Stage => Hosts::of(Environment::Stage),
        Mode::Development => Hosts::of(Environment::Development),
    }
}

/// Where an SQLite database's file lies; none with PostgreSQL.
fn database_folder(options: &config::Shop) -> Option<PathBuf> {
    let file = database_file(options)?;
    Some(file.parent().filter(|folder| *folder != Path::new("")).map_or_else(|| PathBuf::from("."), Path::to_path_buf))
}

fn database_file(options: &config::Shop) -> Option<&Path> {
    let rest = options.database_url.strip_prefix("sqlite:")?;
    Some(Path::new(rest.trim_start_matches("//").split('?').next().unwrap_or_default()))
}

fn installation(options: &config::Shop, checked: &Checked) -> Installation {
    Installation {
        mode: checked.mode.as_str().to_owned(),
        sdk_url: checked.sdk_url.clone(),
        trusted_proxies: options.trusted_proxies,
        folder: database_folder(options),
    }
}

fn bootpay(options: &config::Shop, checked: &Checked) -> Result<Bootpay, Failure> {
    let keys = Keys { client: checked.keys.client.clone(), secret: checked.keys.secret.clone() };
    Ok(Bootpay::new(Arc::new(Network::new()?), hosts(options, checked.mode), keys))
}

/// Letters leave by the configured server; without one they are lines in the log.
fn mailer(checked: &Checked) -> Result<Arc<dyn Mailer>, Failure> {
    Ok(match &checked.smtp {
        Some(smtp) => Arc::new(Smtp::new(smtp.clone())?),
        None => Arc::new(Log),
    })
}

/// How letters leave, and what stands in them.
fn post(options: &config::Shop, checked: &Checked) -> Result<Post, Failure> {
    Ok(Post {
        mailer: mailer(checked)?,
        staff: checked.staff_email.clone(),
        public_url: checked.public_url.clone(),
        shop_name: business(options, checked).name,
    })
}

fn services(options: &config::Shop, checked: &Checked, db: Db) -> Result<Services, Failure> {
    let bootpay = bootpay(options, checked)?;
    let services = Services::new(db, bootpay, Arc::new(SystemClock), Arc::new(OsIds), &checked.public_url);
    let seal = options.secret.as_ref().map(|secret| Seal::new(secret.expose_secret().trim())).unwrap_or_default();
    Ok(services.with_seal(seal).installed(installation(options, checked)))
}

/// The vendor's script and the hosts that it and payment pages need.
fn sdk(options: &config::Shop, checked: &Checked) -> Sdk {
    let emulator = format!("http://{}", options.emulator_addr);
    let script_origin = checked.sdk_url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let is_vendors = script_origin != emulator;
    let (environment, api) = match checked.mode {
        Mode::Production => (None, "https://api.bootapi.com"),
        Mode::Stage => (Some("stage"), "https://stage-api.bootapi.com"),
        // The vendor's own script under the emulator must never reach the real service.
        Mode::Development | Mode::Emulator => (Some("development"), "https://dev-api.bootapi.com"),
    };
    let mut form_hosts = Vec::new();
    if checked.mode == Mode::Emulator {
        form_hosts.push(emulator);
    }
    if is_vendors {
        form_hosts.push(api.to_owned());
    }
    if checked.mode != Mode::Emulator {
        form_hosts.extend(["https://*.bootpay.co.kr".to_owned(), "https://*.bootpay.shop".to_owned()]);
    }
    Sdk { url: checked.sdk_url.clone(), environment, script_origin, form_hosts }
}

/// The business as configured; in emulator mode an example where nothing is.
fn business(options: &config::Shop, checked: &Checked) -> Business {
    let business = &options.business;
    let or = |value: &str, demo: &str| {
        let is_demo = checked.mode == Mode::Emulator && value.trim().is_empty();
        if is_demo { demo.to_owned() } else { value.to_owned() }
    };
    Business {
        name: or(&business.business_name, "주식회사 마당 (예시)"),
        representative: or(&business.business_representative, "홍길동"),
        address: or(&business.business_address, "서울특별시 종로구 세종대로 1"),
        phone: or(&business.business_phone, "02-000-0000"),
        email: or(&business.business_email, "help@example.com"),
        business_number: or(&business.business_number, "000-00-00000"),
        mail_order_number: or(&business.mail_order_number, "제2026-서울종로-0000호"),
        hosting: or(&business.hosting, "직접 운영"),
    }
}

fn site(options: &config::Shop, checked: &Checked) -> Result<Site, Failure> {
    // While `cargo leptos watch` runs, it tells its reload port; the built program needs no LEPTOS_* variable.
    let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let reload_port =
        std::env::var("LEPTOS_RELOAD_PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(RELOAD_PORT);
    if let Some(folder) = &options.legal_dir {
        madang::text::check_legal_folder(folder)
            .map_err(|file| format!("MADANG_LEGAL_DIR: {} can't be read", file.display()))?;
    }
    let hashes = hashes()?;
    let leptos = LeptosOptions::builder()
        .output_name("madang")
        .site_root(options.site_root.clone())
        .site_addr(options.addr)
        .reload_port(reload_port)
        .env(if is_watched { Env::DEV } else { Env::PROD })
        .hash_files(hashes.is_some())
        .build();
    let css = hashes.as_deref().and_then(|hashes| hashes.lines().find_map(|line| line.strip_prefix("css:")));
    let stylesheet_file = css.map_or_else(|| "madang.css".to_owned(), |hash| format!("madang.{}.css", hash.trim()));
    let stylesheet = Path::new(&options.site_root).join("pkg").join(&stylesheet_file);
    if !stylesheet.exists() {
        return Err(format!("the site's files are not where they should be ({}): build with `make build` and start from the project's folder", stylesheet.display()).into());
    }
    Ok(Site {
        configured: Arc::new(business(options, checked)),
        sdk: Arc::new(sdk(options, checked)),
        mode: checked.mode.as_str().to_owned(),
        legal_folder: options.legal_dir.clone().map(Arc::new),
        leptos,
        stylesheet_file: stylesheet_file.into(),
        reload_port: is_watched.then_some(reload_port),
    })
}

const RELOAD_PORT: u32 = 3901;

/// The hashes in the names of the site's files: `hash.txt`, which the build lays beside the program.
fn hashes() -> Result<Option<String>, Failure> {
    let beside = std::env::current_exe()?.with_file_name("hash.txt");
    if beside.exists() { Ok(Some(std::fs::read_to_string(beside)?)) } else { Ok(None) }
}
