//! One at a time: whoever wants to use the database, the wire or the time waits here until the scheduler lets
//! them through. Owns the virtual time, who is waiting, and the story of what happened.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;

use super::rng::Rng;
use madang::clock::{Clock, Sleep, in_seoul};
use madang::domain::time::UnixMs;

/// One life of a node: a crash ends it, and whoever belongs to it waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    pub node: usize,
    pub number: u32,
}

/// What somebody waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// An actor's next step.
    Act,
    Read(String),
    Write(String),
    Request(String),
    /// The answer to the request that was sent then.
    Answer(String, UnixMs),
    Time(UnixMs),
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Well,
    /// It never arrives, and nothing comes of it.
    Lost,
    /// The same, and nobody says so: who sent it waits as long as it is patient.
    Silent,
    /// It arrives after whoever sent it has given up, and this many milliseconds more.
    Late(i64),
    /// Somebody answers with this status and no sense.
    Status(u16),
    /// The answer arrives with another body.
    Garbage,
    Truncated,
    /// One field of the answer is missing, whichever this number points at.
    Without(u64),
}

/// What whoever was let through holds.
pub struct Ticket {
    pub fate: Fate,
    /// Dropped when it has done what it wanted.
    pub done: oneshot::Sender<()>,
    /// Ends when it may go on; never, when its node crashes first.
    pub back: oneshot::Receiver<()>,
}

pub struct Waiter {
    pub life: Option<Life>,
    pub want: Want,
    go: oneshot::Sender<Ticket>,
}

impl Waiter {
    /// It has not gone away meanwhile.
    pub fn is_there(&self) -> bool {
        !self.go.is_closed()
    }

    /// Lets it through. The first end tells when it is done, the second lets it know.
    pub fn let_through(self, fate: Fate) -> (oneshot::Receiver<()>, oneshot::Sender<()>) {
        let ((done, is_done), (may_know, back)) = (oneshot::channel(), oneshot::channel());
        let _ = self.go.send(Ticket { fate, done, back });
        (is_done, may_know)
    }
}

/// A sentence of the story. Most stories are never read, so it is put together when one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub at: UnixMs,
    pub text: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = in_seoul(self.at).map(|at| at.strftime("%m-%d %H:%M:%S.%3f").to_string());
        write!(f, "{} {}", at.unwrap_or_default(), self.text)
    }
}

pub struct Inside {
    pub now: i64,
    pub waiters: Vec<Waiter>,
    /// Counts everybody who came.
    pub arrivals: u64,
    /// The number of the life that each node lives now.
    pub lives: Vec<u32>,
    pub story: Vec<Line>,
    pub wrongs: Vec<String>,
    drift: Rng,
}

#[derive(Clone)]
pub struct Turnstile(Arc<Mutex<Inside>>);

impl Turnstile {
    pub fn new(now: i64, nodes: usize, drift: Rng) -> Self {
        Self(Arc::new(Mutex::new(Inside {
            now,
            waiters: Vec::new(),
            arrivals: 0,
            lives: vec![0; nodes],
            story: Vec::new(),
            wrongs: Vec::new(),
            drift,
        })))
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    pub fn now(&self) -> UnixMs {
        UnixMs::new(self.inside().now)
    }

    /// Adds a sentence to the story.
    pub fn tell(&self, text: impl std::fmt::Display) {
        let text = text.to_string();
        let mut inside = self.inside();
        let now = UnixMs::new(inside.now);
        inside.story.push(Line { at: now, text });
    }

    /// What must never be.
    pub fn wrong(&self, text: impl std::fmt::Display) {
        self.tell(format!("WRONG: {text}"));
        self.inside().wrongs.push(text.to_string());
    }

    /// Waits to be let through. Whoever belongs to a life that is over waits for ever.
    pub async fn enter(&self, life: Option<Life>, want: Want) -> Ticket {
        let turn = {
            let mut inside = self.inside();
            let is_alive = life.is_none_or(|life| inside.lives[life.node] == life.number);
            let (go, turn) = oneshot::channel();
            if is_alive {
                inside.arrivals += 1;
                inside.waiters.push(Waiter { life, want, go });
            }
            turn
        };
        match turn.await {
            Ok(ticket) => ticket,
            Err(_) => std::future::pending().await,
        }
    }

    /// An actor waits for its turn.
    pub async fn act(&self) {
        let _ = self.enter(None, Want::Act).await;
    }

    /// An actor lets time pass.
    pub async fn pause(&self, ms: i64) {
        let until = self.now().plus_ms(ms);
        let _ = self.enter(None, Want::Time(until)).await;
    }

    /// Ends a life: all who wait in it wait for ever.
    pub fn end(&self, life: Life) {
        let mut inside = self.inside();
        inside.lives[life.node] += 1;
        inside.waiters.retain(|waiter| waiter.life != Some(life));
    }
}

/// The time of one node, or of the provider. It goes on a little whenever somebody looks at it.
#[derive(Clone)]
pub struct SimClock {
    pub turnstile: Turnstile,
    pub life: Option<Life>,
}

impl Clock for SimClock {
    fn now(&self) -> UnixMs {
        let mut inside = self.turnstile.inside();
        inside.now += inside.drift.between(0, 2);
        UnixMs::new(inside.now)
    }

    fn sleep_until(&self, at: UnixMs) -> Sleep {
        let (turnstile, life) = (self.turnstile.clone(), self.life);
        Box::pin(async move {
            let _ = turnstile.enter(life, Want::Time(at)).await;
        })
    }
}
