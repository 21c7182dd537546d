//! Who does something, and the line about it. An act is written in the transaction that it changes
//! something in; a view of a customer's personal data is written before it is shown.

use super::{Error, Services};
use crate::domain::audit::Act;
use crate::domain::staff::Staff;
use crate::domain::time::UnixMs;
use crate::store::audit::{self, Entry};
use crate::store::{StoreError, Tx};

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
