//! Sessions of staff as they are stored, and when they end. What is in them is the session layer's affair.

use super::super::{Actor, Error, Services, digest};
use crate::domain::audit::Act;
use crate::domain::id::StaffId;
use crate::domain::time::UnixMs;
use crate::store::sessions::{self, Session, Since};

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
    /// The password was right and a code is still asked for, until then.
    pub half_until: Option<UnixMs>,
}

/// What a session is called in our database and in forms: the hash of its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionName(String);

impl SessionName {
    /// Of the session with this secret.
    pub fn of(secret: &str) -> Self {
        Self(digest::of(secret))
    }

    /// From a form; whose it is shows when it is looked up.
    pub fn typed(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One of somebody's sessions, as they see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    pub name: SessionName,
    /// The browser as it names itself.
    pub agent: String,
    pub network: String,
    pub since: UnixMs,
    pub last_used: UnixMs,
}

pub(super) fn since(now: UnixMs) -> Since {
    Since { born: now.plus_ms(-SESSION_ABSOLUTE_MS), used: now.plus_ms(-SESSION_IDLE_MS), now }
}

fn row(secret: &str, stored: StoredSession, now: UnixMs) -> Session {
    Session {
        id_hash: digest::of(secret),
        staff_id: stored.staff.map(String::from),
        data: stored.data,
        agent: stored.agent,
        network: stored.network,
        created_at: stored.created_at.get(),
        seen_at: now.get(),
        half_until: stored.half_until.map(UnixMs::get),
    }
}

impl Services {
    /// The session of this secret name, while it lasts.
    pub async fn load_session(&self, secret: &str) -> Result<Option<StoredSession>, Error> {
        let (id, now) = (digest::of(secret), self.clock.now());
        let found = self.db.read(move |tx| Box::pin(async move { sessions::find(tx, &id, since(now)).await })).await;
        Ok(found.map_err(Error::Store)?.map(|session| StoredSession {
            staff: session.staff_id.and_then(|id| StaffId::parse(&id).ok()),
            data: session.data,
            agent: session.agent,
            network: session.network,
            created_at: UnixMs::new(session.created_at),
            half_until: session.half_until.map(UnixMs::new),
        }))
    }

    /// Begins a session. Those that ended are forgotten on the way.
    pub async fn create_session(&self, secret: &str, stored: StoredSession) -> Result<(), Error> {
        let now = self.clock.now();
        let session = row(secret, stored, now);
        self.db
            .write(move |tx| {
                let session = session.clone();
                Box::pin(async move {
                    sessions::sweep(tx, since(now)).await?;
                    Ok::<_, Error>(sessions::insert(tx, &session).await?)
                })
            })
            .await
    }

    /// Writes what a session holds and renews its idle time. A request that is still under way when somebody
    /// ends its session does not bring it back.
    pub async fn save_session(&self, secret: &str, stored: StoredSession) -> Result<(), Error> {
        let session = row(secret, stored, self.clock.now());
        self.db
            .write(move |tx| {
                let session = session.clone();
                Box::pin(async move { Ok::<_, Error>(sessions::update(tx, &session).await?) })
            })
            .await
    }

    pub async fn delete_session(&self, secret: &str) -> Result<(), Error> {
        let id = digest::of(secret);
        self.db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { Ok::<_, Error>(sessions::delete(tx, &id).await?) })
            })
            .await
    }

    /// Somebody's own sessions, the last used first.
    pub async fn own_sessions(&self, actor: &Actor) -> Result<Vec<OwnSession>, Error> {
        let (id, now) = (actor.staff.id.clone(), self.clock.now());
        let found =
            self.db.read(move |tx| Box::pin(async move { sessions::of_staff(tx, &id, since(now)).await })).await;
        let own = |session: Session| OwnSession {
            name: SessionName(session.id_hash),
            agent: session.agent,
            network: session.network,
            since: UnixMs::new(session.created_at),
            last_used: UnixMs::new(session.seen_at),
        };
        Ok(found.map_err(Error::Store)?.into_iter().map(own).collect())
    }

    /// Ends one of somebody's own sessions; [`Error::NotFound`] when it is not theirs, or over.
    pub async fn end_own_session(&self, actor: &Actor, name: &SessionName) -> Result<(), Error> {
        let (now, actor, name) = (self.clock.now(), actor.clone(), name.clone());
        self.db
            .write(move |tx| {
                let (actor, name) = (actor.clone(), name.clone());
                Box::pin(async move {
                    if !sessions::delete_own(tx, &actor.staff.id, name.as_str()).await? {
                        return Err(Error::NotFound);
                    }
                    actor.log(tx, now, Act::SessionEnded, actor.staff.email.as_str(), "").await?;
                    Ok(())
                })
            })
            .await
    }

    /// Logs somebody out everywhere; `kept` is the session that they do it from, if it shall go on.
    pub async fn end_own_sessions(&self, actor: &Actor, kept: Option<&SessionName>) -> Result<(), Error> {
        let (now, actor, kept) = (self.clock.now(), actor.clone(), kept.cloned());
        self.db
            .write(move |tx| {
                let (actor, kept) = (actor.clone(), kept.clone());
                Box::pin(async move {
                    let id = &actor.staff.id;
                    let act = match kept {
                        Some(kept) => {
                            sessions::delete_others(tx, id, kept.as_str()).await?;
                            Act::OtherSessionsEnded
                        }
                        None => {
                            sessions::delete_all(tx, id).await?;
                            Act::AllSessionsEnded
                        }
                    };
                    actor.log(tx, now, act, actor.staff.email.as_str(), "").await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }
}
