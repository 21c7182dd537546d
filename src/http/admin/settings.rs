//! The settings' forms: the business in the footer, and policies.

use axum::response::Response;

use super::Act;
use crate::domain::business::{Business, Detail};
use crate::domain::policy::LatePolicy;
use crate::page::{Flash, Problem};

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
    match act.shop.services.change_late_policy(&act.actor, policy).await {
        Ok(()) => act.done("/admin/settings", Flash::Saved).await,
        Err(error) => act.fail(error).await,
    }
}
