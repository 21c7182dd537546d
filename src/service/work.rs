//! Jobs: taking what is due, and what becomes of it. What a job of each kind does is said in its own room.

use tokio::sync::Notify;

use super::{Error, Services};
use crate::domain::audit::Act;
use crate::domain::job::{JobKind, JobState, Lane, MOST_TRIES, Outcome, back_off_ms};
use crate::domain::time::{Day, UnixMs};
use crate::service::Actor;
use crate::store::jobs::{self, Job};
use crate::store::{StoreError, shop, watches};

/// A job that took longer was cut off. A letter takes two minutes and twenty seconds at most (`mail::smtp`).
const HELD_MS: i64 = 180_000;
/// The same of work that never ends. It may overlap, and what only the sweep finds must be found within a minute
/// (invariant I8), also when the node that was at it has fallen.
const ENDLESS_HELD_MS: i64 = 25_000;
/// How far two clocks that are set right are apart at most.
const SKEW_MS: i64 = 30_000;
/// What staff see of the dead letters.
const DEAD_SHOWN: i64 = 200;

/// Wakes the workers of this process, each lane for itself.
#[derive(Default)]
pub(super) struct Nudge {
    look: Notify,
    find: Notify,
    tell: Notify,
    keep: Notify,
}

impl Nudge {
    const fn of(&self, lane: Lane) -> &Notify {
        match lane {
            Lane::Look => &self.look,
            Lane::Find => &self.find,
            Lane::Tell => &self.tell,
            Lane::Keep => &self.keep,
        }
    }

    /// There is something to do in this lane now.
    pub fn wake(&self, lane: Lane) {
        self.of(lane).notify_one();
    }
}

impl Services {
    /// Makes sure that the work that never ends is there. Safe to run by several nodes at once.
    pub(super) async fn prepare_jobs(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    for kind in JobKind::ALL.iter().filter(|kind| kind.every_ms().is_some()) {
                        jobs::add(tx, *kind, kind.as_str(), "{}", now, now).await?;
                    }
                    shop::insert_if_absent(tx, shop::SWEPT, &now.get().to_string()).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Takes a job of the lane that is due. Nobody else gets it until it is ended or its time is over. One at a time: a
    /// letter that was taken counts as begun, and is given up when its node falls.
    pub async fn claim_job(&self, lane: Lane) -> Result<Option<Job>, Error> {
        let now = self.clock.now();
        let claimed = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let (until, endless_until) = (now.plus_ms(HELD_MS), now.plus_ms(ENDLESS_HELD_MS));
                    let far = now.plus_ms(lane.longest_every_ms() + ENDLESS_HELD_MS + SKEW_MS);
                    jobs::claim(tx, lane, now, until, endless_until, far).await
                })
            })
            .await;
        claimed.map_err(Error::Store)
    }

    /// Does a job whose work is the services' own. `None` for work of another room.
    pub async fn carry_out(&self, job: &Job) -> Option<Outcome> {
        let done = match job.kind {
            JobKind::Sweep => self.sweep().await,
            JobKind::Strays => self.look_up_strays().await,
            JobKind::LinkMessage => self.send_due().await,
            JobKind::Purge => self.purge().await,
            JobKind::Reconcile => self.reconcile_missed().await,
            JobKind::ReconcileDay => match Day::parse(&job.payload) {
                Ok(day) => self.reconcile(&day).await.map(|_| ()),
                Err(_) => return Some(Outcome::GaveUp(format!("no day: {}", job.payload))),
            },
            JobKind::Notice => return None,
        };
        Some(match done {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Later(error.to_string()),
        })
    }

    /// Writes down how a job ended, and when it is tried again.
    pub async fn end_job(&self, job: &Job, outcome: Outcome) -> Result<(), Error> {
        let now = self.clock.now();
        let [chance] = self.random();
        if let Outcome::Later(why) | Outcome::GaveUp(why) = &outcome {
            tracing::warn!(job = job.key, tries = job.tries, why, "a job did not end well");
        }
        let job = job.clone();
        self.db
            .write(move |tx| {
                let (job, outcome) = (job.clone(), outcome.clone());
                Box::pin(async move {
                    let trouble = match &outcome {
                        Outcome::Done => None,
                        Outcome::Later(why) | Outcome::GaveUp(why) => Some(why.as_str()),
                    };
                    match (job.kind.every_ms(), &outcome) {
                        // At the same pace whatever comes of it: once the trouble is over, it is late by no more.
                        (Some(every), _) => {
                            jobs::put_back(tx, &job.key, now.plus_ms(every), trouble, trouble.is_none()).await
                        }
                        (None, Outcome::Later(_)) if job.tries < MOST_TRIES => {
                            let due = now.plus_ms(back_off_ms(job.tries, chance));
                            jobs::put_back(tx, &job.key, due, trouble, false).await
                        }
                        (None, Outcome::Done) => jobs::end(tx, &job.key, JobState::Done, None, now).await,
                        (None, _) => jobs::end(tx, &job.key, JobState::Dead, trouble, now).await,
                    }
                })
            })
            .await
            .map_err(Error::Store)
    }

    /// When there is something to do next in a lane.
    pub async fn next_work(&self, lane: Lane) -> Result<Option<UnixMs>, Error> {
        let due = self.db.read(move |tx| {
            Box::pin(async move {
                match lane {
                    Lane::Look => watches::next_due(tx).await,
                    Lane::Find | Lane::Tell | Lane::Keep => jobs::next_due(tx, lane).await,
                }
            })
        });
        due.await.map_err(Error::Store)
    }

    /// Waits until somebody leaves word that there is something to do now.
    pub async fn nudged(&self, lane: Lane) {
        self.nudge.of(lane).notified().await;
    }

    /// What was given up and waits for somebody, and what never ends and has failed again and again.
    pub async fn dead_jobs(&self) -> Result<Vec<Job>, Error> {
        let dead = self.db.read(|tx| Box::pin(async move { jobs::dead(tx, DEAD_SHOWN).await }));
        dead.await.map_err(Error::Store)
    }

    /// Has a job done once more that was given up. [`Error::NotFound`] when it is not among those.
    pub async fn run_again(&self, actor: &Actor, key: &str) -> Result<(), Error> {
        let (actor, key, now) = (actor.clone(), key.to_owned(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, key) = (actor.clone(), key.clone());
                Box::pin(async move {
                    if !jobs::revive(tx, &key, now).await? {
                        return Err(Error::NotFound);
                    }
                    Ok(actor.log(tx, now, Act::JobRevived, &key, "").await?)
                })
            })
            .await?;
        for lane in Lane::ALL {
            self.nudge.wake(lane);
        }
        Ok(())
    }
}
