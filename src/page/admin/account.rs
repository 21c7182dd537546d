//! `/admin/account`: one's own password, sessions, second factor.

use leptos::prelude::*;

use super::badge::badge;
use super::form::{Field, input, trouble};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded, visit_extension};
use crate::service::{OwnSession, SessionName};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) fn page(desk: Desk) -> AnyView {
    let this: Option<SessionName> = visit_extension();
    loaded(move || async move {
        // Nothing else is to be seen before a password that somebody else gave is replaced.
        if desk.actor.staff.must_change_password {
            return must_change(&desk);
        }
        match desk.visit.services.own_sessions(&desk.actor).await {
            Ok(sessions) => account(&desk, &sessions, this.as_ref()),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn must_change(desk: &Desk) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "door-password-title");
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1></div>
        <Notice tone=Tone::Warning><p>{text!(lang, "door-must-change")}</p></Notice>
        {trouble(lang, &desk.refused)}
        {password_form(desk)}
    };
    frame(desk, title, Section::Account, content.into_any())
}

fn account(desk: &Desk, sessions: &[OwnSession], this: Option<&SessionName>) -> AnyView {
    let lang = desk.visit.lang;
    let staff = &desk.actor.staff;
    let title = text!(lang, "door-account-title");
    let facts = vec![
        Fact::new(text!(lang, "door-name"), staff.name.as_str()),
        Fact::new(text!(lang, "login-email"), staff.email.as_str()),
        Fact::new(text!(lang, "door-role"), super::people::role(lang, staff.role)),
    ];
    let factor =
        if staff.has_second_factor { text!(lang, "door-factor-is-on") } else { text!(lang, "door-factor-is-off") };
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1></div>
        {trouble(lang, &desk.refused)}
        <Facts rows=facts/>
        <section class="panel" aria-labelledby="factor-title">
            <h2 id="factor-title">{text!(lang, "door-factor-title")}</h2>
            <p data-state=if staff.has_second_factor { "on" } else { "off" }>{factor}</p>
            <p><a class="button button-quiet" href="/admin/account/factor">{text!(lang, "door-factor-manage")}</a></p>
        </section>
        <section class="panel" aria-labelledby="password-title">
            <h2 id="password-title">{text!(lang, "door-password-title")}</h2>
            <p>{text!(lang, "door-password-effect")}</p>
            {password_form(desk)}
        </section>
        <section class="panel" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{text!(lang, "door-sessions-title")}</h2>
            {session_table(lang, sessions, this)}
            <div class="actions">
                <form method="post" action="/admin/account/sessions/others">
                    <button class="button button-quiet" type="submit">{text!(lang, "door-sessions-others")}</button>
                </form>
                <form method="post" action="/admin/account/sessions/all">
                    <button class="button button-danger" type="submit">{text!(lang, "door-sessions-all")}</button>
                </form>
            </div>
        </section>
    };
    frame(desk, title, Section::Account, content.into_any())
}

fn password_form(desk: &Desk) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let new = Field::of("password", "new", text!(lang, "door-password-new")).hint(text!(lang, "door-password-hint"));
    let again = Field::of("password", "again", text!(lang, "door-password-again"));
    let old = Field::of("password", "old", text!(lang, "door-password-old"));
    view! {
        <form class="form" method="post" action="/admin/account/password">
            {input(lang, refused, old.autocomplete("current-password").required())}
            {input(lang, refused, new.autocomplete("new-password").required())}
            {input(lang, refused, again.autocomplete("new-password").required())}
            <p class="actions"><button class="button" type="submit">{text!(lang, "door-password-change")}</button></p>
        </form>
    }
    .into_any()
}

fn session_table(lang: Lang, sessions: &[OwnSession], this: Option<&SessionName>) -> AnyView {
    let rows = sessions
        .iter()
        .map(|session| {
            let is_this = this == Some(&session.name);
            let act = if is_this {
                badge(Tone::Good, "this", text!(lang, "door-session-this"))
            } else {
                view! {
                    <form method="post" action="/admin/account/sessions/one">
                        <input type="hidden" name="session" value=session.name.as_str().to_owned()/>
                        <button class="button-link" type="submit">{text!(lang, "door-session-end")}</button>
                    </form>
                }
                .into_any()
            };
            view! {
                <tr data-session=session.name.as_str().to_owned()>
                    <th scope="row">{browser(lang, &session.agent)}</th>
                    <td>{session.network.clone()}</td>
                    <td>{lang.date_time(session.since)}</td>
                    <td>{lang.date_time(session.last_used)}</td>
                    <td>{act}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "door-session-browser")),
        Head::Text(text!(lang, "door-network")),
        Head::Text(text!(lang, "door-session-since")),
        Head::Text(text!(lang, "door-session-used")),
        Head::Text(text!(lang, "door-session-act")),
    ];
    data_table(text!(lang, "door-sessions-title"), heads, rows)
}

/// A browser by the name that people know it by; as it names itself where it is another one.
fn browser(lang: Lang, agent: &str) -> String {
    // Each names itself after those that it wants to be taken for, so the order matters.
    const BROWSERS: [(&str, &str); 8] = [
        ("KAKAOTALK", "KakaoTalk"),
        ("Whale/", "Whale"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        _ if agent.trim().is_empty() => text!(lang, "door-session-nameless"),
        _ => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36";
        assert_eq!(browser(Lang::Ko, chrome), "Chrome · Windows");
        assert_eq!(browser(Lang::Ko, &format!("{chrome} Edg/149.0")), "Edge · Windows");
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1";
        assert_eq!(browser(Lang::En, iphone), "Safari · iPhone");
        assert_eq!(browser(Lang::En, "curl/8.1"), "curl/8.1");
        assert!(!browser(Lang::En, " ").trim().is_empty());
    }
}
