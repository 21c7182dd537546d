//! Assembling: makes the rooms' parts from the checked configuration. Starts nothing, listens to nothing and decides
//! nothing about the shop; the commands do with the parts what they are for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leptos::config::{Env, LeptosOptions};
use madang::clock::{OsIds, SystemClock};
use madang::emulator::{self, Emulator};
use madang::job::Post;
use madang::mail::{Log, Mailer, Smtp};
use madang::page::{Business, Sdk, Site};
use madang::provider::bootpay::{Bootpay, Environment, Hosts, Keys};
use madang::provider::transport::Network;
use madang::service::{Installation, Seal, Services};
use madang::store::{Db, DbOptions};
use secrecy::ExposeSecret;

use crate::config::{self, Checked, Mode};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Database connections that read; one more writes on SQLite.
const READERS: u32 = 8;

pub async fn open_database(url: &str) -> Result<Db, Failure> {
    let opened = Db::open(&DbOptions { url: url.to_owned(), readers: READERS }).await;
    opened.map_err(|error| {
        let next = "MADANG_DATABASE_URL says where it is: sqlite://path or postgres://user@host/name";
        format!("the database can't be opened: {error}. {next}").into()
    })
}

/// Where an SQLite database's file lies; none with PostgreSQL.
fn database_folder(url: &str) -> Option<PathBuf> {
    let file = database_file(url)?;
    Some(file.parent().filter(|folder| *folder != Path::new("")).map_or_else(|| PathBuf::from("."), Path::to_path_buf))
}

/// An SQLite database's file; none with PostgreSQL.
pub fn database_file(url: &str) -> Option<&Path> {
    let rest = url.strip_prefix("sqlite:").filter(|rest| *rest != ":memory:")?;
    Some(Path::new(rest.trim_start_matches("//").split('?').next().unwrap_or_default()))
}

/// The embedded emulator keeps its ledger beside the shop's database, so that both find each other again
/// after a restart.
pub fn open_emulator(options: &config::Shop, checked: &Checked) -> Result<Emulator, Failure> {
    let folder = ledger_folder(&options.database_url);
    std::fs::create_dir_all(&folder).map_err(|error| {
        let folder = folder.display();
        format!("{folder} can't be made for the emulator's ledger, which lies beside MADANG_DATABASE_URL: {error}")
    })?;
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

/// Beside the database, where that is a file.
fn ledger_folder(database_url: &str) -> PathBuf {
    database_folder(database_url).unwrap_or_else(|| PathBuf::from("data"))
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

pub fn installation(options: &config::Shop, checked: &Checked) -> Installation {
    Installation {
        mode: checked.mode.as_str().to_owned(),
        sdk_url: checked.sdk_url.clone(),
        trusted_proxies: options.trusted_proxies,
        folder: database_folder(&options.database_url),
    }
}

pub fn bootpay(options: &config::Shop, checked: &Checked) -> Result<Bootpay, Failure> {
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
pub fn post(options: &config::Shop, checked: &Checked) -> Result<Post, Failure> {
    Ok(Post {
        mailer: mailer(checked)?,
        staff: checked.staff_email.clone(),
        public_url: checked.public_url.clone(),
        configured: Arc::new(business(options, checked)),
    })
}

pub fn services(options: &config::Shop, checked: &Checked, db: Db) -> Result<Services, Failure> {
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
pub fn business(options: &config::Shop, checked: &Checked) -> Business {
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

pub fn site(options: &config::Shop, checked: &Checked) -> Result<Site, Failure> {
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
        return Err(format!("the site's files are not where they should be ({}): build with `make build` and start from the project's folder, or set MADANG_SITE_ROOT", stylesheet.display()).into());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_lies_beside_the_database_however_its_address_is_written() {
        for (url, folder) in [
            ("sqlite://data/madang.db", "data"),
            ("sqlite:///x/shop.db", "/x"),
            ("sqlite:/x/shop.db", "/x"),
            ("sqlite:x/shop.db?mode=rwc", "x"),
            ("sqlite://shop.db", "."),
            ("postgres://user@host/name", "data"),
        ] {
            assert_eq!(ledger_folder(url), Path::new(folder), "{url}");
        }
        assert_eq!(database_folder("postgres://user@host/name"), None);
        assert_eq!(database_file("sqlite:/x/shop.db?mode=rwc"), Some(Path::new("/x/shop.db")));
    }
}
