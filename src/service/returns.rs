//! Money that went back at the provider without us: in its console, or by a refund that nobody waits for any more. Found
//! by reading receipts, and booked once, under the order's lock.

use super::refund_books::{book_back, end_held};
use super::{Error, Services};
use crate::domain::judge::{Expected, Known, ProviderOrder, ProviderReceipt, judge};
use crate::domain::order::{Disposition, Event, EventKind, MoneyState, Order};
use crate::domain::record::gone_back;
use crate::domain::refund::{Carried, Gone, carried_in_full};
use crate::store::payments::{self, Payment};
use crate::store::{orders, refunds};

impl Services {
    /// Reads the receipt of the payment that counts and books what has gone back of it. True when the provider answered; a
    /// record that can't be changes nothing.
    pub(super) async fn look_for_returns(&self, order: &Order) -> Result<bool, Error> {
        let is_refunding = self.is_refunding(order).await?;
        let Some(payment) = self.payments_at(order, Disposition::Counted).await?.pop() else { return Ok(true) };
        match self.bootpay.receipt(&payment.receipt_id).await {
            // While a refund of ours is on its way nobody can tell whose doing a cancelled part is.
            Ok(receipt) if !is_refunding => self.book_of_counted(order, payment, receipt).await.map(|()| true),
            Ok(_) | Err(_) => Ok(false),
        }
    }

    /// As [`Services::look_for_returns`], of the payments that wait for a person, or were kept by one. Those whose receipts
    /// were not `judged` by this look are judged, too, if they were not clear.
    pub(super) async fn look_at_held(&self, order: &Order, judged: &[String]) -> Result<bool, Error> {
        let mut answered = true;
        for payment in self.payments_at(order, Disposition::InReview).await? {
            match self.bootpay.receipt(&payment.receipt_id).await {
                Ok(receipt) => {
                    if !judged.contains(&payment.receipt_id) {
                        answered &= self.judge_again(order, &payment, &receipt).await?;
                    }
                    self.book_of_held(order, payment, receipt).await?;
                }
                Err(error) if error.is_not_found() => {}
                Err(_) => answered = false,
            }
        }
        Ok(answered)
    }

    /// What was booked as not clear is judged by what can be read now, also where the order was paid otherwise since and
    /// nobody looks for its records any more. False when the provider did not answer.
    async fn judge_again(&self, order: &Order, payment: &Payment, receipt: &ProviderReceipt) -> Result<bool, Error> {
        let (id, receipt_id) = (order.id.clone(), payment.receipt_id.clone());
        let known = self.db.read(move |tx| {
            let (id, receipt_id) = (id.clone(), receipt_id.clone());
            Box::pin(async move { payments::known(tx, &id, &receipt_id).await })
        });
        if !matches!(known.await.map_err(Error::Store)?, Known::Unclear(_)) {
            return Ok(true);
        }
        let found = match self.bootpay.order(&payment.provider_order_id).await {
            Ok(found) => found,
            Err(error) => return Ok(error.is_not_found()),
        };
        // Whose it is was found out when it was booked.
        let invoice_id = order.invoice.as_ref().map(|invoice| invoice.id.clone());
        let found = ProviderOrder { found_by_invoice: invoice_id.clone(), ..found };
        let expected = Expected { order_id: order.id.clone(), invoice_id, amount: order.amount, at: self.clock.now() };
        let verdict = judge(&expected, &found, Some(receipt));
        if verdict.money().is_some() {
            self.apply(order, verdict).await?;
        }
        Ok(true)
    }

    pub(super) async fn is_refunding(&self, order: &Order) -> Result<bool, Error> {
        let id = order.id.clone();
        let open = self.db.read(move |tx| Box::pin(async move { refunds::unfinished(tx, &id).await })).await;
        Ok(!open.map_err(Error::Store)?.is_empty())
    }

    async fn payments_at(&self, order: &Order, place: Disposition) -> Result<Vec<Payment>, Error> {
        let mut payments = self.payments(order).await?;
        payments.retain(|payment| payment.disposition == place);
        Ok(payments)
    }

    async fn book_of_counted(&self, order: &Order, payment: Payment, receipt: ProviderReceipt) -> Result<(), Error> {
        let (id, now) = (order.id.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, payment, receipt) = (id.clone(), payment.clone(), receipt.clone());
                Box::pin(async move {
                    let order = orders::lock(tx, &id).await?;
                    // Ordered meanwhile: the receipt was read before, so it says nothing any more.
                    let is_quiet = refunds::unfinished(tx, &id).await?.is_empty();
                    let gone = payment.captured.and_then(|captured| gone_back(captured, order.refunded, &receipt));
                    if let (Some(gone), true) = (gone, is_quiet) {
                        let more = gone.checked_sub(order.refunded).unwrap_or(gone);
                        let event = Event { at: now, kind: EventKind::WentBack, staff: None, krw: Some(more.total()) };
                        book_back(tx, &order, &payment.id, gone, &event).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Once all of it is back there is nothing left to decide about; a part of it changes nothing for the person who is
    /// asked.
    async fn book_of_held(&self, order: &Order, payment: Payment, receipt: ProviderReceipt) -> Result<(), Error> {
        let gone = receipt.cancelled.map(|total| Gone { total, tax_free: receipt.cancelled_tax_free });
        if carried_in_full(receipt.total, gone) != Carried::Out {
            return Ok(());
        }
        let (id, payment, now, amount) = (order.id.clone(), payment.id, self.clock.now(), receipt.amount());
        let receipt_id = receipt.receipt_id;
        self.db
            .write(move |tx| {
                let (id, payment, receipt_id) = (id.clone(), payment.clone(), receipt_id.clone());
                Box::pin(async move {
                    let order = orders::lock(tx, &id).await?;
                    // Counted or given back meanwhile by a person, who read it too.
                    if payments::disposition(tx, &payment).await? != Disposition::InReview {
                        return Ok(());
                    }
                    if let Some(amount) = amount {
                        payments::complete_amount(tx, &receipt_id, amount).await?;
                    }
                    if order.money.may_become(MoneyState::Cancelled) {
                        orders::update_money_state(tx, &id, MoneyState::Cancelled).await?;
                    }
                    let event = Event { at: now, kind: EventKind::WentBack, staff: None, krw: None };
                    end_held(tx, &order, &payment, &event).await
                })
            })
            .await
    }
}
