//! Commerce: contracts that are paid in instalments (order subscriptions, Bootpay B.6), as they are read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{SUBSCRIPTION, SUBSCRIPTIONS};
use super::super::read::{entries, instant, text, total, whole, won};
use super::super::status::SubscriptionStatus;
use crate::domain::money::Krw;
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// Which contracts to list. What is left at its default is not asked for.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionQuery<'a> {
    /// From 1.
    pub page: u32,
    pub limit: u32,
    pub keyword: Option<&'a str>,
    /// First and last day, `YYYY-MM-DD`.
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
    /// Those with a request of this kind; no document lists the words (Bootpay K.19).
    pub request_type: Option<&'a str>,
    pub user_id: Option<&'a str>,
    pub user_group_id: Option<&'a str>,
    /// In the provider's numbers (Bootpay B.4).
    pub status: Option<i64>,
    pub order_number: Option<&'a str>,
    pub order_id: Option<&'a str>,
}

/// A contract. Everything but its id may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: String,
    pub order_id: Option<String>,
    pub order_number: Option<String>,
    pub user_id: Option<String>,
    pub name: Option<String>,
    pub status: SubscriptionStatus,
    /// Of one instalment.
    pub price: Option<Krw>,
    pub tax_free: Option<Krw>,
    /// How often it is paid, in the provider's numbers (Bootpay B.4): 21 is monthly, 31 yearly.
    pub cycle: Option<i64>,
    pub quantity: Option<i64>,
    /// The instalment that it is in, and how many it has; -1 is without end.
    pub current_duration: Option<i64>,
    pub total_duration: Option<i64>,
    pub starts_at: Option<UnixMs>,
    pub ends_at: Option<UnixMs>,
    pub next_payment_at: Option<UnixMs>,
    pub last_paid_at: Option<UnixMs>,
    pub last_failed_at: Option<UnixMs>,
    pub cancel_at: Option<UnixMs>,
}

/// One page of contracts. Live answers had numbers and no list was seen in them (Bootpay B.6), so both may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionList {
    pub count: Option<u64>,
    pub list: Vec<Subscription>,
    /// Entries that could not be read: they have no id.
    pub unread: usize,
    /// How many there are in each state (`sum_…`) and with each request under way (`ing_…`).
    pub tallies: BTreeMap<String, i64>,
}

impl Bootpay {
    /// One page of contracts.
    pub async fn subscriptions(&self, query: &SubscriptionQuery<'_>) -> Result<SubscriptionList, ProviderError> {
        let call = self.to(&SUBSCRIPTIONS).ask("page", Some(query.page.max(1))).ask("limit", Some(query.limit.max(1)));
        let call = call.ask("keyword", query.keyword).ask("search_date_from", query.from);
        let call = call.ask("search_date_to", query.to).ask("request_type", query.request_type);
        let call = call.ask("user_id", query.user_id).ask("user_group_id", query.user_group_id);
        let call = call.ask("status", query.status).ask("order_number", query.order_number);
        call.ask("order_id", query.order_id).send().await?.find("contracts", list)
    }

    /// One contract.
    pub async fn subscription(&self, id: &str) -> Result<Subscription, ProviderError> {
        self.to(&SUBSCRIPTION).name(id).send().await?.find("a contract's id", subscription)
    }
}

fn list(body: &Value) -> Option<SubscriptionList> {
    let tallies: BTreeMap<String, i64> = body
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.starts_with("sum_") || name.starts_with("ing_"))
        .filter_map(|(name, _)| Some((name.clone(), whole(body, name)?)))
        .collect();
    let count = total(body);
    let found = entries(body);
    // Something of a list must be there, or the answer is about something else.
    if found.is_none() && count.is_none() && tallies.is_empty() {
        return None;
    }
    let found = found.unwrap_or_default();
    let list: Vec<Subscription> = found.iter().filter_map(subscription).collect();
    Some(SubscriptionList { count, unread: found.len() - list.len(), list, tallies })
}

fn subscription(body: &Value) -> Option<Subscription> {
    Some(Subscription {
        id: text(body, "order_subscription_id").or_else(|| text(body, "id"))?,
        order_id: text(body, "order_id"),
        order_number: text(body, "order_number"),
        user_id: text(body, "user_id"),
        name: text(body, "order_name").or_else(|| text(body, "product_name")),
        status: SubscriptionStatus::read(body, "status"),
        price: won(body, "price"),
        tax_free: won(body, "tax_free_price"),
        cycle: whole(body, "subscription_payment_cycle_type"),
        quantity: whole(body, "quantity"),
        current_duration: whole(body, "current_duration"),
        total_duration: whole(body, "total_subscription_duration"),
        starts_at: instant(body, "service_start_at"),
        ends_at: instant(body, "service_end_at"),
        next_payment_at: instant(body, "payment_next_at"),
        last_paid_at: instant(body, "latest_purchased_at"),
        last_failed_at: instant(body, "latest_failed_at"),
        cancel_at: instant(body, "cancel_at"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_numbers_or_entries_or_both() {
        let live = list(&json!({ "count": 3, "total": 3, "ing_pause": 1, "sum_active": 2, "sum_trial": "x" })).unwrap();
        assert_eq!((live.count, live.list.len()), (Some(3), 0));
        assert_eq!(live.tallies.into_iter().collect::<Vec<_>>(), [("ing_pause".into(), 1), ("sum_active".into(), 2)]);
        let full =
            list(&json!({ "count": 1, "list": [{ "order_subscription_id": "s", "status": "-2" }, {}] })).unwrap();
        assert_eq!((full.list.len(), full.unread), (1, 1));
        assert_eq!(full.list[0].status, SubscriptionStatus::Paused);
        assert_eq!(list(&json!({ "order_id": "a" })), None);
    }
}
