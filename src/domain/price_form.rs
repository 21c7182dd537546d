//! Reads the staff's forms about plans and promotion codes: from what was typed to values that can't be
//! wrong, or to what is wrong field by field. Handlers act on the answer, pages preview it. No words for people.

use super::money::{Amount, Krw};
use super::plan::{Feature, Interval, Offer, Plan, PlanKey, parse_plan_name, parse_product_id};
use super::promotion::{Discount, Percent, Promotion, PromotionCode, Terms};
use super::text::Refusal;
use super::time::Day;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Text(Refusal),
    Amount,
    /// Below what anybody can be asked to pay.
    TooLittle,
    TaxFreeTooLarge,
    PlanKey,
    Features,
    TooManyFeatures,
    NoPrice,
    Code,
    Percent,
    Number,
    Day,
    DaysReversed,
    NoSuchPlan,
}

impl Wrong {
    const EMPTY: Self = Self::Text(Refusal::Empty);
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Text(refusal)
    }
}

type Wrongs = Vec<(&'static str, Wrong)>;

/// The fields of one interval's price.
#[derive(Clone, Copy, Debug)]
pub struct PriceFields {
    pub total: &'static str,
    pub tax_free: &'static str,
    pub product: &'static str,
}

pub const fn price_fields(interval: Interval) -> PriceFields {
    match interval {
        Interval::Month => PriceFields { total: "month_total", tax_free: "month_tax_free", product: "month_product" },
        Interval::Year => PriceFields { total: "year_total", tax_free: "year_tax_free", product: "year_product" },
    }
}

fn text<'a>(typed: &'a [(String, String)], name: &str) -> &'a str {
    typed.iter().find(|(sent, _)| sent == name).map_or("", |(_, value)| value.trim())
}

/// Keeps the value, or notes what is wrong with the field.
fn keep<T>(wrong: &mut Wrongs, field: &'static str, read: Result<T, Wrong>) -> Option<T> {
    read.map_err(|problem| wrong.push((field, problem))).ok()
}

fn done<T>(value: Option<T>, wrong: Wrongs) -> Result<T, Wrongs> {
    match value {
        Some(value) if wrong.is_empty() => Ok(value),
        _ => Err(wrong),
    }
}

fn amount(typed: &str) -> Result<Krw, Wrong> {
    Krw::parse_typed(typed).map_err(|refusal| if refusal == Refusal::Empty { Wrong::EMPTY } else { Wrong::Amount })
}

/// A new plan with its place on the page: key, name, features and at least one price.
pub fn read_plan(typed: &[(String, String)]) -> Result<(Plan, i64), Wrongs> {
    let mut wrong = Vec::new();
    // `new` is where plans are made.
    let key = PlanKey::parse(text(typed, "key")).ok().filter(|key| key.as_str() != "new").ok_or(Wrong::PlanKey);
    let key = keep(&mut wrong, "key", key);
    let texts = keep_texts(&mut wrong, typed);
    let mut offers = Vec::new();
    for interval in Interval::ALL {
        let names = price_fields(interval);
        let is_empty = [names.total, names.tax_free, names.product].iter().all(|name| text(typed, name).is_empty());
        if !is_empty {
            let price = keep_price(&mut wrong, typed, interval);
            offers.extend(price.zip(key.clone()).zip(texts.as_ref()).map(|(((amount, product_id), plan), texts)| {
                Offer { plan, plan_name: texts.name.clone(), interval, amount, product_id }
            }));
        }
    }
    if offers.is_empty() && wrong.is_empty() {
        wrong.push(("month_total", Wrong::NoPrice));
    }
    let plan = key
        .zip(texts)
        .map(|(key, texts)| (Plan { key, name: texts.name, features: texts.features, offers }, texts.position));
    done(plan, wrong)
}

/// What may be changed about a plan besides its prices.
#[derive(Clone, Debug)]
pub struct PlanTexts {
    pub name: String,
    pub features: Vec<Feature>,
    pub position: i64,
}

pub fn read_plan_texts(typed: &[(String, String)]) -> Result<PlanTexts, Wrongs> {
    let mut wrong = Vec::new();
    let texts = keep_texts(&mut wrong, typed);
    done(texts, wrong)
}

fn keep_texts(wrong: &mut Wrongs, typed: &[(String, String)]) -> Option<PlanTexts> {
    let name = keep(wrong, "name", parse_plan_name(text(typed, "name")).map_err(Wrong::from));
    let features = Feature::parse_all(text(typed, "features")).map_err(|refusal| match refusal {
        Refusal::Empty | Refusal::Form => Wrong::Features,
        Refusal::TooLong => Wrong::TooManyFeatures,
        Refusal::Characters => Wrong::Text(refusal),
    });
    let features = keep(wrong, "features", features);
    let position = text(typed, "position").parse().ok().filter(|number| (0..=999).contains(number));
    let position = keep(wrong, "position", position.ok_or(Wrong::Number));
    name.zip(features).zip(position).map(|((name, features), position)| PlanTexts { name, features, position })
}

/// The price of one interval and the provider's product.
pub fn read_price(typed: &[(String, String)], interval: Interval) -> Result<(Amount, String), Wrongs> {
    let mut wrong = Vec::new();
    let price = keep_price(&mut wrong, typed, interval);
    done(price, wrong)
}

fn keep_price(wrong: &mut Wrongs, typed: &[(String, String)], interval: Interval) -> Option<(Amount, String)> {
    let names = price_fields(interval);
    let total = amount(text(typed, names.total))
        .and_then(|total| if total < Krw::LEAST_PAYABLE { Err(Wrong::TooLittle) } else { Ok(total) });
    let total = keep(wrong, names.total, total);
    let tax_free = match text(typed, names.tax_free) {
        "" => Ok(Krw::ZERO),
        typed => amount(typed),
    };
    let tax_free = keep(wrong, names.tax_free, tax_free);
    let product = keep(wrong, names.product, parse_product_id(text(typed, names.product)).map_err(Wrong::from));
    let (total, tax_free) = total.zip(tax_free)?;
    let price = keep(wrong, names.tax_free, Amount::new(total, tax_free).map_err(|_| Wrong::TaxFreeTooLarge));
    price.zip(product)
}

/// A new promotion code.
pub fn read_promotion(typed: &[(String, String)]) -> Result<Promotion, Wrongs> {
    let mut wrong = Vec::new();
    // `new` is where codes are made.
    let code = PromotionCode::parse(text(typed, "code")).map_err(|refusal| match refusal {
        Refusal::Empty => Wrong::EMPTY,
        _ => Wrong::Code,
    });
    let code = keep(
        &mut wrong,
        "code",
        code.and_then(|code| if code.as_str() == "NEW" { Err(Wrong::Code) } else { Ok(code) }),
    );
    let value = text(typed, "value");
    let discount = match text(typed, "kind") {
        "fixed" => {
            amount(value).and_then(|won| if won == Krw::ZERO { Err(Wrong::Amount) } else { Ok(Discount::Fixed(won)) })
        }
        _ if value.is_empty() => Err(Wrong::EMPTY),
        _ => {
            let percent = value.trim_end_matches('%').trim().parse().ok().and_then(Percent::new);
            percent.map(Discount::Percent).ok_or(Wrong::Percent)
        }
    };
    let discount = keep(&mut wrong, "value", discount);
    let terms = keep_terms(&mut wrong, typed);
    let promotion =
        code.zip(discount).zip(terms).map(|((code, discount), terms)| Promotion { code, discount, terms, is_on: true });
    done(promotion, wrong)
}

/// What may be changed about a code.
pub fn read_terms(typed: &[(String, String)]) -> Result<Terms, Wrongs> {
    let mut wrong = Vec::new();
    let terms = keep_terms(&mut wrong, typed);
    done(terms, wrong)
}

fn keep_terms(wrong: &mut Wrongs, typed: &[(String, String)]) -> Option<Terms> {
    let day = |name: &str| match text(typed, name) {
        "" => Ok(None),
        typed => Day::parse(typed).map(Some).map_err(|_| Wrong::Day),
    };
    let limit = |name: &str| match text(typed, name) {
        "" => Ok(None),
        typed => {
            let digits: String = typed.chars().filter(|c| *c != ',').collect();
            let number = digits.parse().ok().filter(|number| (1..=1_000_000_000_u32).contains(number));
            number.map(Some).ok_or(Wrong::Number)
        }
    };
    let chosen = typed.iter().filter(|(name, _)| name == "plans");
    let plans: Result<Vec<PlanKey>, _> = chosen.map(|(_, key)| PlanKey::parse(key)).collect();
    let from = keep(wrong, "from", day("from"));
    let until = keep(wrong, "until", day("until"));
    if let (Some(Some(from)), Some(Some(until))) = (&from, &until)
        && until < from
    {
        wrong.push(("until", Wrong::DaysReversed));
    }
    let total = keep(wrong, "limit", limit("limit"));
    let per_customer = keep(wrong, "limit_per_customer", limit("limit_per_customer"));
    let plans = keep(wrong, "plans", plans.map_err(|_| Wrong::NoSuchPlan));
    Some(Terms { from: from?, until: until?, limit: total?, limit_per_customer: per_customer?, plans: plans? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_price_is_at_least_what_can_be_paid() {
        let price = |total: &str, free: &str| {
            read_price(
                &typed(&[("month_total", total), ("month_tax_free", free), ("month_product", "p1")]),
                Interval::Month,
            )
        };
        assert_eq!(price("29,900", "").unwrap().0.total().get(), 29_900);
        assert_eq!(price("99", "").unwrap_err(), [("month_total", Wrong::TooLittle)]);
        assert_eq!(price("", "").unwrap_err(), [("month_total", Wrong::EMPTY)]);
        assert_eq!(price("-100", "").unwrap_err(), [("month_total", Wrong::Amount)]);
        assert_eq!(price("100", "101").unwrap_err(), [("month_tax_free", Wrong::TaxFreeTooLarge)]);
    }

    #[test]
    fn a_code_says_everything_that_is_wrong_with_it() {
        let wrong = read_promotion(&typed(&[
            ("code", "할인"),
            ("kind", "percent"),
            ("value", "101"),
            ("from", "2026-12-01"),
            ("until", "2026-11-30"),
            ("limit", "0"),
            ("plans", "../x"),
        ]))
        .unwrap_err();
        let expected = [
            ("code", Wrong::Code),
            ("value", Wrong::Percent),
            ("until", Wrong::DaysReversed),
            ("limit", Wrong::Number),
            ("plans", Wrong::NoSuchPlan),
        ];
        assert_eq!(wrong, expected);
        let fine =
            read_promotion(&typed(&[("code", "spring"), ("kind", "percent"), ("value", "10%"), ("limit", "1,000")]));
        assert_eq!(fine.unwrap().terms.limit, Some(1_000));
        let nothing = read_promotion(&typed(&[("code", "spring"), ("kind", "fixed"), ("value", "0")]));
        assert_eq!(nothing.unwrap_err(), [("value", Wrong::Amount)]);
    }
}
