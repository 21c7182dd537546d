//! What a buyer agrees to by paying.

use leptos::prelude::*;

use crate::text::{Lang, text};

/// Links to the terms, the refund policy and the privacy policy.
pub(super) fn consented(lang: Lang) -> AnyView {
    let policies = [
        ("/terms", text!(lang, "footer-terms")),
        ("/refund", text!(lang, "footer-refund")),
        ("/privacy", text!(lang, "footer-privacy")),
    ];
    policies.map(|(href, name)| view! { <a href=href>{name}</a>" " }).collect_view().into_any()
}
