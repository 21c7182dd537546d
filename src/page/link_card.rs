//! What a messenger shows of a page whose address somebody sends: a title and a sentence. Whoever sees the chat sees
//! the card, so it tells nothing of a person, and never stands for what the page itself says.

use leptos::prelude::*;
use leptos_meta::Meta;

use super::Visit;
use crate::text::text;

pub(super) fn link_card(visit: &Visit, title: String, sentence: String) -> AnyView {
    let shop = text!(visit.lang, "shop-name");
    view! {
        <Meta name="description" content=sentence.clone()/>
        <Meta property="og:type" content="website"/>
        <Meta property="og:site_name" content=shop/>
        <Meta property="og:title" content=title/>
        <Meta property="og:description" content=sentence/>
    }
    .into_any()
}
