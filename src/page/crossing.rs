//! On the way to a payment page that could not be reached by a redirect: a plain link where its host is not
//! one that our pages may send forms to, or the plain truth when there is none right now.

use http::StatusCode;
use leptos::prelude::*;

use super::frame::frame;
use super::{Visit, set_status};
use crate::domain::id::OrderToken;
use crate::text::text;

#[derive(Clone, Debug)]
pub enum Crossing {
    Link { payment_url: String, host: String },
    Unavailable { order: OrderToken },
}

pub(super) fn page(visit: &Visit, crossing: Crossing) -> AnyView {
    let lang = visit.lang;
    match crossing {
        Crossing::Link { payment_url, host } => {
            let title = text!(lang, "pay-link-title");
            let content = view! {
                <h1>{title.clone()}</h1>
                <p>{text!(lang, "pay-link-body", host = host)}</p>
                <p><a class="button" href=payment_url rel="noreferrer">{text!(lang, "pay-link-go")}</a></p>
            };
            frame(visit, title, None, content.into_any())
        }
        Crossing::Unavailable { order } => {
            set_status(StatusCode::SERVICE_UNAVAILABLE);
            let title = text!(lang, "unavailable-title");
            let content = view! {
                <h1>{title.clone()}</h1>
                <p>{text!(lang, "unavailable-body")}</p>
                <p><a class="button" href=format!("/orders/{order}")>{text!(lang, "unavailable-order")}</a></p>
            };
            frame(visit, title, None, content.into_any())
        }
    }
}
