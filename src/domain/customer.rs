//! Who buys: name, phone and e-mail, parsed once from what a person typed.

use serde::{Deserialize, Serialize};

use super::text::{self, Refusal, filled, is_kept_by_providers, is_unprintable};

/// A person's or company's name: 1 to 40 letters, digits, spaces and the marks that names have, trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    const MAX_CHARS: usize = 40;

    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        // Nobody is called by markup.
        let is_of_a_name = |c: char| is_kept_by_providers(c) && (c.is_alphanumeric() || " .,'’-&()·/㈜".contains(c));
        let name = text::line(typed, Self::MAX_CHARS).and_then(filled)?;
        if name.chars().all(is_of_a_name) { Ok(Self(name)) } else { Err(Refusal::Characters) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A Korean phone number, digits only as Bootpay wants it (I.3): `01012345678`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Takes hyphens, spaces, dots, brackets and `+82`; 9 to 11 digits that begin with 0 must remain.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        if text.chars().count() > 30 {
            return Err(Refusal::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(Refusal::Characters);
        }
        let (national, rest) = match text.strip_prefix("+82") {
            Some(rest) => ("0", rest.trim_start_matches([' ', '-', '0'])),
            None => ("", text),
        };
        if !rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '.' | '(' | ')')) {
            return Err(Refusal::Form);
        }
        let digits: String = national.chars().chain(rest.chars().filter(char::is_ascii_digit)).collect();
        let fits = (9..=11).contains(&digits.len()) && digits.starts_with('0') && !digits.starts_with("00");
        if fits { Ok(Self(digits)) } else { Err(Refusal::Form) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address that can be written to: one `@`, a host with a dot, no spaces, at most 254 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        if text.len() > 254 {
            return Err(Refusal::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(Refusal::Characters);
        }
        let (local, host) = text.rsplit_once('@').ok_or(Refusal::Form)?;
        let local_fits = (1..=64).contains(&local.len())
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let host_fits = host.contains('.') && host.split('.').all(label_fits);
        if local_fits && host_fits { Ok(Self(text.to_owned())) } else { Err(Refusal::Form) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The person who buys, as far as we were told: a checkout form asks for all of it, a pay link may name
/// nobody and leave the asking to the provider's form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub name: Option<Name>,
    pub phone: Option<Phone>,
    pub email: Option<Email>,
}

impl Customer {
    /// The name, or nothing.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    /// The phone's digits, or nothing.
    pub fn phone(&self) -> &str {
        self.phone.as_ref().map_or("", Phone::as_str)
    }

    /// The address, or nothing.
    pub fn email(&self) -> &str {
        self.email.as_ref().map_or("", Email::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_lose_their_decoration() {
        for typed in [
            "01012345678",
            "010-1234-5678",
            " 010 1234 5678 ",
            "+82 10-1234-5678",
            "+82-010-1234-5678",
            "(010)1234.5678",
        ] {
            assert_eq!(Phone::parse(typed).map(|p| p.0), Ok("01012345678".to_owned()), "{typed}");
        }
        assert_eq!(Phone::parse("02-123-4567").map(|p| p.0), Ok("021234567".to_owned()));
    }

    #[test]
    fn wrong_phones_are_refused_with_their_reason() {
        assert_eq!(Phone::parse(" "), Err(Refusal::Empty));
        assert_eq!(Phone::parse(&"0".repeat(31)), Err(Refusal::TooLong));
        assert_eq!(Phone::parse("010\u{202e}12345678"), Err(Refusal::Characters));
        for typed in ["12345678", "1012345678", "010-1234-56789", "0012345678", "call me", "٠١٠١٢٣٤٥٦٧٨"] {
            assert_eq!(Phone::parse(typed), Err(Refusal::Form), "{typed}");
        }
    }

    #[test]
    fn emails_need_one_at_and_a_dotted_host() {
        for typed in ["a@b.kr", "kim.chul-su+shop@example.co.kr", "x_y@sub.example.com"] {
            assert!(Email::parse(typed).is_ok(), "{typed}");
        }
        for typed in [
            "a",
            "@b.kr",
            "a@b",
            "a b@c.kr",
            "a@b..kr",
            ".a@b.kr",
            "a@-b.kr",
            "a@b.kr>",
            "<a@b.kr>",
            "a\"@b.kr",
            "한글@b.kr",
        ] {
            assert_eq!(Email::parse(typed), Err(Refusal::Form), "{typed}");
        }
        assert_eq!(Email::parse("a@b.kr\r\nBcc: x@y.kr"), Err(Refusal::Characters));
    }

    #[test]
    fn names_keep_hangul_and_refuse_what_hides() {
        assert_eq!(Name::parse("  김마당 ").map(|n| n.0), Ok("김마당".to_owned()));
        for fine in ["O'Brien & Co.", "㈜마당", "(주)마당", "José Müller-Lüdenscheidt", "김 마당 3세"] {
            assert!(Name::parse(fine).is_ok(), "{fine}");
        }
        for hostile in ["<b>x</b>", "'; DROP TABLE orders; --", "{{7*7}}", "=1+1", "a\"b"] {
            assert_eq!(Name::parse(hostile), Err(Refusal::Characters), "{hostile}");
        }
        assert_eq!(Name::parse("\u{200f}"), Err(Refusal::Characters));
        assert_eq!(Name::parse("a\u{0}b"), Err(Refusal::Characters));
        assert_eq!(Name::parse("김\u{1F600}"), Err(Refusal::Characters));
        assert_eq!(Name::parse(&"가".repeat(41)), Err(Refusal::TooLong));
        assert!(Name::parse(&"가".repeat(40)).is_ok());
    }
}
