//! How contracts end before their time, and what that costs and gives back. Pure: reads the ledger, answers the records
//! as they shall be.

use super::rules::{charge, moved, period_end};
use crate::domain::time::UnixMs;
use crate::emulator::billing::rules::ChargeRefusal;
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{Bill, BillStanding, Contract, ContractStanding, Receipt, Upsert};
use crate::emulator::rules::{self as money, CancelAsk, CancelRefusal, Making};

/// What ending a contract early costs and gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fees {
    pub termination_fee: i64,
    pub last_bill_refund_price: i64,
}

impl Fees {
    pub fn to_pay(self) -> i64 {
        self.termination_fee.saturating_sub(self.last_bill_refund_price).max(0)
    }

    pub fn to_refund(self) -> i64 {
        self.last_bill_refund_price.saturating_sub(self.termination_fee).max(0)
    }
}

/// The receipt of the last paid instalment, with that instalment.
pub(super) fn last_paid<'a>(ledger: &'a Ledger, contract: &Contract) -> Option<(&'a Bill, &'a Receipt)> {
    ledger.bills_of(&contract.contract_id).rev().filter(|bill| bill.standing == BillStanding::Done).find_map(|bill| {
        let order = ledger.order(bill.order_id.as_deref()?)?;
        Some((bill, ledger.receipt_of(order)?))
    })
}

/// A tenth of the instalments that will not be paid, and the unused part of the last one; Bootpay's own way of
/// counting is unknown.
pub(super) fn fees(ledger: &Ledger, contract: &Contract, now: UnixMs) -> Fees {
    let left = if contract.total == -1 { 0 } else { contract.total.saturating_sub(contract.current).max(0) };
    let termination_fee = contract.price.saturating_mul(left).div_euclid(10);
    let unused = last_paid(ledger, contract).map_or(0, |(bill, receipt)| {
        let begin = period_end(contract, bill.duration.saturating_sub(1));
        let (whole, rest) = (bill.service_end_at.since_ms(begin).max(1), bill.service_end_at.since_ms(now));
        let part = i128::from(bill.price) * i128::from(rest.clamp(0, whole)) / i128::from(whole);
        let most = receipt.price.saturating_sub(receipt.cancelled_price).max(0);
        i64::try_from(part).unwrap_or(0).min(most)
    });
    Fees { termination_fee, last_bill_refund_price: unused }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndRefusal {
    Over,
    Charge(ChargeRefusal),
    Cancel(CancelRefusal),
}

/// Ends a contract now: gives back or takes what the fees come to, and drops what is to come.
pub(super) fn terminate(
    ledger: &Ledger,
    contract: &Contract,
    fees: Fees,
    making: &Making<'_>,
) -> Result<Vec<Upsert>, EndRefusal> {
    if matches!(contract.standing, ContractStanding::Ended | ContractStanding::Terminated) {
        return Err(EndRefusal::Over);
    }
    let mut change = Vec::new();
    if fees.to_pay() > 0 {
        let paid = charge(ledger, contract, ("중도 해지 수수료", fees.to_pay(), 0), making);
        let (order, receipt) = paid.map_err(EndRefusal::Charge)?;
        change.extend([Upsert::Order(order), Upsert::Receipt(receipt)]);
    } else if fees.to_refund() > 0 {
        let (_, receipt) = last_paid(ledger, contract).ok_or(EndRefusal::Cancel(CancelRefusal::Over))?;
        let ask = CancelAsk {
            price: Some(fees.to_refund()),
            message: Some("구독 해지".to_owned()),
            refund_known: true,
            ..CancelAsk::default()
        };
        let (_, refund) = money::cancel(ledger, receipt, ask, making).map_err(EndRefusal::Cancel)?;
        change.extend(refund);
    }
    for open in [BillStanding::Ready, BillStanding::Pending, BillStanding::Failed] {
        change.extend(moved(ledger, contract, open, |bill| Bill {
            standing: BillStanding::Terminated,
            revoked_at: Some(making.now),
            ..bill.clone()
        }));
    }
    change.push(Upsert::Contract(Box::new(Contract {
        standing: ContractStanding::Terminated,
        cancelled_at: Some(making.now),
        service_end_at: Some(making.now),
        ..contract.clone()
    })));
    Ok(change)
}
