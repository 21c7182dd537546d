//! What staff have decided for cases that nobody should have to decide one by one: reading and changing it.

use super::{Actor, Error, Services};
use crate::domain::audit::Act;
use crate::domain::policy::{Approval, LateDays, LatePolicy};
use crate::store::shop;

/// What a form decides; what it doesn't ask about stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyChanges {
    pub late: Option<LatePolicy>,
    pub late_days: Option<LateDays>,
    /// For payments that are begun from now on, and for those that wait for an approval now.
    pub approval: Option<Approval>,
}

impl Services {
    /// What happens to late money.
    pub async fn late_policy(&self) -> Result<LatePolicy, Error> {
        self.db.read(|tx| Box::pin(shop::late_policy(tx))).await.map_err(Error::Store)
    }

    /// For how long orders stay open to late money.
    pub async fn late_days(&self) -> Result<LateDays, Error> {
        self.db.read(|tx| Box::pin(shop::late_days(tx))).await.map_err(Error::Store)
    }

    /// Who completes a payment.
    pub async fn approval(&self) -> Result<Approval, Error> {
        self.db.read(|tx| Box::pin(shop::approval(tx))).await.map_err(Error::Store)
    }

    /// All of it or nothing, each change with a line in the log.
    pub async fn change_policies(&self, actor: &Actor, wanted: PolicyChanges) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    // First, because it also lets one change wait for another: the old values in the log are right. And
                    // pages that tell what happens to late money are out of date.
                    shop::bump_data_version(tx).await?;
                    let mut changes = Vec::new();
                    if let Some(late) = wanted.late {
                        let old = shop::late_policy(tx).await?;
                        changes.push((shop::LATE_POLICY, old.as_str().to_owned(), late.as_str().to_owned()));
                    }
                    if let Some(late_days) = wanted.late_days {
                        let old = shop::late_days(tx).await?;
                        changes.push((shop::LATE_DAYS, old.days().to_string(), late_days.days().to_string()));
                    }
                    if let Some(approval) = wanted.approval {
                        let old = shop::approval(tx).await?;
                        changes.push((shop::APPROVAL, old.as_str().to_owned(), approval.as_str().to_owned()));
                    }
                    for (name, old, new) in changes.into_iter().filter(|(_, old, new)| old != new) {
                        shop::set(tx, name, &new).await?;
                        actor.log(tx, now, Act::PolicyChanged, name, &format!("{old} → {new}")).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
