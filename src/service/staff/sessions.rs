//! Sessions of staff as they are stored, and when they end. What is in them is the session layer's affair.

use sha2::{Digest, Sha256};

use super::super::{Error, Services};
use crate::domain::id::StaffId;
use crate::domain::time::UnixMs;
use crate::store::sessions::{self, Session};

/// A session ends after this long without a request, …
pub const SESSION_IDLE_MS: i64 = 2 * 60 * 60 * 1000;
/// … and after this long whatever happens.
pub const SESSION_ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1000;

/// What is kept under a session's secret name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    pub staff: Option<StaffId>,
    /// JSON of the session layer.
    pub data: String,
    pub agent: String,
    pub network: String,
    pub created_at: UnixMs,
}

fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Services {
    /// The session of this secret name, while it lasts.
    pub async fn load_session(&self, secret: &str) -> Result<Option<StoredSession>, Error> {
        let (id, now) = (hash(secret), self.clock.now());
        let (born, used) = (now.plus_ms(-SESSION_ABSOLUTE_MS), now.plus_ms(-SESSION_IDLE_MS));
        let found = self.db.read(move |tx| Box::pin(async move { sessions::find(tx, &id, born, used).await })).await;
        Ok(found.map_err(Error::Store)?.map(|session| StoredSession {
            staff: session.staff_id.and_then(|id| StaffId::parse(&id).ok()),
            data: session.data,
            agent: session.agent,
            network: session.network,
            created_at: UnixMs::new(session.created_at),
        }))
    }

    /// Writes a session and renews its idle time. Sessions that ended are forgotten on the way.
    pub async fn save_session(&self, secret: &str, stored: StoredSession) -> Result<(), Error> {
        let now = self.clock.now();
        let session = Session {
            id_hash: hash(secret),
            staff_id: stored.staff.map(String::from),
            data: stored.data,
            agent: stored.agent,
            network: stored.network,
            created_at: stored.created_at.get(),
            seen_at: now.get(),
        };
        self.db
            .write(move |tx| {
                let session = session.clone();
                Box::pin(async move {
                    sessions::sweep(tx, now.plus_ms(-SESSION_ABSOLUTE_MS), now.plus_ms(-SESSION_IDLE_MS)).await?;
                    Ok::<_, Error>(sessions::save(tx, &session).await?)
                })
            })
            .await
    }

    pub async fn delete_session(&self, secret: &str) -> Result<(), Error> {
        let id = hash(secret);
        self.db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { Ok::<_, Error>(sessions::delete(tx, &id).await?) })
            })
            .await
    }

    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }
}
