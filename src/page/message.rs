//! Pages that only say something: there is no such page, something went wrong.

use http::StatusCode;
use leptos::prelude::*;

use super::frame::frame;
use super::{Visit, set_status, visit};
use crate::service::Error;
use crate::text::{Lang, text};

/// The real 404.
pub(super) fn not_found() -> AnyView {
    visit().map(|visit| not_found_page(&visit)).into_any()
}

pub(super) fn not_found_page(visit: &Visit) -> AnyView {
    let lang = visit.lang;
    let lookup = view! { <p><a href="/orders">{text!(lang, "lookup-by-number")}</a></p> };
    let body = text!(lang, "not-found-body");
    message(visit, StatusCode::NOT_FOUND, text!(lang, "not-found-title"), body, Some(lookup.into_any()))
}

/// What a page shows when a service answered with an error. The cause goes to the log.
pub(super) fn failed(visit: &Visit, error: &Error) -> AnyView {
    if matches!(error, Error::NotFound) {
        return not_found_page(visit);
    }
    tracing::error!(%error, path = visit.uri.path().split('/').nth(1), "a page could not be made");
    status_page(visit, StatusCode::SERVICE_UNAVAILABLE)
}

/// For handlers that have only a status to tell.
pub(super) fn status_page(visit: &Visit, status: StatusCode) -> AnyView {
    if status == StatusCode::NOT_FOUND {
        return not_found_page(visit);
    }
    let (title, body) = told(visit.lang, status);
    message(visit, status, title, body, None)
}

/// What a status means that no page has more to say about: title and body.
pub(super) fn told(lang: Lang, status: StatusCode) -> (String, String) {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => (text!(lang, "too-large-title"), text!(lang, "too-large-body")),
        StatusCode::TOO_MANY_REQUESTS => (text!(lang, "too-often-title"), text!(lang, "too-often-body")),
        StatusCode::FORBIDDEN => (text!(lang, "from-elsewhere-title"), text!(lang, "from-elsewhere-body")),
        StatusCode::BAD_REQUEST | StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (text!(lang, "not-understood-title"), text!(lang, "not-understood-body", code = status.as_u16()))
        }
        _ => (text!(lang, "failed-title"), text!(lang, "failed-body")),
    }
}

/// `way` is one more way on than the one to the plans.
fn message(visit: &Visit, status: StatusCode, title: String, body: String, way: Option<AnyView>) -> AnyView {
    set_status(status);
    let content = view! {
        <h1>{title.clone()}</h1>
        <p>{body}</p>
        <p><a class="button" href="/">{text!(visit.lang, "order-to-plans")}</a></p>
        {way}
    };
    frame(visit, title, None, content.into_any())
}
