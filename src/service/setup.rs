//! What a start of the shop makes sure of: the mode that a database is for, demo plans in a new one, the texts that
//! lists are searched by, and the work that never ends.

use super::Services;
use crate::domain::id::RowId;
use crate::domain::money::{Amount, Krw};
use crate::domain::plan::{Feature, Interval, Offer, Plan, PlanKey};
use crate::store::{StoreError, plans, search, shop};

/// Orders whose search texts are written in one transaction.
const REWRITTEN: i64 = 500;
const DONE: &str = "done";

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Goods sold for play money and goods sold for real money must never share a ledger.
    #[error(
        "this database was made for the mode `{stamped}` and refuses `{wanted}`: use another database, or BOOTPAY_MODE={stamped}"
    )]
    OtherMode { stamped: String, wanted: String },
    #[error("the demo plans are not well-formed")]
    Demo,
}

impl crate::store::MaybeAgain for SetupError {
    fn is_again(&self) -> bool {
        matches!(self, Self::Store(StoreError::Again))
    }
}

/// A demo plan: key, name, (won, Bootpay product) per month and per year, features in ko and en.
pub struct DemoPlan {
    pub key: &'static str,
    pub name: &'static str,
    pub month: (i64, &'static str),
    pub year: (i64, &'static str),
    pub features: [(&'static str, &'static str); 5],
}

/// What a new database sells. The emulator's catalogue knows the same products.
pub const DEMO_PLANS: [DemoPlan; 3] = [
    DemoPlan {
        key: "starter",
        name: "Starter",
        month: (9_900, "6700000000000000000000a1"),
        year: (94_800, "6700000000000000000000a2"),
        features: [
            ("프로젝트 3개", "3 projects"),
            ("팀원 2명", "2 team members"),
            ("저장 공간 10 GB", "10 GB of storage"),
            ("이메일 지원", "Support by e-mail"),
            ("매일 백업", "Daily backups"),
        ],
    },
    DemoPlan {
        key: "pro",
        name: "Professional",
        month: (29_900, "6700000000000000000000b1"),
        year: (286_800, "6700000000000000000000b2"),
        features: [
            ("프로젝트 무제한", "Unlimited projects"),
            ("팀원 10명", "10 team members"),
            ("저장 공간 100 GB", "100 GB of storage"),
            ("평일 실시간 채팅 지원", "Live chat on weekdays"),
            ("시간별 백업", "Hourly backups"),
        ],
    },
    DemoPlan {
        key: "enterprise",
        name: "Enterprise",
        month: (99_000, "6700000000000000000000c1"),
        year: (948_000, "6700000000000000000000c2"),
        features: [
            ("프로젝트와 팀원 무제한", "Unlimited projects and members"),
            ("저장 공간 1 TB", "1 TB of storage"),
            ("전담 매니저", "A manager of your own"),
            ("24시간 전화 지원", "Telephone support around the clock"),
            ("감사 기록 5년 보관", "Audit log kept for five years"),
        ],
    },
];

fn demo_plan(demo: &DemoPlan) -> Option<Plan> {
    let key = PlanKey::parse(demo.key).ok()?;
    let offer = |interval, (won, product): (i64, &str)| {
        Some(Offer {
            plan: key.clone(),
            plan_name: demo.name.to_owned(),
            interval,
            amount: Amount::new(Krw::new(won).ok()?, Krw::ZERO).ok()?,
            product_id: product.to_owned(),
        })
    };
    Some(Plan {
        offers: vec![offer(Interval::Month, demo.month)?, offer(Interval::Year, demo.year)?],
        features: demo.features.iter().map(|(ko, en)| Feature { ko: (*ko).into(), en: (*en).into() }).collect(),
        name: demo.name.to_owned(),
        key,
    })
}

impl Services {
    /// Stamps a new database with the mode and fills it with the demo plans; refuses a database of another
    /// mode. Safe to run by several nodes at once.
    pub async fn prepare(&self, mode: &str) -> Result<(), SetupError> {
        let plans: Vec<Plan> = DEMO_PLANS.iter().map(demo_plan).collect::<Option<_>>().ok_or(SetupError::Demo)?;
        let priced: Vec<(Plan, Vec<RowId>)> = plans
            .into_iter()
            .map(|plan| {
                let ids = plan.offers.iter().map(|_| RowId::from_random(self.random())).collect();
                (plan, ids)
            })
            .collect();
        let (wanted, now) = (mode.to_owned(), self.clock.now());
        let stamped: String = self
            .db
            .write(move |tx| {
                let (wanted, priced) = (wanted.clone(), priced.clone());
                Box::pin(async move {
                    if !shop::insert_if_absent(tx, shop::MODE, &wanted).await? {
                        let stamped = shop::get(tx, shop::MODE).await?;
                        return stamped.ok_or(SetupError::Store(StoreError::NotFound));
                    }
                    for (position, (plan, ids)) in (0..).zip(&priced) {
                        plans::insert_plan(tx, plan, position).await?;
                        for (offer, id) in plan.offers.iter().zip(ids) {
                            plans::insert_price(tx, id, offer, now, None).await?;
                        }
                    }
                    shop::bump_data_version(tx).await?;
                    Ok(wanted)
                })
            })
            .await?;
        if stamped != mode {
            return Err(SetupError::OtherMode { stamped, wanted: mode.to_owned() });
        }
        self.prepare_search().await?;
        Ok(self.prepare_jobs().await?)
    }

    /// Writes what orders are found by where that was not written yet, or in the form of an older program: a
    /// batch at a time, going on where an earlier start was stopped.
    async fn prepare_search(&self) -> Result<(), StoreError> {
        loop {
            let is_done = self
                .db
                .write(|tx| {
                    Box::pin(async move {
                        let noted = shop::get(tx, shop::SEARCH).await?.unwrap_or_default();
                        let (version, after) = noted.split_once(':').unwrap_or_default();
                        let is_current = version == search::VERSION.to_string();
                        if is_current && after == DONE {
                            return Ok::<_, StoreError>(true);
                        }
                        let after = after.parse().ok().filter(|_| is_current).unwrap_or_default();
                        let come = search::rewrite(tx, after, REWRITTEN).await?;
                        let come = come.map_or_else(|| DONE.to_owned(), |seq| seq.to_string());
                        shop::set(tx, shop::SEARCH, &format!("{}:{come}", search::VERSION)).await?;
                        Ok(come == DONE)
                    })
                })
                .await?;
            if is_done {
                return Ok(());
            }
        }
    }
}
