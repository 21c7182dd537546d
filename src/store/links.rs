//! Pay links and their logs. What a link's orders say is counted from the orders themselves.

use super::{StoreError, Tx, query, stored};
use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::id::{FormKey, LinkId, LinkToken, OrderId};
use crate::domain::link::{Link, LinkEvent, LinkEventKind, LinkState, Notify, StoredState, Terms, Trouble, Way, When};
use crate::domain::money::{Amount, Krw};
use crate::domain::time::UnixMs;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    token: String,
    name: String,
    total_krw: i64,
    tax_free_krw: i64,
    original_krw: Option<i64>,
    memo: String,
    products: String,
    customer_name: String,
    customer_phone: String,
    customer_email: String,
    notify_ways: String,
    notify_at: Option<i64>,
    metadata: String,
    redirect_url: Option<String>,
    uses: i64,
    expires_at: i64,
    state: String,
    stopped_at: Option<i64>,
    opened_at: Option<i64>,
    late_at: Option<i64>,
    trouble: Option<String>,
    order_id: String,
    created_at: i64,
    created_by: String,
    used: i64,
    refunded: i64,
}

/// `''` where we were not told.
fn told<T, E: std::fmt::Display>(text: &str, parse: fn(&str) -> Result<T, E>) -> Result<Option<T>, StoreError> {
    if text.is_empty() { Ok(None) } else { stored(parse(text)).map(Some) }
}

fn ways(words: &str) -> Result<Vec<Way>, StoreError> {
    words.split_whitespace().map(|word| Ok(Way::parse(word)?)).collect()
}

fn words(ways: &[Way]) -> String {
    ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(" ")
}

impl TryFrom<Row> for Link {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let at = |ms: Option<i64>| ms.map(UnixMs::new);
        Ok(Self {
            id: stored(LinkId::parse(&row.id))?,
            token: stored(LinkToken::parse(&row.token))?,
            terms: Terms {
                name: row.name,
                amount: stored(Amount::new(stored(Krw::new(row.total_krw))?, stored(Krw::new(row.tax_free_krw))?))?,
                original: row.original_krw.map(|won| stored(Krw::new(won))).transpose()?,
                expires_at: UnixMs::new(row.expires_at),
                memo: row.memo,
                products: stored(serde_json::from_str(&row.products))?,
                customer: Customer {
                    name: told(&row.customer_name, Name::parse)?,
                    phone: told(&row.customer_phone, Phone::parse)?,
                    email: told(&row.customer_email, Email::parse)?,
                },
                notify: Notify {
                    when: row.notify_at.map_or(When::Never, |at| When::At(UnixMs::new(at))),
                    ways: ways(&row.notify_ways)?,
                },
                metadata: stored(serde_json::from_str(&row.metadata))?,
                redirect: row.redirect_url,
                uses: stored(u32::try_from(row.uses))?,
            },
            state: StoredState::parse(&row.state)?,
            created_at: UnixMs::new(row.created_at),
            created_by: row.created_by,
            stopped_at: at(row.stopped_at),
            opened_at: at(row.opened_at),
            late_at: at(row.late_at),
            trouble: row.trouble.map(|word| Trouble::parse(&word)).transpose()?,
            order: stored(OrderId::parse(&row.order_id))?,
            used: stored(u32::try_from(row.used))?,
            refunded: stored(u32::try_from(row.refunded))?,
        })
    }
}

macro_rules! select_link {
    ($tail:literal) => {
        concat!(
            "SELECT l.id, l.token, l.name, l.total_krw, l.tax_free_krw, l.original_krw, l.memo, l.products, l.customer_name, ",
            "l.customer_phone, l.customer_email, l.notify_ways, l.notify_at, l.metadata, l.redirect_url, l.uses, l.expires_at, ",
            "l.state, l.stopped_at, l.opened_at, l.late_at, l.trouble, l.order_id, l.created_at, l.created_by, ",
            "(SELECT COUNT(*) FROM orders o WHERE o.link_id = l.id AND o.money_state IN ('paid', 'partially_refunded', 'refunded')) AS used, ",
            "(SELECT COUNT(*) FROM orders o WHERE o.link_id = l.id AND o.money_state = 'refunded') AS refunded FROM links l ",
            $tail
        )
    };
}

/// What a form's key was used for before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub id: LinkId,
    pub body_hash: String,
}

/// A new link. [`super::Constraint::LinkFormUsed`] when another request with this form was first.
pub async fn insert(tx: &mut Tx, link: &Link, form_key: &FormKey, body_hash: &str) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO links (id, token, form_key, body_hash, name, total_krw, tax_free_krw, original_krw, memo,
            products, customer_name, customer_phone, customer_email, notify_ways, notify_at, metadata, redirect_url, uses,
            expires_at, state, order_id, first_tried_at, tried_at, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 0, 0, $22, $23)";
    let terms = &link.terms;
    let products = stored(serde_json::to_string(&terms.products))?;
    let metadata = stored(serde_json::to_string(&terms.metadata))?;
    let notify_ways = words(&terms.notify.ways);
    let notify_at = match terms.notify.when {
        When::Never => None,
        // As soon as it is ready.
        When::Now => Some(link.created_at.get()),
        When::At(at) => Some(at.get()),
    };
    query!(
        execute tx,
        SQL,
        link.id.as_str(),
        link.token.as_str(),
        form_key.as_str(),
        body_hash,
        terms.name.as_str(),
        terms.amount.total().get(),
        terms.amount.tax_free().get(),
        terms.original.map(Krw::get),
        terms.memo.as_str(),
        products.as_str(),
        terms.customer.name(),
        terms.customer.phone(),
        terms.customer.email(),
        notify_ways.as_str(),
        notify_at,
        metadata.as_str(),
        terms.redirect.as_deref(),
        i64::from(terms.uses),
        terms.expires_at.get(),
        link.state.as_str(),
        link.order.as_str(),
        link.created_at.get(),
        link.created_by.as_str(),
    )?;
    Ok(())
}

pub async fn find_by_form(tx: &mut Tx, key: &FormKey) -> Result<Option<Used>, StoreError> {
    const SQL: &str = "SELECT id, body_hash FROM links WHERE form_key = $1";
    let row: Option<(String, String)> = query!(optional tx, (String, String), SQL, key.as_str())?;
    row.map(|(id, body_hash)| Ok(Used { id: stored(LinkId::parse(&id))?, body_hash })).transpose()
}

pub async fn find(tx: &mut Tx, id: &LinkId) -> Result<Option<Link>, StoreError> {
    query!(optional tx, Row, select_link!("WHERE l.id = $1"), id.as_str())?.map(Link::try_from).transpose()
}

pub async fn find_by_token(tx: &mut Tx, token: &LinkToken) -> Result<Option<Link>, StoreError> {
    query!(optional tx, Row, select_link!("WHERE l.token = $1"), token.as_str())?.map(Link::try_from).transpose()
}

/// The link, held until the transaction ends. An order is locked before its link, never after it.
pub async fn lock(tx: &mut Tx, id: &LinkId) -> Result<Link, StoreError> {
    if let Tx::Postgres(_) = tx {
        // Locked by a statement of its own: the next one then counts what others have committed meanwhile.
        const SQL: &str = "SELECT id FROM links WHERE id = $1 FOR UPDATE";
        let held: Option<(String,)> = query!(optional tx, (String,), SQL, id.as_str())?;
        held.ok_or(StoreError::NotFound)?;
    }
    find(tx, id).await?.ok_or(StoreError::NotFound)
}

/// Takes the right to ask for the invoice: the instant of the first try, for one caller per `gap_ms`.
pub async fn claim_try(tx: &mut Tx, id: &LinkId, now: UnixMs, gap_ms: i64) -> Result<Option<UnixMs>, StoreError> {
    const SQL: &str = "UPDATE links SET tried_at = $2,
            first_tried_at = CASE WHEN first_tried_at = 0 THEN $2 ELSE first_tried_at END
        WHERE id = $1 AND state = 'draft' AND tried_at <= $3";
    if query!(execute tx, SQL, id.as_str(), now.get(), now.plus_ms(-gap_ms).get())? == 0 {
        return Ok(None);
    }
    const FIRST: &str = "SELECT first_tried_at FROM links WHERE id = $1";
    let first: Option<(i64,)> = query!(optional tx, (i64,), FIRST, id.as_str())?;
    Ok(first.map(|(first,)| UnixMs::new(first)))
}

/// Gives the right back, so that the next press tries at once.
pub async fn end_try(tx: &mut Tx, id: &LinkId) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE links SET tried_at = 0 WHERE id = $1", id.as_str())?;
    Ok(())
}

/// Its invoice is there and right: the link can be shown.
pub async fn set_ready(tx: &mut Tx, id: &LinkId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE links SET state = 'active', trouble = NULL WHERE id = $1 AND state = 'draft'";
    query!(execute tx, SQL, id.as_str())?;
    Ok(())
}

pub async fn set_trouble(tx: &mut Tx, id: &LinkId, trouble: Trouble) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE links SET trouble = $2 WHERE id = $1 AND state = 'draft'";
    query!(execute tx, SQL, id.as_str(), trouble.as_str())?;
    Ok(())
}

/// Another order takes the place of the one that messages and single-use payments go by.
pub async fn set_order(tx: &mut Tx, id: &LinkId, order: &OrderId) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE links SET order_id = $2 WHERE id = $1", id.as_str(), order.as_str())?;
    Ok(())
}

/// Begins anew with another order and another end: a draft until its invoice is proven.
pub async fn renew(tx: &mut Tx, id: &LinkId, order: &OrderId, expires_at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE links SET state = 'draft', stopped_at = NULL, trouble = NULL, first_tried_at = 0,
            tried_at = 0, order_id = $2, expires_at = $3 WHERE id = $1";
    query!(execute tx, SQL, id.as_str(), order.as_str(), expires_at.get())?;
    Ok(())
}

/// Stops it; a message that was still to be sent is not sent.
pub async fn stop(tx: &mut Tx, id: &LinkId, at: UnixMs) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE links SET state = 'stopped', stopped_at = $2, notify_at = NULL WHERE id = $1";
    query!(execute tx, SQL, id.as_str(), at.get())?;
    Ok(())
}

/// True for whoever opened it first.
pub async fn set_opened(tx: &mut Tx, id: &LinkId, at: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE links SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL AND state = 'active'";
    Ok(query!(execute tx, SQL, id.as_str(), at.get())? == 1)
}

/// Notes that money came after the link had closed; the first time stays.
pub async fn set_late(tx: &mut Tx, id: &LinkId, at: UnixMs) -> Result<(), StoreError> {
    query!(execute tx, "UPDATE links SET late_at = $2 WHERE id = $1 AND late_at IS NULL", id.as_str(), at.get())?;
    Ok(())
}

/// Takes the message that was still to be sent, if its time has come: true for one caller.
pub async fn claim_due(tx: &mut Tx, id: &LinkId, now: UnixMs) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE links SET notify_at = NULL WHERE id = $1 AND notify_at <= $2 AND state = 'active'";
    Ok(query!(execute tx, SQL, id.as_str(), now.get())? == 1)
}

/// Links with a message whose time has come, oldest first.
pub async fn due(tx: &mut Tx, now: UnixMs, most: i64) -> Result<Vec<LinkId>, StoreError> {
    const SQL: &str = "SELECT id FROM links WHERE notify_at <= $1 AND state = 'active' ORDER BY notify_at, id LIMIT $2";
    let rows = query!(all tx, (String,), SQL, now.get(), most)?;
    rows.into_iter().map(|(id,)| stored(LinkId::parse(&id))).collect()
}

/// Which links to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of a name, memo or customer.
    pub words: String,
    pub state: Option<LinkState>,
    /// Only those that come after this one in the list.
    pub after: Option<(UnixMs, LinkId)>,
}

/// A page of links, newest first.
pub async fn page(tx: &mut Tx, filter: &Filter, now: UnixMs, rows: i64) -> Result<Vec<Link>, StoreError> {
    // The same rules as `Link::shown`; a test holds the two together.
    const SQL: &str = concat!(
        "SELECT * FROM (",
        select_link!(""),
        ") l WHERE ($1 = '' OR LOWER(name) LIKE $1 ESCAPE '\\' OR LOWER(memo) LIKE $1 ESCAPE '\\'
                OR LOWER(customer_name) LIKE $1 ESCAPE '\\' OR LOWER(customer_email) LIKE $1 ESCAPE '\\'
                OR ($2 <> '' AND customer_phone LIKE $2))
            AND (created_at < $3 OR (created_at = $3 AND id < $4))
            AND ($5 = '' OR $5 = CASE
                WHEN used > 0 AND used >= uses AND refunded >= used THEN 'refunded'
                WHEN used >= uses AND late_at IS NOT NULL THEN 'paid_late'
                WHEN used >= uses THEN 'paid'
                WHEN state = 'draft' THEN 'draft'
                WHEN state = 'active' AND expires_at > $6 THEN CASE WHEN opened_at IS NULL THEN 'live' ELSE 'opened' END
                WHEN late_at IS NOT NULL THEN 'paid_late'
                WHEN state = 'stopped' THEN 'stopped'
                ELSE 'expired' END)
            ORDER BY created_at DESC, id DESC LIMIT $7"
    );
    let pattern = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        if escaped.is_empty() { String::new() } else { format!("%{escaped}%") }
    };
    let digits: String = filter.words.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() >= 3 && filter.words.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    let phone = if is_phone { pattern(&digits) } else { String::new() };
    let (before, id) = filter.after.as_ref().map_or((i64::MAX, ""), |(created_at, id)| (created_at.get(), id.as_str()));
    let state = filter.state.map_or("", LinkState::as_str);
    let words = pattern(&filter.words.to_lowercase());
    query!(all tx, Row, SQL, words.as_str(), phone.as_str(), before, id, state, now.get(), rows)?
        .into_iter()
        .map(Link::try_from)
        .collect()
}

/// Adds a line to the link's log. The link must be locked by this transaction.
pub async fn append(
    tx: &mut Tx,
    id: &LinkId,
    at: UnixMs,
    kind: LinkEventKind,
    staff: Option<&str>,
    detail: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO link_events (link_id, seq, at, kind, staff_name, detail)
        SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5 FROM link_events WHERE link_id = $1";
    query!(execute tx, SQL, id.as_str(), at.get(), kind.as_str(), staff, detail)?;
    Ok(())
}

/// The link's log, oldest first.
pub async fn events(tx: &mut Tx, id: &LinkId) -> Result<Vec<LinkEvent>, StoreError> {
    const SQL: &str = "SELECT at, kind, staff_name, detail FROM link_events WHERE link_id = $1 ORDER BY seq";
    let rows = query!(all tx, (i64, String, Option<String>, String), SQL, id.as_str())?;
    let event = |(at, kind, staff, detail): (i64, String, Option<String>, String)| {
        Ok(LinkEvent { at: UnixMs::new(at), kind: LinkEventKind::parse(&kind)?, staff, detail })
    };
    rows.into_iter().map(event).collect()
}
