//! Commerce: what customers ask to be done to their contracts (Bootpay B.6), and what the merchant decides about it
//! (Bootpay B.7).

use serde_json::Value;

use super::super::endpoints::{
    Endpoint, REQUEST_PAUSE, REQUEST_PURCHASE, REQUEST_RESUME, REQUEST_TERMINATION, REQUEST_TRANSFER,
    SUBSCRIPTION_REQUEST, SUBSCRIPTION_REQUEST_DECIDE, SUBSCRIPTION_REQUESTS, TERMINATION_FEE,
};
use super::super::fields::Fields;
use super::super::read::{Page, instant, page, text, whole, won};
use super::super::status::Undocumented;
use super::super::{Bootpay, Role};
use super::Pause;
use crate::domain::id::CallKey;
use crate::domain::money::{Amount, Krw};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// Which contract a request is about.
#[derive(Clone, Copy, Debug)]
pub enum Contract<'a> {
    Id(&'a str),
    OrderNumber(&'a str),
}

/// A request to end a contract. The sums are those that [`Bootpay::termination_fee`] told.
#[derive(Clone, Debug, Default)]
pub struct TerminationRequest<'a> {
    pub reason: Option<&'a str>,
    pub fee: Option<Krw>,
    pub last_bill_refund: Option<Krw>,
    pub final_fee: Option<Krw>,
    /// ISO 8601 with offset.
    pub service_end_at: Option<&'a str>,
}

/// Who a contract goes over to.
#[derive(Clone, Debug, Default)]
pub struct NewOwner<'a> {
    pub user_id: Option<&'a str>,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub address: Option<&'a str>,
    /// What they pay with.
    pub wallet_id: Option<&'a str>,
    pub reason: Option<&'a str>,
}

/// What ending a contract now would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminationFee {
    pub fee: Krw,
    pub refund: Option<Krw>,
    pub last_bill_refund: Option<Krw>,
    /// In won; less than nothing where more goes back than is owed.
    pub final_fee: Option<i64>,
}

/// Which requests to list. What is left at its default is not asked for.
#[derive(Clone, Debug, Default)]
pub struct RequestQuery<'a> {
    /// From 1.
    pub page: u32,
    pub limit: u32,
    pub keyword: Option<&'a str>,
    /// All requests of a project; only a supervisor may see them.
    pub project_id: Option<&'a str>,
    pub order_subscription_id: Option<&'a str>,
    pub user_id: Option<&'a str>,
    pub user_group_id: Option<&'a str>,
    /// First and last day, `YYYY-MM-DD`.
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
    pub status: Option<i64>,
    /// 2 is to resume (Bootpay B.6); the others are not documented.
    pub request_type: Option<i64>,
}

/// A request. Everything but its id may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionRequest {
    pub id: String,
    pub order_subscription_id: Option<String>,
    pub status: Undocumented,
    pub request_type: Option<i64>,
    pub reason: Option<String>,
    pub requested_at: Option<UnixMs>,
}

/// What the merchant decides about a request.
#[derive(Clone, Debug)]
pub enum Decision<'a> {
    Approve {
        reason: Option<&'a str>,
        /// What a buy-out costs.
        price: Option<Amount>,
        /// What ending costs.
        termination: TerminationRequest<'a>,
    },
    Reject {
        reason: &'a str,
    },
}

impl Bootpay {
    /// Asks to pause a contract.
    pub async fn request_pause(
        &self,
        contract: Contract<'_>,
        pause: &Pause<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.request_about(&REQUEST_PAUSE, contract.of(pause.fields()), key).await
    }

    /// Asks to go on with a paused contract; `at` is ISO 8601 with offset.
    pub async fn request_resume(
        &self,
        order_subscription_id: &str,
        reason: &str,
        at: Option<&str>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let fields = Fields::new().put("reason", reason).put("resume_at", at);
        self.request_about(&REQUEST_RESUME, Contract::Id(order_subscription_id).of(fields), key).await
    }

    /// Asks to buy what a contract lends.
    pub async fn request_purchase(
        &self,
        order_subscription_id: &str,
        price: Amount,
        reason: Option<&str>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let fields = Fields::new().put("price", price.total().get()).put("tax_free_price", price.tax_free().get());
        let fields = Contract::Id(order_subscription_id).of(fields.put("reason", reason));
        self.request_about(&REQUEST_PURCHASE, fields, key).await
    }

    /// Asks to hand a contract over.
    pub async fn request_transfer(
        &self,
        order_subscription_id: &str,
        to: &NewOwner<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.request_about(&REQUEST_TRANSFER, Contract::Id(order_subscription_id).of(to.fields()), key).await
    }

    /// Asks to end a contract.
    pub async fn request_termination(
        &self,
        contract: Contract<'_>,
        request: &TerminationRequest<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let fields = contract.of(request.fields().put("reason", request.reason));
        self.request_about(&REQUEST_TERMINATION, fields, key).await
    }

    async fn request_about(
        &self,
        endpoint: &'static Endpoint,
        fields: Fields,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        self.to(endpoint).body(fields).key(key).send().await.map(|_| ())
    }

    /// What ending a contract now would cost. Changes nothing.
    pub async fn termination_fee(&self, contract: Contract<'_>) -> Result<TerminationFee, ProviderError> {
        let (id, number) = match contract {
            Contract::Id(id) => (Some(id), None),
            Contract::OrderNumber(number) => (None, Some(number)),
        };
        let call = self.to(&TERMINATION_FEE).ask("order_subscription_id", id).ask("order_number", number);
        call.send().await?.find("a termination fee", fee)
    }

    /// One page of requests; those of a whole project as supervisor (Bootpay B.7).
    pub async fn subscription_requests(
        &self,
        query: &RequestQuery<'_>,
    ) -> Result<Page<SubscriptionRequest>, ProviderError> {
        let client = match (query.project_id, self.role) {
            (Some(_), None) => &self.in_role(Role::Supervisor),
            _ => self,
        };
        let call = client.to(&SUBSCRIPTION_REQUESTS);
        let call = call.ask("page", Some(query.page.max(1))).ask("limit", Some(query.limit.max(1)));
        let call = call.ask("keyword", query.keyword).ask("project_id", query.project_id);
        let call = call.ask("order_subscription_id", query.order_subscription_id).ask("user_id", query.user_id);
        let call = call.ask("user_group_id", query.user_group_id).ask("s_at", query.from).ask("e_at", query.to);
        let call = call.ask("status", query.status).ask("request_type", query.request_type);
        call.send().await?.find("a list of requests", |body| page(body, request))
    }

    /// One request.
    pub async fn subscription_request(&self, id: &str) -> Result<SubscriptionRequest, ProviderError> {
        self.to(&SUBSCRIPTION_REQUEST).name(id).send().await?.find("a request's id", request)
    }

    /// Approves or rejects a request. One that was decided before is refused (`PROCESS_DUPLICATED`).
    pub async fn decide_subscription_request(
        &self,
        id: &str,
        decision: &Decision<'_>,
        key: &CallKey,
    ) -> Result<(), ProviderError> {
        let call = self.to(&SUBSCRIPTION_REQUEST_DECIDE).name(id);
        call.body(decision.fields()).key(key).send().await.map(|_| ())
    }
}

impl Contract<'_> {
    fn of(self, fields: Fields) -> Fields {
        match self {
            Self::Id(id) => fields.put("order_subscription_id", id),
            Self::OrderNumber(number) => fields.put("order_number", number),
        }
    }
}

impl TerminationRequest<'_> {
    /// Without the reason, which a decision has for itself.
    fn fields(&self) -> Fields {
        Fields::new()
            .won("termination_fee", self.fee)
            .won("last_bill_refund_price", self.last_bill_refund)
            .won("final_fee", self.final_fee)
            .put("service_end_at", self.service_end_at)
    }
}

impl NewOwner<'_> {
    fn fields(&self) -> Fields {
        Fields::new()
            .put("new_user_id", self.user_id)
            .put("new_username", self.name)
            .put("new_user_email", self.email)
            .put("new_user_phone", self.phone)
            .put("new_user_address", self.address)
            .put("wallet_id", self.wallet_id)
            .put("reason", self.reason)
    }
}

impl Decision<'_> {
    fn fields(&self) -> Fields {
        match self {
            Self::Approve { reason, price, termination } => termination
                .fields()
                .put("approval", "approve")
                .put("reason", *reason)
                .won("price", price.map(Amount::total))
                .won("tax_free_price", price.map(Amount::tax_free)),
            Self::Reject { reason } => Fields::new().put("approval", "reject").put("reason", *reason),
        }
    }
}

fn fee(body: &Value) -> Option<TerminationFee> {
    Some(TerminationFee {
        fee: won(body, "termination_fee")?,
        refund: won(body, "refund_amount"),
        last_bill_refund: won(body, "last_bill_refund_price"),
        final_fee: whole(body, "final_fee"),
    })
}

/// No document names the id's field; both that would fit are taken.
fn request(body: &Value) -> Option<SubscriptionRequest> {
    Some(SubscriptionRequest {
        id: text(body, "order_subscription_request_id").or_else(|| text(body, "id"))?,
        order_subscription_id: text(body, "order_subscription_id"),
        status: Undocumented::read(body, "status"),
        request_type: whole(body, "request_type"),
        reason: text(body, "reason"),
        requested_at: instant(body, "requested_at").or_else(|| instant(body, "created_at")),
    })
}
