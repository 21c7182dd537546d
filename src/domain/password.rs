//! A password that somebody chooses.

/// The shortest and the longest, in characters. NIST 800-63B asks for 8 at least and for no rules about
/// which characters.
pub const SHORTEST: usize = 10;
pub const LONGEST: usize = 200;

/// Why a chosen password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    #[error("nothing was typed")]
    Empty,
    #[error("too short")]
    TooShort,
    #[error("too long")]
    TooLong,
    #[error("typed differently the second time")]
    Differs,
    #[error("the password that it shall replace")]
    Same,
}

/// A password that is good enough. Never shown, not even to `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// Taken as it was typed, blanks and all.
    pub fn parse(typed: &str, again: &str) -> Result<Self, PasswordRefusal> {
        let chars = typed.chars().count();
        match chars {
            0 => Err(PasswordRefusal::Empty),
            _ if chars < SHORTEST || typed.trim().is_empty() => Err(PasswordRefusal::TooShort),
            _ if chars > LONGEST => Err(PasswordRefusal::TooLong),
            _ if typed != again => Err(PasswordRefusal::Differs),
            _ => Ok(Self(typed.to_owned())),
        }
    }

    /// Refuses the one that it replaces.
    pub fn unlike(self, old: &str) -> Result<Self, PasswordRefusal> {
        if self.0 == old { Err(PasswordRefusal::Same) } else { Ok(self) }
    }

    /// For hashing, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_and_nothing_else_is_asked() {
        let refused = |typed: &str| NewPassword::parse(typed, typed).err();
        assert_eq!(refused(""), Some(PasswordRefusal::Empty));
        assert_eq!(refused("열글자는안되는비번"), Some(PasswordRefusal::TooShort));
        assert_eq!(refused("열글자는안되는비번요"), None);
        assert_eq!(refused("          "), Some(PasswordRefusal::TooShort));
        assert_eq!(refused(&"a".repeat(200)), None);
        assert_eq!(refused(&"a".repeat(201)), Some(PasswordRefusal::TooLong));
    }

    #[test]
    fn it_is_typed_twice_and_is_not_the_old_one() {
        assert_eq!(NewPassword::parse("correct horse", "correct horse "), Err(PasswordRefusal::Differs));
        let new = NewPassword::parse("correct horse", "correct horse").unwrap();
        assert_eq!(new.clone().unlike("correct horse"), Err(PasswordRefusal::Same));
        assert!(new.clone().unlike("wrong horse").is_ok());
        assert_eq!(format!("{new:?}"), "NewPassword");
    }
}
