//! A checkout form that was sent before with other content: continue that order, or start anew.

use http::StatusCode;
use leptos::prelude::*;

use super::frame::frame;
use super::policy::{Holds, set as set_policy};
use super::{Visit, set_status};
use crate::api::checkout::StartForm;
use crate::domain::id::OrderToken;
use crate::text::text;

/// The order that the form has made, and what was sent now.
#[derive(Clone, Debug)]
pub struct UsedForm {
    pub order: OrderToken,
    pub form: StartForm,
}

pub(super) fn page(visit: &Visit, form: UsedForm) -> AnyView {
    set_status(StatusCode::CONFLICT);
    set_policy(visit, Holds::PayForm);
    let lang = visit.lang;
    let title = text!(lang, "used-title");
    let key = visit.services.new_form_key().as_str().to_owned();
    let again = StartForm { key, ..form.form }
        .fields()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let content = view! {
        <h1>{title.clone()}</h1>
        <p>{text!(lang, "used-body")}</p>
        <div class="actions">
            <a class="button" href=format!("/orders/{}", form.order)>{text!(lang, "used-continue")}</a>
            <form method="post" action="/api/checkout/start">
                {again}
                <button class="button button-quiet" type="submit">{text!(lang, "used-anew")}</button>
            </form>
        </div>
    };
    frame(visit, title, None, content.into_any())
}
