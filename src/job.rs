//! The worker: looks that are due and jobs that are due, round after round, on every node. Owns the rhythm; what
//! the work is, `service` and `mail` know.

use std::time::Duration;

use tokio::sync::watch;

use crate::service::{Error, Services};

/// The longest pause: what another node has left in the database is found after it.
const PAUSE: Duration = Duration::from_secs(1);

/// Does the shop's work in the background.
#[derive(Clone)]
pub struct Worker {
    services: Services,
}

impl Worker {
    pub fn new(services: Services) -> Self {
        Self { services }
    }

    /// One round: everything that is due now. True when there may be more.
    pub async fn tend(&self) -> Result<bool, Error> {
        let more_looks = self.services.look_at_due().await?;
        let jobs = self.services.claim_jobs().await?;
        for job in &jobs {
            if let Some(outcome) = self.services.carry_out(job).await {
                self.services.end_job(job, outcome).await?;
            }
        }
        Ok(more_looks || !jobs.is_empty())
    }

    /// Works until it is told to stop; a round under way is finished.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.tend().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "a round of the worker failed; the next one comes"),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = self.services.nudged() => {}
                _ = stop.changed() => {}
            }
        }
    }
}
