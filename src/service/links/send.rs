//! Telling customers: by the provider, with its own address in the message. A message is claimed in the database
//! before it leaves, so two clicks are one message; an answer that was lost is not followed by a second one.

use super::{LinkAct, LinkRefusal, Services};
use crate::clock::day_in_seoul;
use crate::domain::audit::Act;
use crate::domain::id::{CallKey, LinkId, RowId};
use crate::domain::link::{Link, LinkEventKind, SendState, Trouble, Way, parse_ways};
use crate::domain::order::MoneyState;
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;
use crate::service::{Actor, Error};
use crate::store::link_sends::{self, Send};
use crate::store::{StoreError, Tx, links, orders};

/// Messages that one link may send in one day of Seoul's.
const MOST_A_DAY: usize = 5;
/// The shortest time between two messages of one link.
const SEND_GAP_MS: i64 = 30_000;
/// The most links whose waiting message one round of the worker sends.
const DUE_AT_ONCE: i64 = 5;

/// Who sends a message.
#[derive(Clone, Copy)]
enum By<'a> {
    Staff(&'a Actor),
    /// Its time has come; whoever made the link had said so, and that is in the audit log.
    Schedule(&'a str),
}

impl By<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Staff(actor) => actor.staff.name.as_str(),
            Self::Schedule(name) => name,
        }
    }

    const fn actor(&self) -> Option<&Actor> {
        match self {
            Self::Staff(actor) => Some(actor),
            Self::Schedule(_) => None,
        }
    }
}

/// Whose turn a message is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Somebody presses a button.
    Now,
    /// It has waited for its time, and leaves once.
    Waiting,
}

/// What became of the wish to send.
enum Claimed {
    /// The message is about this invoice of the provider's.
    Invoice(String),
    Refused(LinkRefusal),
    /// Somebody else has taken the message that waited, or its time has not come.
    Another,
}

/// The invoice that a message about the link would carry, or why none may leave.
async fn may_send(tx: &mut Tx, link: &Link, now: UnixMs) -> Result<Result<String, LinkRefusal>, Error> {
    if !link.is_payable(now) {
        return Ok(Err(LinkRefusal::NotLive));
    }
    let order = orders::find(tx, &link.order).await?.ok_or(StoreError::NotFound)?;
    let can_be_paid = matches!(order.money, MoneyState::Pending | MoneyState::Failed);
    let Some(invoice) = order.invoice.filter(|_| can_be_paid) else {
        return Ok(Err(LinkRefusal::InvoiceSpent));
    };
    let before = link_sends::of_link(tx, &link.id).await?;
    if before.first().is_some_and(|last| now.since_ms(last.at) < SEND_GAP_MS) {
        return Ok(Err(LinkRefusal::SentJustNow));
    }
    Ok(if left_today(&before, now) == 0 { Err(LinkRefusal::TooManySends) } else { Ok(invoice.id) })
}

/// How many messages may still leave on the day of `now`.
pub(super) fn left_today(sends: &[Send], now: UnixMs) -> usize {
    let today = day_in_seoul(now);
    MOST_A_DAY.saturating_sub(sends.iter().filter(|send| day_in_seoul(send.at) == today).count())
}

impl Services {
    /// Sends a link once more, by the ways that were ticked.
    pub async fn send_link<'a>(
        &self,
        actor: &Actor,
        id: &LinkId,
        ways: impl Iterator<Item = &'a str>,
    ) -> Result<LinkAct, Error> {
        let link = self.link(id).await?;
        match parse_ways(ways, &link.terms.customer) {
            Ok(ways) => self.send_message(By::Staff(actor), id, ways, Turn::Now).await,
            Err(wrong) => Ok(LinkAct::Wrong(vec![("ways", wrong)])),
        }
    }

    /// Sends the messages whose time has come, in the name of whoever made the link.
    pub(in crate::service) async fn send_due(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let due = self.db.read(move |tx| Box::pin(async move { links::due(tx, now, DUE_AT_ONCE).await })).await;
        for id in due.map_err(Error::Store)? {
            self.send_waiting(By::Schedule(&self.link(&id).await?.created_by), &id).await?;
        }
        Ok(())
    }

    /// Sends the message that waits for this link, if its time has come.
    pub(super) async fn send_if_due(&self, actor: &Actor, id: &LinkId) -> Result<LinkAct, Error> {
        self.send_waiting(By::Staff(actor), id).await
    }

    async fn send_waiting(&self, by: By<'_>, id: &LinkId) -> Result<LinkAct, Error> {
        let ways = self.link(id).await?.terms.notify.ways;
        Ok(match self.send_message(by, id, ways, Turn::Waiting).await? {
            // The link itself is there and fine; its page tells what became of the message.
            LinkAct::Refused(_) => LinkAct::Unsent(id.clone()),
            ended => ended,
        })
    }

    async fn send_message(&self, by: By<'_>, id: &LinkId, ways: Vec<Way>, turn: Turn) -> Result<LinkAct, Error> {
        let send = Send {
            id: RowId::from_random(self.random()),
            at: self.clock.now(),
            staff: by.name().to_owned(),
            ways,
            key: CallKey::from_random(self.random()),
            state: SendState::Claimed,
            trouble: None,
        };
        let invoice_id = match self.claim_sending(by.actor(), id, &send, turn).await? {
            Claimed::Invoice(invoice_id) => invoice_id,
            Claimed::Refused(refusal) => return Ok(LinkAct::Refused(refusal)),
            Claimed::Another => return Ok(LinkAct::Done(id.clone())),
        };
        // It goes on when the browser goes away: what became of it must be written down.
        let (services, id) = (self.clone(), id.clone());
        let sending = tokio::spawn(async move {
            let answer = services.bootpay.notify(&invoice_id, &send.ways, &send.key).await;
            services.book_sending(&id, &send, answer).await?;
            let is_sent =
                services.sends(&id).await?.iter().any(|one| one.id == send.id && one.state == SendState::Sent);
            Ok::<_, Error>(if is_sent { LinkAct::Done(id) } else { LinkAct::Unsent(id) })
        });
        sending.await.unwrap_or_else(|error| Err(ProviderError::Unreachable(error.to_string().into()).into()))
    }

    /// Writes the message down before it leaves, and that it waits no more.
    async fn claim_sending(
        &self,
        actor: Option<&Actor>,
        id: &LinkId,
        send: &Send,
        turn: Turn,
    ) -> Result<Claimed, Error> {
        let (id, actor, send) = (id.clone(), actor.cloned(), send.clone());
        self.db
            .write(move |tx| {
                let (id, actor, send) = (id.clone(), actor.clone(), send.clone());
                Box::pin(async move {
                    let link = links::lock(tx, &id).await?;
                    if turn == Turn::Waiting && !links::claim_due(tx, &id, send.at).await? {
                        return Ok::<_, Error>(Claimed::Another);
                    }
                    let invoice = match may_send(tx, &link, send.at).await? {
                        Ok(invoice) => invoice,
                        Err(refusal) => {
                            // Nobody is there to be told.
                            if turn == Turn::Waiting {
                                let (staff, ways) = (Some(send.staff.as_str()), words(&send.ways));
                                links::append(tx, &id, send.at, LinkEventKind::NotSent, staff, &ways).await?;
                            }
                            return Ok(Claimed::Refused(refusal));
                        }
                    };
                    link_sends::insert(tx, &id, &send).await?;
                    if let Some(actor) = actor {
                        actor.log(tx, send.at, Act::LinkSent, id.as_str(), &words(&send.ways)).await?;
                    }
                    Ok(Claimed::Invoice(invoice))
                })
            })
            .await
    }

    async fn book_sending(&self, id: &LinkId, send: &Send, answer: Result<(), ProviderError>) -> Result<(), Error> {
        let (state, trouble, kind) = match answer {
            Ok(()) => (SendState::Sent, None, LinkEventKind::Sent),
            Err(error @ ProviderError::Refused { .. }) => {
                (SendState::Failed, Some(super::ready::trouble(&error)), LinkEventKind::NotSent)
            }
            Err(_) => (SendState::Unknown, Some(Trouble::Unreachable), LinkEventKind::SentUnknown),
        };
        let (id, send, now) = (id.clone(), send.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, send) = (id.clone(), send.clone());
                Box::pin(async move {
                    links::lock(tx, &id).await?;
                    link_sends::finish(tx, &send.id, state, trouble).await?;
                    links::append(tx, &id, now, kind, Some(&send.staff), &words(&send.ways)).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn sends(&self, id: &LinkId) -> Result<Vec<Send>, Error> {
        let id = id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { link_sends::of_link(tx, &id).await })).await;
        found.map_err(Error::Store)
    }
}

fn words(ways: &[Way]) -> String {
    ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(" ")
}
