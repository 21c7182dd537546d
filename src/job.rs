//! The worker: looks that are due and jobs that are due, round after round, on every node, each lane beside the others.
//! Owns the rhythm; what the work is, `service` and `mail` know.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::watch;

use crate::domain::business::Business;
use crate::domain::customer::Email;
use crate::domain::job::{Lane, Outcome};
use crate::domain::notice::{Audience, Told};
use crate::failpoint::{self, Moment};
use crate::mail::{self, MailError, Mailer};
use crate::planted::{Bug, planted};
use crate::service::{Error, Job, Services};
use crate::text::Lang;

/// The longest pause: what another node has left in the database is found after it.
const PAUSE: Duration = Duration::from_secs(1);

/// How letters leave, and what stands in them.
#[derive(Clone)]
pub struct Post {
    pub mailer: Arc<dyn Mailer>,
    /// Where letters to staff go; without it none is written.
    pub staff: Option<Email>,
    /// Where customers reach the shop, without a slash at the end.
    pub public_url: String,
    /// The business as configured; letters bear the name that staff have given it since.
    pub configured: Arc<Business>,
}

/// Does the shop's work in the background.
#[derive(Clone)]
pub struct Worker {
    services: Services,
    post: Post,
}

impl Worker {
    pub fn new(services: Services, post: Post) -> Self {
        Self { services, post }
    }

    /// Does what is due in a lane: a few looks, or one job. True when there may be more.
    pub async fn tend(&self, lane: Lane) -> Result<bool, Error> {
        if lane == Lane::Look {
            return self.services.look_at_due().await;
        }
        let Some(job) = self.services.claim_job(lane).await? else { return Ok(false) };
        let outcome = match self.services.carry_out(&job).await {
            Some(outcome) => outcome,
            None => self.tell(&job).await?,
        };
        self.services.end_job(&job, outcome).await?;
        Ok(true)
    }

    /// Sends one letter. One that may have left is never sent again (invariant I6): staff see it among what was
    /// given up.
    async fn tell(&self, job: &Job) -> Result<Outcome, Error> {
        let Ok(told) = serde_json::from_str::<Told>(&job.payload) else {
            return Ok(Outcome::GaveUp("what it should tell can't be read".into()));
        };
        if job.cuts > 0 && !planted(Bug::LetterTwice) {
            return Ok(Outcome::GaveUp("cut off while it was sent: it may have arrived".into()));
        }
        // Nothing has been sent yet, so nothing is given up.
        let order = match self.services.order(&told.order).await {
            Ok(order) => order,
            Err(error) => return Ok(Outcome::Later(error.to_string())),
        };
        let (to, lang) = match told.notice.audience() {
            Audience::Customer => (order.customer.email.clone(), order.lang),
            Audience::Staff => (self.post.staff.clone(), Lang::Ko),
        };
        let Some(to) = to else { return Ok(Outcome::Done) };
        let Post { mailer, public_url, configured, .. } = &self.post;
        let shop = self.services.business(configured).await;
        let letter = mail::letter(told.notice, lang, &order, told.krw, public_url, &shop.name, to);
        failpoint::pass(Moment::Before, || "a letter".into());
        let sent = mailer.send(letter).await;
        failpoint::pass(Moment::After, || "a letter".into());
        Ok(match sent {
            Ok(()) => Outcome::Done,
            Err(error @ MailError::Unknown) if planted(Bug::LetterTwice) => Outcome::Later(error.to_string()),
            Err(error @ MailError::Unreachable) => Outcome::Later(error.to_string()),
            Err(error @ (MailError::Refused | MailError::Unknown)) => Outcome::GaveUp(error.to_string()),
        })
    }

    /// Works in all lanes until it is told to stop; what is under way is finished.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        join_all(Lane::ALL.map(|lane| self.run_lane(lane, stop.clone()))).await;
    }

    async fn run_lane(&self, lane: Lane, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.tend(lane).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(?lane, %error, "a round of the worker failed; the next one comes"),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = self.services.nudged(lane) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
