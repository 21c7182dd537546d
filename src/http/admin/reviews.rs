//! Deciding about payments that wait for a person.

use axum::extract::Path;
use axum::response::Response;

use super::Act;
use super::account_fields::take_account;
use crate::domain::id::RowId;
use crate::domain::review::{Decision, NoCount, Reason};
use crate::page::{Flash, Problem};
use crate::service::{Choice, Decided, Error};

const REVIEWS: &str = "/admin/reviews";

/// `POST /admin/reviews/{id}`.
pub(super) async fn decide(Path(id): Path<String>, mut act: Act) -> Response {
    let account = take_account(&mut act.form);
    let Ok(id) = RowId::parse(&id) else { return act.fail(Error::NotFound).await };
    let choice = match Decision::parse(act.form.text("decision")) {
        Ok(Decision::Count) => Choice::Count,
        Ok(Decision::GiveBack) => Choice::GiveBack { typed: act.form.text("amount").to_owned() },
        Ok(Decision::Keep) => match Reason::parse(act.form.text("reason")) {
            Ok(reason) => Choice::Keep(reason),
            Err(refusal) => return act.refuse(vec![("reason", Problem::from(refusal))]).await,
        },
        Err(_) => return act.refuse(vec![("", Problem::Form)]).await,
    };
    let account = match account {
        Ok(account) => account,
        Err(problems) => return act.refuse(problems).await,
    };
    let problem = match act.shop.services.decide_review(&act.actor, &id, &choice, account).await {
        Ok(Decided::Counted) => return act.done(REVIEWS, Flash::ReviewCounted).await,
        Ok(Decided::Returned) => return act.done(REVIEWS, Flash::ReviewReturned).await,
        Ok(Decided::Returning) => return act.done(&format!("{REVIEWS}/{id}"), Flash::ReviewReturning).await,
        Ok(Decided::Refused) => return act.done(REVIEWS, Flash::ReviewRefused).await,
        Ok(Decided::Kept) => return act.done(REVIEWS, Flash::ReviewKept).await,
        Ok(Decided::Already) => return act.done(&format!("{REVIEWS}/{id}"), Flash::ReviewWasDecided).await,
        Ok(Decided::NoAccount) => ("account_number", Problem::Empty),
        Ok(Decided::NotConfirmed) => ("amount", Problem::ReviewTyped),
        Ok(Decided::NoCount(NoCount::IsPaid)) => ("", Problem::ReviewIsPaid),
        Ok(Decided::NoCount(_)) => ("", Problem::ReviewNoCount),
        Ok(Decided::Unanswered) => ("", Problem::ReviewUnanswered),
        Ok(Decided::Differs) => ("", Problem::ReviewDiffers),
        Err(error) => return act.fail(error).await,
    };
    act.refuse(vec![problem]).await
}
