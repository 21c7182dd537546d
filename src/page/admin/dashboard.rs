//! `/admin`: how the shop stands, and what needs a person. Nothing here is about one customer, so looking at
//! it leaves no line in the log.

mod chart;
mod last_links;
mod needs;
mod newest;

use leptos::prelude::*;

use super::form::{Field, Refused, input};
use super::frame::{Section, frame};
use super::loaded;
use super::{Desk, failed};
use crate::domain::link::{Link, LinkState};
use crate::domain::staff::Permission;
use crate::service::{Figures, Glance};
use crate::text::{Lang, text};

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let services = desk.visit.services.clone();
        match (services.glance().await, services.last_links().await) {
            (Ok(glance), Ok(links)) => dashboard(&desk, &glance, &links),
            (Err(error), _) | (_, Err(error)) => failed(&desk, &error),
        }
    })
}

fn dashboard(desk: &Desk, glance: &Glance, links: &[(Link, LinkState)]) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-dashboard");
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions">{jobs(desk)}</div>
        </div>
        {search(lang)}
        <div class="columns">
            <div>
                {figures(lang, glance)}
                {chart::chart(lang, &glance.days)}
                {newest::newest(lang, &glance.newest)}
                {last_links::last_links(lang, links)}
            </div>
            <aside>{needs::needs(lang, &glance.needs)}</aside>
        </div>
    };
    frame(desk, title, Section::Dashboard, content.into_any())
}

/// The commonest jobs, as far as the role may do them.
fn jobs(desk: &Desk) -> AnyView {
    let lang = desk.visit.lang;
    let jobs = [
        (Permission::MakeLinks, "/admin/links/new", "button", text!(lang, "glance-new-link")),
        (Permission::See, "/admin/orders", "button button-quiet", text!(lang, "glance-orders")),
        (Permission::Export, "/admin/orders.csv", "button button-quiet", text!(lang, "glance-export")),
        (Permission::SetPrices, "/admin/promotions/new", "button button-quiet", text!(lang, "glance-new-promotion")),
    ];
    jobs.into_iter()
        .filter(|(permission, ..)| desk.actor.staff.role.may(*permission))
        .map(|(_, href, class, words)| view! { <a class=class href=href>{words}</a> })
        .collect_view()
        .into_any()
}

fn search(lang: Lang) -> AnyView {
    let field = Field::of("search", "q", text!(lang, "glance-search")).hint(text!(lang, "glance-search-hint"));
    view! {
        <form class="filters" method="get" action="/admin/orders" role="search">
            {input(lang, &Refused::default(), field)}
            <p class="actions"><button class="button button-quiet" type="submit">{text!(lang, "glance-search-go")}</button></p>
        </form>
    }
    .into_any()
}

/// Today and this month: how many orders, how much money.
fn figures(lang: Lang, glance: &Glance) -> AnyView {
    let Figures { paid, refunded, open } = glance.today;
    let month = glance.month;
    let tiles = [
        ("paid-today", text!(lang, "glance-paid-today"), paid),
        ("paid-month", text!(lang, "glance-paid-month"), month.paid),
        ("refunded-today", text!(lang, "glance-refunded-today"), refunded),
        ("refunded-month", text!(lang, "glance-refunded-month"), month.refunded),
        ("open-today", text!(lang, "glance-open-today"), open),
        ("open-month", text!(lang, "glance-open-month"), month.open),
    ];
    let tiles = tiles
        .into_iter()
        .map(|(name, words, tally)| {
            view! {
                <div class="tile" data-figure=name data-orders=tally.orders data-won=tally.won>
                    <h2>{words}</h2>
                    <p class="figure">{lang.sum(tally.won)}</p>
                    <p>{text!(lang, "glance-count", count = lang.number(tally.orders))}</p>
                </div>
            }
        })
        .collect_view();
    view! {
        <section aria-label=text!(lang, "glance-figures")>
            <div class="tiles">{tiles}</div>
            <p class="hint">{text!(lang, "glance-explained")}</p>
        </section>
    }
    .into_any()
}
