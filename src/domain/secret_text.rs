//! How secrets that customers type become secrets: read without leaving copies behind, and taken out of the words of
//! whoever was told them.

use std::ops::RangeInclusive;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::text::{Refusal, is_unprintable};

/// So many digits. Hyphens and blanks are passed over.
pub(super) fn digits(typed: &str, length: RangeInclusive<usize>) -> Result<SecretString, Refusal> {
    if typed.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    let most = *length.end();
    // As large as it can become, so that no copy is left behind.
    let mut digits = Zeroizing::new(String::with_capacity(most));
    for c in typed.chars().filter(|c| !matches!(c, '-' | ' ')) {
        if !c.is_ascii_digit() {
            return Err(Refusal::Form);
        }
        if digits.len() == most {
            return Err(Refusal::TooLong);
        }
        digits.push(c);
    }
    if length.contains(&digits.len()) { Ok(SecretString::from(digits.as_str())) } else { Err(Refusal::Form) }
}

/// The holder of an account.
pub(super) fn holder(typed: &str) -> Result<SecretString, Refusal> {
    let holder = typed.trim();
    if holder.is_empty() {
        Err(Refusal::Empty)
    } else if holder.chars().count() > 50 {
        Err(Refusal::TooLong)
    } else if holder.chars().any(is_unprintable) {
        Err(Refusal::Characters)
    } else {
        Ok(SecretString::from(holder))
    }
}

/// Somebody else's words without any digit and without this text.
pub(super) fn without(words: &str, text: &str) -> String {
    let nameless = if text.is_empty() { words.to_owned() } else { words.replace(text, "…") };
    nameless.chars().map(|c| if c.is_numeric() { '•' } else { c }).collect()
}
