//! Labelled fields of the staff's forms: what was typed comes back, an error stands at its field and is
//! announced, hints and errors are tied to the input.

use leptos::prelude::*;

use super::super::frame::escaped;
use super::words::Problem;
use crate::text::Lang;

/// A form as it was sent, and what is wrong with it. Empty on a page that answers no form.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    /// The address that it was sent to.
    pub sent_to: String,
    pub typed: Vec<(String, String)>,
    /// By field name; `""` is the form as a whole.
    pub errors: Vec<(&'static str, Problem)>,
}

impl Refused {
    /// True when this page answers a form.
    pub(super) fn was_sent(&self) -> bool {
        !self.typed.is_empty()
    }

    /// The same for one of several forms on a page: nothing, unless the form was sent to this address. What was typed into
    /// another form says nothing about what stands in this one.
    pub(super) fn at(&self, address: &str) -> Self {
        if self.sent_to == address { self.clone() } else { Self::default() }
    }

    /// The same for forms that share an address: nothing, unless the form that bears this word was sent.
    pub(super) fn of_form(&self, form: &str) -> Self {
        if self.typed.iter().any(|(name, value)| name == "form" && value == form) {
            self.clone()
        } else {
            Self::default()
        }
    }

    /// What was typed into the field; `otherwise` when no form was sent.
    pub(super) fn value(&self, name: &str, otherwise: &str) -> String {
        if !self.was_sent() {
            return otherwise.to_owned();
        }
        self.typed.iter().find(|(sent, _)| sent == name).map_or(String::new(), |(_, value)| value.clone())
    }

    /// Whether the box with this name and value was ticked; `otherwise` when no form was sent.
    pub(super) fn is_ticked(&self, name: &str, value: &str, otherwise: bool) -> bool {
        if !self.was_sent() {
            return otherwise;
        }
        self.typed.iter().any(|(sent, held)| sent == name && held == value)
    }

    /// The first field that must be mended: the page opens there.
    fn is_first(&self, name: &str) -> bool {
        self.errors.iter().find(|(field, _)| !field.is_empty()).is_some_and(|(field, _)| *field == name)
    }

    pub(super) fn error(&self, name: &str) -> Option<Problem> {
        self.errors.iter().find(|(field, _)| *field == name).map(|(_, problem)| *problem)
    }
}

/// One labelled field.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    /// What stands in it when no form was sent.
    pub value: String,
    /// `text`, `email`, `password`, `number`, `date`, `datetime-local`, `tel`, `url` or `search`.
    pub kind: &'static str,
    pub autocomplete: Option<&'static str>,
    pub is_required: bool,
}

impl Field {
    pub fn text(name: &'static str, label: String) -> Self {
        Self { name, label, kind: "text", ..Self::default() }
    }

    pub fn of(kind: &'static str, name: &'static str, label: String) -> Self {
        Self { name, label, kind, ..Self::default() }
    }

    pub fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub fn autocomplete(self, word: &'static str) -> Self {
        Self { autocomplete: Some(word), ..self }
    }

    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }
}

/// Ids of the hint and the error, for `aria-describedby`.
fn described(name: &str, has_hint: bool) -> String {
    if has_hint { format!("{name}-error {name}-hint") } else { format!("{name}-error") }
}

fn around(lang: Lang, refused: &Refused, field: &Field, control: AnyView) -> AnyView {
    let (name, hint) = (field.name, field.hint.clone());
    let error = refused.error(name).map(|problem| problem.text(lang));
    view! {
        <div class="field">
            <label for=name>{field.label.clone()}</label>
            {control}
            <p class="field-error" id=format!("{name}-error")>{error}</p>
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })}
        </div>
    }
    .into_any()
}

/// An `<input>`.
pub(super) fn input(lang: Lang, refused: &Refused, field: Field) -> AnyView {
    let name = field.name;
    // A password is never sent back.
    let value = if field.kind == "password" { String::new() } else { refused.value(name, &field.value) };
    let inputmode = match field.kind {
        "number" => Some("numeric"),
        _ => None,
    };
    // Numbers are typed with commas too, which a number field refuses.
    let kind = if field.kind == "number" { "text" } else { field.kind };
    let control = view! {
        <input id=name name=name type=kind inputmode=inputmode value=value autocomplete=field.autocomplete.unwrap_or("off")
            aria-describedby=described(name, field.hint.is_some())
            aria-invalid=refused.error(name).map(|_| "true") autofocus=refused.is_first(name)
            aria-required=field.is_required.then_some("true")/>
    };
    around(lang, refused, &field, control.into_any())
}

/// A `<textarea>`.
pub(super) fn area(lang: Lang, refused: &Refused, field: Field) -> AnyView {
    let name = field.name;
    let control = view! {
        <textarea id=name name=name rows="3"
            aria-describedby=described(name, field.hint.is_some())
            aria-invalid=refused.error(name).map(|_| "true") autofocus=refused.is_first(name)
            aria-required=field.is_required.then_some("true")>{escaped(&refused.value(name, &field.value))}</textarea>
    };
    around(lang, refused, &field, control.into_any())
}

/// A `<select>`; `choices` are values and their words.
pub(super) fn select(lang: Lang, refused: &Refused, field: Field, choices: Vec<(String, String)>) -> AnyView {
    let name = field.name;
    let chosen = refused.value(name, &field.value);
    let options = choices
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    let control = view! {
        <select id=name name=name
            aria-describedby=described(name, field.hint.is_some())
            aria-invalid=refused.error(name).map(|_| "true") autofocus=refused.is_first(name)>{options}</select>
    };
    around(lang, refused, &field, control.into_any())
}

/// One box to tick; several may share a name.
pub(super) fn tick(refused: &Refused, name: &'static str, value: &str, label: String, otherwise: bool) -> AnyView {
    let id = format!("{name}-{value}");
    view! {
        <p class="tick">
            <input type="checkbox" id=id.clone() name=name value=value.to_owned() checked=refused.is_ticked(name, value, otherwise)/>
            <label for=id>{label}</label>
        </p>
    }
    .into_any()
}

/// What is wrong with the form as a whole, above it.
pub(super) fn trouble(lang: Lang, refused: &Refused) -> AnyView {
    let whole = refused.error("").map(|problem| problem.text(lang));
    let fields = refused.errors.iter().any(|(name, _)| !name.is_empty());
    let words = whole.or_else(|| fields.then(|| crate::text::text!(lang, "problem-fields")));
    words.map(|words| view! { <div class="notice notice-warning" role="alert"><p>{words}</p></div> }).into_any()
}
