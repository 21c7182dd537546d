//! What shall go wrong, and whether it does this time. Pure: reads wishes, counts them down, draws lots from the
//! emulator's `Ids` so that a seed repeats. Acting it out is `trouble.rs` for requests and `outbox.rs` for webhooks.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::error::ApiError;
use super::fields::{integer, text};
use super::records::Kind;
use crate::clock::Ids;

type Body = Map<String, Value>;

/// Everything that a wish may say; a misspelt one must not be taken for "always".
const NAMES: [&str; 12] =
    ["event", "route", "action", "times", "probability", "ms", "code", "effect", "error", "count", "amount", "field"];
const ACTIONS: &str = "delay, status, garbage, truncated, slow-drip, timeout-before, timeout-after, wrong-amount (route); \
                       drop, delay, duplicate, reorder (event)";

/// How long a connection says nothing before it is closed, if no one says otherwise.
const SILENCE_MS: i64 = 60_000;
const DRIP_MS: i64 = 10_000;
/// A webhook waits no longer than this for another one to go first.
const HOLD_MS: i64 = 60_000;
const LONGEST_MS: i64 = 24 * 60 * 60 * 1000;

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A request takes effect at once and is answered late; a webhook leaves late.
    Delay { ms: i64 },
    /// Answers this status, in place of the effect or after it, with an error of this name if one is given.
    Status { code: StatusCode, effect: bool, error_code: Option<String> },
    /// Takes effect; the answer is no JSON.
    Garbage,
    /// Takes effect; half of the answer is missing.
    Truncated,
    /// Takes effect; the answer comes in pieces over this time.
    SlowDrip { ms: i64 },
    /// No effect and no answer.
    TimeoutBefore { ms: i64 },
    /// Takes effect; no answer.
    TimeoutAfter { ms: i64 },
    /// Takes effect; this field of the answer is off by so much.
    WrongAmount { field: String, amount: i64 },
    /// A webhook's try is lost on its way.
    Drop,
    /// A webhook's try is sent so many times.
    Duplicate { count: usize },
    /// A webhook waits until another one went, this long at most.
    Reorder { ms: i64 },
}

/// What a fault is waiting for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// "METHOD /path", `*` for any text.
    Route(String),
    /// Webhooks of one kind or of both.
    Webhook(Option<Kind>),
}

/// What is about to happen.
pub(super) enum Subject<'a> {
    /// "METHOD /path", without the query.
    Request(&'a str),
    Webhook(Kind),
}

struct Fault {
    id: u64,
    asked: Body,
    target: Target,
    action: Action,
    /// How often it may still happen; nothing = always.
    left: Option<u32>,
    probability: f64,
    used: u64,
}

/// All faults that are set, oldest first. They die with the process.
#[derive(Default)]
pub(super) struct Faults {
    set: Vec<Fault>,
    last_id: u64,
}

impl Faults {
    /// Sets one; answers it as `list` shows it.
    pub fn add(&mut self, asked: Body) -> Result<Value, ApiError> {
        if let Some(name) = asked.keys().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(ApiError::param(format!("{name}: 모르는 항목입니다. ({})", NAMES.join(", "))));
        }
        let target = target(&asked)?;
        let fault = Fault {
            id: self.last_id.saturating_add(1),
            action: action(&asked, &target)?,
            target,
            left: times(&asked)?,
            probability: probability(&asked)?,
            asked,
            used: 0,
        };
        self.last_id = fault.id;
        let shown = shown(&fault);
        self.set.push(fault);
        Ok(shown)
    }

    pub fn list(&self) -> Vec<Value> {
        self.set.iter().map(shown).collect()
    }

    pub fn clear(&mut self) {
        self.set.clear();
    }

    /// What goes wrong now: the first fault that fits, is not used up and is drawn.
    pub fn strike(&mut self, subject: &Subject<'_>, ids: &dyn Ids) -> Option<Action> {
        let fault = self.set.iter_mut().find(|fault| {
            fault.left != Some(0)
                && fits(&fault.target, subject)
                && (fault.probability >= 1.0 || drawn(fault.probability, ids))
        })?;
        fault.left = fault.left.map(|left| left.saturating_sub(1));
        fault.used = fault.used.saturating_add(1);
        Some(fault.action.clone())
    }
}

fn shown(fault: &Fault) -> Value {
    let mut shown = fault.asked.clone();
    shown.insert("id".to_owned(), Value::from(fault.id));
    shown.insert("used".to_owned(), Value::from(fault.used));
    shown.insert("left".to_owned(), Value::from(fault.left));
    Value::Object(shown)
}

fn fits(target: &Target, subject: &Subject<'_>) -> bool {
    match (target, subject) {
        (Target::Route(pattern), Subject::Request(line)) => glob(pattern.as_bytes(), line.as_bytes()),
        (Target::Webhook(wanted), Subject::Webhook(kind)) => wanted.is_none_or(|wanted| wanted == *kind),
        _ => false,
    }
}

/// `*` is any text, also none; the rest is itself.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    // Where to go on when the text after the last star turns out not to fit.
    let mut back: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                back = Some((rest, text));
                pattern = rest;
            }
            (Some((wanted, rest)), Some((letter, after))) if wanted == letter => (pattern, text) = (rest, after),
            (None, None) => return true,
            _ => match back {
                Some((rest, [_, after @ ..])) => {
                    back = Some((rest, after));
                    (pattern, text) = (rest, after);
                }
                _ => return false,
            },
        }
    }
}

/// True with this probability.
fn drawn(probability: f64, ids: &dyn Ids) -> bool {
    let mut bytes = [0_u8; 4];
    ids.fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) < probability * (f64::from(u32::MAX) + 1.0)
}

fn target(asked: &Body) -> Result<Target, ApiError> {
    match (text(asked, "route")?, text(asked, "event")?.as_deref()) {
        (Some(route), None) if route.contains(" /") || route.contains(" *") => Ok(Target::Route(route)),
        (Some(_), None) => Err(ApiError::param("route: \"GET /v1/orders/*\"처럼 써 주세요.")),
        (None, Some("webhook")) => Ok(Target::Webhook(None)),
        (None, Some("webhook.pg")) => Ok(Target::Webhook(Some(Kind::Pg))),
        (None, Some("webhook.commerce")) => Ok(Target::Webhook(Some(Kind::Commerce))),
        (None, Some(_)) => Err(ApiError::param("event: webhook, webhook.pg, webhook.commerce 가운데 하나여야 합니다.")),
        _ => Err(ApiError::param("route 또는 event 하나가 필요합니다.")),
    }
}

fn action(asked: &Body, target: &Target) -> Result<Action, ApiError> {
    let name = text(asked, "action")?.unwrap_or_default();
    Ok(match (name.as_str(), target) {
        ("delay", _) => Action::Delay { ms: ms(asked, None)? },
        ("status", Target::Route(_)) => {
            let effect = asked.get("effect") == Some(&Value::Bool(true));
            Action::Status { code: code(asked)?, effect, error_code: text(asked, "error")? }
        }
        ("garbage", Target::Route(_)) => Action::Garbage,
        ("truncated", Target::Route(_)) => Action::Truncated,
        ("slow-drip", Target::Route(_)) => Action::SlowDrip { ms: ms(asked, Some(DRIP_MS))? },
        ("timeout-before", Target::Route(_)) => Action::TimeoutBefore { ms: ms(asked, Some(SILENCE_MS))? },
        ("timeout-after", Target::Route(_)) => Action::TimeoutAfter { ms: ms(asked, Some(SILENCE_MS))? },
        ("wrong-amount", Target::Route(_)) => Action::WrongAmount {
            field: text(asked, "field")?.unwrap_or_else(|| "price".to_owned()),
            amount: integer(asked, "amount")?
                .filter(|amount| *amount != 0)
                .ok_or_else(|| ApiError::param("amount: 0이 아닌 정수여야 합니다."))?,
        },
        ("drop", Target::Webhook(_)) => Action::Drop,
        ("duplicate", Target::Webhook(_)) => {
            let count = integer(asked, "count")?.unwrap_or(2);
            let count = usize::try_from(count).ok().filter(|count| (2..=1_000).contains(count));
            Action::Duplicate {
                count: count.ok_or_else(|| ApiError::param("count: 2 이상 1000 이하의 정수여야 합니다."))?,
            }
        }
        ("reorder", Target::Webhook(_)) => Action::Reorder { ms: ms(asked, Some(HOLD_MS))? },
        _ => return Err(ApiError::param(format!("action: {ACTIONS} 가운데 하나여야 합니다."))),
    })
}

fn ms(asked: &Body, usual: Option<i64>) -> Result<i64, ApiError> {
    let ms = integer(asked, "ms")?.or(usual).filter(|ms| (0..=LONGEST_MS).contains(ms));
    ms.ok_or_else(|| ApiError::param("ms: 0 이상, 하루 이하의 밀리초 정수여야 합니다."))
}

fn code(asked: &Body) -> Result<StatusCode, ApiError> {
    let code = integer(asked, "code")?.unwrap_or(500);
    let code = u16::try_from(code).ok().filter(|code| (400..=599).contains(code));
    let code = code.and_then(|code| StatusCode::from_u16(code).ok());
    code.ok_or_else(|| ApiError::param("code: 400 이상 599 이하의 정수여야 합니다."))
}

fn times(asked: &Body) -> Result<Option<u32>, ApiError> {
    let Some(times) = integer(asked, "times")? else {
        return Ok(None);
    };
    let known = u32::try_from(times).ok().filter(|times| *times >= 1);
    known.map(Some).ok_or_else(|| ApiError::param("times: 1 이상의 정수여야 합니다."))
}

fn probability(asked: &Body) -> Result<f64, ApiError> {
    let probability = match asked.get("probability") {
        None | Some(Value::Null) => Some(1.0),
        Some(value) => value.as_f64(),
    };
    let known = probability.filter(|probability| (0.0..=1.0).contains(probability));
    known.ok_or_else(|| ApiError::param("probability: 0 이상 1 이하의 수여야 합니다."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;

    use super::*;

    /// Lots that go round the whole circle in a hundred even steps.
    #[derive(Default)]
    struct Steps(AtomicU32);

    impl Ids for Steps {
        fn fill(&self, bytes: &mut [u8]) {
            let step = self.0.fetch_add(1, Ordering::SeqCst) % 100;
            bytes.copy_from_slice(&(step * (u32::MAX / 100)).to_le_bytes());
        }
    }

    fn add(faults: &mut Faults, asked: Value) -> Result<Value, ApiError> {
        faults.add(asked.as_object().unwrap().clone())
    }

    fn all_struck(faults: &mut Faults, lines: &[&str]) -> Vec<bool> {
        lines.iter().map(|line| faults.strike(&Subject::Request(line), &Steps::default()).is_some()).collect()
    }

    #[test]
    fn routes_are_patterns() {
        for (pattern, line, expected) in [
            ("GET /v1/orders/*", "GET /v1/orders/1", true),
            ("GET /v1/orders/*", "GET /v1/orders", false),
            ("GET /v1/orders/*", "POST /v1/orders/1", false),
            ("* /v1/*", "POST /v1/order/cancel", true),
            ("* /v*/cancel", "POST /v1/order/cancel", true),
            ("* /v*/cancel", "POST /v1/order/cancel/1", false),
            ("POST /v2/cancel", "POST /v2/cancel", true),
            ("* *", "GET /", true),
            ("GET /a*b*c", "GET /aXbXbXc", true),
        ] {
            let mut faults = Faults::default();
            add(&mut faults, json!({ "route": pattern, "action": "garbage" })).unwrap();
            assert_eq!(all_struck(&mut faults, &[line]), [expected], "{pattern} {line}");
        }
    }

    #[test]
    fn each_happens_as_often_as_it_may_and_the_first_that_fits_wins() {
        let mut faults = Faults::default();
        add(&mut faults, json!({ "route": "GET /a", "action": "garbage", "times": 2 })).unwrap();
        add(&mut faults, json!({ "route": "* *", "action": "truncated", "times": 1 })).unwrap();
        let mut strike = |line| faults.strike(&Subject::Request(line), &Steps::default());
        assert_eq!(strike("GET /a"), Some(Action::Garbage));
        assert_eq!(strike("GET /b"), Some(Action::Truncated));
        assert_eq!(strike("GET /a"), Some(Action::Garbage));
        assert_eq!(strike("GET /a"), None);
        let list = faults.list();
        assert_eq!((&list[0]["used"], &list[0]["left"]), (&json!(2), &json!(0)));
        faults.clear();
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_probability_is_kept_and_drawn_only_where_it_fits() {
        let (mut faults, lots) = (Faults::default(), Steps::default());
        add(&mut faults, json!({ "event": "webhook.pg", "action": "drop", "probability": 0.3 })).unwrap();
        let mut hits = 0;
        for _ in 0..100 {
            assert_eq!(faults.strike(&Subject::Webhook(Kind::Commerce), &lots), None);
            hits += usize::from(faults.strike(&Subject::Webhook(Kind::Pg), &lots) == Some(Action::Drop));
        }
        assert!((30..=31).contains(&hits), "{hits}");
        assert_eq!(lots.0.load(Ordering::SeqCst), 100, "no lot is drawn for what doesn't fit");
    }

    #[test]
    fn never_and_always_are_exact() {
        for (probability, expected) in [(0.0, 0), (1.0, 100)] {
            let (mut faults, lots) = (Faults::default(), Steps::default());
            add(&mut faults, json!({ "event": "webhook", "action": "drop", "probability": probability })).unwrap();
            let hits = (0..100).filter(|_| faults.strike(&Subject::Webhook(Kind::Pg), &lots).is_some()).count();
            assert_eq!(hits, expected);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for asked in [
            json!({}),
            json!({ "route": "GET /a" }),
            json!({ "route": "/a", "action": "garbage" }),
            json!({ "route": "GET /a", "event": "webhook", "action": "delay", "ms": 1 }),
            json!({ "event": "mail", "action": "drop" }),
            json!({ "event": "webhook", "action": "garbage" }),
            json!({ "route": "GET /a", "action": "drop" }),
            json!({ "route": "GET /a", "action": "delay" }),
            json!({ "route": "GET /a", "action": "delay", "ms": -1 }),
            json!({ "route": "GET /a", "action": "status", "code": 200 }),
            json!({ "route": "GET /a", "action": "wrong-amount", "amount": 0 }),
            json!({ "route": "GET /a", "action": "garbage", "times": 0 }),
            json!({ "route": "GET /a", "action": "garbage", "tmes": 1 }),
            json!({ "route": "GET /a", "action": "garbage", "probability": 1.5 }),
            json!({ "event": "webhook", "action": "duplicate", "count": 1 }),
        ] {
            let mut faults = Faults::default();
            assert!(add(&mut faults, asked.clone()).is_err(), "{asked}");
            assert!(faults.list().is_empty());
        }
    }
}
