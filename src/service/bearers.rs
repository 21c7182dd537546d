//! Whose an order in one of the provider's lists is. As documented, entries bear none of the merchant's ids
//! (Bootpay B.3): then only the provider's own record of the order says it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Services;
use crate::domain::judge::{Expected, ProviderOrder};
use crate::provider::ProviderError;

/// The ids of ours that the provider's orders bear, by the provider's id. They never change, so a record is read for
/// them once in a process; what was forgotten costs a reading more.
#[derive(Default)]
pub(super) struct Bearers(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    known: HashMap<String, Vec<String>>,
    unreadable: HashMap<String, Failed>,
    /// Records that could be read.
    read: u64,
}

/// How often a record could not be read while others could.
#[derive(Default)]
struct Failed {
    times: u32,
    /// How many had been read when it failed last.
    after: u64,
}

impl Bearers {
    const MOST: usize = 50_000;
    /// A record that has failed so often, with others read between, keeps nobody waiting any more. Sweeps go on asking.
    const GIVEN_UP: u32 = 20;

    fn held(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, provider_order: &str) -> Option<Vec<String>> {
        self.held().known.get(provider_order).cloned()
    }

    fn put(&self, found: &ProviderOrder) {
        let mut held = self.held();
        if held.known.len() >= Self::MOST {
            held.known.clear();
        }
        held.read += 1;
        held.unreadable.remove(&found.order_id);
        held.known.insert(found.order_id.clone(), found.our_ids.clone());
    }

    /// Counts only what other records did not share, so that no outage makes orders be given up.
    fn failed(&self, provider_order: &str) {
        let mut held = self.held();
        if held.unreadable.len() >= Self::MOST {
            held.unreadable.clear();
        }
        let read = held.read;
        let failed = held.unreadable.entry(provider_order.to_owned()).or_default();
        if failed.times == 0 || read > failed.after {
            *failed = Failed { times: failed.times + 1, after: read };
            if failed.times == Self::GIVEN_UP {
                tracing::error!(
                    provider_order,
                    "the provider can't show an order that its list names; it is passed over"
                );
            }
        }
    }

    fn is_given_up(&self, provider_order: &str) -> bool {
        self.held().unreadable.get(provider_order).is_some_and(|failed| failed.times >= Self::GIVEN_UP)
    }
}

impl Services {
    /// The entry itself where it bears ids, else the provider's own record.
    pub(super) async fn whole(&self, listed: ProviderOrder) -> Result<ProviderOrder, ProviderError> {
        if listed.our_ids.is_empty() { self.record_of(&listed).await } else { Ok(listed) }
    }

    /// The provider's own record of a listed order, if that is the one which is expected.
    pub(super) async fn record_if(
        &self,
        expected: &Expected,
        listed: &ProviderOrder,
    ) -> Result<Option<ProviderOrder>, ProviderError> {
        match self
            .known_bearing(listed)
            .map(|our_ids| expected.carried_by(&ProviderOrder { our_ids, ..listed.clone() }))
        {
            Some(false) => Ok(None),
            Some(true) => self.record_of(listed).await.map(Some),
            None => Ok(Some(self.record_of(listed).await?).filter(|record| expected.carried_by(record))),
        }
    }

    /// The ids of ours that a listed order bears, as far as that is known without asking the provider. None for one that
    /// the provider can't show.
    pub(super) fn known_bearing(&self, listed: &ProviderOrder) -> Option<Vec<String>> {
        let told = Some(listed.our_ids.clone()).filter(|ids| !ids.is_empty());
        told.or_else(|| self.bearers.get(&listed.order_id)).or_else(|| self.is_given_up(listed).then(Vec::new))
    }

    /// Its record could not be read for so long that nobody waits for it.
    pub(super) fn is_given_up(&self, listed: &ProviderOrder) -> bool {
        self.bearers.is_given_up(&listed.order_id)
    }

    pub(super) async fn record_of(&self, listed: &ProviderOrder) -> Result<ProviderOrder, ProviderError> {
        let record = self.bootpay.order(&listed.order_id).await.map_err(must_be_there);
        match &record {
            Ok(record) => self.bearers.put(record),
            Err(_) => self.bearers.failed(&listed.order_id),
        }
        record
    }
}

/// What was just named must be there: its absence is no answer.
pub(super) fn must_be_there(error: ProviderError) -> ProviderError {
    if error.is_not_found() {
        ProviderError::Malformed("an order that was just named is not found".into())
    } else {
        error
    }
}
