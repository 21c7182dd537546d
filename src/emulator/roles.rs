//! Which role a call needs at least (Bootpay A.4, B). A table and the middleware that holds calls against it; calls
//! whose need depends on their content ask `has` themselves.

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{API_ROLE_NOT_SUPPORT, ApiError};

/// The scopes of a project key. Partners and vendors may do here what a user may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    User,
    Manager,
    Supervisor,
}

const NEEDED: [(&str, &str, Role); 13] = [
    ("POST", "/v1/products", Role::Manager),
    ("PUT", "/v1/products/{id}", Role::Manager),
    ("DELETE", "/v1/products/{id}", Role::Manager),
    ("PUT", "/v1/products/{id}/status", Role::Manager),
    ("PUT", "/v1/order_subscriptions/{id}", Role::Supervisor),
    ("PUT", "/v1/order_subscriptions/{id}/{act}", Role::Supervisor),
    ("POST", "/v1/order_subscriptions/charge", Role::Supervisor),
    ("DELETE", "/v1/order_subscriptions/charge", Role::Supervisor),
    ("POST", "/v1/order_subscriptions/bill/cancel", Role::Supervisor),
    ("POST", "/v1/order_subscriptions/{id}/adjustments", Role::Supervisor),
    ("PUT", "/v1/order_subscriptions/{id}/adjustments", Role::Supervisor),
    ("DELETE", "/v1/order_subscriptions/{id}/adjustments", Role::Supervisor),
    ("PUT", "/v1/order-subscription-requests/{id}", Role::Supervisor),
];

fn needed(method: &str, path: &str) -> Role {
    let known = NEEDED.iter().find(|(one, at, _)| *one == method && *at == path);
    known.map_or(Role::User, |(_, _, role)| *role)
}

/// The role that a call asks to act under; `user` if it names none.
fn role(headers: &HeaderMap) -> Option<Role> {
    match headers.get("bootpay-role").map(|role| role.to_str().map(str::trim)) {
        None | Some(Ok("" | "user" | "partner" | "vendor")) => Some(Role::User),
        Some(Ok("manager")) => Some(Role::Manager),
        Some(Ok("supervisor" | "admin")) => Some(Role::Supervisor),
        Some(_) => None,
    }
}

pub(super) fn has(headers: &HeaderMap, least: Role) -> bool {
    role(headers).is_some_and(|role| role >= least)
}

pub(super) fn require(headers: &HeaderMap, least: Role) -> Result<(), ApiError> {
    if has(headers, least) { Ok(()) } else { Err(API_ROLE_NOT_SUPPORT) }
}

/// Middleware: lets a call through that has the role which its route needs.
pub(super) async fn enforce(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let least = needed(request.method().as_str(), path);
    // The PG API knows no roles.
    if path.starts_with("/v1/")
        && let Err(error) = require(request.headers(), least)
    {
        return error.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_higher_role_may_what_a_lower_one_may_and_an_unknown_one_nothing() {
        let with = |name: &'static str| {
            HeaderMap::from_iter([("bootpay-role".parse().unwrap(), HeaderValue::from_static(name))])
        };
        assert!(has(&HeaderMap::new(), Role::User) && !has(&HeaderMap::new(), Role::Manager));
        assert!(has(&with("manager"), Role::Manager) && !has(&with("manager"), Role::Supervisor));
        assert!(has(&with("supervisor"), Role::Manager) && has(&with("admin"), Role::Supervisor));
        assert!(has(&with("vendor"), Role::User) && !has(&with("king"), Role::User));
        assert_eq!(needed("PUT", "/v1/products/{id}"), Role::Manager);
        assert_eq!(needed("GET", "/v1/products/{id}"), Role::User);
    }
}
