//! Reads the body of `POST /v1/invoices` (Bootpay B.1) and refuses what Bootpay refuses. Makes an invoice, stores none.

use serde_json::{Map, Value};

use super::catalogue;
use super::error::{ApiError, EMPTY_OBJECT, ORDER_PRICE_NOT_MATCH, ORDER_PRODUCT_BLANK, ORDER_PRODUCT_NOT_FOUND};
use super::records::{Content, Invoice, Line};
use super::rules::Making;
use super::times;
use crate::domain::time::UnixMs;

/// Life of an invoice that names none (Bootpay B.1 hints at two hours).
const LIFE_MS: i64 = 2 * 60 * 60 * 1000;
/// Longest `expire_in`, ten years in seconds.
const LONGEST_S: i64 = 10 * 365 * 24 * 60 * 60;
/// Smallest amount in won (Bootpay I.2).
const SMALLEST: i64 = 100;
/// Largest integer that a browser keeps exactly.
const LARGEST: i64 = 9_007_199_254_740_991;

type Body = Map<String, Value>;

/// Who sends the body: a browser's price is held against its products, a server is trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Server,
    Browser,
}

/// An invoice from a body, and whether its order shall exist at once.
pub(super) fn invoice(body: &Body, sender: Sender, making: &Making<'_>) -> Result<(Invoice, bool), ApiError> {
    let metadata = object(body, "metadata")?.cloned().map(Value::Object);
    let extra = object(body, "extra")?;
    let asked = |name: &str| extra.and_then(|extra| extra.get(name)) == Some(&Value::Bool(true));
    let name = text(body, "name")?.ok_or_else(|| ApiError::param("name: 주문명을 입력해 주세요."))?;
    let price = integer(body, "price")?.filter(|price| (SMALLEST..=LARGEST).contains(price));
    let price = price.ok_or_else(|| ApiError::param("price: 100원 이상의 정수여야 합니다."))?;
    let tax_free_price = integer(body, "tax_free_price")?.unwrap_or(0);
    if !(0..=price).contains(&tax_free_price) {
        return Err(ApiError::param("tax_free_price: 0 이상, price 이하의 정수여야 합니다."));
    }
    let products = lines(body)?;
    let total = total(&products)?;
    if sender == Sender::Browser {
        if products.is_empty() {
            return Err(ORDER_PRODUCT_BLANK);
        }
        if total != price {
            return Err(ORDER_PRICE_NOT_MATCH);
        }
    }
    let invoice = Invoice {
        invoice_id: making.hex24(),
        sdk: sender == Sender::Browser,
        name,
        memo: text(body, "memo")?,
        price,
        tax_free_price,
        request_id: text(body, "request_id")?,
        merchant_order_id: text(body, "order_id")?,
        metadata,
        user: object_or_empty(body, "user")?,
        products,
        redirect_url: redirect_url(body)?,
        use_redirect: body.get("use_redirect") == Some(&Value::Bool(true)),
        separately_confirmed: asked("separately_confirmed"),
        created_at: making.now,
        expires_at: expiry(body, making.now)?,
        order_id: None,
        // A browser's word must not choose whom this machine posts to.
        webhook_url: if sender == Sender::Server { http_url(body, "webhook_url")? } else { None },
        webhook_content: content(body, "header_content_type")?,
        webhook_tries: tries(body, "webhook_retry_count")?,
    };
    Ok((invoice, asked("create_order_immediately")))
}

/// An existing invoice that a browser named as its `request_id` (Bootpay H-23): price and name stay the server's, the
/// browser adds only what the server left open.
pub(super) fn adopt(invoice: &Invoice, body: &Body) -> Result<Invoice, ApiError> {
    let mut invoice = invoice.clone();
    if invoice.redirect_url.is_none() {
        invoice.redirect_url = redirect_url(body)?;
        invoice.use_redirect = body.get("use_redirect") == Some(&Value::Bool(true));
    }
    if invoice.metadata.is_none() {
        invoice.metadata = object(body, "metadata")?.cloned().map(Value::Object);
    }
    if invoice.user.is_none() {
        invoice.user = object_or_empty(body, "user")?;
    }
    if invoice.request_id.is_none() {
        invoice.request_id = Some(invoice.invoice_id.clone());
    }
    Ok(invoice)
}

/// The return address, if there is one that may be linked to and redirected to.
pub(super) fn redirect_url(body: &Body) -> Result<Option<String>, ApiError> {
    http_url(body, "redirect_url")
}

pub(super) fn http_url(body: &Body, name: &str) -> Result<Option<String>, ApiError> {
    let Some(url) = text(body, name)? else {
        return Ok(None);
    };
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        Ok(Some(url))
    } else {
        Err(ApiError::param(format!("{name}: http 또는 https 주소여야 합니다.")))
    }
}

/// A webhook's content type, as MIME text or as Bootpay's number (Bootpay H-19).
pub(super) fn content(body: &Body, name: &str) -> Result<Option<Content>, ApiError> {
    let known = match given(body, name) {
        None => return Ok(None),
        Some(Value::String(text)) => match text.trim() {
            "" => return Ok(None),
            "json" | "application/json" => Some(Content::Json),
            "form" | "application/x-www-form-urlencoded" => Some(Content::Form),
            _ => None,
        },
        Some(number) => match number.as_i64() {
            Some(1) => Some(Content::Form),
            Some(2) => Some(Content::Json),
            _ => None,
        },
    };
    known.map(Some).ok_or_else(|| ApiError::param(format!("{name}: json 또는 form 형식이어야 합니다.")))
}

/// How often a webhook may be sent: 1 to 10 (Bootpay D.1).
pub(super) fn tries(body: &Body, name: &str) -> Result<Option<u32>, ApiError> {
    let Some(number) = integer(body, name)? else {
        return Ok(None);
    };
    let known = u32::try_from(number).ok().filter(|number| (1..=10).contains(number));
    known.map(Some).ok_or_else(|| ApiError::param(format!("{name}: 1 이상 10 이하의 정수여야 합니다.")))
}

fn given<'a>(body: &'a Body, name: &str) -> Option<&'a Value> {
    body.get(name).filter(|value| !value.is_null())
}

/// A string that is not blank; blank is absent.
pub(super) fn text(body: &Body, name: &str) -> Result<Option<String>, ApiError> {
    match given(body, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)),
        Some(_) => Err(ApiError::param(format!("{name}: 문자열이어야 합니다."))),
    }
}

pub(super) fn integer(body: &Body, name: &str) -> Result<Option<i64>, ApiError> {
    given(body, name)
        .map(|value| value.as_i64().ok_or_else(|| ApiError::param(format!("{name}: 정수여야 합니다."))))
        .transpose()
}

/// An object with something in it; the real server falls over an empty one (Bootpay B.1).
fn object<'a>(body: &'a Body, name: &str) -> Result<Option<&'a Body>, ApiError> {
    match given(body, name) {
        None => Ok(None),
        Some(Value::Object(object)) if object.is_empty() => Err(EMPTY_OBJECT),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(ApiError::param(format!("{name}: 객체여야 합니다."))),
    }
}

fn object_or_empty(body: &Body, name: &str) -> Result<Option<Value>, ApiError> {
    match given(body, name) {
        None => Ok(None),
        Some(object @ Value::Object(_)) => Ok(Some(object.clone())),
        Some(_) => Err(ApiError::param(format!("{name}: 객체여야 합니다."))),
    }
}

fn array<'a>(body: &'a Body, name: &str) -> Result<&'a [Value], ApiError> {
    match given(body, name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(ApiError::param(format!("{name}: 배열이어야 합니다."))),
    }
}

/// `products`, or their shorter form `product_ids`.
fn lines(body: &Body) -> Result<Vec<Line>, ApiError> {
    let products = array(body, "products")?;
    if products.is_empty() {
        let one = |id: &Value| {
            let product_id = id.as_str().ok_or_else(|| ApiError::param("product_ids: 문자열 배열이어야 합니다."))?;
            Ok(Line { product_id: product_id.to_owned(), product_option_id: None, quantity: 1, duration: None })
        };
        return array(body, "product_ids")?.iter().map(one).collect();
    }
    products
        .iter()
        .map(|item| {
            let item = item.as_object().ok_or_else(|| ApiError::param("products: 객체의 배열이어야 합니다."))?;
            let quantity = integer(item, "quantity")?.unwrap_or(1);
            if quantity < 1 {
                return Err(ApiError::param("products.quantity: 1 이상의 정수여야 합니다."));
            }
            Ok(Line {
                product_id: text(item, "product_id")?.ok_or(ORDER_PRODUCT_NOT_FOUND)?,
                product_option_id: text(item, "product_option_id")?,
                quantity,
                duration: integer(item, "duration")?,
            })
        })
        .collect()
}

/// What the products cost by the catalogue.
fn total(lines: &[Line]) -> Result<i64, ApiError> {
    lines.iter().try_fold(0_i64, |sum, line| {
        let product = catalogue::product(&line.product_id).ok_or(ORDER_PRODUCT_NOT_FOUND)?;
        let total = product.price.checked_mul(line.quantity).and_then(|price| sum.checked_add(price));
        total.ok_or_else(|| ApiError::param("products.quantity: 너무 큰 수입니다."))
    })
}

fn expiry(body: &Body, now: UnixMs) -> Result<UnixMs, ApiError> {
    if let Some(at) = text(body, "expired_at")? {
        return times::instant(&at).ok_or_else(|| ApiError::param("expired_at: ISO 8601 시각이어야 합니다."));
    }
    let Some(seconds) = integer(body, "expire_in")? else {
        return Ok(now.plus_ms(LIFE_MS));
    };
    let ms = Some(seconds).filter(|seconds| (1..=LONGEST_S).contains(seconds)).and_then(|s| s.checked_mul(1000));
    ms.map(|ms| now.plus_ms(ms)).ok_or_else(|| ApiError::param("expire_in: 1 이상의 초 단위 정수여야 합니다."))
}
