//! Orders as a file that opens right in Excel: UTF-8 with its mark, CRLF, and no cell that a spreadsheet would
//! take for a formula or for a number that it is not.

use std::borrow::Cow;
use std::io;

use crate::clock::in_seoul;
use crate::domain::order::{OrderKind, StateWord};
use crate::domain::time::UnixMs;
use crate::service::ListedOrder;
use crate::text::{Lang, text};

/// By this a spreadsheet knows that the file is UTF-8.
const MARK: &str = "\u{FEFF}";

/// A file in one language; the words that lines repeat are looked up once.
pub(super) struct Sheet {
    lang: Lang,
    states: Vec<(StateWord, String)>,
    kinds: Vec<(OrderKind, String)>,
}

impl Sheet {
    pub fn new(lang: Lang) -> Self {
        let states = StateWord::ALL.iter().map(|state| (*state, lang.order_state(*state))).collect();
        let kinds = OrderKind::ALL.iter().map(|kind| (*kind, lang.order_kind(*kind))).collect();
        Self { lang, states, kinds }
    }

    /// The beginning of the file: the mark and the names of the columns.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let lang = self.lang;
        let names = [
            text!(lang, "orders-number"),
            text!(lang, "orders-date"),
            text!(lang, "orders-state"),
            text!(lang, "orders-kind"),
            text!(lang, "orders-product"),
            text!(lang, "orders-amount"),
            text!(lang, "orders-csv-tax-free"),
            text!(lang, "orders-csv-refunded"),
            text!(lang, "orders-method"),
            text!(lang, "orders-csv-paid-at"),
            text!(lang, "orders-customer"),
            text!(lang, "orders-csv-phone"),
            text!(lang, "orders-csv-email"),
            text!(lang, "orders-csv-promotion"),
            text!(lang, "orders-csv-note"),
        ];
        let mut file = writer(MARK.as_bytes().to_vec());
        file.write_record(names.iter().map(String::as_bytes))?;
        finished(file)
    }

    /// Lines of the file, one an order.
    pub fn lines(&self, orders: &[ListedOrder]) -> io::Result<Vec<u8>> {
        let mut file = writer(Vec::with_capacity(orders.len() * 200));
        for order in orders {
            let state = self.states.iter().find(|(state, _)| *state == order.state).map_or("", |(_, words)| words);
            let kind = self.kinds.iter().find(|(kind, _)| *kind == order.kind).map_or("", |(_, words)| words);
            let won = |won: crate::domain::money::Krw| Cow::Owned(won.get().to_string());
            let cells: [Cow<'_, str>; 15] = [
                safe(order.number.as_str()),
                date(Some(order.created_at)),
                Cow::Borrowed(state),
                Cow::Borrowed(kind),
                safe(&order.name),
                won(order.amount.total()),
                won(order.amount.tax_free()),
                won(order.refunded),
                safe(order.method.as_deref().unwrap_or_default()),
                date(order.paid_at),
                safe(&order.customer_name),
                phone(&order.customer_phone),
                safe(&order.customer_email),
                safe(order.promotion.as_deref().unwrap_or_default()),
                safe(&order.note),
            ];
            file.write_record(cells.iter().map(|cell| cell.as_bytes()))?;
        }
        finished(file)
    }
}

fn writer(begun: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun)
}

fn finished(file: csv::Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    file.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// What a spreadsheet would calculate gets an apostrophe in front, which it shows as text.
fn safe(cell: &str) -> Cow<'_, str> {
    let is_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n');
    // Some programs look past spaces and invisible marks.
    let seen = cell.trim_start_matches([' ', '\u{3000}', '\u{FEFF}', '\u{200B}']);
    if seen.starts_with(is_formula) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// With hyphens a spreadsheet leaves it alone; without, it would be a number that loses its first digit.
fn phone(digits: &str) -> Cow<'_, str> {
    let area = if digits.starts_with("02") { 2 } else { 3 };
    let rest = digits.len().checked_sub(4).filter(|rest| *rest > area && digits.is_ascii());
    match rest.and_then(|rest| Some((digits.get(..area)?, digits.get(area..rest)?, digits.get(rest..)?))) {
        Some((area, office, line)) => Cow::Owned(format!("{area}-{office}-{line}")),
        None => safe(digits),
    }
}

/// Seoul's clock, in the form that spreadsheets read as a date.
fn date(at: Option<UnixMs>) -> Cow<'static, str> {
    let at = at.and_then(in_seoul).map(|at| at.datetime());
    let Some(at) = at else { return Cow::Borrowed("") };
    let (date, time) = (at.date(), at.time());
    Cow::Owned(format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_calculated_is_text() {
        for hostile in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            " =1",
            "\u{FEFF}=1",
            "　=1",
        ] {
            assert_eq!(safe(hostile), format!("'{hostile}"), "{hostile:?}");
        }
        for plain in ["", "김마당", "a=b", "1-2", "'=1", "O'Brien"] {
            assert_eq!(safe(plain), plain);
        }
    }

    #[test]
    fn phones_stay_text() {
        for (digits, text) in [
            ("01012345678", "010-1234-5678"),
            ("0212345678", "02-1234-5678"),
            ("021234567", "02-123-4567"),
            ("0311234567", "031-123-4567"),
            ("", ""),
            ("010", "010"),
        ] {
            assert_eq!(phone(digits), text);
        }
    }
}
