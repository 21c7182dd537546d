//! The frame of every HTML page: escaping, head, headers. Knows nothing of orders.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Emulator;

const STYLE: &str = include_str!("form_page.css");
const SCRIPT: &str = include_str!("form_page.js");

/// Text made safe between tags and inside quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// `29,900원`
pub(super) fn won(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut out = String::from(if amount < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push('원');
    out
}

/// A whole page. `main` is HTML already escaped; `message` is posted to the parent window when the page is framed.
///
/// No `frame-ancestors` and no `form-action`: merchants frame it, and its form's answer redirects to them.
pub(super) fn page(
    emulator: &Emulator,
    status: StatusCode,
    title: &str,
    main: &str,
    message: Option<&Value>,
) -> Response {
    let mut bytes = [0_u8; 18];
    emulator.shared.ids.fill(&mut bytes);
    let nonce = URL_SAFE_NO_PAD.encode(bytes);
    // `<` is the only letter of JSON text that could end the element.
    let message = message.map_or(String::new(), |message| {
        let json = message.to_string().replace('<', "\\u003c");
        format!("<script type=\"application/json\" id=\"message\">{json}</script>")
    });
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"ko\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">\
         <title>{title}</title><style nonce=\"{nonce}\">{STYLE}</style></head><body>\
         <p class=\"notice\" role=\"note\">연습용 결제창 — 실제 돈이 아니에요</p>\
         <main>{main}</main>{message}<script nonce=\"{nonce}\">{SCRIPT}</script></body></html>"
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'"
    );
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_won() {
        let all = [0, 100, 1_000, 29_900, 948_000, 1_234_567].map(won);
        assert_eq!(all, ["0원", "100원", "1,000원", "29,900원", "948,000원", "1,234,567원"]);
    }

    #[test]
    fn escapes_markup() {
        assert_eq!(escape("<a href=\"x\" b='&'>"), "&lt;a href=&quot;x&quot; b=&#39;&amp;&#39;&gt;");
    }
}
