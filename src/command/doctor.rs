//! `madang doctor`: the doctor's findings on the command line. It works when the configuration itself is
//! refused, and says then which variable to set. It makes nothing: no database, no tables.

use std::ffi::OsStr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue};
use madang::clock::SystemClock;
use madang::domain::doctor::{ConfigTrouble, Finding, Severity};
use madang::page::Business;
use madang::service::{examine_database, examine_rest};
use madang::store::Db;
use madang::text::Lang;

use crate::assemble::{Failure, bootpay, business, database_file, installation, open_database, services};
use crate::config::{Checked, Cli, Doctor, Language, Mode, Shop};

/// Looks and tells; fails when something must be put right.
pub async fn run(doctor: Doctor) -> ExitCode {
    let lang = match doctor.lang {
        Language::Ko => Lang::Ko,
        Language::En => Lang::En,
    };
    tell(lang, &examine(&doctor.shop).await)
}

/// A command line or variable that can't be read. To the doctor that is a finding like any other.
pub fn explain(error: &clap::Error) -> ExitCode {
    let typed: Vec<_> = std::env::args_os().skip(1).collect();
    let trouble = if typed.first().is_some_and(|first| first == "doctor") { unreadable(error) } else { None };
    match trouble {
        Some(trouble) => tell(lang_of(&typed), &[Finding::ConfigurationRefused(trouble)]),
        None => error.exit(),
    }
}

/// Which variable gives the value that clap refused. What was written in it is not repeated.
fn unreadable(error: &clap::Error) -> Option<ConfigTrouble> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    let long = argument.strip_prefix("--")?.split([' ', '=']).next()?;
    let cli = Cli::command();
    let known = cli.find_subcommand("doctor")?.get_arguments().find(|known| known.get_long() == Some(long))?;
    let variable = known.get_env().and_then(OsStr::to_str)?.to_owned();
    Some(ConfigTrouble::Unreadable { variable })
}

/// The language that was asked for, where the rest could not be read.
fn lang_of(typed: &[std::ffi::OsString]) -> Lang {
    let is_english =
        typed.windows(2).any(|pair| pair.iter().map(|word| word.to_str()).eq([Some("--lang"), Some("en")]))
            || typed.iter().any(|word| word == "--lang=en");
    if is_english { Lang::En } else { Lang::Ko }
}

async fn examine(options: &Shop) -> Vec<Finding> {
    let db = open(options).await;
    let found = match (options.check(), &db) {
        (Ok(checked), Ok(db)) => configured(whole(options, &checked, db.clone()).await),
        (Ok(checked), Err(finding)) => {
            let business = business(options, &checked);
            let mut found = vec![finding.clone()];
            found.extend(rest(options, &checked, &business).await);
            configured(found)
        }
        (Err(refused), Ok(db)) => {
            let mut found = vec![Finding::ConfigurationRefused(refused.into())];
            let mode = options.mode.map_or("", Mode::as_str);
            found.extend(examine_database(db, &SystemClock, mode).await);
            // Without a mode nothing can be said about the stamp.
            found.retain(|finding| !mode.is_empty() || !matches!(finding, Finding::StampOther { .. }));
            found
        }
        (Err(refused), Err(finding)) => vec![Finding::ConfigurationRefused(refused.into()), finding.clone()],
    };
    if let Ok(db) = db {
        db.close().await;
    }
    found
}

fn configured(found: Vec<Finding>) -> Vec<Finding> {
    std::iter::once(Finding::ConfigurationFine).chain(found).collect()
}

/// The database, if there is one; opening must not make it.
async fn open(options: &Shop) -> Result<Db, Finding> {
    if database_file(&options.database_url).is_some_and(|file| !file.exists()) {
        return Err(Finding::DatabaseAbsent);
    }
    open_database(&options.database_url).await.map_err(|error| {
        tracing::error!(%error, "the doctor could not open the database");
        Finding::DatabaseSilent
    })
}

async fn whole(options: &Shop, checked: &Checked, db: Db) -> Vec<Finding> {
    match services(options, checked, db) {
        Ok(services) => {
            let shown = services.business(&Arc::new(business(options, checked))).await;
            services.examine(&shown).await
        }
        Err(error) => no_client(&error),
    }
}

/// What can be said without a database.
async fn rest(options: &Shop, checked: &Checked, business: &Business) -> Vec<Finding> {
    match bootpay(options, checked) {
        Ok(bootpay) => {
            let installation = installation(options, checked);
            examine_rest(&bootpay, &SystemClock, &checked.public_url, &installation, business).await
        }
        Err(error) => no_client(&error),
    }
}

fn no_client(error: &Failure) -> Vec<Finding> {
    tracing::error!(%error, "the provider's client can't be made");
    vec![Finding::ProviderSilent]
}

fn tell(lang: Lang, found: &[Finding]) -> ExitCode {
    for finding in found {
        let mark = finding.severity().as_str();
        println!("[{mark}] {}: {}", lang.check(finding.check()), lang.finding(finding));
    }
    println!("{}", lang.findings(found));
    let fails = found.iter().any(|finding| finding.severity() == Severity::Failure);
    if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::config::Command;

    fn refused(flags: &[&str]) -> Option<ConfigTrouble> {
        let error = Cli::try_parse_from(["madang", "doctor"].iter().chain(flags)).err().unwrap();
        unreadable(&error)
    }

    fn shop(flags: &[&str]) -> Shop {
        match Cli::try_parse_from(["madang", "doctor"].iter().chain(flags)).unwrap().command {
            Some(Command::Doctor(doctor)) => doctor.shop,
            _ => panic!("not the doctor"),
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_named_by_its_variable() {
        for (flag, variable) in [
            ("--mode=play", "BOOTPAY_MODE"),
            ("--addr=here", "MADANG_ADDR"),
            ("--trusted-proxies=many", "MADANG_TRUSTED_PROXIES"),
        ] {
            assert_eq!(refused(&[flag]), Some(ConfigTrouble::Unreadable { variable: variable.into() }), "{flag}");
        }
        assert_eq!(refused(&["--nothing"]), None, "a mistake on the command line is not a variable");
    }

    #[tokio::test]
    async fn a_refused_configuration_is_a_finding_and_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("--database-url=sqlite://{}/data/madang.db", folder.path().display());
        let production = ["--mode=production", "--public-url=https://shop.example", "--client-key=c", "--secret-key=s"];
        let flags: Vec<_> = production.into_iter().chain([database.as_str()]).collect();
        let wanted = ConfigTrouble::FooterEmpty { variable: "MADANG_BUSINESS_NAME" };
        let found = examine(&shop(&flags)).await;
        assert_eq!(found, [Finding::ConfigurationRefused(wanted), Finding::DatabaseAbsent]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn tables_that_are_missing_are_told_and_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("madang.db");
        std::fs::write(&file, "").unwrap();
        let database = format!("--database-url=sqlite://{}", file.display());
        let found = examine(&shop(&["--client-key=only-this", &database])).await;
        assert_eq!(found[..2], [Finding::ConfigurationRefused(ConfigTrouble::ModeMissing), Finding::DatabaseAnswers]);
        assert!(matches!(found[2..], [Finding::MigrationsMissing { count: 5.. }]), "{found:?}");
    }
}
