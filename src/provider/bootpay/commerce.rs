//! Commerce: invoices (payment pages that the server makes) and orders (what exists once a buyer pays).

use serde_json::{Map, Value, json};

use super::wire::{self, OrderList, OrderNotice};
use super::{Bootpay, escape};
use crate::domain::customer::Customer;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Invoice, Line};
use crate::provider::ProviderError;

/// What an invoice asks for. `request_id` and `metadata.order_id` both carry our order's id, so that the
/// order can be recognised by either.
pub struct NewInvoice<'a> {
    pub order_id: &'a OrderId,
    pub name: &'a str,
    pub amount: Amount,
    /// The total before a discount, where there is one.
    pub original: Option<Krw>,
    pub lines: &'a [Line],
    pub customer: &'a Customer,
    /// Absolute and without a query: the vendor's script appends `?` (Bootpay E.7).
    pub redirect_url: &'a str,
    /// ISO 8601 with offset.
    pub expires_at: &'a str,
}

/// Which orders to list.
pub struct OrderQuery {
    /// First and last day in Seoul, `YYYY-MM-DD`, both included.
    pub from: String,
    pub to: String,
    /// From 1.
    pub page: u32,
}

impl OrderQuery {
    /// The server gives no more than this on one page (Bootpay B.3).
    pub const PAGE: u32 = 50;
}

impl Bootpay {
    /// Makes a payment page. The same `key` gives the same page again for 24 hours.
    pub async fn create_invoice(&self, new: &NewInvoice<'_>, key: &CallKey) -> Result<Invoice, ProviderError> {
        let answer = self.post(format!("{}/invoices", self.hosts.commerce), &invoice_body(new), Some(key)).await?;
        wire::invoice(&answer)
    }

    /// The id of the order that an invoice has led to, if it has led to one.
    pub async fn invoice_order(&self, invoice_id: &str) -> Result<Option<String>, ProviderError> {
        let answer = self.get(format!("{}/invoices/{}", self.hosts.commerce, escape(invoice_id))).await?;
        Ok(wire::text(wire::unwrap(&answer), "order_id"))
    }

    /// One order, by its id or its number: both are accepted (Bootpay H-2).
    pub async fn order(&self, id_or_number: &str) -> Result<OrderNotice, ProviderError> {
        let answer = self.get(format!("{}/orders/{}", self.hosts.commerce, escape(id_or_number))).await?;
        wire::order(&answer).ok_or_else(|| ProviderError::Malformed("an order without an id".into()))
    }

    /// One page of orders that were made in the given days.
    pub async fn orders(&self, query: &OrderQuery) -> Result<OrderList, ProviderError> {
        let url = format!(
            "{}/orders?page={}&limit={}&cs_type=c_at&css_at={}&cse_at={}",
            self.hosts.commerce,
            query.page,
            OrderQuery::PAGE,
            escape(&query.from),
            escape(&query.to)
        );
        wire::orders(&self.get(url).await?, OrderQuery::PAGE as usize)
    }
}

/// `extra` and `metadata` are never sent empty: the server fails on `{}` (Bootpay B.1).
fn invoice_body(new: &NewInvoice<'_>) -> Value {
    let products: Vec<Value> = new
        .lines
        .iter()
        .map(|line| json!({ "product_id": line.product_id, "quantity": line.quantity, "duration": 1 }))
        .collect();
    let mut metadata = Map::new();
    metadata.insert("order_id".into(), new.order_id.as_str().into());
    if let Some((plan, _)) = new.lines.iter().find_map(|line| line.plan.as_ref()) {
        metadata.insert("plan_key".into(), plan.as_str().into());
    }
    let mut body = json!({
        "name": new.name,
        "price": new.amount.total().get(),
        "tax_free_price": new.amount.tax_free().get(),
        "request_id": new.order_id.as_str(),
        "metadata": metadata,
        "redirect_url": new.redirect_url,
        "use_redirect": true,
        "use_notification": false,
        "expired_at": new.expires_at,
        "products": products,
        "user": {
            "membership_type": "guest",
            "name": new.customer.name(),
            "phone": new.customer.phone(),
            "email": new.customer.email(),
        },
        "sdk": false,
    });
    if let (Some(original), Some(fields)) = (new.original, body.as_object_mut()) {
        fields.insert("original_price".into(), original.get().into());
    }
    body
}
