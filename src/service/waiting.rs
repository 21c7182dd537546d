//! How long somebody waits for a provider, by the services' own clock.

use std::pin::pin;

use futures::future::{Either, select};

use super::{LOOK_PATIENCE_MS, Services};
use crate::domain::time::UnixMs;

impl Services {
    /// What `work` answers within [`LOOK_PATIENCE`](super::LOOK_PATIENCE); `None` when it takes longer. Work that must go on then
    /// is a task of its own.
    pub(super) async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.by(self.clock.now().plus_ms(LOOK_PATIENCE_MS), work).await
    }

    /// What `work` answers until then.
    pub(super) async fn by<T>(&self, at: UnixMs, work: impl Future<Output = T>) -> Option<T> {
        match select(pin!(work), self.clock.sleep_until(at)).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }
}
