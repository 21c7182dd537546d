//! What a buyer has asked for in the provider's pages: to cancel. One request at a time, the oldest first.

use leptos::prelude::*;

use super::super::Desk;
use super::super::form::{Field, input};
use super::acts::address;
use super::panel;
use crate::domain::money::Krw;
use crate::domain::refund::ListedCancel;
use crate::domain::staff::Permission;
use crate::service::OrderDesk;
use crate::text::text;
use crate::ui::{Fact, Facts};

pub(super) fn cancel_request(desk: &Desk, found: &OrderDesk, requests: &[ListedCancel]) -> Option<AnyView> {
    let lang = desk.visit.lang;
    let request = requests.iter().min_by_key(|one| one.requested_at)?;
    let amount = match request.won.and_then(|won| Krw::new(won).ok()) {
        Some(won) => lang.money(won),
        None => text!(lang, "desk-payment-unreadable"),
    };
    let mut rows = vec![Fact::new(text!(lang, "desk-refund-amount"), amount.clone())];
    rows.extend(request.requested_at.map(|at| Fact::new(text!(lang, "desk-refund-when"), lang.date_time(at))));
    rows.extend(request.message.clone().map(|words| Fact::new(text!(lang, "desk-refund-why"), words)));
    let hidden = || view! { <input type="hidden" name="request" value=request.request_id.clone()/> };
    let may_decide = desk.actor.staff.role.may(Permission::MoveMoney);
    let decide = may_decide.then(|| {
        let at = address(found, "cancel-request");
        let refused = desk.refused.at(&at);
        let message = Field::text("message", text!(lang, "refund-request-message"));
        let typed = match request.won {
            Some(_) => Field::of("number", "approved", text!(lang, "review-type-amount", paid = amount.clone())),
            None => {
                let number = found.order.number.as_str();
                Field::text("approved", text!(lang, "review-type-number", number = number))
            }
        };
        view! {
            <form method="post" action=at.clone()>
                {hidden()}
                <p class="effect">{text!(lang, "refund-request-approve-effect", amount = amount)}</p>
                {input(lang, &refused, typed.required())}
                <p class="actions"><button class="button button-danger" type="submit" name="act" value="approve">{text!(lang, "refund-request-approve")}</button></p>
            </form>
            <form method="post" action=at>
                {hidden()}
                {input(lang, &refused, message.hint(text!(lang, "refund-request-message-hint")).required())}
                <p class="actions"><button class="button button-quiet" type="submit" name="act" value="reject">{text!(lang, "refund-request-reject")}</button></p>
            </form>
        }
    });
    let content = view! { <div data-cancel-request=request.request_id.clone()><Facts rows=rows/>{decide}</div> };
    Some(panel("cancel-request", text!(lang, "refund-request-title"), content.into_any()))
}
