//! What is sold: a plan has a key for addresses and, per billing interval, a price and the provider's
//! product.

use serde::{Deserialize, Serialize};

use super::money::{Amount, Krw};
use super::text::{self, Refusal, filled, for_provider};

/// The word by which a plan is known in addresses: `pro`. Lower-case letters, digits and hyphens, 1 to 40.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanKey(String);

/// No plan can have this key, or no interval this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such plan or interval")]
pub struct NoSuchPlan;

impl PlanKey {
    pub fn parse(text: &str) -> Result<Self, NoSuchPlan> {
        let fits = (1..=40).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if fits { Ok(Self(text.to_owned())) } else { Err(NoSuchPlan) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long one payment lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Month,
    Year,
}

impl Interval {
    pub const ALL: [Self; 2] = [Self::Month, Self::Year];

    pub fn parse(text: &str) -> Result<Self, NoSuchPlan> {
        match text {
            "month" => Ok(Self::Month),
            "year" => Ok(Self::Year),
            _ => Err(NoSuchPlan),
        }
    }

    /// The word on orders and receipts, which providers and card statements show in Korean.
    pub const fn on_receipts(self) -> &'static str {
        match self {
            Self::Month => "월간",
            Self::Year => "연간",
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// One line of the price list: a plan for one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub plan: PlanKey,
    /// As printed on orders and receipts, in the shop's own words.
    pub plan_name: String,
    pub interval: Interval,
    /// What one interval costs in total, VAT included.
    pub amount: Amount,
    /// Bootpay's product, opaque.
    pub product_id: String,
}

impl Offer {
    /// What a month of it costs, rounded down to whole won.
    pub fn per_month(&self) -> Krw {
        let months = match self.interval {
            Interval::Month => 1,
            Interval::Year => 12,
        };
        Krw::new(self.amount.total().get() / months).unwrap_or(Krw::ZERO)
    }
}

/// A plan with all that the price list says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub key: PlanKey,
    pub name: String,
    pub features: Vec<Feature>,
    pub offers: Vec<Offer>,
}

impl Plan {
    pub fn offer(&self, interval: Interval) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.interval == interval)
    }

    /// The same plan with this offer in the place of the one for its interval, the month before the year.
    #[must_use]
    pub fn with_offer(mut self, offer: Offer) -> Self {
        self.offers.retain(|old| old.interval != offer.interval);
        self.offers.push(offer);
        self.offers.sort_by_key(|offer| offer.interval.as_str());
        self
    }
}

/// One thing that a plan includes, in both languages of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    pub ko: String,
    pub en: String,
}

impl Feature {
    const MAX_CHARS: usize = 100;
    /// The most that one plan lists.
    pub const MOST: usize = 12;

    /// One line: `팀원 10명 | 10 team members`.
    pub fn parse(line: &str) -> Result<Self, Refusal> {
        let (ko, en) = line.split_once('|').ok_or(Refusal::Form)?;
        Ok(Self {
            ko: text::line(ko, Self::MAX_CHARS).and_then(filled)?,
            en: text::line(en, Self::MAX_CHARS).and_then(filled)?,
        })
    }

    /// One feature a line; empty lines are passed over.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Refusal> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let features = lines.map(Self::parse).collect::<Result<Vec<_>, _>>()?;
        match features.len() {
            0 => Err(Refusal::Empty),
            many if many > Self::MOST => Err(Refusal::TooLong),
            _ => Ok(features),
        }
    }
}

/// What the shop calls a plan, on its pages, on orders and at the provider: one line of at most 40
/// characters, none of four bytes, as providers keep none.
pub fn parse_plan_name(typed: &str) -> Result<String, Refusal> {
    text::line(typed, 40).and_then(filled).and_then(for_provider)
}

/// The provider's product: opaque, at most 64 visible characters of ASCII.
pub fn parse_product_id(typed: &str) -> Result<String, Refusal> {
    let id = text::line(typed, 64).and_then(filled)?;
    if id.chars().all(|c| c.is_ascii_graphic()) { Ok(id) } else { Err(Refusal::Characters) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_words() {
        assert!(PlanKey::parse("pro").is_ok());
        for wrong in ["", "Pro", "a b", "../x", "프로", &"a".repeat(41)] {
            assert_eq!(PlanKey::parse(wrong), Err(NoSuchPlan), "{wrong}");
        }
    }

    #[test]
    fn texts_of_a_plan_are_lines_that_can_be_read() {
        assert_eq!(parse_plan_name(" Pro <b> "), Ok("Pro <b>".to_owned()), "markup is a text like any other");
        assert_eq!(parse_plan_name("Pro\u{1F600}"), Err(Refusal::Characters));
        assert_eq!(parse_plan_name("a\u{202e}b"), Err(Refusal::Characters));
        assert_eq!(parse_plan_name(&"가".repeat(41)), Err(Refusal::TooLong));
        assert_eq!(parse_product_id("한글"), Err(Refusal::Characters));
        let two = Feature::parse_all("팀원 10명 | 10 members\r\n\r\n백업 | Backups | daily\n").unwrap();
        assert_eq!((two.len(), two[1].en.as_str()), (2, "Backups | daily"));
        assert_eq!(Feature::parse_all("팀원 10명"), Err(Refusal::Form));
        assert_eq!(Feature::parse_all("팀원 |"), Err(Refusal::Empty));
        assert_eq!(Feature::parse_all(" \n "), Err(Refusal::Empty));
        assert_eq!(Feature::parse_all(&"가 | a\n".repeat(13)), Err(Refusal::TooLong));
    }

    fn offer(interval: Interval, total: i64) -> Offer {
        Offer {
            plan: PlanKey::parse("pro").unwrap(),
            plan_name: "Pro".to_owned(),
            interval,
            amount: Amount::new(Krw::new(total).unwrap(), Krw::ZERO).unwrap(),
            product_id: "p1".to_owned(),
        }
    }

    #[test]
    fn a_year_is_told_by_the_month_and_rounded_down() {
        assert_eq!(offer(Interval::Month, 29_900).per_month().get(), 29_900);
        assert_eq!(offer(Interval::Year, 299_000).per_month().get(), 24_916);
        assert_eq!(offer(Interval::Year, 100).per_month().get(), 8);
    }

    #[test]
    fn an_offer_takes_the_place_of_the_one_for_its_interval() {
        let plan = PlanKey::parse("pro").unwrap();
        let plan = Plan { key: plan, name: "Pro".to_owned(), features: Vec::new(), offers: Vec::new() };
        let plan = plan.with_offer(offer(Interval::Year, 299_000)).with_offer(offer(Interval::Month, 29_900));
        let plan = plan.with_offer(offer(Interval::Year, 288_000));
        assert_eq!(plan.offers, [offer(Interval::Month, 29_900), offer(Interval::Year, 288_000)]);
    }

    #[test]
    fn intervals_round_trip() {
        for interval in Interval::ALL {
            assert_eq!(Interval::parse(interval.as_str()), Ok(interval));
        }
        assert!(Interval::parse("week").is_err());
    }
}
