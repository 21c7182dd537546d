//! The command line and the environment. Parsed and checked once, here; commands ask for the checked parts, and
//! `assemble` makes the shop of them.

mod check;

pub use check::Checked;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use madang::http::Networks;
use secrecy::SecretString;

/// A self-hosted storefront for Korean merchants.
#[derive(Parser)]
#[command(name = "madang", version, about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub shop: Shop,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve the shop (also without any command).
    Serve(Box<Shop>),
    /// Bring the database to the state that this program needs, and stop.
    Migrate(Box<Shop>),
    /// Look at everything that must be right before money can be taken, and say what to do about the rest.
    Doctor(Box<Doctor>),
    /// Compare a day's payments with the provider's, and tell every difference.
    Reconcile(Box<Reconcile>),
    /// Run the offline stand-in of Bootpay alone.
    Emulator(Emulator),
    /// Look after the shop from its own machine.
    #[command(subcommand)]
    Admin(Admin),
}

#[derive(Subcommand)]
pub enum Admin {
    /// Make an account for somebody who works here. The password is read from the terminal or standard input.
    Create(CreateStaff),
    /// Fill the database with orders that could have been, to measure it or to try the admin at size.
    Seed(Box<Seed>),
}

#[derive(Args)]
pub struct CreateStaff {
    /// sqlite://path or postgres://user@host/name
    #[arg(long, env = "MADANG_DATABASE_URL", hide_env_values = true, default_value = DATABASE_URL)]
    pub database_url: String,
    /// What they log in with.
    #[arg(long)]
    pub email: String,
    #[arg(long)]
    pub name: String,
    /// owner, manager, clerk or viewer.
    #[arg(long, default_value = "owner")]
    pub role: String,
    /// Print a password that must be changed at the first login, in place of reading one.
    #[arg(long)]
    pub one_time: bool,
}

const DATABASE_URL: &str = "sqlite://data/madang.db";

#[derive(Args)]
pub struct Doctor {
    /// The language that it speaks.
    #[arg(long, value_enum, default_value_t = Language::Ko)]
    pub lang: Language,
    #[command(flatten)]
    pub shop: Shop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Ko,
    En,
}

#[derive(Args)]
pub struct Reconcile {
    /// The day in Seoul, 2026-11-20; yesterday unless given.
    #[arg(long)]
    pub date: Option<String>,
    #[command(flatten)]
    pub shop: Shop,
}

#[derive(Args)]
pub struct Seed {
    /// How many orders, spread over the last two years.
    #[arg(long)]
    pub orders: u64,
    #[command(flatten)]
    pub shop: Shop,
}

#[derive(Args)]
pub struct Emulator {
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:4000")]
    pub addr: SocketAddr,
    #[arg(long, default_value = madang::emulator::DEFAULT_CLIENT_KEY)]
    pub client_key: String,
    #[arg(long, default_value = madang::emulator::DEFAULT_SECRET_KEY)]
    pub secret_key: String,
    /// Where its ledger is kept; without it the ledger dies with the process.
    #[arg(long)]
    pub journal: Option<PathBuf>,
    /// Where PG webhooks go, e.g. http://127.0.0.1:3000/webhooks/bootpay/pg; without it, where the ledger remembers.
    #[arg(long, value_name = "URL")]
    pub webhook_pg: Option<String>,
    /// Where Commerce webhooks go, e.g. http://127.0.0.1:3000/webhooks/bootpay/commerce.
    #[arg(long, value_name = "URL")]
    pub webhook_commerce: Option<String>,
}

/// Which Bootpay the shop talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// The offline stand-in; no real money.
    Emulator,
    Production,
    Stage,
    Development,
}

impl Mode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emulator => "emulator",
            Self::Production => "production",
            Self::Stage => "stage",
            Self::Development => "development",
        }
    }
}

#[derive(Args, Clone)]
pub struct Shop {
    /// Where the shop listens.
    #[arg(long, env = "MADANG_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// Where customers reach the shop. Default: http:// and the address it listens on.
    #[arg(long, env = "MADANG_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// sqlite://path or postgres://user@host/name
    #[arg(long, env = "MADANG_DATABASE_URL", default_value = DATABASE_URL)]
    pub database_url: String,
    /// Where the embedded emulator listens, in emulator mode.
    #[arg(long, env = "MADANG_EMULATOR_ADDR", default_value = "127.0.0.1:4000")]
    pub emulator_addr: SocketAddr,
    /// Serve the emulator from this process (true) or expect `madang emulator` at its address (false).
    #[arg(long, env = "MADANG_EMULATOR_EMBEDDED", default_value_t = true, action = clap::ArgAction::Set)]
    pub emulator_embedded: bool,
    /// emulator, production, stage or development. Must be written when keys are set; default: emulator, on loopback without keys.
    #[arg(long, env = "BOOTPAY_MODE", value_enum)]
    pub mode: Option<Mode>,
    /// The project's public key.
    #[arg(long, env = "BOOTPAY_CLIENT_KEY", hide_env_values = true)]
    pub client_key: Option<String>,
    /// The project's secret key.
    #[arg(long, env = "BOOTPAY_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<SecretString>,
    /// A long random text that seals second factors in the database. Keep it: what it sealed opens with no other.
    #[arg(long, env = "MADANG_SECRET", hide_env_values = true)]
    pub secret: Option<SecretString>,
    /// The first owner's password on a database without staff, for tests and demos in emulator mode.
    #[arg(long, env = "MADANG_FIRST_OWNER_PASSWORD", hide_env_values = true)]
    pub first_owner_password: Option<SecretString>,
    /// The vendor's browser script.
    #[arg(long, env = "BOOTPAY_SDK_URL")]
    pub sdk_url: Option<String>,
    /// The server that e-mail leaves by: smtps://user:password@host:465 or smtp://user:password@host:587?tls=required.
    /// Without it, e-mail is a line in the log.
    #[arg(long, env = "MADANG_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// Who e-mail is from: an address, or a name and an <address>. Needed with MADANG_SMTP_URL.
    #[arg(long, env = "MADANG_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Where e-mail to staff goes. Without it, none is written.
    #[arg(long, env = "MADANG_STAFF_EMAIL")]
    pub staff_email: Option<String>,
    /// Folder with the merchant's own terms, privacy and refund texts.
    #[arg(long, env = "MADANG_LEGAL_DIR")]
    pub legal_dir: Option<PathBuf>,
    /// Folder of the built site.
    #[arg(long, env = "MADANG_SITE_ROOT", default_value = "target/site")]
    pub site_root: String,
    /// Our own reverse proxies in front, whose X-Forwarded-For entries are believed.
    #[arg(long, env = "MADANG_TRUSTED_PROXIES", default_value_t = 0)]
    pub trusted_proxies: usize,
    /// Networks that webhooks are taken from, `223.130.82.0/24, 10.0.0.0/8`; none: from everywhere.
    #[arg(long, env = "MADANG_WEBHOOK_NETWORKS", default_value = "", value_parser = networks)]
    pub webhook_networks: Networks,
    /// `false` switches rate limits off, for benchmarks and tests.
    #[arg(long, env = "MADANG_RATE_LIMITS", default_value_t = true, action = clap::ArgAction::Set)]
    pub rate_limits: bool,
    #[command(flatten)]
    pub business: Business,
}

fn networks(list: &str) -> Result<Networks, String> {
    Networks::parse(list).map_err(|entry| format!("`{entry}` is no network: write 223.130.82.0/24"))
}

/// What the footer shows; Korean law wants all of it on every page of a shop.
#[derive(Args, Clone)]
pub struct Business {
    #[arg(long, env = "MADANG_BUSINESS_NAME", default_value = "")]
    pub business_name: String,
    #[arg(long, env = "MADANG_BUSINESS_REPRESENTATIVE", default_value = "")]
    pub business_representative: String,
    #[arg(long, env = "MADANG_BUSINESS_ADDRESS", default_value = "")]
    pub business_address: String,
    #[arg(long, env = "MADANG_BUSINESS_PHONE", default_value = "")]
    pub business_phone: String,
    #[arg(long, env = "MADANG_BUSINESS_EMAIL", default_value = "")]
    pub business_email: String,
    #[arg(long, env = "MADANG_BUSINESS_NUMBER", default_value = "")]
    pub business_number: String,
    #[arg(long, env = "MADANG_MAIL_ORDER_NUMBER", default_value = "")]
    pub mail_order_number: String,
    #[arg(long, env = "MADANG_HOSTING", default_value = "")]
    pub hosting: String,
}
