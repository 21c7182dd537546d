//! `/admin/account/factor`: setting the second factor up, its recovery codes, switching it off.

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use leptos::prelude::*;

use super::form::{Field, input, trouble};
use super::frame::{Section, frame};
use super::{Desk, failed, loaded};
use crate::service::FactorSetup;
use crate::text::text;
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let services = &desk.visit.services;
        if desk.actor.staff.has_second_factor {
            return match services.recovery_codes_left(&desk.actor).await {
                Ok(left) => on(&desk, left),
                Err(error) => failed(&desk, &error),
            };
        }
        match services.factor_setup(&desk.actor).await {
            Ok(setup) => off(&desk, setup),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn around(desk: &Desk, content: AnyView) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "door-factor-title");
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions"><a class="button button-quiet" href="/admin/account">{text!(lang, "door-account-title")}</a></div>
        </div>
        {trouble(lang, &desk.refused)}
        {content}
    };
    frame(desk, title, Section::Account, content.into_any())
}

fn off(desk: &Desk, setup: Option<FactorSetup>) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let is_pending = setup.is_some();
    let setup = setup.map(|setup| {
        let field = Field::text("code", text!(lang, "door-factor-code")).autocomplete("one-time-code").required();
        view! {
            <section class="panel" aria-labelledby="scan-title">
                <h2 id="scan-title">{text!(lang, "door-factor-scan-title")}</h2>
                <p>{text!(lang, "door-factor-scan")}</p>
                <div class="qr" role="img" aria-label=text!(lang, "door-factor-qr") inner_html=qr(&setup.url)></div>
                <Facts rows=vec![
                    Fact::new(text!(lang, "door-factor-account"), desk.actor.staff.email.as_str()),
                    Fact::new(text!(lang, "door-factor-secret"), in_fours(&setup.secret)),
                ]/>
                <form class="form" method="post" action="/admin/account/factor/confirm">
                    {input(lang, refused, field)}
                    <p class="actions"><button class="button" type="submit">{text!(lang, "door-factor-confirm")}</button></p>
                </form>
            </section>
        }
    });
    let (title, label) = if is_pending {
        (text!(lang, "door-factor-anew"), text!(lang, "door-factor-anew"))
    } else {
        (text!(lang, "door-factor-begin-title"), text!(lang, "door-factor-begin"))
    };
    let password = Field::of("password", "password", text!(lang, "login-password")).autocomplete("current-password");
    let content = view! {
        <p>{text!(lang, "door-factor-what")}</p>
        {setup}
        <section class="panel" aria-labelledby="begin-title">
            <h2 id="begin-title">{title}</h2>
            <form class="form" method="post" action="/admin/account/factor/begin">
                {input(lang, refused, password.required())}
                <p class="actions"><button class=if is_pending { "button button-quiet" } else { "button" } type="submit">{label}</button></p>
            </form>
        </section>
    };
    around(desk, content.into_any())
}

fn on(desk: &Desk, left: i64) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let password =
        |name| Field::of("password", name, text!(lang, "login-password")).autocomplete("current-password").required();
    let content = view! {
        <p data-state="on">{text!(lang, "door-factor-is-on")}</p>
        {(left <= 2).then(|| view! { <Notice tone=Tone::Warning><p>{text!(lang, "door-codes-few")}</p></Notice> })}
        <Facts rows=vec![Fact::new(text!(lang, "door-codes-left"), left.to_string())]/>
        <section class="panel" aria-labelledby="codes-title">
            <h2 id="codes-title">{text!(lang, "door-codes-renew-title")}</h2>
            <p>{text!(lang, "door-codes-renew-effect")}</p>
            <form class="form" method="post" action="/admin/account/factor/codes">
                {input(lang, refused, password("codes-password"))}
                <p class="actions"><button class="button" type="submit">{text!(lang, "door-codes-renew")}</button></p>
            </form>
        </section>
        <section class="panel" aria-labelledby="off-title">
            <h2 id="off-title">{text!(lang, "door-factor-off-title")}</h2>
            <p>{text!(lang, "door-factor-off-effect")}</p>
            <form class="form" method="post" action="/admin/account/factor/off">
                {input(lang, refused, password("off-password"))}
                <p class="actions"><button class="button button-danger" type="submit">{text!(lang, "door-factor-off")}</button></p>
            </form>
        </section>
    };
    around(desk, content.into_any())
}

/// The text as a QR code; empty where it does not fit into one, and the secret beside it still serves.
fn qr(text: &str) -> String {
    QRBuilder::new(text).build().map(|qr| SvgBuilder::default().to_str(&qr)).unwrap_or_default()
}

fn in_fours(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    chars.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
