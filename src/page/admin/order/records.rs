//! What was paid, what went back, and what the provider says beside it.

use leptos::prelude::*;

use super::super::table::{Head, data_table};
use crate::domain::judge::PaidWord;
use crate::domain::money::Krw;
use crate::domain::order::{Disposition, RefundState};
use crate::domain::record::{Field, Line, Value};
use crate::service::{Beside, OrderDesk};
use crate::text::{Lang, text};

pub(super) fn payments(lang: Lang, found: &OrderDesk) -> AnyView {
    if found.payments.is_empty() {
        return view! { <p class="empty">{text!(lang, "desk-payments-none")}</p> }.into_any();
    }
    let rows = found
        .payments
        .iter()
        .map(|payment| {
            let when = payment.paid_at.map(|at| lang.date_time(at));
            let amount = match payment.captured {
                Some(amount) => lang.money(amount.total()),
                None => text!(lang, "desk-payment-unreadable"),
            };
            let receipt = payment.receipt_url.clone().map(|url| {
                view! { " "<a href=url rel="noreferrer">{text!(lang, "order-receipt")}</a> }
            });
            view! {
                <tr data-payment=payment.disposition.as_str()>
                    <th scope="row" class="when">{when}</th>
                    <td class="num">{amount}</td>
                    <td>{payment.method.clone()}</td>
                    <td>{meaning(lang, payment.disposition)}{receipt}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "desk-payment-when")),
        Head::Number(text!(lang, "desk-payment-amount")),
        Head::Text(text!(lang, "desk-payment-method")),
        Head::Text(text!(lang, "desk-payment-meaning")),
    ];
    data_table(text!(lang, "desk-payments"), heads, rows)
}

fn meaning(lang: Lang, disposition: Disposition) -> String {
    match disposition {
        Disposition::Counted => text!(lang, "disposition-counted"),
        Disposition::Returning => text!(lang, "disposition-returning"),
        Disposition::Returned => text!(lang, "disposition-returned"),
        Disposition::InReview => text!(lang, "disposition-in-review"),
    }
}

pub(super) fn refunds(lang: Lang, found: &OrderDesk) -> AnyView {
    let rows = found
        .refunds
        .iter()
        .map(|refund| {
            let amount = match refund.amount {
                Some(amount) => lang.money(amount.total()),
                None => text!(lang, "desk-refund-all"),
            };
            let state = match refund.state {
                RefundState::Requested => text!(lang, "refund-state-requested"),
                RefundState::Sent => text!(lang, "refund-state-sent"),
                RefundState::Unknown => text!(lang, "refund-state-unknown"),
                RefundState::NeedsAccount => text!(lang, "refund-state-needs-account"),
                RefundState::Done => text!(lang, "refund-state-done"),
                RefundState::Refused if refund.refusal.as_deref() == Some("") => text!(lang, "refund-state-ended"),
                RefundState::Refused => text!(lang, "refund-state-refused"),
            };
            let by = refund.ordered_by.clone().unwrap_or_else(|| text!(lang, "desk-refund-by-itself"));
            view! {
                <tr data-refund=refund.state.as_str()>
                    <th scope="row" class="when">{lang.date_time(refund.updated_at)}</th>
                    <td class="num">{amount}</td>
                    <td>{refund.reason.clone()}" "<span class="hint">{by}</span></td>
                    <td>{state}" "{refund.refusal.clone().map(|words| view! { <span class="hint">{words}</span> })}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "desk-refund-when")),
        Head::Number(text!(lang, "desk-refund-amount")),
        Head::Text(text!(lang, "desk-refund-why")),
        Head::Text(text!(lang, "desk-refund-state")),
    ];
    data_table(text!(lang, "desk-refunds"), heads, rows)
}

/// The provider's record beside ours; what differs is marked in words too.
pub(super) fn beside(lang: Lang, beside: &Beside) -> AnyView {
    let lines = match beside {
        Beside::Nothing => return view! { <p class="empty">{text!(lang, "desk-beside-nothing")}</p> }.into_any(),
        Beside::Unanswered => {
            return view! { <p class="empty" data-beside="unanswered">{text!(lang, "desk-beside-unanswered")}</p> }
                .into_any();
        }
        Beside::Lines(lines) => lines,
    };
    let rows = lines.iter().map(|line| row(lang, line)).collect_view();
    let heads = vec![
        Head::Text(text!(lang, "desk-beside-field")),
        Head::Text(text!(lang, "desk-beside-ours")),
        Head::Text(text!(lang, "desk-beside-theirs")),
        Head::Hidden(text!(lang, "desk-beside-differs")),
    ];
    data_table(text!(lang, "desk-beside"), heads, rows)
}

fn row(lang: Lang, line: &Line) -> AnyView {
    let theirs = match &line.theirs {
        Some(theirs) => value(lang, theirs),
        None => text!(lang, "desk-beside-unsaid"),
    };
    let badge = match (line.differs, &line.theirs) {
        (true, _) => view! { <span class="badge badge-warning">{text!(lang, "desk-beside-differs")}</span> }.into_any(),
        (false, Some(_)) => view! { <span class="hint">{text!(lang, "desk-beside-same")}</span> }.into_any(),
        (false, None) => ().into_any(),
    };
    view! {
        <tr class=line.differs.then_some("differs") data-field=line.field.as_str()>
            <th scope="row">{name(lang, line.field)}</th>
            <td>{line.ours.as_ref().map(|ours| value(lang, ours))}</td>
            <td>{theirs}</td>
            <td>{badge}</td>
        </tr>
    }
    .into_any()
}

fn name(lang: Lang, field: Field) -> String {
    match field {
        Field::OurId => text!(lang, "field-our-id"),
        Field::State => text!(lang, "field-state"),
        Field::Total => text!(lang, "field-total"),
        Field::TaxFree => text!(lang, "field-tax-free"),
        Field::GoneBack => text!(lang, "field-gone-back"),
        Field::Currency => text!(lang, "field-currency"),
        Field::Method => text!(lang, "field-method"),
        Field::ProviderNumber => text!(lang, "field-provider-number"),
        Field::Receipt => text!(lang, "field-receipt"),
    }
}

fn value(lang: Lang, value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        // What no amount of ours can be is shown as it came.
        Value::Krw(won) => Krw::new(*won).map_or_else(|_| won.to_string(), |krw| lang.money(krw)),
        Value::Ours(money) => lang.order_state((*money).into()),
        Value::Theirs(word) => match word {
            PaidWord::Ready => text!(lang, "paid-word-ready"),
            PaidWord::OnConfirm => text!(lang, "paid-word-on-confirm"),
            PaidWord::DepositWaiting => text!(lang, "paid-word-deposit-waiting"),
            PaidWord::Paid => text!(lang, "paid-word-paid"),
            PaidWord::Cancelled => text!(lang, "paid-word-cancelled"),
            PaidWord::Unknown => text!(lang, "paid-word-unknown"),
        },
    }
}
