//! `POST /api/checkout/start`: from a filled form to an order that can be paid.
#![allow(clippy::too_many_arguments, reason = "the arguments of a server function are the fields of its form")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;
use crate::domain::id::OrderToken;

/// Where a started checkout leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutAnswer {
    /// Open the order form.
    Pay { order: OrderToken, call: Box<CheckoutCall> },
    /// This form's order has moved on: its page tells where it stands.
    SeeOrder { order: OrderToken },
}

/// What `BootpayCommerce.requestCheckout` is called with. Keys are snake_case because the vendor's script
/// converts only the top level and reads two of them raw (Bootpay E.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutCall {
    pub client_key: String,
    pub name: String,
    /// Won, VAT included. The server compares what was paid with its own order, not with this.
    pub price: i64,
    pub tax_free_price: i64,
    pub redirect_url: String,
    pub user: User,
    pub products: Vec<Product>,
    /// Our order's id; the id of the server's invoice where a discount makes it cheaper than its products
    /// (Bootpay H-23).
    pub request_id: String,
    pub metadata: Metadata,
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub membership_type: String,
    pub name: String,
    pub phone: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub product_id: String,
    pub quantity: u32,
    /// Billing periods; -1 has no end.
    pub duration: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    pub order_id: String,
    pub plan_key: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    pub separately_confirmed: bool,
    pub create_order_immediately: bool,
}

/// Starts a purchase. `key` comes from the form and is the same whenever that form is sent. A plain form
/// is answered by `http::checkout_form` instead, with a redirect to the payment page.
#[server(endpoint = "checkout/start")]
pub async fn start_checkout(
    #[server(default)] plan: String,
    #[server(default)] interval: String,
    #[server(default)] name: String,
    #[server(default)] phone: String,
    #[server(default)] email: String,
    #[server(default)] code: String,
    #[server(default)] shown: String,
    #[server(default)] key: String,
) -> Result<CheckoutAnswer, ApiError> {
    use crate::service::{Services, Started};

    let services = use_context::<Services>().ok_or(ApiError::Unavailable)?;
    let form = StartForm { plan, interval, name, phone, email, code, shown, key };
    match services.start_checkout(form.parse(super::lang())?).await? {
        Started::Payable(order) => {
            let call = Box::new(checkout_call(&services, &order).await?);
            Ok(CheckoutAnswer::Pay { order: order.token, call })
        }
        Started::Moved(order) | Started::Unchecked(order) => Ok(CheckoutAnswer::SeeOrder { order: order.token }),
        Started::OtherContent(order) => Err(ApiError::FormUsed { order: order.token }),
        Started::CodeRefused(why) => Err(ApiError::CodeRefused(why)),
        Started::OtherPrice => Err(ApiError::OtherPrice),
    }
}

/// The fields of the checkout form as they were typed.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StartForm {
    pub plan: String,
    pub interval: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    /// The promotion code.
    pub code: String,
    /// The won that the button names.
    pub shown: String,
    pub key: String,
}

#[cfg(feature = "ssr")]
impl StartForm {
    /// Every field with its name, for a form that carries them on.
    pub fn fields(self) -> [(&'static str, String); 8] {
        [
            ("plan", self.plan),
            ("interval", self.interval),
            ("name", self.name),
            ("phone", self.phone),
            ("email", self.email),
            ("code", self.code),
            ("shown", self.shown),
            ("key", self.key),
        ]
    }

    /// What the form asks the price of. A code that can't be one is like one that nobody knows.
    pub fn ask(&self) -> Result<crate::service::Ask, ApiError> {
        use crate::domain::customer::Phone;
        use crate::domain::plan::{Interval, PlanKey};
        use crate::domain::promotion::{PromotionCode, Why};

        let code = match self.code.trim() {
            "" => None,
            typed => Some(PromotionCode::parse(typed).map_err(|_| ApiError::CodeRefused(Why::Unknown))?),
        };
        Ok(crate::service::Ask {
            plan: PlanKey::parse(&self.plan).map_err(|_| ApiError::NotFound)?,
            interval: Interval::parse(&self.interval).map_err(|_| ApiError::NotFound)?,
            code,
            phone: Phone::parse(&self.phone).ok(),
        })
    }

    /// The same of the form without its code.
    pub fn ask_without_code(&self) -> Result<crate::service::Ask, ApiError> {
        Self { code: String::new(), ..self.clone() }.ask()
    }

    pub fn parse(&self, lang: crate::domain::lang::Lang) -> Result<crate::service::StartRequest, ApiError> {
        use super::{Field, FieldError};
        use crate::domain::customer::{Customer, Email, Name, Phone};
        use crate::domain::id::FormKey;
        use crate::domain::money::Krw;

        // A plan that can't be there comes before anything else; a strange code after what was mistyped.
        let without_code = self.ask_without_code()?;
        let key = FormKey::parse(&self.key).map_err(|_| ApiError::Malformed)?;
        match (Name::parse(&self.name), Phone::parse(&self.phone), Email::parse(&self.email)) {
            (Ok(name), Ok(phone), Ok(email)) => Ok(crate::service::StartRequest {
                plan: without_code.plan,
                interval: without_code.interval,
                code: self.ask()?.code,
                shown: self.shown.parse().ok().and_then(|won| Krw::new(won).ok()),
                customer: Customer { name: Some(name), phone: Some(phone), email: Some(email) },
                lang,
                key,
            }),
            (name, phone, email) => Err(ApiError::Invalid(
                [(Field::Name, name.err()), (Field::Phone, phone.err()), (Field::Email, email.err())]
                    .into_iter()
                    .filter_map(|(field, refusal)| refusal.map(|refusal| FieldError { field, refusal }))
                    .collect(),
            )),
        }
    }
}

#[cfg(feature = "ssr")]
async fn checkout_call(
    services: &crate::service::Services,
    order: &crate::domain::order::Order,
) -> Result<CheckoutCall, ApiError> {
    let terms = services.form_terms(order).await?;
    let plan_key = order.plan().map(|(plan, _)| plan.as_str().to_owned());
    Ok(CheckoutCall {
        client_key: services.client_key().to_owned(),
        name: order.name.clone(),
        price: order.amount.total().get(),
        tax_free_price: order.amount.tax_free().get(),
        redirect_url: services.return_url(order),
        user: User {
            membership_type: "guest".to_owned(),
            name: order.customer.name().to_owned(),
            phone: order.customer.phone().to_owned(),
            email: order.customer.email().to_owned(),
        },
        products: order
            .lines
            .iter()
            .map(|line| Product { product_id: line.product_id.clone(), quantity: line.quantity, duration: 1 })
            .collect(),
        request_id: terms.request_id,
        metadata: Metadata { order_id: order.id.as_str().to_owned(), plan_key: plan_key.unwrap_or_default() },
        extra: Extra {
            separately_confirmed: terms.approval == crate::domain::policy::Approval::Separate,
            create_order_immediately: false,
        },
    })
}
