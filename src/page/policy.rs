//! Content-Security-Policy, page by page. A page that says nothing gets the strictest one from `http`; a
//! page with islands or a pay form asks here for what it needs and no more.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::Visit;

/// For pages without script whose forms stay with us.
pub const STRICT: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a page holds beyond text and our own forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A form that may end in a redirect to the provider, and no script.
    PayForm,
    /// Islands, and a form that may end in a redirect to the provider.
    Islands,
    /// The checkout island with the vendor's script, which brings style elements and a frame of its own.
    VendorScript,
}

/// Chromium applies `form-action` to redirects too, so pages with a pay form list the provider's hosts.
pub(super) fn set(visit: &Visit, holds: Holds) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    let hosts = visit.site.sdk.form_hosts.join(" ");
    let reload =
        visit.site.reload_port.map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}")).unwrap_or_default();
    let nonce = use_nonce().map(|nonce| format!("'nonce-{nonce}'")).unwrap_or_default();
    let script = &visit.site.sdk.script_origin;
    let own = match holds {
        Holds::PayForm => "style-src 'self'".to_owned(),
        Holds::Islands => {
            format!("script-src 'self' {nonce} 'wasm-unsafe-eval'; connect-src 'self'{reload}; style-src 'self'")
        }
        Holds::VendorScript => format!(
            "script-src 'self' {nonce} 'wasm-unsafe-eval' {script}; connect-src 'self'{reload}; style-src 'self' 'unsafe-inline'; frame-src {hosts}"
        ),
    };
    let policy = format!(
        "default-src 'none'; {own}; img-src 'self'; form-action 'self' {hosts}; base-uri 'none'; frame-ancestors 'none'"
    );
    if holds == Holds::VendorScript {
        // Going back must find the same form with the same key, or a second press would be a second order.
        response.insert_header(http::header::CACHE_CONTROL, http::HeaderValue::from_static("private, no-cache"));
    }
    if let Ok(value) = http::HeaderValue::from_str(&policy) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}
