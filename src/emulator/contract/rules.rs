//! What time and people do to a contract that runs: its instalments and its pauses. Pure: reads the ledger, answers the
//! records as they shall be. Knows nothing of HTTP. How one begins is `begin.rs`, how it ends early `ending.rs`.

use crate::domain::time::UnixMs;
use crate::emulator::billing::rules::{self as billing, Charge, ChargeRefusal};
use crate::emulator::catalogue;
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{Bill, BillStanding, Contract, ContractStanding, Order, Receipt, Upsert};
use crate::emulator::rules::Making;
use crate::emulator::times;

/// When a period ends and the next one begins; 0 is the beginning.
pub(super) fn period_end(contract: &Contract, duration: i64) -> UnixMs {
    let (weeks, months) = catalogue::weeks_and_months(contract.cycle).unwrap_or((0, 1));
    let end = times::later(contract.anchor_at, weeks.saturating_mul(duration), months.saturating_mul(duration));
    end.unwrap_or(contract.anchor_at)
}

/// An instalment's price: the contract's with its adjustments.
pub(super) fn price(contract: &Contract, duration: i64) -> (i64, i64) {
    let of_this = contract.adjustments.iter().filter(|one| one.duration == duration);
    of_this.fold((contract.price, contract.tax_free_price), |(price, tax_free), one| {
        (price.saturating_add(one.price), tax_free.saturating_add(one.tax_free_price))
    })
}

pub(super) fn bill(contract: &Contract, duration: i64, making: &Making<'_>) -> Bill {
    let (price, tax_free_price) = price(contract, duration);
    Bill {
        bill_id: making.hex24(),
        contract_id: contract.contract_id.clone(),
        duration,
        price,
        tax_free_price,
        // A contract that was held has periods behind it; what is made now can't have been due before.
        due_at: period_end(contract, duration.saturating_sub(1)).max(making.now),
        service_end_at: period_end(contract, duration),
        standing: BillStanding::Ready,
        order_id: None,
        purchased_at: None,
        revoked_at: None,
        failed_at: None,
    }
}

/// The contract after an instalment that is paid or left out, with the next one if there is any.
pub(super) fn settled(contract: Contract, over: &Bill, making: &Making<'_>) -> Vec<Upsert> {
    let mut contract = Contract { current: over.duration, ..contract };
    let next = over.duration.saturating_add(1);
    if contract.total == -1 || next <= contract.total {
        let next = bill(&contract, next, making);
        vec![Upsert::Contract(Box::new(contract)), Upsert::Bill(next)]
    } else {
        contract.service_end_at = Some(over.service_end_at);
        vec![Upsert::Contract(Box::new(contract))]
    }
}

/// A payment for a contract, as an order of its own.
pub(super) fn charge(
    ledger: &Ledger,
    contract: &Contract,
    what: (&str, i64, i64),
    making: &Making<'_>,
) -> Result<(Order, Receipt), ChargeRefusal> {
    let (name, price, tax_free) = what;
    let key = contract.billing_key.as_deref().ok_or(ChargeRefusal::NoKey)?;
    let first = ledger.order(&contract.order_id);
    let mut order = Order {
        order_id: making.hex24(),
        order_number: making.order_number(ledger),
        invoice_id: first.map(|first| first.invoice_id.clone()).unwrap_or_default(),
        receipt_id: None,
        sdk: false,
        name: name.to_owned(),
        price,
        tax_free_price: tax_free,
        // The merchant's own id stays the first order's: two paid orders under one would look like a double payment.
        request_id: None,
        metadata: contract.metadata.clone(),
        user: contract.user.clone(),
        products: vec![contract.line.clone()],
        created_at: making.now,
        parent_order_id: Some(contract.order_id.clone()),
        user_group_id: first.and_then(|first| first.user_group_id.clone()),
    };
    let charge = Charge {
        order_id: order.order_id.clone(),
        merchant_order_id: order.order_number.clone(),
        name: order.name.clone(),
        price,
        tax_free,
        metadata: order.metadata.clone(),
        user: order.user.clone(),
        feedback: None,
    };
    let receipt = billing::charge(ledger, key, charge, making)?;
    order.receipt_id = Some(receipt.receipt_id.clone());
    Ok((order, receipt))
}

/// An instalment falls due: one attempt, as with any charge. What is not paid holds the contract.
pub(in crate::emulator) fn fall_due(ledger: &Ledger, bill_id: &str, making: &Making<'_>) -> Vec<Upsert> {
    let Some(bill) = ledger.bill(bill_id) else { return Vec::new() };
    let Some(contract) = ledger.contract(&bill.contract_id) else { return Vec::new() };
    if contract.standing != ContractStanding::Active {
        return vec![Upsert::Bill(Bill { standing: BillStanding::Pending, ..bill.clone() })];
    }
    let done = Bill { standing: BillStanding::Done, purchased_at: Some(making.now), ..bill.clone() };
    if bill.price < 1 {
        let mut change = settled(contract.clone(), &done, making);
        change.push(Upsert::Bill(done));
        return change;
    }
    match charge(ledger, contract, (&contract.order_name, bill.price, bill.tax_free_price), making) {
        Ok((order, receipt)) => {
            let done = Bill { order_id: Some(order.order_id.clone()), ..done };
            let mut change = vec![Upsert::Order(order), Upsert::Receipt(receipt)];
            let contract = Contract { purchased_at: Some(making.now), ..contract.clone() };
            change.extend(settled(contract, &done, making));
            change.push(Upsert::Bill(done));
            change
        }
        Err(_) => {
            let bill = Bill { standing: BillStanding::Failed, failed_at: Some(making.now), ..bill.clone() };
            let standing = ContractStanding::HeldOn;
            let held = Contract { standing, failed_at: Some(making.now), ..contract.clone() };
            vec![Upsert::Bill(bill), Upsert::Contract(Box::new(held))]
        }
    }
}

/// The time of the last instalment is over.
pub(in crate::emulator) fn end(ledger: &Ledger, contract_id: &str) -> Vec<Upsert> {
    let ended = |contract: &Contract| Contract { standing: ContractStanding::Ended, ..contract.clone() };
    ledger.contract(contract_id).map(ended).map(Box::new).map(Upsert::Contract).into_iter().collect()
}

/// Bills of a contract in one state, in another.
pub(super) fn moved(
    ledger: &Ledger,
    contract: &Contract,
    from: BillStanding,
    change: impl Fn(&Bill) -> Bill,
) -> Vec<Upsert> {
    let found = ledger.bills_of(&contract.contract_id).filter(|bill| bill.standing == from);
    found.map(|bill| Upsert::Bill(change(bill))).collect()
}

/// Stops the instalments at once; nothing if there is nothing to stop.
pub(super) fn pause(
    ledger: &Ledger,
    contract: &Contract,
    at: UnixMs,
    until: Option<UnixMs>,
    making: &Making<'_>,
) -> Option<Vec<Upsert>> {
    if contract.standing != ContractStanding::Active {
        return None;
    }
    let mut change =
        moved(ledger, contract, BillStanding::Ready, |bill| Bill { standing: BillStanding::Pending, ..bill.clone() });
    change.push(Upsert::Contract(Box::new(Contract {
        standing: ContractStanding::Paused,
        paused_at: Some(at),
        still_since: Some(making.now),
        expected_resume_at: until,
        ..contract.clone()
    })));
    Some(change)
}

/// Goes on; everything that is to come is as much later as the pause was long. Nothing if there was no pause.
pub(super) fn resume(ledger: &Ledger, contract: &Contract, making: &Making<'_>) -> Option<Vec<Upsert>> {
    if contract.standing != ContractStanding::Paused {
        return None;
    }
    let pause = contract.still_since.map_or(0, |since| making.now.since_ms(since).max(0));
    let mut change = moved(ledger, contract, BillStanding::Pending, |bill| Bill {
        standing: BillStanding::Ready,
        due_at: bill.due_at.plus_ms(pause),
        service_end_at: bill.service_end_at.plus_ms(pause),
        ..bill.clone()
    });
    change.push(Upsert::Contract(Box::new(Contract {
        standing: ContractStanding::Active,
        anchor_at: contract.anchor_at.plus_ms(pause),
        service_end_at: contract.service_end_at.map(|end| end.plus_ms(pause)),
        paused_at: None,
        still_since: None,
        expected_resume_at: None,
        ..contract.clone()
    })));
    Some(change)
}

/// A held contract tries its unpaid instalment once more, at once.
pub(super) fn retry(ledger: &Ledger, contract: Contract, making: &Making<'_>) -> Vec<Upsert> {
    let mut change = moved(ledger, &contract, BillStanding::Failed, |bill| Bill {
        standing: BillStanding::Ready,
        due_at: making.now,
        ..bill.clone()
    });
    change.push(Upsert::Contract(Box::new(Contract { standing: ContractStanding::Active, ..contract })));
    change
}
