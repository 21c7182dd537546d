//! From a stored link to one that can be shown: the invoice is made under the stored key, read back, and held
//! against what was asked for. Whatever is lost or different leaves the link a draft that says why.

use super::{LinkAct, Services};
use crate::domain::audit::Act;
use crate::domain::id::LinkId;
use crate::domain::link::{Link, LinkEventKind, Trouble};
use crate::domain::order::Order;
use crate::provider::ProviderError;
use crate::provider::bootpay::InvoiceNotice;
use crate::service::{Actor, Error};
use crate::store::links;

/// Longer than a call to the provider can take: two tries never overlap.
const TRY_GAP_MS: i64 = 30_000;
/// The provider remembers a key for 24 hours (Bootpay I.5); an hour is kept as a margin.
const KEY_LIFE_MS: i64 = 23 * 60 * 60 * 1000;

impl Services {
    /// Staff press "try again" on a draft.
    pub async fn retry_link(&self, actor: &Actor, id: &LinkId) -> Result<LinkAct, Error> {
        self.link(id).await?;
        self.log(actor, Act::LinkTried, id.as_str(), "").await?;
        self.ready_and_tell(actor, id).await
    }

    /// Makes a draft ready and sends the message that waits for it.
    pub(super) async fn ready_and_tell(&self, actor: &Actor, id: &LinkId) -> Result<LinkAct, Error> {
        if let Some(trouble) = self.make_ready(id).await? {
            return Ok(LinkAct::Unready(id.clone(), trouble));
        }
        self.send_if_due(actor, id).await
    }

    /// `None` when the link has left its draft; otherwise why it hasn't.
    async fn make_ready(&self, id: &LinkId) -> Result<Option<Trouble>, Error> {
        let (claimed, now) = (id.clone(), self.clock.now());
        let first = self
            .db
            .write(move |tx| {
                let id = claimed.clone();
                Box::pin(async move { links::claim_try(tx, &id, now, TRY_GAP_MS).await })
            })
            .await?;
        let link = self.link(id).await?;
        let Some(first) = first else {
            let is_draft = link.state == crate::domain::link::StoredState::Draft;
            // Somebody else is trying at this moment, or has succeeded.
            return Ok(is_draft.then(|| link.trouble.unwrap_or(Trouble::Unreachable)));
        };
        let order = self.order(&link.order).await?;
        // It goes on when the browser goes away: what the provider has made must be written down.
        let services = self.clone();
        let proving = tokio::spawn(async move {
            let proof = if order.invoice.is_none() && now.since_ms(first) > KEY_LIFE_MS {
                Err(Trouble::KeyTooOld)
            } else {
                services.prove_invoice(&order).await?
            };
            services.book_proof(&link, proof).await?;
            Ok::<_, Error>(proof.err())
        });
        proving.await.unwrap_or_else(|error| Err(ProviderError::Unreachable(error.to_string().into()).into()))
    }

    /// Makes the order's invoice and reads it back.
    async fn prove_invoice(&self, order: &Order) -> Result<Result<(), Trouble>, Error> {
        match self.make_payment_page(order).await {
            Ok(_) => {}
            Err(Error::Provider(error)) => return Ok(Err(trouble(&error))),
            Err(error) => return Err(error),
        }
        let Some(invoice) = self.order(&order.id).await?.invoice else { return Ok(Err(Trouble::Malformed)) };
        Ok(match self.bootpay.invoice(&invoice.id).await {
            Ok(notice) => compare(order, &notice),
            Err(error) => Err(trouble(&error)),
        })
    }

    async fn book_proof(&self, link: &Link, proof: Result<(), Trouble>) -> Result<(), Error> {
        let (id, order, now) = (link.id.clone(), link.order.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, order) = (id.clone(), order.clone());
                Box::pin(async move {
                    let link = links::lock(tx, &id).await?;
                    links::end_try(tx, &id).await?;
                    if link.order != order || link.state != crate::domain::link::StoredState::Draft {
                        return Ok(());
                    }
                    match proof {
                        Ok(()) => {
                            links::set_ready(tx, &id).await?;
                            links::append(tx, &id, now, LinkEventKind::Ready, None, "").await?;
                        }
                        Err(trouble) => {
                            links::set_trouble(tx, &id, trouble).await?;
                            links::append(tx, &id, now, LinkEventKind::NotReady, None, trouble.as_str()).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// What is absent proves nothing; only a tax-free part of nothing may go unsaid.
fn compare(order: &Order, notice: &InvoiceNotice) -> Result<(), Trouble> {
    let (Some(name), Some(total)) = (&notice.name, notice.total) else { return Err(Trouble::Malformed) };
    let wanted = order.amount.tax_free().get();
    let tax_free = match notice.tax_free {
        Some(tax_free) => tax_free,
        None if wanted == 0 => 0,
        None => return Err(Trouble::Malformed),
    };
    let is_right = *name == order.name && total == order.amount.total().get() && tax_free == wanted;
    if is_right { Ok(()) } else { Err(Trouble::Differs) }
}

pub(super) fn trouble(error: &ProviderError) -> Trouble {
    match error {
        ProviderError::Unreachable(_) => Trouble::Unreachable,
        ProviderError::Malformed(_) => Trouble::Malformed,
        ProviderError::Refused { status, code, .. } => match Trouble::of_code(code.as_str()) {
            Trouble::Refused if *status == 401 => Trouble::Keys,
            Trouble::Refused if *status == 403 => Trouble::Role,
            trouble => trouble,
        },
    }
}
