//! `/admin/invitation/{token}`: where somebody new makes their account.

use http::StatusCode;
use leptos::prelude::*;

use super::super::frame::frame;
use super::super::{Visit, set_status};
use super::form::{Field, Refused, input, trouble};
use super::{loaded, people};
use crate::domain::id::InvitationToken;
use crate::service::OpenInvitation;
use crate::text::text;
use crate::ui::{Fact, Facts};

pub(super) fn page(visit: Visit, refused: Refused, token: &str) -> AnyView {
    let Ok(token) = InvitationToken::parse(token) else { return over(&visit) };
    loaded(move || async move {
        match visit.services.invitation(&token).await {
            Ok(Some(invitation)) => open(&visit, &refused, &token, &invitation),
            Ok(None) => over(&visit),
            Err(error) => {
                tracing::error!(%error, "an invitation could not be read");
                super::super::message::status_page(&visit, StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    })
}

fn open(visit: &Visit, refused: &Refused, token: &InvitationToken, invitation: &OpenInvitation) -> AnyView {
    let lang = visit.lang;
    let title = text!(lang, "door-invitation-title");
    let facts = vec![
        Fact::new(text!(lang, "login-email"), invitation.email.as_str()),
        Fact::new(text!(lang, "door-role"), people::role(lang, invitation.role)),
        Fact::new(text!(lang, "door-until"), lang.date_time(invitation.expires_at)),
    ];
    let password = |name, label| Field::of("password", name, label).autocomplete("new-password").required();
    let new = password("new", text!(lang, "login-password")).hint(text!(lang, "door-password-hint"));
    let content = view! {
        <h1>{title.clone()}</h1>
        <p>{text!(lang, "door-invitation-body")}</p>
        <Facts rows=facts/>
        {trouble(lang, refused)}
        <form class="form login" method="post" action=format!("/admin/invitation/{token}")>
            {input(lang, refused, Field::text("name", text!(lang, "door-name")).autocomplete("name").required())}
            {input(lang, refused, new)}
            {input(lang, refused, password("again", text!(lang, "door-password-again")))}
            <p class="actions"><button class="button" type="submit">{text!(lang, "door-invitation-accept")}</button></p>
        </form>
    };
    frame(visit, title, None, content.into_any())
}

fn over(visit: &Visit) -> AnyView {
    set_status(StatusCode::NOT_FOUND);
    let lang = visit.lang;
    let title = text!(lang, "door-invitation-over-title");
    let content = view! {
        <h1>{title.clone()}</h1>
        <p>{text!(lang, "door-invitation-over-body")}</p>
        <p><a class="button" href="/admin/login">{text!(lang, "login-title")}</a></p>
    };
    frame(visit, title, None, content.into_any())
}
