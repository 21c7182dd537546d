//! `/admin/settings`: who sells, what happens to late money, and the ways to staff, log and doctor.

pub(super) mod doctor;

use leptos::prelude::*;

use super::super::message::failed;
use super::super::{Configured, Visit};
use super::form::{Field, Refused, input, trouble};
use super::frame::{Section, frame};
use super::{Desk, loaded};
use crate::domain::business::{Business, Detail};
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Permission;
use crate::service::Error;
use crate::text::{Lang, text};

/// Which of the two forms a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Business,
    Policies,
}

pub(super) fn page(desk: Desk, answers: Option<Form>) -> AnyView {
    let configured = use_context::<Configured>();
    loaded(move || async move {
        match read(&desk.visit).await {
            Ok((written, policy)) => {
                let configured = configured.map(|configured| configured.0).unwrap_or_default();
                settings(&desk, answers, &configured, &written, policy)
            }
            Err(error) => failed(&desk.visit, &error),
        }
    })
}

async fn read(visit: &Visit) -> Result<(std::sync::Arc<Business>, LatePolicy), Error> {
    Ok((visit.services.written_business().await?, visit.services.late_policy().await?))
}

fn settings(
    desk: &Desk,
    answers: Option<Form>,
    configured: &Business,
    written: &Business,
    policy: LatePolicy,
) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-settings");
    let refused = |form| if answers == Some(form) { desk.refused.clone() } else { Refused::default() };
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions">{others(desk)}</div>
        </div>
        {business_form(lang, &refused(Form::Business), configured, written)}
        {policy_form(lang, &refused(Form::Policies), policy)}
    };
    frame(desk, title, Section::Settings, content.into_any())
}

/// The other pages of the settings.
fn others(desk: &Desk) -> AnyView {
    let lang = desk.visit.lang;
    let pages = [
        (Permission::ManageStaff, "/admin/settings/staff", text!(lang, "settings-staff")),
        (Permission::ManageStaff, "/admin/settings/audit", text!(lang, "settings-audit")),
        (Permission::Settings, "/admin/settings/doctor", text!(lang, "settings-doctor")),
    ];
    pages
        .into_iter()
        .filter(|(permission, ..)| desk.actor.staff.role.may(*permission))
        .map(|(_, href, words)| view! { <a class="button button-quiet" href=href>{words}</a> })
        .collect_view()
        .into_any()
}

fn business_form(lang: Lang, refused: &Refused, configured: &Business, written: &Business) -> AnyView {
    let fields = Detail::ALL
        .iter()
        .map(|detail| {
            let kind = match detail {
                Detail::Phone => "tel",
                Detail::Email => "email",
                _ => "text",
            };
            let hint = match configured.get(*detail) {
                "" => text!(lang, "settings-unconfigured"),
                value => text!(lang, "settings-configured", value = value),
            };
            let field = Field::of(kind, detail.as_str(), lang.detail(*detail));
            input(lang, refused, field.value(written.get(*detail)).hint(hint))
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="business">
            <h2 id="business">{text!(lang, "settings-business")}</h2>
            <p>{text!(lang, "settings-business-body")}</p>
            {trouble(lang, refused)}
            <form class="form" method="post" action="/admin/settings/business">
                {fields}
                <p class="actions"><button class="button" type="submit">{text!(lang, "settings-save-business")}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn policy_form(lang: Lang, refused: &Refused, policy: LatePolicy) -> AnyView {
    let chosen = refused.value(NAME, policy.as_str());
    let choices = LatePolicy::ALL
        .iter()
        .map(|choice| {
            let (words, meaning) = late_words(lang, *choice);
            let word = choice.as_str();
            let (id, hint) = (format!("{NAME}-{word}"), format!("{NAME}-{word}-hint"));
            view! {
                <p class="tick">
                    <input type="radio" id=id.clone() name=NAME value=word checked=chosen == word aria-describedby=hint.clone()/>
                    <label for=id>{words}</label>
                </p>
                <p class="field-hint" id=hint>{meaning}</p>
            }
        })
        .collect_view();
    let error = refused.error(NAME).map(|problem| view! { <p class="field-error">{problem.text(lang)}</p> });
    view! {
        <section class="panel" aria-labelledby="policies">
            <h2 id="policies">{text!(lang, "settings-policies")}</h2>
            {trouble(lang, refused)}
            <form class="form" method="post" action="/admin/settings/policies">
                <fieldset class="choices" aria-describedby="late-body">
                    <legend>{text!(lang, "settings-late")}</legend>
                    <p id="late-body">{text!(lang, "settings-late-body")}</p>
                    {error}
                    {choices}
                </fieldset>
                <p class="actions"><button class="button" type="submit">{text!(lang, "settings-save-policies")}</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// The field of the policy, and its name in the database.
const NAME: &str = "late_policy";

fn late_words(lang: Lang, policy: LatePolicy) -> (String, String) {
    match policy {
        LatePolicy::Accept => (text!(lang, "settings-late-accept"), text!(lang, "settings-late-accept-body")),
        LatePolicy::Refund => (text!(lang, "settings-late-refund"), text!(lang, "settings-late-refund-body")),
        LatePolicy::Ask => (text!(lang, "settings-late-ask"), text!(lang, "settings-late-ask-body")),
    }
}
