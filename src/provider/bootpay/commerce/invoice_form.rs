//! Everything that an invoice can ask for (Bootpay B.1). What is left at its default is not sent; `extra` and
//! `metadata` can't be sent empty, on which the server fails.

use serde_json::Value;

use super::super::fields::{Fields, Metadata};
use crate::domain::link::Way;
use crate::domain::money::{Amount, Krw};
use crate::domain::time::UnixMs;

/// An invoice (payment link) under construction.
#[derive(Clone, Debug)]
pub struct InvoiceForm<'a> {
    pub name: &'a str,
    /// The final amount and the tax-free part of it.
    pub amount: Amount,
    /// A title beside the name.
    pub title: Option<&'a str>,
    /// The total before a discount.
    pub original: Option<Krw>,
    pub delivery: Option<Krw>,
    /// The merchant's own id of the order. The provider's older documents call it `order_id`, which is not sent: what
    /// it does there is not known (Bootpay K.16).
    pub request_id: Option<&'a str>,
    pub memo: Option<&'a str>,
    /// Absolute and without a query: the vendor's script appends `?` (Bootpay E.7).
    pub redirect_url: Option<&'a str>,
    /// Goes there after paying in place of telling the page that opened the form.
    pub use_redirect: Option<bool>,
    pub use_link_redirect: Option<bool>,
    /// The provider sends the link to the customer by itself.
    pub use_notification: Option<bool>,
    /// The ways by which it does so.
    pub send_by: Vec<Way>,
    pub use_auto_login: Option<bool>,
    /// What the buyer may edit in the provider's form.
    pub editable_name: Option<bool>,
    pub editable_phone: Option<bool>,
    pub editable_email: Option<bool>,
    pub expiry: Option<Expiry>,
    pub metadata: Metadata,
    pub user: Option<InvoiceUser<'a>>,
    /// Recipients that the provider knows, by its ids.
    pub user_id: Option<&'a str>,
    pub user_group_id: Option<&'a str>,
    pub selected_users: Vec<&'a str>,
    pub products: Vec<InvoiceProduct<'a>>,
    /// Products by their ids alone, in place of `products`.
    pub product_ids: Vec<&'a str>,
    pub product_option_ids: Vec<&'a str>,
    /// Lines of no product.
    pub items: Vec<InvoiceItem<'a>>,
    pub webhook: Option<Webhook<'a>>,
    /// Where the provider asks for what was used, for billing by usage.
    pub usage_api_url: Option<&'a str>,
    pub extra: Extra<'a>,
    /// The field `type`; its numbers are not documented.
    pub kind: Option<i64>,
    pub product_type: Option<i64>,
    pub subscription_type: Option<i64>,
    pub subscription_start_at: Option<&'a str>,
    pub subscription_end_at: Option<&'a str>,
    /// Can be paid more than once.
    pub is_open_link: Option<bool>,
    /// Asks whoever opens the link for it.
    pub password: Option<&'a str>,
    pub tags: Vec<&'a str>,
    pub sku: Option<&'a str>,
    /// The currency: 1 is won (Bootpay B.4).
    pub unit: Option<i64>,
    pub description: Option<&'a str>,
}

/// Until when an invoice can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// ISO 8601 with offset.
    At(String),
    /// Seconds from now.
    In(u32),
}

/// Who is asked to pay.
#[derive(Clone, Debug, Default)]
pub struct InvoiceUser<'a> {
    /// The provider's id of a member.
    pub user_id: Option<&'a str>,
    pub name: &'a str,
    /// Digits only.
    pub phone: &'a str,
    pub email: &'a str,
    /// A member of the provider's shop, not a guest.
    pub is_member: bool,
}

/// A product of the provider's catalogue.
#[derive(Clone, Debug)]
pub struct InvoiceProduct<'a> {
    pub product_id: &'a str,
    pub option_id: Option<&'a str>,
    pub quantity: u32,
    /// How many instalments; -1 is a subscription without end.
    pub duration: i32,
}

/// A line of no product.
#[derive(Clone, Debug)]
pub struct InvoiceItem<'a> {
    pub name: &'a str,
    pub price: Krw,
    pub quantity: u32,
    pub tax_free: Option<Krw>,
}

/// Where this invoice's webhooks go, in place of the project's.
#[derive(Clone, Debug)]
pub struct Webhook<'a> {
    pub url: &'a str,
    /// The content type of the webhook.
    pub body: Option<WebhookBody>,
    pub retries: Option<u32>,
}

/// A content type of webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookBody {
    Form,
    Json,
}

impl WebhookBody {
    /// The number that `webhook/test` takes (Bootpay B.4, H-19).
    pub const fn number(self) -> i64 {
        match self {
            Self::Form => 1,
            Self::Json => 2,
        }
    }

    /// The text that invoices and reservations take (Bootpay H-19).
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Form => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }
}

/// Options of the checkout (Bootpay E.2). Without any it is not sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extra<'a> {
    /// `popup`, `iframe` or `redirect`; what the server does with it is not known (Bootpay K.4).
    pub open_type: Option<&'a str>,
    /// The payment is not charged before it is approved (Bootpay E.9).
    pub separately_confirmed: Option<bool>,
    pub create_order_immediately: Option<bool>,
}

impl<'a> InvoiceForm<'a> {
    /// The least that an invoice needs.
    pub fn new(name: &'a str, amount: Amount) -> Self {
        Self {
            name,
            amount,
            title: None,
            original: None,
            delivery: None,
            request_id: None,
            memo: None,
            redirect_url: None,
            use_redirect: None,
            use_link_redirect: None,
            use_notification: None,
            send_by: Vec::new(),
            use_auto_login: None,
            editable_name: None,
            editable_phone: None,
            editable_email: None,
            expiry: None,
            metadata: Metadata::default(),
            user: None,
            user_id: None,
            user_group_id: None,
            selected_users: Vec::new(),
            products: Vec::new(),
            product_ids: Vec::new(),
            product_option_ids: Vec::new(),
            items: Vec::new(),
            webhook: None,
            usage_api_url: None,
            extra: Extra::default(),
            kind: None,
            product_type: None,
            subscription_type: None,
            subscription_start_at: None,
            subscription_end_at: None,
            is_open_link: None,
            password: None,
            tags: Vec::new(),
            sku: None,
            unit: None,
            description: None,
        }
    }

    pub(super) fn fields(&self) -> Fields {
        let (expired_at, expire_in) = match &self.expiry {
            Some(Expiry::At(at)) => (Some(at.as_str()), None),
            Some(Expiry::In(seconds)) => (None, Some(*seconds)),
            None => (None, None),
        };
        Fields::new()
            .put("name", self.name)
            .put("title", self.title)
            .put("price", self.amount.total().get())
            .put("tax_free_price", self.amount.tax_free().get())
            .won("original_price", self.original)
            .won("delivery_price", self.delivery)
            .put("request_id", self.request_id)
            .put("memo", self.memo)
            .put("redirect_url", self.redirect_url)
            .put("use_redirect", self.use_redirect)
            .put("use_link_redirect", self.use_link_redirect)
            .put("use_notification", self.use_notification)
            .put("send_types", self.send_by.iter().map(|way| way.number()).collect::<Vec<i64>>())
            .put("use_auto_login", self.use_auto_login)
            .put("use_editable_username", self.editable_name)
            .put("use_editable_phone", self.editable_phone)
            .put("use_editable_email", self.editable_email)
            .put("expired_at", expired_at)
            .put("expire_in", expire_in)
            .put("metadata", &self.metadata)
            .put("user", self.user.as_ref().map(InvoiceUser::fields))
            .put("user_id", self.user_id)
            .put("user_group_id", self.user_group_id)
            .put("selected_users", self.selected_users.clone())
            .put("products", self.products.iter().map(InvoiceProduct::value).collect::<Vec<Value>>())
            .put("product_ids", self.product_ids.clone())
            .put("product_option_ids", self.product_option_ids.clone())
            .put("invoice_items", self.items.iter().map(InvoiceItem::value).collect::<Vec<Value>>())
            .put("webhook_url", self.webhook.as_ref().map(|webhook| webhook.url))
            .put("header_content_type", self.webhook.as_ref().and_then(|webhook| webhook.body).map(WebhookBody::mime))
            .put("webhook_retry_count", self.webhook.as_ref().and_then(|webhook| webhook.retries))
            .put("usage_api_url", self.usage_api_url)
            .put("extra", self.extra.fields())
            .put("type", self.kind)
            .put("product_type", self.product_type)
            .put("subscription_type", self.subscription_type)
            .put("subscription_start_at", self.subscription_start_at)
            .put("subscription_end_at", self.subscription_end_at)
            .put("is_open_link", self.is_open_link)
            .put("password", self.password)
            .put("tags", self.tags.clone())
            .put("sku", self.sku)
            .put("unit", self.unit)
            .put("description", self.description)
            // Made by a server, not by the vendor's script (Bootpay B.1).
            .put("sdk", false)
    }
}

impl InvoiceUser<'_> {
    /// Whoever has neither name nor address is nobody: then the provider's form asks.
    fn fields(&self) -> Fields {
        let known = Fields::new()
            .put("user_id", self.user_id)
            .put("name", self.name)
            .put("phone", self.phone)
            .put("email", self.email);
        if known == Fields::new() {
            return known;
        }
        known.put("membership_type", if self.is_member { "member" } else { "guest" })
    }
}

impl InvoiceProduct<'_> {
    fn value(&self) -> Value {
        Fields::new()
            .put("product_id", self.product_id)
            .put("product_option_id", self.option_id)
            .put("quantity", self.quantity)
            .put("duration", self.duration)
            .value()
    }
}

impl InvoiceItem<'_> {
    fn value(&self) -> Value {
        Fields::new()
            .put("name", self.name)
            .put("price", self.price.get())
            .put("qty", self.quantity)
            .won("tax_free_price", self.tax_free)
            .value()
    }
}

impl Extra<'_> {
    fn fields(self) -> Fields {
        Fields::new()
            .put("open_type", self.open_type)
            .put("separately_confirmed", self.separately_confirmed)
            .put("create_order_immediately", self.create_order_immediately)
    }
}

/// The instant as the provider's `expired_at`.
impl From<UnixMs> for Expiry {
    fn from(at: UnixMs) -> Self {
        Self::At(crate::clock::iso_seoul(at))
    }
}
