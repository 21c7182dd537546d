//! What staff do about one order: ask, refund, mark, note. Each handler reads its form and calls one service.

use axum::extract::Path;
use axum::response::Response;

use super::Act;
use super::account_fields::take_account;
use super::act::Form;
use crate::domain::customer::Refusal;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::FulfilmentState;
use crate::domain::refund::RefundRefusal;
use crate::page::{Flash, Problem};
use crate::service::{Asked, CancelDecided, CancelDecision, Error, RefundRequest, Refunded};

type Problems = Vec<(&'static str, Problem)>;

/// The longest reason; the provider keeps it on its record.
const REASON_CHARS: usize = 100;

fn page_of(id: &OrderId) -> String {
    format!("/admin/orders/{id}")
}

/// `POST /admin/orders/{id}/ask`.
pub(super) async fn ask(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return act.fail(Error::NotFound).await };
    match act.shop.services.ask_now(&act.actor, &id).await {
        Ok(Asked::News) => act.done(&page_of(&id), Flash::AskedNews).await,
        Ok(Asked::NoNews) => act.done(&page_of(&id), Flash::AskedNothing).await,
        Ok(Asked::Unanswered) => act.done(&page_of(&id), Flash::AskedUnanswered).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/orders/{id}/refund`.
pub(super) async fn refund(Path(id): Path<String>, mut act: Act) -> Response {
    let account = take_account(&mut act.form);
    let Ok(id) = OrderId::parse(&id) else { return act.fail(Error::NotFound).await };
    if act.form.has("give_up") {
        return give_up(&id, act).await;
    }
    let (request, account) = match (read_refund(&act.form, &id), account) {
        (Ok(request), Ok(account)) => (request, account),
        (request, account) => {
            let problems = request.err().into_iter().chain(account.err()).flatten().collect();
            return act.refuse(problems).await;
        }
    };
    match act.shop.services.refund(&act.actor, request, account).await {
        Ok(Refunded::Done) => act.done(&page_of(&id), Flash::Refunded).await,
        Ok(Refunded::Waiting) => act.done(&page_of(&id), Flash::RefundWaiting).await,
        Ok(Refunded::Refused(_)) => act.refuse(vec![("", Problem::RefundRefused)]).await,
        Ok(Refunded::NeedsAccount) => act.done(&page_of(&id), Flash::RefundNeedsAccount).await,
        Ok(Refunded::NoAccount) => act.refuse(vec![("account_number", Problem::Empty)]).await,
        Ok(Refunded::OtherAmount) => act.refuse(vec![("typed", Problem::TypedDiffers)]).await,
        Ok(Refunded::Overtaken) => act.refuse(vec![("", Problem::RefundOvertaken)]).await,
        Ok(Refunded::Busy) => act.refuse(vec![("", Problem::RefundBusy)]).await,
        Ok(Refunded::NothingCounted) => act.refuse(vec![("", Problem::NothingCounted)]).await,
        Ok(Refunded::NotOrdered(refusal)) => act.refuse(vec![told(refusal)]).await,
        Err(error) => act.fail(error).await,
    }
}

/// A refund that waits for an account, or something without a clear end, is not waited for any more.
async fn give_up(id: &OrderId, act: Act) -> Response {
    let services = &act.shop.services;
    let given_up = match (CallKey::parse(act.form.text("key")), act.form.text("request")) {
        (Ok(key), _) => services.give_up_refund(&act.actor, id, &key).await,
        (Err(_), "") => return act.refuse(vec![("", Problem::Form)]).await,
        (Err(_), request) => services.give_up_approval(&act.actor, id, request).await,
    };
    match given_up {
        Ok(true) => act.done(&page_of(id), Flash::RefundGivenUp).await,
        Ok(false) => act.refuse(vec![("", Problem::CannotBeSo)]).await,
        Err(error) => act.fail(error).await,
    }
}

const fn told(refusal: RefundRefusal) -> (&'static str, Problem) {
    match refusal {
        RefundRefusal::Nothing => ("amount", Problem::Nothing),
        RefundRefusal::MoreThanLeft => ("amount", Problem::MoreThanLeft),
        RefundRefusal::MoreTaxFreeThanLeft => ("tax_free", Problem::MoreTaxFree),
        RefundRefusal::MoreTaxableThanLeft => ("amount", Problem::MoreTaxable),
    }
}

fn read_reason(typed: &str) -> Result<String, Problem> {
    if typed.is_empty() {
        Err(Problem::Empty)
    } else if typed.chars().count() > REASON_CHARS {
        Err(Problem::TooLong)
    } else if typed.chars().any(char::is_control) {
        Err(Problem::Characters)
    } else {
        Ok(typed.to_owned())
    }
}

fn read_refund(form: &Form, order: &OrderId) -> Result<RefundRequest, Problems> {
    let mut problems = Problems::new();
    let won = |name: &str| Krw::parse_typed(form.text(name)).ok();
    let (total, typed) = (won("amount"), won("typed"));
    // The field is not there where nothing of the order is free of tax.
    let tax_free = if form.text("tax_free").is_empty() { Some(Krw::ZERO) } else { won("tax_free") };
    if total.is_none() {
        problems.push(("amount", Problem::NoAmount));
    }
    if tax_free.is_none() {
        problems.push(("tax_free", Problem::NoAmount));
    }
    if total.is_some() && typed != total {
        problems.push(("typed", Problem::TypedDiffers));
    }
    let amount = total.zip(tax_free).and_then(|(total, tax_free)| Amount::new(total, tax_free).ok());
    if amount.is_none() && problems.is_empty() {
        problems.push(("tax_free", Problem::MoreTaxFree));
    }
    let reason = read_reason(form.text("reason"));
    if let Err(problem) = reason {
        problems.push(("reason", problem));
    }
    let key = CallKey::parse(form.text("key")).ok();
    match (amount, key, reason) {
        (Some(amount), Some(key), Ok(reason)) if problems.is_empty() => {
            Ok(RefundRequest { order: order.clone(), amount, reason, key })
        }
        (_, None, _) if problems.is_empty() => Err(vec![("", Problem::Form)]),
        _ => Err(problems),
    }
}

/// `POST /admin/orders/{id}/cancel-request`.
pub(super) async fn decide_cancel(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return act.fail(Error::NotFound).await };
    let request = act.form.text("request").to_owned();
    let (decision, done) = match act.form.text("act") {
        "approve" => (CancelDecision::Approve, Flash::CancelApproved),
        "reject" => match read_reason(act.form.text("message")) {
            Ok(message) => (CancelDecision::Reject(message), Flash::CancelRejected),
            Err(problem) => return act.refuse(vec![("message", problem)]).await,
        },
        _ => return act.refuse(vec![("", Problem::Form)]).await,
    };
    match act.shop.services.decide_cancel(&act.actor, &id, &request, decision).await {
        Ok(CancelDecided::Done) => act.done(&page_of(&id), done).await,
        Ok(CancelDecided::Unanswered) => act.done(&page_of(&id), Flash::CancelUnanswered).await,
        Ok(CancelDecided::Busy) => act.refuse(vec![("", Problem::RefundBusy)]).await,
        Ok(CancelDecided::Gone) => act.refuse(vec![("", Problem::CancelGone)]).await,
        Ok(CancelDecided::Refused) => act.refuse(vec![("", Problem::CancelRefused)]).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/orders/{id}/fulfil`.
pub(super) async fn fulfil(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return act.fail(Error::NotFound).await };
    let Ok(state) = FulfilmentState::parse(act.form.text("to")) else {
        return act.refuse(vec![("", Problem::Form)]).await;
    };
    match act.shop.services.set_fulfilment(&act.actor, std::slice::from_ref(&id), state).await {
        Ok(done) if done.done == 1 => act.done(&page_of(&id), Flash::Fulfilled).await,
        Ok(_) => act.refuse(vec![("", Problem::CannotBeSo)]).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/orders/{id}/note`.
pub(super) async fn note(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return act.fail(Error::NotFound).await };
    match act.shop.services.set_note(&act.actor, &id, act.form.text("note")).await {
        Ok(Ok(())) => act.done(&page_of(&id), Flash::Noted).await,
        Ok(Err(Refusal::TooLong)) => act.refuse(vec![("note", Problem::TooLong)]).await,
        Ok(Err(_)) => act.refuse(vec![("note", Problem::Characters)]).await,
        Err(error) => act.fail(error).await,
    }
}
