//! What staff do with plans and their prices.

use axum::extract::Path;
use axum::response::Response;

use super::Submission;
use crate::domain::plan::{Interval, Offer, Plan, PlanKey};
use crate::domain::price_form::{read_plan, read_plan_texts, read_price};
use crate::page::{Flash, Problem};
use crate::service::Error;

/// `POST /admin/plans/new`.
pub(super) async fn create(submission: Submission) -> Response {
    let (plan, position) = match read_plan(submission.form.fields()) {
        Ok(read) => read,
        Err(wrong) => return submission.refuse(wrong).await,
    };
    if submission.form.has("preview") {
        return submission.show().await;
    }
    match submission.shop.services.create_plan(&submission.actor, &plan, position).await {
        Ok(()) => submission.done(&address(&plan.key), Flash::PlanCreated).await,
        Err(Error::Taken) => submission.refuse(vec![("key", Problem::Taken)]).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/plans/{key}`: name, features, place.
pub(super) async fn change(Path(key): Path<String>, submission: Submission) -> Response {
    let Ok(key) = PlanKey::parse(&key) else { return submission.fail(Error::NotFound).await };
    let texts = match read_plan_texts(submission.form.fields()) {
        Ok(texts) => texts,
        Err(wrong) => return submission.refuse(wrong).await,
    };
    if submission.form.has("preview") {
        return submission.show().await;
    }
    let plan = Plan { key: key.clone(), name: texts.name, features: texts.features, offers: Vec::new() };
    match submission.shop.services.change_plan(&submission.actor, &plan, texts.position).await {
        Ok(()) => submission.done(&address(&key), Flash::Saved).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/plans/{key}/price`: another price for one interval.
pub(super) async fn price(Path(key): Path<String>, submission: Submission) -> Response {
    let (Ok(key), Ok(interval)) = (PlanKey::parse(&key), Interval::parse(submission.form.text("form"))) else {
        return submission.fail(Error::NotFound).await;
    };
    let (amount, product_id) = match read_price(submission.form.fields(), interval) {
        Ok(price) => price,
        Err(wrong) => return submission.refuse(wrong).await,
    };
    if submission.form.has("preview") {
        return submission.show().await;
    }
    let offer = Offer { plan: key.clone(), plan_name: String::new(), interval, amount, product_id };
    match submission.shop.services.change_price(&submission.actor, &offer).await {
        Ok(()) => submission.done(&address(&key), Flash::PriceChanged).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/plans/{key}/retire`: not sold for one interval any more.
pub(super) async fn retire(Path(key): Path<String>, submission: Submission) -> Response {
    let (Ok(key), Ok(interval)) = (PlanKey::parse(&key), Interval::parse(submission.form.text("interval"))) else {
        return submission.fail(Error::NotFound).await;
    };
    match submission.shop.services.retire_price(&submission.actor, &key, interval).await {
        Ok(()) => submission.done(&address(&key), Flash::PriceRetired).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/plans/{key}/sale`: off the page, or back on it.
pub(super) async fn sale(Path(key): Path<String>, submission: Submission) -> Response {
    let Ok(key) = PlanKey::parse(&key) else { return submission.fail(Error::NotFound).await };
    let (sold, flash) = match submission.form.text("sold") {
        "yes" => (true, Flash::PlanResumed),
        "no" => (false, Flash::PlanStopped),
        _ => return submission.fail(Error::NotFound).await,
    };
    match submission.shop.services.sell_plan(&submission.actor, &key, sold).await {
        Ok(()) => submission.done(&address(&key), flash).await,
        Err(error) => submission.fail(error).await,
    }
}

fn address(key: &PlanKey) -> String {
    format!("/admin/plans/{}", key.as_str())
}
