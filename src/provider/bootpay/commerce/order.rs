//! Commerce: orders, which exist once a buyer submits a payment page (Bootpay B.3), and their approval (Bootpay E.9).

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{ORDER, ORDER_CONFIRM, ORDERS, ORDERS_MONTH};
use super::super::fields::{Fields, commas};
use super::super::read::{Page, entries, page};
use super::super::wire::{self, OrderNotice};
use super::order_detail::{self, OrderDetail};
use crate::domain::id::CallKey;
use crate::provider::ProviderError;

/// Which orders to list, for looking at what became of a day.
pub struct OrderQuery {
    /// First and last day in Seoul, `YYYY-MM-DD`, both included.
    pub from: String,
    pub to: String,
    /// From 1.
    pub page: u32,
    pub by: DayOf,
}

/// Which of an order's days a list goes by (Bootpay B.3, `cs_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOf {
    Made,
    Paid,
}

impl DayOf {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "c_at",
            Self::Paid => "p_at",
        }
    }
}

impl OrderQuery {
    /// The server gives no more than this on one page (Bootpay B.3).
    pub const PAGE: u32 = 50;
}

/// Which orders to list, by everything that the provider can search for. What is left at its default is not asked for.
#[derive(Clone, Debug, Default)]
pub struct OrderSearch<'a> {
    /// From 1.
    pub page: u32,
    /// How many on a page, at most [`OrderQuery::PAGE`].
    pub limit: u32,
    /// An order's id or name, or a receipt's id.
    pub keyword: Option<&'a str>,
    pub user_id: Option<&'a str>,
    pub user_group_id: Option<&'a str>,
    /// What the days are of.
    pub by: Option<DayOf>,
    /// First and last day in Seoul, `YYYY-MM-DD`.
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
    /// Orders in one of these states, in the provider's numbers (Bootpay B.4).
    pub status: Vec<i64>,
    pub payment_status: Vec<i64>,
    pub order_subscription_ids: Vec<&'a str>,
    /// 0 none, 1 each, 2 group.
    pub subscription_billing_type: Option<i64>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderList {
    /// Entries without an id are left out.
    pub orders: Vec<OrderNotice>,
    /// The page was not full, so no other follows.
    pub is_last: bool,
}

impl Bootpay {
    /// One order, by its id or its number: both are accepted (Bootpay H-2).
    pub async fn order(&self, id_or_number: &str) -> Result<OrderNotice, ProviderError> {
        self.to(&ORDER).name(id_or_number).send().await?.find("an order's id", wire::order)
    }

    /// One order with everything that the provider tells of it; as [`Bootpay::order`].
    pub async fn order_detail(&self, id_or_number: &str) -> Result<OrderDetail, ProviderError> {
        self.to(&ORDER).name(id_or_number).send().await?.find("an order's id", order_detail::read)
    }

    /// Approves a payment that waits for it: it is charged now (Bootpay E.9). What the provider answers is not
    /// documented; the order and its receipt are to be read afterwards.
    pub async fn confirm_order(&self, order_number: &str, key: &CallKey) -> Result<(), ProviderError> {
        let body = Fields::new().put("order_number", order_number);
        self.to(&ORDER_CONFIRM).body(body).key(key).send().await.map(|_| ())
    }

    /// One page of orders that were made, or paid, in the given days.
    pub async fn orders(&self, query: &OrderQuery) -> Result<OrderList, ProviderError> {
        let call = self.to(&ORDERS).ask("page", Some(query.page)).ask("limit", Some(OrderQuery::PAGE));
        let call = call.ask("cs_type", Some(query.by.as_str()));
        let call = call.ask("css_at", Some(&query.from)).ask("cse_at", Some(&query.to));
        call.send().await?.find("a list of orders", |body| listed(body, OrderQuery::PAGE as usize))
    }

    /// One page of orders that fit a search.
    pub async fn list_orders(&self, search: &OrderSearch<'_>) -> Result<Page<OrderDetail>, ProviderError> {
        let limit = search.limit.clamp(1, OrderQuery::PAGE);
        let call = self.to(&ORDERS).ask("page", Some(search.page.max(1))).ask("limit", Some(limit));
        let call = call.ask("keyword", search.keyword).ask("user_id", search.user_id);
        let call = call.ask("user_group_id", search.user_group_id).ask("cs_type", search.by.map(DayOf::as_str));
        let call = call.ask("search_date_from", search.from).ask("search_date_to", search.to);
        let call = call.ask("status", commas(&search.status)).ask("payment_status", commas(&search.payment_status));
        let call = call.ask("order_subscription_ids", commas(&search.order_subscription_ids));
        let call = call.ask("subscription_billing_type", search.subscription_billing_type);
        call.send().await?.find("a list of orders", |body| page(body, order_detail::read))
    }

    /// The orders of a group of members in one month, `YYYY-MM`, that are billed together.
    pub async fn orders_of_month(&self, user_group_id: &str, month: &str) -> Result<Page<OrderDetail>, ProviderError> {
        let call = self.to(&ORDERS_MONTH).ask("user_group_id", Some(user_group_id)).ask("search_date", Some(month));
        call.send().await?.find("a list of orders", |body| page(body, order_detail::read))
    }
}

fn listed(body: &Value, full_page: usize) -> Option<OrderList> {
    let list = entries(body)?;
    Some(OrderList { orders: list.iter().filter_map(wire::order).collect(), is_last: list.len() < full_page })
}
