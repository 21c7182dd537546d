//! Takes webhooks to the shop: the calls for tests and simulations, which carry them by hand, and the loop that really
//! posts them. What is due and what an answer means is `outbox.rs`'s to say.

use std::time::Duration;

use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use futures::StreamExt;
use tokio::task::JoinSet;

use super::Emulator;
use super::error::ApiError;
use super::outbox::{self, ANSWER_WITHIN_MS, Outgoing, Reply};
use super::records::{Settings, Upsert};
use crate::domain::time::UnixMs;

/// How many are under way at once. No more are taken, as a try that is taken must be made at once.
const AT_ONCE: usize = 16;
/// The longest rest; the machine's clock may be moved without anybody ringing.
const REST_MS: i64 = 30_000;
/// The shortest: what is due but can't be recorded must not be asked for in a circle.
const SHORTEST_REST_MS: i64 = 20;
/// More of an answer is not read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// An address that webhooks can't be posted to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a webhook needs an http or https address with a host, not `{0}`")]
pub struct TargetError(String);

pub(super) fn checked_target(url: &str) -> Result<String, TargetError> {
    let parsed = url.parse::<Uri>().ok();
    let can_be = parsed.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    if can_be { Ok(url.to_owned()) } else { Err(TargetError(url.to_owned())) }
}

impl Emulator {
    /// Where webhooks go from now on; what is not given stays as the ledger remembers it.
    ///
    /// # Errors
    /// When one is no address to post to. A ledger that can't be written is logged, and changes nothing.
    pub fn send_webhooks_to(&self, pg: Option<&str>, commerce: Option<&str>) -> Result<(), TargetError> {
        let pg = pg.map(checked_target).transpose()?;
        let commerce = commerce.map(checked_target).transpose()?;
        let _ = self.change(|ledger, _| {
            let before = ledger.settings();
            let settings = Settings {
                webhook_pg: pg.or_else(|| before.webhook_pg.clone()),
                webhook_commerce: commerce.or_else(|| before.webhook_commerce.clone()),
                ..before.clone()
            };
            let change = if settings == *before { Vec::new() } else { vec![Upsert::Settings(settings)] };
            Ok::<_, ApiError>(((), change))
        });
        Ok(())
    }

    /// Takes what is due at the emulator's present instant, in the order in which it leaves; faults of webhooks happen
    /// here. Each is one try, whose answer is to be told with its `id`; one whose answer is never told is due again
    /// after 5 s and its pause.
    pub fn due_webhooks(&self) -> Vec<Outgoing> {
        self.take_due(usize::MAX)
    }

    fn take_due(&self, most: usize) -> Vec<Outgoing> {
        self.catch_up();
        let mut guard = self.store();
        let store = &mut *guard;
        let now = self.now_in(&store.ledger);
        let (leaving, change) = outbox::hand_out(&store.ledger, now, most, &mut store.faults, self.shared.ids.as_ref());
        // What can't be recorded doesn't leave: it would leave again after a restart.
        if store.commit(change).is_ok() { leaving } else { Vec::new() }
    }

    /// The shop answered a try.
    pub fn webhook_answered(&self, id: &str, status: u16, body: &[u8]) {
        self.told(id, &Reply::Answer { status, body });
    }

    /// A try that was never answered within 5 s, or that found nobody.
    pub fn webhook_unanswered(&self, id: &str, why: &str) {
        self.told(id, &Reply::Nothing { why });
    }

    /// The emulator's instant at which something is due next, a webhook or what causes one; a past one means now.
    pub fn next_webhook_at(&self) -> Option<UnixMs> {
        self.view(|ledger| {
            let webhook = ledger.waiting().next().map(|(at, _)| at);
            webhook.into_iter().chain(ledger.first_due().map(|(at, _)| *at)).min()
        })
    }

    fn told(&self, id: &str, reply: &Reply<'_>) {
        // A refused commit leaves the try unanswered, and it is made again.
        let _ = self.change(|ledger, making| {
            let change = ledger.delivery(id).and_then(|delivery| outbox::answered(delivery, making.now, reply));
            Ok::<_, ApiError>(((), change.into_iter().collect()))
        });
    }

    /// Posts webhooks as they fall due, for ever; drop it to stop. What was under way then is sent again after a
    /// restart, if there is a journal.
    ///
    /// # Errors
    /// When the machine offers no usable TLS set-up.
    pub async fn carry_webhooks(&self) -> Result<(), reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_millis(ANSWER_WITHIN_MS.unsigned_abs()))
            .no_proxy()
            .user_agent(concat!("madang-emulator/", env!("CARGO_PKG_VERSION")))
            .build()?;
        // Tasks end with this set, so with the caller's interest.
        let mut under_way = JoinSet::new();
        loop {
            for outgoing in self.take_due(AT_ONCE.saturating_sub(under_way.len())) {
                let (emulator, client) = (self.clone(), client.clone());
                under_way.spawn(async move { post(&emulator, &client, outgoing).await });
            }
            if under_way.len() >= AT_ONCE {
                under_way.join_next().await;
                continue;
            }
            let rest = self.next_webhook_at().map_or(REST_MS, |at| at.since_ms(self.now()));
            let rest = Duration::from_millis(rest.clamp(SHORTEST_REST_MS, REST_MS).unsigned_abs());
            tokio::select! {
                () = self.shared.bell.notified() => {}
                () = tokio::time::sleep(rest) => {}
                Some(_) = under_way.join_next() => {}
            }
        }
    }
}

async fn post(emulator: &Emulator, client: &reqwest::Client, outgoing: Outgoing) {
    let request = client.post(&outgoing.target).header(CONTENT_TYPE, outgoing.content_type).body(outgoing.body);
    match exchange(request).await {
        Ok((status, body)) => emulator.webhook_answered(&outgoing.id, status, &body),
        Err(error) => emulator.webhook_unanswered(&outgoing.id, &cause(&error.without_url())),
    }
}

/// The innermost reason, such as "Connection refused"; the outer ones say only that a request failed.
fn cause(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

async fn exchange(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), reqwest::Error> {
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let mut chunks = answer.bytes_stream();
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > ANSWER_LIMIT {
            break;
        }
    }
    Ok((status, body))
}
