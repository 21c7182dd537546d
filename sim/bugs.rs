//! The judge is judged: each planted bug must be caught within two thousand scenarios.

use std::process::{Command, Stdio};

use super::{number_from, part};
use madang::planted::Bug;

/// Scenarios within which a bug must be caught.
const MOST: u64 = 2_000;
const HUNT: &str = "bugs::hunt";

/// Run by [`planted_bugs_are_caught`] in a process of its own for each bug.
#[test]
#[ignore = "needs a planted bug"]
fn hunt() {
    let planted = std::env::var("MADANG_PLANTED").expect("MADANG_PLANTED names a bug");
    let (failed, _) = super::play(0, MOST, 1, false);
    super::ground::clear();
    let first = failed.first().unwrap_or_else(|| panic!("{planted} was not caught in {MOST} scenarios"));
    println!("caught {planted} after {} scenarios: {}", first.seed + 1, first.wrongs[0]);
    if std::env::var("STORY").is_ok() {
        println!("{}", super::tell(first));
    }
}

/// `BUGS` says how many, from the first; two in a plain `cargo test`. `BUG` names a single one.
#[test]
fn planted_bugs_are_caught() {
    let count = number_from("BUGS", 2) as usize;
    let (which, of) = part();
    let single = std::env::var("BUG").ok();
    let is_single = |bug: &&Bug| single.as_deref().is_none_or(|name| bug.as_str() == name);
    let parts = (0..of).cycle();
    let bugs = Bug::ALL.iter().take(count).filter(is_single).zip(parts).filter(|(_, part)| *part == which);
    let mut missed = Vec::new();
    for (bug, _) in bugs {
        let mut hunt = Command::new(std::env::current_exe().unwrap());
        hunt.args(["--exact", HUNT, "--ignored", "--nocapture"]);
        // Whoever hunts a bug plays all seeds, not a part of them.
        hunt.env("MADANG_PLANTED", bug.as_str()).env_remove("PART");
        let output = hunt.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match said.find("caught ").and_then(|at| said[at..].lines().next()) {
            Some(_) if std::env::var("STORY").is_ok() => println!("{said}"),
            Some(line) => println!("{}", line.chars().take(200).collect::<String>()),
            None => missed.push(format!("{}: {}", bug.as_str(), said.chars().take(2_000).collect::<String>())),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
