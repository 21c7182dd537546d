//! `/admin/settings`: who sells, what happens to late money, who completes payments, and the ways to staff, log and
//! doctor.

pub(super) mod doctor;

use leptos::prelude::*;

use super::super::Visit;
use super::form::{Field, Refused, input, trouble};
use super::frame::{Section, frame};
use super::{Desk, failed, loaded};
use crate::domain::business::{Business, Detail};
use crate::domain::policy::{Approval, LateDays, LatePolicy};
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
    loaded(move || async move {
        match read(&desk.visit).await {
            Ok((written, policies)) => settings(&desk, answers, &written, policies),
            Err(error) => failed(&desk, &error),
        }
    })
}

async fn read(visit: &Visit) -> Result<(std::sync::Arc<Business>, Policies), Error> {
    let services = &visit.services;
    let policies = (services.late_policy().await?, services.late_days().await?, services.approval().await?);
    Ok((services.written_business().await?, policies))
}

fn settings(desk: &Desk, answers: Option<Form>, written: &Business, policies: Policies) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-settings");
    let refused = |form| if answers == Some(form) { desk.refused.clone() } else { Refused::default() };
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions">{others(desk)}</div>
        </div>
        {business_form(lang, &refused(Form::Business), &desk.visit.site.configured, written)}
        {policy_form(lang, &refused(Form::Policies), policies)}
    };
    frame(desk, title, Section::Settings, content.into_any())
}

/// What happens to late money, how long it is waited for, and who completes a payment.
type Policies = (LatePolicy, LateDays, Approval);

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

/// One value of a policy, its words and what it means.
type PolicyChoice = (&'static str, (String, String));

fn policy_form(lang: Lang, refused: &Refused, (late, days, approval): Policies) -> AnyView {
    let late_choices = LatePolicy::ALL.iter().map(|choice| (choice.as_str(), late_words(lang, *choice))).collect();
    let approvals = Approval::ALL.iter().map(|choice| (choice.as_str(), approval_words(lang, *choice))).collect();
    let late_days = Field::of("number", "late_days", text!(lang, "settings-late-days"))
        .value(days.days().to_string())
        .hint(text!(lang, "settings-late-days-body"));
    let late_head = (text!(lang, "settings-late"), text!(lang, "settings-late-body"));
    let approval_head = (text!(lang, "approval-title"), text!(lang, "approval-body"));
    view! {
        <section class="panel" aria-labelledby="policies">
            <h2 id="policies">{text!(lang, "settings-policies")}</h2>
            {trouble(lang, refused)}
            <form class="form" method="post" action="/admin/settings/policies">
                {policy(lang, refused, NAME, late.as_str(), late_head, late_choices)}
                {input(lang, refused, late_days)}
                {policy(lang, refused, APPROVAL, approval.as_str(), approval_head, approvals)}
                <p class="actions"><button class="button" type="submit">{text!(lang, "settings-save-policies")}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn policy(
    lang: Lang,
    refused: &Refused,
    name: &'static str,
    value: &str,
    (title, body): (String, String),
    choices: Vec<PolicyChoice>,
) -> AnyView {
    let chosen = refused.value(name, value);
    let choices = choices
        .into_iter()
        .map(|(word, (words, meaning))| {
            let (id, hint) = (format!("{name}-{word}"), format!("{name}-{word}-hint"));
            view! {
                <p class="tick">
                    <input type="radio" id=id.clone() name=name value=word checked=chosen == word aria-describedby=hint.clone()/>
                    <label for=id>{words}</label>
                </p>
                <p class="field-hint" id=hint>{meaning}</p>
            }
        })
        .collect_view();
    let error = refused.error(name).map(|problem| view! { <p class="field-error">{problem.text(lang)}</p> });
    let about = format!("{name}-body");
    view! {
        <fieldset class="choices" aria-describedby=about>
            <legend>{title}</legend>
            <p id=about.clone()>{body}</p>
            {error}
            {choices}
        </fieldset>
    }
    .into_any()
}

/// The field of the policy, and its name in the database.
const NAME: &str = "late_policy";
const APPROVAL: &str = "approval";

fn approval_words(lang: Lang, approval: Approval) -> (String, String) {
    match approval {
        Approval::AtOnce => (text!(lang, "approval-at-once"), text!(lang, "approval-at-once-body")),
        Approval::Separate => (text!(lang, "approval-separate"), text!(lang, "approval-separate-body")),
    }
}

fn late_words(lang: Lang, policy: LatePolicy) -> (String, String) {
    match policy {
        LatePolicy::Accept => (text!(lang, "settings-late-accept"), text!(lang, "settings-late-accept-body")),
        LatePolicy::Refund => (text!(lang, "settings-late-refund"), text!(lang, "settings-late-refund-body")),
        LatePolicy::Ask => (text!(lang, "settings-late-ask"), text!(lang, "settings-late-ask-body")),
    }
}
