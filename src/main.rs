//! The program: reads the command line, starts telemetry, and runs the command. What a command needs is made in
//! `assemble`.

mod assemble;
mod command;
mod config;

use clap::Parser as _;
use config::{Admin, Cli, Command};
use madang::telemetry;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return command::doctor::explain(&error),
    };
    telemetry::start();
    let ran = match cli.command {
        None => command::serve::run(cli.shop).await,
        Some(Command::Serve(shop)) => command::serve::run(*shop).await,
        Some(Command::Migrate(shop)) => command::migrate::run(&shop).await,
        Some(Command::Doctor(doctor)) => return command::doctor::run(*doctor).await,
        Some(Command::Reconcile(reconcile)) => return command::reconcile::run(&reconcile).await,
        Some(Command::Emulator(emulator)) => command::emulator::run(emulator).await,
        Some(Command::Admin(Admin::Create(options))) => command::admin::create(options).await,
        Some(Command::Admin(Admin::Seed(seed))) => command::seed::run(&seed).await,
    };
    match ran {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("madang: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
