//! Separate approval (Bootpay E.9): a payment that the buyer has authenticated is approved only after the judge has
//! found it right in everything, and only while nothing else has been or may have been paid. The approval is stored
//! with its key before it is sent; one whose answer was lost is read before the same key is used again.

use super::look::{Found, Start};
use super::{Error, Services};
use crate::domain::id::CallKey;
use crate::domain::judge::{Approvable, ReceiptStatus, Verdict};
use crate::domain::order::{Disposition, EventKind, MoneyState, Order};
use crate::domain::time::UnixMs;
use crate::planted::{Bug, planted};
use crate::store::approvals::{Claim, Gaps};
use crate::store::{StoreError, Tx, approvals, links, orders, payments};

/// Longer than a call to the provider can take, which gives up after ten seconds.
pub const APPROVAL_GAP_MS: i64 = 15_000;
/// An approval of another attempt that has not come through by then was refused.
const OTHER_GAP_MS: i64 = 60_000;

impl Services {
    /// What stands at the provider after the payment that waits for an approval, if there is one, was approved.
    pub(super) async fn approved(&self, order: &Order, start: Start<'_>, mut found: Found) -> Result<Found, Error> {
        let anew = Start { list_age_ms: None, ..start };
        if start.list_age_ms.is_some()
            && found.records.iter().any(|one| matches!(one.verdict, Verdict::OnConfirm(Some(_))))
        {
            // Before money is taken everything is read anew.
            found = self.find_records(order, anew).await;
        }
        // What was not answered may be a payment; approving would make it two.
        let is_clear = found.answered
            && found.records.iter().all(|one| one.verdict.money().is_none() && one.verdict != Verdict::AskAgain);
        let waiting = found.records.iter().filter_map(|one| match &one.verdict {
            Verdict::OnConfirm(waiting) if is_clear => waiting.as_ref(),
            _ => None,
        });
        // Of several attempts one may be held up by the approval of another, which may be sent again itself.
        for waiting in waiting {
            if self.approve(order, waiting).await? {
                return Ok(self.find_records(order, anew).await);
            }
        }
        Ok(found)
    }

    /// True when the provider may know something new afterwards.
    async fn approve(&self, order: &Order, waiting: &Approvable) -> Result<bool, Error> {
        let (order, receipt_id) = (order.id.clone(), waiting.receipt_id.clone());
        let (now, key) = (self.clock.now(), CallKey::from_random(self.random()));
        let claim = self
            .db
            .write(move |tx| {
                let (order, receipt_id, key) = (order.clone(), receipt_id.clone(), key.clone());
                Box::pin(async move {
                    let order = orders::lock(tx, &order).await?;
                    if !may_be_approved(tx, &order, now).await? {
                        return Ok(None);
                    }
                    let other_ms = if planted(Bug::ApprovedAtOnce) { 0 } else { OTHER_GAP_MS };
                    let gaps = Gaps { same_ms: APPROVAL_GAP_MS, other_ms };
                    let claim = approvals::claim(tx, &receipt_id, &order.id, &key, now, gaps).await?;
                    if claim.as_ref().is_some_and(|claim| claim.is_first) {
                        orders::append_event(tx, &order.id, now, EventKind::Approved).await?;
                    }
                    Ok::<_, Error>(claim)
                })
            })
            .await?;
        let Some(Claim { key, is_first }) = claim else { return Ok(false) };
        if !is_first {
            // The answer was lost: only if it still waits may the same key be used again.
            match self.bootpay.receipt(&waiting.receipt_id).await {
                Ok(receipt) if receipt.status == ReceiptStatus::OnConfirm => {}
                Ok(_) => return Ok(true),
                Err(_) => return Ok(false),
            }
        }
        if let Err(error) = self.bootpay.confirm_order(&waiting.number, &key).await {
            tracing::warn!(receipt = waiting.receipt_id, %error, "an approval was not answered with yes; it is read");
        }
        Ok(true)
    }
}

/// Whether money for this order would count now. What would go back or before a person is not charged at all. Whether
/// the shop asks for approvals now is no matter: it may have when this payment was asked for.
async fn may_be_approved(tx: &mut Tx, order: &Order, now: UnixMs) -> Result<bool, Error> {
    let may_wait = order.money == MoneyState::AwaitingConfirm || order.money.may_become(MoneyState::AwaitingConfirm);
    if !may_wait || order.is_late(now.plus_ms(APPROVAL_GAP_MS), false) || planted(Bug::NeverApproved) {
        return Ok(false);
    }
    let booked = payments::of_order(tx, &order.id).await?;
    if booked.iter().any(|payment| payment.disposition != Disposition::Returned) {
        return Ok(false);
    }
    let Some(link) = &order.link else { return Ok(true) };
    match links::lock(tx, link).await {
        Ok(link) => {
            // Approvals of its other orders that are on their way may use it up.
            let others = approvals::of_link(tx, &link.id, &order.id, now, OTHER_GAP_MS).await?;
            Ok(link.is_open_at(now) && link.used.saturating_add(others) < link.terms.uses)
        }
        Err(StoreError::NotFound) => Ok(true),
        Err(error) => Err(error.into()),
    }
}
