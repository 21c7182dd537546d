//! Rendering pages: hands the request to the page tree together with what pages need.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;

use super::Shop;
use crate::page::{self, Instead};

/// Whatever no other route serves is a page or a 404.
pub(super) async fn page(State(shop): State<Shop>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    render(&shop, request, None).await
}

/// Shows `instead` in place of the page that the address names.
pub(super) async fn instead(shop: &Shop, request: Request, instead: Instead) -> Response {
    render(shop, request, Some(instead)).await
}

/// A page as complete HTML: nothing is sent before all of it is known.
pub(super) async fn render(shop: &Shop, request: Request<Body>, instead: Option<Instead>) -> Response {
    let (services, site) = (shop.services.clone(), shop.site.clone());
    let provide = move || {
        provide_context(services.clone());
        provide_context(site.clone());
        if let Some(instead) = &instead {
            provide_context(instead.clone());
        }
    };
    leptos_axum::render_app_async_with_context(provide, page::shell)(request).await
}
