//! `madang serve`: the shop with its worker and, in emulator mode, the emulator; and the order in which they start and
//! stop.

use madang::http::{Limits, Shop};
use madang::job::Worker;
use madang::service::{FIRST_OWNER, FirstOwner, Services};
use secrecy::ExposeSecret;

use super::emulator::carry_webhooks;
use super::listen::{listen, serve_on, stop_signal};
use crate::assemble::{Failure, open_database, open_emulator, post, services, site};
use crate::config::{self, Checked, Mode};

pub async fn run(options: config::Shop) -> Result<(), Failure> {
    let checked = options.check()?;
    let stop = stop_signal();
    let embedded = if checked.mode == Mode::Emulator && options.emulator_embedded {
        let emulator = open_emulator(&options, &checked)?;
        let listener = listen(options.emulator_addr, "MADANG_EMULATOR_ADDR").await?;
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
    let listener = listen(options.addr, "MADANG_ADDR").await?;
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
