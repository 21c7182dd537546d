//! The form that gives money back: a new refund, or one that waits for the customer's account.

use leptos::prelude::*;

use super::super::Desk;
use super::super::account_fields::account_fields;
use super::super::form::{Field, input};
use super::acts::address;
use super::panel;
use crate::domain::money::Amount;
use crate::domain::order::RefundState;
use crate::domain::refund::RefundRoute;
use crate::service::OrderDesk;
use crate::text::text;

pub(super) fn refund(desk: &Desk, found: &OrderDesk) -> Option<AnyView> {
    let lang = desk.visit.lang;
    let left = found.left?;
    if found.is_refunding {
        let words = text!(lang, "desk-refund-busy");
        return Some(panel("refund", text!(lang, "desk-refund-title"), view! { <p>{words}</p> }.into_any()));
    }
    let waiting = found.refunds.iter().find(|refund| {
        refund.state == RefundState::NeedsAccount
            && refund.ordered_by.is_some()
            && refund.route == RefundRoute::PgAccount
    });
    let content = match waiting.and_then(|refund| Some((refund.cancel_id.as_str(), refund.amount?))) {
        Some((key, amount)) => again(desk, found, key, amount),
        None => new(desk, found, left),
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

fn new(desk: &Desk, found: &OrderDesk, left: Amount) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let tax_free = (left.tax_free().get() > 0).then(|| {
        let field = Field::of("number", "tax_free", text!(lang, "desk-refund-tax-free")).value("0");
        input(lang, refused, field)
    });
    let key = desk.visit.services.new_call_key().as_str().to_owned();
    let reason = Field::text("reason", text!(lang, "desk-refund-reason")).hint(text!(lang, "desk-refund-reason-hint"));
    view! {
        <form method="post" action=address(found, "refund")>
            <input type="hidden" name="key" value=refused.value("key", &key)/>
            {input(lang, refused, Field::of("number", "amount", text!(lang, "desk-refund-how-much")).required())}
            {tax_free}
            {input(lang, refused, reason.required())}
            {found.is_by_account.then(|| account_fields(lang, refused))}
            {input(lang, refused, Field::of("number", "typed", text!(lang, "desk-refund-typed")).required())}
            <p class="effect">{text!(lang, "desk-refund-effect", left = lang.money(left.total()))}</p>
            <p class="actions"><button class="button button-danger" type="submit" data-act="refund">{text!(lang, "desk-refund-do")}</button></p>
        </form>
    }
    .into_any()
}

/// The same refund under its own id: nobody has kept the account, so it is asked for once more.
fn again(desk: &Desk, found: &OrderDesk, key: &str, amount: Amount) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let won = amount.total().get().to_string();
    let tax_free = amount.tax_free().get().to_string();
    view! {
        <p>{text!(lang, "refund-again-body", amount = lang.money(amount.total()))}</p>
        <form method="post" action=address(found, "refund") data-refund-again="">
            <input type="hidden" name="key" value=key.to_owned()/>
            <input type="hidden" name="amount" value=won/>
            <input type="hidden" name="tax_free" value=tax_free/>
            <input type="hidden" name="reason" value="-"/>
            {account_fields(lang, refused)}
            {input(lang, refused, Field::of("number", "typed", text!(lang, "desk-refund-typed")).required())}
            <p class="actions"><button class="button button-danger" type="submit" data-act="refund">{text!(lang, "desk-refund-do")}</button></p>
        </form>
        <form method="post" action=address(found, "refund")>
            <input type="hidden" name="key" value=key.to_owned()/>
            <p class="effect">{text!(lang, "refund-give-up-body")}</p>
            <p class="actions"><button class="button button-quiet" type="submit" name="give_up" value="1" data-act="give-up">{text!(lang, "refund-give-up")}</button></p>
        </form>
    }
    .into_any()
}
