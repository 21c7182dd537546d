//! `/admin/login`, and the code that is asked for after it.

use leptos::prelude::*;

use super::super::Visit;
use super::super::frame::frame;
use super::form::{Field, Refused, input, trouble};
use crate::text::text;

pub(super) fn page(visit: &Visit, refused: &Refused) -> AnyView {
    let lang = visit.lang;
    let title = text!(lang, "login-title");
    let asked: Vec<(String, String)> =
        serde_urlencoded::from_str(visit.uri.query().unwrap_or_default()).unwrap_or_default();
    let next = asked.into_iter().find(|(name, _)| name == "next").map(|(_, next)| next).unwrap_or_default();
    let content = view! {
        <h1>{title.clone()}</h1>
        {trouble(lang, refused)}
        <form class="form login" method="post" action="/admin/login">
            <input type="hidden" name="next" value=refused.value("next", &next)/>
            {input(lang, refused, Field::of("email", "email", text!(lang, "login-email")).autocomplete("username").required())}
            {input(lang, refused, Field::of("password", "password", text!(lang, "login-password")).autocomplete("current-password").required())}
            <p class="actions"><button class="button" type="submit">{text!(lang, "login-enter")}</button></p>
        </form>
    };
    frame(visit, title, None, content.into_any())
}

/// `/admin/login/code`.
pub(super) fn code(visit: &Visit, refused: &Refused) -> AnyView {
    let lang = visit.lang;
    let title = text!(lang, "door-code-title");
    let field = Field::text("code", text!(lang, "door-code")).hint(text!(lang, "door-code-hint"));
    let content = view! {
        <h1>{title.clone()}</h1>
        {trouble(lang, refused)}
        <form class="form login" method="post" action="/admin/login/code">
            {input(lang, refused, field.autocomplete("one-time-code").required())}
            <p class="actions"><button class="button" type="submit">{text!(lang, "login-enter")}</button></p>
        </form>
        <p>{text!(lang, "door-code-lost")}</p>
        <p><a href="/admin/login">{text!(lang, "door-code-again")}</a></p>
    };
    frame(visit, title, None, content.into_any())
}
