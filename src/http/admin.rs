//! The staff's side: sessions, the guard before everything, and the forms that change something. A form is
//! posted to the address of the page that shows it; a refused one is that page again, with what was typed.

mod act;
mod guard;
mod login;
mod order_csv;
mod orders;
mod session;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::{Shop, api, layers, render};

pub(super) use act::Act;

/// A page whose form this handler takes.
fn form<H, T>(handler: H) -> MethodRouter<Shop>
where
    H: axum::handler::Handler<T, Shop>,
    T: 'static,
{
    get(render::page).post(handler)
}

/// Everything below `/admin` and `/api/admin`. Nothing of a request is decoded before the guard let it in.
pub(super) fn routes(shop: &Shop) -> Router<Shop> {
    let sessions = SessionManagerLayer::new(session::Sessions::new(shop.services.clone()))
        .with_name("__Host-madang")
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // How long it lasts is decided where sessions are stored; the cookie goes when the browser closes.
        .with_expiry(Expiry::OnSessionEnd);
    let routes = Router::new()
        .route("/admin", get(render::page))
        .route("/admin/{*page}", get(render::page))
        .route("/admin/login", form(login::enter))
        .route("/admin/logout", post(login::leave))
        .route("/admin/orders/bulk", form(orders::mark))
        .route("/admin/orders.csv", get(orders::export).post(orders::export_ticked))
        .route("/api/admin/{*function}", any(api::call));
    layers::guard_writes(routes.layer(from_fn_with_state(shop.clone(), guard::keep)).layer(sessions))
        .layer(from_fn(layers::never_stored))
}

#[cfg(test)]
pub(crate) use guard::{Need, TABLE};
