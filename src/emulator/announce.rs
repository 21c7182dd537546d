//! Which webhooks a change causes, where they go and what they say (Bootpay D). Pure: reads the ledger and the change,
//! answers deliveries to be stored with it. Sending them is `outbox.rs`'s and `courier.rs`'s.

use serde_json::Value;

use super::ledger::Ledger;
use super::records::{Content, Contract, Delivery, Invoice, Kind, Order, Outcome, Receipt, Upsert};
use super::rules::Making;
use super::webhook_wire::{self, Event};
use super::wire::Writing;

/// A change with the webhooks that it causes.
pub(super) fn announced(
    ledger: &Ledger,
    mut change: Vec<Upsert>,
    making: &Making<'_>,
    how: Writing<'_>,
) -> Vec<Upsert> {
    let mut caused = Vec::new();
    for upsert in &change {
        match upsert {
            Upsert::Receipt(receipt) => {
                let Some(event) = Event::between(ledger.receipt(&receipt.receipt_id), receipt) else { continue };
                caused.extend(pg(ledger, event, receipt, making, how));
                let Some(order) = order_of(&receipt.order_id, &change, ledger) else { continue };
                let event =
                    if event == Event::Paid && pays_an_instalment(order, &change) { Event::Renewed } else { event };
                caused.extend(commerce(ledger, event, (order, Some(receipt)), &change, making, how));
            }
            Upsert::Contract(contract) => {
                let before = ledger.contract(&contract.contract_id);
                let Some(event) = Event::of_contract(before, contract) else { continue };
                let Some(order) = order_of(&contract.order_id, &change, ledger) else { continue };
                let receipt = receipt_of(order, &change, ledger);
                caused.extend(commerce(ledger, event, (order, receipt), &change, making, how));
            }
            _ => {}
        }
    }
    change.extend(caused.into_iter().map(Upsert::Delivery));
    change
}

/// To the charge's own address, or the project's.
fn pg(ledger: &Ledger, event: Event, receipt: &Receipt, making: &Making<'_>, how: Writing<'_>) -> Option<Delivery> {
    let settings = ledger.settings();
    let own = receipt.feedback.as_ref();
    let to = Address {
        kind: Kind::Pg,
        url: own.map(|own| &own.url).or(settings.webhook_pg.as_ref())?.clone(),
        content: own.and_then(|own| own.content).unwrap_or(settings.webhook_content),
        most: settings.webhook_tries,
    };
    let about = (receipt.order_id.clone(), receipt.receipt_id.clone());
    Some(queued(event.name(Kind::Pg), to, about, &webhook_wire::pg(event, receipt, how), making))
}

/// To the invoice's own address, or the project's.
fn commerce(
    ledger: &Ledger,
    event: Event,
    (order, receipt): (&Order, Option<&Receipt>),
    change: &[Upsert],
    making: &Making<'_>,
    how: Writing<'_>,
) -> Option<Delivery> {
    let settings = ledger.settings();
    let own = invoice_of(order, change, ledger).filter(|invoice| invoice.webhook_url.is_some());
    let to = Address {
        kind: Kind::Commerce,
        url: own.and_then(|invoice| invoice.webhook_url.as_ref()).or(settings.webhook_commerce.as_ref())?.clone(),
        content: own.and_then(|invoice| invoice.webhook_content).unwrap_or(settings.webhook_content),
        most: own.and_then(|invoice| invoice.webhook_tries).unwrap_or(settings.webhook_tries),
    };
    let body = webhook_wire::commerce(event, order, receipt, &begun(order, change, ledger), making.now, how);
    let receipt_id = receipt.map(|receipt| receipt.receipt_id.clone()).unwrap_or_default();
    Some(queued(event.name(Kind::Commerce), to, (order.order_id.clone(), receipt_id), &body, making))
}

/// The receipt's webhook once more, as the receipt is now (`POST /v2/request/webhook`).
pub(super) fn told_again(
    ledger: &Ledger,
    receipt: &Receipt,
    making: &Making<'_>,
    how: Writing<'_>,
) -> Option<Delivery> {
    pg(ledger, Event::now(receipt)?, receipt, making, how)
}

/// The test webhook to the project's Commerce address (Bootpay B.9).
pub(super) fn test(ledger: &Ledger, content: Option<Content>, making: &Making<'_>) -> Option<Delivery> {
    let settings = ledger.settings();
    let to = Address {
        kind: Kind::Commerce,
        url: settings.webhook_commerce.clone()?,
        content: content.unwrap_or(settings.webhook_content),
        most: settings.webhook_tries,
    };
    let nothing = (String::new(), String::new());
    Some(queued(webhook_wire::TEST_EVENT, to, nothing, &webhook_wire::test(making.now), making))
}

struct Address {
    kind: Kind,
    url: String,
    content: Content,
    most: u32,
}

fn queued(
    event: &str,
    to: Address,
    (order_id, receipt_id): (String, String),
    body: &Value,
    making: &Making<'_>,
) -> Delivery {
    Delivery {
        delivery_id: making.hex24(),
        kind: to.kind,
        event: event.to_owned(),
        order_id,
        receipt_id,
        target: to.url,
        content: to.content,
        body: webhook_wire::written(body, to.content),
        queued_at: making.now,
        tries: 0,
        most: to.most,
        outcome: Outcome::Waiting,
        next_at: Some(making.now),
        troubled: false,
        held: false,
        last: None,
        again_of: None,
    }
}

/// Whether the change settles an instalment with this order, other than the one that began the contract.
fn pays_an_instalment(order: &Order, change: &[Upsert]) -> bool {
    let is_its =
        |upsert: &Upsert| matches!(upsert, Upsert::Bill(bill) if bill.order_id.as_ref() == Some(&order.order_id));
    order.parent_order_id.is_some() && change.iter().any(is_its)
}

/// The contracts that an order began, as the change leaves them.
fn begun<'a>(order: &Order, change: &'a [Upsert], ledger: &'a Ledger) -> Vec<&'a Contract> {
    let changed = || {
        change.iter().filter_map(|upsert| match upsert {
            Upsert::Contract(contract) if contract.order_id == order.order_id => Some(&**contract),
            _ => None,
        })
    };
    let stays = |known: &&Contract| changed().all(|one| one.contract_id != known.contract_id);
    ledger.contracts_of(&order.order_id).filter(stays).chain(changed()).collect()
}

fn order_of<'a>(order_id: &str, change: &'a [Upsert], ledger: &'a Ledger) -> Option<&'a Order> {
    let changed = change.iter().find_map(|upsert| match upsert {
        Upsert::Order(order) if order.order_id == order_id => Some(order),
        _ => None,
    });
    changed.or_else(|| ledger.order(order_id))
}

fn receipt_of<'a>(order: &Order, change: &'a [Upsert], ledger: &'a Ledger) -> Option<&'a Receipt> {
    let changed = change.iter().find_map(|upsert| match upsert {
        Upsert::Receipt(receipt) if Some(&receipt.receipt_id) == order.receipt_id.as_ref() => Some(receipt),
        _ => None,
    });
    changed.or_else(|| ledger.receipt_of(order))
}

fn invoice_of<'a>(order: &Order, change: &'a [Upsert], ledger: &'a Ledger) -> Option<&'a Invoice> {
    let changed = change.iter().find_map(|upsert| match upsert {
        Upsert::Invoice(invoice) if invoice.invoice_id == order.invoice_id => Some(invoice),
        _ => None,
    });
    changed.or_else(|| ledger.invoice(&order.invoice_id))
}
