//! The letters of a scenario: each leaves at most once, whatever happens on the way to the server.

use std::sync::{Arc, Mutex};

use super::turnstile::{Fate, Life, Turnstile, Want};
use madang::mail::{Letter, MailError, Mailer, Sending};

/// What has arrived, in the order of its arrival.
pub type Arrived = Arc<Mutex<Vec<Letter>>>;

pub struct SimMailer {
    pub turnstile: Turnstile,
    pub life: Life,
    pub arrived: Arrived,
}

impl Mailer for SimMailer {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(async move {
            let line = format!("MAIL {}", letter.subject());
            let ticket = self.turnstile.enter(Some(self.life), Want::Request(line.clone())).await;
            if ticket.fate != Fate::Well {
                return Err(MailError::Unreachable);
            }
            self.arrived.lock().unwrap().push(letter);
            drop(ticket.done);
            let sent = self.turnstile.now();
            match self.turnstile.enter(Some(self.life), Want::Answer(line, sent)).await.fate {
                Fate::Well => Ok(()),
                _ => Err(MailError::Unknown),
            }
        })
    }
}
