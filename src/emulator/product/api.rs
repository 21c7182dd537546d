//! The product calls (Bootpay B.2).

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::{intake, multipart};
use crate::emulator::commerce::object;
use crate::emulator::error::{ApiError, BODY_TOO_LARGE, PRODUCT_NOT_FOUND};
use crate::emulator::fields::Body;
use crate::emulator::ledger::Ledger;
use crate::emulator::listing::Query;
use crate::emulator::records::{Product, ReceiptStatus, Upsert};
use crate::emulator::rules::Making;
use crate::emulator::{Emulator, catalogue, times};

fn written(product: &Product) -> Value {
    let mut body = json!({
        "product_id": product.product_id,
        "id": product.product_id,
        "name": product.name,
        "display_price": product.display_price,
        "price": catalogue::unit_price(product),
        "tax_free_price": product.tax_free_price,
        "created_at": times::utc(product.created_at),
        "updated_at": times::utc(product.updated_at),
        "sandbox": true,
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(product.fields.clone());
    }
    body
}

/// Other queries than those read here are ignored, as by the real server.
pub(super) async fn list(State(emulator): State<Emulator>, uri: Uri) -> Json<Value> {
    let query = Query::parse(uri.query());
    emulator.view(|ledger| {
        let is = |product: &Product, name: &str| {
            let known = product.fields.get(name).and_then(Value::as_str);
            query.get(name).is_none_or(|wanted| known == Some(wanted))
        };
        let mut found: Vec<Product> = catalogue::products(ledger)
            .into_iter()
            .filter(|product| query.get("keyword").is_none_or(|word| product.name.contains(word)))
            .filter(|product| is(product, "category_id") && is(product, "ex_uid"))
            .collect();
        match query.get("sort") {
            Some("created_at") => found.sort_by_key(|product| product.created_at),
            Some("-created_at") => found.sort_by_key(|product| std::cmp::Reverse(product.created_at)),
            Some("price") => found.sort_by_key(catalogue::unit_price),
            Some("-price") => found.sort_by_key(|product| std::cmp::Reverse(catalogue::unit_price(product))),
            Some("-sold") => found.sort_by_key(|product| std::cmp::Reverse(sold(ledger, &product.product_id))),
            _ => {}
        }
        Json(query.page(&found, written))
    })
}

/// Pieces in orders that are paid.
fn sold(ledger: &Ledger, id: &str) -> i64 {
    let is_paid = |status: Option<ReceiptStatus>| status == Some(ReceiptStatus::Paid);
    let paid = ledger.orders().iter().filter(|order| is_paid(ledger.receipt_of(order).map(|receipt| receipt.status)));
    let lines = paid.flat_map(|order| &order.products).filter(|line| line.product_id == id);
    lines.fold(0, |sum, line| sum.saturating_add(line.quantity))
}

pub(super) async fn detail(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| PRODUCT_NOT_FOUND)?;
    emulator.view(|ledger| Ok(Json(written(&catalogue::product(ledger, &id).ok_or(PRODUCT_NOT_FOUND)?))))
}

/// JSON, or a form with pictures.
fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Body, ApiError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match multipart::boundary(kind) {
        Some(boundary) => Ok(intake::form(&body.map_err(|_| BODY_TOO_LARGE)?, &boundary)),
        None => object(body),
    }
}

pub(super) async fn create(
    State(emulator): State<Emulator>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    emulator.answer_once(&headers, |_, making| {
        let product = intake::new(&read(&headers, body)?, making)?;
        Ok((written(&product), vec![Upsert::Product(product)]))
    })
}

fn changed(
    emulator: &Emulator,
    id: Result<Path<String>, PathRejection>,
    headers: &HeaderMap,
    change: impl FnOnce(&Product, &Making<'_>) -> Result<Product, ApiError>,
) -> Response {
    let Ok(Path(id)) = id else { return PRODUCT_NOT_FOUND.into_response() };
    emulator.answer_once(headers, |ledger, making| {
        let product = change(&catalogue::product(ledger, &id).ok_or(PRODUCT_NOT_FOUND)?, making)?;
        Ok((written(&product), vec![Upsert::Product(product)]))
    })
}

pub(super) async fn update(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    changed(&emulator, id, &headers, |product, making| intake::updated(product, &read(&headers, body)?, making))
}

pub(super) async fn set_status(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    changed(&emulator, id, &headers, |product, making| Ok(intake::with_status(product, &object(body)?, making)))
}

/// Orders that have it keep it.
pub(super) async fn delete(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    changed(&emulator, id, &headers, |product, making| Ok(Product { deleted_at: Some(making.now), ..product.clone() }))
}
