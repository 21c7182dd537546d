//! The newest pay links: what and how much, never for whom.

use leptos::prelude::*;

use super::super::links::link_badge;
use super::super::table::{Head, data_table};
use crate::domain::link::{Link, LinkState};
use crate::text::{Lang, text};

pub(super) fn last_links(lang: Lang, links: &[(Link, LinkState)]) -> AnyView {
    let content = if links.is_empty() {
        view! { <p class="empty">{text!(lang, "glance-links-none")}</p> }.into_any()
    } else {
        table(lang, links)
    };
    view! {
        <section aria-labelledby="last-links">
            <h2 id="last-links">{text!(lang, "glance-links")}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn table(lang: Lang, links: &[(Link, LinkState)]) -> AnyView {
    let rows = links
        .iter()
        .map(|(link, state)| {
            view! {
                <tr data-link=link.id.as_str().to_owned()>
                    <th scope="row"><a href=format!("/admin/links/{}", link.id)>{link.terms.name.as_str().to_owned()}</a></th>
                    <td class="num">{lang.money(link.terms.amount.total())}</td>
                    <td>{link_badge(lang, *state)}</td>
                    <td class="when">{lang.date_time(link.created_at)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "glance-what")),
        Head::Number(text!(lang, "glance-amount")),
        Head::Text(text!(lang, "glance-state")),
        Head::Text(text!(lang, "glance-when")),
    ];
    view! {
        {data_table(text!(lang, "glance-links"), heads, rows)}
        <p><a href="/admin/links">{text!(lang, "glance-all-links")}</a></p>
    }
    .into_any()
}
