//! `/v1/order/cancel` (Bootpay B.5): the merchant's direct cancel, carried out at once; what buyers ask for and the
//! merchant decides; the history of both.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Map, Value, json};

use super::commerce::{object, object_or_nothing};
use super::error::{
    API_ROLE_NOT_SUPPORT, ApiError, CANCEL_ALREADY_DONE, CANCEL_PRICE_OVER, NOT_FOUND, ORDER_NOT_FOUND,
};
use super::fields::{array, integer, text};
use super::ledger::Ledger;
use super::listing::Query;
use super::records::{Cancel, CancelStanding, Order, Upsert};
use super::roles::{self, Role};
use super::rules::{self, CancelAsk, CancelRefusal};
use super::{Emulator, catalogue, wire};

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
    let is_merchants = roles::has(&headers, Role::Manager);
    // A plain key was refused under a buyer's role; a member's own token makes it the buyer's wish.
    let is_buyers = !is_merchants && roles::has(&headers, Role::User) && headers.contains_key("bootpay-user-jwt");
    if !is_merchants && !is_buyers {
        return API_ROLE_NOT_SUPPORT.into_response();
    }
    emulator.answer_once(&headers, |ledger, making| {
        let body = object(body)?;
        let key = text(&body, "order_number")?.or(text(&body, "order_id")?).ok_or(ORDER_NOT_FOUND)?;
        let order = ledger.order(&key).ok_or(ORDER_NOT_FOUND)?;
        let receipt = ledger.receipt_of(order).ok_or(CANCEL_PRICE_OVER)?;
        let ask = asked(ledger, &body, order)?;
        if is_buyers {
            let ask = CancelAsk { requester: Some(ask.requester.unwrap_or_else(|| "구매자".to_owned())), ..ask };
            let (waiting, change) = rules::ask_to_cancel(ledger, receipt, ask, making)?;
            return Ok((wire::cancel(&waiting), change));
        }
        let ((cancel, _), change) = rules::cancel(ledger, receipt, ask, making)?;
        Ok((wire::cancel(&cancel), change))
    })
}

/// The Ruby client's names, or those of the other SDKs (Bootpay H-17).
fn asked(ledger: &Ledger, body: &Body, order: &Order) -> Result<CancelAsk, ApiError> {
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
        price: match price {
            Some(price) => Some(price),
            None => products_price(ledger, inner, order)?.or(bills_price(ledger, inner, order)?),
        },
        tax_free: integer(inner, "cancel_tax_free_price")?,
        cancel_id: text(inner, "cancel_id")?,
        requester: text(inner, "cancel_requester")?,
        message: text(inner, "cancel_message")?.or(text(inner, "cancel_reason")?),
        // No document asks for a refund account here; the order form knows the buyer's.
        refund_known: true,
    })
}

/// The worth of the products to cancel, if any are named.
fn products_price(ledger: &Ledger, inner: &Body, order: &Order) -> Result<Option<i64>, ApiError> {
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
            let now = || catalogue::product(ledger, &id).map(|product| catalogue::unit_price(&product));
            let unit = line.price.or_else(now).ok_or_else(wrong)?;
            unit.checked_mul(quantity).ok_or_else(wrong)?
        };
        sum.checked_add(price).ok_or_else(wrong)
    })?;
    Ok(Some(sum))
}

/// The worth of the instalments to cancel, if any are named; they must be this order's.
fn bills_price(ledger: &Ledger, inner: &Body, order: &Order) -> Result<Option<i64>, ApiError> {
    let bills = array(inner, "cancel_order_subscription_bills")?;
    let wrong = || ApiError::param("cancel_order_subscription_bills: 주문한 회차가 아닙니다.");
    let sum = bills.iter().try_fold(0_i64, |sum, item| {
        let item = item.as_object().ok_or_else(wrong)?;
        let id = text(item, "order_subscription_bill_id")?.ok_or_else(wrong)?;
        let bill = ledger.bill(&id).filter(|bill| bill.order_id.as_ref() == Some(&order.order_id));
        let bill = bill.ok_or_else(wrong)?;
        sum.checked_add(integer(item, "cancel_price")?.unwrap_or(bill.price)).ok_or_else(wrong)
    })?;
    Ok((!bills.is_empty()).then_some(sum))
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
        let ask = CancelAsk { requester: Some("구매자".to_owned()), ..asked(ledger, &body, order)? };
        Ok::<_, ApiError>(rules::ask_to_cancel(ledger, receipt, ask, making)?)
    })?;
    Ok(Json(wire::cancel(&asked)))
}

/// What becomes of a wish.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Approve,
    Reject,
    Withdraw,
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
    let (act, least) = match act.as_str() {
        "approve" => (Act::Approve, Role::Manager),
        "reject" => (Act::Reject, Role::Manager),
        "withdraw" => (Act::Withdraw, Role::User),
        _ => return NOT_FOUND.into_response(),
    };
    if let Err(error) = roles::require(&headers, least) {
        return error.into_response();
    }
    decided(&emulator, &id, act, &headers, body)
}

/// `DELETE /v1/order/cancel/{id}`, the older way to withdraw (Bootpay B.5).
pub(super) async fn withdraw(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path(id)) = id else { return NOT_FOUND.into_response() };
    decided(&emulator, &id, Act::Withdraw, &headers, body)
}

fn decided(
    emulator: &Emulator,
    id: &str,
    act: Act,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(headers, |ledger, making| {
        let body = object_or_nothing(body)?;
        let message = text(&body, "message")?;
        let asked = ledger.cancels().iter().find(|cancel| cancel.request_id == id).ok_or(ORDER_NOT_FOUND)?;
        if asked.standing != CancelStanding::Waiting {
            return Err(CANCEL_ALREADY_DONE);
        }
        let said = message.clone().unwrap_or_default();
        if act == Act::Approve {
            let (done, change) = rules::approve_cancel(ledger, asked, &said, making)?;
            return Ok((wire::cancel(&done), change));
        }
        let standing = if act == Act::Reject {
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
