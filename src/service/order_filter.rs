//! Which orders a member of staff wants to see: parsed from an address and written back to it.

use jiff::civil::Date;

use crate::clock::begins_in_seoul;
use crate::domain::money::Krw;
use crate::domain::order::{OrderKind, StateWord};
use crate::domain::search::Needle;
use crate::store::order_list::Wanted;

/// Everything that is said must hold; nothing said is every order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// As it was typed; less than two letters search nothing.
    pub text: String,
    pub state: Option<StateWord>,
    pub kind: Option<OrderKind>,
    /// The provider's word for the way of paying.
    pub method: Option<String>,
    /// The first day in Seoul.
    pub from: Option<Date>,
    /// The last day in Seoul.
    pub to: Option<Date>,
    pub least: Option<Krw>,
    pub most: Option<Krw>,
}

impl OrderFilter {
    /// Reads the query of an address, and names the fields that can't be understood. Whoever gets such names
    /// must not show a list: it would be another one than was asked for.
    pub fn parse(query: &str) -> (Self, Vec<&'static str>) {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let typed = |name: &str| {
            let value = pairs.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.trim());
            value.filter(|value| !value.is_empty())
        };
        let mut wrong = Vec::new();
        let text = typed("q").unwrap_or_default();
        if text.chars().count() > Needle::MAX_CHARS || (!text.is_empty() && Needle::parse(text).is_none()) {
            wrong.push("q");
        }
        let method = typed("method");
        if method.is_some_and(|word| word.chars().count() > 40 || word.chars().any(char::is_control)) {
            wrong.push("method");
        }
        let mut read = Reading { typed: &typed, wrong: &mut wrong };
        let filter = Self {
            text: text.to_owned(),
            state: read.field("state", |word| StateWord::parse(word).ok()),
            kind: read.field("kind", |word| OrderKind::parse(word).ok()),
            method: method.map(str::to_owned),
            from: read.field("from", day),
            to: read.field("to", day),
            least: read.field("least", won),
            most: read.field("most", won),
        };
        (filter, wrong)
    }

    /// The fields that are used, by the names that they have in the address, with their values.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let text = (!self.text.is_empty()).then(|| self.text.clone());
        [
            ("q", text),
            ("state", self.state.map(|state| state.as_str().to_owned())),
            ("kind", self.kind.map(|kind| kind.as_str().to_owned())),
            ("method", self.method.clone()),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
            ("least", self.least.map(|won| won.get().to_string())),
            ("most", self.most.map(|won| won.get().to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The filter as the query of an address, without the question mark.
    pub fn to_query(&self) -> String {
        serde_urlencoded::to_string(self.pairs()).unwrap_or_default()
    }

    /// Which fields are used, without what was typed: for the audit log.
    pub(super) fn subject(&self) -> String {
        let names: Vec<&str> = self.pairs().into_iter().map(|(name, _)| name).collect();
        if names.is_empty() { "all".to_owned() } else { names.join(" ") }
    }

    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            needle: Needle::parse(&self.text),
            state: self.state,
            kind: self.kind,
            method: self.method.clone(),
            from: self.from.and_then(begins_in_seoul),
            until: self.to.and_then(|day| begins_in_seoul(day.tomorrow().ok()?)),
            least: self.least,
            most: self.most,
        }
    }
}

struct Reading<'a, F> {
    typed: &'a F,
    wrong: &'a mut Vec<&'static str>,
}

impl<'a, F: Fn(&str) -> Option<&'a str>> Reading<'_, F> {
    fn field<T>(&mut self, name: &'static str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let typed = (self.typed)(name)?;
        let parsed = parse(typed);
        if parsed.is_none() {
            self.wrong.push(name);
        }
        parsed
    }
}

/// `2026-11-20`, in years that have a calendar.
fn day(typed: &str) -> Option<Date> {
    let day: Date = (typed.len() == 10).then(|| typed.parse().ok()).flatten()?;
    (1970..=9000).contains(&day.year()).then_some(day)
}

/// Won as people write them: `29,900`, `₩29,900`, `29900원`.
fn won(typed: &str) -> Option<Krw> {
    let typed = typed.trim_start_matches(['₩', '￦']).trim_end_matches('원').replace([',', ' '], "");
    let is_number = !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit());
    Krw::new(is_number.then(|| typed.parse().ok()).flatten()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        let query = "q=%EA%B9%80+%26%3D&state=shipping&kind=link&method=%EC%B9%B4%EB%93%9C&from=2026-11-01&to=2026-11-20&least=29%2C900&most=%E2%82%A9100000";
        let (filter, wrong) = OrderFilter::parse(query);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!((filter.text.as_str(), filter.least.map(Krw::get)), ("김 &=", Some(29_900)));
        assert_eq!(OrderFilter::parse(&filter.to_query()), (filter.clone(), Vec::new()));
        assert_eq!(filter.subject(), "q state kind method from to least most");
        assert_eq!(OrderFilter::parse("q=&state=+&x=1&from="), (OrderFilter::default(), Vec::new()));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let long = format!("q={}", "a".repeat(101));
        for (query, field) in [
            ("q=%EA%B9%80", "q"),
            ("state=PAID", "state"),
            ("kind=x", "kind"),
            ("from=2026-02-30", "from"),
            ("from=2026-11-20T00:00:00", "from"),
            ("to=yesterday", "to"),
            ("least=-1", "least"),
            ("most=1e9", "most"),
            ("most=99999999999999999999", "most"),
            ("method=a%00b", "method"),
            (long.as_str(), "q"),
        ] {
            assert_eq!(OrderFilter::parse(query).1, [field], "{query}");
        }
    }

    #[test]
    fn a_day_is_a_day_in_seoul() {
        let wanted = OrderFilter::parse("from=2026-11-20&to=2026-11-20").0.wanted();
        let (from, until) = (wanted.from.unwrap(), wanted.until.unwrap());
        assert_eq!((from.get(), until.since_ms(from)), (1_795_100_400_000, 24 * 60 * 60 * 1000));
    }
}
