//! Our client's half of the contract tests (`end2end/contract`): the cases that the vendor's client plays, by the same
//! names and in the same order, so that what both have sent can be compared. Fails when an answer can't be read.

mod contracts;
mod keys;
mod orders;
mod refusals;
mod world;

use world::{Failure, World};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: madang-contract RECORDER_ADDRESS EMULATOR_ADDRESS";
    let (recorder, emulator) = (arguments.next().ok_or(usage)?, arguments.next().ok_or(usage)?);
    let mut world = World::new(recorder, emulator)?;
    orders::order(&mut world).await?;
    orders::link(&mut world).await?;
    orders::cancels(&mut world).await?;
    orders::catalogue(&mut world).await?;
    contracts::contracts(&mut world).await?;
    keys::keys(&mut world).await?;
    refusals::refusals(&mut world).await
}
