//! `madang admin seed`: orders that could have been. Never among real ones.

use crate::assemble::{Failure, open_database, services};
use crate::config::{self, Mode};

pub async fn run(options: &config::Seed) -> Result<(), Failure> {
    let checked = options.shop.check()?;
    if checked.mode != Mode::Emulator {
        let mode = checked.mode.as_str();
        return Err(format!(
            "made-up orders belong into emulator mode, and this is {mode} mode: set BOOTPAY_MODE=emulator, and a MADANG_DATABASE_URL of its own"
        )
        .into());
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
