//! `madang admin create`: an account made on the shop's own machine, by whoever may open its database.

use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

use madang::clock::{OsIds, SystemClock};
use madang::domain::customer::{Email, Name};
use madang::domain::password::{LONGEST, NewPassword, PasswordRefusal, SHORTEST};
use madang::domain::staff::Role;
use madang::provider::bootpay::{Bootpay, Hosts, Keys};
use madang::provider::transport::Network;
use madang::service::{Error, Services};
use madang::store::{Db, StoreError};
use secrecy::SecretString;

use crate::assemble::{Failure, open_database};
use crate::config::CreateStaff;

pub async fn create(options: CreateStaff) -> Result<(), Failure> {
    let email = Email::parse(&options.email).map_err(|refusal| format!("--email: {refusal}"))?;
    let name = Name::parse(&options.name).map_err(|refusal| format!("--name: {refusal}"))?;
    let role = Role::parse(&options.role).map_err(|_| "--role: one of owner, manager, clerk, viewer")?;
    let db = open_database(&options.database_url).await?;
    db.migrate().await?;
    let services = by_hand(db.clone())?;
    let password = if options.one_time { services.one_time_password() } else { read_password()?.expose().to_owned() };
    let made = services.create_staff(email, name, role, &password, options.one_time).await;
    db.close().await;
    let staff = match made {
        Ok(staff) => staff,
        Err(Error::Store(StoreError::Conflict(_))) => {
            return Err(format!("{} has an account already", options.email).into());
        }
        Err(error) => return Err(error.into()),
    };
    let (email, role) = (staff.email.as_str(), staff.role.as_str());
    if options.one_time {
        println!("Made {role}: {email} / {password}   (change it at the first login)");
    } else {
        println!("Made {role}: {email}");
    }
    Ok(())
}

/// The use cases without a provider: making accounts asks none.
fn by_hand(db: Db) -> Result<Services, Failure> {
    let nowhere = Hosts { commerce: String::new(), pg: String::new() };
    let keys = Keys { client: String::new(), secret: SecretString::from(String::new()) };
    let bootpay = Bootpay::new(Arc::new(Network::new()?), nowhere, keys);
    Ok(Services::new(db, bootpay, Arc::new(SystemClock), Arc::new(OsIds), ""))
}

/// From a terminal twice and unseen, from a pipe its first line.
fn read_password() -> Result<NewPassword, Failure> {
    let input = std::io::stdin();
    let (typed, again) = if input.is_terminal() {
        let _unseen = Unseen::begin();
        (ask("Password: ")?, ask("Once more: ")?)
    } else {
        let line = line()?;
        (line.clone(), line)
    };
    NewPassword::parse(&typed, &again).map_err(|refusal| match refusal {
        PasswordRefusal::Differs => "the two passwords differ".into(),
        _ => format!("a password has {SHORTEST} to {LONGEST} characters").into(),
    })
}

fn ask(question: &str) -> Result<String, Failure> {
    let mut terminal = std::io::stderr();
    write!(terminal, "{question}")?;
    terminal.flush()?;
    let typed = line()?;
    writeln!(terminal)?;
    Ok(typed)
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal does not show what is typed. Where `stty` is missing it does.
struct Unseen;

impl Unseen {
    fn begin() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        stty("echo");
    }
}

fn stty(setting: &str) {
    let told = Command::new("stty").arg(setting).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
    if told.is_err() {
        eprintln!("(what you type can be seen)");
    }
}
