//! The provider of the tests: the emulator's router in the same process, with trouble on the way to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use tower::ServiceExt;

use crate::provider::transport::{Answering, Lost, Transport};

/// What happens to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Travels normally.
    None,
    /// Never arrives.
    LostBefore,
    /// Arrives and takes effect; the answer is lost.
    LostAfter,
    /// Answers nothing for longer than any page waits, and then never.
    Silent,
    /// Travels normally; these fields are missing from the answer.
    Without(&'static [&'static str]),
    /// Travels normally; this field of the answer says another number.
    Saying(&'static str, i64),
    /// Somebody else answers.
    Answer(u16, &'static str),
    /// Travels normally; the answer bears this `Date`.
    Dated(&'static str),
}

/// Faults for the requests whose "METHOD /path" begins with a text (with `$` at its end: is that text), first come first served; when the list
/// of one text is used up, its requests travel normally.
type Plan = Vec<(&'static str, VecDeque<Fault>)>;

#[derive(Clone)]
pub struct Wire {
    emulator: Router,
    plan: Arc<Mutex<Plan>>,
    /// "METHOD /path" of every request that reached the emulator.
    pub seen: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    pub fn new(emulator: Router) -> Self {
        Self { emulator, plan: Arc::default(), seen: Arc::default() }
    }

    pub fn fault(&self, begins: &'static str, faults: impl IntoIterator<Item = Fault>) {
        self.plan.lock().unwrap().push((begins, faults.into_iter().collect()));
    }

    /// How many requests beginning so have reached the emulator.
    pub fn count(&self, begins: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| seen.starts_with(begins)).count()
    }

    /// How often the provider's list was read.
    pub fn lists(&self) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| *seen == "GET /v1/orders").count()
    }

    fn next_fault(&self, line: &str) -> Fault {
        let mut plan = self.plan.lock().unwrap();
        let fits = |wanted: &str| match wanted.strip_suffix('$') {
            Some(whole) => line == whole,
            None => line.starts_with(wanted),
        };
        let planned = plan.iter_mut().filter(|(wanted, _)| fits(wanted)).find_map(|(_, faults)| faults.pop_front());
        planned.unwrap_or(Fault::None)
    }

    /// No more trouble.
    pub fn heal(&self) {
        self.plan.lock().unwrap().clear();
    }

    async fn travel(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Lost> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let fault = self.next_fault(&line);
        match fault {
            Fault::LostBefore => return Err(Lost("lost on the way there".into())),
            Fault::Silent => {
                tokio::time::sleep(std::time::Duration::from_secs(4)).await;
                return Err(Lost("no answer in time".into()));
            }
            Fault::Answer(status, body) => {
                return Ok(http::Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap());
            }
            Fault::None | Fault::LostAfter | Fault::Without(_) | Fault::Saying(..) | Fault::Dated(_) => {}
        }
        self.seen.lock().unwrap().push(line);
        let answer = self.emulator.clone().oneshot(request.map(Body::from)).await.unwrap();
        let (mut parts, body) = answer.into_parts();
        if let Fault::Dated(date) = fault {
            parts.headers.insert(http::header::DATE, http::HeaderValue::from_static(date));
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        if let Fault::Without(fields) = fault {
            let mut answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            for field in fields {
                answer.as_object_mut().unwrap().remove(*field).unwrap();
            }
            return Ok(http::Response::from_parts(parts, Bytes::from(answer.to_string())));
        }
        if let Fault::Saying(field, number) = fault {
            let mut answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            *answer.get_mut(field).unwrap() = number.into();
            return Ok(http::Response::from_parts(parts, Bytes::from(answer.to_string())));
        }
        if fault == Fault::LostAfter {
            Err(Lost("lost on the way back".into()))
        } else {
            Ok(http::Response::from_parts(parts, bytes))
        }
    }
}

impl Transport for Wire {
    fn send(&self, request: http::Request<Bytes>) -> Answering<'_> {
        Box::pin(self.travel(request))
    }
}
