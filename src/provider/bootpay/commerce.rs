//! Commerce: invoices (payment pages that the server makes) and orders (what exists once a buyer pays).

use serde_json::{Map, Value, json};

use super::wire::{self, InvoiceNotice, OrderList, OrderNotice};
use super::{Bootpay, escape};
use crate::domain::customer::Customer;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::link::{Terms, Way};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Invoice, Line};
use crate::provider::ProviderError;

/// What an invoice asks for. `request_id` and `metadata.order_id` both carry our order's id, so that the
/// order can be recognised by either.
pub struct NewInvoice<'a> {
    pub order_id: &'a OrderId,
    pub name: &'a str,
    pub amount: Amount,
    /// The total before a discount.
    pub original: Option<Krw>,
    /// What the order's pay link asks for beyond that: its products take the place of the lines.
    pub link: Option<&'a Terms>,
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

impl Bootpay {
    /// Makes a payment page. The same `key` gives the same page again for 24 hours.
    pub async fn create_invoice(&self, new: &NewInvoice<'_>, key: &CallKey) -> Result<Invoice, ProviderError> {
        let answer = self.post(format!("{}/invoices", self.hosts.commerce), &invoice_body(new), Some(key)).await?;
        wire::invoice(&answer)
    }

    /// The id of the order that an invoice has led to, if it has led to one.
    pub async fn invoice_order(&self, invoice_id: &str) -> Result<Option<String>, ProviderError> {
        Ok(wire::text(wire::unwrap(&self.read_invoice(invoice_id).await?), "order_id"))
    }

    /// What an invoice says that it asks for.
    pub async fn invoice(&self, invoice_id: &str) -> Result<InvoiceNotice, ProviderError> {
        Ok(wire::invoice_notice(&self.read_invoice(invoice_id).await?))
    }

    async fn read_invoice(&self, invoice_id: &str) -> Result<Value, ProviderError> {
        self.get(format!("{}/invoices/{}", self.hosts.commerce, escape(invoice_id))).await
    }

    /// Has the provider tell the customer of an invoice about it; the message bears the provider's own address.
    pub async fn notify(&self, invoice_id: &str, ways: &[Way], key: &CallKey) -> Result<(), ProviderError> {
        let url = format!("{}/invoices/{}/notify", self.hosts.commerce, escape(invoice_id));
        let send_types: Vec<i64> = ways.iter().map(|way| way.number()).collect();
        self.post(url, &json!({ "send_types": send_types }), Some(key)).await.map(|_| ())
    }

    /// One order, by its id or its number: both are accepted (Bootpay H-2).
    pub async fn order(&self, id_or_number: &str) -> Result<OrderNotice, ProviderError> {
        let answer = self.get(format!("{}/orders/{}", self.hosts.commerce, escape(id_or_number))).await?;
        wire::order(&answer).ok_or_else(|| ProviderError::Malformed("an order without an id".into()))
    }

    /// One page of orders that were made, or paid, in the given days.
    pub async fn orders(&self, query: &OrderQuery) -> Result<OrderList, ProviderError> {
        let url = format!(
            "{}/orders?page={}&limit={}&cs_type={}&css_at={}&cse_at={}",
            self.hosts.commerce,
            query.page,
            OrderQuery::PAGE,
            query.by.as_str(),
            escape(&query.from),
            escape(&query.to)
        );
        wire::orders(&self.get(url).await?, OrderQuery::PAGE as usize)
    }
}

/// `extra` and `metadata` are never sent empty: the server fails on `{}` (Bootpay B.1). What is not known is left
/// out, so that the provider's form asks the buyer for it.
fn invoice_body(new: &NewInvoice<'_>) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("name", new.name.into());
    put("price", new.amount.total().get().into());
    put("tax_free_price", new.amount.tax_free().get().into());
    put("request_id", new.order_id.as_str().into());
    put("metadata", metadata(new).into());
    put("redirect_url", new.redirect_url.into());
    put("use_redirect", true.into());
    put("use_notification", false.into());
    put("expired_at", new.expires_at.into());
    put("sdk", false.into());
    if let Some(original) = new.original {
        put("original_price", original.get().into());
    }
    if let Some(link) = new.link.filter(|link| !link.memo.is_empty()) {
        put("memo", link.memo.as_str().into());
    }
    let products = products(new);
    if !products.is_empty() {
        put("products", products.into());
    }
    let known: Map<String, Value> =
        [("name", new.customer.name()), ("phone", new.customer.phone()), ("email", new.customer.email())]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
    if !known.is_empty() {
        let guest = ("membership_type".to_owned(), Value::from("guest"));
        put("user", Value::Object(known.into_iter().chain([guest]).collect()));
    }
    Value::Object(body)
}

fn metadata(new: &NewInvoice<'_>) -> Map<String, Value> {
    let mut metadata = Map::new();
    for (key, value) in new.link.iter().flat_map(|link| &link.metadata) {
        metadata.insert(key.clone(), value.as_str().into());
    }
    metadata.insert("order_id".into(), new.order_id.as_str().into());
    if let Some((plan, _)) = new.lines.iter().find_map(|line| line.plan.as_ref()) {
        metadata.insert("plan_key".into(), plan.as_str().into());
    }
    metadata
}

fn products(new: &NewInvoice<'_>) -> Vec<Value> {
    let product = |id: &str, quantity: u32, duration: i32| json!({ "product_id": id, "quantity": quantity, "duration": duration });
    match new.link {
        Some(link) => link.products.iter().map(|one| product(&one.product_id, one.quantity, one.duration)).collect(),
        None => new.lines.iter().map(|line| product(&line.product_id, line.quantity, 1)).collect(),
    }
}
