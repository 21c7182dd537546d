//! `/admin/links/{id}/print`: one sheet with the code to hang up or hand over. Nothing of a customer is on it.

use leptos::prelude::*;

use crate::domain::id::LinkId;
use crate::domain::link::{Link, StoredState};
use crate::page::Qr;
use crate::page::admin::frame::{Section, frame};
use crate::page::admin::{Desk, failed, not_found};
use crate::text::text;
use crate::ui::{Fact, Facts};

pub(super) async fn page(desk: &Desk, id: &LinkId) -> AnyView {
    match desk.visit.services.link(id).await {
        Ok(link) if link.state == StoredState::Draft => not_found(desk),
        Ok(link) => sheet(desk, &link),
        Err(error) => failed(desk, &error),
    }
}

/// The code drawn into the page; black on white in every theme, as readers need it.
pub(super) fn code(address: &str, label: String, pixels: u32) -> Option<AnyView> {
    let qr = Qr::of(address)?;
    let side = qr.side();
    Some(
        view! {
            <svg class="qr" xmlns="http://www.w3.org/2000/svg" width=pixels height=pixels viewBox=format!("0 0 {side} {side}")
                shape-rendering="crispEdges" role="img" aria-label=label>
                <path fill="#fff" d=format!("M0 0h{side}v{side}H0z")></path>
                <path fill="#000" d=qr.path()></path>
            </svg>
        }
        .into_any(),
    )
}

fn sheet(desk: &Desk, link: &Link) -> AnyView {
    let lang = desk.visit.lang;
    let address = desk.visit.services.link_address(link);
    let business = desk.visit.seller.name.clone();
    let rows = vec![
        Fact::new(text!(lang, "paylink-until"), lang.date_time(link.terms.expires_at)),
        Fact::total(text!(lang, "checkout-total"), lang.money(link.terms.amount.total())),
    ];
    let content = view! {
        <section class="panel" aria-labelledby="sheet" data-sheet="">
            <p>{business}</p>
            <h1 id="sheet">{link.terms.name.clone()}</h1>
            {code(&address, text!(lang, "link-qr"), 384)}
            <p>{text!(lang, "link-print-how")}</p>
            <p>{address.clone()}</p>
            <Facts rows=rows/>
        </section>
        <div class="actions"><a class="button button-quiet" href=format!("/admin/links/{}", link.id)>{text!(lang, "link-facts")}</a></div>
    };
    frame(desk, link.terms.name.clone(), Section::Links, content.into_any())
}
