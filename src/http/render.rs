//! Rendering pages: hands the request to the page tree together with what pages need.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use leptos::IntoView;
use leptos::prelude::{provide_context, use_context};

use super::Shop;
use crate::page::{self, HasIslands, Instead, Seller};

/// Whatever no other route serves is a page or a 404.
pub(super) async fn page(State(shop): State<Shop>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    render(&shop, request, None).await
}

/// Shows `instead` in place of the page that the address names.
pub(super) async fn instead(shop: &Shop, request: Request, instead: Instead) -> Response {
    // Boxed: in a debug build, rendering inside of every layer of a handler overflows a thread's stack.
    Box::pin(render(shop, request, Some(instead))).await
}

/// A page as complete HTML: nothing is sent before all of it is known.
pub(super) async fn render(shop: &Shop, request: Request<Body>, instead: Option<Instead>) -> Response {
    let services = shop.services.clone();
    let site = shop.site.clone();
    // The footer is on every page, so it is read before any.
    let seller = Seller(services.business(&site.configured).await);
    let has_islands = HasIslands(Arc::new(AtomicBool::new(false)));
    let provide = move || {
        provide_context(has_islands.clone());
        provide_context(services.clone());
        provide_context(site.clone());
        provide_context(seller.clone());
        if let Some(instead) = &instead {
            provide_context(instead.clone());
        }
    };
    leptos_axum::handle_response_inner(provide, page::shell, request, collect).await
}

type Html = Pin<Box<dyn Stream<Item = String> + Send>>;

/// The document, and behind it what islands need to come alive. The framework would send that with every
/// page; a page without islands has no script at all.
fn collect<V: IntoView + 'static>(
    app: V,
    alive: Box<dyn FnOnce() -> Html + Send>,
    _: bool,
) -> Pin<Box<dyn Future<Output = Html> + Send>> {
    let has_islands = use_context::<HasIslands>();
    Box::pin(async move {
        let document = app.to_html_stream_in_order().collect::<String>().await;
        let document = futures::stream::once(async move { document });
        if has_islands.is_some_and(|flag| flag.0.load(Ordering::Relaxed)) {
            Box::pin(document.chain(alive())) as Html
        } else {
            Box::pin(document) as Html
        }
    })
}
