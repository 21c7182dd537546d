//! The pages: a shell around one file per page. Everything here runs on the server only; a page asks the
//! services, chooses words, and lays out. Pages decide nothing about money.

mod admin;
mod amount;
mod checkout;
mod consent;
mod crossing;
mod form_used;
mod frame;
mod legal;
mod link_card;
mod message;
mod order;
mod order_lookup;
mod pay;
mod plans;
mod policy;
mod qr;
mod site;

pub use admin::{Counts, Flash, Once, Problem, Refused};
pub use checkout::Typed;
pub use crossing::Crossing;
pub use form_used::UsedForm;
pub use order_lookup::{Found, LookupForm};
pub use policy::STRICT as STRICT_POLICY;
pub use qr::Qr;
pub use site::{Business, Sdk, Seller, Site};

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::service::Services;
use crate::text::Lang;

/// Set by a page that holds islands while it is being rendered.
#[derive(Clone)]
pub struct HasIslands(pub Arc<std::sync::atomic::AtomicBool>);

/// Something that a handler found out and a page shows in place of what the address names.
#[derive(Clone, Debug)]
pub enum Instead {
    /// A checkout form that was refused: shown again with what was typed.
    Refused(Typed),
    /// A form that was sent before with other content.
    Used(UsedForm),
    /// On the way to a payment page.
    Crossing(Crossing),
    /// The form that finds an order.
    Lookup(LookupForm),
    /// A form of the staff's, shown again with what was typed.
    Admin(admin::Refused),
    /// Something that staff are told this once.
    Once(admin::Once),
    /// There is nothing to show but what this status means.
    Status(http::StatusCode),
}

/// What every page may use, taken from the context that `http` provides.
#[derive(Clone)]
struct Visit {
    lang: Lang,
    site: Site,
    /// Who sells, as the page shows it.
    seller: Arc<Business>,
    services: Services,
    /// Path and query as they were asked for.
    uri: http::Uri,
}

/// `None` only where a handler forgot to provide the context.
fn visit() -> Option<Visit> {
    let parts = use_context::<http::request::Parts>()?;
    Some(Visit {
        lang: parts.extensions.get::<Lang>().copied().unwrap_or(Lang::Ko),
        site: use_context()?,
        seller: use_context::<Seller>()?.0,
        services: use_context()?,
        uri: parts.uri,
    })
}

/// The document around every page.
pub fn shell() -> impl IntoView {
    let lang = visit().map_or(Lang::Ko, |visit| visit.lang);
    view! {
        <!DOCTYPE html>
        <html lang=lang.as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="format-detection" content="telephone=no"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[component]
fn App() -> impl IntoView {
    provide_meta_context();
    let Some(visit) = visit() else { return view! { "the page has no context" }.into_any() };
    let stylesheet = visit.site.stylesheet();
    let body = match use_context::<Instead>() {
        Some(Instead::Refused(typed)) => checkout::filled(visit.clone(), typed).into_any(),
        Some(Instead::Used(form)) => form_used::page(&visit, form).into_any(),
        Some(Instead::Crossing(crossing)) => crossing::page(&visit, crossing).into_any(),
        Some(Instead::Lookup(form)) => order_lookup::page(&visit, form),
        Some(Instead::Status(status)) if admin::is_admin(&visit.uri) => admin::refused(&visit, status),
        Some(Instead::Once(once)) => admin::once(visit.clone(), once),
        Some(Instead::Admin(refused)) => admin::page(visit.clone(), refused),
        None if admin::is_admin(&visit.uri) => admin::page(visit.clone(), admin::Refused::default()),
        Some(Instead::Status(status)) => message::status_page(&visit, status),
        None => view! {
            <Router>
                <Routes fallback=message::not_found>
                    <Route path=path!("/") view=plans::page/>
                    <Route path=path!("/checkout/:plan/:interval") view=checkout::page/>
                    <Route path=path!("/orders/:token") view=order::page/>
                    <Route path=path!("/pay/:token") view=pay::page/>
                    <Route path=path!("/terms") view=|| legal::page(crate::text::Legal::Terms)/>
                    <Route path=path!("/privacy") view=|| legal::page(crate::text::Legal::Privacy)/>
                    <Route path=path!("/refund") view=|| legal::page(crate::text::Legal::Refund)/>
                </Routes>
            </Router>
        }
        .into_any(),
    };
    view! {
        <leptos_meta::Link rel="stylesheet" href=stylesheet/>
        {body}
    }
    .into_any()
}

/// Tells the browser and the layers around which status the page has.
fn set_status(status: http::StatusCode) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}
