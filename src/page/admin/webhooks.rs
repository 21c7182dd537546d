//! `/admin/webhooks`: what the provider has sent, newest first, and work that was given up.

use leptos::prelude::*;

use super::badge::badge;
use super::form::{Field, Refused, select};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded};
use crate::domain::delivery::{DeliveryState, Source};
use crate::domain::id::RowId;
use crate::domain::job::JobKind;
use crate::domain::staff::Permission;
use crate::service::{Delivery, DeliveryFilter, Job};
use crate::text::{Lang, text};
use crate::ui::Tone;

const ADDRESS: &str = "/admin/webhooks";
const PAGE: i64 = 50;

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let filter = filter(desk.visit.uri.query().unwrap_or_default());
        let services = &desk.visit.services;
        match (services.deliveries(filter.clone(), PAGE + 1).await, services.dead_jobs().await) {
            (Ok(deliveries), Ok(dead)) => log(&desk, &filter, deliveries, dead),
            (Err(error), _) | (_, Err(error)) => failed(&desk, &error),
        }
    })
}

/// What the address asks for; what can't be read asks for nothing.
fn filter(query: &str) -> DeliveryFilter {
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let value = |name: &str| asked.iter().find(|(asked, _)| asked == name).map(|(_, value)| value.as_str());
    DeliveryFilter {
        state: value("state").and_then(|state| DeliveryState::parse(state).ok()),
        before: value("before").and_then(|before| RowId::parse(before).ok()),
    }
}

fn address(state: Option<DeliveryState>, before: Option<&RowId>) -> String {
    let state = state.map(|state| ("state", state.as_str()));
    let before = before.map(|before| ("before", before.as_str()));
    let query: Vec<_> = state.into_iter().chain(before).collect();
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    if query.is_empty() { ADDRESS.to_owned() } else { format!("{ADDRESS}?{query}") }
}

fn log(desk: &Desk, filter: &DeliveryFilter, mut deliveries: Vec<Delivery>, dead: Vec<Job>) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "webhooks-title");
    let may_act = desk.actor.staff.role.may(Permission::TendOrders);
    let has_older = deliveries.len() > PAGE as usize;
    deliveries.truncate(PAGE as usize);
    let older = deliveries.last().filter(|_| has_older).map(|last| {
        view! { <a rel="next" href=address(filter.state, Some(&last.id))>{text!(lang, "door-audit-older")}</a> }
    });
    let newest = filter.before.as_ref().map(|_| {
        view! { <a href=address(filter.state, None)>{text!(lang, "door-audit-newest")}</a> }
    });
    let any = (String::new(), text!(lang, "door-audit-any"));
    let states = DeliveryState::ALL.iter().map(|one| (one.as_str().to_owned(), state(lang, *one)));
    let field =
        Field::text("state", text!(lang, "webhooks-state")).value(filter.state.map_or("", DeliveryState::as_str));
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions"><a class="button button-quiet" href="/admin/reconcile">{text!(lang, "webhooks-reconcile")}</a></div>
        </div>
        <p>{text!(lang, "webhooks-body")}</p>
        {given_up(lang, &dead, may_act)}
        <form class="filters" method="get" action=ADDRESS>
            {select(lang, &Refused::default(), field, std::iter::once(any).chain(states).collect())}
            <p class="actions"><button class="button" type="submit">{text!(lang, "door-audit-filter")}</button></p>
        </form>
        {table(lang, &title, &deliveries, may_act)}
        <nav class="pages" aria-label=text!(lang, "webhooks-pages")>{newest}{older}</nav>
    };
    frame(desk, title, Section::Webhooks, content.into_any())
}

fn table(lang: Lang, title: &str, deliveries: &[Delivery], may_act: bool) -> AnyView {
    if deliveries.is_empty() {
        return view! { <p class="empty">{text!(lang, "webhooks-empty")}</p> }.into_any();
    }
    let rows = deliveries.iter().map(|one| row(lang, one, may_act)).collect_view();
    let heads = [
        text!(lang, "door-audit-when"),
        text!(lang, "webhooks-event"),
        text!(lang, "webhooks-state"),
        text!(lang, "webhooks-order"),
        text!(lang, "webhooks-kept"),
        text!(lang, "door-network"),
    ];
    let again = may_act.then(|| text!(lang, "webhooks-again"));
    data_table(title.to_owned(), heads.into_iter().chain(again).map(Head::Text).collect(), rows)
}

fn row(lang: Lang, one: &Delivery, may_act: bool) -> AnyView {
    let source = match one.source {
        Source::Pg => "PG",
        Source::Commerce => "Commerce",
    };
    let event = if one.event.is_empty() { text!(lang, "webhooks-no-event") } else { one.event.clone() };
    let tone = match one.state {
        DeliveryState::Matched => Tone::Good,
        DeliveryState::Waiting => Tone::Warning,
        DeliveryState::Stray => Tone::Plain,
    };
    let order = one.order.as_ref().map(|order| {
        view! { <a href=format!("/admin/orders/{order}")>{text!(lang, "webhooks-order-go")}</a> }
    });
    let again = may_act.then(|| {
        view! {
            <td>
                <form method="post" action=format!("{ADDRESS}/{}/replay", one.id)>
                    <button class="button button-quiet" type="submit">{text!(lang, "webhooks-replay")}</button>
                </form>
            </td>
        }
    });
    view! {
        <tr data-delivery=one.state.as_str()>
            <td>{lang.date_time(one.received_at)}</td>
            <th scope="row">{format!("{source} · {event}")}</th>
            <td>{badge(tone, one.state.as_str(), state(lang, one.state))}</td>
            <td>{order}</td>
            <td><details><summary>{text!(lang, "webhooks-show")}</summary><pre class="kept">{one.kept.clone()}</pre></details></td>
            <td>{one.network.clone()}</td>
            {again}
        </tr>
    }
    .into_any()
}

fn given_up(lang: Lang, dead: &[Job], may_act: bool) -> AnyView {
    if dead.is_empty() {
        return ().into_any();
    }
    let items = dead
        .iter()
        .map(|job| {
            let again = may_act.then(|| {
                view! {
                    <form method="post" action=format!("{ADDRESS}/work")>
                        <input type="hidden" name="key" value=job.key.clone()/>
                        <button class="button button-quiet" type="submit">{text!(lang, "webhooks-run-again")}</button>
                    </form>
                }
            });
            view! {
                <li data-job=job.kind.as_str()>
                    <p><strong>{kind(lang, job.kind)}</strong>" "<span class="when">{lang.date_time(job.created_at)}</span></p>
                    <p>{job.trouble.clone().unwrap_or_default()}</p>
                    {again}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="given-up">
            <h2 id="given-up">{text!(lang, "webhooks-given-up")}</h2>
            <p>{text!(lang, "webhooks-given-up-body")}</p>
            <ul class="checks">{items}</ul>
        </section>
    }
    .into_any()
}

fn state(lang: Lang, state: DeliveryState) -> String {
    match state {
        DeliveryState::Matched => text!(lang, "webhooks-matched"),
        DeliveryState::Waiting => text!(lang, "webhooks-waiting"),
        DeliveryState::Stray => text!(lang, "webhooks-stray"),
    }
}

fn kind(lang: Lang, kind: JobKind) -> String {
    match kind {
        JobKind::Notice => text!(lang, "job-notice"),
        JobKind::LinkMessage => text!(lang, "job-link-message"),
        JobKind::Sweep => text!(lang, "job-sweep"),
        JobKind::Strays => text!(lang, "job-strays"),
        JobKind::Purge => text!(lang, "job-purge"),
        JobKind::Reconcile | JobKind::ReconcileDay => text!(lang, "job-reconcile"),
    }
}
