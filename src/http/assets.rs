//! Files of the site: hashed ones for ever, the rest with a tag; the compressed twin beside a file is
//! preferred.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use super::Shop;
use crate::page::Site;

pub(super) fn routes(site: &Site) -> Router<Shop> {
    let root = Path::new(site.leptos.site_root.as_ref());
    let keep = if site.leptos.hash_files { "public, max-age=31536000, immutable" } else { "no-cache" };
    let pkg = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static(keep)))
        .service(ServeDir::new(root.join("pkg")).precompressed_br().precompressed_gzip());
    let daily = || {
        SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"))
    };
    let file = |name: &str| ServiceBuilder::new().layer(daily()).service(ServeFile::new(root.join(name)));
    Router::new()
        .nest_service("/pkg", pkg)
        .route_service("/favicon.svg", file("favicon.svg"))
        .route_service("/robots.txt", file("robots.txt"))
}
