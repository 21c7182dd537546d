//! Sessions of staff, kept in our database. tower-sessions looks after the cookie and the secret in it; how
//! long a session lasts is the service's rule.

use async_trait::async_trait;
use serde_json::Value;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as StoreError, Result as StoreResult};
use tower_sessions::{Session, SessionStore};

use crate::domain::id::StaffId;
use crate::domain::staff::Staff;
use crate::domain::time::UnixMs;
use crate::page::{Counts, Flash};
use crate::service::{Error, HALF_OPEN_MS, Services, SessionName, StoredSession};

const STAFF: &str = "staff";
const AGENT: &str = "agent";
const NETWORK: &str = "network";
const CREATED: &str = "created";
const SEEN: &str = "seen";
const FLASH: &str = "flash";
/// Of a half-open session: whose password was right, until when, and where they wanted to go.
const HALF: &str = "half";
const HALF_UNTIL: &str = "half_until";
const NEXT: &str = "next";
const COUNTS: &str = "counts";
/// A session's idle time is renewed at most this often.
const RENEWED_MS: i64 = 60_000;

type SessionError = tower_sessions::session::Error;

/// Who the session belongs to, if that person still works here.
pub(super) async fn staff(services: &Services, session: &Session) -> Result<Option<Staff>, Error> {
    let id: Option<String> = session.get(STAFF).await.unwrap_or_default();
    let Some(id) = id.and_then(|id| StaffId::parse(&id).ok()) else { return Ok(None) };
    services.staff(&id).await
}

/// Where somebody logs in from, and when.
pub(super) struct From<'a> {
    pub agent: &'a str,
    pub network: &'a str,
    pub now: UnixMs,
}

/// Begins a session under a new secret, so that one which somebody knew before is worth nothing.
pub(super) async fn begin(session: &Session, staff: &StaffId, from: &From<'_>) -> Result<(), SessionError> {
    renew(session, from).await?;
    session.insert(STAFF, staff.as_str()).await?;
    session.insert(SEEN, from.now.get()).await
}

/// Begins a session that is good for nothing but typing a code.
pub(super) async fn begin_half(
    session: &Session,
    staff: &StaffId,
    from: &From<'_>,
    next: &str,
) -> Result<(), SessionError> {
    renew(session, from).await?;
    session.insert(HALF, staff.as_str()).await?;
    session.insert(HALF_UNTIL, from.now.plus_ms(HALF_OPEN_MS).get()).await?;
    session.insert(NEXT, next.chars().take(500).collect::<String>()).await
}

async fn renew(session: &Session, from: &From<'_>) -> Result<(), SessionError> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(AGENT, from.agent.chars().take(200).collect::<String>()).await?;
    session.insert(NETWORK, from.network).await?;
    session.insert(CREATED, from.now.get()).await
}

/// Whose code a half-open session waits for, and where they wanted to go.
pub(super) async fn half(session: &Session) -> Option<(StaffId, String)> {
    let id: Option<String> = session.get(HALF).await.ok().flatten();
    let next: Option<String> = session.get(NEXT).await.ok().flatten();
    Some((StaffId::parse(&id?).ok()?, next.unwrap_or_default()))
}

/// The session under a new secret, with all that it holds.
pub(super) async fn cycle(session: &Session) -> Result<(), SessionError> {
    session.cycle_id().await
}

/// What the session of this request is called in the database.
pub(super) fn name(session: &Session) -> Option<SessionName> {
    session.id().map(|id| SessionName::of(&id.to_string()))
}

pub(super) async fn end(session: &Session) -> Result<(), SessionError> {
    session.flush().await
}

/// Renews the idle time, but does not write with every request.
pub(super) async fn touch(session: &Session, now: UnixMs) -> Result<(), SessionError> {
    let seen: i64 = session.get(SEEN).await?.unwrap_or_default();
    if now.get().saturating_sub(seen) >= RENEWED_MS { session.insert(SEEN, now.get()).await } else { Ok(()) }
}

/// What the next page says about what was just done.
pub(super) async fn set_flash(session: &Session, flash: Flash) -> Result<(), SessionError> {
    session.insert(FLASH, flash.as_str()).await
}

pub(super) async fn take_flash(session: &Session) -> Option<Flash> {
    session.get::<String>(FLASH).await.ok().flatten()?;
    let word: Option<String> = session.remove(FLASH).await.ok().flatten();
    word.and_then(|word| Flash::parse(&word).ok())
}

/// How many things the notice of the next page is about.
pub(super) async fn set_counts(session: &Session, counts: Counts) -> Result<(), SessionError> {
    session.insert(COUNTS, (counts.done, counts.left)).await
}

pub(super) async fn take_counts(session: &Session) -> Counts {
    let counts: Option<(u32, u32)> = session.remove(COUNTS).await.ok().flatten();
    counts.map_or_else(Counts::default, |(done, left)| Counts { done, left })
}

#[derive(Clone)]
pub(super) struct Sessions(Services);

impl Sessions {
    pub(super) fn new(services: Services) -> Self {
        Self(services)
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

fn failed(error: Error) -> StoreError {
    StoreError::Backend(error.to_string())
}

impl Sessions {
    fn stored(&self, record: &Record) -> StoreResult<StoredSession> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let instant = |name: &str| record.data.get(name).and_then(Value::as_i64).map(UnixMs::new);
        let half_until = instant(HALF_UNTIL);
        let staff = if half_until.is_some() { text(HALF) } else { text(STAFF) };
        Ok(StoredSession {
            staff: StaffId::parse(&staff).ok(),
            data: serde_json::to_string(&record.data).map_err(|error| StoreError::Encode(error.to_string()))?,
            agent: text(AGENT),
            network: text(NETWORK),
            created_at: instant(CREATED).unwrap_or_else(|| self.0.now()),
            half_until,
        })
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        // 128 random bits: the chance of meeting an existing session is nil.
        self.0.create_session(&record.id.to_string(), self.stored(record)?).await.map_err(failed)
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        self.0.save_session(&record.id.to_string(), self.stored(record)?).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let Some(stored) = self.0.load_session(&id.to_string()).await.map_err(failed)? else { return Ok(None) };
        let data = serde_json::from_str(&stored.data).map_err(|error| StoreError::Decode(error.to_string()))?;
        // The layer wants an instant; ours is the one that counts.
        let far =
            tower_sessions::cookie::time::OffsetDateTime::now_utc() + tower_sessions::cookie::time::Duration::days(1);
        Ok(Some(Record { id: *id, data, expiry_date: far }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.0.delete_session(&id.to_string()).await.map_err(failed)
    }
}
