//! The settings' forms: the business in the footer, and policies.

use axum::response::Response;

use super::Act;
use crate::domain::business::{Business, Detail};
use crate::domain::policy::{Approval, LateDays, LatePolicy};
use crate::page::{Flash, Problem};
use crate::service::PolicyChanges;

/// `POST /admin/settings/business`. Every field must have been sent: an empty one means "as configured".
pub(super) async fn business(act: Act) -> Response {
    let (mut wanted, mut errors) = (Business::default(), Vec::new());
    for detail in Detail::ALL {
        let name = detail.as_str();
        match detail.read(act.form.text(name)) {
            Ok(_) if !act.form.has(name) => errors.push((name, Problem::Form)),
            Ok(value) => wanted.set(*detail, value),
            Err(refusal) => errors.push((name, refusal.into())),
        }
    }
    if !errors.is_empty() {
        return act.refuse(errors).await;
    }
    match act.shop.services.change_business(&act.actor, wanted).await {
        Ok(()) => act.done("/admin/settings", Flash::Saved).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/settings/policies`.
pub(super) async fn policies(act: Act) -> Response {
    let Ok(policy) = LatePolicy::parse(act.form.text("late_policy")) else {
        return act.refuse(vec![("late_policy", Problem::Form)]).await;
    };
    // A form without the question leaves the answer as it is.
    let approval = match act.form.has("approval").then(|| Approval::parse(act.form.text("approval"))).transpose() {
        Ok(approval) => approval,
        Err(_) => return act.refuse(vec![("approval", Problem::Form)]).await,
    };
    let late_days = match act.form.has("late_days").then(|| LateDays::parse(act.form.text("late_days"))) {
        Some(None) => return act.refuse(vec![("late_days", Problem::Days)]).await,
        days => days.flatten(),
    };
    let wanted = PolicyChanges { late: Some(policy), late_days, approval };
    match act.shop.services.change_policies(&act.actor, wanted).await {
        Ok(()) => act.done("/admin/settings", Flash::Saved).await,
        Err(error) => act.fail(error).await,
    }
}
