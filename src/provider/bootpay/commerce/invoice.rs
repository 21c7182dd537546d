//! Commerce: invoices, the payment pages that the server makes (Bootpay B.1).

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{INVOICE, INVOICE_CREATE, INVOICE_NOTIFY, INVOICES};
use super::super::fields::{Fields, Metadata};
use super::super::read::{Page, address, instant, page, text, whole};
use super::super::status::Undocumented;
use super::{Expiry, Extra, InvoiceForm, InvoiceProduct, InvoiceUser};
use crate::domain::customer::Customer;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::link::{Terms, Way};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Invoice, Line};
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;

/// What an order's own invoice asks for. `request_id` and `metadata.order_id` both carry our order's id, so that the
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
    /// The payment is not charged before it is approved (Bootpay E.9).
    pub separately_confirmed: bool,
}

/// Which invoices to list. What is left at its default is not asked for.
#[derive(Clone, Debug, Default)]
pub struct InvoiceQuery<'a> {
    /// From 1.
    pub page: u32,
    /// How many on a page; the server's own default is told differently in different documents (Bootpay H-13).
    pub limit: u32,
    /// A part of an invoice's id.
    pub keyword: Option<&'a str>,
    /// What the days are of; no document lists the words (Bootpay K.19).
    pub by: Option<&'a str>,
    pub user_id: Option<&'a str>,
    pub product_type: Option<i64>,
    /// First and last day, `YYYY-MM-DD`.
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
}

/// What an invoice says of itself. Every field may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceNotice {
    pub name: Option<String>,
    pub total: Option<i64>,
    pub tax_free: Option<i64>,
}

/// An invoice as it is listed and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceDetail {
    pub id: String,
    pub notice: InvoiceNotice,
    /// Its numbers are not documented (Bootpay K.5).
    pub status: Undocumented,
    pub payment_url: Option<String>,
    /// The order that it has led to.
    pub order_id: Option<String>,
    pub request_id: Option<String>,
    pub created_at: Option<UnixMs>,
    pub expired_at: Option<UnixMs>,
    /// When a message about it was sent.
    pub sent_at: Option<UnixMs>,
    pub paid_at: Option<UnixMs>,
}

impl Bootpay {
    /// Makes the payment page of an order. The same `key` gives the same page again for 24 hours (Bootpay I.5).
    pub async fn create_invoice(&self, new: &NewInvoice<'_>, key: &CallKey) -> Result<Invoice, ProviderError> {
        self.issue_invoice(&form(new), key).await
    }

    /// Makes a payment page of any kind; as [`Bootpay::create_invoice`].
    pub async fn issue_invoice(&self, form: &InvoiceForm<'_>, key: &CallKey) -> Result<Invoice, ProviderError> {
        let call = self.to(&INVOICE_CREATE).body(form.fields());
        let call = if planted(Bug::InvoiceWithoutKey) { call } else { call.key(key) };
        call.send().await?.find("an invoice's id and address", invoice)
    }

    /// One page of invoices.
    pub async fn invoices(&self, query: &InvoiceQuery<'_>) -> Result<Page<InvoiceDetail>, ProviderError> {
        let call = self.to(&INVOICES).ask("page", Some(query.page.max(1))).ask("limit", Some(query.limit.max(1)));
        let call = call.ask("keyword", query.keyword).ask("cs_type", query.by).ask("user_id", query.user_id);
        let call = call.ask("product_type", query.product_type).ask("css_at", query.from).ask("cse_at", query.to);
        call.send().await?.find("a list of invoices", |body| page(body, detail))
    }

    /// The id of the order that an invoice has led to, if it has led to one.
    pub async fn invoice_order(&self, invoice_id: &str) -> Result<Option<String>, ProviderError> {
        let answer = self.to(&INVOICE).name(invoice_id).send().await?;
        Ok(text(answer.body(), "order_id"))
    }

    /// What an invoice says that it asks for.
    pub async fn invoice(&self, invoice_id: &str) -> Result<InvoiceNotice, ProviderError> {
        let answer = self.to(&INVOICE).name(invoice_id).send().await?;
        Ok(notice(answer.body()))
    }

    /// Everything that an invoice says of itself.
    pub async fn invoice_detail(&self, invoice_id: &str) -> Result<InvoiceDetail, ProviderError> {
        self.to(&INVOICE).name(invoice_id).send().await?.find("an invoice's id", detail)
    }

    /// Has the provider tell the customer of an invoice about it; the message bears the provider's own address.
    pub async fn notify(&self, invoice_id: &str, ways: &[Way], key: &CallKey) -> Result<(), ProviderError> {
        let send_types: Vec<i64> = ways.iter().map(|way| way.number()).collect();
        let body = Fields::new().put("send_types", send_types);
        self.to(&INVOICE_NOTIFY).name(invoice_id).body(body).key(key).send().await.map(|_| ())
    }
}

/// What is not known of the customer is left out, so that the provider's form asks the buyer for it.
fn form<'a>(new: &NewInvoice<'a>) -> InvoiceForm<'a> {
    let customer = new.customer;
    InvoiceForm {
        original: new.original,
        request_id: Some(new.order_id.as_str()),
        memo: new.link.map(|link| link.memo.as_str()),
        redirect_url: Some(new.redirect_url),
        use_redirect: Some(true),
        use_notification: Some(false),
        expiry: Some(Expiry::At(new.expires_at.to_owned())),
        metadata: metadata(new),
        user: Some(InvoiceUser {
            name: customer.name(),
            phone: customer.phone(),
            email: customer.email(),
            ..InvoiceUser::default()
        }),
        products: products(new),
        extra: Extra { separately_confirmed: new.separately_confirmed.then_some(true), ..Extra::default() },
        ..InvoiceForm::new(new.name, new.amount)
    }
}

fn metadata(new: &NewInvoice<'_>) -> Metadata {
    let of_link = new.link.iter().flat_map(|link| &link.metadata);
    let metadata = of_link.fold(Metadata::default(), |all, (name, text)| all.with(name, text));
    let metadata = metadata.with("order_id", new.order_id.as_str());
    match new.lines.iter().find_map(|line| line.plan.as_ref()) {
        Some((plan, _)) => metadata.with("plan_key", plan.as_str()),
        None => metadata,
    }
}

fn products<'a>(new: &NewInvoice<'a>) -> Vec<InvoiceProduct<'a>> {
    let product = |product_id, quantity, duration| InvoiceProduct { product_id, option_id: None, quantity, duration };
    match new.link {
        Some(link) => link.products.iter().map(|one| product(&one.product_id, one.quantity, one.duration)).collect(),
        None => new.lines.iter().map(|line| product(&line.product_id, line.quantity, 1)).collect(),
    }
}

fn invoice(body: &Value) -> Option<Invoice> {
    Some(Invoice { id: text(body, "invoice_id")?, payment_url: text(body, "payment_url")? })
}

fn notice(body: &Value) -> InvoiceNotice {
    InvoiceNotice {
        name: text(body, "name").or_else(|| text(body, "title")),
        total: whole(body, "price"),
        tax_free: whole(body, "tax_free_price"),
    }
}

fn detail(body: &Value) -> Option<InvoiceDetail> {
    Some(InvoiceDetail {
        id: text(body, "invoice_id").or_else(|| text(body, "id"))?,
        notice: notice(body),
        status: Undocumented::read(body, "status"),
        payment_url: address(body, "payment_url"),
        order_id: text(body, "order_id"),
        request_id: text(body, "request_id"),
        created_at: instant(body, "created_at"),
        expired_at: instant(body, "expired_at"),
        sent_at: instant(body, "sent_at"),
        paid_at: instant(body, "pay_at"),
    })
}
