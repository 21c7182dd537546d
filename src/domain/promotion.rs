//! Promotion codes: what they take off and for whom.

use serde::{Deserialize, Serialize};

use super::customer::Refusal;

/// The code as the customer types it, in capitals: 3 to 24 letters of the alphabet, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PromotionCode(String);

impl PromotionCode {
    /// Takes small letters and spaces around it as well.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim().to_ascii_uppercase();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        if text.chars().count() > 24 {
            return Err(Refusal::TooLong);
        }
        let fits = text.len() >= 3 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
        if fits { Ok(Self(text)) } else { Err(Refusal::Form) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_capitals_digits_and_hyphens() {
        assert_eq!(PromotionCode::parse(" welcome-10 ").map(|code| code.0), Ok("WELCOME-10".to_owned()));
        assert_eq!(PromotionCode::parse(""), Err(Refusal::Empty));
        assert_eq!(PromotionCode::parse(&"A".repeat(25)), Err(Refusal::TooLong));
        for wrong in ["ab", "할인", "A B C", "<b>", "A_B"] {
            assert_eq!(PromotionCode::parse(wrong), Err(Refusal::Form), "{wrong}");
        }
    }
}
