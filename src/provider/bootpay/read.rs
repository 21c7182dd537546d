//! Single fields of an answer, in every form that was documented or seen. What is of another form is absent.

use serde_json::Value;

use crate::domain::money::Krw;
use crate::domain::time::UnixMs;

/// `{success, data}` around the body is not what arrives, but some documents print it (Bootpay H-7).
pub(super) fn unwrap(body: &Value) -> &Value {
    match (body.get("success"), body.get("data")) {
        (Some(Value::Bool(true)), Some(data @ (Value::Object(_) | Value::Array(_)))) => data,
        _ => body,
    }
}

/// A text or a number as text; nothing for an empty one.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text field; a number is taken as its digits.
pub(super) fn text(body: &Value, key: &str) -> Option<String> {
    body.get(key).and_then(scalar)
}

/// A whole number, as a JSON number or as its digits in a string.
pub(super) fn whole(body: &Value, key: &str) -> Option<i64> {
    match body.get(key)? {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    }
}

/// An amount of won that can be one.
pub(super) fn won(body: &Value, key: &str) -> Option<Krw> {
    whole(body, key).and_then(|won| Krw::new(won).ok())
}

/// `true` or `false`, nothing else.
pub(super) fn flag(body: &Value, key: &str) -> Option<bool> {
    body.get(key)?.as_bool()
}

/// An instant with its offset (Bootpay I.4).
pub(super) fn instant(body: &Value, key: &str) -> Option<UnixMs> {
    let said: jiff::Timestamp = body.get(key)?.as_str()?.parse().ok()?;
    Some(UnixMs::new(said.as_millisecond()))
}

/// A web address.
pub(super) fn address(body: &Value, key: &str) -> Option<String> {
    text(body, key).filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// The entries of a list, under both names that it has or bare (Bootpay H-6, B).
pub(super) fn entries(body: &Value) -> Option<&[Value]> {
    let body = unwrap(body);
    let list = body.get("list").or_else(|| body.get("items")).unwrap_or(body);
    list.as_array().map(Vec::as_slice)
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// How many there are on all pages, where the provider told.
    pub count: Option<u64>,
    pub list: Vec<T>,
    /// Entries that could not be read: they have no id.
    pub unread: usize,
}

/// A page of anything; `None` where there is no list.
pub(super) fn page<T>(body: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Page<T>> {
    let entries = entries(body)?;
    let list: Vec<T> = entries.iter().filter_map(read).collect();
    let unread = entries.len() - list.len();
    Some(Page { count: total(unwrap(body)), list, unread })
}

/// The total of a list, under both names that it has.
pub(super) fn total(body: &Value) -> Option<u64> {
    whole(body, "count").or_else(|| whole(body, "total")).and_then(|count| u64::try_from(count).ok())
}
