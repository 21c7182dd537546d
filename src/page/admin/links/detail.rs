//! `/admin/links/{id}`: what a link is, its address and code, what staff can do, its orders and its story.

use leptos::prelude::*;

use super::new::ways;
use super::{sheet, words};
use crate::domain::id::LinkId;
use crate::domain::link::{Link, LinkState, StoredState, Way};
use crate::domain::staff::Permission;
use crate::islands::CopyButton;
use crate::page::admin::badge::order_badge;
use crate::page::admin::form::{Field, input, trouble};
use crate::page::admin::frame::{Section, frame};
use crate::page::admin::table::{Head, data_table};
use crate::page::admin::{Desk, failed};
use crate::page::amount::parts;
use crate::service::LinkPage;
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) async fn page(desk: &Desk, id: &LinkId) -> AnyView {
    match desk.visit.services.link_page(&desk.actor, id).await {
        Ok(page) => detail(desk, &page),
        Err(error) => failed(desk, &error),
    }
}

fn detail(desk: &Desk, page: &LinkPage) -> AnyView {
    let lang = desk.visit.lang;
    let link = &page.link;
    let title = link.terms.name.clone();
    let may = desk.actor.staff.role.may(Permission::MakeLinks);
    let is_draft = link.state == StoredState::Draft;
    let duplicate = may.then(|| {
        view! { <a class="button button-quiet" href=format!("/admin/links/new?from={}", link.id)>{text!(lang, "link-duplicate")}</a> }
    });
    let print = (!is_draft).then(|| {
        view! { <a class="button button-quiet" href=format!("/admin/links/{}/print", link.id)>{text!(lang, "link-print")}</a> }
    });
    let acts = may.then(|| view! { <aside>{acts(desk, page)}</aside> });
    let content = view! {
        <div class="heading"><h1>{title.clone()}" "{words::link_badge(lang, page.state)}</h1><div class="actions">{duplicate}{print}</div></div>
        {trouble(lang, &desk.refused)}
        {notices(lang, page)}
        <div class="columns" data-link=link.id.as_str().to_owned() data-state=page.state.as_str()>
            <div>
                {(!is_draft).then(|| address(lang, page))}
                {about(lang, link)}
                {orders(lang, page)}
                {sends(lang, page)}
                {story(lang, page)}
            </div>
            {acts}
        </div>
    };
    frame(desk, title, Section::Links, content.into_any())
}

fn notices(lang: Lang, page: &LinkPage) -> AnyView {
    let link = &page.link;
    let draft = (link.state == StoredState::Draft).then(|| {
        let why = link.trouble.map_or_else(|| text!(lang, "link-draft-busy"), |why| words::trouble(lang, why));
        let code = link.trouble.map(|why| why.as_str());
        view! {
            <div data-trouble=code>
                <Notice tone=Tone::Warning><p class="state">{text!(lang, "link-draft-title")}</p><p>{why}</p></Notice>
            </div>
        }
    });
    let late = link.late_at.map(|_| {
        view! { <Notice tone=Tone::Warning><p class="state">{text!(lang, "link-late-title")}</p><p>{text!(lang, "link-late-body")}</p></Notice> }
    });
    view! { {draft}{late} }.into_any()
}

fn address(lang: Lang, page: &LinkPage) -> AnyView {
    let id = &page.link.id;
    view! {
        <section class="panel" aria-labelledby="address-title">
            <h2 id="address-title">{text!(lang, "link-address")}</h2>
            <div class="copy">
                <div class="field">
                    <label for="address">{text!(lang, "link-address")}</label>
                    <input id="address" type="text" readonly value=page.address.clone()/>
                </div>
                <CopyButton target="address".to_owned() label=text!(lang, "link-copy") done=text!(lang, "link-copied")/>
            </div>
            {sheet::code(&page.address, text!(lang, "link-qr"), 224)}
            <p class="actions">
                <a href=format!("/admin/links/{id}/qr.svg") download=format!("{id}.svg")>{text!(lang, "link-qr-svg")}</a>" "
                <a href=format!("/admin/links/{id}/qr.png") download=format!("{id}.png")>{text!(lang, "link-qr-png")}</a>
            </p>
        </section>
    }
    .into_any()
}

fn about(lang: Lang, link: &Link) -> AnyView {
    let terms = &link.terms;
    let amount = terms.amount;
    let mut rows = Vec::new();
    let mut told = |term: String, value: String| {
        if !value.is_empty() {
            rows.push(Fact::new(term, value));
        }
    };
    told(text!(lang, "link-customer"), terms.customer.name().to_owned());
    told(text!(lang, "checkout-phone"), terms.customer.phone().to_owned());
    told(text!(lang, "checkout-email"), terms.customer.email().to_owned());
    told(text!(lang, "link-expires"), lang.date_time(terms.expires_at));
    told(text!(lang, "link-uses"), format!("{}/{}", link.used, terms.uses));
    told(text!(lang, "link-memo"), terms.memo.clone());
    for product in &terms.products {
        told(
            text!(lang, "link-products"),
            format!("{} × {} ({})", product.product_id, product.quantity, product.duration),
        );
    }
    for (key, value) in &terms.metadata {
        told(text!(lang, "link-metadata"), format!("{key} = {value}"));
    }
    told(text!(lang, "link-redirect"), terms.redirect.clone().unwrap_or_default());
    told(text!(lang, "link-made"), format!("{} · {}", link.created_by, lang.date_time(link.created_at)));
    if let crate::domain::link::When::At(at) = terms.notify.when {
        let ways = words::ways(lang, &terms.notify.ways);
        told(text!(lang, "link-tells"), text!(lang, "link-tells-at", at = lang.date_time(at), ways = ways));
    }
    if let Some(original) = terms.original {
        told(text!(lang, "link-original"), lang.money(original));
    }
    rows.extend(parts(lang, amount));
    rows.push(Fact::total(text!(lang, "checkout-total"), lang.money(amount.total())));
    view! {
        <section class="panel" aria-labelledby="facts">
            <h2 id="facts">{text!(lang, "link-facts")}</h2>
            <Facts rows=rows/>
        </section>
    }
    .into_any()
}

fn orders(lang: Lang, page: &LinkPage) -> AnyView {
    let rows = page
        .orders
        .iter()
        .map(|order| {
            let number = order.number.as_str().to_owned();
            let hook = number.clone();
            view! {
                <tr data-order=hook>
                    <th scope="row"><a href=format!("/admin/orders/{}", order.id)>{number}</a></th>
                    <td>{order_badge(lang, order.state_word())}</td>
                    <td class="num">{lang.money(order.amount.total())}</td>
                    <td>{lang.date_time(order.created_at)}</td>
                </tr>
            }
        })
        .collect_view();
    let table = if page.orders.is_empty() {
        view! { <p class="empty">{text!(lang, "link-orders-none")}</p> }.into_any()
    } else {
        let heads = vec![
            Head::Text(text!(lang, "link-order-number")),
            Head::Text(text!(lang, "link-state")),
            Head::Number(text!(lang, "link-amount")),
            Head::Text(text!(lang, "link-order-at")),
        ];
        data_table(text!(lang, "link-orders"), heads, rows)
    };
    view! {
        <section class="panel" aria-labelledby="orders"><h2 id="orders">{text!(lang, "link-orders")}</h2>{table}</section>
    }
    .into_any()
}

fn sends(lang: Lang, page: &LinkPage) -> AnyView {
    let rows = page
        .sends
        .iter()
        .map(|send| {
            let why = send.trouble.map(|why| words::trouble(lang, why));
            view! {
                <tr data-send=send.state.as_str()>
                    <th scope="row">{lang.date_time(send.at)}</th>
                    <td>{send.staff.clone()}</td>
                    <td>{words::ways(lang, &send.ways)}</td>
                    <td>{words::sent(lang, send.state)}" "{why}</td>
                </tr>
            }
        })
        .collect_view();
    let table = if page.sends.is_empty() {
        view! { <p class="empty">{text!(lang, "link-sends-none")}</p> }.into_any()
    } else {
        let heads = vec![
            Head::Text(text!(lang, "link-send-at")),
            Head::Text(text!(lang, "link-send-by")),
            Head::Text(text!(lang, "link-send-how")),
            Head::Text(text!(lang, "link-send-result")),
        ];
        data_table(text!(lang, "link-sends"), heads, rows)
    };
    view! {
        <section class="panel" aria-labelledby="sends"><h2 id="sends">{text!(lang, "link-sends")}</h2>{table}</section>
    }
    .into_any()
}

fn story(lang: Lang, page: &LinkPage) -> AnyView {
    let lines = page
        .events
        .iter()
        .map(|event| {
            view! { <li data-event=event.kind.as_str()><span class="when">{lang.date_time(event.at)}</span>" "{words::story(lang, event)}</li> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="story">
            <h2 id="story">{text!(lang, "link-story")}</h2>
            <ol class="story">{lines}</ol>
        </section>
    }
    .into_any()
}

/// What can be done now. A link that is paid can only be duplicated.
fn acts(desk: &Desk, page: &LinkPage) -> AnyView {
    let link = &page.link;
    if link.is_used_up() {
        return ().into_any();
    }
    let (retry, send, reenable, extend, stop) = match link.state {
        StoredState::Draft => (Some(retry(desk, link)), None, None, None, Some(stop(desk, link))),
        StoredState::Stopped => (None, None, Some(renew(desk, link, true)), None, None),
        StoredState::Active => {
            let is_live = matches!(page.state, LinkState::Live | LinkState::Opened);
            (
                None,
                is_live.then(|| send(desk, page)),
                None,
                Some(renew(desk, link, false)),
                is_live.then(|| stop(desk, link)),
            )
        }
    };
    view! { {retry}{send}{stop}{reenable}{extend} }.into_any()
}

fn retry(desk: &Desk, link: &Link) -> AnyView {
    let lang = desk.visit.lang;
    view! {
        <section class="panel" aria-labelledby="retry">
            <h2 id="retry">{text!(lang, "link-retry")}</h2>
            <form class="form" method="post" action=format!("/admin/links/{}/retry", link.id)>
                <p class="field-hint">{text!(lang, "link-retry-hint")}</p>
                <p class="actions"><button class="button" type="submit">{text!(lang, "link-retry")}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn send(desk: &Desk, page: &LinkPage) -> AnyView {
    let lang = desk.visit.lang;
    let customer = &page.link.terms.customer;
    let reach = match (&customer.phone, &customer.email) {
        (Some(_), _) => Some(Way::Sms),
        (None, Some(_)) => Some(Way::Email),
        (None, None) => None,
    };
    let body = match reach {
        None => view! { <p>{text!(lang, "link-send-nobody")}</p> }.into_any(),
        Some(way) => {
            let many =
                (!page.link.is_single()).then(|| view! { <p class="field-hint">{text!(lang, "link-send-many")}</p> });
            let at = format!("/admin/links/{}/send", page.link.id);
            let refused = desk.refused.at(&at);
            view! {
                <form class="form" method="post" action=at>
                    {ways(lang, &refused, &[way])}
                    <p class="field-hint">{text!(lang, "link-send-hint", left = page.sends_left.to_string())}</p>
                    {many}
                    <p class="actions"><button class="button" type="submit">{text!(lang, "link-send")}</button></p>
                </form>
            }
            .into_any()
        }
    };
    view! {
        <section class="panel" aria-labelledby="send"><h2 id="send">{text!(lang, "link-send-again")}</h2>{body}</section>
    }
    .into_any()
}

fn stop(desk: &Desk, link: &Link) -> AnyView {
    let lang = desk.visit.lang;
    let amount = lang.money(link.terms.amount.total());
    view! {
        <section class="panel" aria-labelledby="stop">
            <h2 id="stop">{text!(lang, "link-stop-title")}</h2>
            <form class="form" method="post" action=format!("/admin/links/{}/stop", link.id)>
                <p>{text!(lang, "link-stop-effect", amount = amount)}</p>
                <p>{text!(lang, "link-stop-sent", until = lang.date_time(link.terms.expires_at))}</p>
                <p>{text!(lang, "link-stop-policy")}</p>
                <p class="actions"><button class="button button-danger" type="submit">{text!(lang, "link-stop")}</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// Taking up a stopped link, or giving more time to one that is not.
fn renew(desk: &Desk, link: &Link, is_stopped: bool) -> AnyView {
    let lang = desk.visit.lang;
    let (act, words, hint, days) = if is_stopped {
        ("reenable", text!(lang, "link-reenable"), text!(lang, "link-reenable-hint"), "")
    } else {
        ("extend", text!(lang, "link-extend"), text!(lang, "link-extend-hint"), "7")
    };
    let action = format!("/admin/links/{}/{act}", link.id);
    let refused = &desk.refused.at(&action);
    let at = Field::of("datetime-local", "expires_at", text!(lang, "link-expires-at"));
    view! {
        <section class="panel" aria-labelledby=act>
            <h2 id=act>{words.clone()}</h2>
            <form class="form" method="post" action=action>
                <p class="field-hint">{hint}</p>
                {input(lang, refused, Field::of("number", "expires_days", text!(lang, "link-expires-days")).value(days))}
                {input(lang, refused, at)}
                <p class="actions"><button class="button button-quiet" type="submit">{words}</button></p>
            </form>
        </section>
    }
    .into_any()
}
