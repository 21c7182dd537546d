//! Commerce: the instalments of contracts (bills, Bootpay B.7) and their cancels (Bootpay B.5).

use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{BILL, BILL_CANCEL, BILLS};
use super::super::fields::{Fields, commas};
use super::super::read::{Page, instant, page, text, whole, won};
use super::super::status::BillStatus;
use crate::domain::id::CallKey;
use crate::domain::money::{Amount, Krw};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// Which instalments to list. What is left at its default is not asked for.
#[derive(Clone, Debug, Default)]
pub struct BillQuery<'a> {
    pub order_subscription_id: Option<&'a str>,
    /// From 1.
    pub page: u32,
    pub limit: u32,
    pub keyword: Option<&'a str>,
    /// In the provider's numbers (Bootpay B.4).
    pub status: Vec<i64>,
}

/// An instalment. Everything but its id may be missing on the wire. That it is `Done` is no proof of money: the receipt
/// is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    pub id: String,
    pub order_subscription_id: Option<String>,
    pub order_id: Option<String>,
    pub order_number: Option<String>,
    /// The how-manieth, from 1.
    pub duration: Option<i64>,
    pub status: BillStatus,
    pub price: Option<Krw>,
    pub tax_free: Option<Krw>,
    /// What was paid.
    pub purchased: Option<Krw>,
    pub cancelled: Option<Krw>,
    /// When it is to be paid.
    pub due_at: Option<UnixMs>,
    pub purchased_at: Option<UnixMs>,
    pub revoked_at: Option<UnixMs>,
    pub last_error_at: Option<UnixMs>,
    pub starts_at: Option<UnixMs>,
    pub ends_at: Option<UnixMs>,
}

/// A cancel of an instalment that the merchant orders.
pub struct NewBillCancel<'a> {
    pub bill_id: &'a str,
    /// A part of it; without one all that is left.
    pub amount: Option<Amount>,
    pub cancel_id: &'a CallKey,
    pub message: &'a str,
}

impl Bootpay {
    /// One page of instalments.
    pub async fn bills(&self, query: &BillQuery<'_>) -> Result<Page<Bill>, ProviderError> {
        let call = self.to(&BILLS).ask("order_subscription_id", query.order_subscription_id);
        let call = call.ask("page", Some(query.page.max(1))).ask("limit", Some(query.limit.max(1)));
        let call = call.ask("keyword", query.keyword).ask("status", commas(&query.status));
        call.send().await?.find("a list of instalments", |body| page(body, bill))
    }

    /// One instalment.
    pub async fn bill(&self, id: &str) -> Result<Bill, ProviderError> {
        self.to(&BILL).name(id).send().await?.find("an instalment's id", bill)
    }

    /// Cancels an instalment at once, as supervisor. The id of the cancel is also the call's key.
    pub async fn cancel_bill(&self, new: &NewBillCancel<'_>) -> Result<(), ProviderError> {
        let body = Fields::new()
            .put("order_subscription_bill_id", new.bill_id)
            .put("cancel_id", new.cancel_id.as_str())
            .won("cancel_price", new.amount.map(Amount::total))
            .won("cancel_tax_free_price", new.amount.map(Amount::tax_free))
            .put("cancel_requester", "Madang")
            .put("cancel_message", new.message)
            .put("cancel_immediately", true);
        self.to(&BILL_CANCEL).body(body).key(new.cancel_id).send().await.map(|_| ())
    }
}

fn bill(body: &Value) -> Option<Bill> {
    Some(Bill {
        id: text(body, "order_subscription_bill_id").or_else(|| text(body, "id"))?,
        order_subscription_id: text(body, "order_subscription_id"),
        order_id: text(body, "order_id"),
        order_number: text(body, "order_number"),
        duration: whole(body, "duration"),
        status: BillStatus::read(body, "status"),
        price: won(body, "price"),
        tax_free: won(body, "tax_free_price"),
        purchased: won(body, "purchase_price"),
        cancelled: won(body, "cancelled_price"),
        due_at: instant(body, "reserve_payment_at"),
        purchased_at: instant(body, "purchased_at"),
        revoked_at: instant(body, "revoked_at"),
        last_error_at: instant(body, "last_error_at"),
        starts_at: instant(body, "service_start_at"),
        ends_at: instant(body, "service_end_at"),
    })
}
