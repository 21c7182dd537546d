//! Texts that people type freely: which characters can be shown, sent and kept by a provider, and why a text is refused.
//! What a text must mean to be a name, an account or a number is said in the file of that thing.

use serde::{Deserialize, Serialize};

/// Why a typed text was refused. Each has words in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    #[error("nothing was typed")]
    Empty,
    #[error("longer than can be kept")]
    TooLong,
    #[error("characters that can't be shown or sent")]
    Characters,
    #[error("not of the form that is needed")]
    Form,
}

/// Control characters, line and direction marks and private-use characters: invisible, and able to make a
/// name look like another one on a receipt. Zero-width joiners are among them; Korean and English names
/// need none.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
}

/// Providers and card statements keep texts in tables that hold no 4-byte characters.
pub(crate) fn is_kept_by_providers(c: char) -> bool {
    c.len_utf8() <= 3
}

/// One line of at most so many characters, trimmed. It may be empty.
pub(crate) fn line(typed: &str, most: usize) -> Result<String, Refusal> {
    printable(typed.trim(), most, is_unprintable)
}

/// Lines of at most so many characters in all, trimmed, with `\n` between them. They may be empty.
pub(crate) fn lines(typed: &str, most: usize) -> Result<String, Refusal> {
    printable(typed.replace("\r\n", "\n").trim(), most, |c| c != '\n' && is_unprintable(c))
}

/// Refuses a text without a character.
pub(crate) fn filled(text: String) -> Result<String, Refusal> {
    if text.is_empty() { Err(Refusal::Empty) } else { Ok(text) }
}

/// Refuses a text that a provider would lose a part of.
pub(crate) fn for_provider(text: String) -> Result<String, Refusal> {
    if text.chars().all(is_kept_by_providers) { Ok(text) } else { Err(Refusal::Characters) }
}

fn printable(text: &str, most: usize, is_refused: impl Fn(char) -> bool) -> Result<String, Refusal> {
    if text.chars().any(is_refused) {
        Err(Refusal::Characters)
    } else if text.chars().count() > most {
        Err(Refusal::TooLong)
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_break_and_lines_have_one_kind() {
        assert_eq!(line("  고객 요청 ", 5), Ok("고객 요청".to_owned()));
        assert_eq!(line("고객\n요청", 10), Err(Refusal::Characters));
        assert_eq!(lines(" 고객\r\n요청\n", 5), Ok("고객\n요청".to_owned()));
        assert_eq!(lines("고객\t요청", 10), Err(Refusal::Characters));
        assert_eq!(line("   ", 10), Ok(String::new()));
    }

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        assert_eq!(line(&format!(" {} ", "가".repeat(10)), 10), Ok("가".repeat(10)));
        assert_eq!(line(&"가".repeat(11), 10), Err(Refusal::TooLong));
        assert_eq!(lines(&"가\n".repeat(6), 10), Err(Refusal::TooLong));
    }

    #[test]
    fn what_hides_is_refused() {
        for hidden in
            ["\u{0}", "\u{7f}", "\u{ad}", "\u{200d}", "\u{202e}", "\u{2066}", "\u{feff}", "\u{e000}", "\u{e0041}"]
        {
            assert_eq!(line(&format!("a{hidden}b"), 10), Err(Refusal::Characters), "{hidden:?}");
            assert_eq!(lines(&format!("a{hidden}b"), 10), Err(Refusal::Characters), "{hidden:?}");
        }
    }

    #[test]
    fn emptiness_and_what_a_provider_loses_are_refused_where_asked() {
        assert_eq!(line(" ", 10).and_then(filled), Err(Refusal::Empty));
        assert_eq!(line("축하 \u{1F600}", 10).and_then(for_provider), Err(Refusal::Characters));
        assert_eq!(line("축하 ☺", 10).and_then(filled).and_then(for_provider), Ok("축하 ☺".to_owned()));
    }
}
