//! Server functions over HTTP, with the status that their error means.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

use super::Shop;
use crate::api::ApiError;

/// Errors are a few hundred bytes.
const ERROR_LIMIT: usize = 64 * 1024;

pub(super) async fn call(State(shop): State<Shop>, mut request: Request) -> Response {
    // To whoever asks for a page the framework answers errors with a redirect to wherever they came from.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let known = leptos::server_fn::axum::server_fn_paths()
        .any(|(path, method)| path == request.uri().path() && method == request.method());
    if !known {
        // An old page calling what is no longer here, or a stranger.
        return refuse(&ApiError::Stale);
    }
    let services = shop.services.clone();
    let answer = leptos_axum::handle_server_fns_with_context(move || provide_context(services.clone()), request)
        .await
        .into_response();
    with_meant_status(answer).await
}

/// An error as a server function would send it.
pub(super) fn refuse(error: &ApiError) -> Response {
    let body = error.ser();
    (error.status(), [(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response()
}

/// The framework answers every error of a server function with 500; the error itself knows better.
async fn with_meant_status(answer: Response) -> Response {
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR || !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_LIMIT).await else { return refuse(&ApiError::Unavailable) };
    parts.status = ApiError::de(bytes.clone()).status();
    Response::from_parts(parts, Body::from(bytes))
}
