//! Looking: which of the provider's records belong to an order. Everything that arrives from outside is
//! only a hint where to look.

use std::collections::HashSet;

use super::Services;
use super::bearers::must_be_there;
use super::pages::Pages;
use super::roll::Reading;
use crate::clock::day_in_seoul;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::judge::{Deposit, Expected, ProviderOrder, Verdict, judge};
use crate::domain::order::{Order, OrderKind};
use crate::planted::{Bug, planted};
use crate::provider::ProviderError;
use crate::provider::bootpay::DayOf;

/// Where a look begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start<'a> {
    /// What somebody has named; it may be forged, foreign, used.
    pub numbers: &'a [ProviderOrderNumber],
    /// Nothing new was heard of the order: a reading of the provider's list that is younger than this will do. Without it
    /// the list is read anew.
    pub list_age_ms: Option<i64>,
    /// The numbers were asked about for minutes: one that still can't be read, where all else can, is given up.
    pub has_patience_ended: bool,
}

/// Listed orders that one reading of a list may fail to read before it ends.
pub(super) const MOST_UNREAD: usize = 8;

/// One of the provider's records about an order, judged.
pub(super) struct Record {
    pub verdict: Verdict,
    pub deposit: Option<Deposit>,
}

/// What a look has found.
pub(super) struct Found {
    pub records: Vec<Record>,
    /// Every question was answered, so "nothing found" means something.
    pub answered: bool,
}

/// A look while it goes on.
struct Search<'a> {
    order: &'a Order,
    expected: Expected,
    seen: HashSet<String>,
    found: Found,
}

impl Search<'_> {
    /// The payment that was promised has been found; nothing else needs to be asked.
    fn is_over(&self) -> bool {
        self.found.records.iter().any(|record| matches!(record.verdict, Verdict::Paid(_)))
    }

    /// "There is no such thing" is an answer; everything else leaves the question open.
    fn unanswered(&mut self, error: &ProviderError) {
        if !error.is_not_found() {
            tracing::warn!(order.id = %self.order.id, %error, "a look at the provider was not answered");
            self.found.answered = false;
        }
    }
}

impl Services {
    /// Finds and judges the provider's records for an order: by the numbers it was given, through the invoice
    /// that we made, and in the provider's list around the time of the order, until a right payment is found.
    pub(super) async fn find_records(&self, order: &Order, start: Start<'_>) -> Found {
        let expected = Expected {
            order_id: order.id.clone(),
            invoice_id: order.invoice.as_ref().map(|invoice| invoice.id.clone()),
            amount: order.amount,
            at: self.clock.now(),
        };
        let found = Found { records: Vec::new(), answered: true };
        let mut search = Search { order, expected, seen: HashSet::new(), found };
        let mut unread = None;
        for number in start.numbers {
            match self.bootpay.order(number.as_str()).await {
                Ok(found) if search.expected.carried_by(&found) => self.judge_record(&mut search, found).await,
                // A foreign number is answered like an unknown one.
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) => unread = Some(error),
            }
        }
        if !search.is_over() {
            match self.order_of_invoice(order).await {
                Ok(Some(found)) => self.judge_record(&mut search, found).await,
                Ok(None) => {}
                Err(error) => search.unanswered(&error),
            }
        }
        // A link is paid through our invoice alone; its life is too long for the provider's list to be read each time.
        if order.money.is_open() && !search.is_over() && order.kind == OrderKind::Plan {
            let (found, trouble) = self.listed_orders(order, &search.expected, start.list_age_ms).await;
            for found in found {
                self.judge_record(&mut search, found).await;
            }
            if let Some(error) = trouble {
                search.unanswered(&error);
            }
        }
        match unread {
            // Everything else could be read: whoever may bring a number could otherwise keep an order from ever ending.
            Some(error) if start.has_patience_ended && search.found.answered => {
                tracing::warn!(order.id = %order.id, %error, "a number that was brought can't be read; it is given up");
            }
            Some(error) => search.unanswered(&error),
            None => {}
        }
        search.found
    }

    /// Reads the receipt that the provider's order names, and judges both.
    async fn judge_record(&self, search: &mut Search<'_>, found: ProviderOrder) {
        let is_enough = planted(Bug::FirstRecordOnly) && !search.seen.is_empty();
        if is_enough || !search.seen.insert(found.order_id.clone()) {
            return;
        }
        let receipt = match &found.receipt_id {
            Some(receipt_id) => match self.bootpay.receipt(receipt_id).await {
                Ok(receipt) => Some(receipt),
                Err(error) => {
                    tracing::warn!(order.id = %search.order.id, %error, "the receipt of an order could not be read");
                    search.found.answered = false;
                    None
                }
            },
            None => None,
        };
        let verdict = judge(&search.expected, &found, receipt.as_ref());
        search.found.records.push(Record { verdict, deposit: receipt.and_then(|receipt| receipt.deposit) });
    }

    async fn order_of_invoice(&self, order: &Order) -> Result<Option<ProviderOrder>, ProviderError> {
        let Some(invoice) = &order.invoice else { return Ok(None) };
        let Some(provider_order_id) = self.bootpay.invoice_order(&invoice.id).await? else { return Ok(None) };
        let found = self.bootpay.order(&provider_order_id).await.map_err(must_be_there)?;
        Ok(Some(ProviderOrder { found_by_invoice: Some(invoice.id.clone()), ..found }))
    }

    /// The orders in the provider's list that are this one, and what kept others from being read.
    async fn listed_orders(
        &self,
        order: &Order,
        expected: &Expected,
        list_age_ms: Option<i64>,
    ) -> (Vec<ProviderOrder>, Option<ProviderError>) {
        let began = self.clock.now();
        if let Some(ids) = list_age_ms.and_then(|age_ms| self.roll.provider_ids(order, began, age_ms)) {
            let mut ours = Vec::new();
            for id in ids {
                match self.bootpay.order(&id).await.map_err(must_be_there) {
                    Ok(found) => ours.push(found),
                    Err(error) => return (ours, Some(error)),
                }
            }
            return (ours, None);
        }
        let (from, to) = (day_in_seoul(order.created_at), day_in_seoul(order.expires_at));
        let reading = self.roll.begin();
        let (ours, listed, trouble) = self.read_list(expected, &from, &to).await;
        drop(reading);
        // For whoever looks next.
        if trouble.is_none()
            && let Some(bearing) = self.bearing_of(&listed).await
        {
            self.roll.put(Reading { began, from, to, bearing });
        }
        (ours, trouble)
    }

    /// What is expected, and all that is listed. One order that can't be read keeps none of the others from being found.
    async fn read_list(
        &self,
        expected: &Expected,
        from: &str,
        to: &str,
    ) -> (Vec<ProviderOrder>, Vec<ProviderOrder>, Option<ProviderError>) {
        let (mut ours, mut all, mut trouble, mut unread) = (Vec::new(), Vec::new(), None, 0);
        let mut pages = Pages::new(from, to, DayOf::Made);
        loop {
            let listed = match pages.next(&self.bootpay).await {
                Ok(Some(listed)) => listed,
                Ok(None) => return (ours, all, trouble),
                Err(error) => return (ours, all, Some(error)),
            };
            // The list is read only for ids; what an order says is read from its own record.
            for hit in &listed {
                match self.record_if(expected, hit).await {
                    Ok(found) => ours.extend(found),
                    Err(error) if unread >= MOST_UNREAD => return (ours, all, Some(error)),
                    Err(error) => {
                        unread += 1;
                        trouble = Some(error);
                    }
                }
            }
            all.extend(listed);
        }
    }
}
