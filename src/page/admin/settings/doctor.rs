//! `/admin/settings/doctor`: what must be right before money can be taken, looked at now.

use leptos::prelude::*;

use super::super::badge::badge;
use super::super::frame::{Section, frame};
use super::super::{Desk, loaded};
use crate::domain::doctor::{Finding, Severity};
use crate::text::{Lang, text};
use crate::ui::Tone;

pub(in crate::page::admin) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let findings = desk.visit.services.examine(&desk.visit.seller).await;
        report(&desk, &findings)
    })
}

fn report(desk: &Desk, findings: &[Finding]) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "doctor-title");
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions">
                <a class="button" href="/admin/settings/doctor">{text!(lang, "doctor-again")}</a>
                <a class="button button-quiet" href="/admin/settings">{text!(lang, "doctor-back")}</a>
            </div>
        </div>
        <p>{text!(lang, "doctor-lead")}</p>
        <p class="totals"><strong>{lang.findings(findings)}</strong></p>
        <ul class="checks">{findings.iter().map(|finding| line(lang, finding)).collect_view()}</ul>
    };
    frame(desk, title, Section::Settings, content.into_any())
}

fn line(lang: Lang, finding: &Finding) -> AnyView {
    let severity = finding.severity();
    let tone = match severity {
        Severity::Fine => Tone::Good,
        Severity::Warning => Tone::Plain,
        Severity::Failure => Tone::Warning,
    };
    view! {
        <li data-check=finding.check().as_str() data-state=severity.as_str()>
            <p><strong>{lang.check(finding.check())}</strong>" "{badge(tone, severity.as_str(), lang.severity(severity))}</p>
            <p>{lang.finding(finding)}</p>
        </li>
    }
    .into_any()
}
