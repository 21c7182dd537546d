//! Looking: which of the provider's records belong to an order. Everything that arrives from outside is
//! only a hint where to look.

use super::Services;
use crate::clock::day_in_seoul;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::judge::{ProviderOrder, ProviderReceipt};
use crate::domain::order::Order;
use crate::provider::ProviderError;
use crate::provider::bootpay::OrderQuery;

/// The most pages of the provider's list that one look reads.
const LIST_PAGES: u32 = 20;

/// What a look has found.
pub(super) struct Found {
    /// The provider's orders that may be ours, each with the receipt that it names.
    pub records: Vec<(ProviderOrder, Option<ProviderReceipt>)>,
    /// Every question was answered, so "nothing found" means something.
    pub answered: bool,
}

impl Services {
    /// Finds the provider's records for an order: by the number it was given, else through the invoice that
    /// we made, else in the provider's list around the time of the order.
    pub(super) async fn find_records(&self, order: &Order, hint: Option<&ProviderOrderNumber>) -> Found {
        let mut answered = true;
        let mut orders: Vec<ProviderOrder> = Vec::new();
        if let Some(number) = hint {
            match self.bootpay.order(number.as_str()).await {
                Ok(found) if carries_our_id(&found, order) => orders.push(found),
                // A foreign number is answered like an unknown one.
                Ok(_) => {}
                Err(error) => answered &= settled_absence(order, &error),
            }
        }
        if orders.is_empty() && order.money.is_open() {
            match self.order_of_invoice(order).await {
                Ok(found) => orders.extend(found),
                Err(error) => answered &= settled_absence(order, &error),
            }
        }
        if orders.is_empty() && order.money.is_open() {
            match self.listed_orders(order).await {
                Ok(found) => orders.extend(found),
                Err(error) => answered &= settled_absence(order, &error),
            }
        }
        let mut records = Vec::with_capacity(orders.len());
        for found in orders {
            let receipt = match &found.receipt_id {
                Some(receipt_id) => match self.bootpay.receipt(receipt_id).await {
                    Ok(receipt) => Some(receipt),
                    Err(error) => {
                        answered = false;
                        tracing::warn!(order.id = %order.id, %error, "the receipt of an order could not be read");
                        None
                    }
                },
                None => None,
            };
            records.push((found, receipt));
        }
        Found { records, answered }
    }

    async fn order_of_invoice(&self, order: &Order) -> Result<Option<ProviderOrder>, ProviderError> {
        let Some(invoice) = &order.invoice else { return Ok(None) };
        let Some(provider_order_id) = self.bootpay.invoice_order(&invoice.id).await? else { return Ok(None) };
        let found = self.bootpay.order(&provider_order_id).await?;
        Ok(Some(ProviderOrder { found_by_invoice: Some(invoice.id.clone()), ..found }))
    }

    async fn listed_orders(&self, order: &Order) -> Result<Vec<ProviderOrder>, ProviderError> {
        let mut ours = Vec::new();
        for page in 1..=LIST_PAGES {
            let query = OrderQuery { from: day_in_seoul(order.created_at), to: day_in_seoul(order.expires_at), page };
            let listed = self.bootpay.orders(&query).await?;
            let is_last = listed.len() < OrderQuery::PAGE as usize;
            // The list is read only for ids; what an order says is read from its own record.
            for hit in listed.iter().filter(|hit| carries_our_id(hit, order)) {
                ours.push(self.bootpay.order(&hit.order_id).await?);
            }
            if is_last || !ours.is_empty() {
                break;
            }
        }
        Ok(ours)
    }
}

fn carries_our_id(found: &ProviderOrder, order: &Order) -> bool {
    found.our_ids.iter().any(|id| id == order.id.as_str())
}

/// "There is no such thing" is an answer; everything else leaves the question open.
fn settled_absence(order: &Order, error: &ProviderError) -> bool {
    if !error.is_not_found() {
        tracing::warn!(order.id = %order.id, %error, "a look at the provider was not answered");
    }
    error.is_not_found()
}
