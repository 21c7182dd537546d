//! What happens at the provider's, beside the shop.

use serde_json::{Value, json};

use super::{Story, last, must};
use crate::Failure;
use crate::judge::BESIDE;
use crate::people::fields;

/// How a request to cancel stands at the provider.
pub const APPROVED: i64 = 1;
pub const REJECTED: i64 = 2;

pub fn standing(cancels: &[&Value], id: &str) -> Option<i64> {
    number(cancels, id, "status")
}

fn number(cancels: &[&Value], id: &str, name: &str) -> Option<i64> {
    let is_it = |cancel: &&&Value| cancel.get("order_cancellation_request_id").and_then(Value::as_str) == Some(id);
    cancels.iter().find(is_it)?.get(name)?.as_i64()
}

/// What a buyer has asked for, as the provider has it.
pub struct Wish {
    pub id: String,
    pub standing: Option<i64>,
    pub won: i64,
}

impl Story {
    async fn control(&self, what: &str, body: Value) -> Result<Value, Failure> {
        let answer = self.web.post_json(&format!("{}/_emulator/{what}", self.provider), body.to_string()).await?;
        must(&answer, 200, what)?;
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// A field of the provider's order for one of its invoices.
    async fn of_invoice(&self, invoice: &str, field: &str) -> Result<String, Failure> {
        let ledger = self.web.ledger(&self.provider).await?;
        let orders = ledger.get("orders").and_then(Value::as_array).cloned().unwrap_or_default();
        let order = orders.iter().find(|order| order.get("invoice_id").and_then(Value::as_str) == Some(invoice));
        let value = order.and_then(|order| order.get(field)?.as_str().map(str::to_owned));
        value.ok_or_else(|| format!("the provider has no {field} for invoice {invoice}").into())
    }

    /// A field of the provider's order.
    pub(super) async fn theirs(&mut self, which: usize, field: &str) -> Result<String, Failure> {
        let invoice = last(&self.purchase(which)?.payment_url).to_owned();
        self.of_invoice(&invoice, field).await
    }

    /// Our id of a purchase, as its invoice bears it.
    pub(super) async fn order_id(&mut self, which: usize) -> Result<String, Failure> {
        let invoice = last(&self.purchase(which)?.payment_url).to_owned();
        let ledger = self.web.ledger(&self.provider).await?;
        let invoices = ledger.get("invoices").and_then(Value::as_array).cloned().unwrap_or_default();
        let found = invoices.iter().find(|one| one.get("invoice_id").and_then(Value::as_str) == Some(&invoice));
        let id = found.and_then(|found| found.get("request_id")?.as_str().map(str::to_owned));
        id.ok_or_else(|| format!("the provider has no invoice for purchase {which}").into())
    }

    pub(super) async fn stranger(&self) -> Result<(), Failure> {
        let body = json!({ "event": "order.paid", "data": { "order_number": "88880000000000000001" } });
        let url = format!("{}/webhooks/bootpay/commerce", self.shop);
        must(&self.web.post_json(&url, body.to_string()).await?, 200, "a stranger's webhook")
    }

    pub(super) async fn deposit(&mut self, which: usize) -> Result<(), Failure> {
        let number = self.theirs(which, "order_number").await?;
        self.control("deposit", json!({ "order_number": number })).await.map(drop)
    }

    pub(super) async fn pay_beside(&mut self, which: usize, won: i64, outcome: &str) -> Result<(), Failure> {
        if self.purchase(which)?.beside.is_some() {
            return Ok(());
        }
        let order = self.order_id(which).await?;
        let body = json!({ "name": BESIDE, "price": won, "metadata": { "order_id": order } });
        let invoice = self.web.new_invoice(&self.provider, &body).await?;
        let url = format!("{}/invoice/{invoice}", self.provider);
        self.web.post(&url, &fields(&[("framed", "0"), ("outcome", outcome)]), None).await?;
        self.purchase(which)?.beside = Some(invoice);
        Ok(())
    }

    pub(super) async fn deposit_beside(&mut self, which: usize) -> Result<(), Failure> {
        let invoice = self.purchase(which)?.beside.clone().ok_or("nothing was paid beside it")?;
        let number = self.of_invoice(&invoice, "order_number").await?;
        self.control("deposit", json!({ "order_number": number })).await.map(drop)
    }

    pub(super) async fn cancel_in_console(&mut self, which: usize) -> Result<(), Failure> {
        if self.is_cancelled {
            return Ok(());
        }
        let number = self.theirs(which, "order_number").await?;
        let body = json!({ "order_number": number, "price": 900, "tax_free": 0, "message": "단순 변심" });
        self.control("cancel", body).await?;
        self.is_cancelled = true;
        Ok(())
    }

    pub(super) async fn ask_to_cancel(&mut self, which: usize, nth: usize, won: i64) -> Result<(), Failure> {
        if self.purchase(which)?.asked.len() > nth {
            return Ok(());
        }
        let number = self.theirs(which, "order_number").await?;
        let wish = json!({ "cancel_price": won, "cancel_tax_free_price": 0, "cancel_message": "사이즈가 안 맞아요" });
        let body = json!({ "order_number": number, "request_cancel_parameters": wish });
        let asked = self.control("cancel-request", body).await?;
        let id = asked.get("order_cancellation_request_id").and_then(Value::as_str).ok_or("the wish has no id")?;
        self.purchase(which)?.asked.push(id.to_owned());
        Ok(())
    }

    pub(super) async fn refuse_refunds(&self) -> Result<(), Failure> {
        let error =
            json!({ "route": "POST /v2/cancel", "action": "status", "code": 400, "error": "RC_CANCEL_SERVER_ERROR" });
        self.control("faults", error).await.map(drop)
    }

    pub(super) async fn allow_refunds(&self) -> Result<(), Failure> {
        self.control("faults/clear", json!({})).await.map(drop)
    }

    /// How what the buyer has asked for stands at the provider.
    pub(super) async fn asked(&mut self, which: usize, nth: usize) -> Result<Wish, Failure> {
        let id = self.purchase(which)?.asked.get(nth).cloned().ok_or("nobody has asked")?;
        let ledger = self.web.ledger(&self.provider).await?;
        let cancels: Vec<&Value> = ledger.get("cancels").and_then(Value::as_array).into_iter().flatten().collect();
        let won = number(&cancels, &id, "cancel_price").ok_or("the wish has no amount")?;
        Ok(Wish { standing: standing(&cancels, &id), won, id })
    }
}
