//! Webhooks (Bootpay D): which records a body names. PG sends the receipt with `webhook_type`; what Commerce
//! sends is not known (Bootpay K.1). There is no signature, so a body is never more than a place to look at.

use serde_json::{Map, Value};

use crate::domain::delivery::Names;
use crate::domain::id::OrderId;

/// A body, read as far as it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// What it calls itself; empty when it doesn't.
    pub event: String,
    pub names: Names,
    /// Fields that are neither personal nor secret, as a JSON object: for people who look into the log.
    pub kept: String,
}

const EVENT: [&str; 3] = ["webhook_type", "event", "type"];
const KEPT: [&str; 18] = [
    "webhook_type",
    "event",
    "type",
    "status",
    "receipt_status",
    "order_id",
    "order_number",
    "request_id",
    "invoice_id",
    "receipt_id",
    "price",
    "tax_free",
    "tax_free_price",
    "cancelled_price",
    "cancelled_tax_free",
    "currency",
    "method_symbol",
    "purchased_at",
];
/// The longest id, and how many of a kind: a body that has more is not the provider's.
const NAME_CHARS: usize = 64;
/// What is kept of a field: an id, a number, a word of any script.
const KEPT_BYTES: usize = 96;
const MOST_NAMES: usize = 8;
const MOST_DEPTH: usize = 6;

/// Reads JSON and forms. Never fails: what can't be read names nothing.
pub fn read(body: &[u8]) -> Webhook {
    let mut found = Found::default();
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => found.walk(&value, 0),
        Err(_) => {
            for (name, value) in serde_urlencoded::from_bytes::<Vec<(String, String)>>(body).unwrap_or_default() {
                // `metadata[order_id]` is what a form makes of an object.
                let last = name.rsplit('[').next().unwrap_or_default().trim_end_matches(']');
                match serde_json::from_str::<Value>(&value) {
                    Ok(inner @ Value::Object(_)) => found.walk(&inner, 1),
                    _ => found.field(last, &Value::String(value)),
                }
            }
        }
    }
    let event = EVENT.iter().find_map(|name| found.kept.get(*name)).and_then(Value::as_str);
    Webhook {
        event: event.unwrap_or_default().to_owned(),
        names: found.names,
        kept: Value::Object(found.kept).to_string(),
    }
}

#[derive(Default)]
struct Found {
    names: Names,
    kept: Map<String, Value>,
}

impl Found {
    fn walk(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(fields) if depth < MOST_DEPTH => {
                for (name, value) in fields {
                    self.field(name, value);
                    self.walk(value, depth + 1);
                }
            }
            Value::Array(list) if depth < MOST_DEPTH => {
                for value in list.iter().take(MOST_NAMES) {
                    self.walk(value, depth + 1);
                }
            }
            // Metadata comes as JSON text too (Bootpay C.2).
            Value::String(text) if depth < MOST_DEPTH && text.starts_with('{') => {
                if let Ok(inner @ Value::Object(_)) = serde_json::from_str(text) {
                    self.walk(&inner, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, name: &str, value: &Value) {
        let Some(text) = scalar(value) else { return };
        if KEPT.contains(&name) && !self.kept.contains_key(name) {
            // PostgreSQL's text knows no NUL, and nobody wants to read the others.
            let mut kept: String = text.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
            kept.truncate(kept.floor_char_boundary(KEPT_BYTES));
            self.kept.insert(name.to_owned(), Value::String(kept));
        }
        if !is_name(&text) {
            return;
        }
        match name {
            "request_id" | "invoice_id" => add(&mut self.names.ours, text),
            // The merchant's own id in one system, the provider's in the other.
            "order_id" if OrderId::parse(&text).is_ok() => {
                add(&mut self.names.ours, text.clone());
                add(&mut self.names.orders, text);
            }
            "order_id" | "order_number" => add(&mut self.names.orders, text),
            "receipt_id" => add(&mut self.names.receipts, text),
            _ => {}
        }
    }
}

fn add(list: &mut Vec<String>, name: String) {
    if list.len() < MOST_NAMES && !list.contains(&name) {
        list.push(name);
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= NAME_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "0123456789abcdefghjkmnpq";

    #[test]
    fn json_and_forms_name_the_same() {
        let json = format!(
            r#"{{"receipt_id":"66a1","order_id":"{OURS}","webhook_type":"PAYMENT_COMPLETED","metadata":{{"order_id":"{OURS}"}}}}"#
        );
        let form =
            format!("receipt_id=66a1&order_id={OURS}&webhook_type=PAYMENT_COMPLETED&metadata%5Border_id%5D={OURS}");
        let (json, form) = (read(json.as_bytes()), read(form.as_bytes()));
        assert_eq!(json, form);
        assert_eq!(json.event, "PAYMENT_COMPLETED");
        assert_eq!(json.names.ours, [OURS]);
        assert_eq!(json.names.receipts, ["66a1"]);
    }

    #[test]
    fn what_is_deeper_or_in_text_is_found() {
        let body = format!(
            r#"{{"event":"order.cancelled","data":{{"order":{{"order_number":"26112012345","metadata":"{{\"order_id\":\"{OURS}\"}}"}}}}}}"#
        );
        let read = read(body.as_bytes());
        assert_eq!(read.names.orders, [OURS, "26112012345"]);
        assert_eq!(read.names.ours, [OURS]);
    }

    #[test]
    fn nothing_personal_is_kept() {
        let body = r#"{"receipt_id":"1","vbank_data":{"bank_account":"1234567890","bank_username":"KIM"},"user":{"phone":"01012345678","email":"a@b.kr"},"card_data":{"card_no":"1234"}}"#;
        let kept = read(body.as_bytes()).kept;
        for secret in ["1234567890", "KIM", "01012345678", "a@b.kr", "1234"] {
            assert!(!kept.contains(secret), "{kept}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(body in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let read = read(&body);
            proptest::prop_assert!(read.names.ours.len() <= MOST_NAMES);
        }
    }
}
