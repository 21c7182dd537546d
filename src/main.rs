//! The program: parse the command line, start telemetry, dispatch. The one place that reads the
//! configuration and hands each room its part.

mod config;
mod serve;

use clap::Parser;
use config::{Admin, Cli, Command};
use madang::telemetry;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    telemetry::start();
    let ran = match cli.command {
        None => serve::shop(cli.shop).await,
        Some(Command::Serve(shop)) => serve::shop(*shop).await,
        Some(Command::Migrate(shop)) => serve::migrate(&shop).await,
        Some(Command::Emulator(emulator)) => serve::emulator(emulator).await,
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
