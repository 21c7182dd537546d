//! Doing again what a webhook asked for and work that was given up; comparing a day with the provider's.

use axum::extract::Path;
use axum::response::Response;

use super::Submission;
use crate::domain::id::RowId;
use crate::domain::time::Day;
use crate::page::{Flash, Problem};
use crate::service::Error;

const WEBHOOKS: &str = "/admin/webhooks";

/// `POST /admin/webhooks/{id}/replay`.
pub(super) async fn replay(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = RowId::parse(&id) else { return submission.fail(Error::NotFound).await };
    match submission.shop.services.replay(&submission.actor, &id).await {
        Ok(()) => submission.done(WEBHOOKS, Flash::WebhookReplayed).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/webhooks/work`.
pub(super) async fn run_again(submission: Submission) -> Response {
    match submission.shop.services.run_again(&submission.actor, submission.form.text("key")).await {
        Ok(()) => submission.done(WEBHOOKS, Flash::WorkRevived).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/reconcile`.
pub(super) async fn reconcile(submission: Submission) -> Response {
    let day = match Day::parse(submission.form.text("day")) {
        Ok(day) => day,
        Err(refusal) => return submission.refuse(vec![("day", refusal)]).await,
    };
    if day.as_str() > submission.shop.services.day_today().as_str() {
        return submission.refuse(vec![("day", Problem::Future)]).await;
    }
    match submission.shop.services.ask_reconciliation(&submission.actor, &day).await {
        Ok(()) => submission.done("/admin/reconcile", Flash::DayAsked).await,
        Err(error) => submission.fail(error).await,
    }
}
