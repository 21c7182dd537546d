//! The products that the emulated project sells: six that it always had, and what the product API makes of them and
//! adds to them (Bootpay B.2). Finds and prices; changes nothing.

use serde_json::{Map, Value, json};

use super::ledger::Ledger;
use super::records::Product;
use crate::domain::time::UnixMs;

/// Bootpay's numbers of the cycles of a month and of a year (Bootpay B.4).
pub(super) const MONTH: i64 = 21;
const YEAR: i64 = 31;

/// Id, name, price, cycle.
const GIVEN: [(&str, &str, i64, i64); 6] = [
    ("6700000000000000000000a1", "Starter (월간)", 9_900, MONTH),
    ("6700000000000000000000a2", "Starter (연간)", 94_800, YEAR),
    ("6700000000000000000000b1", "Professional (월간)", 29_900, MONTH),
    ("6700000000000000000000b2", "Professional (연간)", 286_800, YEAR),
    ("6700000000000000000000c1", "Enterprise (월간)", 99_000, MONTH),
    ("6700000000000000000000c2", "Enterprise (연간)", 948_000, YEAR),
];

fn given((id, name, price, cycle): (&str, &str, i64, i64)) -> Product {
    let since = UnixMs::new(0);
    Product {
        product_id: id.to_owned(),
        name: name.to_owned(),
        display_price: price,
        tax_free_price: 0,
        created_at: since,
        updated_at: since,
        deleted_at: None,
        fields: Map::from_iter([(SETTING.to_owned(), json!({ CYCLE: cycle }))]),
    }
}

const SETTING: &str = "subscription_setting";
const CYCLE: &str = "subscription_payment_cycle_type";

/// A product that was not deleted.
pub(super) fn product(ledger: &Ledger, id: &str) -> Option<Product> {
    let known = match ledger.product(id) {
        Some(changed) => Some(changed.clone()),
        None => GIVEN.into_iter().find(|(known, ..)| *known == id).map(given),
    };
    known.filter(|product| product.deleted_at.is_none())
}

/// All that were not deleted, the newest last.
pub(super) fn products(ledger: &Ledger) -> Vec<Product> {
    let changed = |id: &str| ledger.product(id).cloned();
    let always = GIVEN.into_iter().map(|one| changed(one.0).unwrap_or_else(|| given(one)));
    let made = ledger.products().iter().filter(|one| GIVEN.iter().all(|(id, ..)| *id != one.product_id)).cloned();
    always.chain(made).filter(|product| product.deleted_at.is_none()).collect()
}

/// One that can be ordered.
pub(super) fn on_sale(ledger: &Ledger, id: &str) -> Option<Product> {
    let closed = |value: &Value| *value == Value::Bool(false) || value.as_i64() == Some(0);
    product(ledger, id).filter(|product| !product.fields.get("status_sale").is_some_and(closed))
}

pub(super) fn is_delivered(ledger: &Ledger, id: &str) -> bool {
    let says = |product: Product| product.fields.get("use_delivery_shipping") == Some(&Value::Bool(true));
    product(ledger, id).is_some_and(says)
}

/// What one piece costs, after the product's own discount: 1 percent, else won (Bootpay B.2).
pub(super) fn unit_price(product: &Product) -> i64 {
    let number = |name: &str| product.fields.get(name).and_then(Value::as_i64);
    if product.fields.get("use_discount") != Some(&Value::Bool(true)) {
        return product.display_price;
    }
    let discount = number("discount_price").unwrap_or(0).max(0);
    let off = match number("discount_price_type") {
        Some(1) => product.display_price.saturating_mul(discount.min(100)).div_euclid(100),
        _ => discount,
    };
    product.display_price.saturating_sub(off).max(0)
}

/// The cycle in which a product's instalments fall due; a month if it says nothing that is known.
pub(super) fn cycle(ledger: &Ledger, id: &str) -> i64 {
    let said = |product: Product| product.fields.get(SETTING)?.get(CYCLE)?.as_i64();
    product(ledger, id).and_then(said).filter(|cycle| weeks_and_months(*cycle).is_some()).unwrap_or(MONTH)
}

/// A cycle's number as weeks and months (Bootpay B.4).
pub(super) fn weeks_and_months(cycle: i64) -> Option<(i64, i64)> {
    match cycle {
        11 => Some((1, 0)),
        12 => Some((2, 0)),
        MONTH => Some((0, 1)),
        23 => Some((0, 3)),
        26 => Some((0, 6)),
        YEAR => Some((0, 12)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts_are_percents_or_won_and_never_more_than_the_price() {
        let priced = |fields: Value| {
            let mut product = given(GIVEN[0]);
            product.fields = fields.as_object().unwrap().clone();
            unit_price(&product)
        };
        assert_eq!(priced(json!({ "discount_price": 900 })), 9_900);
        assert_eq!(priced(json!({ "use_discount": true, "discount_price": 900, "discount_price_type": 2 })), 9_000);
        assert_eq!(priced(json!({ "use_discount": true, "discount_price": 10, "discount_price_type": 1 })), 8_910);
        assert_eq!(priced(json!({ "use_discount": true, "discount_price": 90_000 })), 0);
    }
}
