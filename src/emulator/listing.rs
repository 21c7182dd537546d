//! Query strings of the lists (Bootpay B.1, B.3): paging, dates, keywords, status lists.

use serde_json::{Value, json};

use super::error::ApiError;
use super::records::{Order, Receipt};
use super::times;
use super::urlencoded;
use super::wire;
use crate::domain::time::UnixMs;

/// The server's largest page (Bootpay I.9).
const LARGEST_PAGE: usize = 50;

/// A parsed query string.
pub(super) struct Query(Vec<(String, String)>);

/// A stretch of time, the end not included.
pub(super) struct Between {
    from: Option<UnixMs>,
    to: Option<UnixMs>,
}

impl Between {
    pub fn holds(&self, at: UnixMs) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }

    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

impl Query {
    pub fn parse(query: Option<&str>) -> Self {
        Self(urlencoded::parse(query.unwrap_or_default().as_bytes()))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        urlencoded::value(&self.0, name)
    }

    /// The days asked for, both included, in Seoul. The two pairs of names mean the same.
    pub fn between(&self) -> Result<Between, ApiError> {
        let day = |one: &str, other: &str| match self.get(one).or_else(|| self.get(other)) {
            None => Ok(None),
            Some(text) => times::day(text)
                .map(Some)
                .ok_or_else(|| ApiError::param(format!("{one}: YYYY-MM-DD 형식의 날짜여야 합니다."))),
        };
        let from = day("css_at", "search_date_from")?.map(|(start, _)| start);
        let to = day("cse_at", "search_date_to")?.map(|(_, end)| end);
        Ok(Between { from, to })
    }

    /// Whether a status, as text or number, is in the comma list `name`; an absent list holds everything.
    fn lists(&self, name: &str, status: wire::Status) -> bool {
        let is = |one: &str| one == status.text || one.parse() == Ok(status.number);
        let named = |list: &str| list.split(',').any(|one| is(one.trim()));
        self.get(name).is_none_or(named)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(|text| text.parse().ok()).filter(|number| *number > 0)
    }

    /// `{count, list}`: how many there are in all, and the page that was asked for.
    pub fn page<T>(&self, found: &[T], usual: usize, write: impl FnMut(&T) -> Value) -> Value {
        let limit = self.number("limit").unwrap_or(usual).min(LARGEST_PAGE);
        let skipped = self.number("page").unwrap_or(1).saturating_sub(1).saturating_mul(limit);
        let list: Vec<Value> = found.iter().skip(skipped).take(limit).map(write).collect();
        json!({ "count": found.len(), "list": list })
    }

    /// Whether an order is asked for; `between` is this query's.
    pub fn wants_order(&self, order: &Order, receipt: Option<&Receipt>, between: &Between) -> bool {
        let at = match self.get("cs_type") {
            Some("p_at") => receipt.and_then(|receipt| receipt.purchased_at),
            _ => Some(order.created_at),
        };
        let keyword = self.get("keyword").is_none_or(|word| {
            order.order_id == word
                || order.receipt_id.as_deref() == Some(word)
                || receipt.is_some_and(|receipt| receipt.merchant_order_id == word)
                || order.name.contains(word)
        });
        let user_id = order.user.as_ref().and_then(|user| user.get("user_id")).and_then(Value::as_str);
        let status = wire::order_status(receipt);
        keyword
            && at.map_or(between.is_open(), |at| between.holds(at))
            && self.get("user_id").is_none_or(|wanted| user_id == Some(wanted))
            && self.lists("status", status.order)
            && self.lists("payment_status", status.payment)
    }
}
