//! Promotion codes and their uses.

use super::{StoreError, Tx, query, stored};
use crate::domain::id::{OrderId, OrderNumber};
use crate::domain::money::Krw;
use crate::domain::order::MoneyState;
use crate::domain::plan::PlanKey;
use crate::domain::promotion::{Discount, Percent, Promotion, PromotionCode, Terms, UseState, Uses};
use crate::domain::time::{Day, UnixMs};

/// A promotion as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub promotion: Promotion,
    pub created_at: UnixMs,
    pub created_by: String,
    /// Held or used.
    pub uses: u32,
}

/// One use of a code, with the order that it was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub order: OrderId,
    pub number: OrderNumber,
    pub money: MoneyState,
    pub total: Krw,
    pub original: Option<Krw>,
    pub state: UseState,
    pub created_at: UnixMs,
}

#[derive(sqlx::FromRow)]
struct Row {
    code: String,
    kind: String,
    value: i64,
    first_day: Option<String>,
    last_day: Option<String>,
    use_limit: Option<i64>,
    customer_limit: Option<i64>,
    plans: String,
    created_at: i64,
    created_by: String,
    stopped_at: Option<i64>,
    uses: i64,
}

fn count(number: i64) -> Result<u32, StoreError> {
    stored(u32::try_from(number))
}

impl TryFrom<Row> for Record {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let discount = match row.kind.as_str() {
            "percent" => Percent::new(row.value).map(Discount::Percent),
            "fixed" => Krw::new(row.value).ok().map(Discount::Fixed),
            _ => None,
        };
        let day = |text: Option<String>| text.map(|text| stored(Day::parse(&text).map_err(|_| text))).transpose();
        let plans: Vec<PlanKey> = stored(serde_json::from_str(&row.plans))?;
        Ok(Self {
            promotion: Promotion {
                discount: discount.ok_or_else(|| StoreError::Corrupt(format!("the discount of {}", row.code)))?,
                code: stored(PromotionCode::parse(&row.code))?,
                terms: Terms {
                    from: day(row.first_day)?,
                    until: day(row.last_day)?,
                    limit: row.use_limit.map(count).transpose()?,
                    limit_per_customer: row.customer_limit.map(count).transpose()?,
                    plans,
                },
                is_on: row.stopped_at.is_none(),
            },
            created_at: UnixMs::new(row.created_at),
            created_by: row.created_by,
            uses: count(row.uses)?,
        })
    }
}

macro_rules! select_promotion {
    ($tail:literal) => {
        concat!(
            "SELECT code, kind, value, first_day, last_day, use_limit, customer_limit, plans, created_at, created_by, stopped_at, ",
            "(SELECT COUNT(*) FROM promotion_uses u WHERE u.code = promotions.code AND u.state IN ('held', 'used')) AS uses FROM promotions ",
            $tail
        )
    };
}

/// [`super::Constraint::NameTaken`] when the code was used before.
pub async fn insert(tx: &mut Tx, promotion: &Promotion, at: UnixMs, by: &str) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO promotions (code, kind, value, first_day, last_day, use_limit, customer_limit, plans,
            created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let (kind, value) = match promotion.discount {
        Discount::Percent(percent) => ("percent", i64::from(percent.get())),
        Discount::Fixed(won) => ("fixed", won.get()),
    };
    let terms = &promotion.terms;
    let plans = stored(serde_json::to_string(&terms.plans))?;
    query!(
        execute tx,
        SQL,
        promotion.code.as_str(),
        kind,
        value,
        terms.from.as_ref().map(Day::as_str),
        terms.until.as_ref().map(Day::as_str),
        terms.limit.map(i64::from),
        terms.limit_per_customer.map(i64::from),
        plans.as_str(),
        at.get(),
        by,
    )?;
    Ok(())
}

/// Changes the terms, also to stricter ones than what was used already.
pub async fn update_terms(tx: &mut Tx, code: &PromotionCode, terms: &Terms) -> Result<(), StoreError> {
    const SQL: &str =
        "UPDATE promotions SET first_day = $2, last_day = $3, use_limit = $4, customer_limit = $5, plans = $6
        WHERE code = $1";
    let plans = stored(serde_json::to_string(&terms.plans))?;
    query!(
        execute tx,
        SQL,
        code.as_str(),
        terms.from.as_ref().map(Day::as_str),
        terms.until.as_ref().map(Day::as_str),
        terms.limit.map(i64::from),
        terms.limit_per_customer.map(i64::from),
        plans.as_str(),
    )?;
    Ok(())
}

/// Switches a code off, or on again.
pub async fn set_stopped(tx: &mut Tx, code: &PromotionCode, at: Option<UnixMs>) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE promotions SET stopped_at = $2 WHERE code = $1", code.as_str(), at.map(UnixMs::get))?;
    Ok(())
}

pub async fn find(tx: &mut Tx, code: &PromotionCode) -> Result<Option<Record>, StoreError> {
    let row = query!(optional tx, Row, select_promotion!("WHERE code = $1"), code.as_str())?;
    row.map(Record::try_from).transpose()
}

/// Holds the code until the transaction ends, so that its uses are counted and taken by one at a time. What
/// is counted must be read after this. False when there is no such code.
pub async fn lock(tx: &mut Tx, code: &PromotionCode) -> Result<bool, StoreError> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT code FROM promotions WHERE code = $1",
        Tx::Postgres(_) => "SELECT code FROM promotions WHERE code = $1 FOR UPDATE",
    };
    let row: Option<(String,)> = query!(optional tx, (String,), sql, code.as_str())?;
    Ok(row.is_some())
}

/// Up to `most` codes, the newest first, that are older than `before` (an age and, among equals, a code).
pub async fn page(tx: &mut Tx, before: Option<(UnixMs, &PromotionCode)>, most: i64) -> Result<Vec<Record>, StoreError> {
    let rows = match before {
        None => query!(all tx, Row, select_promotion!("ORDER BY created_at DESC, code DESC LIMIT $1"), most),
        Some((at, code)) => query!(
            all tx,
            Row,
            select_promotion!("WHERE created_at < $1 OR (created_at = $1 AND code < $2) ORDER BY created_at DESC, code DESC LIMIT $3"),
            at.get(),
            code.as_str(),
            most,
        ),
    }?;
    rows.into_iter().map(Record::try_from).collect()
}

/// How often the code is held or used, in all and by this customer.
pub async fn uses(tx: &mut Tx, code: &PromotionCode, customer: Option<&str>) -> Result<Uses, StoreError> {
    const TOTAL: &str = "SELECT COUNT(*) FROM promotion_uses WHERE code = $1 AND state IN ('held', 'used')";
    const OF_ONE: &str =
        "SELECT COUNT(*) FROM promotion_uses WHERE code = $1 AND state IN ('held', 'used') AND customer = $2";
    let total: Option<(i64,)> = query!(optional tx, (i64,), TOTAL, code.as_str())?;
    let by_customer: Option<(i64,)> = match customer {
        Some(customer) => query!(optional tx, (i64,), OF_ONE, code.as_str(), customer)?,
        None => None,
    };
    let number = |row: Option<(i64,)>| row.map_or(Ok(0), |(number,)| count(number));
    Ok(Uses { total: number(total)?, by_customer: number(by_customer)? })
}

/// Takes one use for a new order. The code must be locked by this transaction.
pub async fn hold(
    tx: &mut Tx,
    code: &PromotionCode,
    order: &OrderId,
    customer: &str,
    at: UnixMs,
) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO promotion_uses (order_id, code, customer, state, created_at) VALUES ($1, $2, $3, 'held', $4)";
    query!(execute tx, SQL, order.as_str(), code.as_str(), customer, at.get())?;
    Ok(())
}

/// What has become of an order's use; nothing where the order has none. The order must be locked by this
/// transaction.
pub async fn set_use(tx: &mut Tx, order: &OrderId, state: UseState) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE promotion_uses SET state = $2 WHERE order_id = $1 AND state <> $2";
    query!(execute tx, SQL, order.as_str(), state.as_str())?;
    Ok(())
}

/// Orders that hold a use and whose time to pay is over, those that were looked at longest ago first; of one
/// customer where one is named.
pub async fn overdue(
    tx: &mut Tx,
    code: &PromotionCode,
    customer: Option<&str>,
    now: UnixMs,
    most: i64,
) -> Result<Vec<OrderId>, StoreError> {
    const SQL: &str = "SELECT o.id FROM promotion_uses u JOIN orders o ON o.id = u.order_id
        WHERE u.code = $1 AND u.state = 'held' AND ($2 = '' OR u.customer = $2) AND o.expires_at <= $3
        ORDER BY o.looked_at, o.id LIMIT $4";
    let rows = query!(all tx, (String,), SQL, code.as_str(), customer.unwrap_or_default(), now.get(), most)?;
    rows.into_iter().map(|(id,)| stored(OrderId::parse(&id))).collect()
}

/// The latest uses of a code.
pub async fn latest_uses(tx: &mut Tx, code: &PromotionCode, most: i64) -> Result<Vec<Use>, StoreError> {
    const SQL: &str = "SELECT o.id, o.number, o.money_state, o.total_krw, o.original_krw, u.state, u.created_at
        FROM promotion_uses u JOIN orders o ON o.id = u.order_id
        WHERE u.code = $1 ORDER BY u.created_at DESC, o.id DESC LIMIT $2";
    type UseRow = (String, String, String, i64, Option<i64>, String, i64);
    let read = |(id, number, money, total, original, state, at): UseRow| {
        Ok(Use {
            order: stored(OrderId::parse(&id))?,
            number: OrderNumber::stored(number),
            money: MoneyState::parse(&money)?,
            total: stored(Krw::new(total))?,
            original: original.map(|won| stored(Krw::new(won))).transpose()?,
            state: UseState::parse(&state)?,
            created_at: UnixMs::new(at),
        })
    };
    query!(all tx, UseRow, SQL, code.as_str(), most)?.into_iter().map(read).collect()
}
