//! `kill -9` at every fail point: the story is played once to learn which places there are, then once for each place
//! with a shop that dies there, is started again, and must find everything.

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
    /// Starts the shop when it is not there; it dies at most once.
    async fn raise(&mut self, extra: &[(&str, String)]) -> Result<(), Failure> {
        let is_gone = match &mut self.shop {
            Some(shop) => shop.try_wait()?.is_some(),
            None => true,
        };
        if !is_gone {
            return Ok(());
        }
        self.died |= self.shop.is_some();
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
        if wrongs.is_empty() || began.elapsed() > CONVERGED {
            return Ok(Played { died: stage.died, wrongs, rest: began.elapsed() });
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
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
    println!("{} fail points in a story of {} steps", text.lines().count(), STEPS.len());
    // A part of a name, to try some places alone.
    let wanted = std::env::var("TORTURE_PLACES").unwrap_or_default();
    let points: Vec<String> = text.lines().filter(|name| name.contains(&wanted)).map(str::to_owned).collect();
    let plays = points.iter().enumerate().map(|(at, point)| async move {
        let extra = [("MADANG_DIE_AT", point.clone())];
        (point, play(torture, &format!("kill-{at}"), &extra).await)
    });
    let mut plays = futures::stream::iter(plays).buffer_unordered(at_once);
    let (mut wrong, mut missed, mut longest) = (0, Vec::new(), Duration::ZERO);
    while let Some((point, played)) = plays.next().await {
        match played {
            Ok(played) if played.wrongs.is_empty() => {
                longest = longest.max(played.rest);
                if !played.died {
                    missed.push(point.as_str());
                }
            }
            Ok(played) => {
                wrong += 1;
                println!("killed {point}:\n  {}", played.wrongs.join("\n  "));
            }
            Err(error) => {
                wrong += 1;
                println!("killed {point}: {error}");
            }
        }
    }
    println!(
        "killed at {} places, right after {:.1} s at the latest; {} wrong; {:.0} s",
        points.len() - missed.len(),
        longest.as_secs_f64(),
        wrong,
        began.elapsed().as_secs_f64()
    );
    if !missed.is_empty() {
        println!("not passed again: {}", missed.join(", "));
    }
    if wrong + missed.len() > 0 { Err("the shop does not survive everywhere".into()) } else { Ok(()) }
}
