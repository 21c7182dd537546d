//! `/admin/plans`: what is sold for how much. Every form has a preview of what customers will see.

use leptos::prelude::*;

use super::super::plans::interval_name;
use super::badge::badge;
use super::form::{Field, Refused, area, input, trouble};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded, not_found};
use crate::domain::money::Krw;
use crate::domain::plan::{Feature, Interval, Offer, Plan, PlanKey};
use crate::domain::price_form::{price_fields, read_plan, read_plan_texts, read_price};
use crate::domain::staff::Permission;
use crate::service::{PlanRecord, Price};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Tone};

pub(super) fn list(desk: Desk) -> AnyView {
    loaded(move || async move {
        match desk.visit.services.plan_records().await {
            Ok(plans) => list_page(&desk, &plans),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn may_set(desk: &Desk) -> bool {
    desk.actor.staff.role.may(Permission::SetPrices)
}

fn list_page(desk: &Desk, plans: &[PlanRecord]) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-plans");
    let add =
        may_set(desk).then(|| view! { <a class="button" href="/admin/plans/new">{text!(lang, "plans-desk-add")}</a> });
    let rows = plans.iter().map(|record| row(lang, record)).collect_view();
    let table = if plans.is_empty() {
        view! { <p class="empty">{text!(lang, "plans-desk-empty")}</p> }.into_any()
    } else {
        let heads = vec![
            Head::Text(text!(lang, "plans-desk-name")),
            Head::Text(text!(lang, "plans-desk-state")),
            Head::Number(text!(lang, "interval-month")),
            Head::Number(text!(lang, "interval-year")),
            Head::Number(text!(lang, "plans-desk-position")),
        ];
        data_table(title.clone(), heads, rows)
    };
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1><div class="actions">{add}</div></div>
        {table}
    };
    frame(desk, title, Section::Plans, content.into_any())
}

fn row(lang: Lang, record: &PlanRecord) -> impl IntoView + use<> {
    let plan = &record.plan;
    let price = |interval| match plan.offer(interval) {
        Some(offer) => lang.money(offer.amount.total()),
        None => text!(lang, "plans-desk-not-sold"),
    };
    view! {
        <tr data-plan=plan.key.as_str().to_owned()>
            <th scope="row"><a href=address(&plan.key)>{plan.name.clone()}</a></th>
            <td>{sale_badge(lang, record)}</td>
            <td class="num">{price(Interval::Month)}</td>
            <td class="num">{price(Interval::Year)}</td>
            <td class="num">{record.position}</td>
        </tr>
    }
}

fn sale_badge(lang: Lang, record: &PlanRecord) -> AnyView {
    let (tone, state, words) = match (record.stopped_at, record.plan.offers.is_empty()) {
        (Some(_), _) => (Tone::Plain, "stopped", text!(lang, "plans-desk-stopped")),
        (None, true) => (Tone::Warning, "unpriced", text!(lang, "plans-desk-unpriced")),
        (None, false) => (Tone::Good, "sold", text!(lang, "plans-desk-sold")),
    };
    badge(tone, state, words)
}

fn address(key: &PlanKey) -> String {
    format!("/admin/plans/{}", key.as_str())
}

pub(super) fn new(desk: Desk) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "plans-desk-add");
    let refused = &desk.refused;
    let is_preview = refused.value("preview", "") == "yes";
    let shown =
        if is_preview { read_plan(&refused.typed).ok().map(|(plan, _)| preview(lang, &plan, true)) } else { None };
    let prices = Interval::ALL
        .map(|interval| {
            view! {
                <fieldset class="choices">
                    <legend>{interval_name(lang, interval)}</legend>
                    {price_inputs(lang, refused, interval, None, None)}
                </fieldset>
            }
        })
        .collect_view();
    let content = view! {
        <h1>{title.clone()}</h1>
        {trouble(lang, refused)}
        {shown}
        <form class="form" method="post" action="/admin/plans/new">
            {input(lang, refused, Field::text("key", text!(lang, "plans-desk-key")).hint(text!(lang, "plans-desk-key-hint")).required())}
            {text_inputs(lang, refused, None)}
            {prices}
            <p class="hint">{text!(lang, "plans-desk-one-price")}</p>
            <p class="actions">
                <button class="button" type="submit">{text!(lang, "plans-desk-create")}</button>
                {preview_button(lang)}
            </p>
        </form>
    };
    frame(&desk, title, Section::Plans, content.into_any())
}

fn preview_button(lang: Lang) -> AnyView {
    view! { <button class="button button-quiet" type="submit" name="preview" value="yes">{text!(lang, "plans-desk-preview")}</button> }
        .into_any()
}

fn text_inputs(lang: Lang, refused: &Refused, record: Option<&PlanRecord>) -> AnyView {
    let line = |feature: &Feature| format!("{} | {}", feature.ko, feature.en);
    let plan = record.map(|record| &record.plan);
    let features = plan.map(|plan| plan.features.iter().map(line).collect::<Vec<_>>().join("\n"));
    let name = plan.map(|plan| plan.name.clone()).unwrap_or_default();
    let position = record.map_or_else(String::new, |record| record.position.to_string());
    view! {
        {input(lang, refused, Field::text("name", text!(lang, "plans-desk-name")).value(name).required())}
        {area(lang, refused, Field::text("features", text!(lang, "plans-desk-features")).hint(text!(lang, "plans-desk-features-hint")).value(features.unwrap_or_default()).required())}
        {input(lang, refused, Field::of("number", "position", text!(lang, "plans-desk-position")).hint(text!(lang, "plans-desk-position-hint")).value(position).required())}
    }
    .into_any()
}

/// `monthly` is the price of a month, told beside the price of a year.
fn price_inputs(
    lang: Lang,
    refused: &Refused,
    interval: Interval,
    offer: Option<&Offer>,
    monthly: Option<&Offer>,
) -> AnyView {
    let names = price_fields(interval);
    let total = offer.map(|offer| offer.amount.total().grouped()).unwrap_or_default();
    let tax_free = offer.map(|offer| offer.amount.tax_free().grouped()).unwrap_or_default();
    let product = offer.map(|offer| offer.product_id.clone()).unwrap_or_default();
    let twelve = monthly.filter(|_| interval == Interval::Year).and_then(|offer| twelve(lang, offer));
    let hint = twelve.unwrap_or_else(|| text!(lang, "plans-desk-total-hint"));
    view! {
        {input(lang, refused, Field::of("number", names.total, text!(lang, "plans-desk-total")).hint(hint).value(total))}
        {input(lang, refused, Field::of("number", names.tax_free, text!(lang, "plans-desk-tax-free")).hint(text!(lang, "plans-desk-tax-free-hint")).value(tax_free))}
        {input(lang, refused, Field::text(names.product, text!(lang, "plans-desk-product")).hint(text!(lang, "plans-desk-product-hint")).value(product))}
    }
    .into_any()
}

fn twelve(lang: Lang, monthly: &Offer) -> Option<String> {
    let twelve = Krw::new(monthly.amount.total().get().saturating_mul(12)).ok()?;
    Some(text!(lang, "plans-desk-twelve", total = lang.money(twelve)))
}

pub(super) fn detail(desk: Desk, key: &str) -> AnyView {
    let Ok(key) = PlanKey::parse(key) else { return not_found(&desk) };
    loaded(move || async move {
        match desk.visit.services.plan_record(&key).await {
            Ok((record, prices)) => detail_page(&desk, &record, &prices),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn detail_page(desk: &Desk, record: &PlanRecord, prices: &[Price]) -> AnyView {
    let lang = desk.visit.lang;
    let may_set = may_set(desk);
    let (shown, is_new) = asked_for(&desk.refused, record);
    let forms = may_set.then(|| {
        view! {
            {texts_form(lang, &desk.refused.of_form("texts"), record)}
            {Interval::ALL.map(|interval| price_form(lang, &desk.refused, interval, record)).collect_view()}
        }
    });
    let acts = may_set.then(|| sale_form(lang, record));
    let facts = vec![
        Fact::new(text!(lang, "plans-desk-key"), record.plan.key.as_str()),
        Fact::new(text!(lang, "plans-desk-position"), record.position.to_string()),
    ];
    let content = view! {
        <div class="heading"><h1>{record.plan.name.clone()}" "{sale_badge(lang, record)}</h1></div>
        <div class="columns">
            <div>
                {preview(lang, &shown, is_new)}
                {forms}
                {history(lang, prices)}
            </div>
            <aside><Facts rows=facts/>{acts}</aside>
        </div>
    };
    frame(desk, record.plan.name.clone(), Section::Plans, content.into_any())
}

/// The plan as a form that was sent for a preview would make it; as it is, otherwise.
fn asked_for(refused: &Refused, record: &PlanRecord) -> (Plan, bool) {
    let plan = record.plan.clone();
    if refused.value("preview", "") != "yes" {
        return (plan, false);
    }
    match Interval::parse(&refused.value("form", "")) {
        Ok(interval) => {
            let Ok((amount, product_id)) = read_price(&refused.typed, interval) else { return (plan, false) };
            let offer = Offer { plan: plan.key.clone(), plan_name: plan.name.clone(), interval, amount, product_id };
            (plan.with_offer(offer), true)
        }
        Err(_) => {
            let Ok(texts) = read_plan_texts(&refused.typed) else { return (plan, false) };
            (Plan { name: texts.name, features: texts.features, ..plan }, true)
        }
    }
}

/// What customers see of a plan, in the words of its card.
fn preview(lang: Lang, plan: &Plan, is_new: bool) -> AnyView {
    let price = |offer: &Offer| {
        let (total, monthly) = (lang.money(offer.amount.total()), lang.money(offer.per_month()));
        let words = match offer.interval {
            Interval::Month => total,
            Interval::Year => text!(lang, "plans-year-total", total = total, monthly = monthly),
        };
        Fact::new(interval_name(lang, offer.interval), words)
    };
    let prices: Vec<Fact> = plan.offers.iter().map(price).collect();
    let features = plan
        .features
        .iter()
        .map(|feature| view! { <li><span lang="ko">{feature.ko.clone()}</span>" · "<span lang="en">{feature.en.clone()}</span></li> })
        .collect_view();
    let note = if is_new { text!(lang, "plans-desk-not-saved") } else { text!(lang, "plans-desk-now") };
    view! {
        <section class="panel" aria-labelledby="preview" data-preview=if is_new { "new" } else { "now" }>
            <h2 id="preview">{text!(lang, "plans-desk-customers-see")}</h2>
            <p class="hint" role="status">{note}</p>
            <p><strong>{plan.name.clone()}</strong></p>
            <Facts rows=prices/>
            <ul>{features}</ul>
        </section>
    }
    .into_any()
}

fn texts_form(lang: Lang, refused: &Refused, record: &PlanRecord) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="texts">
            <h2 id="texts">{text!(lang, "plans-desk-texts")}</h2>
            {trouble(lang, refused)}
            <form method="post" action=address(&record.plan.key)>
                <input type="hidden" name="form" value="texts"/>
                {text_inputs(lang, refused, Some(record))}
                <p class="actions">
                    <button class="button" type="submit">{text!(lang, "plans-desk-save")}</button>
                    {preview_button(lang)}
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn price_form(lang: Lang, refused: &Refused, interval: Interval, record: &PlanRecord) -> AnyView {
    let word = interval.as_str();
    let refused = refused.of_form(word);
    let plan = &record.plan;
    let offer = plan.offer(interval);
    let name = interval_name(lang, interval);
    let button = match offer {
        Some(_) => text!(lang, "plans-desk-set-price", interval = name.clone()),
        None => text!(lang, "plans-desk-sell-interval", interval = name.clone()),
    };
    let retire = offer.map(|offer| {
        let effect = text!(lang, "plans-desk-retire-effect", interval = name.clone(), total = lang.money(offer.amount.total()));
        view! {
            <form method="post" action=format!("{}/retire", address(&plan.key))>
                <input type="hidden" name="interval" value=word/>
                <p class="effect">{effect}</p>
                <p><button class="button button-danger" type="submit">{text!(lang, "plans-desk-retire", interval = name.clone())}</button></p>
            </form>
        }
    });
    view! {
        <section class="panel" aria-labelledby=format!("price-{word}") data-interval=word>
            <h2 id=format!("price-{word}")>{text!(lang, "plans-desk-price", interval = name.clone())}</h2>
            {trouble(lang, &refused)}
            <form method="post" action=format!("{}/price", address(&plan.key))>
                <input type="hidden" name="form" value=word/>
                {price_inputs(lang, &refused, interval, offer, plan.offer(Interval::Month))}
                <p class="hint">{text!(lang, "plans-desk-old-orders")}</p>
                <p class="actions"><button class="button" type="submit">{button}</button>{preview_button(lang)}</p>
            </form>
            {retire}
        </section>
    }
    .into_any()
}

fn sale_form(lang: Lang, record: &PlanRecord) -> AnyView {
    let is_sold = record.stopped_at.is_none();
    let (title, effect, button, class, sold) = if is_sold {
        let button = text!(lang, "plans-desk-stop");
        (text!(lang, "plans-desk-stop"), text!(lang, "plans-desk-stop-effect"), button, "button button-danger", "no")
    } else {
        let button = text!(lang, "plans-desk-resume");
        (text!(lang, "plans-desk-resume"), text!(lang, "plans-desk-resume-effect"), button, "button", "yes")
    };
    view! {
        <section class="panel" aria-labelledby="sale">
            <h2 id="sale">{title}</h2>
            <form method="post" action=format!("{}/sale", address(&record.plan.key))>
                <input type="hidden" name="sold" value=sold/>
                <p class="effect">{effect}</p>
                <p><button class=class type="submit">{button}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn history(lang: Lang, prices: &[Price]) -> AnyView {
    let rows = prices
        .iter()
        .map(|price| {
            let when = |at: Option<crate::domain::time::UnixMs>, none: String| at.map_or(none, |at| lang.date_time(at));
            let until = when(price.retired_at, text!(lang, "plans-desk-still"));
            view! {
                <tr data-state=if price.retired_at.is_some() { "retired" } else { "living" }>
                    <th scope="row">{interval_name(lang, price.offer.interval)}</th>
                    <td class="num">{lang.money(price.offer.amount.total())}</td>
                    <td class="num">{lang.money(price.offer.amount.tax_free())}</td>
                    <td>{price.offer.product_id.clone()}</td>
                    <td class="when">{when(price.created_at, text!(lang, "plans-desk-beginning"))}</td>
                    <td class="when">{until}</td>
                    <td>{price.created_by.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let title = text!(lang, "plans-desk-history");
    let heads = vec![
        Head::Text(text!(lang, "plans-interval")),
        Head::Number(text!(lang, "plans-desk-total")),
        Head::Number(text!(lang, "plans-desk-tax-free")),
        Head::Text(text!(lang, "plans-desk-product")),
        Head::Text(text!(lang, "plans-desk-since")),
        Head::Text(text!(lang, "plans-desk-until")),
        Head::Text(text!(lang, "plans-desk-by")),
    ];
    view! {
        <section class="panel" aria-labelledby="history">
            <h2 id="history">{title.clone()}</h2>
            {data_table(title, heads, rows)}
        </section>
    }
    .into_any()
}
