//! The console's building stones, and its sections that are mostly forms: clock, webhooks, faults, settings.

use serde_json::Value;

use super::super::shapes;
use crate::domain::time::UnixMs;
use crate::emulator::html::escape;
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{Content, Outcome, Settings};
use crate::emulator::times;

const HOUR_MS: i64 = 60 * 60 * 1000;
const MOST: usize = 25;

/// Hours that a button moves the clock.
const JUMPS: [(i64, &str); 4] =
    [(1, "1시간 · 1 h"), (24, "하루 · 1 day"), (24 * 7, "한 주 · 1 week"), (24 * 31, "31일 · 31 days")];

pub(super) fn section(id: &str, title: &str, inside: &str) -> String {
    format!("<section id=\"{id}\" aria-labelledby=\"{id}-title\"><h2 id=\"{id}-title\">{title}</h2>{inside}</section>")
}

pub(super) fn button(word: &str) -> String {
    format!("<button>{word}</button>")
}

pub(super) fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

/// Cells are HTML already.
pub(super) fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return "<p>아직 없어요. · Nothing yet.</p>".to_owned();
    }
    let head: String = head.iter().map(|word| format!("<th scope=\"col\">{word}</th>")).collect();
    let row = |cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{cells}</tr>")
    };
    let rows: String = rows.into_iter().map(row).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

fn field(name: &str, word: &str, value: &str) -> String {
    format!("<label>{word} <input name=\"{name}\" value=\"{}\"></label>", escape(value))
}

fn select(name: &str, word: &str, choices: &[&str], chosen: &str) -> String {
    let option = |one: &&str| {
        let mark = if *one == chosen { " selected" } else { "" };
        format!("<option{mark}>{one}</option>")
    };
    let options: String = choices.iter().map(option).collect();
    format!("<label>{word} <select name=\"{name}\">{options}</select></label>")
}

pub(super) fn clock(now: UnixMs, settings: &Settings) -> String {
    let jump = |(hours, word): &(i64, &str)| {
        format!("<button name=\"advance_ms\" value=\"{}\">+ {word}</button>", hours.saturating_mul(HOUR_MS))
    };
    let jumps: String = JUMPS.iter().map(jump).collect();
    let inside = format!(
        "<p><time>{}</time> ({} ms)</p><form method=\"post\" action=\"/_emulator/console/clock\">{jumps}</form>\
         <form method=\"post\" action=\"/_emulator/console/clock-back\"><button>지금으로 · Back to now</button></form>",
        times::seoul(now),
        settings.clock_offset_ms,
    );
    section("clock", "시계 · Clock", &inside)
}

pub(super) fn webhooks(ledger: &Ledger) -> String {
    let settings = ledger.settings();
    let targets = format!(
        "<form method=\"post\" action=\"/_emulator/console/targets\">{}{}{}<button>저장 · Save</button></form>",
        field("pg", "PG", settings.webhook_pg.as_deref().unwrap_or_default()),
        field("commerce", "Commerce", settings.webhook_commerce.as_deref().unwrap_or_default()),
        select(
            "content_type",
            "형식 · Type",
            &["json", "form"],
            if settings.webhook_content == Content::Json { "json" } else { "form" }
        ),
    );
    let rows = ledger.deliveries().iter().rev().take(MOST).map(|delivery| {
        let outcome = match delivery.outcome {
            Outcome::Waiting => "대기 · Waiting",
            Outcome::Delivered => "전달됨 · Delivered",
            Outcome::GivenUp => "포기 · Given up",
        };
        let again = format!(
            "<form method=\"post\" action=\"/_emulator/console/resend\">{}{}</form>",
            hidden("id", &delivery.delivery_id),
            button("다시 · Again")
        );
        let tries = format!("{}/{}", delivery.tries, delivery.most);
        let last = escape(delivery.last.as_deref().unwrap_or_default());
        vec![times::korean(delivery.queued_at), escape(&delivery.event), outcome.into(), tries, last, again]
    });
    let head = ["때 · Time", "이벤트 · Event", "상태 · State", "시도 · Tries", "마지막 · Last", ""];
    section("webhooks", "웹훅 · Webhooks", &format!("{targets}{}", table(&head, rows.collect())))
}

pub(super) fn faults(set: &[Value]) -> String {
    let shown = |fault: &Value, name: &str| {
        let value = fault.get(name).filter(|value| !value.is_null());
        value.map_or_else(String::new, |value| escape(value.as_str().map_or(&value.to_string(), |text| text)))
    };
    let rows = set.iter().map(|fault| {
        let at = [shown(fault, "route"), shown(fault, "event")].concat();
        vec![at, shown(fault, "action"), shown(fault, "used"), shown(fault, "left")]
    });
    let head = ["곳 · Where", "무엇 · What", "일어남 · Used", "남음 · Left"];
    let actions = [
        "status",
        "timeout-before",
        "timeout-after",
        "garbage",
        "truncated",
        "delay",
        "wrong-amount",
        "drop",
        "duplicate",
    ];
    let add = format!(
        "<form method=\"post\" action=\"/_emulator/console/fault\">{}{}{}{}{}<button>더하기 · Add</button></form>\
         <form method=\"post\" action=\"/_emulator/console/faults-clear\"><button>모두 없애기 · Clear</button></form>",
        field("route", "경로 · Route", "* /v1/*"),
        select("event", "웹훅 · Webhook", &["", "webhook", "webhook.pg", "webhook.commerce"], ""),
        select("action", "무엇 · Action", &actions, "status"),
        field("times", "몇 번 · Times", "1"),
        field("ms", "ms", ""),
    );
    section("faults", "장애 · Faults", &format!("{add}{}", table(&head, rows.collect())))
}

pub(super) fn settings(settings: &Settings) -> String {
    let now = shapes::written(settings);
    let chosen = |name: &str| match now.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let selects: String =
        shapes::CHOICES.iter().map(|(name, choices)| select(name, name, choices, &chosen(name))).collect();
    let inside = format!(
        "<form method=\"post\" action=\"/_emulator/console/settings\">{selects}<button>저장 · Save</button></form>"
    );
    section("settings", "설정 · Settings", &inside)
}
