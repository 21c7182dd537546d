//! `/checkout/{plan}/{interval}`: what is bought, who buys, one button that names the amount.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::amount::{discount, parts};
use super::consent::consented;
use super::frame::{frame, scripts};
use super::message::{failed, not_found_page};
use super::plans::interval_name;
use super::policy::{Holds, set as set_policy};
use super::{Visit, visit};
use crate::api::checkout::StartForm;
use crate::api::{ApiError, Field, FieldError};
use crate::domain::order::OrderKind;
use crate::domain::promotion::Why;
use crate::domain::text::Refusal;
use crate::islands::{CheckoutIsland, CheckoutWords};
use crate::service::Quote;
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, TextField, Tone};

/// A form as it was sent, with what was wrong about it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub form: StartForm,
    pub errors: Vec<FieldError>,
    /// Why its code can't be used, where somebody has found out already.
    pub code_error: Option<Why>,
    /// The button named another amount than it costs.
    pub is_other_price: bool,
}

impl Typed {
    /// Nothing is wrong with it.
    pub fn of(form: StartForm) -> Self {
        Self { form, ..Self::default() }
    }
}

pub(super) fn page() -> AnyView {
    let Some(visit) = visit() else { return ().into_any() };
    let params = use_params_map().get_untracked();
    let form = StartForm {
        plan: params.get("plan").unwrap_or_default(),
        interval: params.get("interval").unwrap_or_default(),
        key: visit.services.new_form_key().as_str().to_owned(),
        ..StartForm::default()
    };
    filled(visit, Typed::of(form))
}

/// The form with what was typed in it so far.
pub(super) fn filled(visit: Visit, typed: Typed) -> AnyView {
    // Set while the page's context is at hand; a page that turns out not to exist has no forms to restrict.
    set_policy(&visit, Holds::VendorScript);
    let scripts = scripts(&visit);
    let content = Suspend::new(async move { load(visit, typed).await });
    view! { <Suspense>{content}</Suspense>{scripts} }.into_any()
}

async fn load(visit: Visit, mut typed: Typed) -> AnyView {
    // A code that was refused is shown with its reason, and the price is the one without it.
    let priced = match typed.code_error {
        Some(_) => typed.form.ask_without_code(),
        None => typed.form.ask(),
    };
    let ask = match priced {
        Ok(ask) => ask,
        Err(ApiError::CodeRefused(why)) => {
            typed.code_error = Some(why);
            match typed.form.ask_without_code() {
                Ok(ask) => ask,
                Err(_) => return not_found_page(&visit),
            }
        }
        Err(_) => return not_found_page(&visit),
    };
    match visit.services.quote_as_known(&ask).await {
        Ok(quote) => {
            typed.code_error = typed.code_error.or(quote.refused);
            checkout(&visit, &quote, typed)
        }
        Err(error) => failed(&visit, &error),
    }
}

fn checkout(visit: &Visit, quote: &Quote, typed: Typed) -> AnyView {
    let lang = visit.lang;
    let title = text!(lang, "checkout-title");
    let notice = notice(lang, quote, &typed);
    let fields = fields(lang, quote, typed);
    let content = view! {
        <h1>{title.clone()}</h1>
        <div class="checkout">
            <section aria-labelledby="what">
                <h2 id="what">{text!(lang, "checkout-what")}</h2>
                <Facts rows=bill(lang, quote)/>
            </section>
            <section aria-labelledby="who">
                <h2 id="who">{text!(lang, "checkout-who")}</h2>
                {notice}
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

/// What has to be said above the form.
fn notice(lang: Lang, quote: &Quote, typed: &Typed) -> Option<AnyView> {
    let total = lang.money(quote.cost.total());
    let (tone, words) = if !typed.errors.is_empty() {
        (Tone::Warning, text!(lang, "checkout-errors"))
    } else if typed.code_error.is_some() {
        (Tone::Warning, text!(lang, "code-refused", total = total))
    } else if typed.is_other_price {
        (Tone::Warning, text!(lang, "code-other-price", total = total))
    } else {
        let code = quote.code.as_ref()?.as_str().to_owned();
        (Tone::Good, text!(lang, "code-applied", code = code, total = total))
    };
    Some(view! { <Notice tone=tone><p>{words}</p></Notice> }.into_any())
}

fn bill(lang: Lang, quote: &Quote) -> Vec<Fact> {
    let (offer, amount) = (&quote.offer, quote.cost);
    let mut rows = vec![
        Fact::new(text!(lang, "checkout-plan"), offer.plan_name.clone()),
        Fact::new(text!(lang, "checkout-interval"), interval_name(lang, offer.interval)),
    ];
    if let Some(code) = &quote.code {
        rows.extend(discount(lang, offer.amount.total(), amount.total(), code));
    }
    rows.extend(parts(lang, amount));
    rows.push(Fact::total(text!(lang, "checkout-total"), lang.money(amount.total())));
    rows
}

fn fields(lang: Lang, quote: &Quote, typed: Typed) -> impl IntoView + use<> {
    let error = |field: Field| {
        let found = typed.errors.iter().find(|error| error.field == field);
        found.map(|error| refusal_text(lang, *error))
    };
    let (name_error, phone_error, email_error) = (error(Field::Name), error(Field::Phone), error(Field::Email));
    let code_error = typed.code_error.map(|why| why_text(lang, why));
    let consented = consented(lang);
    let form = typed.form;
    let total = quote.cost.total();
    // A browser takes the first button of a form for the Enter key: that must be the one that pays.
    view! {
        <button type="submit" hidden tabindex="-1" aria-hidden="true"></button>
        <input type="hidden" name="plan" value=quote.offer.plan.as_str().to_owned()/>
        <input type="hidden" name="interval" value=quote.offer.interval.as_str()/>
        <input type="hidden" name="key" value=form.key/>
        <input type="hidden" name="shown" value=total.get()/>
        <TextField name="name" label=text!(lang, "checkout-name") hint=None value=form.name error=name_error
            kind="text" autocomplete="name"/>
        <TextField name="phone" label=text!(lang, "checkout-phone") hint=Some(text!(lang, "checkout-phone-hint"))
            value=form.phone error=phone_error kind="tel" autocomplete="tel"/>
        <TextField name="email" label=text!(lang, "checkout-email") hint=Some(text!(lang, "checkout-email-hint"))
            value=form.email error=email_error kind="email" autocomplete="email"/>
        <TextField name="code" label=text!(lang, "code-label") hint=Some(text!(lang, "code-hint"))
            value=form.code error=code_error kind="text" autocomplete="off" is_optional=true/>
        <p class="actions">
            <button class="button button-quiet" type="submit" formaction="/api/checkout/code">{text!(lang, "code-apply")}</button>
        </p>
        <p class="consent">{text!(lang, "checkout-consent")}" "{consented}</p>
        <button class="button button-pay" type="submit">{text!(lang, "checkout-pay", amount = lang.money(total))}</button>
    }
}

/// Why a code can't be used, in words for the customer.
fn why_text(lang: Lang, why: Why) -> String {
    match why {
        Why::Unknown => text!(lang, "code-unknown"),
        Why::NotYet => text!(lang, "code-not-yet"),
        Why::Over => text!(lang, "code-over"),
        Why::UsedUp => text!(lang, "code-used-up"),
        Why::NotForPlan => text!(lang, "code-not-for-plan"),
        Why::UsedByYou => text!(lang, "code-used-by-you"),
        Why::TooLittleLeft => text!(lang, "code-too-little-left"),
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
