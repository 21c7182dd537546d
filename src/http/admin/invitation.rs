//! Accepting an invitation: the one form of the staff's side that a stranger may send.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use tower_sessions::Session;

use super::super::answer::{read, refused, see_other};
use super::super::peer::Network;
use super::super::{Shop, render};
use super::login;
use crate::domain::customer::Name;
use crate::domain::id::InvitationToken;
use crate::domain::password::NewPassword;
use crate::page::{Instead, Problem, Refused};
use crate::service::{Actor, Error};

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    new: String,
    again: String,
}

/// `POST /admin/invitation/{token}`.
pub(super) async fn accept(
    State(shop): State<Shop>,
    Path(token): Path<String>,
    session: Session,
    Network(network): Network,
    request: Request,
) -> Response {
    let agent = login::agent(&request);
    let (visit, typed) = match read::<Typed>(request).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    // The page of the address says what is wrong with a link.
    let Ok(token) = InvitationToken::parse(&token) else { return render::render(&shop, visit, None).await };
    let (name, new) = (Name::parse(&typed.name), NewPassword::parse(&typed.new, &typed.again));
    let (name, new) = match (name, new) {
        (Ok(name), Ok(new)) => (name, new),
        (name, new) => {
            let name = name.err().map(|refusal| ("name", Problem::from(refusal)));
            let new = new.err().map(Problem::of_password);
            let errors = name.into_iter().chain(new).collect();
            // Passwords are never sent back.
            let again = Refused { typed: vec![("name".to_owned(), typed.name)], errors, ..Refused::default() };
            return refused(&shop, visit, Instead::Admin(again)).await;
        }
    };
    match shop.services.accept_invitation(&token, &name, &new, &network).await {
        Ok(staff) => {
            let actor = Actor { staff, network };
            login::begin(&shop, &session, &actor, &agent).await.map_or_else(|answer| answer, |()| see_other("/admin"))
        }
        Err(Error::NotFound) => render::render(&shop, visit, None).await,
        Err(error) => login::unavailable(&error),
    }
}
