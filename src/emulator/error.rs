//! Error answers: `error_code` and `message` in every body (Bootpay F), and never in a success.
//!
//! Where no document gives an HTTP status, 400 is used. Decides nothing; the callers pick the code. The other body that
//! is documented, with numbers, is written by the middleware here when the project wants it.

use std::borrow::Cow;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::Emulator;

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

/// Bootpay's numbers of errors, where they are printed (Bootpay F.4).
const NUMBERS: [(&str, i64); 13] = [
    ("TOKEN_INVALID", 1700),
    ("API_SCOPE_INVALID", -47),
    ("ORDER_NOT_FOUND", 3700),
    ("CANCEL_ALREADY_DONE", 3708),
    ("CANCEL_PRICE_OVER", 3710),
    ("ORDER_NOT_PAYMENT_READY", 3737),
    ("ORDER_EXPIRED", 3770),
    ("SUBSCRIBE_AT_BLANK_NOT_FOUND", 2350),
    ("SUBSCRIBE_AT_USERNAME_BLANK", 2351),
    ("SUBSCRIBE_AT_BANK_ACCOUNT_BLANK", 2352),
    ("SUBSCRIBE_AT_IDENTITY_NO_BLANK", 2353),
    ("SUBSCRIBE_AT_PHONE_BLANK", 2354),
    ("SUBSCRIBE_AT_BANK_CODE_BLANK", 2356),
];

/// No error body comes near this.
const BODY_LIMIT: usize = 64 * 1024;

/// Middleware: the errors of both APIs in the form that the project has chosen. Stored answers keep the usual one and
/// are rewritten each time.
pub(super) async fn written_as_chosen(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    let is_commerce = request.uri().path().starts_with("/v1/");
    let answer = next.run(request).await;
    as_chosen(&emulator, answer, is_commerce).await
}

pub(super) async fn as_chosen(emulator: &Emulator, answer: Response, is_commerce: bool) -> Response {
    let is_error = answer.status().is_client_error() || answer.status().is_server_error();
    if !is_error || !emulator.view(|ledger| ledger.settings().shapes.error_numbers) {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    match serde_json::from_slice::<Value>(&body).ok().and_then(|body| numbered(&body, parts.status, is_commerce)) {
        Some(body) => (parts.status, Json(body)).into_response(),
        None => Response::from_parts(parts, body.into()),
    }
}

fn numbered(body: &Value, status: StatusCode, is_commerce: bool) -> Option<Value> {
    let name = body.get("error_code")?.as_str()?;
    let number = NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    let code = number.map_or_else(|| Value::from(name), Value::from);
    let message = body.get("message");
    Some(if is_commerce {
        json!({ "status": status.as_u16(), "code": code, "message": message, "data": null })
    } else {
        json!({ "error_code": code, "message": message })
    })
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

pub(super) const ORDER_EXPIRED: ApiError =
    ApiError::of(StatusCode::UNAUTHORIZED, "ORDER_EXPIRED", "결제할 수 있는 시간이 지난 주문입니다.");
pub(super) const ORDER_ADDRESS_BLANK: ApiError =
    ApiError::bad("ORDER_ADDRESS_BLANK", "배송상품의 경우 배송지 정보가 필수예요. 배송지 정보를 입력해요.");
pub(super) const MONTHLY_BILLING_USER_GROUP_ID_INVALID: ApiError =
    ApiError::bad("MONTHLY_BILLING_USER_GROUP_ID_INVALID", "회원 그룹 정보가 올바르지 않습니다.");
pub(super) const PRODUCT_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "PRODUCT_NOT_FOUND", "상품 정보를 찾지 못했습니다.");

pub(super) const ORDER_SUBSCRIPTION_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "ORDER_SUBSCRIPTION_NOT_FOUND", "구독 정보를 찾지 못했습니다.");
pub(super) const ORDER_SUBSCRIPTION_BILL_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "ORDER_SUBSCRIPTION_BILL_NOT_FOUND", "구독 회차 정보를 찾지 못했습니다.");
pub(super) const ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND", "구독 조정 정보를 찾지 못했습니다.");
pub(super) const ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND", "구독 변경 요청을 찾지 못했습니다.");
pub(super) const ORDER_SUBSCRIPTION_CHARGE_KEY_NOT_FOUND: ApiError =
    ApiError::of(StatusCode::NOT_FOUND, "ORDER_SUBSCRIPTION_CHARGE_KEY_NOT_FOUND", "charge_key를 찾지 못했습니다.");
pub(super) const ORDER_SUBSCRIPTION_RESUME_UNABLE: ApiError =
    ApiError::bad("ORDER_SUBSCRIPTION_RESUME_UNABLE", "일시정지된 구독만 다시 시작할 수 있습니다.");
pub(super) const SUBSCRIPTION_RESUME_REASON_REQUIRED: ApiError =
    ApiError::bad("SUBSCRIPTION_RESUME_REASON_REQUIRED", "다시 시작하는 이유를 입력해 주세요.");
pub(super) const PROCESS_DUPLICATED: ApiError = ApiError::bad("PROCESS_DUPLICATED", "이미 처리된 요청이에요");

pub(super) const APP_SK_NOT_MATCHED: ApiError =
    ApiError::of(StatusCode::UNAUTHORIZED, "APP_SK_NOT_MATCHED", "private_key가 올바르지 않습니다.");
pub(super) const RC_NOT_SUBSCRIBE: ApiError = ApiError::bad("RC_NOT_SUBSCRIBE", "자동결제 정보가 아닙니다.");
pub(super) const RC_INVALID_EXP_MONTH: ApiError =
    ApiError::bad("RC_INVALID_EXP_MONTH", "카드 유효기간(월)이 올바르지 않습니다.");
pub(super) const RC_CONFIRM_FAILED: ApiError =
    ApiError::bad("RC_CONFIRM_FAILED", "결제 승인에 실패했습니다. (연습용 실패)");
pub(super) const SUBSCRIBE_BK_EXPIRED: ApiError =
    ApiError::bad("SUBSCRIBE_BK_EXPIRED", "빌링키가 없거나 만료되었습니다.");
pub(super) const SUBSCRIBE_REQUEST_FAILED: ApiError =
    ApiError::bad("SUBSCRIBE_REQUEST_FAILED", "고객의 출금 동의가 아직 끝나지 않았습니다.");
pub(super) const SUBSCRIBE_PUBLISH_NOT_READY: ApiError =
    ApiError::bad("SUBSCRIBE_PUBLISH_NOT_READY", "빌링키를 발급할 수 있는 상태가 아닙니다.");
pub(super) const SUBSCRIBE_AT_LOOKUP_USER_FAILED: ApiError =
    ApiError::bad("SUBSCRIBE_AT_LOOKUP_USER_FAILED", "계좌의 예금주를 확인하지 못했습니다.");
pub(super) const SUBSCRIBE_AT_BLANK_NOT_FOUND: ApiError =
    ApiError::bad("SUBSCRIBE_AT_BLANK_NOT_FOUND", "은행 코드/은행명이 올바르지 않습니다.");
pub(super) const SUBSCRIBE_AT_USERNAME_BLANK: ApiError =
    ApiError::bad("SUBSCRIBE_AT_USERNAME_BLANK", "은행 예금주명을 입력해 주세요.");
pub(super) const SUBSCRIBE_AT_BANK_ACCOUNT_BLANK: ApiError =
    ApiError::bad("SUBSCRIBE_AT_BANK_ACCOUNT_BLANK", "은행 계좌번호를 입력해 주세요.");
pub(super) const SUBSCRIBE_AT_IDENTITY_NO_BLANK: ApiError =
    ApiError::bad("SUBSCRIBE_AT_IDENTITY_NO_BLANK", "생년월일/사업자등록번호를 입력해 주세요.");
pub(super) const SUBSCRIBE_AT_PHONE_BLANK: ApiError =
    ApiError::bad("SUBSCRIBE_AT_PHONE_BLANK", "휴대폰 번호를 입력해 주세요.");
pub(super) const SUBSCRIBE_AT_BANK_CODE_BLANK: ApiError =
    ApiError::bad("SUBSCRIBE_AT_BANK_CODE_BLANK", "은행코드가 올바르지 않거나 비어있습니다.");

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
