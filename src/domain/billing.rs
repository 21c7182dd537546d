//! What later payments are charged to: cards and accounts as customers type them, and the keys that stand for them
//! afterwards. Cards, accounts and identity numbers pass through memory into one request (invariant I9): they do not
//! print, can't be serialised, copied or compared, and are wiped when they are dropped.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::secret_text::{self, digits};
use super::text::Refusal;

macro_rules! hidden {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

/// Whoever has it can charge what it stands for. The shop keeps it, encrypted; nobody else sees it.
#[derive(Clone)]
pub struct BillingKey(SecretString);
hidden!(BillingKey);

impl BillingKey {
    /// Opaque, but short, printable and safe to put into an address.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "" => Err(Refusal::Empty),
            text if text.len() > 128 => Err(Refusal::TooLong),
            text if text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) => {
                Ok(Self(SecretString::from(text)))
            }
            _ => Err(Refusal::Characters),
        }
    }

    /// For a request, and for the place where the shop keeps it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Somebody else's words without this key.
    pub fn scrub(&self, words: &str) -> String {
        words.replace(self.expose(), "…")
    }
}

/// What is wrong with a card as it was typed; `None` where a field is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongCard {
    pub number: Option<Refusal>,
    pub password: Option<Refusal>,
    pub identity: Option<Refusal>,
    pub year: Option<Refusal>,
    pub month: Option<Refusal>,
}

/// A card as it was typed.
#[derive(Clone, Copy)]
pub struct TypedCard<'a> {
    /// 12 to 19 digits.
    pub number: &'a str,
    /// The first two digits of its password.
    pub password: &'a str,
    /// A date of birth in 6 digits or a business number in 10 (Bootpay I.3).
    pub identity: &'a str,
    /// The last two digits of the year.
    pub year: &'a str,
    /// 1 to 12.
    pub month: &'a str,
}

/// A card for a billing key (Bootpay C.5).
pub struct Card {
    number: SecretString,
    password: SecretString,
    identity: SecretString,
    year: SecretString,
    month: SecretString,
}
hidden!(Card);

impl Card {
    pub fn parse(typed: TypedCard<'_>) -> Result<Self, WrongCard> {
        let (number, password) = (digits(typed.number, 12..=19), digits(typed.password, 2..=2));
        let (identity, year, month) = (identity(typed.identity), digits(typed.year, 2..=2), month(typed.month));
        match (number, password, identity, year, month) {
            (Ok(number), Ok(password), Ok(identity), Ok(year), Ok(month)) => {
                Ok(Self { number, password, identity, year, month })
            }
            (number, password, identity, year, month) => Err(WrongCard {
                number: number.err(),
                password: password.err(),
                identity: identity.err(),
                year: year.err(),
                month: month.err(),
            }),
        }
    }

    /// These and the following are for the one request.
    pub fn number(&self) -> &str {
        self.number.expose_secret()
    }

    pub fn password(&self) -> &str {
        self.password.expose_secret()
    }

    pub fn identity(&self) -> &str {
        self.identity.expose_secret()
    }

    /// Two digits.
    pub fn year(&self) -> &str {
        self.year.expose_secret()
    }

    /// Two digits.
    pub fn month(&self) -> &str {
        self.month.expose_secret()
    }

    /// Somebody else's words with no digit in them.
    pub fn scrub(&self, words: &str) -> String {
        secret_text::without(words, "")
    }
}

/// What is wrong with an account as it was typed; `None` where a field is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongTransferAccount {
    pub bank: Option<Refusal>,
    pub number: Option<Refusal>,
    pub holder: Option<Refusal>,
    pub identity: Option<Refusal>,
    pub phone: Option<Refusal>,
}

/// An account as it was typed.
#[derive(Clone, Copy)]
pub struct TypedTransferAccount<'a> {
    /// The bank's Korean name: 국민, 카카오뱅크.
    pub bank: &'a str,
    /// 6 to 20 digits.
    pub number: &'a str,
    pub holder: &'a str,
    /// A date of birth in 6 digits or a business number in 10 (Bootpay I.3).
    pub identity: &'a str,
    /// Where the bank's consent call goes: 9 to 11 digits.
    pub phone: &'a str,
}

/// An account that later payments are drawn from (Bootpay C.8).
pub struct TransferAccount {
    bank: String,
    number: SecretString,
    holder: SecretString,
    identity: SecretString,
    phone: SecretString,
}
hidden!(TransferAccount);

impl TransferAccount {
    pub fn parse(typed: TypedTransferAccount<'_>) -> Result<Self, WrongTransferAccount> {
        let (bank, number) = (bank(typed.bank), digits(typed.number, 6..=20));
        let (holder, identity) = (secret_text::holder(typed.holder), identity(typed.identity));
        match (bank, number, holder, identity, digits(typed.phone, 9..=11)) {
            (Ok(bank), Ok(number), Ok(holder), Ok(identity), Ok(phone)) => {
                Ok(Self { bank, number, holder, identity, phone })
            }
            (bank, number, holder, identity, phone) => Err(WrongTransferAccount {
                bank: bank.err(),
                number: number.err(),
                holder: holder.err(),
                identity: identity.err(),
                phone: phone.err(),
            }),
        }
    }

    pub fn bank(&self) -> &str {
        &self.bank
    }

    /// These and the following are for the one request.
    pub fn number(&self) -> &str {
        self.number.expose_secret()
    }

    pub fn holder(&self) -> &str {
        self.holder.expose_secret()
    }

    pub fn identity(&self) -> &str {
        self.identity.expose_secret()
    }

    pub fn phone(&self) -> &str {
        self.phone.expose_secret()
    }

    /// Somebody else's words with nothing of this account in them: without digits and without the holder's name.
    pub fn scrub(&self, words: &str) -> String {
        secret_text::without(words, self.holder())
    }
}

/// Who a cash receipt is for: a phone, card or business number, 10 to 18 digits.
pub struct CashReceiptIdentity(SecretString);
hidden!(CashReceiptIdentity);

impl CashReceiptIdentity {
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        digits(typed, 10..=18).map(Self)
    }

    /// For the one request.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

fn identity(typed: &str) -> Result<SecretString, Refusal> {
    let number = digits(typed, 6..=10)?;
    if matches!(number.expose_secret().len(), 6 | 10) { Ok(number) } else { Err(Refusal::Form) }
}

fn month(typed: &str) -> Result<SecretString, Refusal> {
    let month = digits(typed, 1..=2)?;
    match month.expose_secret().parse::<u8>() {
        Ok(number @ 1..=12) => Ok(SecretString::from(format!("{number:02}"))),
        _ => Err(Refusal::Form),
    }
}

fn bank(typed: &str) -> Result<String, Refusal> {
    match typed.trim() {
        "" => Err(Refusal::Empty),
        name if name.chars().count() > 20 => Err(Refusal::TooLong),
        name if name.chars().all(char::is_alphanumeric) => Ok(name.to_owned()),
        _ => Err(Refusal::Characters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: TypedCard<'_> =
        TypedCard { number: "9410-1234-5678 9012", password: "12", identity: "900101", year: "28", month: "1" };
    const ACCOUNT: TypedTransferAccount<'_> = TypedTransferAccount {
        bank: "국민",
        number: "123-456-789012",
        holder: "홍길동",
        identity: "1234567890",
        phone: "010-1234-5678",
    };

    #[test]
    fn what_is_read_is_never_shown() {
        let (card, account) = (Card::parse(CARD).unwrap(), TransferAccount::parse(ACCOUNT).unwrap());
        let key = BillingKey::parse("66a1b2").unwrap();
        assert_eq!((card.number(), card.month()), ("9410123456789012", "01"));
        assert_eq!((account.bank(), account.phone()), ("국민", "01012345678"));
        let shown = format!("{card:?} {account:?} {key:?} {:?}", CashReceiptIdentity::parse("01012345678").unwrap());
        assert!(!shown.contains(|c: char| c.is_ascii_digit()) && !shown.contains("홍길동"), "{shown}");
        assert_eq!(account.scrub("홍길동 123456789012 오류"), "… •••••••••••• 오류");
        assert_eq!(card.scrub("카드 9410"), "카드 ••••");
        assert_eq!(key.scrub("key 66a1b2 is dead"), "key … is dead");
    }

    #[test]
    fn each_field_has_its_own_refusal() {
        let wrong =
            Card::parse(TypedCard { number: "1234", password: "123", identity: "1234567", year: "x", month: "13" });
        let form = Some(Refusal::Form);
        assert_eq!(
            wrong.unwrap_err(),
            WrongCard { number: form, password: Some(Refusal::TooLong), identity: form, year: form, month: form }
        );
        let wrong = TransferAccount::parse(TypedTransferAccount { bank: "<b>", holder: "", ..ACCOUNT }).unwrap_err();
        let bank = Some(Refusal::Characters);
        assert_eq!(
            wrong,
            WrongTransferAccount { bank, holder: Some(Refusal::Empty), ..WrongTransferAccount::default() }
        );
        for strange in ["", "a/b", "..", "가", &"a".repeat(129)] {
            assert!(BillingKey::parse(strange).is_err(), "{strange}");
        }
    }
}
