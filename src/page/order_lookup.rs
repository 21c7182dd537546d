//! `/orders`: an order's page found again by number and phone. The form tells nothing of any order; which of the two
//! was wrong, or whether there is such an order at all, is not said.

use leptos::prelude::*;

use super::Visit;
use super::frame::frame;
use crate::text::{Lang, text};
use crate::ui::{Notice, TextField, Tone};

/// What was typed, and what it led to.
#[derive(Clone, Debug, Default)]
pub struct LookupForm {
    pub number: String,
    pub phone: String,
    pub found: Found,
}

/// Why the form is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Found {
    #[default]
    NotAsked,
    Nothing,
    /// Nothing is looked up for this caller or this number before this time has passed.
    Wait {
        seconds: i64,
    },
}

pub(super) fn page(visit: &Visit, form: LookupForm) -> AnyView {
    let lang = visit.lang;
    let title = text!(lang, "lookup-title");
    let is_wrong = form.found == Found::Nothing;
    let content = view! {
        <h1>{title.clone()}</h1>
        <p>{text!(lang, "lookup-lead")}</p>
        {notice(lang, form.found)}
        <form class="form login" method="post" action="/orders">
            <TextField name="number" label=text!(lang, "lookup-number") hint=Some(text!(lang, "lookup-number-hint"))
                value=form.number error=is_wrong.then(|| text!(lang, "lookup-number-check")) kind="text" autocomplete="off"/>
            <TextField name="phone" label=text!(lang, "lookup-phone") hint=Some(text!(lang, "lookup-phone-hint"))
                value=form.phone error=is_wrong.then(|| text!(lang, "lookup-phone-check")) kind="tel" autocomplete="tel"/>
            <p class="actions"><button class="button" type="submit">{text!(lang, "lookup-find")}</button></p>
        </form>
        <p>{text!(lang, "lookup-help")}</p>
    };
    frame(visit, title, None, content.into_any())
}

fn notice(lang: Lang, found: Found) -> Option<AnyView> {
    let words = match found {
        Found::NotAsked => return None,
        Found::Nothing => text!(lang, "lookup-nothing"),
        Found::Wait { seconds } if seconds <= 60 => text!(lang, "lookup-wait-seconds", seconds = seconds),
        Found::Wait { seconds } => {
            let minutes: i64 = (seconds + 59) / 60;
            text!(lang, "lookup-wait-minutes", minutes = minutes)
        }
    };
    Some(view! { <div role="alert"><Notice tone=Tone::Warning><p>{words}</p></Notice></div> }.into_any())
}
