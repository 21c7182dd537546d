//! What stands around the content of every page: banner, header, footer, and the scripts where a page has
//! islands.

use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::prelude::*;
use leptos_meta::Title;

use super::Visit;
use crate::text::text;

/// Lays the content of a page into its frame. `state` marks `<main>` for whoever reads the page by machine.
pub(super) fn frame(visit: &Visit, title: String, state: Option<&'static str>, content: AnyView) -> AnyView {
    let lang = visit.lang;
    let shop = text!(lang, "shop-name");
    let title = if title == shop { shop.clone() } else { format!("{title} · {shop}") };
    view! {
        <Title text=escaped(&title)/>
        <a class="skip" href="#content">{text!(lang, "skip-to-content")}</a>
        {visit.site.is_emulated().then(|| view! { <aside class="banner" data-banner="emulator">{text!(lang, "emulator-banner")}</aside> })}
        <header class="top">
            <a class="brand" href="/">{shop}</a>
            <a class="language" href=language_link(visit) hreflang=lang.other().as_str() lang=lang.other().as_str()>{text!(lang, "language-other")}</a>
        </header>
        <main id="content" data-order-state=state>{content}</main>
        {footer(visit)}
    }
    .into_any()
}

/// The framework writes what stands in a title or a text area into the document as it is; either may hold markup
/// that somebody typed.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The same page in the other language. A page that answers a form has no address of its own, so the link
/// leads to the first page there.
pub(super) fn language_link(visit: &Visit) -> String {
    let other = visit.lang.other().as_str();
    let path = visit.uri.path();
    // Two slashes would be another host.
    let path = if path.starts_with("/api/") || path.starts_with("//") { "/" } else { path };
    if super::admin::is_admin(&visit.uri) {
        // What is filtered stays filtered.
        let query = visit.uri.query().unwrap_or_default();
        let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let language = format!("lang={other}");
        return format!("{path}?{}", kept.chain([language.as_str()]).collect::<Vec<_>>().join("&"));
    }
    let kept = visit
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .find(|pair| matches!(*pair, "interval=year" | "interval=month"));
    match kept {
        Some(kept) => format!("{path}?{kept}&lang={other}"),
        None => format!("{path}?lang={other}"),
    }
}

fn footer(visit: &Visit) -> impl IntoView {
    let lang = visit.lang;
    let business = visit.seller.as_ref();
    let digits: String = business.business_number.chars().filter(char::is_ascii_digit).collect();
    let lookup = format!("https://www.ftc.go.kr/bizCommPop.do?wrkr_no={digits}");
    let lines = [
        (text!(lang, "footer-representative"), business.representative.clone()),
        (text!(lang, "footer-address"), business.address.clone()),
        (text!(lang, "footer-phone"), business.phone.clone()),
        (text!(lang, "footer-email"), business.email.clone()),
        (text!(lang, "footer-mail-order"), business.mail_order_number.clone()),
        (text!(lang, "footer-hosting"), business.hosting.clone()),
    ]
    .map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> });
    view! {
        <footer class="bottom" aria-label=text!(lang, "footer-label")>
            <nav aria-label=text!(lang, "footer-texts")>
                <a href="/orders">{text!(lang, "lookup-title")}</a>
                <a href="/terms">{text!(lang, "footer-terms")}</a>
                <a href="/privacy">{text!(lang, "footer-privacy")}</a>
                <a href="/refund">{text!(lang, "footer-refund")}</a>
            </nav>
            <p class="business-name">{business.name.clone()}</p>
            <dl>
                {lines.collect_view()}
                <div>
                    <dt>{text!(lang, "footer-business-number")}</dt>
                    <dd>{business.business_number.clone()}" "<a href=lookup rel="noreferrer">{text!(lang, "footer-business-lookup")}</a></dd>
                </div>
            </dl>
        </footer>
    }
}

/// For pages with islands: what brings them to life.
pub(super) fn scripts(visit: &Visit) -> impl IntoView + use<> {
    if let Some(flag) = use_context::<super::HasIslands>() {
        flag.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
    let options = visit.site.leptos.clone();
    view! {
        <AutoReload options=options.clone()/>
        <HydrationScripts options islands=true/>
    }
}
