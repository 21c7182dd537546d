//! The staff's pages. `http` has let the visitor in before anything here runs; who they are stands in the
//! visit. Each page is a plain document whose forms are posted to its own address.

mod account;
mod acts;
mod audit;
mod badge;
mod dashboard;
mod factor;
mod form;
mod frame;
mod invitation;
mod links;
mod login;
mod once;
mod order;
mod orders;
mod people;
mod plans;
mod promotions;
mod reconcile;
mod refund_account_fields;
mod reviews;
mod settings;
mod table;
mod webhooks;
mod words;

pub use form::Refused;
pub use once::Once;
pub use words::{Counts, Flash, Problem};

use http::StatusCode;
use leptos::prelude::*;

use super::Visit;
use super::message::{not_found_page, status_page};
use crate::service::{Actor, Error};

/// What every page of the staff may use.
#[derive(Clone)]
struct Desk {
    visit: Visit,
    actor: Actor,
    /// What was just done, told once.
    flash: Option<Flash>,
    /// The form as it was sent, where this page answers one.
    refused: Refused,
}

/// The page of an address below `/admin`. Without somebody logged in there is only the way in.
pub(super) fn page(visit: Visit, refused: Refused) -> AnyView {
    let path = visit.uri.path().to_owned();
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    let Some(actor) = visit_extension::<Actor>() else {
        return match segments.as_slice() {
            ["login"] => login::page(&visit, &refused),
            ["login", "code"] => login::code(&visit, &refused),
            ["invitation", token] => invitation::page(visit, refused, token),
            _ => not_found_page(&visit),
        };
    };
    let desk = Desk { visit, actor, flash: visit_extension(), refused };
    match segments.as_slice() {
        [] => dashboard::page(desk),
        ["orders"] | ["orders", "bulk"] | ["orders.csv"] => orders::page(desk),
        ["links"] => links::list(desk),
        ["links", "new"] => links::new(desk),
        ["links", id] | ["links", id, "send" | "stop" | "reenable" | "extend" | "retry"] => links::detail(desk, id),
        ["links", id, "print"] => links::print(desk, id),
        ["account"] | ["account", "password"] | ["account", "sessions", _] => account::page(desk),
        ["account", "factor"] | ["account", "factor", _] => factor::page(desk),
        ["settings", "staff"] | ["settings", "staff", "withdraw"] => people::page(desk),
        ["settings", "staff", id] | ["settings", "staff", id, _] => people::person(desk, id),
        ["settings", "audit"] => audit::page(desk),
        ["plans"] => plans::list(desk),
        ["plans", "new"] => plans::new(desk),
        ["plans", key] | ["plans", key, "price" | "retire" | "sale"] => plans::detail(desk, key),
        ["promotions"] => promotions::list(desk),
        ["promotions", "new"] => promotions::new(desk),
        ["promotions", code] | ["promotions", code, "switch"] => promotions::detail(desk, code),
        ["orders", id] | ["orders", id, _] => order::page(desk, id),
        ["settings"] => settings::page(desk, None),
        ["settings", "business"] => settings::page(desk, Some(settings::Form::Business)),
        ["settings", "policies"] => settings::page(desk, Some(settings::Form::Policies)),
        ["settings", "doctor"] => settings::doctor::page(desk),
        ["reconcile"] => reconcile::page(desk),
        ["webhooks"] => webhooks::page(desk),
        ["reviews"] => reviews::page(desk),
        ["reviews", id] => reviews::one(desk, id),
        _ => not_found(&desk),
    }
}

/// An address below `/admin` that must not or can't be shown.
pub(super) fn refused(visit: &Visit, status: StatusCode) -> AnyView {
    match visit_extension::<Actor>() {
        Some(actor) => frame::instead(visit, &actor, status),
        None => status_page(visit, status),
    }
}

/// Something that is told this once, in place of the page whose form was sent.
pub(super) fn once(visit: Visit, once: Once) -> AnyView {
    let Some(actor) = visit_extension::<Actor>() else { return not_found_page(&visit) };
    once::page(&Desk { visit, actor, flash: None, refused: Refused::default() }, once)
}

/// A page that asks the services first.
fn loaded<F, P>(page: F) -> AnyView
where
    F: FnOnce() -> P + Send + 'static,
    P: Future<Output = AnyView> + Send + 'static,
{
    let content = Suspend::new(async move { page().await });
    view! { <Suspense>{content}</Suspense> }.into_any()
}

/// A page whose content is not there, or could not be read. The cause goes to the log.
fn failed(desk: &Desk, error: &Error) -> AnyView {
    if matches!(error, Error::NotFound) {
        return not_found(desk);
    }
    tracing::error!(%error, "a page of the staff's could not be made");
    frame::instead(&desk.visit, &desk.actor, StatusCode::SERVICE_UNAVAILABLE)
}

/// There is no such page, or no such thing.
fn not_found(desk: &Desk) -> AnyView {
    frame::instead(&desk.visit, &desk.actor, StatusCode::NOT_FOUND)
}

fn visit_extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<http::request::Parts>()?.extensions.get::<T>().cloned()
}

/// Whether this visit is to the staff's side.
pub(super) fn is_admin(uri: &http::Uri) -> bool {
    uri.path() == "/admin" || uri.path().starts_with("/admin/")
}
