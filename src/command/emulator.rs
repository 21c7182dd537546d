//! `madang emulator`: the stand-in of Bootpay alone, with its webhooks.

use std::sync::Arc;

use madang::clock::{OsIds, SystemClock};
use madang::emulator::{self, Emulator};
use tokio::sync::watch;

use super::listen::{listen, serve_on, stop_signal};
use crate::assemble::Failure;
use crate::config;

pub async fn run(options: config::Emulator) -> Result<(), Failure> {
    let emulator = Emulator::open(emulator::Options {
        public_url: format!("http://{}", options.addr),
        client_key: options.client_key,
        secret_key: options.secret_key,
        journal: options.journal,
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
    })?;
    emulator.send_webhooks_to(options.webhook_pg.as_deref(), options.webhook_commerce.as_deref())?;
    let listener = listen(options.addr, "--addr").await?;
    println!("Bootpay emulator: http://{}   (no real money moves)", options.addr);
    let stop = stop_signal();
    tokio::spawn(carry_webhooks(emulator.clone(), stop.clone()));
    serve_on(listener, emulator.router(), stop).await
}

/// Beside the emulator's listener, until it is told to stop.
pub(super) async fn carry_webhooks(emulator: Emulator, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        ended = emulator.carry_webhooks() => {
            if let Err(error) = ended {
                tracing::error!(%error, "the emulator can't send webhooks");
            }
        }
        _ = stop.wait_for(|stop| *stop) => {}
    }
}
