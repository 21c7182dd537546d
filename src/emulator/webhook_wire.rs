//! The bodies of webhooks (Bootpay D) and the deliveries as the control calls show them.
//!
//! The PG webhook is documented: the receipt and `webhook_type`. Of the Commerce webhook only the name
//! `order.cancelled` is known (Bootpay K-1); its other names and its shape, `{event, data, created_at}` with the order
//! of Bootpay B.3 as `data`, are this emulator's own. So is how nested values are written in a form body: as
//! `data[order_number]=…`, the way Rails reads them.

use serde_json::{Value, json};

use super::receipt_wire;
use super::records::{Content, Contract, ContractStanding, Delivery, Kind, Order, Outcome, Receipt, ReceiptStatus};
use super::wire::{self, Writing};
use super::{times, urlencoded};
use crate::domain::time::UnixMs;

/// A change of money that is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Paid,
    AccountIssued,
    Cancelled,
    PartiallyCancelled,
    /// An instalment of a contract was paid.
    Renewed,
    /// An instalment of a contract was not paid.
    RenewalFailed,
    /// A contract was ended before its time.
    ContractCancelled,
}

impl Event {
    /// What a receipt tells when it is looked at without its past; for those who want to be told again.
    pub fn now(receipt: &Receipt) -> Option<Self> {
        match receipt.status {
            ReceiptStatus::Paid if receipt.cancelled_price > 0 => Some(Self::PartiallyCancelled),
            ReceiptStatus::Paid => Some(Self::Paid),
            ReceiptStatus::AwaitingDeposit => Some(Self::AccountIssued),
            ReceiptStatus::Cancelled | ReceiptStatus::AccountCancelled => Some(Self::Cancelled),
            ReceiptStatus::AwaitingConfirm | ReceiptStatus::Failed => None,
        }
    }

    /// What happened to a contract, if Commerce tells of it.
    pub fn of_contract(before: Option<&Contract>, after: &Contract) -> Option<Self> {
        match after.standing {
            same if before.is_some_and(|before| before.standing == same) => None,
            ContractStanding::HeldOn => Some(Self::RenewalFailed),
            ContractStanding::Terminated => Some(Self::ContractCancelled),
            _ => None,
        }
    }

    /// What happened between two states of a receipt, if money moved or may now be sent.
    pub fn between(before: Option<&Receipt>, after: &Receipt) -> Option<Self> {
        let was = before.map(|receipt| receipt.status);
        match after.status {
            ReceiptStatus::Paid if was != Some(ReceiptStatus::Paid) => Some(Self::Paid),
            ReceiptStatus::Paid if before.is_some_and(|was| was.cancelled_price < after.cancelled_price) => {
                Some(Self::PartiallyCancelled)
            }
            ReceiptStatus::AwaitingDeposit if was.is_none() => Some(Self::AccountIssued),
            ReceiptStatus::Cancelled | ReceiptStatus::AccountCancelled if was != Some(after.status) => {
                Some(Self::Cancelled)
            }
            _ => None,
        }
    }

    pub fn name(self, kind: Kind) -> &'static str {
        match (kind, self) {
            (Kind::Pg, Self::Paid | Self::Renewed) => "PAYMENT_COMPLETED",
            (Kind::Pg, Self::AccountIssued) => "PAYMENT_VIRTUAL_ACCOUNT_ISSUED",
            (Kind::Pg, Self::Cancelled) => "PAYMENT_CANCELLED",
            (Kind::Pg, Self::PartiallyCancelled) => "PAYMENT_PARTIAL_CANCELLED",
            (_, Self::RenewalFailed) => "subscription.payment_failed",
            (_, Self::ContractCancelled) => "subscription.cancelled",
            (Kind::Commerce, Self::Renewed) => "subscription.renewed",
            (Kind::Commerce, Self::Paid) => "order.paid",
            (Kind::Commerce, Self::AccountIssued) => "order.virtual_account_issued",
            (Kind::Commerce, Self::Cancelled) => "order.cancelled",
            (Kind::Commerce, Self::PartiallyCancelled) => "order.partially_cancelled",
        }
    }
}

pub(super) fn pg(event: Event, receipt: &Receipt, how: Writing<'_>) -> Value {
    let mut body = receipt_wire::body(receipt, how);
    if let Some(body) = body.as_object_mut() {
        body.insert("webhook_type".to_owned(), Value::from(event.name(Kind::Pg)));
    }
    body
}

/// `begun` are the order's contracts as they are from now on.
pub(super) fn commerce(
    event: Event,
    order: &Order,
    receipt: Option<&Receipt>,
    begun: &[&Contract],
    now: UnixMs,
    how: Writing<'_>,
) -> Value {
    json!({
        "event": event.name(Kind::Commerce),
        "data": wire::order_with(order, receipt, begun, how),
        "created_at": times::utc(now),
    })
}

/// What a project is sent that only wants to see whether webhooks arrive. The real one's is unknown (Bootpay K-1).
pub(super) const TEST_EVENT: &str = "webhook.test";

pub(super) fn test(now: UnixMs) -> Value {
    json!({ "event": TEST_EVENT, "data": { "test": true }, "created_at": times::utc(now) })
}

/// A body as it travels.
pub(super) fn written(body: &Value, content: Content) -> String {
    match content {
        Content::Json => body.to_string(),
        Content::Form => {
            let mut pairs = Vec::new();
            flatten(None, body, &mut pairs);
            let pair = |(name, value): &(String, String)| {
                format!("{}={}", urlencoded::encode(name), urlencoded::encode(value))
            };
            pairs.iter().map(pair).collect::<Vec<_>>().join("&")
        }
    }
}

fn flatten(name: Option<&str>, value: &Value, pairs: &mut Vec<(String, String)>) {
    let inside = |key: &str| name.map_or_else(|| key.to_owned(), |name| format!("{name}[{key}]"));
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| flatten(Some(&inside(key)), value, pairs)),
        Value::Array(items) => items.iter().for_each(|value| flatten(Some(&inside("")), value, pairs)),
        Value::String(text) => pairs.push((name.unwrap_or_default().to_owned(), text.clone())),
        Value::Null => pairs.push((name.unwrap_or_default().to_owned(), String::new())),
        other => pairs.push((name.unwrap_or_default().to_owned(), other.to_string())),
    }
}

pub(super) fn content_type(content: Content) -> &'static str {
    match content {
        Content::Json => "application/json",
        Content::Form => "application/x-www-form-urlencoded",
    }
}

/// A delivery for people and tests to look at; `body` is the text that travels.
pub(super) fn delivery(delivery: &Delivery) -> Value {
    json!({
        "id": delivery.delivery_id,
        "kind": delivery.kind,
        "event": delivery.event,
        "order_id": delivery.order_id,
        "receipt_id": delivery.receipt_id,
        "target": delivery.target,
        "content_type": content_type(delivery.content),
        "body": delivery.body,
        "tries": delivery.tries,
        "most_tries": delivery.most,
        "outcome": delivery.outcome,
        "last": delivery.last,
        "queued_at": times::utc(delivery.queued_at),
        "next_try_at": delivery.next_at.filter(|_| delivery.outcome == Outcome::Waiting).map(times::utc),
        "resent_from": delivery.again_of,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_become_flat_names() {
        let body = json!({ "a": { "b": "주 문", "c": [1, { "d": true }] }, "e": null });
        let form = written(&body, Content::Form);
        let pairs = urlencoded::parse(form.as_bytes());
        let mut text: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        text.sort();
        assert_eq!(text, ["a[b]=주 문", "a[c][]=1", "a[c][][d]=true", "e="]);
        assert_eq!(serde_json::from_str::<Value>(&written(&body, Content::Json)).unwrap(), body);
    }
}
