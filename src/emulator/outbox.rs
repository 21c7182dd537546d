//! Webhooks to be sent (Bootpay D.1): what is due at an instant, what an answer means. Pure: reads the ledger, answers
//! records as they shall be. Which there are is `announce.rs`; posting them is `courier.rs`.
//!
//! A try that was handed out counts as unanswered until an answer says otherwise, so that one whose sender was killed
//! is made again.

use bytes::Bytes;
use serde_json::Value;

use super::faults::{Action, Faults, Subject};
use super::ledger::Ledger;
use super::records::{Delivery, Outcome, Upsert};
use super::rules::Making;
use super::webhook_wire;
use crate::clock::Ids;
use crate::domain::time::UnixMs;

/// How long an answer is waited for (Bootpay D.1).
pub(super) const ANSWER_WITHIN_MS: i64 = 5_000;
/// The pause after the first try; it doubles with every other. Bootpay's own are unknown (Bootpay K-10).
const FIRST_PAUSE_MS: i64 = 1_000;
/// How much of an answer is kept to be looked at.
const LAST_LETTERS: usize = 200;

/// One webhook on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Names it in the answer. A doubled webhook goes twice under one id.
    pub id: String,
    pub target: String,
    pub content_type: &'static str,
    pub body: Bytes,
}

/// The same webhook once more, whatever became of it, with all its tries before it.
pub(super) fn again(delivery: &Delivery, making: &Making<'_>) -> Delivery {
    Delivery {
        delivery_id: making.hex24(),
        queued_at: making.now,
        tries: 0,
        outcome: Outcome::Waiting,
        next_at: Some(making.now),
        troubled: false,
        held: false,
        last: None,
        again_of: Some(delivery.delivery_id.clone()),
        ..delivery.clone()
    }
}

/// What leaves at this instant of the `most` that are due first, and the records of it. Here webhooks are lost, doubled,
/// late and out of order.
pub(super) fn hand_out(
    ledger: &Ledger,
    now: UnixMs,
    most: usize,
    faults: &mut Faults,
    ids: &dyn Ids,
) -> (Vec<Outgoing>, Vec<Upsert>) {
    let (mut leaving, mut change, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for (_, delivery) in ledger.waiting().take_while(|(at, _)| *at <= now).take(most) {
        if delivery.tries >= delivery.most {
            change.push(given_up(delivery));
            continue;
        }
        let action = if delivery.troubled { None } else { faults.strike(&Subject::Webhook(delivery.kind), ids) };
        let late =
            |ms: i64, held: bool| Delivery { next_at: Some(now.plus_ms(ms)), troubled: true, held, ..delivery.clone() };
        match action {
            Some(Action::Delay { ms }) => change.push(Upsert::Delivery(late(ms, false))),
            Some(Action::Reorder { ms }) => held.push(late(ms, true)),
            Some(Action::Drop) => change.push(tried(delivery, now, "lost on its way")),
            Some(Action::Duplicate { count }) => {
                leaving.extend(std::iter::repeat_n(outgoing(delivery), count));
                change.push(tried(delivery, now, "sent"));
            }
            _ => {
                leaving.push(outgoing(delivery));
                change.push(tried(delivery, now, "sent"));
            }
        }
    }
    if leaving.is_empty() {
        change.extend(held.into_iter().map(Upsert::Delivery));
    } else {
        // Another one went: those that were held before go after it, then those of just now.
        let before = ledger.waiting().filter(|(at, one)| one.held && *at > now).map(|(_, one)| one.clone());
        for delivery in before.chain(held) {
            leaving.push(outgoing(&delivery));
            change.push(tried(&delivery, now, "sent"));
        }
    }
    (leaving, change)
}

fn outgoing(delivery: &Delivery) -> Outgoing {
    Outgoing {
        id: delivery.delivery_id.clone(),
        target: delivery.target.clone(),
        content_type: webhook_wire::content_type(delivery.content),
        body: Bytes::from(delivery.body.clone()),
    }
}

fn tried(delivery: &Delivery, now: UnixMs, last: &str) -> Upsert {
    let tries = delivery.tries.saturating_add(1);
    Upsert::Delivery(Delivery {
        tries,
        next_at: Some(now.plus_ms(ANSWER_WITHIN_MS).plus_ms(pause_ms(tries))),
        troubled: false,
        held: false,
        last: Some(last.to_owned()),
        ..delivery.clone()
    })
}

fn given_up(delivery: &Delivery) -> Upsert {
    Upsert::Delivery(Delivery { outcome: Outcome::GivenUp, next_at: None, held: false, ..delivery.clone() })
}

/// 1 s after the first try, then 2 s, 4 s …
fn pause_ms(tries: u32) -> i64 {
    FIRST_PAUSE_MS.saturating_mul(2_i64.saturating_pow(tries.saturating_sub(1).min(20)))
}

/// What came back for one try.
pub(super) enum Reply<'a> {
    Answer {
        status: u16,
        body: &'a [u8],
    },
    /// No answer within the time, or no way there.
    Nothing {
        why: &'a str,
    },
}

/// The record after an answer; nothing if it changes nothing.
pub(super) fn answered(delivery: &Delivery, now: UnixMs, reply: &Reply<'_>) -> Option<Upsert> {
    // One of a doubled pair may be refused after the other was taken.
    if delivery.outcome == Outcome::Delivered {
        return None;
    }
    let last = match reply {
        Reply::Answer { status, body } => format!("HTTP {status} {}", String::from_utf8_lossy(body)),
        Reply::Nothing { why } => format!("no answer: {why}"),
    };
    let known = Delivery { last: Some(last.chars().take(LAST_LETTERS).collect()), ..delivery.clone() };
    Some(if is_taken(reply) {
        Upsert::Delivery(Delivery { outcome: Outcome::Delivered, next_at: None, held: false, ..known })
    } else if known.outcome == Outcome::GivenUp || known.tries >= known.most {
        given_up(&known)
    } else {
        Upsert::Delivery(Delivery { next_at: Some(now.plus_ms(pause_ms(known.tries))), ..known })
    })
}

/// HTTP 200 and `{"success": true}`; anything else is a failure (Bootpay D.1).
fn is_taken(reply: &Reply<'_>) -> bool {
    let Reply::Answer { status: 200, body } = reply else { return false };
    serde_json::from_slice::<Value>(body).is_ok_and(|body| body.get("success") == Some(&Value::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_never_overflow() {
        let pauses: Vec<i64> = (1..=10).map(pause_ms).collect();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000]);
        assert_eq!(pause_ms(0), 1_000);
        assert!(pause_ms(u32::MAX) > 0);
    }

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        let taken = |status: u16, body: &str| is_taken(&Reply::Answer { status, body: body.as_bytes() });
        assert!(taken(200, "{\"success\":true}"));
        assert!(taken(200, " {\"data\":1, \"success\": true}\n"));
        for (status, body) in [
            (200, ""),
            (200, "OK"),
            (200, "true"),
            (200, "{\"success\":false}"),
            (200, "{\"success\":1}"),
            (200, "{\"success\":true"),
            (202, "{\"success\":true}"),
            (500, "{\"success\":true}"),
        ] {
            assert!(!taken(status, body), "{status} {body}");
        }
        assert!(!is_taken(&Reply::Nothing { why: "" }));
    }
}
