//! The staff's pages. `http` has let the visitor in before anything here runs; who they are stands in the
//! visit. Each page is a plain document whose forms are posted to its own address.

mod dashboard;
mod form;
mod frame;
mod login;
mod orders;
mod words;

pub use form::Refused;
pub use words::{Counts, Flash, Problem};

use http::StatusCode;
use leptos::prelude::*;

use super::Visit;
use super::message::{not_found_page, status_page};
use crate::service::Actor;

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
            _ => not_found_page(&visit),
        };
    };
    let desk = Desk { visit, actor, flash: visit_extension(), refused };
    match segments.as_slice() {
        [] => dashboard::page(desk),
        ["orders"] | ["orders", "bulk"] | ["orders.csv"] => orders::page(desk),
        _ => not_found_page(&desk.visit),
    }
}

/// An address below `/admin` that must not or can't be shown.
pub(super) fn refused(visit: &Visit, status: StatusCode) -> AnyView {
    match visit_extension::<Actor>() {
        Some(actor) if status == StatusCode::FORBIDDEN => frame::forbidden(visit, &actor),
        _ => status_page(visit, status),
    }
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

fn visit_extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<http::request::Parts>()?.extensions.get::<T>().cloned()
}

/// Whether this visit is to the staff's side.
pub(super) fn is_admin(uri: &http::Uri) -> bool {
    uri.path() == "/admin" || uri.path().starts_with("/admin/")
}
