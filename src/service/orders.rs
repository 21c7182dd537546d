//! Lists of orders for staff: a page of them, what they add up to, and all of them for a file.

use std::sync::Arc;

use futures::Stream;
use futures::stream;

use super::{Actor, Error, OrderFilter, Services};
use crate::domain::audit::Act;
use crate::domain::id::OrderId;
use crate::domain::money::Krw;
use crate::store::order_list::{self, Cursor, Listed, Wanted};

/// Lines on a page of the list.
pub const ORDERS_ON_PAGE: usize = 50;
/// As far as totals are counted.
pub const ORDERS_COUNTED: i64 = 10_000;
/// Orders that an export reads at once; it holds no more than that.
const BATCH: i64 = 2_000;

/// Where a page of the list begins.
pub use crate::store::order_list::Cursor as OrderCursor;
/// One line of the list.
pub use crate::store::order_list::Listed as ListedOrder;

/// A page of the list.
#[derive(Clone, Debug, Default)]
pub struct OrderList {
    /// Newest first.
    pub rows: Vec<Listed>,
    pub newer: Option<Cursor>,
    pub older: Option<Cursor>,
    /// The ways of paying that the filter offers.
    pub methods: Vec<String>,
}

/// What the orders of a filter add up to, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderTotals {
    Exact {
        count: u32,
        won: Krw,
    },
    /// There are more than [`ORDERS_COUNTED`]; what they add up to is not told.
    Capped,
}

impl Services {
    /// A page of the orders that pass the filter. Their customers' names are seen, so that is written down.
    pub async fn list_orders(&self, actor: &Actor, filter: &OrderFilter, cursor: Cursor) -> Result<OrderList, Error> {
        let wanted = filter.wanted();
        let list = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let mut list = page(tx, &wanted, cursor).await?;
                    list.methods = order_list::methods(tx).await?;
                    Ok::<_, Error>(list)
                })
            })
            .await?;
        self.log(actor, Act::OrdersListed, &filter.subject(), &list.rows.len().to_string()).await?;
        Ok(list)
    }

    /// The filter's fields and the ways of paying, where no list can be shown.
    pub async fn payment_methods(&self) -> Result<Vec<String>, Error> {
        self.db.read(|tx| Box::pin(async move { Ok(order_list::methods(tx).await?) })).await
    }

    /// How many orders pass the filter and what they cost, counted no further than anybody wants to wait.
    pub async fn order_totals(&self, filter: &OrderFilter) -> Result<OrderTotals, Error> {
        let wanted = filter.wanted();
        let read = self
            .db
            .read(move |tx| Box::pin(async move { order_list::totals(tx, &wanted, ORDERS_COUNTED + 1).await }))
            .await?;
        // More won than fit into one amount are not told either.
        Ok(match (u32::try_from(read.count), Krw::new(read.won)) {
            (Ok(count), Ok(won)) if read.count <= ORDERS_COUNTED => OrderTotals::Exact { count, won },
            _ => OrderTotals::Capped,
        })
    }

    /// All orders that pass the filter, newest first, a batch at a time. The first one is read at once, so
    /// that a database that does not answer is told before anything is sent.
    pub async fn export_orders(
        &self,
        actor: &Actor,
        filter: &OrderFilter,
    ) -> Result<impl Stream<Item = Result<Vec<Listed>, Error>> + Send + use<>, Error> {
        self.log(actor, Act::OrdersExported, &filter.subject(), "").await?;
        let wanted = Arc::new(filter.wanted());
        let first = self.batch(wanted.clone(), Cursor::Newest).await?;
        let services = self.clone();
        Ok(stream::try_unfold(Some(first), move |ready| {
            let (services, wanted) = (services.clone(), wanted.clone());
            async move {
                let Some(rows) = ready else { return Ok(None) };
                let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows >= BATCH);
                let next = match rows.last().filter(|_| is_full) {
                    Some(last) => Some(services.batch(wanted, Cursor::Before(last.seq)).await?),
                    None => None,
                };
                Ok(Some((rows, next)))
            }
        }))
    }

    async fn batch(&self, wanted: Arc<Wanted>, cursor: Cursor) -> Result<Vec<Listed>, Error> {
        let read = self.db.read(move |tx| Box::pin(async move { order_list::page(tx, &wanted, cursor, BATCH).await }));
        read.await.map_err(Error::Store)
    }

    /// These orders, newest first; what is no order of ours is left out.
    pub async fn export_ticked(&self, actor: &Actor, ids: &[OrderId]) -> Result<Vec<Listed>, Error> {
        let wanted = ids.to_vec();
        let rows = self.db.read(move |tx| Box::pin(async move { order_list::by_ids(tx, &wanted).await })).await?;
        self.log(actor, Act::OrdersExported, "ticked", &rows.len().to_string()).await?;
        Ok(rows)
    }
}

async fn page(tx: &mut crate::store::Tx, wanted: &Wanted, cursor: Cursor) -> Result<OrderList, Error> {
    let asked = i64::try_from(ORDERS_ON_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = order_list::page(tx, wanted, cursor, asked).await?;
    let mut cursor = cursor;
    if matches!(cursor, Cursor::After(_)) && rows.len() < ORDERS_ON_PAGE {
        // The newest page is always a full one.
        cursor = Cursor::Newest;
        rows = order_list::page(tx, wanted, cursor, asked).await?;
    }
    let has_more = rows.len() > ORDERS_ON_PAGE;
    rows.truncate(ORDERS_ON_PAGE);
    let is_upwards = matches!(cursor, Cursor::After(_));
    if is_upwards {
        rows.reverse();
    }
    let newer = match cursor {
        Cursor::Newest => None,
        Cursor::Before(_) => Some(rows.first().map_or(Cursor::Newest, |row| Cursor::After(row.seq))),
        Cursor::After(_) => rows.first().filter(|_| has_more).map(|row| Cursor::After(row.seq)),
    };
    let older = rows.last().filter(|_| has_more || is_upwards).map(|row| Cursor::Before(row.seq));
    Ok(OrderList { rows, newer, older, methods: Vec::new() })
}
