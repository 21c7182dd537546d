//! `/admin`: how the shop stands, and what needs a person.

use leptos::prelude::*;

use super::Desk;
use super::frame::{Section, frame};
use super::loaded;
use crate::text::text;

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move { dashboard(&desk) })
}

fn dashboard(desk: &Desk) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "admin-dashboard");
    frame(desk, title.clone(), Section::Dashboard, view! { <h1>{title}</h1> }.into_any())
}
