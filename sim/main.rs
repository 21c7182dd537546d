//! The judge of everything about money: whole scenarios from one seed each, with the real services, the real
//! SQL and the real client over the emulator's router. One actor runs at a time and a scheduler decides who, so
//! a seed always tells the same story. `make sim SEEDS=n` runs many; `make sim-bugs` runs them against planted bugs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod actors;
mod bugs;
mod closing;
mod ground;
mod letters;
mod oracle;
mod records;
mod rng;
mod scenario;
mod turnstile;
mod wire;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use scenario::Outcome;
use turnstile::Line;

/// Seeds that a plain `cargo test` runs.
const FEW: u64 = 40;
/// Every so many seeds one is played on PostgreSQL. Odd, so that two halves have as many of them.
const POSTGRES_EVERY: u64 = 41;
/// Failures that are told before a run gives up.
const TOLD: usize = 3;

fn number_from(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Which of how many equal parts this process plays: `PART=0/2`. Everything, where nothing is said.
fn part() -> (u64, u64) {
    let said = std::env::var("PART").ok();
    let part = said.as_deref().and_then(|said| said.split_once('/'));
    part.map_or((0, 1), |(which, of)| (which.parse().unwrap(), of.parse().unwrap()))
}

/// A failed scenario in sentences.
fn tell(outcome: &Outcome) -> String {
    let is_full = std::env::var("FULL").is_ok();
    let is_told = |line: &&Line| is_full || !line.text.starts_with("· ");
    let story: Vec<String> = outcome.story.iter().filter(is_told).map(Line::to_string).collect();
    format!(
        "\nSeed {seed}, {} steps (replay: SEED={seed} make sim). Wrong:\n  {}\nThe story:\n  {}\n",
        outcome.steps,
        outcome.wrongs.join("\n  "),
        story.join("\n  "),
        seed = outcome.seed,
    )
}

/// Plays this part's seeds until all are played or enough have failed. Answers the failures, the lowest seed first,
/// and how many were played.
fn play(from: u64, count: u64, most_failures: usize, with_postgres: bool) -> (Vec<Outcome>, u64) {
    let (which, of) = part();
    let (next, played, is_over) = (AtomicU64::new(from + which), AtomicU64::new(0), AtomicBool::new(false));
    let failed = Mutex::new(Vec::new());
    let work = || {
        while !is_over.load(Ordering::SeqCst) {
            let seed = next.fetch_add(of, Ordering::SeqCst);
            if seed >= from + count {
                return;
            }
            let run = std::panic::catch_unwind(|| scenario::run(seed, with_postgres && seed % POSTGRES_EVERY == 7));
            let outcome = run.unwrap_or_else(|_| Outcome::broken(seed));
            played.fetch_add(1, Ordering::SeqCst);
            if !outcome.wrongs.is_empty() {
                let mut failed = failed.lock().unwrap();
                failed.push(outcome);
                is_over.store(failed.len() >= most_failures, Ordering::SeqCst);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(4) {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort_by_key(|outcome: &Outcome| outcome.seed);
    (failed, played.into_inner())
}

#[test]
fn no_scenario_loses_doubles_or_guesses_money() {
    if let Ok(seed) = std::env::var("SEED") {
        let seed = seed.parse().unwrap();
        let began = Instant::now();
        let outcome = scenario::run(seed, seed % POSTGRES_EVERY == 7);
        println!("{}\nin {:.2} s", tell(&outcome), began.elapsed().as_secs_f64());
        ground::clear();
        assert!(outcome.wrongs.is_empty());
        return;
    }
    let began = Instant::now();
    let (failed, played) = play(number_from("FROM", 0), number_from("SEEDS", FEW), TOLD, true);
    ground::clear();
    let seconds = began.elapsed().as_secs_f64();
    println!("{played} scenarios in {seconds:.1} s, {:.1} each second", played as f64 / seconds);
    let told: Vec<String> = failed.iter().map(tell).collect();
    assert!(failed.is_empty(), "{}", told.join("\n"));
}

#[test]
fn a_seed_tells_the_same_story_again() {
    let (which, of) = part();
    let seeds = 1_000_000..1_000_000 + number_from("SEEDS", FEW).div_ceil(10).min(50);
    for seed in seeds.filter(|seed| seed % of == which) {
        let on_postgres = seed % 10 == 7;
        let (first, second) = (scenario::run(seed, on_postgres), scenario::run(seed, on_postgres));
        let differs = first.story.iter().zip(&second.story).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!((first.story.len(), first.steps, first.wrongs), (second.story.len(), second.steps, second.wrongs));
    }
}
