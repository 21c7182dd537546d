//! The provider's list of orders, page by page to its end. Each order comes once, also from a list that grows while it
//! is read.

use std::collections::HashSet;

use crate::domain::judge::ProviderOrder;
use crate::provider::ProviderError;
use crate::provider::bootpay::{Bootpay, DayOf, OrderQuery};

/// More pages than days can fill: a list that goes on has no end.
const MOST: u32 = 1_000;

pub(super) struct Pages {
    query: OrderQuery,
    seen: HashSet<String>,
    is_over: bool,
}

impl Pages {
    /// Of the days from `from` to `to` in Seoul, both included.
    pub fn new(from: &str, to: &str, by: DayOf) -> Self {
        let query = OrderQuery { from: from.to_owned(), to: to.to_owned(), page: 1, by };
        Self { query, seen: HashSet::new(), is_over: false }
    }

    /// The next orders; `None` after the last page.
    pub async fn next(&mut self, bootpay: &Bootpay) -> Result<Option<Vec<ProviderOrder>>, ProviderError> {
        if self.is_over {
            return Ok(None);
        }
        let listed = bootpay.orders(&self.query).await?;
        let is_new = |found: &ProviderOrder| self.seen.insert(found.order_id.clone());
        let orders: Vec<_> = listed.orders.into_iter().filter(is_new).collect();
        self.is_over = listed.is_last;
        if !self.is_over && (orders.is_empty() || self.query.page >= MOST) {
            return Err(ProviderError::Malformed("the list of orders has no end".into()));
        }
        self.query.page += 1;
        Ok(Some(orders))
    }
}
