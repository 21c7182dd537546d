//! What can be done about an order, by role: ask, refund, mark, note. Each is a form of its own.

use leptos::prelude::*;

use super::super::Desk;
use super::super::form::{Field, area};
use super::panel;
use super::refund::refund;
use crate::domain::order::FulfilmentState;
use crate::domain::staff::Permission;
use crate::service::OrderDesk;
use crate::text::{Lang, text};

pub(super) fn acts(desk: &Desk, found: &OrderDesk) -> AnyView {
    let lang = desk.visit.lang;
    let may = |permission| desk.actor.staff.role.may(permission);
    let (tends, moves_money) = (may(Permission::TendOrders), may(Permission::MoveMoney));
    view! {
        {tends.then(|| fulfil(lang, found))}
        {tends.then(|| ask(lang, found))}
        {moves_money.then(|| refund(desk, found))}
        {if tends { note(desk, found) } else { written(lang, found) }}
    }
    .into_any()
}

pub(super) fn address(found: &OrderDesk, act: &str) -> String {
    format!("/admin/orders/{}/{act}", found.order.id)
}

fn ask(lang: Lang, found: &OrderDesk) -> AnyView {
    let content = view! {
        <p>{text!(lang, "desk-ask-body")}</p>
        <form method="post" action=address(found, "ask")>
            <p class="actions"><button class="button button-quiet" type="submit" data-act="ask">{text!(lang, "desk-ask")}</button></p>
        </form>
    };
    panel("ask", text!(lang, "desk-ask-title"), content.into_any())
}

fn fulfil(lang: Lang, found: &OrderDesk) -> Option<AnyView> {
    let button = |state: FulfilmentState, words: String| {
        found.order.may_be_marked(state).then(|| {
            view! { <button class="button" type="submit" name="to" value=state.as_str()>{words}</button> }
        })
    };
    let shipping = button(FulfilmentState::Shipping, text!(lang, "desk-fulfil-shipping"));
    let completed = button(FulfilmentState::Completed, text!(lang, "desk-fulfil-completed"));
    let content = view! {
        <form method="post" action=address(found, "fulfil")><p class="actions">{shipping}{completed}</p></form>
    };
    // Completed is the last of them: without it nothing can be marked any more.
    found
        .order
        .may_be_marked(FulfilmentState::Completed)
        .then(|| panel("fulfil", text!(lang, "desk-fulfil-title"), content.into_any()))
}

fn note(desk: &Desk, found: &OrderDesk) -> AnyView {
    let lang = desk.visit.lang;
    let field = Field::text("note", text!(lang, "desk-note")).hint(text!(lang, "desk-note-hint"));
    let at = address(found, "note");
    let refused = desk.refused.at(&at);
    let content = view! {
        <form method="post" action=at>
            {area(lang, &refused, field.value(found.order.note.clone()))}
            <p class="actions"><button class="button button-quiet" type="submit" data-act="note">{text!(lang, "desk-note-save")}</button></p>
        </form>
    };
    panel("note-title", text!(lang, "desk-note-title"), content.into_any())
}

/// For whoever may only read.
fn written(lang: Lang, found: &OrderDesk) -> AnyView {
    if found.order.note.is_empty() {
        return ().into_any();
    }
    let said = view! { <p class="said">{found.order.note.clone()}</p> };
    panel("note-title", text!(lang, "desk-note-title"), said.into_any())
}
