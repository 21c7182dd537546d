//! What is sold: a plan has a key for addresses and, per billing interval, a price and the provider's
//! product.

use serde::{Deserialize, Serialize};

use super::money::Amount;

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
}

/// One thing that a plan includes, in both languages of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    pub ko: String,
    pub en: String,
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
    fn intervals_round_trip() {
        for interval in Interval::ALL {
            assert_eq!(Interval::parse(interval.as_str()), Ok(interval));
        }
        assert!(Interval::parse("week").is_err());
    }
}
