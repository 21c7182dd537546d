//! Terms, privacy and refunds.

use leptos::prelude::*;

use super::frame::frame;
use super::visit;
use crate::text::{Block, Legal, legal};

pub(super) fn page(which: Legal) -> AnyView {
    let Some(visit) = visit() else { return ().into_any() };
    let blocks = legal(visit.site.legal_folder.as_deref().map(|folder| folder.as_path()), which, visit.lang);
    let title = blocks
        .iter()
        .find_map(|block| if let Block::Title(title) = block { Some(title.clone()) } else { None })
        .unwrap_or_default();
    let content = blocks
        .into_iter()
        .map(|block| match block {
            Block::Title(text) => view! { <h1>{text}</h1> }.into_any(),
            Block::Heading(text) => view! { <h2>{text}</h2> }.into_any(),
            Block::Paragraph(text) => view! { <p>{text}</p> }.into_any(),
        })
        .collect_view();
    frame(&visit, title, None, view! { <article class="legal">{content}</article> }.into_any())
}
