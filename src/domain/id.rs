//! Names of things: what may stand in an address, what a person reads out on the telephone, what ties a
//! form to its answer. Made from random bytes by the server; parsed everywhere else.

use serde::{Deserialize, Serialize};

/// Lower-case letters and digits without the pairs that people confuse (Crockford's base 32).
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p',
    'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];

/// The text has another length or other characters than names of this kind have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed identifier")]
pub struct MalformedId;

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            out.extend(ALPHABET.get(((bits >> held) & 31) as usize));
        }
    }
    if held > 0 {
        out.extend(ALPHABET.get(((bits << (5 - held)) & 31) as usize));
    }
    out
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, bytes = $bytes:literal, chars = $chars:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Random bytes that a new name is made of.
            pub const BYTES: usize = $bytes;

            pub fn from_random(bytes: [u8; $bytes]) -> Self {
                Self(encode(&bytes))
            }

            pub fn parse(text: &str) -> Result<Self, MalformedId> {
                let fits = text.len() == $chars && text.chars().all(|c| ALPHABET.contains(&c));
                if fits { Ok(Self(text.to_owned())) } else { Err(MalformedId) }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = MalformedId;

            fn try_from(text: String) -> Result<Self, MalformedId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

random_id! {
    /// What we call an order towards the provider (`request_id`) and in the database. Not a secret.
    OrderId, bytes = 15, chars = 24
}
random_id! {
    /// The last part of an order's address. Whoever knows it may read the order, so it is a secret of
    /// 160 bits and never appears in a log.
    OrderToken, bytes = 20, chars = 32
}
random_id! {
    /// Made with each checkout form; ties everything that is sent from that form to one order.
    FormKey, bytes = 20, chars = 32
}
random_id! {
    /// A key of ours that a provider keeps, so that a repeated call has one effect: `Idempotency-Key`
    /// for Commerce, `cancel_id` for PG cancels (Bootpay I.5).
    CallKey, bytes = 20, chars = 32
}
random_id! {
    /// A row that nobody outside needs to name.
    RowId, bytes = 15, chars = 24
}

random_id! {
    /// A member of staff.
    StaffId, bytes = 15, chars = 24
}
random_id! {
    /// The last part of an invitation's address; a secret, stored only as its hash.
    InvitationToken, bytes = 20, chars = 32
}
random_id! {
    /// Opens an account once in place of the second factor; 80 bits, stored only as its hash.
    RecoveryCode, bytes = 10, chars = 16
}
random_id! {
    /// A password that serves until somebody has chosen one; 64 random bits.
    OneTimePassword, bytes = 8, chars = 13
}

impl RecoveryCode {
    /// From what a person copied off a sheet: any case, with or without hyphens, `o` for `0`, `l` for `1`.
    pub fn parse_typed(typed: &str) -> Result<Self, MalformedId> {
        Self::parse(&as_copied(typed).take(17).collect::<String>())
    }

    /// `abcd-efgh-jkmn-pqrs`.
    pub fn grouped(&self) -> String {
        in_fours(&self.0)
    }
}

impl OneTimePassword {
    /// `abcd-efgh-jkmn`: sixty of the bits, in a form that can be typed off a screen.
    pub fn grouped(&self) -> String {
        in_fours(&self.0.chars().take(12).collect::<String>())
    }
}

/// What somebody copied by hand, as it was meant: without spaces and hyphens, in lower case, `o` for `0`, `l` for `1`.
fn as_copied(typed: &str) -> impl Iterator<Item = char> {
    let is_between = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    typed.chars().filter(move |c| !is_between(c)).map(|c| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    })
}

fn in_fours(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        out.push(c);
    }
    out
}

random_id! {
    /// A pay link, inside.
    LinkId, bytes = 15, chars = 24
}
random_id! {
    /// The last part of a pay link's address. Whoever knows it may see what is asked for and pay.
    LinkToken, bytes = 15, chars = 24
}

/// What a person reads out on the telephone: the day in Seoul and seven random characters, in capitals,
/// `261120-7KQ2M4X`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(String);

impl OrderNumber {
    pub const BYTES: usize = 5;
    const DAY_CHARS: usize = 6;
    const TAIL_CHARS: usize = 7;

    /// From what a person copied off a page: any case, with or without the hyphen, `o` for `0`, `l` for `1`.
    pub fn parse_typed(typed: &str) -> Result<Self, MalformedId> {
        let mut rest = as_copied(typed);
        let day: String = rest.by_ref().take(Self::DAY_CHARS).collect();
        // One more than there may be, so that more is seen.
        let tail: String = rest.take(Self::TAIL_CHARS + 1).collect();
        let is_day = day.len() == Self::DAY_CHARS && day.chars().all(|c| c.is_ascii_digit());
        let is_tail = tail.len() == Self::TAIL_CHARS && tail.chars().all(|c| ALPHABET.contains(&c));
        if is_day && is_tail { Ok(Self(format!("{day}-{}", tail.to_ascii_uppercase()))) } else { Err(MalformedId) }
    }

    /// `day` as `yymmdd`.
    pub fn from_random(day: &str, bytes: [u8; 5]) -> Self {
        let tail: String = encode(&bytes).chars().take(Self::TAIL_CHARS).collect();
        Self(format!("{day}-{}", tail.to_ascii_uppercase()))
    }

    /// From our own database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number or id by which the provider knows an order, as a stranger may have sent it: short, printable
/// and safe to put into a path. Only a key to look something up with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderOrderNumber(String);

impl ProviderOrderNumber {
    const MAX_CHARS: usize = 64;

    /// The vendor's script writes the text `undefined` for a missing number (Bootpay E.7), so it is refused like an
    /// empty one, and so is `null` (E.8).
    pub fn parse(text: &str) -> Result<Self, MalformedId> {
        let text = text.trim();
        let printable = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let missing = matches!(text, "" | "undefined" | "null");
        if printable && !missing && text.len() <= Self::MAX_CHARS {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedId)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProviderOrderNumber {
    type Error = MalformedId;

    fn try_from(text: String) -> Result<Self, MalformedId> {
        Self::parse(&text)
    }
}

impl From<ProviderOrderNumber> for String {
    fn from(number: ProviderOrderNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_id_parses_and_nothing_else_does() {
        let token = OrderToken::from_random([0xa5; 20]);
        assert_eq!(OrderToken::parse(token.as_str()), Ok(token.clone()));
        for wrong in [
            "",
            "short",
            &token.as_str().to_uppercase(),
            &format!("{token}x"),
            "../../../../../../../etc/passwd00",
            "결제결제결제결제결제",
        ] {
            assert_eq!(OrderToken::parse(wrong), Err(MalformedId), "{wrong}");
        }
    }

    #[test]
    fn every_bit_of_the_bytes_counts() {
        let all: std::collections::HashSet<_> = (0..160)
            .map(|bit| {
                let mut bytes = [0u8; 20];
                if let Some(byte) = bytes.get_mut(bit / 8) {
                    *byte = 1 << (bit % 8);
                }
                OrderToken::from_random(bytes)
            })
            .collect();
        assert_eq!(all.len(), 160);
    }

    #[test]
    fn lengths_are_as_declared() {
        assert_eq!(OrderId::from_random([9; 15]).as_str().len(), 24);
        assert_eq!(FormKey::from_random([9; 20]).as_str().len(), 32);
        assert_eq!(OrderNumber::from_random("261120", [255; 5]).as_str(), "261120-ZZZZZZZ");
    }

    #[test]
    fn a_recovery_code_is_read_as_people_copy_it() {
        let code = RecoveryCode::from_random([0x08; 10]);
        let sheet = code.grouped();
        assert_eq!(sheet.len(), 19);
        let copied = sheet.to_uppercase().replace('0', "O").replace('1', "l").replace('-', " ");
        assert_eq!(RecoveryCode::parse_typed(&copied), Ok(code));
        for wrong in ["", "123456", &format!("{sheet}0"), "가가가가가가가가가가가가가가가가"] {
            assert_eq!(RecoveryCode::parse_typed(wrong), Err(MalformedId), "{wrong}");
        }
        assert_eq!(OneTimePassword::from_random([0xff; 8]).grouped(), "zzzz-zzzz-zzzz");
    }

    #[test]
    fn an_order_number_is_read_as_people_copy_it() {
        let number = OrderNumber::from_random("261120", [0x08; 5]);
        let page = number.as_str();
        for typed in [
            page.to_owned(),
            page.replace('-', ""),
            page.to_lowercase(),
            format!(" \u{3000}{page}\t"),
            page.replace('-', " \u{2013} "),
            page.replace('0', "O").replace('1', "l"),
        ] {
            assert_eq!(OrderNumber::parse_typed(&typed), Ok(number.clone()), "{typed}");
        }
        for wrong in [
            "",
            "-",
            "261120",
            &page[..13],
            &format!("{page}0"),
            &page.replace("261120", "26112A"),
            &format!("{}U", &page[..13]),
            "261120-가가가가가가가",
            "261120-7KQ2M4\u{0}",
            "'; DROP TABLE--",
        ] {
            assert_eq!(OrderNumber::parse_typed(wrong), Err(MalformedId), "{wrong}");
        }
    }

    #[test]
    fn a_strangers_number_is_only_ever_a_plain_word() {
        assert!(ProviderOrderNumber::parse("26112012345678901234").is_ok());
        for wrong in ["", "undefined", "null", "a/b", "a?b", "a b", "%2e%2e", "결제", &"1".repeat(65)] {
            assert!(ProviderOrderNumber::parse(wrong).is_err(), "{wrong}");
        }
    }
}
