//! Who sells: what Korean law wants on every page of a shop. The configuration gives it; what staff write
//! in the settings stands above that, field by field.

use super::customer::Email;
use super::text::{self, Refusal};
use super::word::words;

/// The business behind the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Business {
    pub name: String,
    pub representative: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    /// Ten digits, with or without hyphens.
    pub business_number: String,
    pub mail_order_number: String,
    pub hosting: String,
}

words! {
    /// One of its details. The word is also the name of its field in the settings.
    Detail {
        Name = "business_name",
        Representative = "business_representative",
        Address = "business_address",
        Phone = "business_phone",
        Email = "business_email",
        BusinessNumber = "business_number",
        MailOrderNumber = "mail_order_number",
        Hosting = "hosting",
    }
}

impl Business {
    pub fn get(&self, detail: Detail) -> &str {
        match detail {
            Detail::Name => &self.name,
            Detail::Representative => &self.representative,
            Detail::Address => &self.address,
            Detail::Phone => &self.phone,
            Detail::Email => &self.email,
            Detail::BusinessNumber => &self.business_number,
            Detail::MailOrderNumber => &self.mail_order_number,
            Detail::Hosting => &self.hosting,
        }
    }

    pub fn set(&mut self, detail: Detail, value: String) {
        let place = match detail {
            Detail::Name => &mut self.name,
            Detail::Representative => &mut self.representative,
            Detail::Address => &mut self.address,
            Detail::Phone => &mut self.phone,
            Detail::Email => &mut self.email,
            Detail::BusinessNumber => &mut self.business_number,
            Detail::MailOrderNumber => &mut self.mail_order_number,
            Detail::Hosting => &mut self.hosting,
        };
        *place = value;
    }

    /// This one with everything that `above` says in place of what it says itself.
    pub fn under(&self, above: &Self) -> Self {
        let mut both = self.clone();
        for detail in Detail::ALL {
            let value = above.get(*detail);
            if !value.is_empty() {
                both.set(*detail, value.to_owned());
            }
        }
        both
    }

    /// What the footer lacks.
    pub fn missing(&self) -> Vec<Detail> {
        Detail::ALL.iter().copied().filter(|detail| self.get(*detail).trim().is_empty()).collect()
    }
}

impl Detail {
    const MAX_CHARS: usize = 120;

    /// The variable that the configuration gives it by.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Name => "MADANG_BUSINESS_NAME",
            Self::Representative => "MADANG_BUSINESS_REPRESENTATIVE",
            Self::Address => "MADANG_BUSINESS_ADDRESS",
            Self::Phone => "MADANG_BUSINESS_PHONE",
            Self::Email => "MADANG_BUSINESS_EMAIL",
            Self::BusinessNumber => "MADANG_BUSINESS_NUMBER",
            Self::MailOrderNumber => "MADANG_MAIL_ORDER_NUMBER",
            Self::Hosting => "MADANG_HOSTING",
        }
    }

    /// What a person typed, trimmed; `""` means that the configuration's value holds. Names and addresses
    /// may hold any mark that can be seen: they are shown as text and sent nowhere.
    pub fn read(self, typed: &str) -> Result<String, Refusal> {
        let text = text::line(typed, Self::MAX_CHARS)?;
        if text.is_empty() {
            return Ok(text);
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let only = |marks: &str| text.chars().all(|c| c.is_ascii_digit() || marks.contains(c));
        let fits = match self {
            Self::Email => Email::parse(&text).is_ok(),
            Self::BusinessNumber => digits == 10 && only("- "),
            // 1588-0000 is a telephone number, too.
            Self::Phone => (7..=15).contains(&digits) && only("-+ ().~"),
            Self::Name | Self::Representative | Self::Address | Self::MailOrderNumber | Self::Hosting => true,
        };
        if fits { Ok(text) } else { Err(Refusal::Form) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_wrote_stands_above_the_configuration() {
        let configured = Business { name: "마당".into(), phone: "02-000-0000".into(), ..Business::default() };
        let written = Business { name: "새 마당".into(), ..Business::default() };
        let both = configured.under(&written);
        assert_eq!((both.name.as_str(), both.phone.as_str()), ("새 마당", "02-000-0000"));
        assert_eq!(configured.under(&Business::default()), configured);
        assert_eq!(both.missing().len(), 6);
    }

    #[test]
    fn details_are_of_their_form_or_refused() {
        assert_eq!(Detail::BusinessNumber.read(" 123-45-67890 "), Ok("123-45-67890".to_owned()));
        assert_eq!(Detail::Phone.read("1588-0000"), Ok("1588-0000".to_owned()));
        assert_eq!(Detail::Name.read("<b>마당</b> & 'co'"), Ok("<b>마당</b> & 'co'".to_owned()));
        for detail in Detail::ALL {
            assert_eq!(detail.read("  "), Ok(String::new()), "{detail:?}");
            assert_eq!(detail.read("a\u{0}b"), Err(Refusal::Characters), "{detail:?}");
            assert_eq!(detail.read("가\u{202e}나"), Err(Refusal::Characters), "{detail:?}");
            assert_eq!(detail.read(&"1".repeat(121)), Err(Refusal::TooLong), "{detail:?}");
        }
        for (detail, wrong) in [
            (Detail::BusinessNumber, "123-45-6789"),
            (Detail::BusinessNumber, "12345678901"),
            (Detail::Phone, "전화 주세요"),
            (Detail::Email, "help@"),
        ] {
            assert_eq!(detail.read(wrong), Err(Refusal::Form), "{wrong}");
        }
    }

    #[test]
    fn every_detail_has_a_place_of_its_own() {
        let mut business = Business::default();
        for detail in Detail::ALL {
            business.set(*detail, detail.as_str().to_owned());
        }
        for detail in Detail::ALL {
            assert_eq!(business.get(*detail), detail.as_str());
        }
        assert!(business.missing().is_empty());
    }
}
