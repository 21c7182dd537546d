//! `/v1/order/cancel` (Bootpay B.5): the merchant's direct cancel, carried out at once; what buyers ask for and the
//! merchant decides; the history of both.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Map, Value, json};

use super::commerce::object;
use super::error::{ApiError, CANCEL_ALREADY_DONE, CANCEL_PRICE_OVER, NOT_FOUND, ORDER_NOT_FOUND};
use super::intake::{integer, text};
use super::listing::Query;
use super::records::{Cancel, CancelStanding, Order, Upsert};
use super::rules::{self, CancelAsk, CancelRefusal};
use super::{Emulator, auth, catalogue, wire};

type Body = Map<String, Value>;

impl From<CancelRefusal> for ApiError {
    fn from(refusal: CancelRefusal) -> Self {
        match refusal {
            CancelRefusal::Already => CANCEL_ALREADY_DONE,
            // Nothing was paid, so anything is more than can be cancelled.
            CancelRefusal::Over | CancelRefusal::NotCancellable => CANCEL_PRICE_OVER,
            CancelRefusal::BadAmount | CancelRefusal::RefundUnknown => {
                Self::param("cancel_price: 1 이상의 정수, cancel_tax_free_price: 그 이하여야 합니다.")
            }
        }
    }
}

pub(super) async fn create(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if let Err(error) = auth::require_merchant_role(&headers) {
        return error.into_response();
    }
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let key = text(&body, "order_number")?.or(text(&body, "order_id")?).ok_or(ORDER_NOT_FOUND)?;
        let order = ledger.order(&key).ok_or(ORDER_NOT_FOUND)?;
        let receipt = ledger.receipt_of(order).ok_or(CANCEL_PRICE_OVER)?;
        let ask = asked(&body, order)?;
        let ((cancel, _), change) = rules::cancel(ledger, receipt, ask, making)?;
        Ok((wire::cancel(&cancel), change))
    })
}

/// The Ruby client's names, or those of the other SDKs (Bootpay H-17).
fn asked(body: &Body, order: &Order) -> Result<CancelAsk, ApiError> {
    let none = Body::new();
    let inner = match body.get("request_cancel_parameters") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(inner)) => inner,
        Some(_) => {
            return Err(ApiError::param("request_cancel_parameters: 객체여야 합니다."));
        }
    };
    let price = integer(inner, "cancel_price")?.or(integer(inner, "refund_price")?);
    Ok(CancelAsk {
        price: if price.is_some() { price } else { products_price(inner, order)? },
        tax_free: integer(inner, "cancel_tax_free_price")?,
        cancel_id: text(inner, "cancel_id")?,
        requester: text(inner, "cancel_requester")?,
        message: text(inner, "cancel_message")?.or(text(inner, "cancel_reason")?),
        // No document asks for a refund account here; the order form knows the buyer's.
        refund_known: true,
    })
}

/// The worth of the products to cancel, if any are named.
fn products_price(inner: &Body, order: &Order) -> Result<Option<i64>, ApiError> {
    let Some(Value::Array(products)) = inner.get("cancel_products") else {
        return Ok(None);
    };
    if products.is_empty() {
        return Ok(None);
    }
    let wrong = || ApiError::param("cancel_products: 주문한 상품이 아닙니다.");
    let sum = products.iter().try_fold(0_i64, |sum, product| {
        let product = product.as_object().ok_or_else(wrong)?;
        let price = if let Some(price) = integer(product, "cancel_price")? {
            price
        } else {
            let id = text(product, "product_id")?.or(text(product, "order_product_id")?).ok_or_else(wrong)?;
            let line = order.products.iter().find(|line| line.product_id == id).ok_or_else(wrong)?;
            let quantity = integer(product, "cancel_quantity")?.or(integer(product, "qty")?).unwrap_or(line.quantity);
            let unit = catalogue::product(&id).ok_or_else(wrong)?.price;
            unit.checked_mul(quantity).ok_or_else(wrong)?
        };
        sum.checked_add(price).ok_or_else(wrong)
    })?;
    Ok(Some(sum))
}

/// A buyer asks for a cancel in the hosted pages, whose calls are not documented: a control call stands for them.
pub(super) async fn buyer_asks(
    State(emulator): State<Emulator>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, ApiError> {
    let body = object(body)?;
    let asked = emulator.change(|ledger, making| {
        let key = text(&body, "order_number")?.ok_or(ORDER_NOT_FOUND)?;
        let order = ledger.order(&key).ok_or(ORDER_NOT_FOUND)?;
        let receipt = ledger.receipt_of(order).ok_or(CANCEL_PRICE_OVER)?;
        let ask = CancelAsk { requester: Some("구매자".to_owned()), ..asked(&body, order)? };
        Ok::<_, ApiError>(rules::ask_to_cancel(ledger, receipt, ask, making)?)
    })?;
    Ok(Json(wire::cancel(&asked)))
}

/// `PUT /v1/order/cancel/{id}/{act}`: the merchant approves or rejects what a buyer has asked for; the buyer
/// withdraws it.
pub(super) async fn decide(
    State(emulator): State<Emulator>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path((id, act))) = path else { return NOT_FOUND.into_response() };
    let is_merchants = matches!(act.as_str(), "approve" | "reject");
    if !is_merchants && act != "withdraw" {
        return NOT_FOUND.into_response();
    }
    if is_merchants && let Err(error) = auth::require_merchant_role(&headers) {
        return error.into_response();
    }
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let message = text(&body, "message")?;
        let asked = ledger.cancels().iter().find(|cancel| cancel.request_id == id).ok_or(ORDER_NOT_FOUND)?;
        if asked.standing != CancelStanding::Waiting {
            return Err(CANCEL_ALREADY_DONE);
        }
        let said = message.clone().unwrap_or_default();
        if act == "approve" {
            let (done, change) = rules::approve_cancel(ledger, asked, &said, making)?;
            return Ok((wire::cancel(&done), change));
        }
        let standing = if act == "reject" {
            message.ok_or_else(|| ApiError::param("message: 필수 값입니다."))?;
            CancelStanding::Rejected
        } else {
            CancelStanding::Withdrawn
        };
        let over = Cancel { standing, acted: Some((making.now, said)), ..asked.clone() };
        Ok((wire::cancel(&over), vec![Upsert::Cancel(over)]))
    })
}

/// `GET /v1/order/cancel?order_number=` or `?order_id=`; neither means all.
pub(super) async fn list(State(emulator): State<Emulator>, uri: Uri) -> Json<Value> {
    let query = Query::parse(uri.query());
    let (number, id) = (query.get("order_number"), query.get("order_id"));
    emulator.view(|ledger| {
        let all = ledger.cancels().iter().rev();
        let found = all.filter(|cancel| {
            number.is_none_or(|number| cancel.order_number == number) && id.is_none_or(|id| cancel.order_id == id)
        });
        let list: Vec<Value> = found.map(wire::cancel).collect();
        Json(json!({ "count": list.len(), "list": list }))
    })
}
