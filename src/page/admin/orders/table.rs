//! The list itself, in the form that marks several orders at once.

use leptos::prelude::*;

use super::super::Desk;
use super::super::badge::order_badge;
use super::super::table::{Head, data_table};
use super::address;
use crate::domain::staff::Permission;
use crate::service::{ListedOrder, OrderFilter};
use crate::text::text;

pub(super) fn table(desk: &Desk, filter: &OrderFilter, rows: &[ListedOrder]) -> AnyView {
    let lang = desk.visit.lang;
    let may = |permission| desk.actor.staff.role.may(permission);
    let (tends, exports) = (may(Permission::TendOrders), may(Permission::Export));
    let picks = tends || exports;
    let lines = rows.iter().map(|row| line(desk, row, picks)).collect_view();
    let pick = picks.then(|| Head::Hidden(text!(lang, "orders-pick")));
    let heads = pick.into_iter().chain([
        Head::Text(text!(lang, "orders-number")),
        Head::Text(text!(lang, "orders-date")),
        Head::Text(text!(lang, "orders-customer")),
        Head::Text(text!(lang, "orders-product")),
        Head::Number(text!(lang, "orders-amount")),
        Head::Text(text!(lang, "orders-state")),
        Head::Text(text!(lang, "orders-method")),
    ]);
    let table = data_table(text!(lang, "orders-table"), heads.collect(), lines);
    if !picks {
        return table;
    }
    let mark = tends.then(|| {
        view! {
            <button class="button button-quiet" type="submit" name="act" value="shipped">{text!(lang, "orders-mark-shipped")}</button>
            <button class="button button-quiet" type="submit" name="act" value="completed">{text!(lang, "orders-mark-completed")}</button>
        }
    });
    let export = exports.then(|| {
        let to = address("/admin/orders.csv", filter, None);
        view! { <button class="button button-quiet" type="submit" formaction=to>{text!(lang, "orders-export-ticked")}</button> }
    });
    view! {
        <form method="post" action=address("/admin/orders/bulk", filter, None)>
            {table}
            <p class="actions">{mark}{export}</p>
        </form>
    }
    .into_any()
}

fn line(desk: &Desk, row: &ListedOrder, picks: bool) -> AnyView {
    let lang = desk.visit.lang;
    let number = row.number.as_str().to_owned();
    let pick = picks.then(|| {
        let id = row.id.as_str().to_owned();
        let is_ticked = desk.refused.is_ticked("order", &id, false);
        view! {
            <td class="pick"><input type="checkbox" name="order" value=id checked=is_ticked aria-label=text!(lang, "orders-pick-one", number = number.clone())/></td>
        }
    });
    view! {
        <tr data-order=number.clone()>
            {pick}
            <th scope="row"><a href=format!("/admin/orders/{}", row.id)>{number.clone()}</a></th>
            <td class="when">{lang.date_time(row.created_at)}</td>
            <td>{row.customer_name.clone()}</td>
            <td>{row.name.clone()}</td>
            <td class="num">{lang.money(row.amount.total())}</td>
            <td>{order_badge(lang, row.state)}</td>
            <td>{row.method.clone()}</td>
        </tr>
    }
    .into_any()
}
