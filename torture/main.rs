//! What `make torture` runs: the real program as processes of its own, killed, flooded and raced, and its database held
//! against the provider's ledger afterwards. Knows the program by its command line and its addresses only, and the
//! database by reading it.

mod judge;
mod kill;
mod people;
mod program;
mod race;
mod storm;
mod story;

use std::path::PathBuf;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Which programs are tormented, and how much.
#[derive(Clone)]
pub struct Torture {
    /// With fail points: built with debug assertions.
    pub debug: PathBuf,
    pub release: PathBuf,
    pub site: PathBuf,
    /// A folder for databases and journals.
    pub work: PathBuf,
}

fn number(name: &str, otherwise: usize) -> Result<usize, Failure> {
    Ok(std::env::var(name).map_or(Ok(otherwise), |text| text.parse())?)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: madang-torture kill|storm|race|nodes DEBUG_PROGRAM RELEASE_PROGRAM SITE WORK_FOLDER";
    let mut next = || arguments.next().ok_or(usage);
    let (kind, debug, shipped): (_, PathBuf, _) = (next()?, next()?.into(), next()?.into());
    // Only a debug build can have a planted bug.
    let release = if std::env::var(program::PLANTED).is_ok() { debug.clone() } else { shipped };
    let torture = Torture { debug, release, site: next()?.into(), work: next()?.into() };
    match kind.as_str() {
        "kill" => kill::run(&torture, number("TORTURE_AT_ONCE", 4)?).await,
        "storm" => storm::run(&torture, number("TORTURE_WEBHOOKS", 50_000)?).await,
        "race" => race::run(&torture, number("TORTURE_ROUNDS", 5_000)?, false).await,
        "nodes" => race::run(&torture, number("TORTURE_ROUNDS", 5_000)?, true).await,
        _ => Err(usage.into()),
    }
}
