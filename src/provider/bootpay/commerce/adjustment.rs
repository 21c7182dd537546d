//! Commerce: what is added to or taken from single instalments of a contract (Bootpay B.7). Paid instalments are
//! refused; if one would become less than nothing, nothing is applied.

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{ADJUST, ADJUSTMENT_REMOVE, ADJUSTMENTS_REPLACE};
use super::super::fields::Fields;
use super::super::read::{text, unwrap, whole};
use crate::domain::id::CallKey;
use crate::provider::ProviderError;

/// Which instalments. Ranges stop at the contract's last one, or at the sixtieth of one without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instalments {
    One(u32),
    Range { first: u32, last: u32 },
    From(u32),
}

/// What kind of adjustment it is. Documents disagree about the numbers, so none is sent where the sign of the price
/// tells it (Bootpay H-28).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentKind {
    /// More than 0 is a setup price, less is a discount.
    BySign,
    /// A number of the provider's.
    Number(i64),
}

/// An adjustment.
#[derive(Clone, Debug)]
pub struct NewAdjustment<'a> {
    pub name: &'a str,
    /// In won; less than 0 is a discount.
    pub won: i64,
    /// The tax-free part of it, in won.
    pub tax_free_won: i64,
    pub kind: AdjustmentKind,
}

/// An adjustment as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    pub id: String,
    pub name: Option<String>,
    pub won: Option<i64>,
    pub tax_free_won: Option<i64>,
    pub kind: Option<i64>,
    pub duration: Option<i64>,
}

impl Bootpay {
    /// Adjusts instalments of a contract. Answers with the adjustments that it has then.
    pub async fn adjust(
        &self,
        order_subscription_id: &str,
        adjustment: &NewAdjustment<'_>,
        instalments: Instalments,
        key: &CallKey,
    ) -> Result<Vec<Adjustment>, ProviderError> {
        let body = instalments.of(adjustment.fields());
        let answer = self.to(&ADJUST).name(order_subscription_id).body(body).key(key).send().await?;
        answer.find("adjustments", adjustments)
    }

    /// Puts these adjustments in the place of all that an instalment has; none takes all away.
    pub async fn replace_adjustments(
        &self,
        order_subscription_id: &str,
        duration: u32,
        new: &[NewAdjustment<'_>],
        key: &CallKey,
    ) -> Result<Vec<Adjustment>, ProviderError> {
        let list: Vec<Value> = new.iter().map(|one| one.fields().value()).collect();
        let body = Fields::new().put("duration", duration).list("adjustments", list);
        let answer = self.to(&ADJUSTMENTS_REPLACE).name(order_subscription_id).body(body).key(key).send().await?;
        answer.find("adjustments", adjustments)
    }

    /// Takes one adjustment away.
    pub async fn remove_adjustment(
        &self,
        order_subscription_id: &str,
        adjustment_id: &str,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let body = Fields::new().put("order_subscription_adjustment_id", adjustment_id);
        self.to(&ADJUSTMENT_REMOVE).name(order_subscription_id).body(body).key(key).send().await.map(|_| ())
    }
}

impl NewAdjustment<'_> {
    fn fields(&self) -> Fields {
        let kind = match self.kind {
            AdjustmentKind::BySign => None,
            AdjustmentKind::Number(number) => Some(number),
        };
        Fields::new()
            .put("name", self.name)
            .put("price", self.won)
            .put("tax_free_price", self.tax_free_won)
            .put("type", kind)
    }
}

impl Instalments {
    fn of(self, fields: Fields) -> Fields {
        match self {
            Self::One(duration) => fields.put("duration", duration),
            Self::Range { first, last } => fields.put("duration_from", first).put("duration_to", last),
            Self::From(first) => fields.put("duration_from", first).put("is_unlimited", true),
        }
    }
}

fn adjustments(body: &Value) -> Option<Vec<Adjustment>> {
    let list = body.get("order_subscription_adjustments")?.as_array()?;
    Some(list.iter().filter_map(adjustment).collect())
}

fn adjustment(body: &Value) -> Option<Adjustment> {
    let body = unwrap(body);
    Some(Adjustment {
        id: text(body, "order_subscription_adjustment_id")?,
        name: text(body, "name"),
        won: whole(body, "price"),
        tax_free_won: whole(body, "tax_free_price"),
        kind: whole(body, "type"),
        duration: whole(body, "duration"),
    })
}
