//! A table of the staff's pages: real headers, and on a narrow screen it scrolls by itself, by keyboard too.

use leptos::prelude::*;

/// What stands above a column.
pub(super) enum Head {
    Text(String),
    /// Above numbers, which end at the right.
    Number(String),
    /// For those who hear the page only.
    Hidden(String),
}

/// `label` names the table where it is entered.
pub(super) fn data_table(label: String, heads: Vec<Head>, rows: impl IntoView) -> AnyView {
    let heads = heads.into_iter().map(|head| match head {
        Head::Text(words) => view! { <th scope="col">{words}</th> }.into_any(),
        Head::Number(words) => view! { <th scope="col" class="num">{words}</th> }.into_any(),
        Head::Hidden(words) => view! { <th scope="col"><span class="hidden">{words}</span></th> }.into_any(),
    });
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-label=label>
            <table class="table">
                <thead><tr>{heads.collect_view()}</tr></thead>
                <tbody>{rows.into_any()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
