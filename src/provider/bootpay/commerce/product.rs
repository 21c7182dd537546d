//! Commerce: the provider's catalogue (Bootpay B.2). Pictures go by their addresses; uploading them is not offered.

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{PRODUCT, PRODUCT_CREATE, PRODUCT_DELETE, PRODUCT_STATUS, PRODUCT_UPDATE, PRODUCTS};
use super::super::fields::Fields;
use super::super::read::{Page, flag, instant, page, text, whole, won};
use crate::domain::id::CallKey;
use crate::domain::money::Krw;
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// Which products to list. The server reads nothing else (Bootpay B.2).
#[derive(Clone, Debug, Default)]
pub struct ProductQuery<'a> {
    /// From 1.
    pub page: u32,
    pub limit: u32,
    pub keyword: Option<&'a str>,
    /// Its children included.
    pub category_id: Option<&'a str>,
    /// The merchant's own id.
    pub ex_uid: Option<&'a str>,
    pub sort: Option<ProductSort>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductSort {
    Position,
    Oldest,
    Newest,
    Cheapest,
    Dearest,
    MostSold,
}

impl ProductSort {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Oldest => "created_at",
            Self::Newest => "-created_at",
            Self::Cheapest => "price",
            Self::Dearest => "-price",
            Self::MostSold => "-sold",
        }
    }
}

/// What can be said of a product. What is `None` is not sent: on an update it stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProductChange<'a> {
    pub name: Option<&'a str>,
    pub price: Option<Krw>,
    pub tax_free: Option<Krw>,
    /// In short.
    pub summary: Option<&'a str>,
    /// HTML.
    pub content: Option<&'a str>,
    /// Addresses of pictures.
    pub images: Vec<&'a str>,
    pub category_id: Option<&'a str>,
    pub use_stock: Option<bool>,
    pub stock: Option<u32>,
    pub use_subscription: Option<bool>,
    pub subscription_setting_id: Option<&'a str>,
    pub use_discount: Option<bool>,
    pub discount: Option<Krw>,
    pub is_shown: Option<bool>,
    pub is_sold: Option<bool>,
    /// The merchant's own id.
    pub ex_uid: Option<&'a str>,
}

/// A new product.
#[derive(Clone, Debug)]
pub struct NewProduct<'a> {
    pub name: &'a str,
    pub price: Krw,
    /// Its own `name` and `price` are not looked at.
    pub more: ProductChange<'a>,
}

/// Whether a product is shown and sold, and when (ISO 8601 with offset). What is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProductStatus<'a> {
    pub status: Option<i64>,
    pub is_shown: Option<bool>,
    pub is_sold: Option<bool>,
    pub is_frozen: Option<bool>,
    pub review: Option<i64>,
    pub use_display_period: Option<bool>,
    pub display_from: Option<&'a str>,
    pub display_to: Option<&'a str>,
    pub use_sale_period: Option<bool>,
    pub sale_from: Option<&'a str>,
    pub sale_to: Option<&'a str>,
}

/// A product of the catalogue. Everything but its id may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: String,
    pub category_id: Option<String>,
    pub name: Option<String>,
    pub summary: Option<String>,
    pub price: Option<Krw>,
    pub tax_free: Option<Krw>,
    pub use_stock: Option<bool>,
    pub stock: Option<i64>,
    pub use_subscription: Option<bool>,
    /// Documents have truth values and numbers.
    pub is_shown: Option<bool>,
    pub is_sold: Option<bool>,
    pub ex_uid: Option<String>,
    pub created_at: Option<UnixMs>,
    pub updated_at: Option<UnixMs>,
}

impl Bootpay {
    /// One page of the catalogue.
    pub async fn products(&self, query: &ProductQuery<'_>) -> Result<Page<Product>, ProviderError> {
        let call = self.to(&PRODUCTS).ask("page", Some(query.page.max(1))).ask("limit", Some(query.limit.max(1)));
        let call = call.ask("keyword", query.keyword).ask("category_id", query.category_id);
        let call = call.ask("ex_uid", query.ex_uid).ask("sort", query.sort.map(ProductSort::as_str));
        call.send().await?.find("a list of products", |body| page(body, product))
    }

    /// One product; with [`Bootpay::for_member`] as that member sees it.
    pub async fn product(&self, product_id: &str) -> Result<Product, ProviderError> {
        self.to(&PRODUCT).name(product_id).send().await?.find("a product's id", product)
    }

    /// Puts a product into the catalogue; answers its id.
    pub async fn create_product(&self, new: &NewProduct<'_>, key: &CallKey) -> Result<String, ProviderError> {
        let all = ProductChange { name: Some(new.name), price: Some(new.price), ..new.more.clone() };
        let answer = self.to(&PRODUCT_CREATE).body(all.fields()).key(key).send().await?;
        answer.find("a product's id", id)
    }

    /// Changes a product in the fields that are given.
    pub async fn update_product(
        &self,
        product_id: &str,
        change: &ProductChange<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.to(&PRODUCT_UPDATE).name(product_id).body(change.fields()).key(key).send().await.map(|_| ())
    }

    /// Changes whether a product is shown and sold.
    pub async fn set_product_status(
        &self,
        product_id: &str,
        status: &ProductStatus<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.to(&PRODUCT_STATUS).name(product_id).body(status.fields()).key(key).send().await.map(|_| ())
    }

    /// Takes a product out of the catalogue.
    pub async fn delete_product(&self, product_id: &str, key: &CallKey) -> Result<(), ProviderError> {
        self.to(&PRODUCT_DELETE).name(product_id).key(key).send().await.map(|_| ())
    }
}

impl ProductChange<'_> {
    fn fields(&self) -> Fields {
        Fields::new()
            .put("name", self.name)
            .won("display_price", self.price)
            .won("tax_free_price", self.tax_free)
            .put("desc", self.summary)
            .put("content", self.content)
            .put("images", self.images.clone())
            .put("category_id", self.category_id)
            .put("use_stock", self.use_stock)
            .put("stock", self.stock)
            .put("use_subscription", self.use_subscription)
            .put("subscription_setting_id", self.subscription_setting_id)
            .put("use_discount", self.use_discount)
            .won("discount_price", self.discount)
            .put("status_display", self.is_shown)
            .put("status_sale", self.is_sold)
            .put("ex_uid", self.ex_uid)
    }
}

impl ProductStatus<'_> {
    fn fields(&self) -> Fields {
        Fields::new()
            .put("status", self.status)
            .put("status_display", self.is_shown)
            .put("status_sale", self.is_sold)
            .put("status_frozen", self.is_frozen)
            .put("status_review", self.review)
            .put("use_display_period", self.use_display_period)
            .put("display_start_at", self.display_from)
            .put("display_end_at", self.display_to)
            .put("use_sale_period", self.use_sale_period)
            .put("sale_start_at", self.sale_from)
            .put("sale_end_at", self.sale_to)
    }
}

fn id(body: &Value) -> Option<String> {
    text(body, "product_id").or_else(|| text(body, "id"))
}

/// A truth value, or a number of which 0 is `false`.
fn truth(body: &Value, key: &str) -> Option<bool> {
    flag(body, key).or_else(|| whole(body, key).map(|number| number != 0))
}

fn product(body: &Value) -> Option<Product> {
    Some(Product {
        id: id(body)?,
        category_id: text(body, "category_id"),
        name: text(body, "name"),
        summary: text(body, "desc").or_else(|| text(body, "description")),
        price: won(body, "display_price").or_else(|| won(body, "price")),
        tax_free: won(body, "tax_free_price"),
        use_stock: flag(body, "use_stock"),
        stock: whole(body, "stock"),
        use_subscription: flag(body, "use_subscription"),
        is_shown: truth(body, "status_display"),
        is_sold: truth(body, "status_sale"),
        ex_uid: text(body, "ex_uid"),
        created_at: instant(body, "created_at"),
        updated_at: instant(body, "updated_at"),
    })
}
