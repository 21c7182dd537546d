//! The program: parse the command line, start telemetry, dispatch. The one place that reads the
//! configuration and hands each room its part.

mod config;
mod serve;

use clap::Parser;
use config::{Cli, Command};
use madang::telemetry;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    telemetry::start();
    let ran = match cli.command {
        None | Some(Command::Serve) => serve::shop(cli.shop).await,
        Some(Command::Migrate) => serve::migrate(&cli.shop).await,
        Some(Command::Emulator(emulator)) => serve::emulator(emulator).await,
    };
    match ran {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("madang: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
