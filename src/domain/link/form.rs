//! The form that makes a link, as it was typed, and what it becomes. Every mistake is named with its field.

use super::{Link, Notify, Product, Terms, Way, When};
use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::money::{Amount, Krw};
use crate::domain::text::{self, Refusal, filled, for_provider};
use crate::domain::time::UnixMs;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Korea keeps +09:00 all year.
const SEOUL_MS: i64 = 9 * 60 * 60 * 1000;
const NAME_CHARS: usize = 100;
const MEMO_CHARS: usize = 500;
const METADATA_LINES: usize = 10;
const MOST_USES: u32 = 10_000;

/// The names of the product fields, row by row: product, quantity, duration.
pub const PRODUCT_ROWS: [[&str; 3]; 3] = [
    ["product_1", "quantity_1", "duration_1"],
    ["product_2", "quantity_2", "duration_2"],
    ["product_3", "quantity_3", "duration_3"],
];

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Text(Refusal),
    NotANumber,
    /// Below what the provider takes.
    TooSmall,
    TooLarge,
    /// The tax-free part is larger than the whole.
    TaxFreeTooLarge,
    /// The price before the discount is not above the price.
    OriginalTooSmall,
    NotATime,
    Past,
    TooFar,
    NoWay,
    WayNeedsPhone,
    WayNeedsEmail,
    /// Told after the link has expired.
    TellTooLate,
    MetadataForm,
    RedirectForm,
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Text(refusal)
    }
}

/// The fields as they were typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub name: String,
    pub amount: String,
    pub tax_free: String,
    pub original: String,
    pub expires_days: String,
    pub expires_at: String,
    pub memo: String,
    /// Product, quantity and duration of each row.
    pub products: [[String; 3]; 3],
    pub customer_name: String,
    pub customer_phone: String,
    pub customer_email: String,
    /// `none`, `now` or `later`.
    pub notify: String,
    pub notify_at: String,
    pub ways: Vec<String>,
    pub metadata: String,
    pub redirect: String,
    pub uses: String,
}

impl Typed {
    /// The fields that something was typed into, by name. A field that a later version adds changes nothing about a form
    /// that leaves it empty.
    pub fn filled(&self) -> Vec<(&'static str, &str)> {
        let plain = [
            ("name", &self.name),
            ("amount", &self.amount),
            ("tax_free", &self.tax_free),
            ("original", &self.original),
            ("expires_days", &self.expires_days),
            ("expires_at", &self.expires_at),
            ("memo", &self.memo),
            ("customer_name", &self.customer_name),
            ("customer_phone", &self.customer_phone),
            ("customer_email", &self.customer_email),
            ("notify", &self.notify),
            ("notify_at", &self.notify_at),
            ("metadata", &self.metadata),
            ("redirect", &self.redirect),
            ("uses", &self.uses),
        ];
        let products = PRODUCT_ROWS.iter().flatten().copied().zip(self.products.iter().flatten());
        let ways = self.ways.iter().map(|way| ("way", way));
        let all = plain.into_iter().chain(products).chain(ways);
        all.map(|(field, text)| (field, text.as_str())).filter(|(_, text)| !text.is_empty()).collect()
    }
}

/// Collects what is wrong, field by field, and goes on.
struct Reading(Vec<(&'static str, Wrong)>);

impl Reading {
    fn take<T>(&mut self, field: &'static str, read: Result<T, impl Into<Wrong>>) -> Option<T> {
        read.map_err(|wrong| self.0.push((field, wrong.into()))).ok()
    }
}

impl Typed {
    /// From a form that was sent: `field` answers what was typed, `ways` are all that were ticked.
    pub fn of(field: impl Fn(&str) -> String, ways: Vec<String>) -> Self {
        Self {
            name: field("name"),
            amount: field("amount"),
            tax_free: field("tax_free"),
            original: field("original"),
            expires_days: field("expires_days"),
            expires_at: field("expires_at"),
            memo: field("memo"),
            products: PRODUCT_ROWS.map(|row| row.map(&field)),
            customer_name: field("customer_name"),
            customer_phone: field("customer_phone"),
            customer_email: field("customer_email"),
            notify: field("notify"),
            notify_at: field("notify_at"),
            ways,
            metadata: field("metadata"),
            redirect: field("redirect"),
            uses: field("uses"),
        }
    }

    /// What the form asks for; all of its mistakes otherwise.
    pub fn parse(&self, now: UnixMs) -> Result<Terms, Vec<(&'static str, Wrong)>> {
        let mut reading = Reading(Vec::new());
        let name = text::line(&self.name, NAME_CHARS).and_then(filled).and_then(for_provider);
        let name = reading.take("name", name);
        let total = reading.take("amount", smallest(&self.amount));
        let tax_free = reading.take("tax_free", optional(&self.tax_free, won)).map(|won| won.unwrap_or(Krw::ZERO));
        let amount = total.zip(tax_free).and_then(|(total, tax_free)| {
            reading.take("tax_free", Amount::new(total, tax_free).map_err(|_| Wrong::TaxFreeTooLarge))
        });
        let original = reading.take("original", optional(&self.original, won)).and_then(|original| match original {
            Some(original) if total.is_some_and(|total| original <= total) => {
                reading.take("original", Err(Wrong::OriginalTooSmall))
            }
            original => Some(original),
        });
        let expiry = parse_expiry(&self.expires_days, &self.expires_at, now);
        let expires_at = expiry.map_err(|(field, wrong)| reading.0.push((field, wrong))).ok();
        let memo = reading.take("memo", text::lines(&self.memo, MEMO_CHARS).and_then(for_provider));
        let products = self.products(&mut reading);
        let customer = Customer {
            name: reading.take("customer_name", optional(&self.customer_name, named(Name::parse))).flatten(),
            phone: reading.take("customer_phone", optional(&self.customer_phone, named(Phone::parse))).flatten(),
            email: reading.take("customer_email", optional(&self.customer_email, named(Email::parse))).flatten(),
        };
        let notify = self.notify(&customer, expires_at, now, &mut reading);
        let metadata = reading.take("metadata", metadata(&self.metadata));
        let redirect = reading.take("redirect", optional(&self.redirect, redirect));
        let uses = reading.take("uses", optional(&self.uses, |typed| count(typed, MOST_USES)));
        let terms = || {
            Some(Terms {
                name: name?,
                amount: amount?,
                original: original?,
                expires_at: expires_at?,
                memo: memo?,
                products,
                customer,
                notify,
                metadata: metadata?,
                redirect: redirect?,
                uses: uses?.unwrap_or(1),
            })
        };
        if !reading.0.is_empty() {
            return Err(reading.0);
        }
        terms().ok_or_else(Vec::new)
    }

    fn products(&self, reading: &mut Reading) -> Vec<Product> {
        let mut products = Vec::new();
        for ([id_field, quantity_field, duration_field], [id, quantity, duration]) in
            PRODUCT_ROWS.into_iter().zip(&self.products)
        {
            if id.trim().is_empty() {
                continue;
            }
            let product_id = reading.take(id_field, word(id));
            let quantity = reading.take(quantity_field, optional(quantity, |typed| count(typed, 9_999)));
            let duration = reading.take(duration_field, optional(duration, periods));
            if let (Some(product_id), Some(quantity), Some(duration)) = (product_id, quantity, duration) {
                products.push(Product { product_id, quantity: quantity.unwrap_or(1), duration: duration.unwrap_or(1) });
            }
        }
        products
    }

    fn notify(&self, customer: &Customer, expires_at: Option<UnixMs>, now: UnixMs, reading: &mut Reading) -> Notify {
        let when = match self.notify.as_str() {
            "now" => When::Now,
            "later" => match reading.take("notify_at", seoul_minute(&self.notify_at).ok_or(Wrong::NotATime)) {
                Some(at) if at <= now => return none(reading.take("notify_at", Err(Wrong::Past))),
                Some(at) if expires_at.is_some_and(|end| at >= end) => {
                    return none(reading.take("notify_at", Err(Wrong::TellTooLate)));
                }
                Some(at) => When::At(at),
                None => return Notify::default(),
            },
            _ => return Notify::default(),
        };
        match parse_ways(self.ways.iter().map(String::as_str), customer) {
            Ok(ways) => Notify { when, ways },
            Err(wrong) => none(reading.take("ways", Err(wrong))),
        }
    }
}

fn none(_: Option<()>) -> Notify {
    Notify::default()
}

/// The ways that were ticked, as far as the customer can be reached by them.
pub fn parse_ways<'a>(typed: impl Iterator<Item = &'a str>, customer: &Customer) -> Result<Vec<Way>, Wrong> {
    let typed: Vec<&str> = typed.collect();
    let ways: Vec<Way> = Way::ALL.iter().copied().filter(|way| typed.contains(&way.as_str())).collect();
    if ways.is_empty() {
        return Err(Wrong::NoWay);
    }
    if customer.phone.is_none() && ways.iter().any(|way| matches!(way, Way::Sms | Way::Kakao | Way::Push)) {
        return Err(Wrong::WayNeedsPhone);
    }
    if customer.email.is_none() && ways.contains(&Way::Email) {
        return Err(Wrong::WayNeedsEmail);
    }
    Ok(ways)
}

/// "In n days" or a minute on Seoul's clock; the minute counts where both are given.
pub fn parse_expiry(days: &str, at: &str, now: UnixMs) -> Result<UnixMs, (&'static str, Wrong)> {
    let (field, expires_at) = if at.trim().is_empty() {
        let days = match days.trim() {
            "" => Err(Wrong::Text(Refusal::Empty)),
            days => count(days, u32::MAX).map(i64::from),
        };
        let days = days.map_err(|wrong| ("expires_days", wrong))?;
        ("expires_days", now.plus_ms(days.saturating_mul(DAY_MS)))
    } else {
        ("expires_at", seoul_minute(at).ok_or(("expires_at", Wrong::NotATime))?)
    };
    if expires_at <= now {
        return Err((field, Wrong::Past));
    }
    if expires_at.since_ms(now) > Link::LIFE_MAX_DAYS * DAY_MS {
        return Err((field, Wrong::TooFar));
    }
    Ok(expires_at)
}

/// `2026-11-30T18:00` (or with a space, or with seconds) on Seoul's clock.
pub fn seoul_minute(typed: &str) -> Option<UnixMs> {
    let (date, time) = typed.trim().split_once(['T', ' '])?;
    let number = |text: &str, digits: usize| -> Option<i64> {
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let mut date = date.split('-');
    let (year, month, day) = (number(date.next()?, 4)?, number(date.next()?, 2)?, number(date.next()?, 2)?);
    let mut time = time.split(':');
    let (hour, minute) = (number(time.next()?, 2)?, number(time.next()?, 2)?);
    let is_over = date.next().is_none() && time.next().is_none_or(|seconds| number(seconds, 2).is_some());
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let longest = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !is_over || !(1..=12).contains(&month) || !(1..=longest).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    // Days since 1970, counted in years that begin in March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day - 1 - 719_468;
    Some(UnixMs::new(((days * 24 + hour) * 60 + minute) * 60_000 - SEOUL_MS))
}

/// `None` where nothing was typed.
fn optional<T>(typed: &str, parse: impl FnOnce(&str) -> Result<T, Wrong>) -> Result<Option<T>, Wrong> {
    if typed.trim().is_empty() { Ok(None) } else { parse(typed).map(Some) }
}

fn named<T>(parse: fn(&str) -> Result<T, Refusal>) -> impl FnOnce(&str) -> Result<T, Wrong> {
    move |typed| parse(typed).map_err(Wrong::Text)
}

/// Won, with or without commas and unit: `29,900원`, `₩29,900`.
fn won(typed: &str) -> Result<Krw, Wrong> {
    let text = typed.trim();
    let text = text.strip_suffix('원').unwrap_or(text);
    let text = text.strip_prefix(['₩', '￦']).unwrap_or(text);
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::NotANumber);
    }
    digits.parse().ok().and_then(|won| Krw::new(won).ok()).ok_or(Wrong::TooLarge)
}

fn smallest(typed: &str) -> Result<Krw, Wrong> {
    if typed.trim().is_empty() {
        return Err(Refusal::Empty.into());
    }
    won(typed).and_then(|won| if won < Krw::LEAST_PAYABLE { Err(Wrong::TooSmall) } else { Ok(won) })
}

fn count(typed: &str, most: u32) -> Result<u32, Wrong> {
    let digits: String = typed.trim().chars().filter(|c| *c != ',').collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::NotANumber);
    }
    match digits.parse::<u32>() {
        Ok(0) => Err(Wrong::TooSmall),
        Ok(count) if count <= most => Ok(count),
        _ => Err(Wrong::TooLarge),
    }
}

/// Billing periods; -1 has no end.
fn periods(typed: &str) -> Result<i32, Wrong> {
    match typed.trim() {
        "-1" => Ok(-1),
        typed => i32::try_from(count(typed, 1_200)?).map_err(|_| Wrong::TooLarge),
    }
}

/// An id of the provider's, opaque but plain.
fn word(typed: &str) -> Result<String, Wrong> {
    let word = typed.trim();
    if word.len() > 64 {
        return Err(Refusal::TooLong.into());
    }
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_plain { Ok(word.to_owned()) } else { Err(Refusal::Characters.into()) }
}

/// A few lines of `key=value`.
fn metadata(typed: &str) -> Result<Vec<(String, String)>, Wrong> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once('=').ok_or(Wrong::MetadataForm)?;
        let (key, value) = (key.trim(), text::line(value, 200).and_then(for_provider)?);
        let is_key = (1..=40).contains(&key.len())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        // These two are ours.
        let is_ours = matches!(key, "order_id" | "plan_key");
        let is_twice = pairs.iter().any(|(known, _)| known == key);
        if !is_key || is_ours || is_twice || pairs.len() >= METADATA_LINES {
            return Err(Wrong::MetadataForm);
        }
        pairs.push((key.to_owned(), value));
    }
    Ok(pairs)
}

/// An `https` address with a host and nothing that could break out of a header or lead elsewhere.
fn redirect(typed: &str) -> Result<String, Wrong> {
    let url = typed.trim();
    let rest = url.strip_prefix("https://").ok_or(Wrong::RedirectForm)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':'))
        && !host.starts_with('.');
    let is_plain = url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '`'));
    if url.len() > 500 {
        return Err(Refusal::TooLong.into());
    }
    if is_host && is_plain { Ok(url.to_owned()) } else { Err(Wrong::RedirectForm) }
}

#[cfg(test)]
mod tests;
