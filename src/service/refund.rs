//! Carrying out ordered refunds. The intent is stored first; a call whose answer was lost is followed by reading,
//! and only if that shows that nothing of it was carried out by the same call under the same `cancel_id`. What
//! reading can't tell stays open as unknown. An account that a refund goes to is only ever passed through.

use super::{Error, Services};
use crate::domain::id::CallKey;
use crate::domain::judge::{ProviderReceipt, ReceiptStatus};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{Order, RefundState};
use crate::domain::record::gone_back;
use crate::domain::refund::{
    Carried, Gone, REFUND_GAP_MS, RefundRoute, carried, carried_by_list, carried_in_full, may_be_sent_again,
};
use crate::domain::refund_account::RefundAccount;
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;
use crate::provider::bootpay::NewCancel;
use crate::store::payments;
use crate::store::refunds::{self, Refund};

/// A receipt that can't be read for so long after a refund was sent leaves it unknown.
const UNREAD_MS: i64 = 10 * 60 * 1000;

/// What is known of a refund after an attempt to carry it on.
enum End {
    Done,
    /// Its code and words.
    Refused(String),
    /// Sent, and what can be read tells neither yes nor no.
    Unknown,
    /// Not carried out; it can't go on without the customer's account.
    NeedsAccount,
    /// Not sent: other money of the payment has gone back since it was ordered.
    Overtaken,
    /// Nobody can tell yet.
    Open,
}

/// An account that staff have just entered, and the refund that it is for.
pub(super) type AtHand<'a> = Option<(&'a CallKey, &'a RefundAccount)>;

impl Services {
    /// Carries on every refund of this order whose end is not known. A provider that can't be asked is no
    /// error: the refund stays open and the next look carries on.
    pub(super) async fn finish_refunds(&self, order: &Order) -> Result<(), Error> {
        self.finish_refunds_with(order, None).await
    }

    /// As [`Services::finish_refunds`], with an account for one of them.
    pub(super) async fn finish_refunds_with(&self, order: &Order, at_hand: AtHand<'_>) -> Result<(), Error> {
        let id = order.id.clone();
        let open = self.db.read(move |tx| Box::pin(async move { refunds::unfinished(tx, &id).await })).await?;
        for refund in open {
            let account = at_hand.filter(|(key, _)| **key == refund.cancel_id).map(|(_, account)| account);
            match self.carry_on(&refund, account).await? {
                End::Done if !self.complete_amount(&refund).await? => {}
                End::Done => self.book_done(&refund).await?,
                End::Refused(words) => self.book_refused(&refund, words).await?,
                End::Unknown => self.book_unknown(&refund).await?,
                End::NeedsAccount => self.book_without_account(&refund).await?,
                End::Overtaken => {
                    self.book_overtaken(&refund).await?;
                    self.look_for_returns(order).await?;
                }
                End::Open => {}
            }
        }
        Ok(())
    }

    /// What went back whole without anybody having read how much it was: by now it can be read. False when the provider
    /// does not answer, and the refund ends later.
    async fn complete_amount(&self, refund: &Refund) -> Result<bool, Error> {
        let id = refund.payment_id.clone();
        let known = self.db.read(move |tx| {
            let id = id.clone();
            Box::pin(async move { payments::captured(tx, &id).await })
        });
        if known.await.map_err(Error::Store)?.is_some() {
            return Ok(true);
        }
        let Ok(receipt) = self.bootpay.receipt(&refund.receipt_id).await else { return Ok(false) };
        if let Some(amount) = receipt.amount() {
            let receipt_id = receipt.receipt_id;
            let write = self.db.write(move |tx| {
                let receipt_id = receipt_id.clone();
                Box::pin(async move { payments::complete_amount(tx, &receipt_id, amount).await })
            });
            write.await.map_err(Error::Store)?;
        }
        Ok(true)
    }

    async fn carry_on(&self, refund: &Refund, account: Option<&RefundAccount>) -> Result<End, Error> {
        let lacks_account = refund.route == RefundRoute::PgAccount && account.is_none();
        // A clock that was set back must not hold it for ever.
        let rested = |ms| self.clock.now().since_ms(refund.sent_at.unwrap_or(refund.updated_at)).abs() >= ms;
        if refund.sent_at.is_none() {
            return match lacks_account {
                false => self.send_first(refund, account).await,
                // Whoever entered the account may be about to send it.
                true if !rested(REFUND_GAP_MS) => Ok(End::Open),
                true => Ok(End::NeedsAccount),
            };
        }
        let Ok(receipt) = self.bootpay.receipt(&refund.receipt_id).await else {
            return Ok(if rested(UNREAD_MS) { End::Unknown } else { End::Open });
        };
        match self.was_carried(refund, &receipt).await? {
            Carried::Out => Ok(End::Done),
            _ if is_running(&receipt) => Ok(End::Open),
            // It may still be on its way to the provider.
            _ if !rested(REFUND_GAP_MS) => Ok(End::Open),
            Carried::Unclear if refund.state != RefundState::Unknown => Ok(End::Unknown),
            // Sent again, it would be the same refund only as long as the provider knows its key.
            Carried::Unclear if lacks_account || !may_be_sent_again(refund.created_at, self.clock.now()) => {
                Ok(End::Open)
            }
            Carried::Not if lacks_account => Ok(End::NeedsAccount),
            Carried::Unclear | Carried::Not => self.send(refund, account, Some(&receipt)).await,
        }
    }

    async fn send_first(&self, refund: &Refund, account: Option<&RefundAccount>) -> Result<End, Error> {
        // A whole return needs no reading before: its end is "everything is back". Commerce is told amounts.
        if refund.amount.is_none() && refund.route != RefundRoute::Commerce {
            return self.send(refund, account, None).await;
        }
        let Ok(receipt) = self.bootpay.receipt(&refund.receipt_id).await else { return Ok(End::Open) };
        if is_running(&receipt) {
            return Ok(End::Open);
        }
        if refund.amount.is_some() && self.gone_unbooked(refund, &receipt).await? {
            return Ok(End::Overtaken);
        }
        self.send(refund, account, Some(&receipt)).await
    }

    /// Whether something has gone back that is not in our books, and can be booked.
    async fn gone_unbooked(&self, refund: &Refund, receipt: &ProviderReceipt) -> Result<bool, Error> {
        let (id, refunded) = (refund.payment_id.clone(), self.order(&refund.order_id).await?.refunded);
        let captured = self.db.read(move |tx| Box::pin(async move { payments::captured(tx, &id).await })).await;
        Ok(captured.map_err(Error::Store)?.and_then(|captured| gone_back(captured, refunded, receipt)).is_some())
    }

    async fn send(
        &self,
        refund: &Refund,
        account: Option<&RefundAccount>,
        reading: Option<&ProviderReceipt>,
    ) -> Result<End, Error> {
        let is_first = refund.sent_at.is_none();
        let is_all_back = reading.is_some_and(|now| carried_in_full(now.total, gone(now)) == Carried::Out);
        if refund.amount.is_none() && is_all_back {
            return Ok(End::Done);
        }
        let mut ordered = None;
        if refund.route == RefundRoute::Commerce {
            let amount = refund.amount.or_else(|| reading.and_then(rest));
            match (self.provider_number(refund).await?, amount) {
                (Ok(Some(number)), Some(amount)) => ordered = Some((number, amount)),
                (Ok(None), _) if is_first => return Ok(End::Refused("no order number".to_owned())),
                (Ok(None) | Err(_), _) | (_, None) => return Ok(End::Open),
            }
        }
        let before = if is_first { reading.and_then(gone) } else { refund.before };
        let (id, now) = (refund.id.clone(), self.clock.now());
        let is_mine = self
            .db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { refunds::claim_sending(tx, &id, now, REFUND_GAP_MS, before).await })
            })
            .await?;
        // Another look is sending it; two cancels at once could make the provider refuse one of them.
        if !is_mine {
            return Ok(End::Open);
        }
        let is_renamed = planted(Bug::RefundUnderNewKey) && !is_first;
        let cancel_id = if is_renamed { self.new_call_key() } else { refund.cancel_id.clone() };
        let refund = &Refund { before, cancel_id, ..refund.clone() };
        match self.call(refund, account, ordered).await {
            Err(ProviderError::Unreachable(_)) if planted(Bug::RefundUnread) => Ok(End::Done),
            Ok(Some(receipt)) if is_acknowledged(refund, &receipt) => Ok(End::Done),
            Err(ProviderError::Refused { code, message, .. }) => {
                let Ok(receipt) = self.bootpay.receipt(&refund.receipt_id).await else { return Ok(End::Open) };
                let refused = || End::Refused(format!("{code} {message}").trim().to_owned());
                Ok(match self.was_carried(refund, &receipt).await? {
                    // "Already cancelled" is a refusal too.
                    Carried::Out => End::Done,
                    _ if is_running(&receipt) => End::Open,
                    Carried::Not => refused(),
                    // Its only sending was refused: whatever has gone back is somebody else's doing.
                    Carried::Unclear if is_first => refused(),
                    Carried::Unclear => End::Unknown,
                })
            }
            Ok(_) | Err(_) => Ok(End::Open),
        }
    }

    /// The one call; `ordered` is what the Commerce way is told: the provider's order and how much of it. Answers with
    /// the receipt as it stands afterwards, if that could be read.
    async fn call(
        &self,
        refund: &Refund,
        account: Option<&RefundAccount>,
        ordered: Option<(String, Amount)>,
    ) -> Result<Option<ProviderReceipt>, ProviderError> {
        let (receipt, cancel_id, reason) = (&refund.receipt_id, &refund.cancel_id, &refund.reason);
        let Some((number, amount)) = ordered else {
            return self.bootpay.cancel(receipt, refund.amount, cancel_id, reason, account).await.map(Some);
        };
        self.bootpay.cancel_order(&NewCancel { order: &number, amount, cancel_id, message: reason }).await?;
        Ok(self.bootpay.receipt(receipt).await.ok())
    }

    /// What reading tells about a refund that was sent: by the receipt's amounts, and where those can't tell, by the
    /// provider's list of the order's cancels, which names ours.
    async fn was_carried(&self, refund: &Refund, receipt: &ProviderReceipt) -> Result<Carried, Error> {
        let now = gone(receipt);
        let told = match refund.amount {
            Some(amount) => carried(refund.before, amount, now),
            None => carried_in_full(receipt.total, now),
        };
        if told != Carried::Unclear {
            return Ok(told);
        }
        let Ok(Some(number)) = self.provider_number(refund).await? else { return Ok(told) };
        Ok(match self.bootpay.order_cancels(&number).await {
            Ok(list) => carried_by_list(&list, refund.cancel_id.as_str(), now),
            Err(_) => told,
        })
    }

    /// The provider's number of the order behind a refund: as booked, or as the provider's own record tells it now.
    async fn provider_number(&self, refund: &Refund) -> Result<Result<Option<String>, ProviderError>, Error> {
        let id = refund.payment_id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { payments::provider_order(tx, &id).await })).await;
        let (provider_id, number) = found.map_err(Error::Store)?;
        if number.is_some() {
            return Ok(Ok(number));
        }
        Ok(self.bootpay.order(&provider_id).await.map(|order| order.number))
    }
}

/// What of a receipt has gone back.
/// Something is being done with this payment at the provider, such as a cancel (Bootpay C.9, status -30): what it says is
/// neither yes nor no.
fn is_running(receipt: &ProviderReceipt) -> bool {
    receipt.status == ReceiptStatus::Requested
}

fn gone(receipt: &ProviderReceipt) -> Option<Gone> {
    receipt.cancelled.map(|total| Gone { total, tax_free: receipt.cancelled_tax_free })
}

/// What of a receipt is left.
fn rest(receipt: &ProviderReceipt) -> Option<Amount> {
    let part = |all: Option<i64>, gone: Option<i64>| Krw::new(all?.checked_sub(gone?)?).ok();
    let total = part(receipt.total, receipt.cancelled)?;
    Amount::new(total, part(receipt.tax_free, receipt.cancelled_tax_free)?).ok().filter(|rest| !rest.is_zero())
}

/// Whether the receipt bears out an answer that said yes.
fn is_acknowledged(refund: &Refund, receipt: &ProviderReceipt) -> bool {
    match (refund.amount, gone(receipt)) {
        (Some(amount), Some(now)) => {
            let before = refund.before.map_or(0, |before| before.total);
            now.total >= before.saturating_add(amount.total().get())
        }
        (None, now) => carried_in_full(receipt.total, now) == Carried::Out,
        (Some(_), None) => false,
    }
}
