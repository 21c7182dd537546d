//! What staff do with plans and their prices.

use axum::extract::Path;
use axum::response::Response;

use super::Act;
use crate::domain::plan::{Interval, Offer, Plan, PlanKey};
use crate::domain::price_form::{read_plan, read_plan_texts, read_price};
use crate::page::{Flash, Problem};
use crate::service::Error;

/// `POST /admin/plans/new`.
pub(super) async fn create(act: Act) -> Response {
    let (plan, position) = match read_plan(act.form.fields()) {
        Ok(read) => read,
        Err(wrong) => return act.refuse(wrong).await,
    };
    if act.form.has("preview") {
        return act.show().await;
    }
    match act.shop.services.create_plan(&act.actor, &plan, position).await {
        Ok(()) => act.done(&address(&plan.key), Flash::PlanCreated).await,
        Err(Error::Taken) => act.refuse(vec![("key", Problem::Taken)]).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/plans/{key}`: name, features, place.
pub(super) async fn change(Path(key): Path<String>, act: Act) -> Response {
    let Ok(key) = PlanKey::parse(&key) else { return act.fail(Error::NotFound).await };
    let texts = match read_plan_texts(act.form.fields()) {
        Ok(texts) => texts,
        Err(wrong) => return act.refuse(wrong).await,
    };
    if act.form.has("preview") {
        return act.show().await;
    }
    let plan = Plan { key: key.clone(), name: texts.name, features: texts.features, offers: Vec::new() };
    match act.shop.services.change_plan(&act.actor, &plan, texts.position).await {
        Ok(()) => act.done(&address(&key), Flash::Saved).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/plans/{key}/price`: another price for one interval.
pub(super) async fn price(Path(key): Path<String>, act: Act) -> Response {
    let (Ok(key), Ok(interval)) = (PlanKey::parse(&key), Interval::parse(act.form.text("form"))) else {
        return act.fail(Error::NotFound).await;
    };
    let (amount, product_id) = match read_price(act.form.fields(), interval) {
        Ok(price) => price,
        Err(wrong) => return act.refuse(wrong).await,
    };
    if act.form.has("preview") {
        return act.show().await;
    }
    let offer = Offer { plan: key.clone(), plan_name: String::new(), interval, amount, product_id };
    match act.shop.services.change_price(&act.actor, &offer).await {
        Ok(()) => act.done(&address(&key), Flash::PriceChanged).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/plans/{key}/retire`: not sold for one interval any more.
pub(super) async fn retire(Path(key): Path<String>, act: Act) -> Response {
    let (Ok(key), Ok(interval)) = (PlanKey::parse(&key), Interval::parse(act.form.text("interval"))) else {
        return act.fail(Error::NotFound).await;
    };
    match act.shop.services.retire_price(&act.actor, &key, interval).await {
        Ok(()) => act.done(&address(&key), Flash::PriceRetired).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/plans/{key}/sale`: off the page, or back on it.
pub(super) async fn sale(Path(key): Path<String>, act: Act) -> Response {
    let Ok(key) = PlanKey::parse(&key) else { return act.fail(Error::NotFound).await };
    let (sold, flash) = match act.form.text("sold") {
        "yes" => (true, Flash::PlanResumed),
        "no" => (false, Flash::PlanStopped),
        _ => return act.fail(Error::NotFound).await,
    };
    match act.shop.services.sell_plan(&act.actor, &key, sold).await {
        Ok(()) => act.done(&address(&key), flash).await,
        Err(error) => act.fail(error).await,
    }
}

fn address(key: &PlanKey) -> String {
    format!("/admin/plans/{}", key.as_str())
}
