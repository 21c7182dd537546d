//! Finding an order by what somebody remembers of it. Texts are brought to one form, cut into grams for
//! the databases' indexes, and compared as plain substrings in the end: grams only narrow down, they never
//! decide.

use std::collections::BTreeSet;

use super::customer::Phone;
use super::order::Order;

/// What is kept of an order for searching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: String,
}

/// A few neighbouring letters as a number. Letters beyond the basic plane may share a number with others,
/// which costs a comparison and no truth.
pub type Gram = i32;

/// A part of a needle, and the gram that every document with this part has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub gram: Gram,
}

/// What is searched for: at least two letters in the form that documents have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle(String);

/// Between the fields of a document; no needle has it, so none is found across two fields.
const BETWEEN: char = '\n';

impl From<&Order> for Document {
    fn from(order: &Order) -> Self {
        let products: Vec<&str> = std::iter::once(order.name.as_str())
            .chain(order.lines.iter().map(|line| line.name.as_str()).filter(|name| !order.name.contains(name)))
            .collect();
        let customer = &order.customer;
        let rest = [order.number.as_str(), customer.phone(), customer.email(), order.note.as_str()];
        let spelled: Vec<&str> = std::iter::once(customer.name()).chain(products).collect();
        Self::of(&rest, &spelled)
    }
}

impl Document {
    /// `spelled` fields are found by the initial consonants of their syllables as well (초성).
    fn of(fields: &[&str], spelled: &[&str]) -> Self {
        let mut lines: Vec<String> = fields.iter().chain(spelled).map(|field| normal(field)).collect();
        lines.extend(spelled.iter().map(|field| initials(&normal(field))));
        lines.retain(|line| !line.is_empty());
        Self { text: lines.join("\n") }
    }

    /// What needles are compared with.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every two letters in a row; three of ASCII and four digits as well, because two of those are in almost
    /// every document. Sorted, each once.
    pub fn grams(&self) -> Vec<Gram> {
        let mut found = BTreeSet::new();
        for line in self.text.split(BETWEEN) {
            let letters: Vec<char> = line.chars().collect();
            for length in [2, 3, 4] {
                found.extend(letters.windows(length).filter_map(gram));
            }
        }
        found.into_iter().collect()
    }

    /// Whether the document has it.
    pub fn holds(&self, needle: &Needle) -> bool {
        self.text.contains(needle.as_str())
    }
}

impl Needle {
    /// More than anybody types, and enough to paste a line of a note.
    pub const MAX_CHARS: usize = 100;

    /// `None` for nothing and for a single letter, which narrow nothing down.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let abroad = typed.starts_with("+82").then(|| Phone::parse(typed).ok()).flatten();
        let text = normal(abroad.as_ref().map_or(typed, Phone::as_str));
        let text = if text.chars().all(|c| c == ' ' || is_initial(c)) { text.replace(' ', "") } else { text };
        (text.chars().nth(1).is_some()).then_some(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// It looks like an order's number, a phone number or an e-mail address: few orders have it, and they may be old.
    pub fn names_one(&self) -> bool {
        let digits = self.0.chars().filter(char::is_ascii_digit).count();
        self.0.contains('@') || digits >= 4 && self.0.chars().count() >= 9
    }

    /// The parts of it that an index is asked for: the longest that there are grams of.
    pub fn pieces(&self) -> Vec<Piece> {
        let letters: Vec<char> = self.0.chars().collect();
        let mut found: Vec<(usize, usize, Piece)> = Vec::new();
        for length in [4, 3, 2] {
            for (at, window) in letters.windows(length).enumerate() {
                let is_told = found.iter().any(|(from, until, _)| *from <= at && at + length <= *until);
                if let Some(gram) = gram(window).filter(|_| !is_told) {
                    found.push((at, at + length, Piece { text: window.iter().collect(), gram }));
                }
            }
        }
        found.into_iter().map(|(_, _, piece)| piece).collect()
    }
}

/// The number of two letters, of three ASCII ones that are not all digits, and of four digits. The three
/// ranges don't meet: no first letter is a control character.
fn gram(letters: &[char]) -> Option<Gram> {
    let value = match letters {
        [a, b] => ((u32::from(*a) & 0xffff) << 16) | (u32::from(*b) & 0xffff),
        [a, b, c] => {
            let fits = letters.iter().all(char::is_ascii_graphic) && !letters.iter().all(char::is_ascii_digit);
            fits.then_some((u32::from(*a) << 14) | (u32::from(*b) << 7) | u32::from(*c))?
        }
        [_, _, _, _] => letters.iter().try_fold(0, |value, c| Some(value * 10 + c.to_digit(10)?))?,
        _ => return None,
    };
    Some(value.cast_signed())
}

/// One form for all ways to write the same: small letters, whole syllables, ASCII for its full-width twins;
/// spaces, hyphens, dots and brackets beside a digit are gone, other runs of spaces are one space.
fn normal(text: &str) -> String {
    let folded = folded(text);
    let mut out = String::with_capacity(folded.len());
    let mut letters = folded.trim_matches(is_separator).chars().peekable();
    while let Some(letter) = letters.next() {
        if !is_separator(letter) {
            out.push(letter);
            continue;
        }
        let mut run = String::from(letter);
        while let Some(more) = letters.next_if(|next| is_separator(*next)) {
            if more != ' ' || !run.ends_with(' ') {
                run.push(more);
            }
        }
        let is_digit = |c: char| c.is_ascii_digit();
        if !out.ends_with(is_digit) && !letters.peek().copied().is_some_and(is_digit) {
            out.push_str(&run);
        }
    }
    out
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '(' | ')')
}

/// Letter by letter: what looks the same is the same.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Zero-width characters and soft hyphens are nothing.
    for c in text.chars().filter(|c| !matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')) {
        if let Some(whole) = out.chars().next_back().and_then(|last| composed(last, c)) {
            out.pop();
            out.push(whole);
            continue;
        }
        match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' => out.push('-'),
            '\u{FF01}'..='\u{FF5E}' => {
                let ascii = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
                out.push(ascii.to_ascii_lowercase());
            }
            c if c.is_whitespace() || c.is_control() => out.push(' '),
            // Keyboards join two consonants in a row: ㄱㅅ comes as ㄳ.
            c => match CLUSTERS.iter().find(|(cluster, _)| *cluster == c) {
                Some((_, two)) => out.push_str(two),
                None => out.extend(c.to_lowercase()),
            },
        }
    }
    // Initial consonants that no vowel followed, as the keyboard writes them.
    out.chars().map(|c| initial_at(u32::from(c).wrapping_sub(0x1100)).unwrap_or(c)).collect()
}

/// Parts of a syllable as some systems write them (decomposed Hangul), put together.
fn composed(before: char, c: char) -> Option<char> {
    let (before, c) = (u32::from(before), u32::from(c));
    match (before, c) {
        (0x1100..=0x1112, 0x1161..=0x1175) => char::from_u32(0xAC00 + ((before - 0x1100) * 21 + (c - 0x1161)) * 28),
        (0xAC00..=0xD7A3, 0x11A8..=0x11C2) if (before - 0xAC00).is_multiple_of(28) => {
            char::from_u32(before + (c - 0x11A7))
        }
        _ => None,
    }
}

const INITIALS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];

const CLUSTERS: [(char, &str); 11] = [
    ('ㄳ', "ㄱㅅ"),
    ('ㄵ', "ㄴㅈ"),
    ('ㄶ', "ㄴㅎ"),
    ('ㄺ', "ㄹㄱ"),
    ('ㄻ', "ㄹㅁ"),
    ('ㄼ', "ㄹㅂ"),
    ('ㄽ', "ㄹㅅ"),
    ('ㄾ', "ㄹㅌ"),
    ('ㄿ', "ㄹㅍ"),
    ('ㅀ', "ㄹㅎ"),
    ('ㅄ', "ㅂㅅ"),
];

fn is_initial(c: char) -> bool {
    INITIALS.contains(&c)
}

fn initial_at(place: u32) -> Option<char> {
    INITIALS.get(usize::try_from(place).ok()?).copied()
}

/// The initial consonants of the syllables, spaces left out; anything else keeps its neighbours apart.
fn initials(normal: &str) -> String {
    let mut out = String::new();
    for c in normal.chars().filter(|c| *c != ' ') {
        match u32::from(c) {
            code @ 0xAC00..=0xD7A3 => out.extend(initial_at((code - 0xAC00) / (21 * 28))),
            _ if is_initial(c) => out.push(c),
            _ if out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn needle(typed: &str) -> Needle {
        Needle::parse(typed).unwrap_or_else(|| panic!("{typed} is enough to search for"))
    }

    fn document() -> Document {
        Document::of(
            &["261120-XK2M4Q7", "01012345678", "Kim.Chul-su1@Example.co.kr", "문 앞 (3층)에 놓아 주세요"],
            &["김 마당", "Professional (월간)"],
        )
    }

    #[test]
    fn one_form_for_all_ways_to_write_it() {
        for (typed, form) in [
            ("010-1234-5678", "01012345678"),
            ("(010) 1234. 5678", "01012345678"),
            ("261120-7KQ2M4X", "2611207kq2m4x"),
            ("261120 - XKQ", "261120xkq"),
            ("ＰＲＯ　１２", "pro12"),
            ("a\u{0}\t b", "a b"),
            ("e-mail", "e-mail"),
            ("\u{1100}\u{1161}\u{11A8}\u{1102}", "각ㄴ"),
            ("ㄳㄲ", "ㄱㅅㄲ"),
            ("a\u{200b}b", "ab"),
        ] {
            assert_eq!(normal(typed), form, "{typed}");
        }
    }

    #[test]
    fn every_field_is_found_in_every_form() {
        let document = document();
        for typed in [
            "261120-xk2m4q7",
            "XK2",
            "010-1234-5678",
            "01012345678",
            "234 56",
            "+82 10-1234-5678",
            "chul-su",
            "SU1@EXAMPLE",
            "김 마",
            "마당",
            "ㄱㅁㄷ",
            "ㄱ ㅁ",
            "ㅇㄱ",
            "fess",
            "월간",
            "(월간",
            "문 앞",
            "앞 3층",
        ] {
            let needle = needle(typed);
            assert!(document.holds(&needle), "{typed}: {needle:?} in {}", document.text());
            let all = document.grams();
            assert!(needle.pieces().iter().all(|piece| all.contains(&piece.gram)), "{typed}");
        }
        for typed in ["김당", "마당pro", "ㅁㄷㅇ", "%%", "_%", "\" AND", "ㅁㅇㅇ", "8kim"] {
            assert!(!document.holds(&needle(typed)), "{typed}");
        }
    }

    #[test]
    fn a_single_letter_searches_nothing() {
        for typed in ["", " ", "a", "김", "ㄱ", "--", "(.)", "\u{0}\u{0}", "\u{200b}a"] {
            assert_eq!(Needle::parse(typed), None, "{typed:?}");
        }
        assert!(Needle::parse("ㄳ").is_some(), "two letters that the keyboard joined");
    }

    #[test]
    fn numbers_and_addresses_name_one() {
        for one in ["261120-7KQ2M4X", "010-1234-5678", "kim@example.com"] {
            assert!(needle(one).names_one(), "{one}");
        }
        for many in ["김민준", "enterprise", "1234", "29,900원", "2026년 11월"] {
            assert!(!needle(many).names_one(), "{many}");
        }
    }

    #[test]
    fn an_index_is_asked_for_the_longest_parts() {
        let texts = |typed: &str| needle(typed).pieces().into_iter().map(|piece| piece.text).collect::<Vec<_>>();
        assert_eq!(texts("010-1234"), ["0101", "1012", "0123", "1234"]);
        assert_eq!(texts("123"), ["12", "23"]);
        assert_eq!(texts("a1234"), ["1234", "a12"]);
        assert_eq!(texts("pro"), ["pro"]);
        assert_eq!(texts("김a b"), ["김a", "a ", " b"]);
        assert_eq!(texts("ㄱㅁㄷ"), ["ㄱㅁ", "ㅁㄷ"]);
    }

    proptest! {
        #[test]
        fn any_part_of_a_field_finds_it(field in "[ -~가-힣\u{a0}-\u{ff}\u{0}\u{3000}]{0,30}", from in 0usize..30, length in 0usize..30) {
            let document = Document::of(&[&field], &[]);
            let part: String = field.chars().skip(from).take(length).collect();
            if let Some(needle) = Needle::parse(&part).filter(|_| !part.trim().starts_with("+82")) {
                prop_assert!(document.holds(&needle), "{:?} in {:?}", needle, document);
                let all = document.grams();
                prop_assert!(needle.pieces().iter().all(|piece| all.contains(&piece.gram)));
            }
        }

        #[test]
        fn the_form_of_the_form_is_itself(text in "\\PC{0,40}") {
            prop_assert_eq!(normal(&normal(&text)), normal(&text));
        }

        #[test]
        fn anything_can_be_typed(typed in any::<String>()) {
            if let Some(needle) = Needle::parse(&typed) {
                prop_assert!(!needle.as_str().chars().any(char::is_control));
                prop_assert!(!needle.pieces().is_empty());
            }
        }
    }
}
