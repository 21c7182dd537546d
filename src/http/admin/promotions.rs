//! What staff do with promotion codes.

use axum::extract::Path;
use axum::response::Response;

use super::Submission;
use crate::domain::price_form::{read_promotion, read_terms};
use crate::domain::promotion::PromotionCode;
use crate::page::{Flash, Problem};
use crate::service::Error;

/// `POST /admin/promotions/new`.
pub(super) async fn create(submission: Submission) -> Response {
    let promotion = match read_promotion(submission.form.fields()) {
        Ok(promotion) => promotion,
        Err(wrong) => return submission.refuse(wrong).await,
    };
    if submission.form.has("preview") {
        return submission.show().await;
    }
    match submission.shop.services.create_promotion(&submission.actor, &promotion).await {
        Ok(()) => submission.done(&address(&promotion.code), Flash::PromotionCreated).await,
        Err(Error::Taken) => submission.refuse(vec![("code", Problem::Taken)]).await,
        Err(Error::NotFound) => submission.refuse(vec![("plans", Problem::NoSuchPlan)]).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/promotions/{code}`: days, limits, plans.
pub(super) async fn change(Path(code): Path<String>, submission: Submission) -> Response {
    let Ok(code) = PromotionCode::parse(&code) else { return submission.fail(Error::NotFound).await };
    let terms = match read_terms(submission.form.fields()) {
        Ok(terms) => terms,
        Err(wrong) => return submission.refuse(wrong).await,
    };
    match submission.shop.services.change_promotion(&submission.actor, &code, &terms).await {
        Ok(()) => submission.done(&address(&code), Flash::Saved).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/promotions/{code}/switch`: off, or on again.
pub(super) async fn switch(Path(code): Path<String>, submission: Submission) -> Response {
    let Ok(code) = PromotionCode::parse(&code) else { return submission.fail(Error::NotFound).await };
    let (on, flash) = match submission.form.text("on") {
        "yes" => (true, Flash::PromotionResumed),
        "no" => (false, Flash::PromotionStopped),
        _ => return submission.fail(Error::NotFound).await,
    };
    match submission.shop.services.switch_promotion(&submission.actor, &code, on).await {
        Ok(_) => submission.done(&address(&code), flash).await,
        Err(error) => submission.fail(error).await,
    }
}

fn address(code: &PromotionCode) -> String {
    format!("/admin/promotions/{}", code.as_str())
}
