//! The payment page that the server makes at the provider, for buyers without script, pay links
//! and discounted orders.

use super::{Error, Services};
use crate::clock::iso_seoul;
use crate::domain::order::{EventKind, Invoice, Order};
use crate::domain::policy::Approval;
use crate::provider::ProviderError;
use crate::provider::bootpay::NewInvoice;
use crate::store::orders;

/// What a browser's order form needs to know besides the order.
pub struct FormTerms {
    /// The id under which the provider knows the order, or the invoice that it is paid by.
    pub request_id: String,
    pub approval: Approval,
}

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
    async fn invoice(&self, order: &Order) -> Result<Invoice, Error> {
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

    /// What the vendor's script opens the order form with. With a discount the provider takes the price from the invoice
    /// that the server has made, whatever the products cost; without an invoice there is no form to open.
    pub async fn form_terms(&self, order: &Order) -> Result<FormTerms, Error> {
        let request_id = match order.original {
            Some(_) => self.invoice(order).await?.id,
            None => order.id.as_str().to_owned(),
        };
        Ok(FormTerms { request_id, approval: self.approval().await? })
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
