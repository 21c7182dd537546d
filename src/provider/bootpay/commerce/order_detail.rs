//! Commerce: what an order says beyond what is judged: its states, and the contracts that it began (Bootpay B.3). No
//! decision about money reads this; [`OrderDetail::notice`] goes to the judge.

use serde_json::Value;

use super::super::read::{instant, text, unwrap, whole, won};
use super::super::status::{OrderReceiptStatus, OrderStatus, SubscriptionStatus};
use super::super::wire::{self, OrderNotice};
use crate::domain::money::Krw;
use crate::domain::time::UnixMs;

/// An order. Everything but its id may be missing on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDetail {
    /// What the judge needs.
    pub notice: OrderNotice,
    pub name: Option<String>,
    pub status: OrderStatus,
    pub receipt_status: OrderReceiptStatus,
    pub cancelled: Option<Krw>,
    pub cancelled_tax_free: Option<Krw>,
    pub created_at: Option<UnixMs>,
    pub purchased_at: Option<UnixMs>,
    /// The contracts that it began.
    pub contracts: Vec<ContractBrief>,
}

/// A contract as its order shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractBrief {
    /// One of the three forms has none.
    pub order_subscription_id: Option<String>,
    pub status: SubscriptionStatus,
    pub next_payment_at: Option<UnixMs>,
    /// The instalment that it is in, and how many it has; -1 is without end.
    pub current_duration: Option<i64>,
    pub total_duration: Option<i64>,
}

pub(super) fn read(body: &Value) -> Option<OrderDetail> {
    let notice = wire::order(body)?;
    let body = unwrap(body);
    Some(OrderDetail {
        notice,
        name: text(body, "order_name"),
        status: OrderStatus::read(body, "status"),
        receipt_status: OrderReceiptStatus::read(body, "receipt_status"),
        cancelled: won(body, "cancelled_price"),
        cancelled_tax_free: won(body, "cancelled_tax_free_price"),
        created_at: instant(body, "created_at"),
        purchased_at: instant(body, "purchased_at"),
        contracts: contracts(body.get("order_subscriptions")),
    })
}

/// Nothing, a list, or an object around a list (Bootpay H-4).
fn contracts(value: Option<&Value>) -> Vec<ContractBrief> {
    let list = match value {
        Some(Value::Array(list)) => Some(list),
        Some(object @ Value::Object(_)) => object.get("subscriptions").and_then(Value::as_array),
        _ => None,
    };
    list.into_iter().flatten().filter(|entry| entry.is_object()).map(contract).collect()
}

fn contract(body: &Value) -> ContractBrief {
    ContractBrief {
        order_subscription_id: text(body, "order_subscription_id"),
        status: SubscriptionStatus::read(body, "status"),
        next_payment_at: instant(body, "payment_next_at"),
        current_duration: whole(body, "current_duration"),
        total_duration: whole(body, "total_subscription_duration"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn contracts_have_three_shapes() {
        let of = |value| read(&json!({ "order_id": "a", "order_subscriptions": value })).unwrap().contracts;
        assert_eq!(of(json!(null)), []);
        let list = of(json!([{ "status": "subscribing", "payment_next_at": "2026-12-20T00:00:00+09:00" }]));
        let object = of(json!({ "subscriptions": [
            { "order_subscription_id": "s", "status": 1, "current_duration": 1, "total_subscription_duration": -1 }
        ]}));
        assert_eq!((list.len(), object.len()), (1, 1));
        assert_eq!((&list[0].status, &object[0].status), (&SubscriptionStatus::Active, &SubscriptionStatus::Active));
        assert_eq!(object[0].total_duration, Some(-1));
        assert_eq!(of(json!("strange")), []);
        assert_eq!(of(json!({ "subscriptions": { "a": 1 } })), []);
    }

    #[test]
    fn both_forms_of_both_states_are_read() {
        let seed = read(&json!({ "order_id": "a", "status": 2, "receipt_status": 1, "price": 1000 })).unwrap();
        let live = json!({ "order_id": "a", "status": "order_completed", "receipt_status": "receipt_paid" });
        let live = read(&live).unwrap();
        assert_eq!((seed.status, seed.receipt_status), (OrderStatus::PaymentDone, OrderReceiptStatus::Paid));
        assert_eq!((live.status, live.receipt_status), (OrderStatus::OrderCompleted, OrderReceiptStatus::Paid));
        let new = read(&json!({ "order_id": "a", "status": "order_parked" })).unwrap();
        assert_eq!(new.status, OrderStatus::Unknown("order_parked".into()));
    }
}
