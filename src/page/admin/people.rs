//! `/admin/settings/staff`: who works here, invitations, and what an owner may do about one person.

use leptos::prelude::*;

use super::badge::badge;
use super::form::{Field, input, select, trouble};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded, not_found};
use crate::domain::id::StaffId;
use crate::domain::staff::{Role, Staff};
use crate::service::OpenInvitation;
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Tone};

/// A role by its name.
pub(super) fn role(lang: Lang, role: Role) -> String {
    match role {
        Role::Owner => text!(lang, "door-role-owner"),
        Role::Manager => text!(lang, "door-role-manager"),
        Role::Clerk => text!(lang, "door-role-clerk"),
        Role::Viewer => text!(lang, "door-role-viewer"),
    }
}

/// What a role is for.
fn role_and_use(lang: Lang, role: Role) -> String {
    match role {
        Role::Owner => text!(lang, "door-role-owner-use"),
        Role::Manager => text!(lang, "door-role-manager-use"),
        Role::Clerk => text!(lang, "door-role-clerk-use"),
        Role::Viewer => text!(lang, "door-role-viewer-use"),
    }
}

fn roles(lang: Lang) -> Vec<(String, String)> {
    Role::ALL.iter().rev().map(|role| (role.as_str().to_owned(), role_and_use(lang, *role))).collect()
}

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let services = &desk.visit.services;
        let (staff, invitations) = match (services.all_staff().await, services.open_invitations().await) {
            (Ok(staff), Ok(invitations)) => (staff, invitations),
            (Err(error), _) | (_, Err(error)) => return failed(&desk, &error),
        };
        list(&desk, &staff, &invitations)
    })
}

fn list(desk: &Desk, staff: &[Staff], invitations: &[OpenInvitation]) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let title = text!(lang, "door-staff-title");
    let rows = staff.iter().map(|one| person_row(lang, one)).collect_view();
    let email = Field::of("email", "email", text!(lang, "login-email")).required();
    let chosen = Field::text("role", text!(lang, "door-role")).value(Role::Viewer.as_str());
    let heads = vec![
        Head::Text(text!(lang, "door-name")),
        Head::Text(text!(lang, "login-email")),
        Head::Text(text!(lang, "door-role")),
        Head::Text(text!(lang, "door-factor-title")),
    ];
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions"><a class="button button-quiet" href="/admin/settings/audit">{text!(lang, "door-audit-title")}</a></div>
        </div>
        {trouble(lang, refused)}
        {data_table(title.clone(), heads, rows)}
        <section class="panel" aria-labelledby="invite-title">
            <h2 id="invite-title">{text!(lang, "door-invite-title")}</h2>
            <p>{text!(lang, "door-invite-what")}</p>
            <form class="form" method="post" action="/admin/settings/staff">
                {input(lang, refused, email)}
                {select(lang, refused, chosen, roles(lang))}
                <p class="actions"><button class="button" type="submit">{text!(lang, "door-invite")}</button></p>
            </form>
        </section>
        <section class="panel" aria-labelledby="open-title">
            <h2 id="open-title">{text!(lang, "door-open-title")}</h2>
            {invitation_table(lang, invitations)}
        </section>
    };
    frame(desk, title, Section::Settings, content.into_any())
}

fn person_row(lang: Lang, one: &Staff) -> impl IntoView {
    let factor = if one.has_second_factor {
        badge(Tone::Good, "on", text!(lang, "door-on"))
    } else {
        badge(Tone::Warning, "off", text!(lang, "door-off"))
    };
    view! {
        <tr data-staff=one.id.as_str().to_owned()>
            <th scope="row"><a href=format!("/admin/settings/staff/{}", one.id)>{one.name.as_str().to_owned()}</a></th>
            <td>{one.email.as_str().to_owned()}</td>
            <td data-role=one.role.as_str()>{role(lang, one.role)}</td>
            <td>{factor}</td>
        </tr>
    }
}

fn invitation_table(lang: Lang, invitations: &[OpenInvitation]) -> AnyView {
    if invitations.is_empty() {
        return view! { <p class="empty">{text!(lang, "door-open-none")}</p> }.into_any();
    }
    let rows = invitations
        .iter()
        .map(|one| {
            view! {
                <tr data-invitation=one.name.clone()>
                    <th scope="row">{one.email.as_str().to_owned()}</th>
                    <td>{role(lang, one.role)}</td>
                    <td>{lang.date_time(one.expires_at)}</td>
                    <td>
                        <form method="post" action="/admin/settings/staff/withdraw">
                            <input type="hidden" name="invitation" value=one.name.clone()/>
                            <button class="button-link" type="submit">{text!(lang, "door-withdraw")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "login-email")),
        Head::Text(text!(lang, "door-role")),
        Head::Text(text!(lang, "door-until")),
        Head::Text(text!(lang, "door-session-act")),
    ];
    data_table(text!(lang, "door-open-title"), heads, rows)
}

/// `/admin/settings/staff/{id}`.
pub(super) fn person(desk: Desk, id: &str) -> AnyView {
    let Ok(id) = StaffId::parse(id) else { return not_found(&desk) };
    loaded(move || async move {
        match desk.visit.services.staff(&id).await {
            Ok(Some(staff)) => one(&desk, &staff),
            Ok(None) => not_found(&desk),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn one(desk: &Desk, staff: &Staff) -> AnyView {
    let lang = desk.visit.lang;
    let title = staff.name.as_str().to_owned();
    let is_self = staff.id == desk.actor.staff.id;
    let at = |act: &str| format!("/admin/settings/staff/{}/{act}", staff.id);
    let factor = if staff.has_second_factor { text!(lang, "door-on") } else { text!(lang, "door-off") };
    let facts = vec![
        Fact::new(text!(lang, "login-email"), staff.email.as_str()),
        Fact::new(text!(lang, "door-role"), role(lang, staff.role)),
        Fact::new(text!(lang, "door-factor-title"), factor),
    ];
    let chosen = Field::text("role", text!(lang, "door-role")).value(staff.role.as_str());
    let end_factor = (staff.has_second_factor && !is_self).then(|| {
        view! {
            <section class="panel" aria-labelledby="factor-title">
                <h2 id="factor-title">{text!(lang, "door-end-factor-title")}</h2>
                <p>{text!(lang, "door-end-factor-effect")}</p>
                <form method="post" action=at("factor")>
                    <p class="actions"><button class="button button-danger" type="submit">{text!(lang, "door-end-factor")}</button></p>
                </form>
            </section>
        }
    });
    let confirm = Field::of("email", "confirm", text!(lang, "door-dismiss-confirm")).required();
    let dismiss = (!is_self).then(|| {
        view! {
            <section class="panel" aria-labelledby="dismiss-title">
                <h2 id="dismiss-title">{text!(lang, "door-dismiss-title")}</h2>
                <p>{text!(lang, "door-dismiss-effect", name = staff.name.as_str())}</p>
                <form class="form" method="post" action=at("dismiss")>
                    {input(lang, &desk.refused.at(&at("dismiss")), confirm)}
                    <p class="actions"><button class="button button-danger" type="submit">{text!(lang, "door-dismiss")}</button></p>
                </form>
            </section>
        }
    });
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions">
                <a class="button button-quiet" href=format!("/admin/settings/audit?person={}", staff.id)>{text!(lang, "door-person-log")}</a>
                <a class="button button-quiet" href="/admin/settings/staff">{text!(lang, "door-staff-title")}</a>
            </div>
        </div>
        {trouble(lang, &desk.refused)}
        <div class="columns">
            <div><Facts rows=facts/></div>
            <aside>
                <section class="panel" aria-labelledby="role-title">
                    <h2 id="role-title">{text!(lang, "door-role-title")}</h2>
                    <form class="form" method="post" action=at("role")>
                        {select(lang, &desk.refused.at(&at("role")), chosen, roles(lang))}
                        <p class="actions"><button class="button" type="submit">{text!(lang, "door-role-change")}</button></p>
                    </form>
                </section>
                {end_factor}
                {dismiss}
            </aside>
        </div>
    };
    frame(desk, title, Section::Settings, content.into_any())
}
