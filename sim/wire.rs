//! The way to the provider: the emulator's router in the same process. A request waits at the turnstile before
//! it leaves, and its answer before it arrives.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use serde_json::Value;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use super::turnstile::{Fate, Life, Turnstile, Want};
use madang::domain::time::UnixMs;
use madang::provider::transport::{Answering, Lost, Transport};

/// How long the network waits for an answer, as in `provider::transport`.
const PATIENCE_MS: i64 = 10_000;

/// Fields that the provider may leave out without saying something else by it.
const LEFT_OUT: [&str; 9] =
    ["price", "tax_free", "status", "receipt_status", "currency", "method", "purchased_at", "list", "cancelled_price"];

pub struct SimWire {
    pub turnstile: Turnstile,
    pub life: Life,
    pub emulator: Router,
    /// Counts what may change the provider's ledger.
    pub asked: Arc<AtomicU64>,
    pub late: Late,
}

/// Requests that still have their effect after their senders have given up.
pub type Late = Arc<Mutex<Vec<JoinHandle<()>>>>;

/// One call of the emulator, as it is.
pub async fn exchange(emulator: &Router, request: http::Request<Bytes>) -> http::Response<Bytes> {
    let answer = emulator.clone().oneshot(request.map(Body::from)).await.unwrap();
    let (parts, body) = answer.into_parts();
    http::Response::from_parts(parts, to_bytes(body, usize::MAX).await.unwrap())
}

fn plain(status: u16, body: &'static str) -> http::Response<Bytes> {
    http::Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
}

fn without(body: &Bytes, which: u64) -> Bytes {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(body) else { return body.clone() };
    let there: Vec<&str> = LEFT_OUT.into_iter().filter(|field| answer.contains_key(*field)).collect();
    if there.is_empty() {
        return body.clone();
    }
    answer.remove(there[(which % there.len() as u64) as usize]);
    Bytes::from(Value::Object(answer).to_string())
}

impl SimWire {
    /// Waits as long as the client does.
    async fn give_up<T>(&self, sent: UnixMs) -> Result<T, Lost> {
        self.turnstile.enter(Some(self.life), Want::Time(sent.plus_ms(PATIENCE_MS))).await;
        Err(Lost("no answer in time".into()))
    }

    /// Whoever has sent it may be gone by then; one that would be later than the shop counts on is lost.
    fn arrives_late(&self, line: String, request: http::Request<Bytes>, at: UnixMs) {
        let (turnstile, emulator, asked) = (self.turnstile.clone(), self.emulator.clone(), self.asked.clone());
        let arriving = tokio::spawn(async move {
            let _ticket = turnstile.enter(None, Want::Time(at)).await;
            if turnstile.now().since_ms(at).abs() > 500 {
                return;
            }
            turnstile.tell(format_args!("{line} arrives after its sender has given up."));
            asked.fetch_add(1, Ordering::SeqCst);
            exchange(&emulator, request).await;
        });
        self.late.lock().unwrap().push(arriving);
    }

    async fn travel(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Lost> {
        let line = match request.uri().query() {
            Some(query) => format!("{} {}?{query}", request.method(), request.uri().path()),
            None => format!("{} {}", request.method(), request.uri().path()),
        };
        let ticket = self.turnstile.enter(Some(self.life), Want::Request(line.clone())).await;
        match ticket.fate {
            Fate::Silent => {
                drop(ticket.done);
                return self.give_up(self.turnstile.now()).await;
            }
            Fate::Late(after_ms) => {
                let sent = self.turnstile.now();
                self.arrives_late(line, request, sent.plus_ms(PATIENCE_MS + after_ms));
                drop(ticket.done);
                return self.give_up(sent).await;
            }
            Fate::Lost => return Err(Lost("lost on the way there".into())),
            Fate::Status(status) => return Ok(plain(status, "<html>trouble</html>")),
            _ => {}
        }
        if request.method() != http::Method::GET {
            self.asked.fetch_add(1, Ordering::SeqCst);
        }
        let answer = exchange(&self.emulator, request).await;
        drop(ticket.done);
        let sent = self.turnstile.now();
        let ticket = self.turnstile.enter(Some(self.life), Want::Answer(line, sent)).await;
        if self.turnstile.now().since_ms(sent) > PATIENCE_MS {
            return Err(Lost("no answer in time".into()));
        }
        Ok(match ticket.fate {
            Fate::Well => answer,
            Fate::Silent | Fate::Late(_) => {
                drop(ticket.done);
                return self.give_up(sent).await;
            }
            Fate::Lost => return Err(Lost("lost on the way back".into())),
            Fate::Status(status) => plain(status, "{\"error_code\":\"SERVER_ERROR\",\"message\":\"x\"}"),
            Fate::Garbage => plain(200, "<html>maintenance</html>"),
            Fate::Truncated => {
                let half = answer.body().len() / 2;
                answer.map(|body| body.slice(..half))
            }
            Fate::Without(which) => answer.map(|body| without(&body, which)),
        })
    }
}

impl Transport for SimWire {
    fn send(&self, request: http::Request<Bytes>) -> Answering<'_> {
        Box::pin(self.travel(request))
    }
}
