//! An amount in rows: what it is made of, and what a code takes off it. On every page alike.

use crate::domain::money::{Amount, Krw};
use crate::domain::promotion::PromotionCode;
use crate::text::{Lang, text};
use crate::ui::Fact;

/// Supply value and VAT, and the part that is free of tax where there is one.
pub(super) fn parts(lang: Lang, amount: Amount) -> Vec<Fact> {
    let mut rows = vec![
        Fact::new(text!(lang, "checkout-supply"), lang.money(amount.supply())),
        Fact::new(text!(lang, "checkout-vat"), lang.money(amount.vat())),
    ];
    if amount.tax_free() > Krw::ZERO {
        rows.push(Fact::new(text!(lang, "checkout-tax-free"), lang.money(amount.tax_free())));
    }
    rows
}

/// What it cost before, and what the code takes off.
pub(super) fn discount(lang: Lang, original: Krw, total: Krw, code: &PromotionCode) -> [Fact; 2] {
    let off = original.checked_sub(total).unwrap_or(Krw::ZERO);
    [
        Fact::was(text!(lang, "code-original"), lang.money(original)),
        Fact::new(
            text!(lang, "code-discount", code = code.as_str().to_owned()),
            text!(lang, "code-minus", amount = lang.money(off)),
        ),
    ]
}
