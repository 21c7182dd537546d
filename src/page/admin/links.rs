//! `/admin/links`: the list, and the doors to its pages.

mod detail;
mod new;
mod sheet;
mod words;

pub(super) use words::link_badge;

use leptos::prelude::*;

use super::form::{Field, Refused, input, select};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded, not_found};
use crate::domain::id::LinkId;
use crate::domain::link::{Link, LinkState};
use crate::domain::staff::Permission;
use crate::domain::time::UnixMs;
use crate::page::frame::scripts;
use crate::page::policy::{Holds, set as set_policy};
use crate::service::{LinkFilter, LinkList};
use crate::text::text;

/// A page of one link, asked for by an id that may be anything.
fn of_link<P>(desk: Desk, id: &str, page: impl FnOnce(Desk, LinkId) -> P + Send + 'static) -> AnyView
where
    P: Future<Output = AnyView> + Send + 'static,
{
    match LinkId::parse(id) {
        Ok(id) => loaded(move || page(desk, id)),
        Err(_) => not_found(&desk),
    }
}

pub(super) fn new(desk: Desk) -> AnyView {
    loaded(move || async move { new::page(&desk).await })
}

pub(super) fn detail(desk: Desk, id: &str) -> AnyView {
    set_policy(&desk.visit, Holds::Islands);
    let scripts = scripts(&desk.visit);
    let page = of_link(desk, id, |desk, id| async move { detail::page(&desk, &id).await });
    view! { {page}{scripts} }.into_any()
}

pub(super) fn print(desk: Desk, id: &str) -> AnyView {
    of_link(desk, id, |desk, id| async move { sheet::page(&desk, &id).await })
}

/// What the address asks for.
#[derive(Clone, Debug, Default)]
struct Asked {
    words: String,
    state: String,
    before: String,
}

impl Asked {
    fn of(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let get = |name: &str| pairs.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.clone());
        Self {
            words: get("q").unwrap_or_default().chars().filter(|c| *c != '\0').take(100).collect(),
            state: get("state").unwrap_or_default(),
            before: get("before").unwrap_or_default(),
        }
    }

    fn filter(&self) -> LinkFilter {
        let after = self
            .before
            .split_once('-')
            .and_then(|(at, id)| Some((UnixMs::new(at.parse().ok()?), LinkId::parse(id).ok()?)));
        LinkFilter { words: self.words.clone(), state: LinkState::parse(&self.state).ok(), after }
    }

    fn is_filtered(&self) -> bool {
        !self.words.trim().is_empty() || LinkState::parse(&self.state).is_ok()
    }

    fn page_at(&self, before: Option<&(UnixMs, LinkId)>) -> String {
        let before = before.map(|(at, id)| format!("{}-{id}", at.get())).unwrap_or_default();
        let pairs = [("q", &self.words), ("state", &self.state), ("before", &before)];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("/admin/links?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }
}

pub(super) fn list(desk: Desk) -> AnyView {
    loaded(move || async move {
        let asked = Asked::of(desk.visit.uri.query().unwrap_or_default());
        match desk.visit.services.links(asked.filter()).await {
            Ok(found) => table_page(&desk, &asked, &found),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn table_page(desk: &Desk, asked: &Asked, found: &LinkList) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-links");
    let make = desk.actor.staff.role.may(Permission::MakeLinks).then(|| {
        view! { <div class="actions"><a class="button" href="/admin/links/new">{text!(lang, "link-new")}</a></div> }
    });
    let states = LinkState::ALL.iter().map(|state| (state.as_str().to_owned(), words::state(lang, *state)));
    let states = std::iter::once((String::new(), text!(lang, "link-state-any"))).chain(states).collect();
    let plain = Refused::default();
    let search = Field::of("search", "q", text!(lang, "link-search")).hint(text!(lang, "link-search-hint"));
    let filters = view! {
        <form class="filters" method="get" action="/admin/links">
            {input(lang, &plain, search.value(asked.words.clone()))}
            {select(lang, &plain, Field::text("state", text!(lang, "link-state")).value(asked.state.clone()), states)}
            <button class="button button-quiet" type="submit">{text!(lang, "link-filter")}</button>
        </form>
    };
    let body = if found.links.is_empty() {
        let words = if asked.is_filtered() { text!(lang, "link-empty-filter") } else { text!(lang, "link-empty") };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        table(desk, found)
    };
    let next = found.next.as_ref().map(|next| {
        view! { <a href=asked.page_at(Some(next)) rel="next">{text!(lang, "link-next")}</a> }
    });
    let first =
        (!asked.before.is_empty()).then(|| view! { <a href=asked.page_at(None)>{text!(lang, "link-first")}</a>" " });
    let pages = (next.is_some() || first.is_some())
        .then(|| view! { <nav class="pages" aria-label=text!(lang, "link-pages")>{first}{next}</nav> });
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1>{make}</div>
        {filters}
        {body}
        {pages}
        <p class="field-hint">{text!(lang, "link-due-note")}</p>
    };
    frame(desk, title, Section::Links, content.into_any())
}

fn table(desk: &Desk, found: &LinkList) -> AnyView {
    let lang = desk.visit.lang;
    let rows = found.links.iter().map(|(link, state)| row(desk, link, *state)).collect_view();
    let heads = vec![
        Head::Text(text!(lang, "link-name")),
        Head::Text(text!(lang, "link-state")),
        Head::Number(text!(lang, "link-amount")),
        Head::Text(text!(lang, "link-expires")),
        Head::Number(text!(lang, "link-uses")),
        Head::Text(text!(lang, "link-customer")),
        Head::Text(text!(lang, "link-memo")),
    ];
    data_table(text!(lang, "admin-links"), heads, rows)
}

/// The customer by the first letter only: who a link is for in full stands on its own page, where the view is logged.
fn row(desk: &Desk, link: &Link, state: LinkState) -> impl IntoView + use<> {
    let lang = desk.visit.lang;
    let terms = &link.terms;
    let customer = terms.customer.name().chars().next().map(|first| format!("{first}○○"));
    let memo: String = terms.memo.chars().take(60).collect();
    view! {
        <tr data-link=link.id.as_str().to_owned()>
            <th scope="row"><a href=format!("/admin/links/{}", link.id)>{terms.name.clone()}</a></th>
            <td>{words::link_badge(lang, state)}</td>
            <td class="num">{lang.money(terms.amount.total())}</td>
            <td>{lang.date_time(terms.expires_at)}</td>
            <td class="num">{format!("{}/{}", link.used, terms.uses)}</td>
            <td>{customer}</td>
            <td>{memo}</td>
        </tr>
    }
}
