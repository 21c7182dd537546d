//! Reads the bodies of the product calls (Bootpay B.2): JSON, or a form with pictures. Makes a product, stores none.

use serde_json::{Map, Value};

use super::multipart;
use crate::emulator::error::ApiError;
use crate::emulator::fields::{Body, amount, integer, text};
use crate::emulator::records::Product;
use crate::emulator::rules::Making;

/// What is only remembered and shown, and what orders read of it: the sale's status, discounts, cycles, delivery.
const KEPT: [&str; 24] = [
    "desc",
    "description",
    "content",
    "images",
    "type",
    "tax_type",
    "category_id",
    "use_stock",
    "stock",
    "use_subscription",
    "subscription_setting_id",
    "subscription_setting",
    "use_discount",
    "discount_price",
    "discount_price_type",
    "use_setup_fee",
    "setup_fee_value",
    "setup_fee_type",
    "use_delivery_shipping",
    "status_display",
    "status_sale",
    "ex_uid",
    "sku",
    "options",
];

/// What the status call may change.
const STATUS: [&str; 11] = [
    "status",
    "status_display",
    "status_sale",
    "status_frozen",
    "status_review",
    "use_display_period",
    "display_start_at",
    "display_end_at",
    "use_sale_period",
    "sale_start_at",
    "sale_end_at",
];

/// A form as the JSON that it stands for: objects and arrays travel as JSON text, booleans and numbers as words. Of
/// files only the names are kept.
pub(super) fn form(body: &[u8], boundary: &str) -> Body {
    let mut read = Map::new();
    let mut images = Vec::new();
    for part in multipart::parts(body, boundary) {
        match part.file {
            Some(file) if part.name.starts_with("images[") => images.push(Value::from(file)),
            Some(_) => {}
            None => {
                let text = String::from_utf8_lossy(part.content).into_owned();
                read.insert(part.name, meant(text));
            }
        }
    }
    if !images.is_empty() {
        read.insert("images".to_owned(), Value::from(images));
    }
    read
}

fn meant(text: String) -> Value {
    let first = text.chars().next().unwrap_or(' ');
    let is_json = matches!(first, '{' | '[') || text == "true" || text == "false" || text.parse::<i64>().is_ok();
    // A phone number or a code with a leading zero is no number.
    let is_code = text.len() > 1 && first == '0';
    let known = if is_json && !is_code { serde_json::from_str(&text).ok() } else { None };
    known.unwrap_or(Value::String(text))
}

pub(super) fn new(body: &Body, making: &Making<'_>) -> Result<Product, ApiError> {
    let product = Product {
        product_id: making.hex24(),
        name: String::new(),
        display_price: 0,
        tax_free_price: 0,
        created_at: making.now,
        updated_at: making.now,
        deleted_at: None,
        fields: Map::new(),
    };
    if !body.contains_key("name") || !body.contains_key("display_price") {
        return Err(ApiError::param("name, display_price: 필수 값입니다."));
    }
    updated(&product, body, making)
}

/// The product with what the body says; what it doesn't name stays.
pub(super) fn updated(before: &Product, body: &Body, making: &Making<'_>) -> Result<Product, ApiError> {
    let mut product = Product { updated_at: making.now, ..before.clone() };
    if body.contains_key("name") {
        product.name = text(body, "name")?.ok_or_else(|| ApiError::param("name: 상품명을 입력해 주세요."))?;
    }
    if body.contains_key("display_price") {
        product.display_price = amount(body, "display_price")?;
    }
    if body.contains_key("tax_free_price") {
        product.tax_free_price = amount(body, "tax_free_price")?;
    }
    if product.tax_free_price > product.display_price {
        return Err(ApiError::param("tax_free_price: display_price 이하의 정수여야 합니다."));
    }
    for name in ["stock", "discount_price", "discount_price_type", "type"] {
        integer(body, name)?;
    }
    keep(&mut product, body, &KEPT);
    Ok(product)
}

pub(super) fn with_status(before: &Product, body: &Body, making: &Making<'_>) -> Product {
    let mut product = Product { updated_at: making.now, ..before.clone() };
    keep(&mut product, body, &STATUS);
    product
}

fn keep(product: &mut Product, body: &Body, names: &[&str]) {
    for name in names {
        if let Some(value) = body.get(*name) {
            product.fields.insert((*name).to_owned(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_of_a_form_mean_what_json_would_say() {
        let all =
            ["true", "12", "[1,2]", "{\"a\":1}", "차", "{broken", "0123", "0", ""].map(|text| meant(text.to_owned()));
        let expected = [
            json!(true),
            json!(12),
            json!([1, 2]),
            json!({ "a": 1 }),
            json!("차"),
            json!("{broken"),
            json!("0123"),
            json!(0),
            json!(""),
        ];
        assert_eq!(all, expected);
    }
}
