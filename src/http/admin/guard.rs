//! Who may come in: one table, asked before anything of a request is decoded. What is not in it is not there.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::super::answer::{say, see_other};
use super::super::peer::Network;
use super::super::{Shop, api};
use super::session;
use crate::api::ApiError;
use crate::domain::staff::Permission;
use crate::page::Flash;
use crate::service::Actor;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: logging in itself.
    Nothing,
    May(Permission),
}

/// Every address below `/admin` and `/api/admin`, with the method and what it needs. `*` stands for one
/// segment. HEAD counts as GET.
pub const TABLE: &[(&str, &str, Need)] = {
    use Need::{May, Nothing};
    use Permission as P;
    &[
        ("GET", "/admin/login", Nothing),
        ("POST", "/admin/login", Nothing),
        ("GET", "/admin/login/code", Nothing),
        ("POST", "/admin/login/code", Nothing),
        ("GET", "/admin/invitation/*", Nothing),
        ("POST", "/admin/invitation/*", Nothing),
        ("POST", "/admin/logout", May(P::OwnAccount)),
        ("GET", "/admin", May(P::See)),
        ("GET", "/admin/links", May(P::See)),
        ("GET", "/admin/links/new", May(P::MakeLinks)),
        ("POST", "/admin/links/new", May(P::MakeLinks)),
        ("GET", "/admin/links/*", May(P::See)),
        ("GET", "/admin/links/*/print", May(P::See)),
        ("GET", "/admin/links/*/qr.svg", May(P::See)),
        ("GET", "/admin/links/*/qr.png", May(P::See)),
        ("GET", "/admin/links/*/send", May(P::MakeLinks)),
        ("POST", "/admin/links/*/send", May(P::MakeLinks)),
        ("GET", "/admin/links/*/stop", May(P::MakeLinks)),
        ("POST", "/admin/links/*/stop", May(P::MakeLinks)),
        ("GET", "/admin/links/*/reenable", May(P::MakeLinks)),
        ("POST", "/admin/links/*/reenable", May(P::MakeLinks)),
        ("GET", "/admin/links/*/extend", May(P::MakeLinks)),
        ("POST", "/admin/links/*/extend", May(P::MakeLinks)),
        ("GET", "/admin/links/*/retry", May(P::MakeLinks)),
        ("POST", "/admin/links/*/retry", May(P::MakeLinks)),
        ("GET", "/admin/account", May(P::OwnAccount)),
        ("GET", "/admin/account/password", May(P::OwnAccount)),
        ("POST", "/admin/account/password", May(P::OwnAccount)),
        ("GET", "/admin/account/sessions/one", May(P::OwnAccount)),
        ("POST", "/admin/account/sessions/one", May(P::OwnAccount)),
        ("GET", "/admin/account/sessions/others", May(P::OwnAccount)),
        ("POST", "/admin/account/sessions/others", May(P::OwnAccount)),
        ("GET", "/admin/account/sessions/all", May(P::OwnAccount)),
        ("POST", "/admin/account/sessions/all", May(P::OwnAccount)),
        ("GET", "/admin/account/factor", May(P::OwnAccount)),
        ("GET", "/admin/account/factor/begin", May(P::OwnAccount)),
        ("POST", "/admin/account/factor/begin", May(P::OwnAccount)),
        ("GET", "/admin/account/factor/confirm", May(P::OwnAccount)),
        ("POST", "/admin/account/factor/confirm", May(P::OwnAccount)),
        ("GET", "/admin/account/factor/codes", May(P::OwnAccount)),
        ("POST", "/admin/account/factor/codes", May(P::OwnAccount)),
        ("GET", "/admin/account/factor/off", May(P::OwnAccount)),
        ("POST", "/admin/account/factor/off", May(P::OwnAccount)),
        ("GET", "/admin/settings/staff", May(P::ManageStaff)),
        ("POST", "/admin/settings/staff", May(P::ManageStaff)),
        ("GET", "/admin/settings/staff/*", May(P::ManageStaff)),
        ("POST", "/admin/settings/staff/withdraw", May(P::ManageStaff)),
        ("GET", "/admin/settings/staff/*/role", May(P::ManageStaff)),
        ("POST", "/admin/settings/staff/*/role", May(P::ManageStaff)),
        ("GET", "/admin/settings/staff/*/dismiss", May(P::ManageStaff)),
        ("POST", "/admin/settings/staff/*/dismiss", May(P::ManageStaff)),
        ("GET", "/admin/settings/staff/*/factor", May(P::ManageStaff)),
        ("POST", "/admin/settings/staff/*/factor", May(P::ManageStaff)),
        ("GET", "/admin/settings/audit", May(P::ManageStaff)),
        ("GET", "/admin/plans", May(P::See)),
        ("GET", "/admin/plans/new", May(P::SetPrices)),
        ("POST", "/admin/plans/new", May(P::SetPrices)),
        ("GET", "/admin/plans/*", May(P::See)),
        ("POST", "/admin/plans/*", May(P::SetPrices)),
        ("GET", "/admin/plans/*/price", May(P::SetPrices)),
        ("POST", "/admin/plans/*/price", May(P::SetPrices)),
        ("GET", "/admin/plans/*/retire", May(P::SetPrices)),
        ("POST", "/admin/plans/*/retire", May(P::SetPrices)),
        ("GET", "/admin/plans/*/sale", May(P::SetPrices)),
        ("POST", "/admin/plans/*/sale", May(P::SetPrices)),
        ("GET", "/admin/promotions", May(P::See)),
        ("GET", "/admin/promotions/new", May(P::SetPrices)),
        ("POST", "/admin/promotions/new", May(P::SetPrices)),
        ("GET", "/admin/promotions/*", May(P::See)),
        ("POST", "/admin/promotions/*", May(P::SetPrices)),
        ("GET", "/admin/promotions/*/switch", May(P::SetPrices)),
        ("POST", "/admin/promotions/*/switch", May(P::SetPrices)),
        ("GET", "/admin/orders/*", May(P::See)),
        ("GET", "/admin/orders/*/ask", May(P::TendOrders)),
        ("POST", "/admin/orders/*/ask", May(P::TendOrders)),
        ("GET", "/admin/orders/*/refund", May(P::MoveMoney)),
        ("POST", "/admin/orders/*/refund", May(P::MoveMoney)),
        ("GET", "/admin/orders/*/cancel-request", May(P::MoveMoney)),
        ("POST", "/admin/orders/*/cancel-request", May(P::MoveMoney)),
        ("GET", "/admin/orders/*/fulfil", May(P::TendOrders)),
        ("POST", "/admin/orders/*/fulfil", May(P::TendOrders)),
        ("GET", "/admin/orders/*/note", May(P::TendOrders)),
        ("POST", "/admin/orders/*/note", May(P::TendOrders)),
        ("GET", "/admin/settings", May(P::Settings)),
        ("GET", "/admin/settings/business", May(P::Settings)),
        ("POST", "/admin/settings/business", May(P::Settings)),
        ("GET", "/admin/settings/policies", May(P::Settings)),
        ("POST", "/admin/settings/policies", May(P::Settings)),
        ("GET", "/admin/settings/doctor", May(P::Settings)),
        ("GET", "/admin/reviews", May(P::See)),
        ("GET", "/admin/reviews/*", May(P::See)),
        ("POST", "/admin/reviews/*", May(P::MoveMoney)),
        ("GET", "/admin/webhooks", May(P::See)),
        ("GET", "/admin/reconcile", May(P::See)),
        ("POST", "/admin/reconcile", May(P::TendOrders)),
        ("POST", "/admin/webhooks/*/replay", May(P::TendOrders)),
        ("POST", "/admin/webhooks/work", May(P::TendOrders)),
        ("GET", "/admin/orders", May(P::See)),
        ("GET", "/admin/orders/bulk", May(P::See)),
        ("POST", "/admin/orders/bulk", May(P::TendOrders)),
        ("GET", "/admin/orders.csv", May(P::Export)),
        ("POST", "/admin/orders.csv", May(P::Export)),
        ("POST", "/api/admin/orders/totals", May(P::See)),
    ]
};

fn need(method: &Method, path: &str) -> Option<Need> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    TABLE.iter().find(|(listed, pattern, _)| *listed == method && fits(pattern, path)).map(|(_, _, need)| *need)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some("*"), Some(segment)) if !segment.is_empty() => {}
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}

/// Lets in whoever may come, with who they are in the request's extensions.
pub(super) async fn keep(
    State(shop): State<Shop>,
    session: Session,
    Network(network): Network,
    mut request: Request,
    next: Next,
) -> Response {
    let need = need(request.method(), request.uri().path());
    if need == Some(Need::Nothing) {
        return next.run(request).await;
    }
    let staff = match session::staff(&shop.services, &session).await {
        Ok(Some(staff)) => staff,
        Ok(None) => return log_in_first(&request),
        Err(error) => {
            tracing::error!(%error, "who somebody is could not be read");
            return refuse(&shop, request, StatusCode::SERVICE_UNAVAILABLE).await;
        }
    };
    if staff.must_change_password && !is_open_before_the_password_is_changed(&request) {
        return if is_api(&request) { api::refuse(&ApiError::Forbidden) } else { see_other(PASSWORD_PAGE) };
    }
    let refusal = match need {
        Some(Need::May(permission)) if staff.role.may(permission) => None,
        Some(Need::May(_)) => Some(StatusCode::FORBIDDEN),
        _ => Some(StatusCode::NOT_FOUND),
    };
    if let Some(status) = refusal {
        // They stay in their own frame.
        request.extensions_mut().insert(Actor { staff, network });
        return refuse(&shop, request, status).await;
    }
    if let Err(error) = session::touch(&session, shop.services.now()).await {
        tracing::warn!(%error, "a session could not be renewed");
    }
    if request.method() == Method::GET
        && let Some(flash) = session::take_flash(&session).await
    {
        request.extensions_mut().insert(session::take_counts(&session).await);
        request.extensions_mut().insert::<Flash>(flash);
    }
    if let Some(name) = session::name(&session) {
        request.extensions_mut().insert(name);
    }
    request.extensions_mut().insert(Actor { staff, network });
    next.run(request).await
}

/// Where a password is changed that somebody else has given.
const PASSWORD_PAGE: &str = "/admin/account/password";

fn is_open_before_the_password_is_changed(request: &Request) -> bool {
    matches!(request.uri().path(), PASSWORD_PAGE | "/admin/logout")
}

fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

fn log_in_first(request: &Request) -> Response {
    if is_api(request) {
        return api::refuse(&ApiError::LoggedOut);
    }
    match request.uri().path_and_query() {
        // Back to where they wanted to go; after a form, only to its page.
        Some(wanted) if *request.method() == Method::GET && request.uri().path() != "/admin" => {
            let next: String = serde_urlencoded::to_string([("next", wanted.as_str())]).unwrap_or_default();
            see_other(&format!("/admin/login?{next}"))
        }
        _ => see_other("/admin/login"),
    }
}

async fn refuse(shop: &Shop, request: Request, status: StatusCode) -> Response {
    if is_api(&request) {
        let error = match status {
            StatusCode::FORBIDDEN => ApiError::Forbidden,
            StatusCode::NOT_FOUND => ApiError::Stale,
            _ => ApiError::Unavailable,
        };
        return api::refuse(&error).into_response();
    }
    let (mut parts, _) = request.into_parts();
    parts.method = Method::GET;
    say(shop, Request::from_parts(parts, axum::body::Body::empty()), status).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_segment_and_nothing_else_fits() {
        assert!(fits("/admin/orders/*", "/admin/orders/x") && fits("/admin", "/admin"));
        for other in ["/admin/orders", "/admin/orders/", "/admin/orders/x/", "/admin/orders/x/y", "/ADMIN/orders/x"] {
            assert!(!fits("/admin/orders/*", other), "{other}");
        }
    }
}
