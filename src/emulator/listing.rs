//! Query strings of the lists (Bootpay B.1, B.3): paging, dates, keywords, status lists.

use serde_json::{Value, json};

use super::error::ApiError;
use super::ledger::Ledger;
use super::records::Order;
use super::times;
use super::urlencoded;
use super::wire;
use crate::domain::time::UnixMs;

/// The server's largest page (Bootpay I.9).
const LARGEST_PAGE: usize = 50;
/// The page of a list that was asked for without a size (Bootpay B.3).
const USUAL_PAGE: usize = 20;

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
        self.between_named(&["css_at", "search_date_from"], &["cse_at", "search_date_to"])
    }

    /// As `between`, where a list calls its days otherwise.
    pub fn between_named(&self, from: &[&str], to: &[&str]) -> Result<Between, ApiError> {
        let day = |names: &[&str]| match names.iter().find_map(|name| Some((name, self.get(name)?))) {
            None => Ok(None),
            Some((name, text)) => times::day(text)
                .map(Some)
                .ok_or_else(|| ApiError::param(format!("{name}: YYYY-MM-DD 형식의 날짜여야 합니다."))),
        };
        let (from, to) = (day(from)?.map(|(start, _)| start), day(to)?.map(|(_, end)| end));
        Ok(Between { from, to })
    }

    /// Whether a status, as text or number, is in the comma list `name`; an absent list holds everything.
    pub fn lists(&self, name: &str, status: wire::Status) -> bool {
        let is = |one: &str| one == status.text || one.parse() == Ok(status.number);
        let named = |list: &str| list.split(',').any(|one| is(one.trim()));
        self.get(name).is_none_or(named)
    }

    /// As `lists`, for what has no text.
    pub fn numbers(&self, name: &str, number: i64) -> bool {
        self.get(name).is_none_or(|list| list.split(',').any(|one| one.trim().parse() == Ok(number)))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(|text| text.parse().ok()).filter(|number| *number > 0)
    }

    /// `{count, list}`: how many there are in all, and the page that was asked for.
    pub fn page<T>(&self, found: &[T], write: impl FnMut(&T) -> Value) -> Value {
        self.page_of(found, USUAL_PAGE, write)
    }

    /// As `page`, for a list that has another usual size.
    pub fn page_of<T>(&self, found: &[T], usual: usize, write: impl FnMut(&T) -> Value) -> Value {
        let limit = self.number("limit").unwrap_or(usual).min(LARGEST_PAGE);
        let skipped = self.number("page").unwrap_or(1).saturating_sub(1).saturating_mul(limit);
        let list: Vec<Value> = found.iter().skip(skipped).take(limit).map(write).collect();
        json!({ "count": found.len(), "list": list })
    }

    /// Whether an order is asked for; `between` is this query's.
    pub fn wants_order(&self, ledger: &Ledger, order: &Order, between: &Between) -> bool {
        let receipt = ledger.receipt_of(order);
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
            && self.get("user_group_id").is_none_or(|wanted| order.user_group_id.as_deref() == Some(wanted))
            && self.get("order_subscription_ids").is_none_or(|list| belongs(ledger, order, list))
            && self.get("subscription_billing_type").is_none_or(|_| {
                let begins = ledger.contracts_of(&order.order_id).next().is_some();
                self.numbers("subscription_billing_type", i64::from(begins || order.parent_order_id.is_some()))
            })
            && self.lists("status", status.order)
            && self.lists("payment_status", status.payment)
    }
}

/// Whether an order began one of these contracts or goes on with one.
fn belongs(ledger: &Ledger, order: &Order, contracts: &str) -> bool {
    let first = order.parent_order_id.as_ref().unwrap_or(&order.order_id);
    contracts.split(',').any(|id| ledger.contract(id.trim()).is_some_and(|contract| contract.order_id == *first))
}
