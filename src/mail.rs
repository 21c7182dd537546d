//! Letters to customers and staff: what one says ([`letter`]), and how it leaves ([`Mailer`]). Who is told
//! what, and how often, is decided in `domain::notice` and by whoever sends. Knows no database, and no
//! account number ever gets here (invariant I9).

mod log;
mod smtp;
mod words;

pub use log::Log;
pub use smtp::{NoTls, Smtp, SmtpSettings, SmtpTrouble};
pub use words::letter;

use std::pin::Pin;

use crate::domain::customer::Email;
use crate::domain::text::is_unprintable;

/// A plain text to one person. Nothing in it can become a header or another recipient: the address was
/// parsed, the subject is one line, and neither has characters that can't be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    to: Email,
    subject: String,
    text: String,
}

impl Letter {
    pub fn new(to: Email, subject: &str, text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let text = text.chars().map(|c| if c != '\n' && is_unprintable(c) { ' ' } else { c }).collect();
        Self { to, subject: one_line(subject), text }
    }

    pub fn to(&self) -> &Email {
        &self.to
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Lines end with `\n`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The text with everything in it that is not one visible line made into single spaces.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || is_unprintable(c))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Why a letter is not known to have been accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// For good: the address can't be, or the server will not have this letter.
    #[error("the letter was refused")]
    Refused,
    /// It has surely not been accepted. To be tried again.
    #[error("the mail server can't be reached or has no time")]
    Unreachable,
    /// All of it was handed over and the answer was lost, so it may arrive. Whoever sends it again may double
    /// it (invariant I6).
    #[error("the mail server took the letter and did not say whether it keeps it")]
    Unknown,
}

pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Takes a letter to its server. Tries once, gives up by itself after two minutes at most.
pub trait Mailer: Send + Sync + 'static {
    fn send(&self, letter: Letter) -> Sending<'_>;
}

#[cfg(test)]
pub mod kept;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_visible_line() {
        let to = Email::parse("kim@example.com").unwrap();
        let letter = Letter::new(to, "주문\r\nBcc: x@y.kr\u{202e}  끝\u{0}", "첫 줄\r\n둘째\u{202e} 줄\r\n\u{0}.\n");
        assert_eq!(letter.subject(), "주문 Bcc: x@y.kr 끝");
        assert_eq!(letter.text(), "첫 줄\n둘째  줄\n .\n");
    }
}
