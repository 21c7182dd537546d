//! Doing again what a webhook asked for and work that was given up; comparing a day with the provider's.

use axum::extract::Path;
use axum::response::Response;

use super::Act;
use crate::domain::id::RowId;
use crate::domain::time::Day;
use crate::page::{Flash, Problem};
use crate::service::Error;

const WEBHOOKS: &str = "/admin/webhooks";

/// `POST /admin/webhooks/{id}/replay`.
pub(super) async fn replay(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = RowId::parse(&id) else { return act.fail(Error::NotFound).await };
    match act.shop.services.replay(&act.actor, &id).await {
        Ok(()) => act.done(WEBHOOKS, Flash::WebhookReplayed).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/webhooks/work`.
pub(super) async fn run_again(act: Act) -> Response {
    match act.shop.services.run_again(&act.actor, act.form.text("key")).await {
        Ok(()) => act.done(WEBHOOKS, Flash::WorkRevived).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/reconcile`.
pub(super) async fn reconcile(act: Act) -> Response {
    let day = match Day::parse(act.form.text("day")) {
        Ok(day) => day,
        Err(refusal) => return act.refuse(vec![("day", refusal)]).await,
    };
    if day.as_str() > act.shop.services.day_today().as_str() {
        return act.refuse(vec![("day", Problem::Future)]).await;
    }
    match act.shop.services.ask_reconciliation(&act.actor, &day).await {
        Ok(()) => act.done("/admin/reconcile", Flash::DayAsked).await,
        Err(error) => act.fail(error).await,
    }
}
