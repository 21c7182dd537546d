//! `/admin/settings/audit`: who did what, newest first.

use leptos::prelude::*;

use super::acts::act;
use super::form::{Field, Refused, select};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded, people};
use crate::domain::audit::Act;
use crate::domain::id::StaffId;
use crate::domain::staff::Role;
use crate::domain::time::UnixMs;
use crate::service::{AuditFilter, AuditPage};
use crate::text::{Lang, text};

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let filter = filter(desk.visit.uri.query().unwrap_or_default());
        let services = &desk.visit.services;
        match (services.audit_page(&filter).await, services.known_staff().await) {
            (Ok(page), Ok(known)) => {
                let people = known.into_iter().map(|one| (one.id, format!("{} ({})", one.name, one.email))).collect();
                log(&desk, &filter, page, people)
            }
            (Err(error), _) | (_, Err(error)) => failed(&desk, &error),
        }
    })
}

/// What the address asks for; what can't be read asks for nothing.
fn filter(query: &str) -> AuditFilter {
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let value = |name: &str| asked.iter().find(|(asked, _)| asked == name).map(|(_, value)| value.as_str());
    AuditFilter {
        person: value("person").and_then(|id| StaffId::parse(id).ok()),
        act: value("act").and_then(|act| Act::parse(act).ok()),
        before: value("before").and_then(|before| before.parse().ok()),
    }
}

/// The address of the same filter, beginning below `before`.
fn address(filter: &AuditFilter, before: Option<i64>) -> String {
    let person = filter.person.as_ref().map(|id| ("person", id.as_str().to_owned()));
    let act = filter.act.map(|act| ("act", act.as_str().to_owned()));
    let before = before.map(|before| ("before", before.to_string()));
    let query: Vec<_> = person.into_iter().chain(act).chain(before).collect();
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    if query.is_empty() { "/admin/settings/audit".to_owned() } else { format!("/admin/settings/audit?{query}") }
}

fn log(desk: &Desk, filter: &AuditFilter, page: AuditPage, people: Vec<(String, String)>) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "door-audit-title");
    let any = || (String::new(), text!(lang, "door-audit-any"));
    let acts = Act::ALL.iter().map(|one| (one.as_str().to_owned(), act(lang, *one)));
    let of = filter.person.as_ref().map_or("", StaffId::as_str);
    let person = Field::text("person", text!(lang, "door-audit-who")).value(of);
    let what = Field::text("act", text!(lang, "door-audit-what")).value(filter.act.map_or("", Act::as_str));
    let is_empty = page.lines.is_empty();
    let rows = page
        .lines
        .into_iter()
        .map(|line| {
            let known = Act::parse(&line.act).ok();
            let words = known.map_or_else(|| line.act.clone(), |known| act(lang, known));
            let who = if line.staff_name.is_empty() { text!(lang, "door-audit-nobody") } else { line.staff_name };
            view! {
                <tr data-act=line.act>
                    <td>{lang.date_time(UnixMs::new(line.at))}</td>
                    <th scope="row">{who}</th>
                    <td>{words}</td>
                    <td>{line.subject}</td>
                    <td>{detail(lang, &line.detail)}</td>
                    <td>{line.network}</td>
                </tr>
            }
        })
        .collect_view();
    let table = if is_empty {
        view! { <p class="empty">{text!(lang, "door-audit-empty")}</p> }.into_any()
    } else {
        let heads = vec![
            Head::Text(text!(lang, "door-audit-when")),
            Head::Text(text!(lang, "door-audit-who")),
            Head::Text(text!(lang, "door-audit-what")),
            Head::Text(text!(lang, "door-audit-subject")),
            Head::Text(text!(lang, "door-audit-detail")),
            Head::Text(text!(lang, "door-network")),
        ];
        data_table(title.clone(), heads, rows)
    };
    let newest = filter.before.map(|_| view! { <a href=address(filter, None)>{text!(lang, "door-audit-newest")}</a> });
    let older = page.older.map(|at| {
        view! { <a rel="next" href=address(filter, Some(at))>{text!(lang, "door-audit-older")}</a> }
    });
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions"><a class="button button-quiet" href="/admin/settings/staff">{text!(lang, "door-staff-title")}</a></div>
        </div>
        <form class="filters" method="get" action="/admin/settings/audit">
            {select(lang, &Refused::default(), person, std::iter::once(any()).chain(people).collect())}
            {select(lang, &Refused::default(), what, std::iter::once(any()).chain(acts).collect())}
            <p class="actions"><button class="button" type="submit">{text!(lang, "door-audit-filter")}</button></p>
        </form>
        {table}
        <nav class="pages" aria-label=text!(lang, "door-audit-pages")>{newest}{older}</nav>
    };
    frame(desk, title, Section::Settings, content.into_any())
}

/// Roles stand in the log as words of the database.
fn detail(lang: Lang, detail: &str) -> String {
    let roles: Result<Vec<Role>, _> = detail.split(" > ").map(Role::parse).collect();
    roles.map_or_else(
        |_| detail.to_owned(),
        |roles| roles.into_iter().map(|role| people::role(lang, role)).collect::<Vec<_>>().join(" → "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_its_page_shows() {
        let id = StaffId::from_random([7; 15]);
        let asked = AuditFilter { person: Some(id), act: Some(Act::LoggedIn), before: Some(90) };
        let query = address(&asked, Some(90));
        assert_eq!(filter(query.split_once('?').unwrap().1), asked);
        for hostile in ["person=../x&act=%00&before=-", "act=logged_in%27--", "before=99999999999999999999"] {
            assert_eq!(filter(hostile), AuditFilter::default(), "{hostile}");
        }
    }

    #[test]
    fn every_act_has_words_and_roles_are_named() {
        for lang in Lang::ALL.iter().copied() {
            let words: std::collections::HashSet<_> = Act::ALL.iter().map(|one| act(lang, *one)).collect();
            assert_eq!(words.len(), Act::ALL.len());
        }
        assert_eq!(detail(Lang::En, "viewer > clerk"), "Viewer → Clerk");
        assert_eq!(detail(Lang::En, "10000"), "10000");
    }
}
