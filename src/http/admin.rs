//! The staff's side: sessions, the guard before everything, and the forms that change something. A form is
//! posted to the address of the page that shows it; a refused one is that page again, with what was typed.

mod account;
mod guard;
mod invitation;
mod links;
mod login;
mod order;
mod order_csv;
mod orders;
mod people;
mod plans;
mod promotions;
mod refund_account_fields;
mod reviews;
mod session;
mod settings;
mod submission;
mod webhooks;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::{Shop, api, layers, render};

pub(super) use submission::Submission;

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
    // Where anybody may knock. What is counted in the database is counted behind this.
    let doors = Router::new()
        .route("/admin/login", form(login::enter))
        .route("/admin/login/code", get(login::ask_code).post(login::code))
        .route("/admin/invitation/{token}", form(invitation::accept));
    let routes = Router::new()
        .merge(shop.limits.apply(doors, shop.trusted_proxies))
        .route("/admin", get(render::page))
        .route("/admin/{*page}", get(render::page))
        .route("/admin/logout", post(login::leave))
        .route("/admin/links/new", form(links::create))
        .route("/admin/links/{id}/send", form(links::send))
        .route("/admin/links/{id}/stop", form(links::stop))
        .route("/admin/links/{id}/reenable", form(links::reenable))
        .route("/admin/links/{id}/extend", form(links::extend))
        .route("/admin/links/{id}/retry", form(links::retry))
        .route("/admin/links/{id}/qr.svg", get(links::qr_svg))
        .route("/admin/links/{id}/qr.png", get(links::qr_png))
        .route("/admin/account/password", form(account::password))
        .route("/admin/account/sessions/one", form(account::end_session))
        .route("/admin/account/sessions/others", form(account::end_others))
        .route("/admin/account/sessions/all", form(account::end_all))
        .route("/admin/account/factor/begin", form(account::begin_factor))
        .route("/admin/account/factor/confirm", form(account::confirm_factor))
        .route("/admin/account/factor/codes", form(account::new_codes))
        .route("/admin/account/factor/off", form(account::end_factor))
        .route("/admin/settings/staff", form(people::invite))
        .route("/admin/settings/staff/withdraw", form(people::withdraw))
        .route("/admin/settings/staff/{id}/role", form(people::change_role))
        .route("/admin/settings/staff/{id}/dismiss", form(people::dismiss))
        .route("/admin/settings/staff/{id}/factor", form(people::end_factor))
        .route("/admin/plans/new", form(plans::create))
        .route("/admin/plans/{key}", form(plans::change))
        .route("/admin/plans/{key}/price", form(plans::price))
        .route("/admin/plans/{key}/retire", form(plans::retire))
        .route("/admin/plans/{key}/sale", form(plans::sale))
        .route("/admin/promotions/new", form(promotions::create))
        .route("/admin/promotions/{code}", form(promotions::change))
        .route("/admin/promotions/{code}/switch", form(promotions::switch))
        .route("/admin/orders/{id}/ask", form(order::ask))
        .route("/admin/orders/{id}/refund", form(order::refund))
        .route("/admin/orders/{id}/cancel-request", form(order::decide_cancel))
        .route("/admin/orders/{id}/fulfil", form(order::fulfil))
        .route("/admin/orders/{id}/note", form(order::note))
        .route("/admin/settings/business", form(settings::business))
        .route("/admin/settings/policies", form(settings::policies))
        .route("/admin/reviews/{id}", form(reviews::decide))
        .route("/admin/webhooks/{id}/replay", post(webhooks::replay))
        .route("/admin/reconcile", form(webhooks::reconcile))
        .route("/admin/webhooks/work", post(webhooks::run_again))
        .route("/admin/orders/bulk", form(orders::mark))
        .route("/admin/orders.csv", get(orders::export).post(orders::export_ticked))
        .route("/api/admin/{*function}", any(api::call));
    layers::guard_writes(routes.layer(from_fn_with_state(shop.clone(), guard::keep)).layer(sessions))
        .layer(from_fn(layers::never_stored))
}

#[cfg(test)]
pub(crate) use guard::{Need, TABLE};
