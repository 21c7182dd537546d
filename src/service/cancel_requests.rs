//! What buyers ask in the provider's own pages: to cancel. Staff approve or reject it there through here. An approval is
//! stored before it is sent and no refund is ordered until its end is known; what went back is then found by reading,
//! like everything that goes back without us.

use sha2::{Digest, Sha256};

use super::order_desk::OrderDesk;
use super::refund_order::left;
use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::order::Order;
use crate::domain::refund::{CancelStanding, ListedCancel, REFUND_GAP_MS, RefundReason};
use crate::domain::watch::SOON_MS;
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;
use crate::store::approved_cancels::{self, ApprovedCancel};
use crate::store::{orders, payments, refunds, watches};

/// What staff decide about a buyer's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelDecision {
    /// What goes back, typed by whoever decides: see [`ListedCancel::is_typed_back`].
    Approve { typed: String },
    /// With words for the buyer.
    Reject(RefundReason),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelDecided {
    Done,
    /// What was typed is not what the buyer asks for now.
    NotConfirmed,
    /// There is no such request, or it has been decided or withdrawn.
    Gone,
    /// A refund, or another approval, is on its way; approving now could give back twice.
    Busy,
    /// The buyer asks for more than is left, since something has gone back meanwhile.
    NotLeft,
    /// The provider refused; nothing was decided.
    Refused,
    /// It was sent, or could not be; how it stands is not known yet.
    Unanswered,
}

impl CancelDecision {
    const fn word(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approve",
            Self::Reject(_) => "reject",
        }
    }

    const fn end(&self) -> CancelStanding {
        match self {
            Self::Approve { .. } => CancelStanding::Done,
            Self::Reject(_) => CancelStanding::Over,
        }
    }

    /// The same decision about the same request is one call to the provider, whoever makes it and however often: the
    /// request that the provider has stored stands for a stored key.
    fn key(&self, request_id: &str) -> CallKey {
        let hash: [u8; 32] = Sha256::digest(format!("{} {request_id}", self.word())).into();
        let mut bytes = [0; CallKey::BYTES];
        for (byte, hashed) in bytes.iter_mut().zip(hash) {
            *byte = hashed;
        }
        CallKey::from_random(bytes)
    }
}

impl Services {
    /// What buyers have asked for and nobody has decided; nothing where the provider does not answer in time.
    pub async fn cancel_requests(&self, desk: &OrderDesk) -> Vec<ListedCancel> {
        let counted = left(&desk.order, &desk.payments).map(|(payment, _)| payment.provider_order_number.as_deref());
        let Some(Some(number)) = counted else { return Vec::new() };
        match self.in_time(self.bootpay.order_cancels(number)).await {
            Some(Ok(list)) => list.into_iter().filter(|one| one.standing == CancelStanding::Waiting).collect(),
            Some(Err(error)) => {
                tracing::warn!(order.id = %desk.order.id, %error, "requests to cancel could not be read");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Approves or rejects a buyer's request. Waits for the provider no longer than [`LOOK_PATIENCE`](super::LOOK_PATIENCE).
    pub async fn decide_cancel(
        &self,
        actor: &Actor,
        id: &OrderId,
        request_id: &str,
        decision: CancelDecision,
    ) -> Result<CancelDecided, Error> {
        let order = self.order(id).await?;
        let payments = self.payments(&order).await?;
        let number = left(&order, &payments).and_then(|(payment, _)| payment.provider_order_number.clone());
        let Some(number) = number else { return Ok(CancelDecided::Gone) };
        let (services, actor, request_id) = (self.clone(), actor.clone(), request_id.to_owned());
        let deciding =
            tokio::spawn(async move { services.decide_listed(&actor, &order, &number, &request_id, &decision).await });
        match self.in_time(deciding).await {
            Some(Ok(decided)) => decided,
            _ => Ok(CancelDecided::Unanswered),
        }
    }

    async fn decide_listed(
        &self,
        actor: &Actor,
        order: &Order,
        number: &str,
        request_id: &str,
        decision: &CancelDecision,
    ) -> Result<CancelDecided, Error> {
        let listed = match self.listed(number, request_id).await {
            Ok(Some(listed)) if listed.standing == CancelStanding::Waiting => listed,
            Ok(_) => return Ok(CancelDecided::Gone),
            Err(_) => return Ok(CancelDecided::Unanswered),
        };
        let key = decision.key(request_id);
        let answer = match decision {
            CancelDecision::Approve { typed } if !listed.is_typed_back(typed, &order.number) => {
                return Ok(CancelDecided::NotConfirmed);
            }
            CancelDecision::Approve { .. } => {
                if let Some(refusal) = self.store_approval(actor, order, number, &listed).await? {
                    return Ok(refusal);
                }
                self.bootpay.approve_cancel(request_id, "승인", &key).await
            }
            CancelDecision::Reject(message) => {
                self.log(actor, Act::CancelRejected, order.number.as_str(), request_id).await?;
                self.bootpay.reject_cancel(request_id, message.as_str(), &key).await
            }
        };
        // Whatever was answered, the list says how it stands.
        let after = self.standing_of(number, request_id).await;
        self.finish_approved_cancels(order).await?;
        Ok(match (after, answer) {
            (Ok(Some(standing)), _) if standing == decision.end() => CancelDecided::Done,
            (Ok(Some(CancelStanding::Waiting)), Err(ProviderError::Refused { code, .. })) => {
                tracing::error!(order.id = %order.id, %code, "the provider refused to decide about a request to cancel");
                CancelDecided::Refused
            }
            _ => CancelDecided::Unanswered,
        })
    }

    async fn listed(&self, number: &str, request_id: &str) -> Result<Option<ListedCancel>, ProviderError> {
        let list = self.bootpay.order_cancels(number).await?;
        Ok(list.into_iter().find(|one| one.request_id == request_id))
    }

    async fn standing_of(&self, number: &str, request_id: &str) -> Result<Option<CancelStanding>, ProviderError> {
        Ok(self.listed(number, request_id).await?.map(|one| one.standing))
    }

    /// Stores that an approval is sent now, and that its order is looked at. Otherwise why not: anything else of the order
    /// is on its way back, or this approval, or there is not so much left.
    async fn store_approval(
        &self,
        actor: &Actor,
        order: &Order,
        number: &str,
        listed: &ListedCancel,
    ) -> Result<Option<CancelDecided>, Error> {
        let (actor, id, listed, now) = (actor.clone(), order.id.clone(), listed.clone(), self.clock.now());
        let cancel = ApprovedCancel { request_id: listed.request_id.clone(), number: number.to_owned(), sent_at: now };
        self.db
            .write(move |tx| {
                let (actor, id, cancel, listed) = (actor.clone(), id.clone(), cancel.clone(), listed.clone());
                Box::pin(async move {
                    let order = orders::lock(tx, &id).await?;
                    if refunds::under_way(tx, &id).await? && !planted(Bug::CancelApprovedBeside) {
                        return Ok(Some(CancelDecided::Busy));
                    }
                    let payments = payments::of_order(tx, &id).await?;
                    let Some((_, left)) = left(&order, &payments) else { return Ok(Some(CancelDecided::Gone)) };
                    if listed.check(left).is_err() {
                        return Ok(Some(CancelDecided::NotLeft));
                    }
                    approved_cancels::put(tx, &id, &cancel).await?;
                    watches::hint(tx, &id, None, now.plus_ms(SOON_MS)).await?;
                    actor.log(tx, now, Act::CancelApproved, order.number.as_str(), &cancel.request_id).await?;
                    Ok::<_, Error>(None)
                })
            })
            .await
    }

    /// Staff give up waiting for what came of an approval that has had no clear end for long. False when there is no such
    /// approval any more.
    pub async fn give_up_approval(&self, actor: &Actor, order: &OrderId, request_id: &str) -> Result<bool, Error> {
        let (now, actor, order, request_id) = (self.clock.now(), actor.clone(), order.clone(), request_id.to_owned());
        self.db
            .write(move |tx| {
                let (actor, order, request_id) = (actor.clone(), order.clone(), request_id.clone());
                Box::pin(async move {
                    orders::find(tx, &order).await?.ok_or(Error::NotFound)?;
                    let order = orders::lock(tx, &order).await?;
                    let sent = approved_cancels::of_order(tx, &order.id).await?;
                    let may = |one: &ApprovedCancel| one.request_id == request_id && one.may_be_given_up(now);
                    let Some(cancel) = sent.into_iter().find(may) else { return Ok(false) };
                    approved_cancels::end(tx, &cancel).await?;
                    actor.log(tx, now, Act::RefundGivenUp, order.number.as_str(), &request_id).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Reads what has come of approvals that were sent, and books what went back. False while that is not known.
    pub(super) async fn finish_approved_cancels(&self, order: &Order) -> Result<bool, Error> {
        let id = order.id.clone();
        let sent = self.db.read(move |tx| Box::pin(async move { approved_cancels::of_order(tx, &id).await })).await;
        for cancel in sent.map_err(Error::Store)? {
            let Ok(standing) = self.standing_of(&cancel.number, &cancel.request_id).await else { return Ok(false) };
            let has_ended = match standing {
                Some(CancelStanding::Done | CancelStanding::Over) => true,
                // It may still be on its way to the provider. After that it was not carried out, and may be decided again.
                Some(CancelStanding::Waiting) | None => {
                    self.clock.now().since_ms(cancel.sent_at).abs() >= REFUND_GAP_MS
                }
                Some(CancelStanding::Unknown) => false,
            };
            if !has_ended {
                return Ok(false);
            }
            if !self.look_for_returns(order).await? {
                return Ok(false);
            }
            let end = self.db.write(move |tx| {
                let cancel = cancel.clone();
                Box::pin(async move { approved_cancels::end(tx, &cancel).await })
            });
            end.await.map_err(Error::Store)?;
        }
        Ok(true)
    }
}
