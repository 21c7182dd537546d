//! Whether an answer is one: JSON of the documented kind without an error mark, or a typed error that names its
//! request. Never shows anything of an answer that could not be read.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::read::{scalar, text, unwrap};
use crate::domain::provider_code::ProviderCode;
use crate::provider::{Detail, ProviderError, RequestId};

/// A usable answer.
pub(super) struct Answer {
    body: Value,
    request: RequestId,
}

impl Answer {
    /// Success is a 2xx with a JSON object or array that bears no error mark (Bootpay F.1, F.2): some errors come with
    /// status 200.
    pub(super) fn read(request: RequestId, answer: &http::Response<Bytes>) -> Result<Self, ProviderError> {
        let (status, body) = (answer.status(), answer.body());
        let parsed = parse(answer.headers(), body);
        let value = parsed.as_ref().ok();
        let code = value.and_then(error_code);
        if status.is_success() && code.is_none() {
            return match parsed {
                Ok(body @ (Value::Object(_) | Value::Array(_))) => Ok(Self { body, request }),
                Ok(_) => Err(malformed(request, status, "JSON that is no object")),
                Err(what) => Err(malformed(request, status, what)),
            };
        }
        let says = |key| value.and_then(|body| text(body, key));
        let message: String = says("message").or_else(|| says("error")).unwrap_or_default().chars().take(300).collect();
        // Server trouble says nothing about what was asked.
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let words = format!("status {status} {} {message}", code.unwrap_or_default());
            return Err(ProviderError::Unreachable(Detail::new(request, words)));
        }
        let refused = |code: &str| {
            Err(ProviderError::Refused { request, status: status.as_u16(), code: ProviderCode::parse(code), message })
        };
        match (code, parsed) {
            (Some(code), _) => refused(&code),
            (None, Ok(_)) if status.is_client_error() => refused("none"),
            (None, Ok(_)) => Err(malformed(request, status, "no error code")),
            (None, Err(what)) => Err(malformed(request, status, what)),
        }
    }

    /// The resource, without the wrapping that some documents print.
    pub(super) fn body(&self) -> &Value {
        unwrap(&self.body)
    }

    /// What `read` finds in it. `what` is said to be missing where it finds nothing.
    pub(super) fn find<T>(&self, what: &str, read: impl FnOnce(&Value) -> Option<T>) -> Result<T, ProviderError> {
        read(self.body()).ok_or_else(|| self.lacks(what))
    }

    /// That this answer has no such thing.
    pub(super) fn lacks(&self, what: &str) -> ProviderError {
        ProviderError::Malformed(Detail::new(self.request, format!("an answer without {what}")))
    }
}

fn malformed(request: RequestId, status: StatusCode, what: &str) -> ProviderError {
    ProviderError::Malformed(Detail::new(request, format!("status {status}, {what}")))
}

/// The body, or what it is instead. An answer that does not tell its type is taken for JSON.
fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Value, &'static str> {
    let told = headers.get(CONTENT_TYPE).map(|told| told.to_str().unwrap_or_default().to_ascii_lowercase());
    let essence = told.as_deref().and_then(|told| told.split(';').next()).map(str::trim);
    let is_json =
        essence.is_none_or(|told| matches!(told, "application/json" | "text/json") || told.ends_with("+json"));
    let start = body.trim_ascii_start();
    match serde_json::from_slice(body) {
        Ok(value) if is_json => Ok(value),
        Ok(_) => Err("a content type that is not JSON's"),
        Err(_) if start.is_empty() => Err("nothing where JSON should be"),
        Err(_) if start.first() == Some(&b'<') => Err("HTML where JSON should be"),
        Err(error) if error.is_eof() => Err("JSON that is cut off"),
        Err(_) => Err("something that is no JSON"),
    }
}

fn error_code(body: &Value) -> Option<String> {
    if let Some(code) = body.get("error_code").filter(|code| !code.is_null()) {
        return Some(scalar(code).unwrap_or_else(|| "unreadable".into()));
    }
    // The other documented shape, {status, code, message, data}, where code 0 is success (Bootpay F.2).
    let is_error_shape = body.get("message").is_some() && body.get("order_id").is_none();
    let code = body.get("code").and_then(scalar).filter(|code| is_error_shape && code != "0");
    // `{error}` alone, and the wrapped form that says of itself that it is none (Bootpay F.2, B).
    let is_unnamed =
        body.get("success") == Some(&Value::Bool(false)) || body.get("error").is_some_and(|e| !e.is_null());
    code.or_else(|| is_unnamed.then(|| "none".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: RequestId = RequestId::new("order_detail", 7);

    fn read_as(content_type: Option<&str>, status: u16, body: &str) -> Result<Value, ProviderError> {
        let mut answer = http::Response::builder().status(status);
        if let Some(content_type) = content_type {
            answer = answer.header(CONTENT_TYPE, content_type);
        }
        Answer::read(REQUEST, &answer.body(Bytes::from(body.to_owned())).unwrap()).map(|answer| answer.body)
    }

    fn read(status: u16, body: &str) -> Result<Value, ProviderError> {
        read_as(None, status, body)
    }

    #[test]
    fn both_error_bodies_are_read() {
        for body in [
            r#"{"error_code":"ORDER_NOT_FOUND","message":"없음"}"#,
            r#"{"status":404,"code":3700,"message":"주문내역을 찾지 못했습니다.","data":null}"#,
            r#"{"error_code":3700,"message":"주문내역을 찾지 못했습니다."}"#,
        ] {
            let error = read(404, body).unwrap_err();
            assert!(error.is_not_found(), "{body}");
            assert_eq!(error.code(), Some(&ProviderCode::OrderNotFound), "{body}");
        }
    }

    #[test]
    fn an_error_inside_a_200_is_an_error() {
        for (body, code) in [
            (r#"{"error_code":-47,"message":"x"}"#, "API_SCOPE_INVALID"),
            (r#"{"code":3700,"message":"x","data":null}"#, "ORDER_NOT_FOUND"),
            (r#"{"error_code":{"a":1}}"#, "unreadable"),
            (r#"{"success":false,"data":{"order_id":"a"}}"#, "none"),
            (r#"{"error":"down"}"#, "none"),
        ] {
            let error = read(200, body).unwrap_err();
            assert_eq!(error.code().map(ProviderCode::as_str), Some(code), "{body}");
        }
        for fine in [
            r#"{"code":0,"message":"ok","data":{}}"#,
            r#"{"order_id":"a","code":"3","message":"x"}"#,
            r#"{"success":true,"reserve_id":"a"}"#,
            r#"{"error_code":null}"#,
        ] {
            assert!(read(200, fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn nonsense_is_malformed_and_server_trouble_is_no_answer() {
        for (body, words) in [
            ("", "nothing"),
            ("<html>502</html>", "HTML"),
            ("{\"order_id\":", "cut off"),
            ("null", "no object"),
            ("12", "no object"),
            ("\"ok\"", "no object"),
            ("ok", "no JSON"),
        ] {
            let Err(ProviderError::Malformed(detail)) = read(200, body) else { panic!("{body}") };
            assert!(detail.words.contains(words), "{body}: {detail}");
        }
        assert!(matches!(read(502, "<html>"), Err(ProviderError::Unreachable(_))));
        assert!(matches!(read(500, r#"{"error_code":"SERVER_ERROR"}"#), Err(ProviderError::Unreachable(_))));
        assert!(
            matches!(read(404, "<html>not here</html>"), Err(ProviderError::Malformed(_))),
            "a proxy's page proves nothing"
        );
        assert!(matches!(read(302, "{}"), Err(ProviderError::Malformed(_))));
    }

    #[test]
    fn a_wrong_content_type_is_no_answer() {
        for fine in
            ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/problem+json"]
        {
            assert!(read_as(Some(fine), 200, "{}").is_ok(), "{fine}");
        }
        for wrong in ["text/html", "text/plain; charset=utf-8", "application/jsonp", ""] {
            assert!(matches!(read_as(Some(wrong), 200, "{}"), Err(ProviderError::Malformed(_))), "{wrong}");
            let not_found = read_as(Some(wrong), 404, r#"{"error_code":"RC_NOT_FOUND"}"#);
            assert!(matches!(not_found, Err(ProviderError::Malformed(_))), "{wrong}");
        }
    }

    #[test]
    fn every_error_names_its_request_and_nothing_of_the_answer() {
        for (status, body) in [(200, "<html>secret"), (404, r#"{"error_code":"x"}"#), (500, "{}"), (200, "[secret")] {
            let error = read(status, body).unwrap_err();
            assert_eq!(error.request(), REQUEST);
            let shown = error.to_string();
            assert!(shown.contains("order_detail#7") && !shown.contains("secret"), "{shown}");
        }
    }
}
