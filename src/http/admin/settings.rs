//! The settings' forms: the business in the footer, and policies.

use axum::response::Response;

use super::Submission;
use crate::domain::business::{Business, Detail};
use crate::domain::policy::{Approval, LateDays, LatePolicy};
use crate::page::{Flash, Problem};
use crate::service::PolicyChanges;

/// `POST /admin/settings/business`. Every field must have been sent: an empty one means "as configured".
pub(super) async fn business(submission: Submission) -> Response {
    let (mut wanted, mut errors) = (Business::default(), Vec::new());
    for detail in Detail::ALL {
        let name = detail.as_str();
        match detail.read(submission.form.text(name)) {
            Ok(_) if !submission.form.has(name) => errors.push((name, Problem::Form)),
            Ok(value) => wanted.set(*detail, value),
            Err(refusal) => errors.push((name, refusal.into())),
        }
    }
    if !errors.is_empty() {
        return submission.refuse(errors).await;
    }
    match submission.shop.services.change_business(&submission.actor, wanted).await {
        Ok(()) => submission.done("/admin/settings", Flash::Saved).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/settings/policies`.
pub(super) async fn policies(submission: Submission) -> Response {
    let Ok(policy) = LatePolicy::parse(submission.form.text("late_policy")) else {
        return submission.refuse(vec![("late_policy", Problem::Form)]).await;
    };
    // A form without the question leaves the answer as it is.
    let approval =
        match submission.form.has("approval").then(|| Approval::parse(submission.form.text("approval"))).transpose() {
            Ok(approval) => approval,
            Err(_) => return submission.refuse(vec![("approval", Problem::Form)]).await,
        };
    let late_days = match submission.form.has("late_days").then(|| LateDays::parse(submission.form.text("late_days"))) {
        Some(None) => return submission.refuse(vec![("late_days", Problem::Days)]).await,
        days => days.flatten(),
    };
    let wanted = PolicyChanges { late: Some(policy), late_days, approval };
    match submission.shop.services.change_policies(&submission.actor, wanted).await {
        Ok(()) => submission.done("/admin/settings", Flash::Saved).await,
        Err(error) => submission.fail(error).await,
    }
}
