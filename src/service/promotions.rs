//! Promotion codes: what an order costs with one, giving back uses that nobody paid for, and what staff do
//! with them. Counting and taking a use happen in the transaction that makes the order ([`super::checkout`]).

use super::{Actor, Error, Services, digest};
use crate::clock::day_in_seoul;
use crate::domain::audit::Act;
use crate::domain::customer::Phone;
use crate::domain::id::OrderId;
use crate::domain::money::Amount;
use crate::domain::order::MoneyState;
use crate::domain::plan::{Interval, Offer, PlanKey};
use crate::domain::promotion::{Discount, Promotion, PromotionCode, Standing, Terms, UseState, Uses, Why};
use crate::domain::time::{Day, UnixMs};
use crate::store::promotions::{self, Record, Use};
use crate::store::{StoreError, Tx, orders, plans};

/// How many overdue orders one checkout looks at when a code is used up.
const OVERDUE_LOOKS: i64 = 8;
/// Codes on one page of the list.
const PAGE: usize = 50;
/// Uses that a code's page shows.
const USES: i64 = 200;

/// What somebody would buy, with which code.
#[derive(Clone, Debug)]
pub struct Ask {
    pub plan: PlanKey,
    pub interval: Interval,
    pub code: Option<PromotionCode>,
    /// As far as it was typed; whose uses are counted.
    pub phone: Option<Phone>,
}

/// What it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub offer: Offer,
    /// With the discount where the code can be used, the offer's own otherwise.
    pub cost: Amount,
    /// The code that made it cheaper.
    pub code: Option<PromotionCode>,
    /// Why the code can't be used.
    pub refused: Option<Why>,
}

/// A code on the staff's side.
#[derive(Clone, Debug)]
pub struct PromotionView {
    pub promotion: Promotion,
    pub standing: Standing,
    /// Held or used now.
    pub uses: u32,
    pub created_at: UnixMs,
    pub created_by: String,
}

/// One page of the list, and where the next one begins.
#[derive(Clone, Debug)]
pub struct PromotionPage {
    pub promotions: Vec<PromotionView>,
    pub next: Option<(UnixMs, PromotionCode)>,
}

/// What a code makes of one offer.
#[derive(Clone, Debug)]
pub struct PreviewLine {
    pub offer: Offer,
    pub cost: Result<Amount, Why>,
}

/// Who somebody is towards a code: the hash of their phone's digits, nothing of the person.
pub(super) fn customer_key(phone: &Phone) -> String {
    digest::of(phone.as_str())
}

/// What it costs now. To take a use afterwards, the code must have been locked before.
pub(super) async fn quote_in(tx: &mut Tx, ask: &Ask, today: &Day) -> Result<Quote, Error> {
    let offer = plans::find_offer(tx, &ask.plan, ask.interval).await?.ok_or(Error::NotFound)?;
    let full = |refused| Quote { cost: offer.amount, offer: offer.clone(), code: None, refused };
    let Some(code) = &ask.code else { return Ok(full(None)) };
    let Some(record) = promotions::find(tx, code).await? else { return Ok(full(Some(Why::Unknown))) };
    let customer = ask.phone.as_ref().map(customer_key);
    let uses: Uses = promotions::uses(tx, code, customer.as_deref()).await?;
    Ok(match record.promotion.for_order(today, uses, &offer.plan, offer.amount) {
        Ok(cost) => Quote { cost, code: Some(code.clone()), refused: None, offer },
        Err(why) => full(Some(why)),
    })
}

impl Services {
    /// The day that it is in Seoul.
    pub(super) fn today(&self) -> Result<Day, Error> {
        let day = day_in_seoul(self.clock.now());
        Day::parse(&day).map_err(|_| StoreError::Corrupt(format!("the clock shows no day: {day}")).into())
    }

    /// What it costs, as far as is known without asking anybody. [`Error::NotFound`] when it is not sold.
    pub async fn quote_as_known(&self, ask: &Ask) -> Result<Quote, Error> {
        let (ask, today) = (ask.clone(), self.today()?);
        self.db.read(move |tx| Box::pin(async move { quote_in(tx, &ask, &today).await })).await
    }

    /// What it costs; before a code is called used up, overdue orders that hold it are looked at.
    pub async fn quote(&self, ask: &Ask) -> Result<Quote, Error> {
        let quote = self.quote_as_known(ask).await?;
        if self.made_room(ask, quote.refused).await? { self.quote_as_known(ask).await } else { Ok(quote) }
    }

    /// Looks at orders that hold a use of this code and whose time to pay is over; no longer than
    /// [`LOOK_PATIENCE`](super::LOOK_PATIENCE) in all. True when it is worth to try again.
    pub(super) async fn made_room(&self, ask: &Ask, refused: Option<Why>) -> Result<bool, Error> {
        let (Some(code), Some(why @ (Why::UsedUp | Why::UsedByYou))) = (ask.code.clone(), refused) else {
            return Ok(false);
        };
        let customer = ask.phone.as_ref().map(customer_key).filter(|_| why == Why::UsedByYou);
        let now = self.clock.now();
        let overdue = self
            .db
            .read(move |tx| {
                Box::pin(async move { promotions::overdue(tx, &code, customer.as_deref(), now, OVERDUE_LOOKS).await })
            })
            .await?;
        if overdue.is_empty() {
            return Ok(false);
        }
        let looks = futures::future::join_all(overdue.iter().map(|id| self.look_from_page(id)));
        for looked in self.in_time(looks).await.unwrap_or_default() {
            if let Err(error) = looked {
                tracing::warn!(%error, "an overdue order could not be looked at");
            }
        }
        Ok(true)
    }

    /// Gives back the use of an order that was not paid in its time and that nobody can pay any more, though it
    /// is not called expired: its payment was declined, or was only begun.
    pub(super) async fn free_unpaid_use(&self, id: &OrderId) -> Result<(), Error> {
        let id = id.clone();
        self.db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move {
                    let order = orders::lock(tx, &id).await?;
                    if matches!(order.money, MoneyState::Pending | MoneyState::Failed | MoneyState::Cancelled) {
                        promotions::set_use(tx, &id, UseState::Freed).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    fn view(&self, record: Record, today: &Day) -> PromotionView {
        PromotionView {
            standing: record.promotion.standing(today, record.uses),
            promotion: record.promotion,
            uses: record.uses,
            created_at: record.created_at,
            created_by: record.created_by,
        }
    }

    /// The newest codes, or those that follow after a page.
    pub async fn promotions(&self, before: Option<(UnixMs, PromotionCode)>) -> Result<PromotionPage, Error> {
        let today = self.today()?;
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut records = self
            .db
            .read(move |tx| {
                Box::pin(async move { promotions::page(tx, before.as_ref().map(|(at, code)| (*at, code)), most).await })
            })
            .await?;
        let is_more = records.len() > PAGE;
        records.truncate(PAGE);
        let last = records.last().map(|record| (record.created_at, record.promotion.code.clone()));
        let promotions = records.into_iter().map(|record| self.view(record, &today)).collect();
        Ok(PromotionPage { promotions, next: last.filter(|_| is_more) })
    }

    /// One code with its latest uses. [`Error::NotFound`] when there is none.
    pub async fn promotion(&self, code: &PromotionCode) -> Result<(PromotionView, Vec<Use>), Error> {
        let (code, today) = (code.clone(), self.today()?);
        let (record, uses) = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let record = promotions::find(tx, &code).await?.ok_or(Error::NotFound)?;
                    Ok::<_, Error>((record, promotions::latest_uses(tx, &code, USES).await?))
                })
            })
            .await?;
        Ok((self.view(record, &today), uses))
    }

    /// What everything that is sold would cost with it.
    pub async fn preview_promotion(&self, discount: Discount, plans: &[PlanKey]) -> Result<Vec<PreviewLine>, Error> {
        let fits = |offer: &Offer| plans.is_empty() || plans.contains(&offer.plan);
        let line = |offer: Offer| {
            let cost = if fits(&offer) { discount.apply(offer.amount) } else { Err(Why::NotForPlan) };
            PreviewLine { cost, offer }
        };
        Ok(self.plans().await?.into_iter().flat_map(|plan| plan.offers).map(line).collect())
    }

    /// Makes a code. [`Error::Taken`] when there is one, [`Error::NotFound`] when it
    /// names a plan that is not there.
    pub async fn create_promotion(&self, actor: &Actor, promotion: &Promotion) -> Result<(), Error> {
        let (actor, promotion, now) = (actor.clone(), promotion.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, promotion) = (actor.clone(), promotion.clone());
                Box::pin(async move {
                    check_plans(tx, &promotion.terms).await?;
                    promotions::insert(tx, &promotion, now, actor.staff.name.as_str()).await?;
                    let detail = format!("{}; {}", told_discount(promotion.discount), told_terms(&promotion.terms));
                    actor.log(tx, now, Act::PromotionCreated, promotion.code.as_str(), &detail).await?;
                    Ok(())
                })
            })
            .await
            .map_err(Error::taken)
    }

    /// Changes when, how often and for which plans it is taken. Orders that exist keep their price.
    pub async fn change_promotion(&self, actor: &Actor, code: &PromotionCode, terms: &Terms) -> Result<(), Error> {
        let (actor, code, terms, now) = (actor.clone(), code.clone(), terms.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, code, terms) = (actor.clone(), code.clone(), terms.clone());
                Box::pin(async move {
                    promotions::lock(tx, &code).await?;
                    let before = promotions::find(tx, &code).await?.ok_or(Error::NotFound)?.promotion.terms;
                    check_plans(tx, &terms).await?;
                    promotions::update_terms(tx, &code, &terms).await?;
                    let detail = format!("{} -> {}", told_terms(&before), told_terms(&terms));
                    actor.log(tx, now, Act::PromotionChanged, code.as_str(), &detail).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Switches a code off or on again; true when that changed something.
    pub async fn switch_promotion(&self, actor: &Actor, code: &PromotionCode, on: bool) -> Result<bool, Error> {
        let (actor, code, now) = (actor.clone(), code.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let (actor, code) = (actor.clone(), code.clone());
                Box::pin(async move {
                    promotions::lock(tx, &code).await?;
                    let before = promotions::find(tx, &code).await?.ok_or(Error::NotFound)?;
                    if before.promotion.is_on == on {
                        return Ok(false);
                    }
                    promotions::set_stopped(tx, &code, (!on).then_some(now)).await?;
                    let act = if on { Act::PromotionResumed } else { Act::PromotionStopped };
                    actor.log(tx, now, act, code.as_str(), &format!("uses {}", before.uses)).await?;
                    Ok(true)
                })
            })
            .await
    }
}

async fn check_plans(tx: &mut Tx, terms: &Terms) -> Result<(), Error> {
    if terms.plans.is_empty() {
        return Ok(());
    }
    let known = plans::records(tx).await?;
    let is_known = |key: &PlanKey| known.iter().any(|record| record.plan.key == *key);
    if terms.plans.iter().all(is_known) { Ok(()) } else { Err(Error::NotFound) }
}

/// For the audit log.
fn told_discount(discount: Discount) -> String {
    match discount {
        Discount::Percent(percent) => format!("{}% off", percent.get()),
        Discount::Fixed(won) => format!("{} won off", won.get()),
    }
}

fn told_terms(terms: &Terms) -> String {
    let day = |day: &Option<Day>| day.as_ref().map_or("any day", Day::as_str).to_owned();
    let limit = |limit: Option<u32>| limit.map_or("no limit".to_owned(), |limit| limit.to_string());
    let plans: Vec<&str> = terms.plans.iter().map(PlanKey::as_str).collect();
    let plans = if plans.is_empty() { "all plans".to_owned() } else { plans.join(" ") };
    format!(
        "from {} until {}, in all {}, per customer {}, {plans}",
        day(&terms.from),
        day(&terms.until),
        limit(terms.limit),
        limit(terms.limit_per_customer)
    )
}
