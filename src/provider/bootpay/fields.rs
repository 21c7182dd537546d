//! What a request says. Nothing that is absent is ever sent: no null, no empty text, no empty object or list. The
//! server fails on an empty `extra` or `metadata` (Bootpay B.1), and all SDKs leave nulls out (Bootpay I.11).

use std::fmt::Display;

use serde_json::{Map, Value};

use crate::domain::money::Krw;

/// A JSON object under construction.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A field, if there is something in it; `false` and 0 are something.
    pub(super) fn put(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_absent = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !is_absent {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// An amount in won.
    pub(super) fn won(self, name: &str, amount: Option<Krw>) -> Self {
        self.put(name, amount.map(Krw::get))
    }

    /// A list that says something even when nothing is in it.
    pub(super) fn list(mut self, name: &str, values: Vec<Value>) -> Self {
        self.0.insert(name.to_owned(), Value::Array(values));
        self
    }

    /// The object, for a body that may be empty as a whole.
    pub(super) fn value(self) -> Value {
        Value::Object(self.0)
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        fields.value()
    }
}

impl<'a> FromIterator<(&'a str, Value)> for Fields {
    fn from_iter<T: IntoIterator<Item = (&'a str, Value)>>(fields: T) -> Self {
        fields.into_iter().fold(Self::new(), |all, (name, value)| all.put(name, value))
    }
}

/// What the provider keeps with a record and echoes: names and texts of the shop's own. Nothing personal belongs here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(Fields);

impl Metadata {
    /// With one more entry; one that has no text is left out.
    #[must_use]
    pub fn with(self, name: &str, text: &str) -> Self {
        Self(self.0.put(name, text))
    }
}

impl From<&Metadata> for Value {
    fn from(metadata: &Metadata) -> Self {
        metadata.0.clone().value()
    }
}

/// The query of an address.
#[derive(Default)]
pub(super) struct Query(String);

impl Query {
    /// A parameter, if there is something in it (Bootpay I.10).
    pub(super) fn put(&mut self, name: &str, value: Option<impl Display>) {
        let Some(value) = value.map(|value| value.to_string()).filter(|value| !value.is_empty()) else { return };
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(&escape(&value));
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Several values of one parameter, as a comma list (Bootpay I.10).
pub(super) fn commas<T: Display>(values: &[T]) -> Option<String> {
    let list: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!list.is_empty()).then(|| list.join(","))
}

/// Percent-encodes what goes into a path or query value.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_absent_is_not_sent() {
        let body = Fields::new()
            .put("name", "x")
            .put("memo", "")
            .put("price", None::<i64>)
            .put("extra", Fields::new())
            .put("metadata", &Metadata::default())
            .put("tags", Vec::<String>::new())
            .put("use_redirect", false)
            .won("delivery_price", Some(Krw::ZERO));
        assert_eq!(body.value(), json!({ "name": "x", "use_redirect": false, "delivery_price": 0 }));
        assert_eq!(Value::from(&Metadata::default().with("a", "").with("b", "c")), json!({ "b": "c" }));
    }

    #[test]
    fn lists_are_commas_and_nothing_is_no_parameter() {
        let mut query = Query::default();
        query.put("page", Some(1));
        query.put("keyword", Some(""));
        query.put("user_id", None::<&str>);
        query.put("status", commas(&[1, 2]));
        query.put("payment_status", commas::<i64>(&[]));
        query.put("name", Some("가 &"));
        assert_eq!(query.as_str(), "?page=1&status=1%2C2&name=%EA%B0%80%20%26");
    }
}
