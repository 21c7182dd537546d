//! A shop and a provider, each a process of its own on ports and files of its own.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};
use tokio::process::{Child, Command};

use crate::people::Web;
use crate::{Failure, Torture};

pub const OWNER: (&str, &str) = ("owner@example.com", "a calm ledger in November");
/// What a busy shop writes down: trouble, and each letter.
pub const LETTERS: &str = "warn,madang::mail=info";
/// Names a bug that the shop is to have, to see whether it is found.
pub const PLANTED: &str = "TORTURE_PLANTED";
/// A start takes a second; on a busy machine more.
const START: Duration = Duration::from_secs(60);

/// A port that no other place was given: one whose shop is dead for a moment looks free, and its customers would come to
/// whoever got it next.
fn free_port() -> Result<u16, Failure> {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        if GIVEN.lock().map_err(|_| "somebody fell while a port was given")?.insert(port) {
            return Ok(port);
        }
    }
}

/// Where a shop and its provider are, alive or not.
pub struct Place {
    folder: PathBuf,
    pub shop_addr: String,
    pub provider_addr: String,
    site: PathBuf,
    /// The database's address, where it is no file.
    postgres: Option<String>,
}

impl Place {
    pub fn new(torture: &Torture, name: &str) -> Result<Self, Failure> {
        let folder = torture.work.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            shop_addr: format!("127.0.0.1:{}", free_port()?),
            provider_addr: format!("127.0.0.1:{}", free_port()?),
            site: torture.site.clone(),
            postgres: None,
        })
    }

    /// On a new database of the server that `TORTURE_POSTGRES` names.
    pub async fn on_postgres(torture: &Torture, name: &str) -> Result<Self, Failure> {
        let server = std::env::var("TORTURE_POSTGRES").map_err(|_| "TORTURE_POSTGRES names no server")?;
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
        let database = format!("torture_{}_{}", name, std::process::id());
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {database}"))).execute(&mut connection).await?;
        connection.close().await?;
        Ok(Self { postgres: Some(format!("{server}/{database}")), ..Self::new(torture, name)? })
    }

    /// Another node of the same shop, with the same provider.
    pub fn beside(&self) -> Result<Self, Failure> {
        Ok(Self {
            folder: self.folder.clone(),
            shop_addr: format!("127.0.0.1:{}", free_port()?),
            provider_addr: self.provider_addr.clone(),
            site: self.site.clone(),
            postgres: self.postgres.clone(),
        })
    }

    pub fn postgres(&self) -> Option<&str> {
        self.postgres.as_deref()
    }

    pub fn shop(&self) -> String {
        format!("http://{}", self.shop_addr)
    }

    pub fn provider(&self) -> String {
        format!("http://{}", self.provider_addr)
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("madang.db")
    }

    fn database_url(&self) -> String {
        self.postgres.clone().unwrap_or_else(|| format!("sqlite://{}", self.database().display()))
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the shop has written to its log, in all its lives.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("shop.log")).unwrap_or_default()
    }

    fn spawn(&self, program: &Path, arguments: &[&str], log: &str, extra: &[(&str, String)]) -> Result<Child, Failure> {
        let out = std::fs::OpenOptions::new().create(true).append(true).open(self.file(log))?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).kill_on_drop(true);
        for (name, _) in std::env::vars() {
            if ["MADANG_", "BOOTPAY_", "LEPTOS_"].iter().any(|begins| name.starts_with(begins)) {
                command.env_remove(name);
            }
        }
        command.envs(extra.iter().map(|(name, value)| (*name, value.clone())));
        Ok(command.spawn()?)
    }

    /// `webhooks`: whether the provider tells the shop anything.
    pub async fn open_provider(&self, program: &Path, webhooks: bool) -> Result<Child, Failure> {
        let (pg, commerce) = (self.hook("pg"), self.hook("commerce"));
        let mut arguments = vec!["emulator", "--addr", &self.provider_addr];
        if webhooks {
            arguments.extend(["--webhook-pg", &pg, "--webhook-commerce", &commerce]);
        }
        let mut child = self.spawn(program, &arguments, "provider.log", &[])?;
        self.until_ready(&mut child, &format!("{}/_emulator/ledger", self.provider())).await?;
        Ok(child)
    }

    pub fn hook(&self, source: &str) -> String {
        format!("{}/webhooks/bootpay/{source}", self.shop())
    }

    /// Starts the shop on the database that is there, or on a new one. Fails when it dies before it is ready.
    pub async fn open_shop(&self, program: &Path, extra: &[(&str, String)]) -> Result<Child, Failure> {
        let mut env = vec![
            ("MADANG_ADDR", self.shop_addr.clone()),
            ("MADANG_EMULATOR_EMBEDDED", "false".into()),
            ("MADANG_EMULATOR_ADDR", self.provider_addr.clone()),
            ("MADANG_DATABASE_URL", self.database_url()),
            ("MADANG_SITE_ROOT", self.site.display().to_string()),
            ("MADANG_FIRST_OWNER_PASSWORD", OWNER.1.into()),
            ("MADANG_RATE_LIMITS", "false".into()),
            ("MADANG_STAFF_EMAIL", "staff@example.com".into()),
            ("RUST_LOG", "info".into()),
            ("NO_COLOR", "1".into()),
        ];
        env.extend(extra.iter().map(|(name, value)| (*name, value.clone())));
        env.extend(std::env::var(PLANTED).map(|bug| ("MADANG_PLANTED", bug)));
        let mut child = self.spawn(program, &["serve"], "shop.log", &env)?;
        self.until_ready(&mut child, &format!("{}/readyz", self.shop())).await?;
        Ok(child)
    }

    async fn until_ready(&self, child: &mut Child, url: &str) -> Result<(), Failure> {
        let (web, began) = (Web::new()?, Instant::now());
        while began.elapsed() < START {
            if let Some(status) = child.try_wait()? {
                return Err(format!("it ended with {status} before it was ready").into());
            }
            if web.get(url, None).await.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Err(format!("{url} does not answer").into())
    }
}

/// Resident memory of a process, in KiB.
pub fn resident(child: &Child) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().ok_or("it has ended")?))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
}
