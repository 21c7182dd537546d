//! Whose an order in one of the provider's lists is. As documented, entries bear none of the merchant's ids
//! (Bootpay B.3): then only the provider's own record of the order says it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Services;
use crate::domain::judge::{Expected, ProviderOrder};
use crate::provider::ProviderError;

/// The ids of ours that the provider's orders bear, by the provider's id. They never change, so a record is read for
/// them once in a process; what was forgotten costs a reading more.
#[derive(Default)]
pub(super) struct Bearers(Mutex<HashMap<String, Vec<String>>>);

impl Bearers {
    const MOST: usize = 50_000;

    fn get(&self, provider_order: &str) -> Option<Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(provider_order).cloned()
    }

    fn put(&self, found: &ProviderOrder) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(found.order_id.clone(), found.our_ids.clone());
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

    /// The ids of ours that a listed order bears, as far as that is known without asking the provider.
    pub(super) fn known_bearing(&self, listed: &ProviderOrder) -> Option<Vec<String>> {
        Some(listed.our_ids.clone()).filter(|ids| !ids.is_empty()).or_else(|| self.bearers.get(&listed.order_id))
    }

    pub(super) async fn record_of(&self, listed: &ProviderOrder) -> Result<ProviderOrder, ProviderError> {
        let record = self.bootpay.order(&listed.order_id).await.map_err(must_be_there)?;
        self.bearers.put(&record);
        Ok(record)
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
