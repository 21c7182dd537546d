//! Logging in and out.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::super::limits::Network;
use super::super::plain_form::{read, see_other};
use super::super::{Shop, render};
use super::Act;
use super::session;
use crate::domain::audit::Act as Deed;
use crate::domain::customer::Email;
use crate::page::{Instead, Problem, Refused};
use crate::service::{Actor, Error, SignIn};

#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    email: String,
    password: String,
    next: String,
}

/// `POST /admin/login`.
pub(super) async fn enter(
    State(shop): State<Shop>,
    session: Session,
    Network(network): Network,
    request: Request,
) -> Response {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent = agent.to_owned();
    let (visit, typed) = match read::<Typed>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    // What can't be an address has no account; nothing else is told about it.
    let Ok(email) = Email::parse(&typed.email) else {
        return refuse(&shop, visit, typed, Problem::WrongLogin, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match shop.services.sign_in(&email, &typed.password, &network).await {
        Ok(SignIn::Welcome(staff)) => {
            let actor = Actor { staff, network };
            match begin(&shop, &session, &actor, &agent).await {
                Ok(()) => see_other(local(&typed.next)),
                Err(answer) => answer,
            }
        }
        Ok(SignIn::Wrong) => refuse(&shop, visit, typed, Problem::WrongLogin, StatusCode::UNPROCESSABLE_ENTITY).await,
        Ok(SignIn::Wait { seconds }) => {
            let mut answer = refuse(&shop, visit, typed, Problem::TooManyLogins, StatusCode::TOO_MANY_REQUESTS).await;
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            answer
        }
        Err(error) => unavailable(&error),
    }
}

async fn begin(shop: &Shop, session: &Session, actor: &Actor, agent: &str) -> Result<(), Response> {
    let begun = session::begin(session, &actor.staff.id, agent, &actor.network, shop.services.now()).await;
    begun.map_err(|error| {
        tracing::error!(%error, "a session could not begin");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })?;
    shop.services.welcome(actor).await.map_err(|error| unavailable(&error))
}

/// `POST /admin/logout`.
pub(super) async fn leave(act: Act) -> Response {
    let subject = act.actor.staff.email.as_str().to_owned();
    if let Err(error) = act.shop.services.log(&act.actor, Deed::LoggedOut, &subject, "").await {
        return act.fail(error).await;
    }
    if let Err(error) = session::end(act.session()).await {
        tracing::error!(%error, "a session could not end");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    see_other("/admin/login")
}

fn unavailable(error: &Error) -> Response {
    tracing::error!(%error, "a login could not be judged");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// Where to go after the login: only ever a page of the staff's own.
fn local(next: &str) -> &str {
    let is_ours = next == "/admin" || next.starts_with("/admin/") || next.starts_with("/admin?");
    if is_ours && next.chars().all(|c| c.is_ascii_graphic() && c != '\\') { next } else { "/admin" }
}

async fn refuse(shop: &Shop, visit: Request, typed: Typed, problem: Problem, status: StatusCode) -> Response {
    // The password is never sent back.
    let typed = vec![("email".to_owned(), typed.email), ("next".to_owned(), typed.next)];
    let refused = Refused { typed, errors: vec![("", problem)] };
    let mut answer = render::instead(shop, visit, Instead::Admin(refused)).await;
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = status;
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_only_to_our_own_pages() {
        assert_eq!(local("/admin/orders?q=1"), "/admin/orders?q=1");
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example/admin/",
            "/\\evil.example",
            "/orders",
            "/admin\\x",
            "/admin/\u{0}",
        ] {
            assert_eq!(local(foreign), "/admin", "{foreign}");
        }
    }
}
