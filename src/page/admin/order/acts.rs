//! What can be done about an order, by role: ask, refund, mark, note. Each is a form of its own.

use leptos::prelude::*;

use super::super::Desk;
use super::super::form::{Field, area, input};
use super::panel;
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

fn address(found: &OrderDesk, act: &str) -> String {
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

fn refund(desk: &Desk, found: &OrderDesk) -> Option<AnyView> {
    let lang = desk.visit.lang;
    let left = found.left?;
    let title = text!(lang, "desk-refund-title");
    if found.is_refunding {
        return Some(panel("refund", title, view! { <p>{text!(lang, "desk-refund-busy")}</p> }.into_any()));
    }
    let refused = &desk.refused;
    let is_account = found.order.method.as_deref().is_some_and(|method| method.contains("가상계좌"));
    let tax_free = (left.tax_free().get() > 0).then(|| {
        let field = Field::of("number", "tax_free", text!(lang, "desk-refund-tax-free")).value("0");
        input(lang, refused, field)
    });
    let key = desk.visit.services.new_call_key().as_str().to_owned();
    let content = view! {
        {is_account.then(|| view! { <p>{text!(lang, "desk-refund-account")}</p> })}
        <form method="post" action=address(found, "refund")>
            <input type="hidden" name="key" value=refused.value("key", &key)/>
            {input(lang, refused, Field::of("number", "amount", text!(lang, "desk-refund-how-much")).required())}
            {tax_free}
            {input(lang, refused, Field::text("reason", text!(lang, "desk-refund-reason")).hint(text!(lang, "desk-refund-reason-hint")).required())}
            {input(lang, refused, Field::of("number", "typed", text!(lang, "desk-refund-typed")).required())}
            <p class="effect">{text!(lang, "desk-refund-effect", left = lang.money(left.total()))}</p>
            <p class="actions"><button class="button button-danger" type="submit" data-act="refund">{text!(lang, "desk-refund-do")}</button></p>
        </form>
    };
    let content = content.into_any();
    Some(
        view! { <section class="panel panel-danger" aria-labelledby="refund"><h2 id="refund">{title}</h2>{content}</section> }
            .into_any(),
    )
}

fn note(desk: &Desk, found: &OrderDesk) -> AnyView {
    let lang = desk.visit.lang;
    let field = Field::text("note", text!(lang, "desk-note")).hint(text!(lang, "desk-note-hint"));
    let content = view! {
        <form method="post" action=address(found, "note")>
            {area(lang, &desk.refused, field.value(found.order.note.clone()))}
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
