//! `/admin/orders`: find orders, mark several of them, take them away as a file.

mod table;

use leptos::prelude::*;

use super::super::frame::scripts;
use super::super::policy::{Holds, set as set_policy};
use super::form::{Field, Refused, input, select, trouble};
use super::frame::{Section, frame};
use super::{Desk, Problem, failed, loaded};
use crate::domain::order::{OrderKind, StateWord};
use crate::domain::search::Needle;
use crate::domain::staff::Permission;
use crate::islands::{OrderTotals as Totals, TotalsWords};
use crate::service::{Error, OrderCursor, OrderFilter, OrderList, OrderTotals};
use crate::text::{Lang, text};
use crate::ui::{Notice, Tone};

/// What the address asks for.
struct Asked {
    filter: OrderFilter,
    wrong: Vec<&'static str>,
    cursor: OrderCursor,
    /// Count and sum are to stand in the page.
    with_totals: bool,
}

pub(super) fn page(desk: Desk) -> AnyView {
    let query = desk.visit.uri.query().unwrap_or_default().to_owned();
    let (filter, wrong) = OrderFilter::parse(&query);
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap_or_default();
    let number = |name: &str| pairs.iter().find(|(sent, _)| sent == name).and_then(|(_, value)| value.parse().ok());
    let cursor = match (number("before"), number("after")) {
        (Some(seq), _) => OrderCursor::Before(seq),
        (None, Some(seq)) => OrderCursor::After(seq),
        (None, None) => OrderCursor::Newest,
    };
    let with_totals = pairs.iter().any(|(name, value)| name == "totals" && value == "1");
    let asked = Asked { filter, wrong, cursor, with_totals };
    let scripts = (!asked.with_totals && asked.wrong.is_empty()).then(|| {
        set_policy(&desk.visit, Holds::Islands);
        scripts(&desk.visit)
    });
    let content = loaded(move || async move {
        match content(&desk, &asked).await {
            Ok(content) => {
                let title = text!(desk.visit.lang, "orders-title");
                frame(&desk, title, Section::Orders, content)
            }
            Err(error) => failed(&desk, &error),
        }
    });
    view! { {content} {scripts} }.into_any()
}

async fn content(desk: &Desk, asked: &Asked) -> Result<AnyView, Error> {
    let lang = desk.visit.lang;
    let services = &desk.visit.services;
    let (methods, body) = if asked.wrong.is_empty() {
        let list = services.list_orders(&desk.actor, &asked.filter, asked.cursor).await?;
        let totals = totals(desk, asked).await?;
        let methods = list.methods.clone();
        (methods, view! { {totals} {list_view(desk, asked, &list)} }.into_any())
    } else {
        let notice = view! { <Notice tone=Tone::Warning><p>{text!(lang, "orders-wrong-filter")}</p></Notice> };
        (services.payment_methods().await?, notice.into_any())
    };
    let export = desk.actor.staff.role.may(Permission::Export).then(|| {
        view! { <a class="button button-quiet" href=address("/admin/orders.csv", &asked.filter, None) data-export="all">{text!(lang, "orders-export")}</a> }
    });
    Ok(view! {
        <div class="heading"><h1>{text!(lang, "orders-title")}</h1><div class="actions">{export}</div></div>
        {filters(desk, asked, methods)}
        {trouble(lang, &desk.refused)}
        {body}
    }
    .into_any())
}

/// An address with this filter.
fn address(path: &str, filter: &OrderFilter, more: Option<(&str, String)>) -> String {
    let mut pairs = filter.pairs();
    pairs.extend(more);
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn page_address(filter: &OrderFilter, cursor: OrderCursor) -> String {
    let more = match cursor {
        OrderCursor::Newest => None,
        OrderCursor::Before(seq) => Some(("before", seq.to_string())),
        OrderCursor::After(seq) => Some(("after", seq.to_string())),
    };
    address("/admin/orders", filter, more)
}

fn filters(desk: &Desk, asked: &Asked, methods: Vec<String>) -> AnyView {
    let lang = desk.visit.lang;
    let filter = &asked.filter;
    let refused = wrong_fields(desk, asked);
    let typed = |name: &str| filter.pairs().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let value = |name: &str| typed(name).unwrap_or_default();
    let any = || (String::new(), text!(lang, "orders-any"));
    let states = StateWord::ALL.iter().map(|state| (state.as_str().to_owned(), lang.order_state(*state)));
    let kinds = OrderKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), lang.order_kind(*kind)));
    // A method that is asked for stays in the list, also when nobody has paid so.
    let strange = filter.method.iter().filter(|method| !methods.contains(method)).cloned();
    let methods = methods.iter().cloned().chain(strange).map(|method| (method.clone(), method));
    let seldom = ["kind", "method", "least", "most"];
    let is_open = seldom.iter().any(|name| typed(name).is_some() || asked.wrong.contains(name));
    let search = Field::of("search", "q", text!(lang, "orders-search")).hint(text!(lang, "orders-search-hint"));
    view! {
        <form class="filters" method="get" action="/admin/orders">
            {input(lang, &refused, search.value(value("q")))}
            {select(lang, &refused, Field::text("state", text!(lang, "orders-state")).value(value("state")), std::iter::once(any()).chain(states).collect())}
            {input(lang, &refused, Field::of("date", "from", text!(lang, "orders-from")).value(value("from")))}
            {input(lang, &refused, Field::of("date", "to", text!(lang, "orders-to")).value(value("to")))}
            <details class="more" open=is_open>
                <summary>{text!(lang, "orders-more")}</summary>
                <div class="pair">
                    {select(lang, &refused, Field::text("kind", text!(lang, "orders-kind")).value(value("kind")), std::iter::once(any()).chain(kinds).collect())}
                    {select(lang, &refused, Field::text("method", text!(lang, "orders-method")).value(value("method")), std::iter::once(any()).chain(methods).collect())}
                </div>
                <div class="pair">
                    {input(lang, &refused, Field::of("number", "least", text!(lang, "orders-least")).value(value("least")))}
                    {input(lang, &refused, Field::of("number", "most", text!(lang, "orders-most")).value(value("most")))}
                </div>
            </details>
            <p class="actions">
                <button class="button" type="submit">{text!(lang, "orders-apply")}</button>
                <a class="button button-quiet" href="/admin/orders">{text!(lang, "orders-clear")}</a>
            </p>
        </form>
    }
    .into_any()
}

/// The fields of the filter as they were typed, with what is wrong with them; empty where nothing is.
fn wrong_fields(desk: &Desk, asked: &Asked) -> Refused {
    if asked.wrong.is_empty() {
        return Refused::default();
    }
    let query = desk.visit.uri.query().unwrap_or_default();
    let is_short = asked.filter.text.chars().count() < Needle::MAX_CHARS;
    let problem = |name: &'static str| match name {
        "q" if is_short => (name, Problem::TooShort),
        "q" => (name, Problem::TooLong),
        _ => (name, Problem::Form),
    };
    Refused {
        typed: serde_urlencoded::from_str(query).unwrap_or_default(),
        errors: asked.wrong.iter().map(|name| problem(name)).collect(),
        ..Refused::default()
    }
}

/// Count and sum: after the list where there is script, in the page where they were asked for.
async fn totals(desk: &Desk, asked: &Asked) -> Result<AnyView, Error> {
    let lang = desk.visit.lang;
    if !asked.with_totals {
        let words = TotalsWords {
            ask: text!(lang, "orders-totals-ask"),
            busy: text!(lang, "orders-totals-busy"),
            exact: exact(lang, "{count}".to_owned(), text!(lang, "money", won = "{sum}")),
            capped: text!(lang, "orders-totals-capped"),
            failed: text!(lang, "orders-totals-failed"),
        };
        let href = address("/admin/orders", &asked.filter, Some(("totals", "1".to_owned())));
        return Ok(view! { <Totals filter=asked.filter.to_query() href=href words=words/> }.into_any());
    }
    let (state, words) = match desk.visit.services.order_totals(&asked.filter).await? {
        OrderTotals::Exact { count, won } => {
            let count = crate::domain::money::Krw::new(count.into()).map(|count| count.grouped()).unwrap_or_default();
            ("exact", exact(lang, count, lang.money(won)))
        }
        OrderTotals::Capped => ("capped", text!(lang, "orders-totals-capped")),
    };
    Ok(view! { <p class="totals" role="status" data-totals=state>{words}</p> }.into_any())
}

fn exact(lang: Lang, count: String, sum: String) -> String {
    text!(lang, "orders-totals-exact", count = count, sum = sum)
}

fn list_view(desk: &Desk, asked: &Asked, list: &OrderList) -> AnyView {
    let lang = desk.visit.lang;
    if list.rows.is_empty() {
        let is_filtered = !asked.filter.pairs().is_empty();
        let words = if is_filtered { text!(lang, "orders-none-found") } else { text!(lang, "orders-none") };
        return view! { <p class="empty">{words}</p> {pages(lang, asked, list)} }.into_any();
    }
    view! { {table::table(desk, &asked.filter, &list.rows)} {pages(lang, asked, list)} }.into_any()
}

fn pages(lang: Lang, asked: &Asked, list: &OrderList) -> AnyView {
    if list.newer.is_none() && list.older.is_none() {
        return ().into_any();
    }
    let newer = list.newer.map(|cursor| {
        view! { <a href=page_address(&asked.filter, cursor) rel="prev">{text!(lang, "orders-newer")}</a> }
    });
    let older = list.older.map(|cursor| {
        view! { <a href=page_address(&asked.filter, cursor) rel="next">{text!(lang, "orders-older")}</a> }
    });
    view! { <nav class="pages" aria-label=text!(lang, "orders-pages")>{newer}{older}</nav> }.into_any()
}
