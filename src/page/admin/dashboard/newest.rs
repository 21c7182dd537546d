//! The newest orders: what and how much, never who.

use leptos::prelude::*;

use super::super::badge::order_badge;
use super::super::table::{Head, data_table};
use crate::domain::id::OrderId;
use crate::domain::order::StateWord;
use crate::service::Brief;
use crate::text::{Lang, text};

/// Where an order is looked after.
pub(super) fn order_href(order: &OrderId) -> String {
    format!("/admin/orders/{order}")
}

pub(super) fn newest(lang: Lang, orders: &[Brief]) -> AnyView {
    let content = if orders.is_empty() {
        view! { <p class="empty">{text!(lang, "glance-newest-none")}</p> }.into_any()
    } else {
        table(lang, orders)
    };
    view! {
        <section aria-labelledby="newest">
            <h2 id="newest">{text!(lang, "glance-newest")}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn table(lang: Lang, orders: &[Brief]) -> AnyView {
    let rows = orders
        .iter()
        .map(|order| {
            view! {
                <tr data-order=order.number.as_str().to_owned()>
                    <th scope="row"><a href=order_href(&order.id)>{order.number.as_str().to_owned()}</a></th>
                    <td>{order.name.clone()}</td>
                    <td class="num">{lang.sum(order.won)}</td>
                    <td>{order_badge(lang, StateWord::of(order.money, order.fulfilment))}</td>
                    <td class="when">{lang.date_time(order.at)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "glance-number")),
        Head::Text(text!(lang, "glance-what")),
        Head::Number(text!(lang, "glance-amount")),
        Head::Text(text!(lang, "glance-state")),
        Head::Text(text!(lang, "glance-when")),
    ];
    view! {
        {data_table(text!(lang, "glance-newest"), heads, rows)}
        <p><a href="/admin/orders">{text!(lang, "glance-all-orders")}</a></p>
    }
    .into_any()
}
