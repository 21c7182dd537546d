//! `/admin/links/new`: the form, the preview above it once it can be made, and another link's words to begin with.

use leptos::prelude::*;

use super::words;
use crate::domain::id::LinkId;
use crate::domain::link::{Link, PRODUCT_ROWS, Terms, Typed, Way, When};
use crate::domain::money::Krw;
use crate::page::admin::form::{Field, Refused, area, input, select, tick, trouble};
use crate::page::admin::frame::{Section, frame};
use crate::page::admin::words::Problem;
use crate::page::admin::{Desk, failed};
use crate::page::amount::parts;
use crate::service::fingerprint;
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) async fn page(desk: &Desk) -> AnyView {
    let asked: Vec<(String, String)> =
        serde_urlencoded::from_str(desk.visit.uri.query().unwrap_or_default()).unwrap_or_default();
    let from = asked.iter().find(|(name, _)| name == "from").and_then(|(_, id)| LinkId::parse(id).ok());
    let from = match from.filter(|_| !desk.refused.was_sent()) {
        Some(id) => match desk.visit.services.link_to_copy(&desk.actor, &id).await {
            Ok(link) => as_typed(&link),
            Err(error) => return failed(desk, &error),
        },
        None => Typed { expires_days: "7".to_owned(), uses: "1".to_owned(), ..Typed::default() },
    };
    form_page(desk, &from)
}

/// A link as it would be typed. It ends a week from now, whenever the other one ended, and is not sent by itself.
fn as_typed(link: &Link) -> Typed {
    let terms = &link.terms;
    let won = |won: Krw| if won > Krw::ZERO { won.grouped() } else { String::new() };
    let mut rows = terms.products.iter();
    Typed {
        name: terms.name.clone(),
        amount: terms.amount.total().grouped(),
        tax_free: won(terms.amount.tax_free()),
        original: terms.original.map(won).unwrap_or_default(),
        expires_days: "7".to_owned(),
        memo: terms.memo.clone(),
        products: std::array::from_fn(|_| match rows.next() {
            Some(one) => [one.product_id.clone(), one.quantity.to_string(), one.duration.to_string()],
            None => Default::default(),
        }),
        customer_name: terms.customer.name().to_owned(),
        customer_phone: terms.customer.phone().to_owned(),
        customer_email: terms.customer.email().to_owned(),
        metadata: terms.metadata.iter().map(|(key, value)| format!("{key}={value}\n")).collect(),
        redirect: terms.redirect.clone().unwrap_or_default(),
        uses: terms.uses.to_string(),
        ..Typed::default()
    }
}

/// What the form that was sent asks for, if it can be made.
fn previewed(desk: &Desk) -> Option<(Terms, String)> {
    let refused = &desk.refused;
    if !refused.was_sent() || !refused.errors.is_empty() {
        return None;
    }
    let ways = refused.typed.iter().filter(|(name, _)| name == "ways").map(|(_, way)| way.clone()).collect();
    let typed = Typed::of(|name| refused.value(name, "").trim().to_owned(), ways);
    desk.visit.services.preview_link(&typed).ok().map(|terms| (terms, fingerprint(&typed)))
}

fn form_page(desk: &Desk, from: &Typed) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let title = text!(lang, "link-new");
    let terms = previewed(desk);
    // A form that has made another link gets a key of its own when it is sent again.
    let new_key = desk.visit.services.new_form_key();
    let key = match refused.error("") {
        Some(Problem::LinkOtherContent) => new_key.as_str().to_owned(),
        _ => Some(refused.value("key", new_key.as_str()))
            .filter(|key| !key.is_empty())
            .unwrap_or_else(|| new_key.as_str().to_owned()),
    };
    let make = terms.is_some().then(|| {
        view! { <button class="button" type="submit" name="step" value="create">{text!(lang, "link-make")}</button> }
    });
    let again = if terms.is_some() { "button button-quiet" } else { "button" };
    let preview = terms.as_ref().map(|(terms, seen)| {
        view! { <input type="hidden" name="seen" value=seen.clone()/>{preview(desk, terms)} }
    });
    let make_below = make.clone();
    let content = view! {
        <h1>{title.clone()}</h1>
        {trouble(lang, refused)}
        <form class="form" method="post" action="/admin/links/new" novalidate>
            <input type="hidden" name="key" value=key/>
            {preview}
            {make.map(|make| view! { <p class="actions">{make}</p> })}
            {what(desk, from)}
            {until(desk, from)}
            {who(desk, from)}
            {more(desk, from)}
            <p class="actions">
                {make_below}
                <button class=again type="submit" name="step" value="preview">{text!(lang, "link-preview")}</button>
            </p>
        </form>
    };
    frame(desk, title, Section::Links, content.into_any())
}

fn preview(desk: &Desk, terms: &Terms) -> AnyView {
    let lang = desk.visit.lang;
    let amount = terms.amount;
    let mut rows = vec![Fact::new(text!(lang, "paylink-for"), terms.name.clone())];
    if let Some(original) = terms.original {
        rows.push(Fact::new(text!(lang, "paylink-original"), lang.money(original)));
    }
    rows.extend(parts(lang, amount));
    rows.push(Fact::new(text!(lang, "paylink-until"), lang.date_time(terms.expires_at)));
    rows.push(Fact::new(text!(lang, "link-uses"), terms.uses.to_string()));
    let ways = words::ways(lang, &terms.notify.ways);
    let tells = match terms.notify.when {
        When::Never => text!(lang, "link-notify-none"),
        When::Now => text!(lang, "link-tells-now", ways = ways),
        When::At(at) => text!(lang, "link-tells-at", at = lang.date_time(at), ways = ways),
    };
    rows.push(Fact::new(text!(lang, "link-tells"), tells));
    let customer = [terms.customer.name(), terms.customer.phone(), terms.customer.email()];
    let customer: Vec<_> = customer.into_iter().filter(|told| !told.is_empty()).collect();
    if terms.notify.when != When::Never && !customer.is_empty() {
        rows.push(Fact::new(text!(lang, "link-tells-whom"), customer.join(" · ")));
    }
    rows.push(Fact::total(text!(lang, "checkout-total"), lang.money(amount.total())));
    view! {
        <section class="panel" aria-labelledby="preview" data-preview="">
            <h2 id="preview">{text!(lang, "link-preview")}</h2>
            <Notice tone=Tone::Plain><p>{text!(lang, "link-preview-lead")}</p></Notice>
            <Facts rows=rows/>
        </section>
    }
    .into_any()
}

fn what(desk: &Desk, from: &Typed) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let field = |field: Field| input(lang, refused, field);
    let name = Field::text("name", text!(lang, "link-name")).hint(text!(lang, "link-form-name-hint")).required();
    let amount = Field::of("number", "amount", text!(lang, "link-amount"));
    let tax_free =
        Field::of("number", "tax_free", text!(lang, "link-tax-free")).hint(text!(lang, "link-tax-free-hint"));
    let original =
        Field::of("number", "original", text!(lang, "link-original")).hint(text!(lang, "link-original-hint"));
    view! {
        <section class="panel" aria-labelledby="what">
            <h2 id="what">{text!(lang, "link-form-what")}</h2>
            {field(name.value(from.name.clone()))}
            {field(amount.hint(text!(lang, "link-form-amount-hint")).required().value(from.amount.clone()))}
            {field(tax_free.value(from.tax_free.clone()))}
            {field(original.value(from.original.clone()))}
        </section>
    }
    .into_any()
}

fn until(desk: &Desk, from: &Typed) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let field = |field: Field| input(lang, refused, field);
    let days = Field::of("number", "expires_days", text!(lang, "link-expires-days"));
    let at = Field::of("datetime-local", "expires_at", text!(lang, "link-expires-at"));
    let uses = Field::of("number", "uses", text!(lang, "link-uses")).hint(text!(lang, "link-uses-hint"));
    view! {
        <section class="panel" aria-labelledby="until">
            <h2 id="until">{text!(lang, "link-form-until")}</h2>
            {field(days.value(from.expires_days.clone()))}
            {field(at.hint(text!(lang, "link-expires-at-hint")))}
            {field(uses.value(from.uses.clone()))}
        </section>
    }
    .into_any()
}

fn who(desk: &Desk, from: &Typed) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let field = |field: Field| input(lang, refused, field);
    let choices = [
        ("none", text!(lang, "link-notify-none")),
        ("now", text!(lang, "link-notify-now")),
        ("later", text!(lang, "link-notify-later")),
    ];
    let choices = choices.map(|(value, words)| (value.to_owned(), words)).to_vec();
    let at = Field::of("datetime-local", "notify_at", text!(lang, "link-notify-at"));
    view! {
        <section class="panel" aria-labelledby="who">
            <h2 id="who">{text!(lang, "link-form-who")}</h2>
            <p class="field-hint">{text!(lang, "link-form-who-hint")}</p>
            {field(Field::text("customer_name", text!(lang, "checkout-name")).value(from.customer_name.clone()))}
            {field(Field::of("tel", "customer_phone", text!(lang, "checkout-phone")).value(from.customer_phone.clone()))}
            {field(Field::of("email", "customer_email", text!(lang, "checkout-email")).value(from.customer_email.clone()))}
            {select(lang, refused, Field::text("notify", text!(lang, "link-notify")).value("none"), choices)}
            {field(at.hint(text!(lang, "link-due-note")))}
            {ways(lang, refused, &[Way::Sms])}
        </section>
    }
    .into_any()
}

/// The ways to tell a customer, `ticked` unless a form was sent.
pub(super) fn ways(lang: Lang, refused: &Refused, ticked: &[Way]) -> AnyView {
    let error = refused.error("ways").map(|problem| problem.text(lang));
    let boxes = Way::ALL
        .iter()
        .map(|way| tick(refused, "ways", way.as_str(), words::way(lang, *way), ticked.contains(way)))
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby="ways-error">
            <legend>{text!(lang, "link-ways")}</legend>
            {boxes}
            <p class="field-error" id="ways-error">{error}</p>
        </fieldset>
    }
    .into_any()
}

fn more(desk: &Desk, from: &Typed) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let rows = PRODUCT_ROWS.into_iter().zip(&from.products).enumerate();
    let products = rows
        .map(|(row, ([id, quantity, duration], [id_value, quantity_value, duration_value]))| {
            let row = (row + 1).to_string();
            let id = Field::text(id, text!(lang, "link-product", row = row.clone())).value(id_value.clone());
            let quantity = Field::of("number", quantity, text!(lang, "link-quantity", row = row.clone()));
            let duration = Field::text(duration, text!(lang, "link-duration", row = row));
            view! {
                {input(lang, refused, id)}
                {input(lang, refused, quantity.value(quantity_value.clone()))}
                {input(lang, refused, duration.value(duration_value.clone()).hint(text!(lang, "link-duration-hint")))}
            }
        })
        .collect_view();
    let memo = Field::text("memo", text!(lang, "link-memo")).hint(text!(lang, "link-memo-hint"));
    let metadata = Field::text("metadata", text!(lang, "link-metadata")).hint(text!(lang, "link-metadata-hint"));
    let redirect = Field::of("url", "redirect", text!(lang, "link-redirect")).hint(text!(lang, "link-redirect-hint"));
    view! {
        <section class="panel" aria-labelledby="more">
            <h2 id="more">{text!(lang, "link-form-more")}</h2>
            {area(lang, refused, memo.value(from.memo.clone()))}
            {input(lang, refused, redirect.value(from.redirect.clone()))}
            {area(lang, refused, metadata.value(from.metadata.clone()))}
            <fieldset><legend>{text!(lang, "link-products")}</legend>{products}</fieldset>
        </section>
    }
    .into_any()
}
