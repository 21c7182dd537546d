//! Deciding about payments that wait for a person.

use axum::extract::Path;
use axum::response::Response;

use super::Submission;
use super::refund_account_fields::take_refund_account;
use crate::domain::id::RowId;
use crate::domain::review::{Decision, NoCount, Reason};
use crate::page::{Flash, Problem};
use crate::service::{Choice, Decided, Error};

const REVIEWS: &str = "/admin/reviews";

/// `POST /admin/reviews/{id}`.
pub(super) async fn decide(Path(id): Path<String>, mut submission: Submission) -> Response {
    let account = take_refund_account(&mut submission.form);
    let Ok(id) = RowId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let choice = match Decision::parse(submission.form.text("decision")) {
        Ok(Decision::Count) => Choice::Count,
        Ok(Decision::GiveBack) => Choice::GiveBack { typed: submission.form.text("amount").to_owned() },
        Ok(Decision::Keep) => match Reason::parse(submission.form.text("reason")) {
            Ok(reason) => Choice::Keep(reason),
            Err(refusal) => return submission.refuse(vec![("reason", Problem::from(refusal))]).await,
        },
        Err(_) => return submission.refuse(vec![("", Problem::Form)]).await,
    };
    let account = match account {
        Ok(account) => account,
        Err(problems) => return submission.refuse(problems).await,
    };
    let problem = match submission.shop.services.decide_review(&submission.actor, &id, &choice, account).await {
        Ok(Decided::Counted) => return submission.done(REVIEWS, Flash::ReviewCounted).await,
        Ok(Decided::Returned) => return submission.done(REVIEWS, Flash::ReviewReturned).await,
        Ok(Decided::Returning) => return submission.done(&format!("{REVIEWS}/{id}"), Flash::ReviewReturning).await,
        Ok(Decided::Refused) => return submission.done(REVIEWS, Flash::ReviewRefused).await,
        Ok(Decided::Kept) => return submission.done(REVIEWS, Flash::ReviewKept).await,
        Ok(Decided::Already) => return submission.done(&format!("{REVIEWS}/{id}"), Flash::ReviewWasDecided).await,
        Ok(Decided::NoAccount) => ("account_number", Problem::Empty),
        Ok(Decided::NotConfirmed) => ("amount", Problem::ReviewTyped),
        Ok(Decided::NoCount(NoCount::IsPaid)) => ("", Problem::ReviewIsPaid),
        Ok(Decided::NoCount(_)) => ("", Problem::ReviewNoCount),
        Ok(Decided::Unanswered) => ("", Problem::ReviewUnanswered),
        Ok(Decided::Differs) => ("", Problem::ReviewDiffers),
        Err(error) => return submission.fail(error).await,
    };
    submission.refuse(vec![problem]).await
}
