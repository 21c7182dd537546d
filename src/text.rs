//! Every word that a person reads, in Korean and English, and how dates and amounts are written. Knows no
//! requests: who speaks which language is decided in `http`.

mod doctor;
mod legal;
mod refusal;

pub use crate::domain::lang::Lang;
pub use legal::{Block, Legal, check_legal_folder, legal};
pub use refusal::Explained;

use std::sync::LazyLock;

use i18n_embed::LanguageLoader as _;
use i18n_embed::fluent::FluentLanguageLoader;

use crate::clock::in_seoul;
use crate::domain::money::{Krw, grouped};
use crate::domain::order::{OrderKind, StateWord};
use crate::domain::time::UnixMs;

#[derive(rust_embed::RustEmbed)]
#[folder = "src/text/"]
#[include = "*/madang.ftl"]
struct Files;

static KO: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load(Lang::Ko));
static EN: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load(Lang::En));

/// A language that fails to load shows its keys instead of words; `tests` see to it that both load.
fn load(lang: Lang) -> FluentLanguageLoader {
    let korean = unic_langid::langid!("ko");
    let wanted = match lang {
        Lang::Ko => unic_langid::langid!("ko"),
        Lang::En => unic_langid::langid!("en"),
    };
    let loader = FluentLanguageLoader::new("madang", korean);
    if let Err(error) = loader.load_languages(&Files, &[wanted]) {
        tracing::error!(%error, "the texts could not be loaded");
    }
    // Marks that isolate right-to-left text would end up inside amounts and copied addresses.
    loader.set_use_isolating(false);
    loader
}

impl Lang {
    /// The table that `text!` looks words up in.
    pub fn table(self) -> &'static FluentLanguageLoader {
        match self {
            Self::Ko => &KO,
            Self::En => &EN,
        }
    }

    /// `29,900원` or `₩29,900`.
    pub fn money(self, amount: Krw) -> String {
        text!(self, "money", won = amount.grouped())
    }

    /// A sum of many amounts, which may be more than any one of them: `1,000,000,000,000원`.
    pub fn sum(self, won: i64) -> String {
        text!(self, "money", won = grouped(won))
    }

    /// A plain number in groups of three digits.
    pub fn number(self, count: i64) -> String {
        grouped(count)
    }

    /// The day on Seoul's calendar, for a narrow place: `11월 20일` or `20 Nov`.
    pub fn day(self, at: UnixMs) -> String {
        let Some(at) = in_seoul(at) else { return String::new() };
        match self {
            Self::Ko => format!("{}월 {}일", at.month(), at.day()),
            Self::En => at.strftime("%-d %b").to_string(),
        }
    }

    /// An order's state in a word or two, as staff read it in lists and files.
    pub fn order_state(self, state: StateWord) -> String {
        match state {
            StateWord::Pending => text!(self, "orders-state-pending"),
            StateWord::AwaitingConfirm => text!(self, "orders-state-awaiting-confirm"),
            StateWord::AwaitingDeposit => text!(self, "orders-state-awaiting-deposit"),
            StateWord::Paid => text!(self, "orders-state-paid"),
            StateWord::Shipping => text!(self, "orders-state-shipping"),
            StateWord::Completed => text!(self, "orders-state-completed"),
            StateWord::PartiallyRefunded => text!(self, "orders-state-partially-refunded"),
            StateWord::Refunded => text!(self, "orders-state-refunded"),
            StateWord::Cancelled => text!(self, "orders-state-cancelled"),
            StateWord::Failed => text!(self, "orders-state-failed"),
            StateWord::Expired => text!(self, "orders-state-expired"),
        }
    }

    /// Where an order comes from.
    pub fn order_kind(self, kind: OrderKind) -> String {
        match kind {
            OrderKind::Plan => text!(self, "orders-kind-plan"),
            OrderKind::Link => text!(self, "orders-kind-link"),
        }
    }

    /// The instant on Seoul's clock: `2026년 11월 20일 (금) 14:05`.
    pub fn date_time(self, at: UnixMs) -> String {
        let Some(at) = in_seoul(at) else { return String::new() };
        match self {
            Self::Ko => {
                let day = match at.weekday() {
                    jiff::civil::Weekday::Monday => "월",
                    jiff::civil::Weekday::Tuesday => "화",
                    jiff::civil::Weekday::Wednesday => "수",
                    jiff::civil::Weekday::Thursday => "목",
                    jiff::civil::Weekday::Friday => "금",
                    jiff::civil::Weekday::Saturday => "토",
                    jiff::civil::Weekday::Sunday => "일",
                };
                format!("{}년 {}월 {}일 ({day}) {}", at.year(), at.month(), at.day(), at.strftime("%H:%M"))
            }
            Self::En => at.strftime("%a, %-d %B %Y, %H:%M KST").to_string(),
        }
    }
}

/// A word or sentence by its key. Keys and arguments are checked when the program is compiled.
macro_rules! text {
    ($lang:expr, $($key_and_args:tt)+) => { i18n_embed_fl::fl!($lang.table(), $($key_and_args)+) };
}
pub(crate) use text;

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(lang: Lang) -> Vec<String> {
        let file = Files::get(&format!("{}/madang.ftl", lang.as_str())).unwrap();
        let text = String::from_utf8(file.data.into_owned()).unwrap();
        let is_key = |line: &&str| line.contains(" = ");
        text.lines().filter(is_key).map(|line| line.split(" = ").next().unwrap().to_owned()).collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_once() {
        let (ko, en) = (keys(Lang::Ko), keys(Lang::En));
        assert_eq!(ko, en);
        let unique: std::collections::HashSet<_> = ko.iter().collect();
        assert_eq!(unique.len(), ko.len());
    }

    #[test]
    fn amounts_and_dates_are_written_as_people_write_them() {
        let at = UnixMs::new(1_795_151_100_000);
        assert_eq!(Lang::Ko.date_time(at), "2026년 11월 20일 (금) 14:05");
        assert_eq!(Lang::En.date_time(at), "Fri, 20 November 2026, 14:05 KST");
        let amount = Krw::new(29_900).unwrap();
        assert_eq!((Lang::Ko.day(at).as_str(), Lang::En.day(at).as_str()), ("11월 20일", "20 Nov"));
        assert_eq!(Lang::Ko.sum(1_234_567_890_123), "1,234,567,890,123원");
        assert_eq!((Lang::Ko.money(amount).as_str(), Lang::En.money(amount).as_str()), ("29,900원", "₩29,900"));
    }
}
