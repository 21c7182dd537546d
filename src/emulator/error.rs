//! Error answers: `error_code` and `message` in every body (Bootpay F), and never in a success.
//!
//! Where no document gives an HTTP status, 400 is used. Decides nothing; the callers pick the code.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

/// One refusal, as both APIs write it.
#[derive(Debug)]
pub(super) struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: Cow<'static, str>,
}

impl ApiError {
    pub const fn of(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message: Cow::Borrowed(message) }
    }

    const fn bad(code: &'static str, message: &'static str) -> Self {
        Self::of(StatusCode::BAD_REQUEST, code, message)
    }

    /// Bad parameters; `message` says which.
    pub fn param(message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "API_PARAM_INVALID", message: message.into() }
    }

    pub fn body(&self) -> Value {
        json!({ "error_code": self.code, "message": self.message })
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body())).into_response()
    }
}

pub(super) const SERVER_ERROR: ApiError =
    ApiError::of(StatusCode::INTERNAL_SERVER_ERROR, "SERVER_ERROR", "서버 오류가 발생했습니다.");
/// What an empty object for `extra` or `metadata` does to the real server (Bootpay B.1).
pub(super) const EMPTY_OBJECT: ApiError = ApiError::of(
    StatusCode::INTERNAL_SERVER_ERROR,
    "SERVER_ERROR",
    "undefined method `to_unsafe_h' for an empty object: omit empty extra and metadata",
);
pub(super) const NOT_FOUND: ApiError = ApiError::of(StatusCode::NOT_FOUND, "NOT_FOUND", "요청한 주소가 없습니다.");
pub(super) const METHOD_NOT_ALLOWED: ApiError =
    ApiError::of(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "지원하지 않는 요청 방식입니다.");
pub(super) const BODY_TOO_LARGE: ApiError =
    ApiError::of(StatusCode::PAYLOAD_TOO_LARGE, "API_PARAM_INVALID", "요청 본문이 너무 크거나 읽을 수 없습니다.");
pub(super) const CONTROL_FORBIDDEN: ApiError =
    ApiError::of(StatusCode::FORBIDDEN, "API_SCOPE_INVALID", "이 주소는 같은 기기에서만 사용할 수 있습니다.");

pub(super) const WEBHOOK_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "WEBHOOK_NOT_FOUND", "보낸 웹훅을 찾지 못했습니다.");

pub(super) const TOKEN_KEY_INVALID: ApiError = ApiError::of(
    StatusCode::UNAUTHORIZED,
    "TOKEN_KEY_INVALID",
    "Access Token이 잘못되었거나 client_key 또는 secret_key가 올바르지 않습니다.",
);
pub(super) const TOKEN_INVALID: ApiError =
    ApiError::of(StatusCode::UNAUTHORIZED, "TOKEN_INVALID", "Access Token이 잘못되었거나 만료되었습니다.");
pub(super) const APP_KEY_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::UNAUTHORIZED, "APP_KEY_NOT_FOUND", "client_key에 해당하는 프로젝트가 없습니다.");
pub(super) const API_ROLE_NOT_SUPPORT: ApiError =
    ApiError::of(StatusCode::FORBIDDEN, "API_ROLE_NOT_SUPPORT", "현재 권한(BOOTPAY-ROLE)으로는 요청할 수 없습니다.");

pub(super) const INVOICE_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "INVOICE_NOT_FOUND", "링크페이 정보가 없어요");
pub(super) const INVOICE_TARGET_NOT_FOUND: ApiError =
    ApiError::bad("INVOICE_TARGET_NOT_FOUND", "링크페이를 받을 대상이 없어요");
pub(super) const ORDER_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "ORDER_NOT_FOUND", "주문내역을 찾지 못했습니다.");
pub(super) const ORDER_PRODUCT_BLANK: ApiError = ApiError::bad("ORDER_PRODUCT_BLANK", "주문한 상품 정보가 없어요.");
pub(super) const ORDER_PRODUCT_NOT_FOUND: ApiError = ApiError::bad("ORDER_PRODUCT_NOT_FOUND", "상품 정보가 없어요");
pub(super) const ORDER_PRICE_NOT_MATCH: ApiError =
    ApiError::bad("ORDER_PRICE_NOT_MATCH", "요청된 금액과 상품의 결제 금액이 일치하지 않습니다.");
pub(super) const ORDER_NOT_PAYMENT_READY: ApiError =
    ApiError::bad("ORDER_NOT_PAYMENT_READY", "결제를 승인할 수 있는 주문이 아닙니다.");
pub(super) const CANCEL_ALREADY_DONE: ApiError = ApiError::bad("CANCEL_ALREADY_DONE", "이미 취소된 주문입니다.");
pub(super) const CANCEL_PRICE_OVER: ApiError =
    ApiError::bad("CANCEL_PRICE_OVER", "취소할 수 있는 금액보다 큰 금액입니다.");

pub(super) const RC_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "RC_NOT_FOUND", "결제 정보를 찾지 못했습니다.");
pub(super) const RC_ALREADY_CANCELLED: ApiError = ApiError::bad("RC_ALREADY_CANCELLED", "이미 취소된 결제입니다.");
pub(super) const RC_NOT_CONFIRM_READY: ApiError =
    ApiError::bad("RC_NOT_CONFIRM_READY", "승인을 기다리는 결제가 아닙니다.");
pub(super) const RC_CANCEL_OVER: ApiError =
    ApiError::bad("RC_CANCEL_SERVER_ERROR", "취소할 수 있는 금액보다 큰 금액입니다.");
pub(super) const RC_NOT_CANCELLABLE: ApiError =
    ApiError::bad("RC_CANCEL_SERVER_ERROR", "취소할 수 있는 상태의 결제가 아닙니다.");
pub(super) const RC_REFUND_REQUIRED: ApiError =
    ApiError::bad("RC_CANCEL_SERVER_ERROR", "가상계좌 결제를 취소하려면 환불 계좌(refund) 정보가 필요합니다.");
