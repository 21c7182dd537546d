//! `kill -9` at every fail point: the story is played once to learn which places there are and how often they are passed.
//! Then it is played with a shop that dies at the first pass of a place, is started again, and must find everything, and
//! once more with one that dies half-way through its passes: the same work, for somebody else.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use futures::StreamExt;
use tokio::process::Child;

use crate::program::Place;
use crate::story::{STEPS, Step, Story};
use crate::{Failure, Torture};

/// How long people go on trying one step.
const PATIENCE: Duration = Duration::from_secs(75);
/// The time within which everything must be right after the last trouble (invariant I8), and a little.
const CONVERGED: Duration = Duration::from_secs(65);
/// How long what was right is watched for.
const STAYS: Duration = Duration::from_secs(2);
/// The number of the signal of `kill -9`.
const KILLED: i32 = 9;
/// What only a sweep passes is passed within this time.
const SWEPT: Duration = Duration::from_secs(45);

struct Played {
    died: bool,
    wrongs: Vec<String>,
    rest: Duration,
}

struct Stage<'a> {
    torture: &'a Torture,
    place: Place,
    shop: Option<Child>,
    died: bool,
}

impl Stage<'_> {
    /// Starts the shop when it is not there. It dies once, of the kill; whatever else ends it is wrong.
    async fn raise(&mut self, extra: &[(&str, String)]) -> Result<(), Failure> {
        if let Some(shop) = &mut self.shop {
            let Some(end) = shop.try_wait()? else { return Ok(()) };
            if self.died || end.signal() != Some(KILLED) {
                return Err(format!("the shop has ended by itself: {end}").into());
            }
            self.died = true;
        }
        self.shop = match self.place.open_shop(&self.torture.debug, extra).await {
            Ok(shop) => Some(shop),
            // It died while it was starting.
            Err(_) if !extra.is_empty() => {
                self.died = true;
                Some(self.place.open_shop(&self.torture.debug, &[]).await?)
            }
            Err(error) => return Err(error),
        };
        Ok(())
    }

    async fn perform(&mut self, story: &mut Story, step: Step) -> Result<(), Failure> {
        let began = Instant::now();
        loop {
            match story.act(step).await {
                Ok(()) => return Ok(()),
                Err(error) if began.elapsed() > PATIENCE => return Err(format!("{step:?}: {error}").into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
            self.raise(&[]).await?;
        }
    }
}

async fn play(torture: &Torture, name: &str, extra: &[(&str, String)]) -> Result<Played, Failure> {
    let place = Place::new(torture, name)?;
    let mut story = Story::new(&place)?;
    let _provider = place.open_provider(&torture.release, true).await?;
    let mut stage = Stage { torture, place, shop: None, died: false };
    stage.raise(extra).await?;
    for step in STEPS {
        stage.perform(&mut story, *step).await?;
    }
    let began = Instant::now();
    while !stage.died && began.elapsed() < SWEPT {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stage.raise(&[]).await?;
    }
    stage.raise(&[]).await?;
    let began = Instant::now();
    loop {
        let wrongs = story.judge(&stage.place).await?;
        let rest = began.elapsed();
        if wrongs.is_empty() {
            // What is right stays so.
            tokio::time::sleep(STAYS).await;
            stage.raise(&[]).await?;
            return Ok(Played { died: stage.died, wrongs: story.judge(&stage.place).await?, rest });
        }
        if rest > CONVERGED {
            return Ok(Played { died: stage.died, wrongs, rest });
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Where to die, in a rehearsal's list of what it has passed: each place, and at which pass.
fn deaths(passed: &str, wanted: &str) -> Vec<(String, u32)> {
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for name in passed.lines().filter(|name| name.contains(wanted)) {
        *places.entry(name).or_default() += 1;
    }
    let first = places.keys().map(|name| ((*name).to_owned(), 1));
    let later = places.iter().filter(|(_, passes)| **passes > 1);
    first.chain(later.map(|(name, passes)| ((*name).to_owned(), passes.div_ceil(2).max(2)))).collect()
}

pub async fn run(torture: &Torture, at_once: usize) -> Result<(), Failure> {
    let list = torture.work.join("fail-points");
    let began = Instant::now();
    let learn = [("MADANG_FAIL_POINTS", list.display().to_string())];
    let calm = play(torture, "rehearsal", &learn).await?;
    if !calm.wrongs.is_empty() || calm.died {
        return Err(format!("wrong though nobody was killed: {}", calm.wrongs.join("; ")).into());
    }
    let text = std::fs::read_to_string(&list)?;
    // A part of a name, to try some places alone.
    let points = deaths(&text, &std::env::var("TORTURE_PLACES").unwrap_or_default());
    let places = points.iter().filter(|(_, pass)| *pass == 1).count();
    println!("{places} fail points in a story of {} steps, {} passed again", STEPS.len(), points.len() - places);
    let plays = points.iter().enumerate().map(|(at, (point, pass))| async move {
        let extra = [("MADANG_DIE_AT", point.clone()), ("MADANG_DIE_AT_PASS", pass.to_string())];
        (point, *pass, play(torture, &format!("kill-{at}"), &extra).await)
    });
    let mut plays = futures::stream::iter(plays).buffer_unordered(at_once);
    let (mut killed, mut wrong, mut missed, mut longest) = (0, 0, Vec::new(), Duration::ZERO);
    while let Some((point, pass, played)) = plays.next().await {
        match played {
            Ok(played) if played.wrongs.is_empty() => {
                longest = longest.max(played.rest);
                killed += u32::from(played.died);
                // What goes on by itself is not passed equally often in each play.
                if !played.died && pass == 1 {
                    missed.push(point.as_str());
                }
            }
            Ok(played) => {
                wrong += 1;
                println!("killed {point}, pass {pass}:\n  {}", played.wrongs.join("\n  "));
            }
            Err(error) => {
                wrong += 1;
                println!("killed {point}, pass {pass}: {error}");
            }
        }
    }
    println!(
        "killed {killed} times, right after {:.1} s at the latest; {} wrong; {:.0} s",
        longest.as_secs_f64(),
        wrong,
        began.elapsed().as_secs_f64()
    );
    if !missed.is_empty() {
        println!("not passed again: {}", missed.join(", "));
    }
    if wrong + missed.len() > 0 { Err("the shop does not survive everywhere".into()) } else { Ok(()) }
}
