//! What may happen to money here: paying, depositing, confirming, cancelling. Pure: reads the ledger, answers the
//! records as they shall be. Knows nothing of HTTP or of either API's error codes.

use super::ledger::Ledger;
use super::records::{Account, Cancel, CancelStanding, Invoice, Order, Receipt, ReceiptStatus, Upsert};
use super::times;
use crate::clock::Ids;
use crate::domain::time::UnixMs;

/// How long a buyer may take to pay into a virtual account.
const DEPOSIT_LIFE_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// The present moment and a source of ids.
pub(super) struct Making<'a> {
    pub now: UnixMs,
    pub ids: &'a dyn Ids,
}

impl Making<'_> {
    /// An id as Bootpay makes them: 24 hex digits.
    pub fn hex24(&self) -> String {
        let mut bytes = [0_u8; 12];
        self.ids.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn digits14(&self) -> String {
        let mut bytes = [0_u8; 8];
        self.ids.fill(&mut bytes);
        format!("{:014}", u64::from_le_bytes(bytes) % 100_000_000_000_000)
    }

    /// yymmdd and 14 random digits. 14 digits can meet by chance, so a number in use is passed over.
    pub fn order_number(&self, ledger: &Ledger) -> String {
        let number = || format!("{}{}", times::yymmdd(self.now), self.digits14());
        let mut chosen = number();
        for _ in 0..8 {
            if ledger.order(&chosen).is_none() {
                break;
            }
            chosen = number();
        }
        chosen
    }
}

/// What can still be done with an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Open,
    Expired,
    /// It has a payment; this is its state.
    Settled(ReceiptStatus),
}

pub(super) fn standing(ledger: &Ledger, invoice: &Invoice, now: UnixMs) -> Standing {
    let receipt = ledger.order_of(invoice).and_then(|order| ledger.receipt_of(order));
    match receipt.map(|receipt| receipt.status) {
        Some(status) if status != ReceiptStatus::Failed => Standing::Settled(status),
        _ if now >= invoice.expires_at => Standing::Expired,
        _ => Standing::Open,
    }
}

/// What the buyer chose on the form page, apart from going away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Pay,
    Deposit,
    Fail,
}

/// A fresh, unpaid order for an invoice, and the invoice that knows it.
pub(super) fn place_order(ledger: &Ledger, invoice: &Invoice, making: &Making<'_>) -> (Order, Invoice) {
    let order = Order {
        order_id: making.hex24(),
        order_number: making.order_number(ledger),
        invoice_id: invoice.invoice_id.clone(),
        receipt_id: None,
        sdk: invoice.sdk,
        name: invoice.name.clone(),
        price: invoice.price,
        tax_free_price: invoice.tax_free_price,
        request_id: invoice.request_id.clone(),
        metadata: invoice.metadata.clone(),
        user: invoice.user.clone(),
        products: invoice.products.clone(),
        created_at: making.now,
        parent_order_id: None,
        user_group_id: invoice.user_group_id.clone(),
    };
    let invoice = Invoice { order_id: Some(order.order_id.clone()), ..invoice.clone() };
    (order, invoice)
}

/// Tries to pay an invoice. A failed attempt leaves it payable; its order takes the receipt of the next attempt.
pub(super) fn attempt(
    ledger: &Ledger,
    invoice: &Invoice,
    attempt: Attempt,
    making: &Making<'_>,
) -> Result<((Order, Receipt), Vec<Upsert>), Standing> {
    match standing(ledger, invoice, making.now) {
        Standing::Open => {}
        closed => return Err(closed),
    }
    let mut change = Vec::new();
    let mut order = if let Some(order) = ledger.order_of(invoice) {
        order.clone()
    } else {
        let (order, invoice) = place_order(ledger, invoice, making);
        change.push(Upsert::Invoice(invoice));
        order
    };
    let status = match attempt {
        Attempt::Fail => ReceiptStatus::Failed,
        Attempt::Deposit => ReceiptStatus::AwaitingDeposit,
        // A separate approval pays only when the merchant confirms it (Bootpay E.9).
        Attempt::Pay if invoice.separately_confirmed => ReceiptStatus::AwaitingConfirm,
        Attempt::Pay => ReceiptStatus::Paid,
    };
    let account = (attempt == Attempt::Deposit)
        .then(|| Account { number: making.digits14(), expires_at: making.now.plus_ms(DEPOSIT_LIFE_MS) });
    let own_id = invoice.merchant_order_id.as_ref().or(invoice.request_id.as_ref()).unwrap_or(&order.order_number);
    let receipt = Receipt {
        receipt_id: making.hex24(),
        order_id: order.order_id.clone(),
        merchant_order_id: own_id.clone(),
        name: order.name.clone(),
        price: order.price,
        tax_free: order.tax_free_price,
        cancelled_price: 0,
        cancelled_tax_free: 0,
        status,
        account,
        metadata: order.metadata.clone(),
        user: order.user.clone(),
        requested_at: making.now,
        purchased_at: (status == ReceiptStatus::Paid).then_some(making.now),
        cancelled_at: None,
        paid_by: None,
        feedback: None,
    };
    order.receipt_id = Some(receipt.receipt_id.clone());
    change.push(Upsert::Order(order.clone()));
    change.push(Upsert::Receipt(receipt.clone()));
    Ok(((order, receipt), change))
}

/// The receipt paid, if it was waiting for just that.
pub(super) fn paid(receipt: &Receipt, from: ReceiptStatus, now: UnixMs) -> Option<Receipt> {
    (receipt.status == from).then(|| Receipt {
        status: ReceiptStatus::Paid,
        purchased_at: Some(now),
        ..receipt.clone()
    })
}

/// A wish to cancel.
#[derive(Default)]
pub(super) struct CancelAsk {
    /// Nothing = all that is left.
    pub price: Option<i64>,
    pub tax_free: Option<i64>,
    pub cancel_id: Option<String>,
    pub requester: Option<String>,
    pub message: Option<String>,
    /// Whether somewhere to send the money of a virtual account is known.
    pub refund_known: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CancelRefusal {
    Already,
    Over,
    NotCancellable,
    RefundUnknown,
    BadAmount,
}

/// Cancels all or a part. The same `cancel_id` answers what it did the first time and cancels nothing (Bootpay C.3).
pub(super) fn cancel(
    ledger: &Ledger,
    receipt: &Receipt,
    ask: CancelAsk,
    making: &Making<'_>,
) -> Result<((Cancel, Receipt), Vec<Upsert>), CancelRefusal> {
    let known = ask.cancel_id.as_deref().and_then(|id| ledger.cancel(&receipt.receipt_id, id));
    if let Some(known) = known.filter(|known| known.standing == CancelStanding::Done) {
        return Ok(((known.clone(), receipt.clone()), Vec::new()));
    }
    let before = receipt.price.saturating_sub(receipt.cancelled_price);
    let price = ask.price.unwrap_or(before);
    match receipt.status {
        ReceiptStatus::Cancelled | ReceiptStatus::AccountCancelled => {
            return Err(CancelRefusal::Already);
        }
        ReceiptStatus::Failed => return Err(CancelRefusal::NotCancellable),
        // Nothing was taken yet, so there is no part to give back.
        ReceiptStatus::AwaitingDeposit | ReceiptStatus::AwaitingConfirm if price < before => {
            return Err(CancelRefusal::NotCancellable);
        }
        ReceiptStatus::Paid if receipt.account.is_some() && !ask.refund_known => {
            return Err(CancelRefusal::RefundUnknown);
        }
        _ => {}
    }
    if price > before {
        return Err(CancelRefusal::Over);
    }
    let after = before.saturating_sub(price);
    let tax_free_left = receipt.tax_free.saturating_sub(receipt.cancelled_tax_free);
    let tax_free = match ask.tax_free {
        Some(tax_free) => tax_free,
        None if after == 0 => tax_free_left,
        None => 0,
    };
    if price < 1 || tax_free < 0 || tax_free > price {
        return Err(CancelRefusal::BadAmount);
    }
    if tax_free > tax_free_left {
        return Err(CancelRefusal::Over);
    }
    let mut cancelled = Receipt { cancelled_at: Some(making.now), ..receipt.clone() };
    if receipt.status == ReceiptStatus::AwaitingDeposit {
        cancelled.status = ReceiptStatus::AccountCancelled;
    } else {
        cancelled.cancelled_price = receipt.cancelled_price.saturating_add(price);
        cancelled.cancelled_tax_free = receipt.cancelled_tax_free.saturating_add(tax_free);
        if after == 0 {
            cancelled.status = ReceiptStatus::Cancelled;
        }
    }
    let order_number = ledger.order(&receipt.order_id).map(|order| order.order_number.clone());
    let done = Cancel {
        request_id: making.hex24(),
        cancel_id: ask.cancel_id.unwrap_or_else(|| making.hex24()),
        receipt_id: receipt.receipt_id.clone(),
        order_id: receipt.order_id.clone(),
        order_number: order_number.unwrap_or_default(),
        price,
        tax_free,
        before,
        after,
        requester: ask.requester.unwrap_or_else(|| "시스템".to_owned()),
        message: ask.message.unwrap_or_else(|| "요청취소".to_owned()),
        at: making.now,
        standing: CancelStanding::Done,
        acted: None,
    };
    let change = vec![Upsert::Receipt(cancelled.clone()), Upsert::Cancel(done.clone())];
    Ok(((done, cancelled), change))
}

/// A buyer's wish to cancel: held against what could be cancelled now, carried out by nobody yet.
pub(super) fn ask_to_cancel(
    ledger: &Ledger,
    receipt: &Receipt,
    ask: CancelAsk,
    making: &Making<'_>,
) -> Result<(Cancel, Vec<Upsert>), CancelRefusal> {
    let ((cancel, _), _) = cancel(ledger, receipt, ask, making)?;
    let waiting = Cancel { standing: CancelStanding::Waiting, ..cancel };
    Ok((waiting.clone(), vec![Upsert::Cancel(waiting)]))
}

/// The merchant approves a buyer's wish. The request keeps its id.
pub(super) fn approve_cancel(
    ledger: &Ledger,
    asked: &Cancel,
    message: &str,
    making: &Making<'_>,
) -> Result<(Cancel, Vec<Upsert>), CancelRefusal> {
    let receipt = ledger.receipt(&asked.receipt_id).ok_or(CancelRefusal::NotCancellable)?;
    let ask = CancelAsk {
        price: Some(asked.price),
        tax_free: Some(asked.tax_free),
        cancel_id: Some(asked.cancel_id.clone()),
        requester: Some(asked.requester.clone()),
        message: Some(asked.message.clone()),
        refund_known: true,
    };
    let ((done, receipt), _) = cancel(ledger, receipt, ask, making)?;
    let acted = Some((making.now, message.to_owned()));
    let done = Cancel { request_id: asked.request_id.clone(), at: asked.at, acted, ..done };
    Ok((done.clone(), vec![Upsert::Receipt(receipt), Upsert::Cancel(done)]))
}
