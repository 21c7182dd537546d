//! A form that somebody of the staff has sent: who, what, and the two ways to answer. The guard has let it in.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use secrecy::zeroize::Zeroizing;
use tower_sessions::Session;

use super::super::answer::{read, refused, say, see_other};
use super::super::{Shop, render};
use super::session;
use crate::page::{Counts, Flash, Instead, Once, Problem, Refused};
use crate::service::{Actor, Error, SessionName};

pub(in crate::http) struct Submission {
    pub shop: Shop,
    pub actor: Actor,
    pub form: Form,
    session: Session,
    visit: Request,
}

/// The fields as they were sent; a name may come more than once.
#[derive(Clone, Default)]
pub(in crate::http) struct Form(Vec<(String, String)>);

impl Form {
    /// Every field with what was sent.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// What was typed into the field, trimmed; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(sent, _)| sent == name).map_or("", |(_, value)| value.trim())
    }

    /// A password as it was typed, blanks and all.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(sent, _)| sent == name).map_or("", |(_, value)| value)
    }

    /// What was typed into the field, taken out of the form: a page that answers the form can't show it again.
    pub fn take(&mut self, name: &str) -> Zeroizing<String> {
        let mut taken = Zeroizing::new(String::new());
        for at in (0..self.0.len()).rev() {
            if self.0.get(at).is_some_and(|(sent, _)| sent == name) {
                *taken = self.0.swap_remove(at).1;
            }
        }
        taken
    }

    /// Everything that was sent under this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(sent, _)| sent == name).map(|(_, value)| value.trim())
    }

    /// Whether a box is ticked or a button was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(sent, _)| sent == name)
    }
}

impl FromRequest<Shop> for Submission {
    type Rejection = Response;

    async fn from_request(request: Request, shop: &Shop) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let session = Session::from_request_parts(&mut parts, shop).await.map_err(IntoResponse::into_response)?;
        let actor = parts.extensions.get::<Actor>().cloned();
        let actor = actor.ok_or_else(|| StatusCode::FORBIDDEN.into_response())?;
        let (visit, fields) = read::<Vec<(String, String)>>(Request::from_parts(parts, body)).await?;
        Ok(Self { shop: shop.clone(), actor, form: Form(fields), session, visit })
    }
}

impl Submission {
    /// On to another page, which says what was done.
    pub async fn done(self, to: &str, flash: Flash) -> Response {
        if let Err(error) = session::set_flash(&self.session, flash).await {
            tracing::warn!(%error, "what was done could not be noted for the next page");
        }
        see_other(to)
    }

    /// As [`Submission::done`], where it was done of some things and could not be of others.
    pub async fn done_of(self, to: &str, flash: Flash, counts: Counts) -> Response {
        if let Err(error) = session::set_counts(&self.session, counts).await {
            tracing::warn!(%error, "how many were done could not be noted for the next page");
        }
        self.done(to, flash).await
    }

    /// The query of the address that the form was sent to.
    pub fn query(&self) -> &str {
        self.visit.uri().query().unwrap_or_default()
    }

    pub fn lang(&self) -> crate::text::Lang {
        crate::http::language::of(&self.visit)
    }

    /// The same page again, with what was typed and what is wrong with it. An error under the name `""`
    /// belongs to the whole form.
    pub async fn refuse(self, errors: Vec<(&'static str, impl Into<Problem>)>) -> Response {
        let errors = errors.into_iter().map(|(field, wrong)| (field, wrong.into())).collect();
        let again = self.again(errors);
        refused(&self.shop, self.visit, Instead::Admin(again)).await
    }

    /// The form again without complaint: a step of it is to be looked at, such as a preview.
    pub async fn show(self) -> Response {
        let again = self.again(Vec::new());
        render::instead(&self.shop, self.visit, Instead::Admin(again)).await
    }

    fn again(&self, errors: Vec<(&'static str, Problem)>) -> Refused {
        Refused { sent_to: self.visit.uri().path().to_owned(), typed: self.form.0.clone(), errors }
    }

    /// Something that is told this once, on a page of its own.
    pub async fn tell(self, once: Once) -> Response {
        render::instead(&self.shop, self.visit, Instead::Once(once)).await
    }

    /// There is no such thing, or the database does not answer.
    pub async fn fail(self, error: Error) -> Response {
        let status = match error {
            Error::NotFound => StatusCode::NOT_FOUND,
            error => {
                tracing::error!(%error, staff = self.actor.staff.id.as_str(), "an act failed");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        say(&self.shop, self.visit, status).await
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// The session that the form was sent from.
    pub(super) fn session_name(&self) -> Result<SessionName, Error> {
        session::name(&self.session).ok_or(Error::NotFound)
    }
}
