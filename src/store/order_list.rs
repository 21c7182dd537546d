//! Lists of orders, newest first. Nothing here sorts more than a few thousand rows: a list goes along an index
//! that ends in `seq`, or begins with whatever narrows most.

use super::asked::{Asked, Value};
use super::{StoreError, Tx, query, stored};
use crate::domain::id::{OrderId, OrderNumber};
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{FulfilmentState, MoneyState, OrderKind, StateWord};
use crate::domain::search::{Gram, Needle, Piece};
use crate::domain::time::UnixMs;

/// Places in one millisecond; `seq` is the millisecond times this, and a place.
pub const PLACES: i64 = 1024;
/// Rows that are read without asking whether there is a better way.
const NARROW: i64 = 3_000;
/// The newest rows, which are looked through before an index is asked: common texts are among them.
const WINDOW: i64 = 4_000;
/// How far looking through may go on, where the newest rows promise enough hits.
const WALK: i64 = 30_000;

/// The newest texts, by which the rarest parts of a needle are guessed.
const SAMPLE: i64 = 400;
/// Parts of a needle that an index is asked for; more narrow down little and cost much.
const PARTS: usize = 4;

/// Which orders are wanted; everything that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub needle: Option<Needle>,
    pub state: Option<StateWord>,
    pub kind: Option<OrderKind>,
    pub method: Option<String>,
    pub from: Option<UnixMs>,
    /// The first instant that is no longer wanted.
    pub until: Option<UnixMs>,
    pub least: Option<Krw>,
    pub most: Option<Krw>,
}

/// Where a page of the list begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursor {
    #[default]
    Newest,
    /// Older than this place, newest first.
    Before(i64),
    /// Newer than this place, oldest first.
    After(i64),
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub seq: i64,
    pub id: OrderId,
    pub number: OrderNumber,
    pub name: String,
    pub amount: Amount,
    pub refunded: Krw,
    pub customer_name: String,
    pub customer_phone: String,
    pub customer_email: String,
    pub state: StateWord,
    pub kind: OrderKind,
    pub method: Option<String>,
    pub promotion: Option<String>,
    pub note: String,
    pub created_at: UnixMs,
    pub paid_at: Option<UnixMs>,
}

/// How many orders, and what they cost together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    pub count: i64,
    pub won: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    id: String,
    number: String,
    name: String,
    total_krw: i64,
    tax_free_krw: i64,
    refunded_krw: i64,
    customer_name: String,
    customer_phone: String,
    customer_email: String,
    money_state: String,
    fulfilment_state: String,
    kind: String,
    method: Option<String>,
    promotion_code: Option<String>,
    note: String,
    created_at: i64,
    paid_at: Option<i64>,
}

const COLUMNS: &str = "o.seq, o.id, o.number, o.name, o.total_krw, o.tax_free_krw, o.refunded_krw, o.customer_name, \
     o.customer_phone, o.customer_email, o.money_state, o.fulfilment_state, o.kind, o.method, o.promotion_code, \
     o.note, o.created_at, o.paid_at";

impl TryFrom<Row> for Listed {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let (money, fulfilment) =
            (MoneyState::parse(&row.money_state)?, FulfilmentState::parse(&row.fulfilment_state)?);
        Ok(Self {
            seq: row.seq,
            id: stored(OrderId::parse(&row.id))?,
            number: OrderNumber::stored(row.number),
            name: row.name,
            amount: stored(Amount::new(stored(Krw::new(row.total_krw))?, stored(Krw::new(row.tax_free_krw))?))?,
            refunded: stored(Krw::new(row.refunded_krw))?,
            customer_name: row.customer_name,
            customer_phone: row.customer_phone,
            customer_email: row.customer_email,
            state: StateWord::of(money, fulfilment),
            kind: OrderKind::parse(&row.kind)?,
            method: row.method,
            promotion: row.promotion_code,
            note: row.note,
            created_at: UnixMs::new(row.created_at),
            paid_at: row.paid_at.map(UnixMs::new),
        })
    }
}

/// Places from the first to before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: i64,
    until: i64,
}

impl Wanted {
    fn span(&self, cursor: Cursor) -> Span {
        let place = |at: UnixMs| at.get().saturating_mul(PLACES);
        let from = self.from.map_or(0, place);
        let until = self.until.map_or(i64::MAX, place);
        match cursor {
            Cursor::Newest => Span { from, until },
            Cursor::Before(seq) => Span { from, until: until.min(seq) },
            Cursor::After(seq) => Span { from: from.max(seq.saturating_add(1)), until },
        }
    }

    fn has_amount(&self) -> bool {
        self.least.is_some() || self.most.is_some()
    }

    /// One state and one way of paying: perhaps none of many thousands, so that going along would go through all.
    fn is_crossed(&self) -> bool {
        self.state.is_some() && self.method.is_some()
    }

    fn has_filters(&self) -> bool {
        let has_span = self.from.is_some() || self.until.is_some();
        self.state.is_some() || self.kind.is_some() || self.method.is_some() || self.has_amount() || has_span
    }
}

/// A list under way: what is wanted, in which span, in which direction.
struct Listing<'a> {
    wanted: &'a Wanted,
    span: Span,
    /// `ASC` or `DESC`.
    direction: &'static str,
    rows: i64,
}

/// At most `rows` orders from the cursor on, in the cursor's direction.
pub async fn page(tx: &mut Tx, wanted: &Wanted, cursor: Cursor, rows: i64) -> Result<Vec<Listed>, StoreError> {
    let direction = if matches!(cursor, Cursor::After(_)) { "ASC" } else { "DESC" };
    let list = Listing { wanted, span: wanted.span(cursor), direction, rows };
    let found = match &wanted.needle {
        None if !wanted.has_amount() && !wanted.is_crossed() => list.along(tx).await?,
        None if list.is_narrow(tx).await? => list.narrowed(tx, None).await?,
        None => list.along(tx).await?,
        Some(needle) if wanted.has_filters() && list.is_narrow(tx).await? => list.narrowed(tx, Some(needle)).await?,
        Some(needle) => list.search(tx, needle).await?,
    };
    found.into_iter().map(Listed::try_from).collect()
}

/// Counts at most `most` orders, and adds up what they cost.
pub async fn totals(tx: &mut Tx, wanted: &Wanted, most: i64) -> Result<Totals, StoreError> {
    let list = Listing { wanted, span: wanted.span(Cursor::Newest), direction: "DESC", rows: most };
    let grams = match &wanted.needle {
        Some(needle) => rarest(tx, needle).await?,
        None => Vec::new(),
    };
    let mut asked = Asked::new(
        tx,
        "SELECT count(*), CAST(COALESCE(sum(t.won), 0) AS BIGINT) FROM (SELECT o.total_krw AS won FROM ",
    );
    match &wanted.needle {
        None => {
            asked.add("orders o WHERE TRUE");
            list.filters(&mut asked, list.span, false);
        }
        Some(needle) if wanted.has_filters() && list.is_narrow(tx).await? => {
            asked.add("orders o CROSS JOIN order_search s WHERE s.seq = o.seq");
            asked.holds(needle);
            list.filters(&mut asked, list.span, false);
        }
        Some(needle) => {
            asked.index(grams);
            asked.holds(needle);
            list.filters(&mut asked, list.span, true);
        }
    }
    asked.add(" LIMIT ");
    asked.bind(Value::Int(most));
    asked.add(") t");
    let found: Vec<(i64, i64)> = asked.fetch(tx).await?;
    Ok(found.first().map_or(Totals { count: 0, won: 0 }, |(count, won)| Totals { count: *count, won: *won }))
}

/// These orders, newest first.
pub async fn by_ids(tx: &mut Tx, ids: &[OrderId]) -> Result<Vec<Listed>, StoreError> {
    let mut asked = Listing::select(tx, "orders o WHERE o.id IN (''");
    for id in ids {
        asked.add(", ");
        asked.bind(Value::Text(id.as_str().to_owned()));
    }
    asked.add(") ORDER BY o.seq DESC");
    let found: Vec<Row> = asked.fetch(tx).await?;
    found.into_iter().map(Listed::try_from).collect()
}

/// Every way of paying that an order has, in the provider's words.
pub async fn methods(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    // From one word to the next along the index, however many orders have it.
    const SQL: &str = "WITH RECURSIVE word (method) AS (
            SELECT min(method) FROM orders
            UNION ALL SELECT (SELECT min(o.method) FROM orders o WHERE o.method > word.method) FROM word WHERE word.method IS NOT NULL
        ) SELECT method FROM word WHERE method IS NOT NULL LIMIT 40";
    Ok(query!(all tx, (String,), SQL)?.into_iter().map(|(method,)| method).collect())
}

/// Grams of the parts of the needle that fewest of the newest orders have.
async fn rarest(tx: &mut Tx, needle: &Needle) -> Result<Vec<Gram>, StoreError> {
    let pieces = needle.pieces();
    let mut counted: Vec<(usize, Piece)> = pieces.into_iter().map(|piece| (0, piece)).collect();
    if counted.len() > PARTS {
        let sample = query!(all tx, (String,), "SELECT text FROM order_search ORDER BY seq DESC LIMIT $1", SAMPLE)?;
        for (count, piece) in &mut counted {
            *count = sample.iter().filter(|(text,)| text.contains(&piece.text)).count();
        }
        counted.sort_by_key(|(count, _)| *count);
    }
    Ok(counted.into_iter().take(PARTS).map(|(_, piece)| piece.gram).collect())
}

impl Listing<'_> {
    /// Everything that is wanted but the text. `walks` keeps databases from gathering and sorting by amount
    /// what they should go along.
    fn filters(&self, asked: &mut Asked, span: Span, walks: bool) {
        let wanted = self.wanted;
        // A database would rather go along by place than straight to one state and way of paying; SQLite also than to an
        // amount, which PostgreSQL finds together with the place.
        let is_hidden = wanted.is_crossed() || asked.is_sqlite() && wanted.has_amount();
        let place = if !walks && is_hidden { "o.seq + 0" } else { "o.seq" };
        for (sign, bound) in [(" >= ", span.from), (" < ", span.until)] {
            asked.add(" AND ");
            asked.add(place);
            asked.add(sign);
            asked.bind(Value::Int(bound));
        }
        if let Some(state) = wanted.state {
            asked.add(" AND (CASE WHEN o.money_state IN ('paid', 'partially_refunded') AND o.fulfilment_state <> 'none' THEN o.fulfilment_state ELSE o.money_state END) = ");
            asked.bind(Value::Text(state.as_str().to_owned()));
        }
        if let Some(kind) = wanted.kind {
            asked.add(" AND o.kind = ");
            asked.bind(Value::Text(kind.as_str().to_owned()));
        }
        if let Some(method) = &wanted.method {
            asked.add(" AND o.method = ");
            asked.bind(Value::Text(method.clone()));
        }
        let amount = if walks { " AND o.total_krw + 0 " } else { " AND o.total_krw " };
        for (sign, bound) in [(">= ", wanted.least), ("<= ", wanted.most)] {
            if let Some(won) = bound {
                asked.add(amount);
                asked.add(sign);
                asked.bind(Value::Int(won.get()));
            }
        }
    }

    fn end(&self, asked: &mut Asked, key: &str) {
        asked.add(" ORDER BY ");
        asked.add(key);
        asked.add(" ");
        asked.add(self.direction);
        asked.add(" LIMIT ");
        asked.bind(Value::Int(self.rows));
    }

    fn select(tx: &Tx, from: &str) -> Asked {
        let mut asked = Asked::new(tx, "SELECT ");
        asked.add(COLUMNS);
        asked.add(" FROM ");
        asked.add(from);
        asked
    }

    /// Along an index that ends in `seq`, until there are enough.
    async fn along(&self, tx: &mut Tx) -> Result<Vec<Row>, StoreError> {
        let mut asked = Self::select(tx, "orders o WHERE TRUE");
        self.filters(&mut asked, self.span, true);
        self.end(&mut asked, "o.seq");
        asked.fetch(tx).await
    }

    /// Whether so few orders pass the filters, text aside, that all of them can be read.
    async fn is_narrow(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let mut asked = Asked::new(tx, "SELECT count(*) FROM (SELECT 1 FROM orders o WHERE TRUE");
        self.filters(&mut asked, self.span, false);
        asked.add(" LIMIT ");
        asked.bind(Value::Int(NARROW + 1));
        asked.add(") t");
        let found: Vec<(i64,)> = asked.fetch(tx).await?;
        Ok(found.first().is_some_and(|(count,)| *count <= NARROW))
    }

    /// All that pass the filters, then those with the text.
    async fn narrowed(&self, tx: &mut Tx, needle: Option<&Needle>) -> Result<Vec<Row>, StoreError> {
        let mut asked = Asked::new(tx, "WITH narrow AS MATERIALIZED (SELECT o.seq AS place FROM orders o WHERE TRUE");
        self.filters(&mut asked, self.span, false);
        asked.add(" LIMIT ");
        asked.bind(Value::Int(NARROW + 1));
        asked.add(") SELECT ");
        asked.add(COLUMNS);
        if let Some(needle) = needle {
            asked.add(" FROM narrow CROSS JOIN orders o CROSS JOIN order_search s");
            asked.add(" WHERE o.seq = narrow.place AND s.seq = narrow.place");
            asked.holds(needle);
        } else {
            // Only the orders of the page are read whole.
            asked.add(" FROM orders o WHERE o.seq IN (SELECT place FROM narrow");
            self.end(&mut asked, "place");
            asked.add(")");
        }
        self.end(&mut asked, "o.seq");
        asked.fetch(tx).await
    }

    async fn search(&self, tx: &mut Tx, needle: &Needle) -> Result<Vec<Row>, StoreError> {
        let window = WINDOW.max(self.rows.saturating_mul(4));
        if needle.names_one() {
            return self.by_index(tx, needle, window).await;
        }
        // A common text is among the newest orders, and no index could tell it sooner.
        let edge = self.edge(tx, window).await?;
        let newest = match self.direction {
            "ASC" => Span { until: edge.map_or(self.span.until, |edge| edge + 1), ..self.span },
            _ => Span { from: edge.unwrap_or(self.span.from), ..self.span },
        };
        let found = self.look_through(tx, needle, newest).await?;
        let hits = i64::try_from(found.len()).unwrap_or(i64::MAX);
        if edge.is_none() || hits >= self.rows {
            return Ok(found);
        }
        if self.rows.saturating_mul(window) <= hits.saturating_mul(WALK) {
            return self.look_through(tx, needle, self.span).await;
        }
        self.by_index(tx, needle, window).await
    }

    async fn by_index(&self, tx: &mut Tx, needle: &Needle, window: i64) -> Result<Vec<Row>, StoreError> {
        let grams = rarest(tx, needle).await?;
        match tx {
            // FTS5 goes along its lists in our order and stops when there are enough.
            Tx::Sqlite(_) => self.indexed(tx, needle, grams).await,
            Tx::Postgres(_) => match self.places(tx, needle, grams, NARROW.max(window)).await? {
                Some(mut places) => {
                    if !self.wanted.has_filters() {
                        // All of them are on the list, so that only those of the page are read whole.
                        places.sort_unstable();
                        if self.direction == "DESC" {
                            places.reverse();
                        }
                        places.truncate(usize::try_from(self.rows).unwrap_or(usize::MAX));
                    }
                    let mut asked = Self::select(tx, "orders o WHERE o.seq = ANY(");
                    asked.bind(Value::Places(places));
                    asked.add(")");
                    self.filters(&mut asked, self.span, true);
                    self.end(&mut asked, "o.seq");
                    asked.fetch(tx).await
                }
                None => self.look_through(tx, needle, self.span).await,
            },
        }
    }

    /// The place where the first `window` orders of the span end; `None` when there are fewer.
    async fn edge(&self, tx: &mut Tx, window: i64) -> Result<Option<i64>, StoreError> {
        let mut asked = Asked::new(tx, "SELECT s.seq FROM order_search s WHERE s.seq >= ");
        asked.bind(Value::Int(self.span.from));
        asked.add(" AND s.seq < ");
        asked.bind(Value::Int(self.span.until));
        asked.add(" ORDER BY s.seq ");
        asked.add(self.direction);
        asked.add(" LIMIT 1 OFFSET ");
        asked.bind(Value::Int(window - 1));
        let found: Vec<(i64,)> = asked.fetch(tx).await?;
        Ok(found.first().map(|(seq,)| *seq))
    }

    /// Text by text along the span, until there are enough.
    async fn look_through(&self, tx: &mut Tx, needle: &Needle, span: Span) -> Result<Vec<Row>, StoreError> {
        let is_plain = !self.wanted.has_filters();
        // Where the text alone decides, it is looked through alone: PostgreSQL would read every order beside it.
        let from = if is_plain {
            "orders o WHERE o.seq IN (SELECT s.seq FROM order_search s WHERE s.seq >= "
        } else {
            "order_search s CROSS JOIN orders o WHERE o.seq = s.seq AND s.seq >= "
        };
        let mut asked = Self::select(tx, from);
        asked.bind(Value::Int(span.from));
        asked.add(" AND s.seq < ");
        asked.bind(Value::Int(span.until));
        asked.holds(needle);
        if is_plain {
            self.end(&mut asked, "s.seq");
            asked.add(")");
        } else {
            self.filters(&mut asked, span, true);
        }
        self.end(&mut asked, "o.seq");
        asked.fetch(tx).await
    }

    async fn indexed(&self, tx: &mut Tx, needle: &Needle, grams: Vec<Gram>) -> Result<Vec<Row>, StoreError> {
        let mut asked = Self::select(tx, "");
        asked.index(grams);
        asked.add(" AND g.rowid >= ");
        asked.bind(Value::Int(self.span.from));
        asked.add(" AND g.rowid < ");
        asked.bind(Value::Int(self.span.until));
        asked.holds(needle);
        self.filters(&mut asked, self.span, true);
        self.end(&mut asked, "g.rowid");
        asked.fetch(tx).await
    }

    /// Where the text is, by the index; `None` when it is in more than `most` places.
    async fn places(
        &self,
        tx: &mut Tx,
        needle: &Needle,
        grams: Vec<Gram>,
        most: i64,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let mut asked = Asked::new(tx, "SELECT s.seq FROM order_search s WHERE s.grams @> ");
        asked.bind(Value::Grams(grams));
        asked.add(" AND s.seq >= ");
        asked.bind(Value::Int(self.span.from));
        asked.add(" AND s.seq < ");
        asked.bind(Value::Int(self.span.until));
        asked.holds(needle);
        asked.add(" LIMIT ");
        asked.bind(Value::Int(most + 1));
        let found: Vec<(i64,)> = asked.fetch(tx).await?;
        let is_all = i64::try_from(found.len()).is_ok_and(|found| found <= most);
        Ok(is_all.then(|| found.into_iter().map(|(seq,)| seq).collect()))
    }
}
