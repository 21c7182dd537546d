//! Who does something, and the line about it. An act is written in the transaction that it changes
//! something in; a view of a customer's personal data is written before it is shown.

use super::{Error, Services};
use crate::domain::audit::Act;
use crate::domain::id::StaffId;
use crate::domain::staff::Staff;
use crate::domain::time::UnixMs;
use crate::store::audit::{self, Entry, Line};
use crate::store::staff::{self, Known};
use crate::store::{StoreError, Tx};

/// What is asked of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub person: Option<StaffId>,
    pub act: Option<Act>,
    /// Only lines before this one.
    pub before: Option<i64>,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    pub lines: Vec<Line>,
    /// Where older lines begin, if there are any.
    pub older: Option<i64>,
}

/// Lines on a page.
const LINES: usize = 50;

/// A member of staff at a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub staff: Staff,
    /// The network address that they come from, as far as our own proxies vouch for it.
    pub network: String,
}

impl Actor {
    /// Writes what this person does into the log, as part of `tx`.
    pub(super) async fn log(
        &self,
        tx: &mut Tx,
        at: UnixMs,
        act: Act,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let entry = Entry {
            at,
            staff_id: Some(self.staff.id.as_str().to_owned()),
            staff_name: self.staff.name.as_str().to_owned(),
            network: self.network.clone(),
            act: act.as_str(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        };
        audit::append(tx, &entry).await
    }
}

impl Services {
    pub async fn audit_page(&self, filter: &AuditFilter) -> Result<AuditPage, Error> {
        let AuditFilter { person, act, before } = filter.clone();
        let rows = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
        let read = self.db.read(move |tx| {
            Box::pin(async move {
                let person = person.as_ref().map(StaffId::as_str);
                audit::page(tx, before.unwrap_or(i64::MAX), person, act.map(Act::as_str), rows).await
            })
        });
        let mut lines = read.await.map_err(Error::Store)?;
        let has_older = lines.len() > LINES;
        lines.truncate(LINES);
        let older = if has_older { lines.last().map(|line| line.seq) } else { None };
        Ok(AuditPage { lines, older })
    }

    /// Everybody who works or worked here, for the log.
    pub async fn known_staff(&self) -> Result<Vec<Known>, Error> {
        self.db.read(|tx| Box::pin(async move { staff::known(tx).await })).await.map_err(Error::Store)
    }

    /// Writes a line of its own, for views and for acts that change nothing here.
    pub async fn log(&self, actor: &Actor, act: Act, subject: &str, detail: &str) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        self.db
            .write(move |tx| {
                let (actor, subject, detail) = (actor.clone(), subject.clone(), detail.clone());
                Box::pin(async move { Ok(actor.log(tx, now, act, &subject, &detail).await?) })
            })
            .await
    }
}
