//! What stands around the staff's pages: where one is, who one is, what was just done.

use http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;

use super::super::frame::{escaped, language_link};
use super::super::message::told;
use super::super::{Visit, set_status};
use super::Desk;
use crate::domain::staff::Permission;
use crate::service::Actor;
use crate::text::text;

/// The parts of the staff's side, as the navigation lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Dashboard,
    Orders,
    Links,
    Plans,
    Promotions,
    Webhooks,
    Settings,
    /// One's own account; not in the navigation.
    Account,
}

/// Lays a page into the staff's frame.
pub(super) fn frame(desk: &Desk, title: String, section: Section, content: AnyView) -> AnyView {
    let lang = desk.visit.lang;
    let flash = desk.flash.map(|flash| flash.text(lang, super::visit_extension().unwrap_or_default()));
    let content = view! {
        <div role="status">{flash.map(|words| view! { <div class="notice notice-good" data-flash=desk.flash.map(super::Flash::as_str)><p>{words}</p></div> })}</div>
        {content}
    };
    around(&desk.visit, &desk.actor, title, section, content.into_any())
}

/// In place of a page that must not or can't be shown to somebody of the staff.
pub(super) fn instead(visit: &Visit, actor: &Actor, status: StatusCode) -> AnyView {
    set_status(status);
    let lang = visit.lang;
    let (title, body) = match status {
        // The role of whoever is here may not see it.
        StatusCode::FORBIDDEN => (text!(lang, "forbidden-title"), text!(lang, "forbidden-body")),
        StatusCode::NOT_FOUND => (text!(lang, "not-found-title"), text!(lang, "admin-not-found-body")),
        status => told(lang, status),
    };
    let content = view! {
        <h1>{title.clone()}</h1>
        <p>{body}</p>
        <p><a class="button" href="/admin">{text!(lang, "admin-dashboard")}</a></p>
    };
    around(visit, actor, title, Section::Account, content.into_any())
}

fn around(visit: &Visit, actor: &Actor, title: String, section: Section, content: AnyView) -> AnyView {
    let lang = visit.lang;
    let shop = text!(lang, "shop-name");
    let entries = [
        (Section::Dashboard, "/admin", text!(lang, "admin-dashboard"), Permission::See),
        (Section::Orders, "/admin/orders", text!(lang, "admin-orders"), Permission::See),
        (Section::Links, "/admin/links", text!(lang, "admin-links"), Permission::See),
        (Section::Plans, "/admin/plans", text!(lang, "admin-plans"), Permission::See),
        (Section::Promotions, "/admin/promotions", text!(lang, "admin-promotions"), Permission::See),
        (Section::Webhooks, "/admin/webhooks", text!(lang, "admin-webhooks"), Permission::See),
        (Section::Settings, "/admin/settings", text!(lang, "admin-settings"), Permission::Settings),
    ];
    let navigation = entries
        .into_iter()
        .filter(|(_, _, _, permission)| actor.staff.role.may(*permission) && !actor.staff.must_change_password)
        .map(|(entry, href, words, _)| {
            view! { <li><a href=href aria-current=(entry == section).then_some("page")>{words}</a></li> }
        })
        .collect_view();
    view! {
        <Title text=escaped(&format!("{title} · {shop}"))/>
        <a class="skip" href="#content">{text!(lang, "skip-to-content")}</a>
        {visit.site.is_emulated().then(|| view! { <aside class="banner" data-banner="emulator">{text!(lang, "emulator-banner")}</aside> })}
        <header class="top desk-top">
            <a class="brand" href="/admin">{shop}</a>
            <nav class="desk-nav" aria-label=text!(lang, "admin-navigation")><ul>{navigation}</ul></nav>
            <div class="desk-self">
                <a href="/admin/account" aria-current=(section == Section::Account).then_some("page")>{actor.staff.name.as_str().to_owned()}</a>
                <form method="post" action="/admin/logout"><button class="button-link" type="submit">{text!(lang, "admin-log-out")}</button></form>
                <a class="language" href=language_link(visit) hreflang=lang.other().as_str() lang=lang.other().as_str()>{text!(lang, "language-other")}</a>
            </div>
        </header>
        <main id="content" class="desk">{content}</main>
    }
    .into_any()
}
