//! Logging in and out.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::super::answer::{read, refused, see_other};
use super::super::peer::Network;
use super::super::{Shop, render};
use super::Submission;
use super::session;
use crate::domain::audit::Act;
use crate::domain::customer::Email;
use crate::page::{Instead, Problem, Refused};
use crate::service::{Actor, Error, SignIn};

#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    email: String,
    password: String,
    next: String,
}

/// The browser as it names itself.
pub(super) fn agent(request: &Request) -> String {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// `POST /admin/login`.
pub(super) async fn enter(
    State(shop): State<Shop>,
    session: Session,
    Network(network): Network,
    request: Request,
) -> Response {
    let agent = agent(&request);
    let (visit, typed) = match read::<Typed>(request).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    // The password is never sent back.
    let Typed { email, password, next } = typed;
    let typed = vec![("email".to_owned(), email.clone()), ("next".to_owned(), next.clone())];
    let signed_in = match Email::parse(&email) {
        Ok(email) => shop.services.sign_in(&email, &password, &network).await,
        // What can't be an address has no account; nothing else is told about it.
        Err(_) => Ok(SignIn::Wrong),
    };
    match signed_in {
        Ok(SignIn::Welcome(staff)) if staff.has_second_factor => {
            let from = session::From { agent: &agent, network: &network, now: shop.services.now() };
            match session::begin_half(&session, &staff.id, &from, local(&next)).await {
                Ok(()) => see_other("/admin/login/code"),
                Err(error) => not_begun(&error),
            }
        }
        Ok(SignIn::Welcome(staff)) => {
            let actor = Actor { staff, network };
            begin(&shop, &session, &actor, &agent).await.map_or_else(|answer| answer, |()| see_other(local(&next)))
        }
        Ok(SignIn::Wrong) => refuse(&shop, visit, typed, Problem::WrongLogin).await,
        Ok(SignIn::Wait { seconds }) => wait(refuse(&shop, visit, typed, Problem::TooManyLogins).await, seconds),
        Err(error) => unavailable(&error),
    }
}

/// `GET /admin/login/code`: only after a right password.
pub(super) async fn ask_code(State(shop): State<Shop>, session: Session, request: Request) -> Response {
    match session::half(&session).await {
        Some(_) => render::page(State(shop), request).await,
        None => see_other("/admin/login"),
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Code {
    code: String,
}

/// `POST /admin/login/code`.
pub(super) async fn code(
    State(shop): State<Shop>,
    session: Session,
    Network(network): Network,
    request: Request,
) -> Response {
    let Some((id, next)) = session::half(&session).await else { return see_other("/admin/login") };
    let agent = agent(&request);
    let (visit, typed) = match read::<Code>(request).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    match shop.services.second_factor(&id, typed.code.trim(), &network).await {
        Ok(SignIn::Welcome(staff)) => {
            let actor = Actor { staff, network };
            begin(&shop, &session, &actor, &agent).await.map_or_else(|answer| answer, |()| see_other(local(&next)))
        }
        Ok(SignIn::Wrong) => refuse(&shop, visit, Vec::new(), Problem::WrongCode).await,
        Ok(SignIn::Wait { seconds }) => wait(refuse(&shop, visit, Vec::new(), Problem::TooManyLogins).await, seconds),
        Err(error) => unavailable(&error),
    }
}

/// Begins the session of somebody who is in, under a new secret, and writes it down.
pub(super) async fn begin(shop: &Shop, session: &Session, actor: &Actor, agent: &str) -> Result<(), Response> {
    let from = session::From { agent, network: &actor.network, now: shop.services.now() };
    session::begin(session, &actor.staff.id, &from).await.map_err(|error| not_begun(&error))?;
    shop.services.welcome(actor).await.map_err(|error| unavailable(&error))
}

fn not_begun(error: &tower_sessions::session::Error) -> Response {
    tracing::error!(%error, "a session could not begin");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// `POST /admin/logout`.
pub(super) async fn leave(submission: Submission) -> Response {
    let subject = submission.actor.staff.email.as_str().to_owned();
    if let Err(error) = submission.shop.services.log(&submission.actor, Act::LoggedOut, &subject, "").await {
        return submission.fail(error).await;
    }
    if let Err(error) = session::end(submission.session()).await {
        tracing::error!(%error, "a session could not end");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    see_other("/admin/login")
}

pub(super) fn unavailable(error: &Error) -> Response {
    tracing::error!(%error, "a login could not be judged");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// Where to go after the login: only ever a page of the staff's own.
fn local(next: &str) -> &str {
    let is_ours = next == "/admin" || next.starts_with("/admin/") || next.starts_with("/admin?");
    if is_ours && next.chars().all(|c| c.is_ascii_graphic() && c != '\\') { next } else { "/admin" }
}

async fn refuse(shop: &Shop, visit: Request, typed: Vec<(String, String)>, problem: Problem) -> Response {
    refused(shop, visit, Instead::Admin(Refused { typed, errors: vec![("", problem)], ..Refused::default() })).await
}

fn wait(mut answer: Response, seconds: i64) -> Response {
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
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
