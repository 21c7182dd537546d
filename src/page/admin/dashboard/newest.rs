//! The newest orders: what and how much, never who.

use leptos::prelude::*;

use crate::domain::id::OrderId;
use crate::domain::order::{FulfilmentState, MoneyState};
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
                    <td>{state(lang, order.money, order.fulfilment)}</td>
                    <td class="when">{lang.date_time(order.at)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-labelledby="newest">
            <table class="table">
                <thead><tr>
                    <th scope="col">{text!(lang, "glance-number")}</th>
                    <th scope="col">{text!(lang, "glance-what")}</th>
                    <th scope="col" class="num">{text!(lang, "glance-amount")}</th>
                    <th scope="col">{text!(lang, "glance-state")}</th>
                    <th scope="col">{text!(lang, "glance-when")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p><a href="/admin/orders">{text!(lang, "glance-all-orders")}</a></p>
    }
    .into_any()
}

fn state(lang: Lang, money: MoneyState, fulfilment: FulfilmentState) -> AnyView {
    const PLAIN: &str = "badge badge-plain";
    const GOOD: &str = "badge badge-good";
    const WARNING: &str = "badge badge-warning";
    let (class, word, words) = match (money, fulfilment) {
        (MoneyState::Paid | MoneyState::PartiallyRefunded, FulfilmentState::Shipping) => {
            (GOOD, fulfilment.as_str(), text!(lang, "glance-state-shipping"))
        }
        (MoneyState::Paid | MoneyState::PartiallyRefunded, FulfilmentState::Completed) => {
            (GOOD, fulfilment.as_str(), text!(lang, "glance-state-completed"))
        }
        (MoneyState::Pending, _) => (PLAIN, money.as_str(), text!(lang, "glance-state-pending")),
        (MoneyState::AwaitingConfirm, _) => (WARNING, money.as_str(), text!(lang, "glance-state-awaiting-confirm")),
        (MoneyState::AwaitingDeposit, _) => (PLAIN, money.as_str(), text!(lang, "glance-state-awaiting-deposit")),
        (MoneyState::Paid, _) => (GOOD, money.as_str(), text!(lang, "glance-state-paid")),
        (MoneyState::PartiallyRefunded, _) => (PLAIN, money.as_str(), text!(lang, "glance-state-partially-refunded")),
        (MoneyState::Refunded, _) => (PLAIN, money.as_str(), text!(lang, "glance-state-refunded")),
        (MoneyState::Cancelled, _) => (PLAIN, money.as_str(), text!(lang, "glance-state-cancelled")),
        (MoneyState::Failed, _) => (WARNING, money.as_str(), text!(lang, "glance-state-failed")),
        (MoneyState::Expired, _) => (PLAIN, money.as_str(), text!(lang, "glance-state-expired")),
    };
    view! { <span class=class data-state=word>{words}</span> }.into_any()
}
