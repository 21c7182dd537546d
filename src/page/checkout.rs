//! `/checkout/{plan}/{interval}`: what is bought, who buys, one button that names the amount.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::frame::{frame, scripts};
use super::message::{failed, not_found_page};
use super::plans::interval_name;
use super::policy::{Holds, set as set_policy};
use super::{Visit, visit};
use crate::api::{Field, FieldError};
use crate::domain::customer::Refusal;
use crate::domain::order::OrderKind;
use crate::domain::plan::{Interval, Offer, PlanKey};
use crate::islands::{CheckoutIsland, CheckoutWords};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, TextField, Tone};

/// A form as it was sent, with what was wrong about it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub plan: String,
    pub interval: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub key: String,
    pub errors: Vec<FieldError>,
}

pub(super) fn page() -> AnyView {
    let Some(visit) = visit() else { return ().into_any() };
    let params = use_params_map().get_untracked();
    let typed = Typed {
        plan: params.get("plan").unwrap_or_default(),
        interval: params.get("interval").unwrap_or_default(),
        key: visit.services.new_form_key().as_str().to_owned(),
        ..Typed::default()
    };
    refused(visit, typed)
}

/// The form with what was typed still in it.
pub(super) fn refused(visit: Visit, typed: Typed) -> AnyView {
    // Set while the page's context is at hand; a page that turns out not to exist has no forms to restrict.
    set_policy(&visit, Holds::VendorScript);
    let scripts = scripts(&visit);
    let content = Suspend::new(async move { load(visit, typed).await });
    view! { <Suspense>{content}</Suspense>{scripts} }.into_any()
}

async fn load(visit: Visit, typed: Typed) -> AnyView {
    let (Ok(plan), Ok(interval)) = (PlanKey::parse(&typed.plan), Interval::parse(&typed.interval)) else {
        return not_found_page(&visit);
    };
    match visit.services.offer(&plan, interval).await {
        Ok(offer) => checkout(&visit, &offer, typed),
        Err(error) => failed(&visit, &error),
    }
}

fn checkout(visit: &Visit, offer: &Offer, typed: Typed) -> AnyView {
    let lang = visit.lang;
    let title = text!(lang, "checkout-title");
    let has_errors = !typed.errors.is_empty();
    let fields = fields(lang, offer, typed);
    let content = view! {
        <h1>{title.clone()}</h1>
        <div class="checkout">
            <section aria-labelledby="what">
                <h2 id="what">{text!(lang, "checkout-what")}</h2>
                <Facts rows=bill(lang, offer)/>
            </section>
            <section aria-labelledby="who">
                <h2 id="who">{text!(lang, "checkout-who")}</h2>
                {has_errors.then(|| view! { <Notice tone=Tone::Warning>{text!(lang, "checkout-errors")}</Notice> })}
                <CheckoutIsland
                    kind=OrderKind::Plan
                    sdk_url=visit.site.sdk.url.clone()
                    environment=visit.site.sdk.environment.map(str::to_owned)
                    words=words(lang)
                >
                    {fields}
                </CheckoutIsland>
            </section>
        </div>
    };
    frame(visit, title, None, content.into_any())
}

fn bill(lang: Lang, offer: &Offer) -> Vec<Fact> {
    let amount = offer.amount;
    let mut rows = vec![
        Fact::new(text!(lang, "checkout-plan"), offer.plan_name.clone()),
        Fact::new(text!(lang, "checkout-interval"), interval_name(lang, offer.interval)),
        Fact::new(text!(lang, "checkout-supply"), lang.money(amount.supply())),
        Fact::new(text!(lang, "checkout-vat"), lang.money(amount.vat())),
    ];
    if amount.tax_free() > crate::domain::money::Krw::ZERO {
        rows.push(Fact::new(text!(lang, "checkout-tax-free"), lang.money(amount.tax_free())));
    }
    rows.push(Fact::total(text!(lang, "checkout-total"), lang.money(amount.total())));
    rows
}

fn fields(lang: Lang, offer: &Offer, typed: Typed) -> impl IntoView + use<> {
    let error = |field: Field| {
        let found = typed.errors.iter().find(|error| error.field == field);
        found.map(|error| refusal_text(lang, *error))
    };
    let (name_error, phone_error, email_error) = (error(Field::Name), error(Field::Phone), error(Field::Email));
    let consented = [
        ("/terms", text!(lang, "footer-terms")),
        ("/refund", text!(lang, "footer-refund")),
        ("/privacy", text!(lang, "footer-privacy")),
    ]
    .map(|(href, name)| view! { <a href=href>{name}</a>" " })
    .collect_view();
    view! {
        <input type="hidden" name="plan" value=offer.plan.as_str().to_owned()/>
        <input type="hidden" name="interval" value=offer.interval.as_str()/>
        <input type="hidden" name="key" value=typed.key/>
        <TextField name="name" label=text!(lang, "checkout-name") hint=None value=typed.name error=name_error
            kind="text" autocomplete="name"/>
        <TextField name="phone" label=text!(lang, "checkout-phone") hint=Some(text!(lang, "checkout-phone-hint"))
            value=typed.phone error=phone_error kind="tel" autocomplete="tel"/>
        <TextField name="email" label=text!(lang, "checkout-email") hint=Some(text!(lang, "checkout-email-hint"))
            value=typed.email error=email_error kind="email" autocomplete="email"/>
        <p class="consent">{text!(lang, "checkout-consent")}" "{consented}</p>
        <button class="button button-pay" type="submit">
            {text!(lang, "checkout-pay", amount = lang.money(offer.amount.total()))}
        </button>
    }
}

pub(super) fn words(lang: Lang) -> CheckoutWords {
    let refusals = [Refusal::Empty, Refusal::TooLong, Refusal::Characters, Refusal::Form];
    CheckoutWords {
        busy: text!(lang, "checkout-busy"),
        leaving: text!(lang, "checkout-leaving"),
        checking: text!(lang, "checkout-checking"),
        cancelled: text!(lang, "checkout-cancelled"),
        too_many: text!(lang, "checkout-too-many"),
        errors: text!(lang, "checkout-errors"),
        refusals: Field::ALL
            .into_iter()
            .flat_map(|field| refusals.map(|refusal| FieldError { field, refusal }))
            .map(|error| (error, refusal_text(lang, error)))
            .collect(),
    }
}

fn refusal_text(lang: Lang, error: FieldError) -> String {
    match (error.field, error.refusal) {
        (Field::Name, Refusal::Empty) => text!(lang, "error-name-empty"),
        (Field::Name, Refusal::TooLong) => text!(lang, "error-name-too-long"),
        (Field::Name, Refusal::Characters | Refusal::Form) => text!(lang, "error-name-characters"),
        (Field::Phone, Refusal::Empty) => text!(lang, "error-phone-empty"),
        (Field::Phone, Refusal::TooLong) => text!(lang, "error-phone-too-long"),
        (Field::Phone, Refusal::Characters) => text!(lang, "error-phone-characters"),
        (Field::Phone, Refusal::Form) => text!(lang, "error-phone-form"),
        (Field::Email, Refusal::Empty) => text!(lang, "error-email-empty"),
        (Field::Email, Refusal::TooLong) => text!(lang, "error-email-too-long"),
        (Field::Email, Refusal::Characters) => text!(lang, "error-email-characters"),
        (Field::Email, Refusal::Form) => text!(lang, "error-email-form"),
    }
}
