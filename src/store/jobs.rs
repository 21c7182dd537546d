//! Jobs: what is left to do. Written in the transaction of the change that causes it, claimed by one node.

use super::{StoreError, Tx, query};
use crate::domain::job::{JobKind, JobState, Lane, MOST_FAILURES};
use crate::domain::time::UnixMs;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub key: String,
    pub kind: JobKind,
    /// JSON, of a shape that only the kind's own code knows.
    pub payload: String,
    pub state: JobState,
    /// Tries that were begun, the one under way included.
    pub tries: u32,
    /// How often whoever was at it went away in the middle, so that nobody knows what was done.
    pub cuts: u32,
    pub due_at: UnixMs,
    pub trouble: Option<String>,
    pub created_at: UnixMs,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    kind: String,
    payload: String,
    state: String,
    tries: i64,
    cuts: i64,
    due_at: i64,
    trouble: Option<String>,
    created_at: i64,
}

impl TryFrom<Row> for Job {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            key: row.key,
            kind: JobKind::parse(&row.kind)?,
            payload: row.payload,
            state: JobState::parse(&row.state)?,
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
            cuts: u32::try_from(row.cuts).unwrap_or(u32::MAX),
            due_at: UnixMs::new(row.due_at),
            trouble: row.trouble,
            created_at: UnixMs::new(row.created_at),
        })
    }
}

macro_rules! job_columns {
    () => {
        "key, kind, payload, state, CAST(tries AS BIGINT) AS tries, CAST(cuts AS BIGINT) AS cuts, due_at, trouble, created_at"
    };
}

/// Adds work unless work of this key was ever added: true for the first.
pub async fn add(
    tx: &mut Tx,
    kind: JobKind,
    key: &str,
    payload: &str,
    due: UnixMs,
    now: UnixMs,
) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO jobs (key, kind, payload, state, due_at, created_at)
        VALUES ($1, $2, $3, 'ready', $4, $5) ON CONFLICT (key) DO NOTHING";
    Ok(query!(execute tx, SQL, key, kind.as_str(), payload, due.get(), now.get())? == 1)
}

/// Takes a job of the lane that is due, held until `until`; work that never ends, whose key is its kind, until
/// `endless_until`. A job whose holder went away comes back with its count of tries raised. What another version of the
/// shop has left, of a kind that this one does not know, is passed over. Work that never ends and is not due before `far`
/// was put back by a clock that has been set back since: it is due now.
pub async fn claim(
    tx: &mut Tx,
    lane: Lane,
    now: UnixMs,
    until: UnixMs,
    endless_until: UnixMs,
    far: UnixMs,
) -> Result<Option<Job>, StoreError> {
    const SQLITE: &str = concat!(
        "UPDATE jobs SET state = 'running', held_until = CASE WHEN key = kind THEN $3 ELSE $2 END, tries = tries + 1,
            cuts = cuts + CASE WHEN state = 'running' THEN 1 ELSE 0 END WHERE key = (
            SELECT key FROM jobs WHERE state IN ('ready', 'running') AND kind IN ($4, $5, $6)
            AND (due_at <= $1 AND held_until <= $1 OR key = kind AND (due_at > $7 OR held_until > $7)) ORDER BY due_at, key LIMIT 1) RETURNING ",
        job_columns!()
    );
    const POSTGRES: &str = concat!(
        "UPDATE jobs SET state = 'running', held_until = CASE WHEN key = kind THEN $3 ELSE $2 END, tries = tries + 1,
            cuts = cuts + CASE WHEN state = 'running' THEN 1 ELSE 0 END WHERE key = (
            SELECT key FROM jobs WHERE state IN ('ready', 'running') AND kind IN ($4, $5, $6)
            AND (due_at <= $1 AND held_until <= $1 OR key = kind AND (due_at > $7 OR held_until > $7)) ORDER BY due_at, key LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ",
        job_columns!()
    );
    let [one, two, three] = words(lane);
    let (now, until, endless_until, far) = (now.get(), until.get(), endless_until.get(), far.get());
    let taken = match tx {
        Tx::Sqlite(_) => query!(all tx, Row, SQLITE, now, until, endless_until, one, two, three, far),
        Tx::Postgres(_) => query!(all tx, Row, POSTGRES, now, until, endless_until, one, two, three, far),
    }?;
    taken.into_iter().next().map(Job::try_from).transpose()
}

/// The kinds of a lane, as many as a statement asks for.
fn words(lane: Lane) -> [&'static str; 3] {
    let mut kinds = lane.kinds().iter().map(|kind| kind.as_str());
    std::array::from_fn(|_| kinds.next().unwrap_or_default())
}

/// Ends a job.
pub async fn end(
    tx: &mut Tx,
    key: &str,
    state: JobState,
    trouble: Option<&str>,
    now: UnixMs,
) -> Result<(), StoreError> {
    const SQL: &str =
        "UPDATE jobs SET state = $2, trouble = $3, ended_at = $4, held_until = 0 WHERE key = $1 AND state = 'running'";
    query!(execute tx, SQL, key, state.as_str(), trouble, now.get())?;
    Ok(())
}

/// Puts a job back, to be done at `due`.
pub async fn put_back(
    tx: &mut Tx,
    key: &str,
    due: UnixMs,
    trouble: Option<&str>,
    forget_tries: bool,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE jobs SET state = 'ready', due_at = $2, held_until = 0, trouble = $3,
            tries = CASE WHEN $4 = 1 THEN 0 ELSE tries END, cuts = CASE WHEN $4 = 1 THEN 0 ELSE cuts END
        WHERE key = $1 AND state = 'running'";
    query!(execute tx, SQL, key, due.get(), trouble, i64::from(forget_tries))?;
    Ok(())
}

/// Takes a job out of what [`dead`] tells, to be done now: true when it was there.
pub async fn revive(tx: &mut Tx, key: &str, now: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE jobs SET state = 'ready', due_at = $2, tries = 0, cuts = 0, ended_at = NULL
        WHERE key = $1 AND (state = 'dead' OR key = kind AND state = 'ready')";
    Ok(query!(execute tx, SQL, key, now.get())? == 1)
}

/// What staff are told of, after `$2` failures in a row of what never ends. Its keys are named one by one so that they are
/// found without all jobs being read; a test holds the list against [`JobKind`].
macro_rules! is_told {
    () => {
        "(state = 'dead' OR trouble IS NOT NULL AND tries >= $2
            AND key IN ('link_message', 'sweep', 'strays', 'purge', 'reconcile'))"
    };
}
pub(super) use is_told;

/// What was given up, and work that never ends after [`MOST_FAILURES`] in a row.
pub async fn dead(tx: &mut Tx, most: i64) -> Result<Vec<Job>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        job_columns!(),
        " FROM jobs WHERE ",
        is_told!(),
        " ORDER BY COALESCE(ended_at, due_at) DESC, key LIMIT $1"
    );
    query!(all tx, Row, SQL, most, i64::from(MOST_FAILURES))?.into_iter().map(Job::try_from).collect()
}

/// When the next job of the lane is due that nobody is at.
pub async fn next_due(tx: &mut Tx, lane: Lane) -> Result<Option<UnixMs>, StoreError> {
    const SQL: &str = "SELECT MIN(CASE WHEN held_until > due_at THEN held_until ELSE due_at END) FROM (
        SELECT due_at, held_until FROM jobs WHERE state IN ('ready', 'running') AND kind IN ($1, $2, $3)
            ORDER BY due_at LIMIT 64) AS soonest";
    let [one, two, three] = words(lane);
    let row: Option<(Option<i64>,)> = query!(optional tx, (Option<i64>,), SQL, one, two, three)?;
    Ok(row.and_then(|(at,)| at).map(UnixMs::new))
}

/// Forgets up to `most` jobs that were done before `before`. Dead ones stay until somebody has seen to them.
pub async fn purge(tx: &mut Tx, before: UnixMs, most: i64) -> Result<u64, StoreError> {
    const SQL: &str = "DELETE FROM jobs WHERE key IN (
        SELECT key FROM jobs WHERE state = 'done' AND ended_at < $1 LIMIT $2)";
    query!(execute tx, SQL, before.get(), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_work_that_never_ends_is_told_of() {
        let told: Vec<&str> = is_told!().split('\'').skip(3).step_by(2).collect();
        let endless = JobKind::ALL.iter().filter(|kind| kind.every_ms().is_some()).map(|kind| kind.as_str());
        assert_eq!(told, endless.collect::<Vec<_>>());
    }
}
