//! Reads the body of `POST /v1/invoices` (Bootpay B.1) and refuses what Bootpay refuses. Makes an invoice, stores none.
//! Single fields of any body are read by `fields.rs`.

use serde_json::Value;

use super::catalogue;
use super::error::{
    ApiError, ORDER_ADDRESS_BLANK, ORDER_PRICE_NOT_MATCH, ORDER_PRODUCT_BLANK, ORDER_PRODUCT_NOT_FOUND,
};
use super::fields::{Body, array, content, http_url, integer, object, object_or_empty, text, tries, won};
use super::ledger::Ledger;
use super::records::{Invoice, Line};
use super::rules::Making;
use super::times;
use crate::domain::time::UnixMs;

/// Life of an invoice that names none (Bootpay B.1 hints at two hours).
const LIFE_MS: i64 = 2 * 60 * 60 * 1000;
/// Longest `expire_in`, ten years in seconds.
const LONGEST_S: i64 = 10 * 365 * 24 * 60 * 60;

/// The longest contract with an end, in instalments.
pub(super) const MOST_INSTALMENTS: i64 = 1200;

/// Who sends the body: a browser's price is held against its products, a server is trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Server,
    Browser,
}

/// An invoice from a body, and whether its order shall exist at once.
pub(super) fn invoice(
    ledger: &Ledger,
    body: &Body,
    sender: Sender,
    making: &Making<'_>,
) -> Result<(Invoice, bool), ApiError> {
    let metadata = object(body, "metadata")?.cloned().map(Value::Object);
    let extra = object(body, "extra")?;
    let asked = |name: &str| extra.and_then(|extra| extra.get(name)) == Some(&Value::Bool(true));
    let name = text(body, "name")?.ok_or_else(|| ApiError::param("name: 주문명을 입력해 주세요."))?;
    let price = won(body, "price")?;
    let tax_free_price = integer(body, "tax_free_price")?.unwrap_or(0);
    if !(0..=price).contains(&tax_free_price) {
        return Err(ApiError::param("tax_free_price: 0 이상, price 이하의 정수여야 합니다."));
    }
    let products = lines(ledger, body)?;
    let total = total(&products)?;
    let user = object_or_empty(body, "user")?;
    let is_delivered = products.iter().any(|line| catalogue::is_delivered(ledger, &line.product_id));
    if is_delivered && !names_an_address(body, user.as_ref()) {
        return Err(ORDER_ADDRESS_BLANK);
    }
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
        user_group_id: text(body, "user_group_id")?.or_else(|| said(user.as_ref(), "user_group_id")),
        user,
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

fn said(user: Option<&Value>, name: &str) -> Option<String> {
    user.and_then(|user| user.get(name)).and_then(Value::as_str).map(str::to_owned)
}

/// Where Bootpay reads an address is not documented; any of these is taken for one.
fn names_an_address(body: &Body, user: Option<&Value>) -> bool {
    let names = ["address", "address_id", "shipping_address"];
    let given = |value: Option<&Value>| value.is_some_and(|value| !value.is_null() && *value != "");
    names.iter().any(|name| given(body.get(*name)) || given(user.and_then(|user| user.get(*name))))
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

/// `products`, or their shorter form `product_ids`.
fn lines(ledger: &Ledger, body: &Body) -> Result<Vec<Line>, ApiError> {
    let products = array(body, "products")?;
    if products.is_empty() {
        let one = |id: &Value| {
            let id = id.as_str().ok_or_else(|| ApiError::param("product_ids: 문자열 배열이어야 합니다."))?;
            line(ledger, id.to_owned(), 1)
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
            let duration = integer(item, "duration")?;
            if duration.is_some_and(|duration| !(-1..=MOST_INSTALMENTS).contains(&duration)) {
                return Err(ApiError::param("products.duration: -1 또는 0 이상 1200 이하의 정수여야 합니다."));
            }
            Ok(Line {
                product_option_id: text(item, "product_option_id")?,
                duration,
                ..line(ledger, text(item, "product_id")?.ok_or(ORDER_PRODUCT_NOT_FOUND)?, quantity)?
            })
        })
        .collect()
}

/// A product that is on sale, at its present price.
fn line(ledger: &Ledger, product_id: String, quantity: i64) -> Result<Line, ApiError> {
    let sold = catalogue::on_sale(ledger, &product_id).ok_or(ORDER_PRODUCT_NOT_FOUND)?;
    let price = Some(catalogue::unit_price(&sold));
    Ok(Line { product_id, product_option_id: None, quantity, duration: None, name: Some(sold.name), price })
}

/// What the products cost by the catalogue.
fn total(lines: &[Line]) -> Result<i64, ApiError> {
    lines.iter().try_fold(0_i64, |sum, line| {
        let total = line.price.unwrap_or(0).checked_mul(line.quantity).and_then(|price| sum.checked_add(price));
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
