//! How contracts begin: with the payment of an order that has a product with a duration. Pure: reads the ledger and the
//! change that pays, answers the records that follow from it.

use serde_json::Map;

use super::rules::{bill, settled};
use crate::emulator::catalogue;
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{
    Bill, BillStanding, BillingKey, Contract, ContractStanding, Line, Method, Order, Receipt, ReceiptStatus, Upsert,
};
use crate::emulator::rules::Making;
use crate::emulator::times;

/// How long the key lives that a first payment leaves behind.
const KEY_LIFE_MONTHS: i64 = 60;

/// One payment is no contract.
fn repeats(line: &Line) -> bool {
    matches!(line.duration, Some(-1 | 2..))
}

/// The contracts that a change begins: for every order in it that is paid now and has a product with a duration.
pub(in crate::emulator) fn begun(ledger: &Ledger, change: &[Upsert], making: &Making<'_>) -> Vec<Upsert> {
    let mut begun = Vec::new();
    for upsert in change {
        let Upsert::Receipt(receipt) = upsert else { continue };
        let was = ledger.receipt(&receipt.receipt_id).map(|receipt| receipt.status);
        if receipt.status != ReceiptStatus::Paid || was == Some(ReceiptStatus::Paid) {
            continue;
        }
        let changed = change.iter().find_map(|upsert| match upsert {
            Upsert::Order(order) if order.order_id == receipt.order_id => Some(order),
            _ => None,
        });
        let Some(order) = changed.or_else(|| ledger.order(&receipt.order_id)) else { continue };
        if order.parent_order_id.is_none() && order.products.iter().any(repeats) {
            begun.extend(begin(ledger, order, receipt, making));
        }
    }
    begun
}

fn begin(ledger: &Ledger, order: &Order, receipt: &Receipt, making: &Making<'_>) -> Vec<Upsert> {
    // A payment into a virtual account can't be repeated by itself.
    let key = receipt.account.is_none().then(|| card_behind(order, making));
    let billing_key = key.as_ref().and_then(|key| key.key.clone());
    let mut change: Vec<Upsert> = key.map(Box::new).map(Upsert::BillingKey).into_iter().collect();
    let is_alone = order.products.len() == 1;
    for line in order.products.iter().filter(|line| repeats(line)) {
        let of_line = line.price.unwrap_or(0).saturating_mul(line.quantity);
        let contract = Contract {
            contract_id: making.hex24(),
            order_id: order.order_id.clone(),
            order_name: order.name.clone(),
            line: line.clone(),
            price: if is_alone { order.price } else { of_line },
            tax_free_price: if is_alone { order.tax_free_price } else { 0 },
            cycle: catalogue::cycle(ledger, &line.product_id),
            total: line.duration.unwrap_or(-1),
            current: 0,
            standing: ContractStanding::Active,
            billing_key: billing_key.clone(),
            charge_key: making.hex24(),
            charge_revoked_at: None,
            user: order.user.clone(),
            metadata: order.metadata.clone(),
            created_at: making.now,
            service_start_at: making.now,
            anchor_at: making.now,
            service_end_at: None,
            purchased_at: Some(making.now),
            failed_at: None,
            paused_at: None,
            still_since: None,
            expected_resume_at: None,
            cancelled_at: None,
            adjustments: Vec::new(),
            noted: Map::new(),
        };
        let first = Bill {
            standing: BillStanding::Done,
            order_id: Some(order.order_id.clone()),
            purchased_at: Some(making.now),
            ..bill(&contract, 1, making)
        };
        // Bills are kept in the order in which they are made, the first instalment first.
        let after = settled(contract, &first, making);
        change.push(Upsert::Bill(first));
        change.extend(after);
    }
    change
}

/// The key that the order form keeps of the card that paid.
fn card_behind(order: &Order, making: &Making<'_>) -> BillingKey {
    BillingKey {
        receipt_id: making.hex24(),
        key: Some(making.hex24()),
        subscription_id: order.order_number.clone(),
        order_name: order.name.clone(),
        pg: "nicepay".to_owned(),
        method: Method::Card,
        company: "연습용 카드".to_owned(),
        company_code: "00".to_owned(),
        number: "1234-****-****-5678".to_owned(),
        price: 0,
        tax_free: 0,
        metadata: None,
        user: order.user.clone(),
        requested_at: making.now,
        published_at: Some(making.now),
        expires_at: times::later(making.now, 0, KEY_LIFE_MONTHS).unwrap_or(making.now),
        destroyed_at: None,
        consent: None,
        first_receipt_id: None,
        declines: false,
    }
}
