//! What staff do with promotion codes.

use axum::extract::Path;
use axum::response::Response;

use super::Act;
use crate::domain::price_form::{read_promotion, read_terms};
use crate::domain::promotion::PromotionCode;
use crate::page::{Flash, Problem};
use crate::service::Error;

/// `POST /admin/promotions/new`.
pub(super) async fn create(act: Act) -> Response {
    let promotion = match read_promotion(act.form.fields()) {
        Ok(promotion) => promotion,
        Err(wrong) => return act.refuse(wrong).await,
    };
    if act.form.has("preview") {
        return act.show().await;
    }
    match act.shop.services.create_promotion(&act.actor, &promotion).await {
        Ok(()) => act.done(&address(&promotion.code), Flash::PromotionCreated).await,
        Err(Error::Taken) => act.refuse(vec![("code", Problem::Taken)]).await,
        Err(Error::NotFound) => act.refuse(vec![("plans", Problem::NoSuchPlan)]).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/promotions/{code}`: days, limits, plans.
pub(super) async fn change(Path(code): Path<String>, act: Act) -> Response {
    let Ok(code) = PromotionCode::parse(&code) else { return act.fail(Error::NotFound).await };
    let terms = match read_terms(act.form.fields()) {
        Ok(terms) => terms,
        Err(wrong) => return act.refuse(wrong).await,
    };
    match act.shop.services.change_promotion(&act.actor, &code, &terms).await {
        Ok(()) => act.done(&address(&code), Flash::Saved).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/promotions/{code}/switch`: off, or on again.
pub(super) async fn switch(Path(code): Path<String>, act: Act) -> Response {
    let Ok(code) = PromotionCode::parse(&code) else { return act.fail(Error::NotFound).await };
    let (on, flash) = match act.form.text("on") {
        "yes" => (true, Flash::PromotionResumed),
        "no" => (false, Flash::PromotionStopped),
        _ => return act.fail(Error::NotFound).await,
    };
    match act.shop.services.switch_promotion(&act.actor, &code, on).await {
        Ok(_) => act.done(&address(&code), flash).await,
        Err(error) => act.fail(error).await,
    }
}

fn address(code: &PromotionCode) -> String {
    format!("/admin/promotions/{}", code.as_str())
}
