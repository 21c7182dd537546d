//! Small presentational pieces, for pages and islands alike: they get ready words and values and know
//! nothing of requests, services or orders.

use leptos::prelude::*;

/// A labelled input with its hint and, where it was refused, its error. The error's element is always
/// there, so that an island can fill it.
#[component]
pub fn TextField(
    name: &'static str,
    label: String,
    hint: Option<String>,
    value: String,
    error: Option<String>,
    /// The input's `type` and `inputmode`.
    kind: &'static str,
    autocomplete: &'static str,
    /// The form can be sent without it.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let is_wrong = error.is_some();
    let hint_id = hint.as_ref().map(|_| format!("{name}-hint"));
    let described =
        [Some(format!("{name}-error")), hint_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                inputmode=kind
                autocomplete=autocomplete
                value=value
                aria-describedby=described
                aria-invalid=is_wrong.then_some("true")
                aria-required=(!is_optional).then_some("true")
            />
            <p class="field-error" id=format!("{name}-error") role="alert">{error}</p>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warning,
}

/// A boxed message.
#[component]
pub fn Notice(tone: Tone, children: Children) -> impl IntoView {
    let class = match tone {
        Tone::Plain => "notice",
        Tone::Good => "notice notice-good",
        Tone::Warning => "notice notice-warning",
    };
    view! { <div class=class>{children()}</div> }
}

/// Terms and values, one pair a line: amounts, order data.
#[component]
pub fn Facts(#[prop(into)] rows: Vec<Fact>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|fact| {
            let class = if fact.is_total { "fact fact-total" } else { "fact" };
            let value = if fact.is_past { view! { <s>{fact.value}</s> }.into_any() } else { fact.value.into_any() };
            view! { <div class=class><dt>{fact.term}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }
}

/// One line of [`Facts`].
pub struct Fact {
    term: String,
    value: String,
    is_total: bool,
    /// It was so and is not any more.
    is_past: bool,
}

impl Fact {
    pub fn new(term: impl Into<String>, value: impl Into<String>) -> Self {
        Self { term: term.into(), value: value.into(), is_total: false, is_past: false }
    }

    /// A value that another one has replaced.
    pub fn was(term: impl Into<String>, value: impl Into<String>) -> Self {
        Self { is_past: true, ..Self::new(term, value) }
    }

    /// The line that the others add up to.
    pub fn total(term: impl Into<String>, value: impl Into<String>) -> Self {
        Self { is_total: true, ..Self::new(term, value) }
    }
}
