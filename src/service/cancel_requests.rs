//! What buyers ask in the provider's own pages: to cancel. Staff approve or reject it there through here; what went
//! back is then found by reading, like everything that goes back without us.

use sha2::{Digest, Sha256};

use super::order_desk::OrderDesk;
use super::refund_order::left;
use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, OrderId};
use crate::domain::order::Order;
use crate::domain::refund::{CancelStanding, ListedCancel};
use crate::provider::ProviderError;
use crate::store::refunds;

/// What staff decide about a buyer's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelDecision {
    Approve,
    /// With words for the buyer.
    Reject(String),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelDecided {
    Done,
    /// There is no such request, or it has been decided or withdrawn.
    Gone,
    /// A refund of ours is on its way; approving now could give back twice.
    Busy,
    /// The provider refused; nothing was decided.
    Refused,
    /// It was sent, or could not be; how it stands is not known yet.
    Unanswered,
}

impl CancelDecision {
    const fn word(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject(_) => "reject",
        }
    }

    const fn end(&self) -> CancelStanding {
        match self {
            Self::Approve => CancelStanding::Done,
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
        let unfinished = id.clone();
        let open = self.db.read(move |tx| Box::pin(async move { refunds::unfinished(tx, &unfinished).await })).await;
        if decision == CancelDecision::Approve && !open.map_err(Error::Store)?.is_empty() {
            return Ok(CancelDecided::Busy);
        }
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
        let standing = async || {
            let list = self.bootpay.order_cancels(number).await?;
            Ok::<_, ProviderError>(list.iter().find(|one| one.request_id == request_id).map(|one| one.standing))
        };
        match standing().await {
            Ok(Some(CancelStanding::Waiting)) => {}
            Ok(_) => return Ok(CancelDecided::Gone),
            Err(_) => return Ok(CancelDecided::Unanswered),
        }
        let (act, message) = match decision {
            CancelDecision::Approve => (Act::CancelApproved, "승인"),
            CancelDecision::Reject(message) => (Act::CancelRejected, message.as_str()),
        };
        self.log(actor, act, order.number.as_str(), request_id).await?;
        let key = decision.key(request_id);
        let answer = match decision {
            CancelDecision::Approve => self.bootpay.approve_cancel(request_id, message, &key).await,
            CancelDecision::Reject(_) => self.bootpay.reject_cancel(request_id, message, &key).await,
        };
        // Whatever was answered, the list says how it stands.
        let after = standing().await;
        if decision == &CancelDecision::Approve {
            self.look_for_returns(order).await?;
        }
        Ok(match (after, answer) {
            (Ok(Some(standing)), _) if standing == decision.end() => CancelDecided::Done,
            (Ok(Some(CancelStanding::Waiting)), Err(ProviderError::Refused { code, .. })) => {
                tracing::error!(order.id = %order.id, %code, "the provider refused to decide about a request to cancel");
                CancelDecided::Refused
            }
            _ => CancelDecided::Unanswered,
        })
    }
}
