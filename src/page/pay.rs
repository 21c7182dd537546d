//! `/pay/{token}`: who asks, for what, how much, until when; and one button, or plainly why not. Whoever has the
//! link may see this page, so it shows nothing of the person that it is for but the first letter of the name.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::amount::parts;
use super::checkout::words;
use super::consent::consented;
use super::frame::{frame, scripts};
use super::link_card::link_card;
use super::message::{failed, not_found_page};
use super::policy::{Holds, set as set_policy};
use super::{Visit, visit};
use crate::domain::id::LinkToken;
use crate::domain::link::Link;
use crate::domain::order::OrderKind;
use crate::islands::{CheckoutIsland, CheckoutWords};
use crate::service::{PayPage, PayStanding};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) fn page() -> AnyView {
    let Some(visit) = visit() else { return ().into_any() };
    set_policy(&visit, Holds::VendorScript);
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let scripts = scripts(&visit);
    let content = Suspend::new(async move { load(visit, &token).await });
    view! { <Suspense>{content}</Suspense>{scripts} }.into_any()
}

async fn load(visit: Visit, token: &str) -> AnyView {
    let Ok(token) = LinkToken::parse(token) else { return not_found_page(&visit) };
    match visit.services.pay_page(&token).await {
        Ok(page) => pay(&visit, &page),
        Err(error) => failed(&visit, &error),
    }
}

fn pay(visit: &Visit, page: &PayPage) -> AnyView {
    let lang = visit.lang;
    let title = page.link.terms.name.clone();
    let what = view! {
        <section aria-labelledby="what">
            <h2 id="what">{text!(lang, "paylink-what")}</h2>
            {original(lang, &page.link)}
            <Facts rows=bill(visit, &page.link)/>
        </section>
    };
    let rest = if page.standing == PayStanding::Payable { button(visit, &page.link) } else { truth(visit, page) };
    let content = view! {
        {link_card(visit, title.clone(), told(visit, page))}
        <h1>{title.clone()}</h1>
        <p class="lead">{asks(visit, &page.link)}</p>
        <div class="checkout" data-pay=word(page.standing)>
            {what}
            <section aria-labelledby="how">
                <h2 id="how">{text!(lang, "paylink-how")}</h2>
                {rest}
            </section>
        </div>
    };
    frame(visit, title, None, content.into_any())
}

/// The sentence of its card: who asks for how much, or how it stands.
fn told(visit: &Visit, page: &PayPage) -> String {
    if page.standing != PayStanding::Payable {
        return standing(visit.lang, page.standing).1;
    }
    let amount = visit.lang.money(page.link.terms.amount.total());
    format!("{amount} · {}", text!(visit.lang, "paylink-asks", shop = seller_name(visit)))
}

const fn word(standing: PayStanding) -> &'static str {
    match standing {
        PayStanding::Payable => "payable",
        PayStanding::NotReady => "not_ready",
        PayStanding::Waiting => "waiting",
        PayStanding::Checking => "checking",
        PayStanding::Paid => "paid",
        PayStanding::Refunded => "refunded",
        PayStanding::UsedUp => "used_up",
        PayStanding::Expired => "expired",
        PayStanding::Stopped => "stopped",
    }
}

/// The shop's legal name, or the brand where none was configured.
fn seller_name(visit: &Visit) -> String {
    let name = &visit.seller.name;
    if name.is_empty() { text!(visit.lang, "shop-name") } else { name.clone() }
}

fn asks(visit: &Visit, link: &Link) -> String {
    let (lang, shop) = (visit.lang, seller_name(visit));
    match link.terms.customer.name().chars().next().filter(|_| link.is_single()) {
        Some(first) => text!(lang, "paylink-asks-person", shop = shop, first = first.to_string()),
        None => text!(lang, "paylink-asks", shop = shop),
    }
}

fn original(lang: Lang, link: &Link) -> Option<impl IntoView + use<>> {
    link.terms.original.map(|original| {
        view! { <p class="price-note">{text!(lang, "paylink-original")}" "<s>{lang.money(original)}</s></p> }
    })
}

fn bill(visit: &Visit, link: &Link) -> Vec<Fact> {
    let (lang, amount) = (visit.lang, link.terms.amount);
    let mut rows = vec![
        Fact::new(text!(lang, "paylink-seller"), seller_name(visit)),
        Fact::new(text!(lang, "paylink-for"), link.terms.name.clone()),
        Fact::new(text!(lang, "paylink-until"), lang.date_time(link.terms.expires_at)),
    ];
    rows.extend(parts(lang, amount));
    rows.push(Fact::total(text!(lang, "checkout-total"), lang.money(amount.total())));
    rows
}

fn button(visit: &Visit, link: &Link) -> AnyView {
    let lang = visit.lang;
    let consented = consented(lang);
    let (token, key) = (link.token.as_str().to_owned(), visit.services.new_form_key().as_str().to_owned());
    let amount = lang.money(link.terms.amount.total());
    view! {
        <CheckoutIsland
            kind=OrderKind::Link
            sdk_url=visit.site.sdk.url.clone()
            environment=visit.site.sdk.environment.map(str::to_owned)
            words=CheckoutWords { refusals: Vec::new(), ..words(lang) }
        >
            <input type="hidden" name="token" value=token/>
            <input type="hidden" name="key" value=key/>
            <p class="consent">{text!(lang, "checkout-consent")}" "{consented}</p>
            <button class="button button-pay" type="submit">
                {text!(lang, "checkout-pay", amount = amount)}
            </button>
        </CheckoutIsland>
    }
    .into_any()
}

/// How a link stands that can't be paid, and what that means for money.
fn standing(lang: Lang, standing: PayStanding) -> (Tone, String, String) {
    match standing {
        PayStanding::Payable | PayStanding::NotReady => {
            (Tone::Plain, text!(lang, "paylink-not-ready"), text!(lang, "paylink-not-ready-body"))
        }
        PayStanding::Waiting => (Tone::Plain, text!(lang, "paylink-waiting"), text!(lang, "paylink-waiting-body")),
        PayStanding::Checking => (Tone::Warning, text!(lang, "paylink-checking"), text!(lang, "in-review")),
        PayStanding::Paid => (Tone::Good, text!(lang, "paylink-paid"), text!(lang, "paylink-paid-body")),
        PayStanding::Refunded => (Tone::Plain, text!(lang, "state-refunded"), text!(lang, "state-refunded-body")),
        PayStanding::UsedUp => (Tone::Warning, text!(lang, "paylink-used-up"), text!(lang, "paylink-used-up-body")),
        PayStanding::Expired => (Tone::Warning, text!(lang, "paylink-expired"), text!(lang, "paylink-expired-body")),
        PayStanding::Stopped => (Tone::Warning, text!(lang, "paylink-stopped"), text!(lang, "paylink-stopped-body")),
    }
}

/// Why it can't be paid, and whom to ask.
fn truth(visit: &Visit, page: &PayPage) -> AnyView {
    let lang = visit.lang;
    let (tone, title, body) = standing(lang, page.standing);
    let order = page.order.as_ref().map(|order| {
        view! { <p><a class="button" href=format!("/orders/{}", order.token)>{text!(lang, "paylink-see-order")}</a></p> }
    });
    view! {
        <Notice tone=tone><p class="state">{title}</p><p>{body}</p></Notice>
        {order}
        {ask(visit)}
    }
    .into_any()
}

fn ask(visit: &Visit) -> impl IntoView + use<> {
    let (lang, business) = (visit.lang, &visit.seller);
    let phone = (!business.phone.is_empty())
        .then(|| view! { <a href=format!("tel:{}", business.phone)>{business.phone.clone()}</a>" " });
    let email = (!business.email.is_empty())
        .then(|| view! { <a href=format!("mailto:{}", business.email)>{business.email.clone()}</a> });
    view! { <p>{text!(lang, "paylink-ask", shop = seller_name(visit))}" "{phone}{email}</p> }
}
