//! The program: parse the command line, start telemetry, dispatch. The one place that reads the
//! configuration and hands each room its part.

mod admin;
mod config;
mod serve;

use clap::Parser as _;
use config::{Admin, Cli, Command};
use madang::telemetry;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return serve::doctor::explain(&error),
    };
    telemetry::start();
    let ran = match cli.command {
        None => serve::shop(cli.shop).await,
        Some(Command::Serve(shop)) => serve::shop(*shop).await,
        Some(Command::Migrate(shop)) => serve::migrate(&shop).await,
        Some(Command::Doctor(doctor)) => return serve::doctor::run(*doctor).await,
        Some(Command::Reconcile(reconcile)) => return serve::reconcile::run(&reconcile).await,
        Some(Command::Emulator(emulator)) => serve::emulator(emulator).await,
        Some(Command::Admin(Admin::Create(options))) => admin::create(options).await,
        Some(Command::Admin(Admin::Seed(seed))) => serve::seed(&seed).await,
    };
    match ran {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("madang: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
