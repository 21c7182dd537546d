//! `/admin/orders/{id}`: everything about one order, and what can be done about it. A refused act is shown
//! here again, under its own address.

mod acts;
mod cancel_request;
mod records;
mod refund;

use leptos::prelude::*;

use super::super::amount::parts;
use super::super::order::event_text;
use super::badge::order_badge;
use super::frame::{Section, frame};
use super::{Desk, failed, loaded, not_found};
use crate::domain::id::OrderId;
use crate::domain::order::{Event, Order};
use crate::domain::refund::ListedCancel;
use crate::service::{Beside, Error, OrderDesk};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) fn page(desk: Desk, id: &str) -> AnyView {
    let Ok(id) = OrderId::parse(id) else { return not_found(&desk) };
    loaded(move || async move {
        let services = desk.visit.services.clone();
        match services.order_desk(&desk.actor, &id).await {
            Ok(found) => {
                let asked = futures::future::join(services.beside(&found), services.cancel_requests(&found));
                let (beside, requests) = asked.await;
                order(&desk, &found, &beside, &requests)
            }
            Err(Error::NotFound) => not_found(&desk),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn order(desk: &Desk, found: &OrderDesk, beside: &Beside, requests: &[ListedCancel]) -> AnyView {
    let lang = desk.visit.lang;
    let order = &found.order;
    let title = text!(lang, "desk-order-title", number = order.number.as_str().to_owned());
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions">
                {order_badge(lang, order.state_word())}
                <a class="button button-quiet" href=format!("/orders/{}", order.token)>{text!(lang, "desk-order-customer-page")}</a>
            </div>
        </div>
        {super::form::trouble(lang, &desk.refused)}
        {reviews(lang, found)}
        // On a phone, what can be done comes before the records.
        <div class="columns columns-acts" data-order=order.number.as_str().to_owned()>
            <div>
                {panel("money", text!(lang, "desk-order-money"), view! { <Facts rows=money(lang, found)/> }.into_any())}
                {panel("customer", text!(lang, "desk-order-customer"), customer(lang, order))}
            </div>
            <aside>{cancel_request::cancel_request(desk, found, requests)}{acts::acts(desk, found)}</aside>
            <div>
                {panel("payments", text!(lang, "desk-payments"), records::payments(lang, found))}
                {(!found.refunds.is_empty()).then(|| panel("refunds", text!(lang, "desk-refunds"), records::refunds(lang, found)))}
                {panel("beside", text!(lang, "desk-beside"), records::beside(lang, beside))}
                {panel("story", text!(lang, "order-story"), story(lang, &found.events))}
            </div>
        </div>
    };
    frame(desk, title, Section::Orders, content.into_any())
}

/// A titled block.
fn panel(id: &'static str, title: String, content: AnyView) -> AnyView {
    view! { <section class="panel" aria-labelledby=id><h2 id=id>{title}</h2>{content}</section> }.into_any()
}

fn reviews(lang: Lang, found: &OrderDesk) -> Option<AnyView> {
    let count = i64::try_from(found.reviews.len()).unwrap_or(i64::MAX);
    (count > 0).then(|| {
        view! {
            <Notice tone=Tone::Warning>
                <p class="state">{text!(lang, "desk-review-title")}</p>
                <p>{text!(lang, "desk-review-body", count = count)}" "<a href="/admin/reviews">{text!(lang, "desk-review-link")}</a></p>
            </Notice>
        }
        .into_any()
    })
}

fn money(lang: Lang, found: &OrderDesk) -> Vec<Fact> {
    let order = &found.order;
    let mut rows = vec![Fact::new(text!(lang, "order-item"), order.name.clone())];
    if let Some(original) = order.original {
        rows.push(Fact::new(text!(lang, "desk-order-original"), lang.money(original)));
    }
    if let Some(code) = &order.promotion {
        rows.push(Fact::new(text!(lang, "desk-order-code"), code.as_str()));
    }
    rows.extend(parts(lang, order.amount));
    rows.push(Fact::total(text!(lang, "order-amount"), lang.money(order.amount.total())));
    if !order.refunded.is_zero() {
        rows.push(Fact::new(text!(lang, "desk-order-back"), lang.money(order.refunded.total())));
    }
    if let Some(left) = found.left {
        rows.push(Fact::new(text!(lang, "desk-order-left"), lang.money(left.total())));
    }
    rows.push(Fact::new(text!(lang, "order-placed-at"), lang.date_time(order.created_at)));
    if let Some(at) = order.paid_at {
        rows.push(Fact::new(text!(lang, "order-paid-at"), lang.date_time(at)));
    }
    if let Some(method) = &order.method {
        rows.push(Fact::new(text!(lang, "order-method"), method.clone()));
    }
    rows
}

fn customer(lang: Lang, order: &Order) -> AnyView {
    let told = |value: &str| if value.is_empty() { text!(lang, "desk-order-untold") } else { value.to_owned() };
    let rows = vec![
        Fact::new(text!(lang, "desk-order-name"), told(order.customer.name())),
        Fact::new(text!(lang, "desk-order-phone"), told(order.customer.phone())),
        Fact::new(text!(lang, "desk-order-email"), told(order.customer.email())),
        Fact::new(text!(lang, "desk-order-kind"), lang.order_kind(order.kind)),
    ];
    let link = order.link.as_ref().map(|id| {
        view! { <p><a href=format!("/admin/links/{id}")>{text!(lang, "desk-order-link")}</a></p> }
    });
    view! { <Facts rows=rows/>{link} }.into_any()
}

fn story(lang: Lang, events: &[Event]) -> AnyView {
    let lines = events
        .iter()
        .map(|event| {
            let by = event.staff.clone().map(|name| text!(lang, "desk-by", name = name));
            view! { <li><span class="when">{lang.date_time(event.at)}</span>" "{event_text(lang, event)}" "{by}</li> }
        })
        .collect_view();
    view! { <ol class="story">{lines}</ol> }.into_any()
}
