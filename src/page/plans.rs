//! `/`: the plans and what they cost. No script: both intervals are in the page, and the switch is a radio
//! group that the stylesheet reads.

use leptos::prelude::*;

use super::frame::frame;
use super::link_card::link_card;
use super::message::failed;
use super::{Visit, visit};
use crate::domain::plan::{Interval, Offer, Plan};
use crate::text::{Lang, text};

pub(super) fn page() -> AnyView {
    let Some(visit) = visit() else { return ().into_any() };
    view! { <Suspense>{Suspend::new(async move { load(visit).await })}</Suspense> }.into_any()
}

async fn load(visit: Visit) -> AnyView {
    match visit.services.plans().await {
        Ok(plans) => plan_list(&visit, plans),
        Err(error) => failed(&visit, &error),
    }
}

fn plan_list(visit: &Visit, plans: Vec<Plan>) -> AnyView {
    let lang = visit.lang;
    let asked = visit.uri.query().unwrap_or_default();
    let shown = if asked.split('&').any(|pair| pair == "interval=year") { Interval::Year } else { Interval::Month };
    let switch = Interval::ALL
        .map(|interval| {
            let id = format!("interval-{}", interval.as_str());
            view! {
                <span class="choice">
                    <input type="radio" name="interval" id=id.clone() value=interval.as_str() checked=interval == shown/>
                    <label for=id>{interval_name(lang, interval)}</label>
                </span>
            }
        })
        .collect_view();
    let cards = plans.into_iter().map(|plan| card(lang, &plan)).collect_view();
    let content = view! {
        {link_card(visit, text!(lang, "plans-title"), text!(lang, "plans-lead"))}
        <div class="plans">
            <h1>{text!(lang, "plans-title")}</h1>
            <p class="lead">{text!(lang, "plans-lead")}</p>
            <fieldset class="switch">
                <legend>{text!(lang, "plans-interval")}</legend>
                {switch}
            </fieldset>
            <ul class="cards">{cards}</ul>
        </div>
    };
    frame(visit, text!(lang, "plans-title"), None, content.into_any())
}

pub(super) fn interval_name(lang: Lang, interval: Interval) -> String {
    match interval {
        Interval::Month => text!(lang, "interval-month"),
        Interval::Year => text!(lang, "interval-year"),
    }
}

fn card(lang: Lang, plan: &Plan) -> impl IntoView + use<> {
    let features = plan
        .features
        .iter()
        .map(|feature| match lang {
            Lang::Ko => feature.ko.clone(),
            Lang::En => feature.en.clone(),
        })
        .map(|feature| view! { <li>{feature}</li> })
        .collect_view();
    let offers = plan.offers.iter().map(|offer| price(lang, offer)).collect_view();
    view! {
        <li class="card" data-plan=plan.key.as_str().to_owned()>
            <h2>{plan.name.clone()}</h2>
            {offers}
            <ul class="features" aria-label=text!(lang, "plans-features")>{features}</ul>
        </li>
    }
}

fn price(lang: Lang, offer: &Offer) -> impl IntoView + use<> {
    let total = lang.money(offer.amount.total());
    let (rhythm, in_total) = match offer.interval {
        Interval::Month => (text!(lang, "per-month"), None),
        Interval::Year => {
            let monthly = lang.money(offer.per_month());
            let in_total = text!(lang, "plans-year-total", total = total.clone(), monthly = monthly);
            (text!(lang, "per-year"), Some(format!("{in_total} · ")))
        }
    };
    let href = format!("/checkout/{}/{}", offer.plan.as_str(), offer.interval.as_str());
    view! {
        <div class=format!("offer offer-{}", offer.interval.as_str())>
            <p class="price"><strong>{total}</strong>" "<span>{rhythm}</span></p>
            <p class="price-note">{in_total}{text!(lang, "plans-vat-included")}</p>
            <p><a class="button" href=href>{text!(lang, "plans-choose", plan = offer.plan_name.clone())}</a></p>
            <p class="price-note">{text!(lang, "plans-refund")}" "<a href="/refund">{text!(lang, "plans-refund-link")}</a></p>
        </div>
    }
}
