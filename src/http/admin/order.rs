//! What staff do about one order: ask, refund, mark, note. Each handler reads its form and calls one service.

use axum::extract::Path;
use axum::response::Response;

use super::Submission;
use super::refund_account_fields::take_refund_account;
use super::submission::Form;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::FulfilmentState;
use crate::domain::refund::{RefundReason, RefundRefusal};
use crate::domain::text::Refusal;
use crate::page::{Flash, Problem};
use crate::service::{Asked, CancelDecided, CancelDecision, Error, RefundRequest, Refunded};

type Problems = Vec<(&'static str, Problem)>;

fn page_of(id: &OrderId) -> String {
    format!("/admin/orders/{id}")
}

/// `POST /admin/orders/{id}/ask`.
pub(super) async fn ask(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return submission.fail(Error::NotFound).await };
    match submission.shop.services.ask_now(&submission.actor, &id).await {
        Ok(Asked::News) => submission.done(&page_of(&id), Flash::AskedNews).await,
        Ok(Asked::NoNews) => submission.done(&page_of(&id), Flash::AskedNothing).await,
        Ok(Asked::Unanswered) => submission.done(&page_of(&id), Flash::AskedUnanswered).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/orders/{id}/refund`.
pub(super) async fn refund(Path(id): Path<String>, mut submission: Submission) -> Response {
    let account = take_refund_account(&mut submission.form);
    let Ok(id) = OrderId::parse(&id) else { return submission.fail(Error::NotFound).await };
    if submission.form.has("give_up") {
        return give_up(&id, submission).await;
    }
    let (request, account) = match (read_refund(&submission.form, &id), account) {
        (Ok(request), Ok(account)) => (request, account),
        (request, account) => {
            let problems = request.err().into_iter().chain(account.err()).flatten().collect();
            return submission.refuse(problems).await;
        }
    };
    match submission.shop.services.refund(&submission.actor, request, account).await {
        Ok(Refunded::Done) => submission.done(&page_of(&id), Flash::Refunded).await,
        Ok(Refunded::Waiting) => submission.done(&page_of(&id), Flash::RefundWaiting).await,
        Ok(Refunded::Refused(_)) => submission.refuse(vec![("", Problem::RefundRefused)]).await,
        Ok(Refunded::NeedsAccount) => submission.done(&page_of(&id), Flash::RefundNeedsAccount).await,
        Ok(Refunded::NoAccount) => submission.refuse(vec![("account_number", Problem::Empty)]).await,
        Ok(Refunded::OtherAmount) => submission.refuse(vec![("typed", Problem::TypedDiffers)]).await,
        Ok(Refunded::Overtaken) => submission.refuse(vec![("", Problem::RefundOvertaken)]).await,
        Ok(Refunded::Busy) => submission.refuse(vec![("", Problem::RefundBusy)]).await,
        Ok(Refunded::NothingCounted) => submission.refuse(vec![("", Problem::NothingCounted)]).await,
        Ok(Refunded::NotOrdered(refusal)) => submission.refuse(vec![told(refusal)]).await,
        Err(error) => submission.fail(error).await,
    }
}

/// A refund that waits for an account, or something without a clear end, is not waited for any more.
async fn give_up(id: &OrderId, submission: Submission) -> Response {
    let services = &submission.shop.services;
    let given_up = match (CallKey::parse(submission.form.text("key")), submission.form.text("request")) {
        (Ok(key), _) => services.give_up_refund(&submission.actor, id, &key).await,
        (Err(_), "") => return submission.refuse(vec![("", Problem::Form)]).await,
        (Err(_), request) => services.give_up_approval(&submission.actor, id, request).await,
    };
    match given_up {
        Ok(true) => submission.done(&page_of(id), Flash::RefundGivenUp).await,
        Ok(false) => submission.refuse(vec![("", Problem::CannotBeSo)]).await,
        Err(error) => submission.fail(error).await,
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
    let reason = RefundReason::parse(form.text("reason"));
    if let Err(refusal) = &reason {
        problems.push(("reason", (*refusal).into()));
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
pub(super) async fn decide_cancel(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let request = submission.form.text("request").to_owned();
    let (decision, done) = match submission.form.text("act") {
        "approve" => {
            (CancelDecision::Approve { typed: submission.form.text("approved").to_owned() }, Flash::CancelApproved)
        }
        "reject" => match RefundReason::parse(submission.form.text("message")) {
            Ok(message) => (CancelDecision::Reject(message), Flash::CancelRejected),
            Err(refusal) => return submission.refuse(vec![("message", Problem::from(refusal))]).await,
        },
        _ => return submission.refuse(vec![("", Problem::Form)]).await,
    };
    match submission.shop.services.decide_cancel(&submission.actor, &id, &request, decision).await {
        Ok(CancelDecided::Done) => submission.done(&page_of(&id), done).await,
        Ok(CancelDecided::Unanswered) => submission.done(&page_of(&id), Flash::CancelUnanswered).await,
        Ok(CancelDecided::NotLeft) => submission.refuse(vec![("", Problem::CancelNotLeft)]).await,
        Ok(CancelDecided::Busy) => submission.refuse(vec![("", Problem::RefundBusy)]).await,
        Ok(CancelDecided::NotConfirmed) => submission.refuse(vec![("approved", Problem::ReviewTyped)]).await,
        Ok(CancelDecided::Gone) => submission.refuse(vec![("", Problem::CancelGone)]).await,
        Ok(CancelDecided::Refused) => submission.refuse(vec![("", Problem::CancelRefused)]).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/orders/{id}/fulfil`.
pub(super) async fn fulfil(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let Ok(state) = FulfilmentState::parse(submission.form.text("to")) else {
        return submission.refuse(vec![("", Problem::Form)]).await;
    };
    match submission.shop.services.set_fulfilment(&submission.actor, std::slice::from_ref(&id), state).await {
        Ok(done) if done.done == 1 => submission.done(&page_of(&id), Flash::Fulfilled).await,
        Ok(_) => submission.refuse(vec![("", Problem::CannotBeSo)]).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/orders/{id}/note`.
pub(super) async fn note(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = OrderId::parse(&id) else { return submission.fail(Error::NotFound).await };
    match submission.shop.services.set_note(&submission.actor, &id, submission.form.text("note")).await {
        Ok(Ok(())) => submission.done(&page_of(&id), Flash::Noted).await,
        Ok(Err(Refusal::TooLong)) => submission.refuse(vec![("note", Problem::TooLong)]).await,
        Ok(Err(_)) => submission.refuse(vec![("note", Problem::Characters)]).await,
        Err(error) => submission.fail(error).await,
    }
}
