//! `madang migrate`: brings the database up to date, and stops. Needs no keys.

use crate::assemble::{Failure, open_database};
use crate::config;

pub async fn run(options: &config::Shop) -> Result<(), Failure> {
    let db = open_database(&options.database_url).await?;
    db.migrate().await?;
    db.close().await;
    println!("The database is up to date.");
    Ok(())
}
