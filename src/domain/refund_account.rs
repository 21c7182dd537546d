//! The customer's account to which a payment by virtual account goes back. It passes through memory into one
//! request (invariant I9): it does not print, can't be serialised or compared, and is wiped when it is dropped.

use super::text::Refusal;
use super::word::words;

words! {
    /// The banks that money can go back to, by their codes (Bootpay C.3).
    Bank {
        Bok = "001",
        Ibk = "003",
        Kookmin = "004",
        Keb = "005",
        Suhyup = "007",
        Nonghyup = "011",
        Woori = "020",
        Sc = "023",
        Citi = "027",
        Daegu = "031",
        Busan = "032",
        Gwangju = "034",
        Kyongnam = "039",
        Saemaul = "045",
        Post = "071",
        Hana = "081",
        Shinhan = "088",
        K = "089",
        Kakao = "090",
        Toss = "092",
    }
}

/// What is wrong with an account as it was typed; `None` where a field is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongAccount {
    pub bank: Option<Refusal>,
    pub number: Option<Refusal>,
    pub holder: Option<Refusal>,
}

#[cfg(feature = "shop")]
pub use server::RefundAccount;

#[cfg(feature = "shop")]
mod server {
    use secrecy::{ExposeSecret, SecretString};

    use super::super::secret_text::{self, digits};
    use super::{Bank, Refusal, WrongAccount};

    /// Not `Clone`: there is one, and it goes where it is needed.
    pub struct RefundAccount {
        bank: Bank,
        number: SecretString,
        holder: SecretString,
    }

    impl std::fmt::Debug for RefundAccount {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("RefundAccount(..)")
        }
    }

    impl RefundAccount {
        /// Hyphens and blanks in the number are passed over.
        pub fn parse(bank: &str, number: &str, holder: &str) -> Result<Self, WrongAccount> {
            let bank = if bank.is_empty() { Err(Refusal::Empty) } else { Bank::parse(bank).map_err(|_| Refusal::Form) };
            match (bank, digits(number, 6..=20), secret_text::holder(holder)) {
                (Ok(bank), Ok(number), Ok(holder)) => Ok(Self { bank, number, holder }),
                (bank, number, holder) => {
                    Err(WrongAccount { bank: bank.err(), number: number.err(), holder: holder.err() })
                }
            }
        }

        pub const fn bank(&self) -> Bank {
            self.bank
        }

        /// Its digits, for the one request.
        pub fn number(&self) -> &str {
            self.number.expose_secret()
        }

        /// Whose it is, for the one request.
        pub fn holder(&self) -> &str {
            self.holder.expose_secret()
        }

        /// Somebody else's words with nothing of this account in them: without digits and without the holder's name.
        pub fn scrub(&self, words: &str) -> String {
            secret_text::without(words, self.holder())
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn an_account_is_read_and_never_shown() {
            let account = RefundAccount::parse("004", " 123-456 789012 ", " 홍길동 ").unwrap();
            assert_eq!((account.bank(), account.number(), account.holder()), (Bank::Kookmin, "123456789012", "홍길동"));
            let printed = format!("{account:?} {account:#?}");
            assert!(!printed.contains("123456") && !printed.contains("홍길동"), "{printed}");
            let scrubbed = account.scrub("홍길동님의 계좌 123-456-789012 오류");
            assert_eq!(scrubbed, "…님의 계좌 •••-•••-•••••• 오류");
        }

        #[test]
        fn each_field_has_its_own_refusal() {
            let wrong = RefundAccount::parse("", "12ab", "").unwrap_err();
            let all = [wrong.bank, wrong.number, wrong.holder];
            assert_eq!(all, [Some(Refusal::Empty), Some(Refusal::Form), Some(Refusal::Empty)]);
            let wrong = RefundAccount::parse("999", &"1".repeat(21), &"가".repeat(51)).unwrap_err();
            let all = [wrong.bank, wrong.number, wrong.holder];
            assert_eq!(all, [Some(Refusal::Form), Some(Refusal::TooLong), Some(Refusal::TooLong)]);
            assert_eq!(
                RefundAccount::parse("088", "12345", "a\u{202e}b").unwrap_err().holder,
                Some(Refusal::Characters)
            );
        }
    }
}
