//! Messages about pay links. A row is there before a message leaves.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{CallKey, LinkId, RowId};
use crate::domain::link::{SendState, Trouble, Way};
use crate::domain::time::UnixMs;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    pub id: RowId,
    pub at: UnixMs,
    /// Who pressed the button.
    pub staff: String,
    pub ways: Vec<Way>,
    /// Makes a repeated call one message (Bootpay I.5).
    pub key: CallKey,
    pub state: SendState,
    pub trouble: Option<Trouble>,
}

type Row = (String, i64, String, String, String, String, Option<String>);

pub async fn insert(tx: &mut Tx, link: &LinkId, send: &Send) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO link_sends (id, link_id, at, staff_name, ways, call_key, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let ways = send.ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(" ");
    query!(
        execute tx,
        SQL,
        send.id.as_str(),
        link.as_str(),
        send.at.get(),
        send.staff.as_str(),
        ways.as_str(),
        send.key.as_str(),
        send.state.as_str(),
    )?;
    Ok(())
}

pub async fn finish(tx: &mut Tx, id: &RowId, state: SendState, trouble: Option<Trouble>) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE link_sends SET state = $2, trouble = $3 WHERE id = $1";
    query!(execute tx, SQL, id.as_str(), state.as_str(), trouble.map(Trouble::as_str))?;
    Ok(())
}

/// The messages of a link, newest first.
pub async fn of_link(tx: &mut Tx, link: &LinkId) -> Result<Vec<Send>, StoreError> {
    const SQL: &str = "SELECT id, at, staff_name, ways, call_key, state, trouble FROM link_sends
        WHERE link_id = $1 ORDER BY at DESC, id DESC LIMIT 100";
    let send = |(id, at, staff, ways, key, state, trouble): Row| {
        Ok(Send {
            id: stored(RowId::parse(&id))?,
            at: UnixMs::new(at),
            staff,
            ways: ways.split_whitespace().map(|word| Ok(Way::parse(word)?)).collect::<Result<_, StoreError>>()?,
            key: stored(CallKey::parse(&key))?,
            state: SendState::parse(&state)?,
            trouble: trouble.map(|word| Trouble::parse(&word)).transpose()?,
        })
    };
    query!(all tx, Row, SQL, link.as_str())?.into_iter().map(send).collect()
}
