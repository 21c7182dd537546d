//! `/` as ready bytes, plain and compressed, per language and interval. Rendered again when the data version
//! has moved; the version is asked for with every request, so an acknowledged price is never followed by an
//! older one.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{Shop, language, render};
use crate::text::Lang;

type Key = (Lang, bool);

/// The plan page in the forms that were asked for so far; at most one per language and interval.
#[derive(Default)]
pub struct PlanCache(Mutex<HashMap<Key, Arc<Ready>>>);

struct Ready {
    version: String,
    tag: HeaderValue,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

pub(super) async fn serve(State(shop): State<Shop>, request: Request) -> Response {
    let lang = language::of(&request);
    let is_yearly = request.uri().query().unwrap_or_default().split('&').any(|pair| pair == "interval=year");
    let key = (lang, is_yearly);
    let (Some(cache), Ok(version)) = (&shop.plans, shop.services.data_version().await) else {
        return render::render(&shop, request, None).await;
    };
    let held = cache.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some(ready) = held.filter(|ready| ready.version == version) {
        return answer(&ready, request.headers());
    }
    // Read before rendering: a change in between makes the entry look older than it is, never newer.
    let headers = request.headers().clone();
    let page = render::render(&shop, clean(request, is_yearly), None).await;
    if page.status() != StatusCode::OK {
        return page;
    }
    let Ok(plain) = to_bytes(page.into_body(), usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(ready) = make_ready(version, plain) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let ready = Arc::new(ready);
    cache.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, ready.clone());
    answer(&ready, &headers)
}

/// The page as everybody gets it: nothing of one visitor's address may stay in the ready bytes.
fn clean(request: Request, is_yearly: bool) -> Request {
    let mut clean = Request::new(Body::empty());
    *clean.uri_mut() = axum::http::Uri::from_static(if is_yearly { "/?interval=year" } else { "/" });
    *clean.extensions_mut() = request.extensions().clone();
    clean
}

fn make_ready(version: String, plain: Bytes) -> std::io::Result<Ready> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&plain)?;
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 11, 22).write_all(&plain)?;
    let digest: String = Sha256::digest(&plain).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = HeaderValue::from_str(&format!("\"{digest}\"")).map_err(std::io::Error::other)?;
    Ok(Ready { version, tag, gzip: gzip.finish()?.into(), brotli: brotli.into(), plain })
}

fn answer(ready: &Ready, asked: &HeaderMap) -> Response {
    let mut response = if asked.get(header::IF_NONE_MATCH) == Some(&ready.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let accepts = asked.get(header::ACCEPT_ENCODING).and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
        let takes = |coding: &str| accepts.split(',').any(|part| part.trim().split(';').next() == Some(coding));
        let (body, coding) = if takes("br") {
            (&ready.brotli, Some("br"))
        } else if takes("gzip") {
            (&ready.gzip, Some("gzip"))
        } else {
            (&ready.plain, None)
        };
        let mut response = Response::new(Body::from(body.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, ready.tag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    response
}
