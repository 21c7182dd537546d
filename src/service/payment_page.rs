//! The payment page that the server makes at the provider, for buyers without script, pay links
//! and discounted orders.

use super::{Error, Services};
use crate::clock::iso_seoul;
use crate::domain::order::{EventKind, Invoice, Order};
use crate::domain::policy::Approval;
use crate::provider::ProviderError;
use crate::provider::bootpay::NewInvoice;
use crate::store::orders;

impl Services {
    /// Where the provider sends the buyer back to. No query: the vendor's script appends one (Bootpay E.7).
    pub fn return_url(&self, order: &Order) -> String {
        format!("{}/orders/{}/return", self.public_url, order.token)
    }

    /// The address where this order is paid. Makes the provider's invoice at the first call; a call whose
    /// answer was lost is repeated under the same stored key and yields the same invoice. Waits no longer than
    /// [`LOOK_PATIENCE`](super::LOOK_PATIENCE); what takes longer goes on by itself and is found by the next call.
    pub async fn payment_url(&self, order: &Order) -> Result<String, Error> {
        Ok(self.invoice(order).await?.payment_url)
    }

    /// The provider's invoice for this order, made at the first call like [`Services::payment_url`] says.
    pub async fn invoice(&self, order: &Order) -> Result<Invoice, Error> {
        if let Some(invoice) = &order.invoice {
            return Ok(invoice.clone());
        }
        let (services, order) = (self.clone(), order.clone());
        let making = tokio::spawn(async move { services.make_payment_page(&order).await });
        match self.in_time(making).await {
            Some(Ok(made)) => made,
            _ => Err(ProviderError::Unreachable("a payment page takes longer to make than a page waits".into()).into()),
        }
    }

    pub(super) async fn make_payment_page(&self, order: &Order) -> Result<Invoice, Error> {
        let link = match &order.link {
            Some(id) => Some(self.link(id).await?),
            None => None,
        };
        let separately_confirmed = self.approval().await? == Approval::Separate;
        let made = self
            .bootpay
            .create_invoice(
                &NewInvoice {
                    order_id: &order.id,
                    name: &order.name,
                    amount: order.amount,
                    original: order.original,
                    link: link.as_ref().map(|link| &link.terms),
                    lines: &order.lines,
                    customer: &order.customer,
                    redirect_url: &self.return_url(order),
                    expires_at: &iso_seoul(order.expires_at),
                    separately_confirmed,
                },
                &order.invoice_key,
            )
            .await?;
        let (id, now) = (order.id.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (id, made) = (id.clone(), made.clone());
                Box::pin(async move {
                    let before = orders::lock(tx, &id).await?;
                    if let Some(invoice) = before.invoice {
                        return Ok::<_, Error>(invoice);
                    }
                    orders::set_invoice(tx, &id, &made).await?;
                    orders::append_event(tx, &id, now, EventKind::InvoiceMade).await?;
                    Ok(made)
                })
            })
            .await
    }
}
