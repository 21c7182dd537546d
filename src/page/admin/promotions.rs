//! `/admin/promotions`: codes that make an order cheaper, who has used them, and how to make one.

use leptos::prelude::*;

use super::super::plans::interval_name;
use super::badge::badge;
use super::form::{Field, Refused, input, select, tick, trouble};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded, not_found};
use crate::domain::order::MoneyState;
use crate::domain::plan::PlanKey;
use crate::domain::price_form::read_promotion;
use crate::domain::promotion::{Discount, PromotionCode, Standing, Terms, UseState, Why};
use crate::domain::staff::Permission;
use crate::domain::time::{Day, UnixMs};
use crate::service::{PlanRecord, PreviewLine, PromotionPage, PromotionUse, PromotionView};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Tone};

fn may_set(desk: &Desk) -> bool {
    desk.actor.staff.role.may(Permission::SetPrices)
}

pub(super) fn list(desk: Desk) -> AnyView {
    loaded(move || async move {
        let before = before(desk.visit.uri.query().unwrap_or_default());
        match desk.visit.services.promotions(before).await {
            Ok(page) => list_page(&desk, &page),
            Err(error) => failed(&desk, &error),
        }
    })
}

/// Where the asked page begins: `before=<age>.<code>`.
fn before(query: &str) -> Option<(UnixMs, PromotionCode)> {
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("before="))?;
    let (at, code) = asked.split_once('.')?;
    Some((UnixMs::new(at.parse().ok()?), PromotionCode::parse(code).ok()?))
}

fn list_page(desk: &Desk, page: &PromotionPage) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-promotions");
    let add =
        may_set(desk).then(|| view! { <a class="button" href="/admin/promotions/new">{text!(lang, "promo-add")}</a> });
    let table = if page.promotions.is_empty() {
        view! { <p class="empty">{text!(lang, "promo-empty")}</p> }.into_any()
    } else {
        let rows = page.promotions.iter().map(|promotion| row(lang, promotion)).collect_view();
        let heads = vec![
            Head::Text(text!(lang, "promo-code")),
            Head::Text(text!(lang, "promo-state")),
            Head::Text(text!(lang, "promo-discount")),
            Head::Text(text!(lang, "promo-days")),
            Head::Number(text!(lang, "promo-uses")),
        ];
        data_table(title.clone(), heads, rows)
    };
    let next = page.next.as_ref().map(|(at, code)| {
        let href = format!("/admin/promotions?before={}.{}", at.get(), code.as_str());
        view! { <nav class="pages" aria-label=text!(lang, "promo-pages")><a href=href rel="next">{text!(lang, "promo-older")}</a></nav> }
    });
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1><div class="actions">{add}</div></div>
        {table}
        {next}
    };
    frame(desk, title, Section::Promotions, content.into_any())
}

fn row(lang: Lang, view: &PromotionView) -> impl IntoView + use<> {
    let promotion = &view.promotion;
    view! {
        <tr data-promotion=promotion.code.as_str().to_owned()>
            <th scope="row"><a href=address(&promotion.code)>{promotion.code.as_str().to_owned()}</a></th>
            <td>{standing_badge(lang, view.standing)}</td>
            <td>{discount_text(lang, promotion.discount)}</td>
            <td>{days_text(lang, &promotion.terms)}</td>
            <td class="num">{uses_text(lang, view)}</td>
        </tr>
    }
}

fn address(code: &PromotionCode) -> String {
    format!("/admin/promotions/{}", code.as_str())
}

fn standing_badge(lang: Lang, standing: Standing) -> AnyView {
    let (tone, words) = match standing {
        Standing::Coming => (Tone::Plain, text!(lang, "promo-coming")),
        Standing::Running => (Tone::Good, text!(lang, "promo-running")),
        Standing::UsedUp => (Tone::Warning, text!(lang, "promo-used-up")),
        Standing::Over => (Tone::Plain, text!(lang, "promo-over")),
        Standing::Off => (Tone::Plain, text!(lang, "promo-off")),
    };
    badge(tone, standing.as_str(), words)
}

fn discount_text(lang: Lang, discount: Discount) -> String {
    match discount {
        Discount::Percent(percent) => text!(lang, "promo-percent-off", percent = percent.get()),
        Discount::Fixed(won) => text!(lang, "promo-won-off", amount = lang.money(won)),
    }
}

fn days_text(lang: Lang, terms: &Terms) -> String {
    let day = |day: &Day| day.as_str().to_owned();
    match (&terms.from, &terms.until) {
        (None, None) => text!(lang, "promo-always"),
        (Some(from), None) => text!(lang, "promo-from-day", day = day(from)),
        (None, Some(until)) => text!(lang, "promo-until-day", day = day(until)),
        (Some(from), Some(until)) => text!(lang, "promo-between", from = day(from), until = day(until)),
    }
}

fn uses_text(lang: Lang, view: &PromotionView) -> String {
    match view.promotion.terms.limit {
        Some(limit) => text!(lang, "promo-uses-of", uses = view.uses.to_string(), limit = limit.to_string()),
        None => text!(lang, "promo-uses-free", uses = view.uses.to_string()),
    }
}

pub(super) fn new(desk: Desk) -> AnyView {
    loaded(move || async move {
        let wanted = read_promotion(&desk.refused.typed).ok().filter(|_| desk.refused.value("preview", "") == "yes");
        let services = &desk.visit.services;
        let plans = match services.plan_records().await {
            Ok(plans) => plans,
            Err(error) => return failed(&desk, &error),
        };
        let lines = match wanted {
            None => None,
            Some(wanted) => match services.preview_promotion(wanted.discount, &wanted.terms.plans).await {
                Ok(lines) => Some(lines),
                Err(error) => return failed(&desk, &error),
            },
        };
        new_page(&desk, &plans, lines.as_deref())
    })
}

fn new_page(desk: &Desk, plans: &[PlanRecord], lines: Option<&[PreviewLine]>) -> AnyView {
    let lang = desk.visit.lang;
    let refused = &desk.refused;
    let title = text!(lang, "promo-add");
    let kinds = vec![
        ("percent".to_owned(), text!(lang, "promo-kind-percent")),
        ("fixed".to_owned(), text!(lang, "promo-kind-fixed")),
    ];
    let content = view! {
        <h1>{title.clone()}</h1>
        {trouble(lang, refused)}
        {lines.map(|lines| preview(lang, lines))}
        <form class="form" method="post" action="/admin/promotions/new">
            {input(lang, refused, Field::text("code", text!(lang, "promo-code")).hint(text!(lang, "promo-code-hint")).required())}
            <div class="pair">
                {select(lang, refused, Field::text("kind", text!(lang, "promo-kind")).value("percent"), kinds)}
                {input(lang, refused, Field::of("number", "value", text!(lang, "promo-value")).hint(text!(lang, "promo-value-hint")).required())}
            </div>
            {terms_inputs(lang, refused, &Terms::default(), plans)}
            <p class="actions">
                <button class="button" type="submit">{text!(lang, "promo-create")}</button>
                <button class="button button-quiet" type="submit" name="preview" value="yes">{text!(lang, "promo-preview")}</button>
            </p>
        </form>
    };
    frame(desk, title, Section::Promotions, content.into_any())
}

fn preview(lang: Lang, lines: &[PreviewLine]) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let offer = &line.offer;
            let (state, cost) = match line.cost {
                Ok(cost) => ("fits", lang.money(cost.total())),
                Err(Why::TooLittleLeft) => ("too_little_left", text!(lang, "promo-too-little")),
                Err(_) => ("not_for_plan", text!(lang, "promo-not-for-plan")),
            };
            view! {
                <tr data-state=state>
                    <th scope="row">{offer.plan_name.clone()}</th>
                    <td>{interval_name(lang, offer.interval)}</td>
                    <td class="num">{lang.money(offer.amount.total())}</td>
                    <td class="num">{cost}</td>
                </tr>
            }
        })
        .collect_view();
    let title = text!(lang, "promo-preview-title");
    let heads = vec![
        Head::Text(text!(lang, "checkout-plan")),
        Head::Text(text!(lang, "checkout-interval")),
        Head::Number(text!(lang, "promo-before")),
        Head::Number(text!(lang, "promo-after")),
    ];
    view! {
        <section class="panel" aria-labelledby="preview" data-preview="new">
            <h2 id="preview">{title.clone()}</h2>
            <p class="hint" role="status">{text!(lang, "promo-preview-note")}</p>
            {data_table(title, heads, rows)}
        </section>
    }
    .into_any()
}

fn terms_inputs(lang: Lang, refused: &Refused, terms: &Terms, plans: &[PlanRecord]) -> AnyView {
    let day = |day: &Option<Day>| day.as_ref().map_or("", Day::as_str).to_owned();
    let limit = |limit: Option<u32>| limit.map_or_else(String::new, |limit| limit.to_string());
    let ticks = plans
        .iter()
        .map(|record| {
            let (key, name) = (record.plan.key.as_str(), record.plan.name.clone());
            tick(refused, "plans", key, name, terms.plans.contains(&record.plan.key))
        })
        .collect_view();
    let wrong = refused.error("plans").map(|problem| problem.text(lang));
    view! {
        <div class="pair">
            {input(lang, refused, Field::of("date", "from", text!(lang, "promo-from")).hint(text!(lang, "promo-from-hint")).value(day(&terms.from)))}
            {input(lang, refused, Field::of("date", "until", text!(lang, "promo-until")).hint(text!(lang, "promo-until-hint")).value(day(&terms.until)))}
        </div>
        <div class="pair">
            {input(lang, refused, Field::of("number", "limit", text!(lang, "promo-limit")).hint(text!(lang, "promo-limit-hint")).value(limit(terms.limit)))}
            {input(lang, refused, Field::of("number", "limit_per_customer", text!(lang, "promo-limit-customer")).hint(text!(lang, "promo-limit-customer-hint")).value(limit(terms.limit_per_customer)))}
        </div>
        <fieldset class="choices" aria-describedby="plans-error plans-hint">
            <legend>{text!(lang, "promo-plans")}</legend>
            {ticks}
            <p class="field-error" id="plans-error">{wrong}</p>
            <p class="field-hint" id="plans-hint">{text!(lang, "promo-plans-hint")}</p>
        </fieldset>
    }
    .into_any()
}

pub(super) fn detail(desk: Desk, code: &str) -> AnyView {
    let Ok(code) = PromotionCode::parse(code) else { return not_found(&desk) };
    loaded(move || async move {
        let services = &desk.visit.services;
        match (services.promotion(&code).await, services.plan_records().await) {
            (Ok((promotion, uses)), Ok(plans)) => detail_page(&desk, &promotion, &uses, &plans),
            (Err(error), _) | (_, Err(error)) => failed(&desk, &error),
        }
    })
}

fn detail_page(desk: &Desk, view: &PromotionView, uses: &[PromotionUse], plans: &[PlanRecord]) -> AnyView {
    let lang = desk.visit.lang;
    let promotion = &view.promotion;
    let title = promotion.code.as_str().to_owned();
    let name_of = |key: &PlanKey| {
        let known = plans.iter().find(|record| record.plan.key == *key);
        known.map_or_else(|| key.as_str().to_owned(), |record| record.plan.name.clone())
    };
    let fits: Vec<String> = promotion.terms.plans.iter().map(name_of).collect();
    let fits = if fits.is_empty() { text!(lang, "promo-all-plans") } else { fits.join(", ") };
    let per_customer = promotion.terms.limit_per_customer;
    let per_customer = per_customer.map_or_else(|| text!(lang, "promo-no-limit"), |limit| limit.to_string());
    let facts = vec![
        Fact::new(text!(lang, "promo-discount"), discount_text(lang, promotion.discount)),
        Fact::new(text!(lang, "promo-days"), days_text(lang, &promotion.terms)),
        Fact::new(text!(lang, "promo-uses"), uses_text(lang, view)),
        Fact::new(text!(lang, "promo-limit-customer"), per_customer),
        Fact::new(text!(lang, "promo-plans"), fits),
        Fact::new(text!(lang, "promo-made-at"), lang.date_time(view.created_at)),
        Fact::new(text!(lang, "promo-made-by"), view.created_by.clone()),
    ];
    let acts = may_set(desk).then(|| {
        view! {
            {change_form(lang, &desk.refused.of_form("terms"), view, plans)}
            {switch_form(lang, view)}
        }
    });
    let content = view! {
        <div class="heading"><h1>{title.clone()}" "{standing_badge(lang, view.standing)}</h1></div>
        <div class="columns">
            <div>
                <Facts rows=facts/>
                {uses_table(lang, uses)}
            </div>
            <aside>{acts}</aside>
        </div>
    };
    frame(desk, title, Section::Promotions, content.into_any())
}

fn change_form(lang: Lang, refused: &Refused, view: &PromotionView, plans: &[PlanRecord]) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="change">
            <h2 id="change">{text!(lang, "promo-change")}</h2>
            {trouble(lang, refused)}
            <form method="post" action=address(&view.promotion.code)>
                <input type="hidden" name="form" value="terms"/>
                {terms_inputs(lang, refused, &view.promotion.terms, plans)}
                <p class="hint">{text!(lang, "promo-change-effect")}</p>
                <p class="actions"><button class="button" type="submit">{text!(lang, "promo-save")}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn switch_form(lang: Lang, view: &PromotionView) -> AnyView {
    let (title, effect, class, on) = if view.promotion.is_on {
        (text!(lang, "promo-switch-off"), text!(lang, "promo-switch-off-effect"), "button button-danger", "no")
    } else {
        (text!(lang, "promo-switch-on"), text!(lang, "promo-switch-on-effect"), "button", "yes")
    };
    view! {
        <section class="panel" aria-labelledby="switch">
            <h2 id="switch">{title.clone()}</h2>
            <form method="post" action=format!("{}/switch", address(&view.promotion.code))>
                <input type="hidden" name="on" value=on/>
                <p class="effect">{effect}</p>
                <p><button class=class type="submit">{title}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn uses_table(lang: Lang, uses: &[PromotionUse]) -> AnyView {
    let title = text!(lang, "promo-uses-title");
    if uses.is_empty() {
        return view! {
            <section class="panel" aria-labelledby="uses">
                <h2 id="uses">{title}</h2>
                <p class="empty">{text!(lang, "promo-uses-empty")}</p>
            </section>
        }
        .into_any();
    }
    let rows = uses
        .iter()
        .map(|one| {
            view! {
                <tr data-order=one.number.as_str().to_owned() data-state=one.state.as_str()>
                    <th scope="row"><a href=format!("/admin/orders/{}", one.order)>{one.number.as_str().to_owned()}</a></th>
                    <td>{use_text(lang, one.state, one.money)}</td>
                    <td class="num">{one.original.map(|won| view! { <s>{lang.money(won)}</s> })}</td>
                    <td class="num">{lang.money(one.total)}</td>
                    <td class="when">{lang.date_time(one.created_at)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "order-number")),
        Head::Text(text!(lang, "promo-state")),
        Head::Number(text!(lang, "promo-before")),
        Head::Number(text!(lang, "promo-after")),
        Head::Text(text!(lang, "order-placed-at")),
    ];
    view! {
        <section class="panel" aria-labelledby="uses">
            <h2 id="uses">{title.clone()}</h2>
            {data_table(title, heads, rows)}
        </section>
    }
    .into_any()
}

fn use_text(lang: Lang, state: UseState, money: MoneyState) -> String {
    match (state, money) {
        (UseState::Held, _) => text!(lang, "promo-use-held"),
        (UseState::Used, _) => text!(lang, "promo-use-used"),
        (UseState::Freed, MoneyState::Refunded | MoneyState::Cancelled) => text!(lang, "promo-use-refunded"),
        (UseState::Freed, _) => text!(lang, "promo-use-freed"),
    }
}
