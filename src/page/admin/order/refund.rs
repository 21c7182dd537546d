//! The form that gives money back: a new refund, or one that waits for the customer's account.

use leptos::prelude::*;

use super::super::Desk;
use super::super::form::{Field, input};
use super::super::refund_account_fields::refund_account_fields;
use super::acts::address;
use super::panel;
use crate::domain::id::CallKey;
use crate::domain::money::Amount;
use crate::domain::order::RefundState;
use crate::domain::refund::RefundRoute;
use crate::service::{OrderDesk, Refund, Stuck};
use crate::text::text;

pub(super) fn refund(desk: &Desk, found: &OrderDesk) -> Option<AnyView> {
    let lang = desk.visit.lang;
    let by_account = |refund: &&Refund| refund.route == RefundRoute::PgAccount && refund.ordered_by.is_some();
    let waits = |refund: &&Refund| matches!(refund.state, RefundState::NeedsAccount | RefundState::Unknown);
    let waiting = found.refunds.iter().filter(by_account).find(waits);
    let content = match (waiting.and_then(|refund| Some((refund, refund.amount?))), found.left) {
        (Some((refund, amount)), Some(_)) => again(desk, found, refund, amount),
        _ if found.stuck.is_some() => {
            view! { <p>{text!(lang, "refund-stuck-body")}</p> {give_up(desk, found)} }.into_any()
        }
        (_, None) => return None,
        _ if found.is_refunding => {
            let words = text!(lang, "desk-refund-busy");
            return Some(panel("refund", text!(lang, "desk-refund-title"), view! { <p>{words}</p> }.into_any()));
        }
        (_, Some(left)) => new(desk, found, left),
    };
    Some(
        view! {
            <section class="panel panel-danger" aria-labelledby="refund">
                <h2 id="refund">{text!(lang, "desk-refund-title")}</h2>
                {content}
            </section>
        }
        .into_any(),
    )
}

/// The refused form's own key, so that sending it again is the same refund, unless that refund has ended.
fn key(desk: &Desk, found: &OrderDesk) -> String {
    let typed = desk.refused.at(&address(found, "refund")).value("key", "");
    let is_spent = |refund: &Refund| refund.cancel_id.as_str() == typed;
    if CallKey::parse(&typed).is_ok() && !found.refunds.iter().any(is_spent) {
        return typed;
    }
    desk.visit.services.new_call_key().as_str().to_owned()
}

fn new(desk: &Desk, found: &OrderDesk, left: Amount) -> AnyView {
    let (lang, at) = (desk.visit.lang, address(found, "refund"));
    let refused = &desk.refused.at(&at);
    let tax_free = (left.tax_free().get() > 0).then(|| {
        let field = Field::of("number", "tax_free", text!(lang, "desk-refund-tax-free")).value("0");
        input(lang, refused, field)
    });
    let key = key(desk, found);
    let reason = Field::text("reason", text!(lang, "desk-refund-reason")).hint(text!(lang, "desk-refund-reason-hint"));
    view! {
        <form method="post" action=at>
            <input type="hidden" name="key" value=key/>
            {input(lang, refused, Field::of("number", "amount", text!(lang, "desk-refund-how-much")).required())}
            {tax_free}
            {input(lang, refused, reason.required())}
            {found.is_by_account.then(|| refund_account_fields(lang, refused))}
            {input(lang, refused, Field::of("number", "typed", text!(lang, "desk-refund-typed")).required())}
            <p class="effect">{text!(lang, "desk-refund-effect", left = lang.money(left.total()))}</p>
            <p class="actions"><button class="button button-danger" type="submit" data-act="refund">{text!(lang, "desk-refund-do")}</button></p>
        </form>
    }
    .into_any()
}

/// The same refund under its own id: nobody has kept the account, so it is asked for once more.
fn again(desk: &Desk, found: &OrderDesk, refund: &Refund, amount: Amount) -> AnyView {
    let (lang, at) = (desk.visit.lang, address(found, "refund"));
    let refused = &desk.refused.at(&at);
    let key = refund.cancel_id.as_str().to_owned();
    let words = lang.money(amount.total());
    let body = if refund.state == RefundState::Unknown {
        text!(lang, "refund-unknown-body", amount = words)
    } else {
        text!(lang, "refund-again-body", amount = words)
    };
    view! {
        <p>{body}</p>
        <form method="post" action=at data-refund-again=refund.state.as_str()>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="amount" value=amount.total().get().to_string()/>
            <input type="hidden" name="tax_free" value=amount.tax_free().get().to_string()/>
            <input type="hidden" name="reason" value="-"/>
            {refund_account_fields(lang, refused)}
            {input(lang, refused, Field::of("number", "typed", text!(lang, "desk-refund-typed")).required())}
            <p class="actions"><button class="button button-danger" type="submit" data-act="refund">{text!(lang, "desk-refund-do")}</button></p>
        </form>
        {give_up(desk, found)}
    }
    .into_any()
}

fn give_up(desk: &Desk, found: &OrderDesk) -> Option<AnyView> {
    let lang = desk.visit.lang;
    let (name, id, waits) = match found.stuck.as_ref()? {
        Stuck::Refund(refund) => ("key", refund.cancel_id.as_str(), refund.state == RefundState::NeedsAccount),
        Stuck::Approval(request) => ("request", request.as_str(), false),
    };
    let id = id.to_owned();
    let effect = if waits { text!(lang, "refund-give-up-body") } else { text!(lang, "refund-give-up-unclear-body") };
    let form = view! {
        <form method="post" action=address(found, "refund")>
            <input type="hidden" name=name value=id/>
            <p class="effect">{effect}</p>
            <p class="actions"><button class="button button-quiet" type="submit" name="give_up" value="1" data-act="give-up">{text!(lang, "refund-give-up")}</button></p>
        </form>
    };
    Some(form.into_any())
}
