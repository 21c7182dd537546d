//! Whether a configuration may start: nothing missing in production, no play money where goods are real.

use std::net::IpAddr;

use http::Uri;
use madang::domain::customer::Email;
use madang::domain::doctor::ConfigTrouble;
use madang::domain::password::{LONGEST, NewPassword, SHORTEST};
use madang::mail::{SmtpSettings, SmtpTrouble};
use secrecy::{ExposeSecret, SecretString};

use super::{Business, Mode, Shop};

/// A configuration that may start.
#[derive(Debug)]
pub struct Checked {
    pub mode: Mode,
    /// Without a slash at the end.
    pub public_url: String,
    pub keys: Keys,
    pub sdk_url: String,
    /// The server that letters leave by; none: they go to the log.
    pub smtp: Option<SmtpSettings>,
    /// Where letters to staff go; none: none is written.
    pub staff_email: Option<Email>,
    /// Nobody outside this machine reaches the shop.
    pub is_on_loopback: bool,
}

#[derive(Clone, Debug)]
pub struct Keys {
    pub client: String,
    pub secret: SecretString,
}

/// Why the shop refuses to start. Each names what to set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{0} is missing: Bootpay's keys are needed in {1} mode")]
    KeyMissing(&'static str, &'static str),
    #[error("MADANG_PUBLIC_URL must be an https:// address in production, and is `{0}`")]
    NotHttps(String),
    #[error("MADANG_PUBLIC_URL must be http:// or https:// and a host, without a path, and is `{0}`")]
    NotAnOrigin(String),
    #[error("{0} is empty: the law wants it on every page, so production does not start without it")]
    FooterEmpty(&'static str),
    #[error(
        "no keys are set, and the shop would be reached from outside this machine: set BOOTPAY_CLIENT_KEY and BOOTPAY_SECRET_KEY, or write BOOTPAY_MODE=emulator if its money is meant to be unreal"
    )]
    EmulatorInTheOpen,
    #[error(
        "BOOTPAY_MODE=emulator and Bootpay keys are both set: unset one, so that real keys never meet unreal money"
    )]
    EmulatorWithKeys,
    #[error("keys are set but BOOTPAY_MODE is not: write production, stage or development")]
    ModeMissing,
    #[error(
        "MADANG_EMULATOR_ADDR is {0}, where others reach the emulator: set it to an address on loopback such as 127.0.0.1:4000, or write BOOTPAY_MODE=emulator if that is meant"
    )]
    EmulatorNotLoopback(std::net::SocketAddr),
    #[error(
        "MADANG_SECRET is missing: a long random text that keeps second factors unreadable in a copied database; `openssl rand -hex 32` makes one"
    )]
    SecretMissing,
    #[error("MADANG_SECRET must have {SHORTEST_SECRET} characters at least: `openssl rand -hex 32` makes one")]
    SecretTooShort,
    #[error(
        "MADANG_FIRST_OWNER_PASSWORD is for emulator mode alone: unset it, and make the first owner with `madang admin create`"
    )]
    FirstOwnerPassword,
    #[error("MADANG_FIRST_OWNER_PASSWORD must have {SHORTEST} to {LONGEST} characters")]
    FirstOwnerPasswordLength,
    #[error("BOOTPAY_SDK_URL must be an http:// or https:// address, and is `{0}`")]
    SdkUrl(String),
    // What was written is not repeated: it may hold a password.
    #[error(
        "MADANG_SMTP_URL must be smtps://user:password@host:465 or smtp://user:password@host:587?tls=required, with special characters of the password %-encoded"
    )]
    SmtpUrl,
    #[error(
        "MADANG_SMTP_URL would send password and letters without encryption: begin it with smtps:// or end it with ?tls=required"
    )]
    SmtpInTheClear,
    #[error("MADANG_MAIL_FROM must be an e-mail address, or a name and an <address>, when MADANG_SMTP_URL is set")]
    MailFrom,
    #[error("MADANG_STAFF_EMAIL must be an e-mail address, and is `{0}`")]
    StaffEmail(String),
    #[error(
        "in emulator mode no letter may leave this machine: unset MADANG_SMTP_URL, or name a mail server on loopback"
    )]
    MailInEmulator,
}

/// The same without what was written, for the doctor to explain.
impl From<ConfigError> for ConfigTrouble {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::KeyMissing(variable, mode) => Self::KeyMissing { variable, mode },
            ConfigError::NotHttps(_) => Self::NotHttps,
            ConfigError::NotAnOrigin(_) => Self::NotAnOrigin,
            ConfigError::FooterEmpty(variable) => Self::FooterEmpty { variable },
            ConfigError::EmulatorInTheOpen => Self::EmulatorInTheOpen,
            ConfigError::EmulatorWithKeys => Self::EmulatorWithKeys,
            ConfigError::ModeMissing => Self::ModeMissing,
            ConfigError::EmulatorNotLoopback(_) => Self::EmulatorNotLoopback,
            ConfigError::SdkUrl(_) => Self::SdkUrl,
            ConfigError::SmtpUrl => Self::SmtpUrl,
            ConfigError::SmtpInTheClear => Self::SmtpInTheClear,
            ConfigError::MailFrom => Self::MailFrom,
            ConfigError::StaffEmail(_) => Self::StaffEmail,
            ConfigError::MailInEmulator => Self::MailInEmulator,
            ConfigError::SecretMissing | ConfigError::SecretTooShort => Self::Secret,
            ConfigError::FirstOwnerPassword | ConfigError::FirstOwnerPasswordLength => Self::FirstOwnerPassword,
        }
    }
}

/// The version of the vendor's script that was tried with this shop.
const SDK_VERSION: &str = "1.0.8";

/// As long as 128 random bits written in hexadecimal.
const SHORTEST_SECRET: usize = 32;

impl Shop {
    /// Checks everything that can be checked before the first connection is made.
    pub fn check(&self) -> Result<Checked, ConfigError> {
        let public_url = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr));
        let public_url = public_url.trim_end_matches('/').to_owned();
        let uri: Uri = public_url.parse().map_err(|_| ConfigError::NotAnOrigin(public_url.clone()))?;
        let is_origin = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some()
            && uri.path_and_query().is_none_or(|path| path.as_str() == "/");
        if !is_origin {
            return Err(ConfigError::NotAnOrigin(public_url));
        }
        let mode = self.mode(uri.host().unwrap_or_default())?;
        let keys = self.keys(mode)?;
        self.check_secrets(mode)?;
        let is_on_loopback = self.addr.ip().is_loopback() && is_loopback(uri.host().unwrap_or_default());
        if mode == Mode::Production {
            if uri.scheme_str() != Some("https") {
                return Err(ConfigError::NotHttps(public_url));
            }
            self.business.check()?;
            if self.secret.is_none() {
                return Err(ConfigError::SecretMissing);
            }
        }
        let origin = match mode {
            Mode::Emulator => format!("http://{}", self.emulator_addr),
            _ => "https://js.bootpay.co.kr".to_owned(),
        };
        let sdk_url =
            self.sdk_url.clone().unwrap_or_else(|| format!("{origin}/commerce/bp-commerce-sdk-{SDK_VERSION}.min.js"));
        let is_script = sdk_url
            .parse::<Uri>()
            .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
        if !is_script || sdk_url.contains([' ', ';', ',', '\'']) {
            return Err(ConfigError::SdkUrl(sdk_url));
        }
        let (smtp, staff_email) = (self.smtp(mode)?, self.staff_email()?);
        Ok(Checked { mode, public_url, keys, sdk_url, smtp, staff_email, is_on_loopback })
    }

    /// Made-up orders have made-up addresses, and some of those belong to somebody.
    fn smtp(&self, mode: Mode) -> Result<Option<SmtpSettings>, ConfigError> {
        let url = self.smtp_url.as_ref().map(|url| url.expose_secret().trim()).filter(|url| !url.is_empty());
        let Some(url) = url else { return Ok(None) };
        let from = self.mail_from.as_deref().unwrap_or_default();
        let smtp = SmtpSettings::parse(url, from).map_err(|trouble| match trouble {
            SmtpTrouble::Url => ConfigError::SmtpUrl,
            SmtpTrouble::From => ConfigError::MailFrom,
        })?;
        let stays_here = is_loopback(smtp.host());
        if mode == Mode::Emulator && !stays_here {
            return Err(ConfigError::MailInEmulator);
        }
        if !smtp.is_encrypted() && !stays_here {
            return Err(ConfigError::SmtpInTheClear);
        }
        Ok(Some(smtp))
    }

    fn staff_email(&self) -> Result<Option<Email>, ConfigError> {
        let written = self.staff_email.as_deref().filter(|written| !written.trim().is_empty());
        written
            .map(|written| Email::parse(written).map_err(|_| ConfigError::StaffEmail(written.to_owned())))
            .transpose()
    }

    /// The emulator starts by itself only where nobody else can reach it.
    fn mode(&self, public_host: &str) -> Result<Mode, ConfigError> {
        let has_keys = self.client_key.is_some() || self.secret_key.is_some();
        let mode = match (self.mode, has_keys) {
            (Some(Mode::Emulator), true) => return Err(ConfigError::EmulatorWithKeys),
            (Some(mode), _) => mode,
            (None, true) => return Err(ConfigError::ModeMissing),
            (None, false) if self.addr.ip().is_loopback() && is_loopback(public_host) => Mode::Emulator,
            (None, false) => return Err(ConfigError::EmulatorInTheOpen),
        };
        if mode == Mode::Emulator && self.mode.is_none() && !self.emulator_addr.ip().is_loopback() {
            return Err(ConfigError::EmulatorNotLoopback(self.emulator_addr));
        }
        Ok(mode)
    }

    fn check_secrets(&self, mode: Mode) -> Result<(), ConfigError> {
        if self.secret.as_ref().is_some_and(|secret| secret.expose_secret().trim().len() < SHORTEST_SECRET) {
            return Err(ConfigError::SecretTooShort);
        }
        let Some(password) = &self.first_owner_password else { return Ok(()) };
        if mode != Mode::Emulator {
            return Err(ConfigError::FirstOwnerPassword);
        }
        let password = password.expose_secret();
        NewPassword::parse(password, password).map(|_| ()).map_err(|_| ConfigError::FirstOwnerPasswordLength)
    }

    fn keys(&self, mode: Mode) -> Result<Keys, ConfigError> {
        if mode == Mode::Emulator {
            return Ok(Keys {
                client: madang::emulator::DEFAULT_CLIENT_KEY.to_owned(),
                secret: SecretString::from(madang::emulator::DEFAULT_SECRET_KEY.to_owned()),
            });
        }
        let client = self.client_key.clone().filter(|key| !key.trim().is_empty());
        let secret = self.secret_key.clone().filter(|key| !key.expose_secret().trim().is_empty());
        Ok(Keys {
            client: client.ok_or(ConfigError::KeyMissing("BOOTPAY_CLIENT_KEY", mode.as_str()))?,
            secret: secret.ok_or(ConfigError::KeyMissing("BOOTPAY_SECRET_KEY", mode.as_str()))?,
        })
    }
}

impl Business {
    fn check(&self) -> Result<(), ConfigError> {
        let fields = [
            ("MADANG_BUSINESS_NAME", &self.business_name),
            ("MADANG_BUSINESS_REPRESENTATIVE", &self.business_representative),
            ("MADANG_BUSINESS_ADDRESS", &self.business_address),
            ("MADANG_BUSINESS_PHONE", &self.business_phone),
            ("MADANG_BUSINESS_EMAIL", &self.business_email),
            ("MADANG_BUSINESS_NUMBER", &self.business_number),
            ("MADANG_MAIL_ORDER_NUMBER", &self.mail_order_number),
            ("MADANG_HOSTING", &self.hosting),
        ];
        match fields.into_iter().find(|(_, value)| value.trim().is_empty()) {
            Some((name, _)) => Err(ConfigError::FooterEmpty(name)),
            None => Ok(()),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::config::Cli;

    fn check(flags: &[&str]) -> Result<Checked, ConfigError> {
        Cli::try_parse_from(std::iter::once(&"madang").chain(flags)).unwrap().shop.check()
    }

    const PRODUCTION: [&str; 13] = [
        "--mode=production",
        "--public-url=https://shop.example",
        "--client-key=c",
        "--secret-key=s",
        "--secret=0123456789abcdef0123456789abcdef",
        "--business-name=a",
        "--business-representative=a",
        "--business-address=a",
        "--business-phone=a",
        "--business-email=a",
        "--business-number=a",
        "--mail-order-number=a",
        "--hosting=a",
    ];

    fn production_without(dropped: &str) -> Result<Checked, ConfigError> {
        let flags: Vec<_> = PRODUCTION.into_iter().filter(|flag| !flag.starts_with(dropped)).collect();
        check(&flags)
    }

    #[test]
    fn without_anything_it_is_the_emulator_on_loopback() {
        let checked = check(&[]).unwrap();
        assert_eq!(checked.mode, Mode::Emulator);
        assert_eq!(checked.sdk_url, "http://127.0.0.1:4000/commerce/bp-commerce-sdk-1.0.8.min.js");
    }

    #[test]
    fn the_emulator_never_starts_by_itself_in_the_open() {
        assert_eq!(check(&["--addr=0.0.0.0:3000"]).unwrap_err(), ConfigError::EmulatorInTheOpen);
        assert_eq!(check(&["--public-url=https://shop.example"]).unwrap_err(), ConfigError::EmulatorInTheOpen);
        assert!(check(&["--addr=0.0.0.0:3000", "--public-url=http://10.0.0.5:3000", "--mode=emulator"]).is_ok());
        assert_eq!(check(&["--mode=emulator", "--client-key=real"]).unwrap_err(), ConfigError::EmulatorWithKeys);
        assert_eq!(check(&["--client-key=real"]).unwrap_err(), ConfigError::ModeMissing);
        let refused = check(&["--emulator-addr=0.0.0.0:4000"]).unwrap_err();
        assert!(matches!(refused, ConfigError::EmulatorNotLoopback(_)));
        assert!(refused.to_string().contains("MADANG_EMULATOR_ADDR"), "it names what to set");
    }

    #[test]
    fn production_names_what_is_missing() {
        assert!(production_without("nothing").is_ok());
        assert_eq!(
            production_without("--client-key").unwrap_err(),
            ConfigError::KeyMissing("BOOTPAY_CLIENT_KEY", "production")
        );
        assert_eq!(
            production_without("--secret-key").unwrap_err(),
            ConfigError::KeyMissing("BOOTPAY_SECRET_KEY", "production")
        );
        assert!(matches!(production_without("--public-url").unwrap_err(), ConfigError::NotHttps(_)));
        assert_eq!(production_without("--secret=").unwrap_err(), ConfigError::SecretMissing);
        for (flag, name) in [
            ("--business-name", "MADANG_BUSINESS_NAME"),
            ("--business-number", "MADANG_BUSINESS_NUMBER"),
            ("--hosting", "MADANG_HOSTING"),
        ] {
            assert_eq!(production_without(flag).unwrap_err(), ConfigError::FooterEmpty(name));
        }
    }

    #[test]
    fn a_first_owners_password_is_only_for_the_emulator() {
        assert!(check(&["--first-owner-password=correct horse battery"]).is_ok());
        assert_eq!(check(&["--first-owner-password=short"]).unwrap_err(), ConfigError::FirstOwnerPasswordLength);
        let flags: Vec<_> = PRODUCTION.into_iter().chain(["--first-owner-password=correct horse battery"]).collect();
        assert_eq!(check(&flags).unwrap_err(), ConfigError::FirstOwnerPassword);
        assert_eq!(check(&["--secret=guessable"]).unwrap_err(), ConfigError::SecretTooShort);
        assert!(check(&["--secret=0123456789abcdef0123456789abcdef"]).is_ok());
        assert!(check(&[]).unwrap().is_on_loopback);
        let open = ["--addr=0.0.0.0:3000", "--public-url=http://10.0.0.5:3000", "--mode=emulator"];
        assert!(!check(&open).unwrap().is_on_loopback);
    }

    #[test]
    fn letters_leave_by_a_server_that_is_written_whole_and_encrypts() {
        let with = |flags: &[&str]| {
            let all: Vec<_> = PRODUCTION.iter().chain(flags).copied().collect();
            check(&all)
        };
        let from = "--mail-from=마당 <shop@example.com>";
        assert!(with(&[]).unwrap().smtp.is_none());
        assert!(with(&["--smtp-url= ", "--staff-email= "]).unwrap().smtp.is_none());
        for url in ["smtps://u:p@mail.example:465", "smtp://u:p@mail.example:587?tls=required", "smtp://127.0.0.1:25"] {
            assert!(with(&[from, &format!("--smtp-url={url}")]).unwrap().smtp.is_some(), "{url}");
        }
        let smtps = "--smtp-url=smtps://u:p@mail.example";
        assert_eq!(with(&[smtps]).unwrap_err(), ConfigError::MailFrom);
        assert_eq!(with(&[smtps, "--mail-from=nobody"]).unwrap_err(), ConfigError::MailFrom);
        assert_eq!(with(&[from, "--smtp-url=mail.example"]).unwrap_err(), ConfigError::SmtpUrl);
        assert_eq!(with(&[from, "--smtp-url=smtp://u:p@mail.example"]).unwrap_err(), ConfigError::SmtpInTheClear);
        let refused = with(&[from, "--smtp-url=smtps://u:hunter2@mail.example/x"]).unwrap_err();
        assert!(!refused.to_string().contains("hunter2"));
        let staff = with(&["--staff-email=help@example.com"]).unwrap().staff_email;
        assert_eq!(staff.as_ref().map(Email::as_str), Some("help@example.com"));
        assert_eq!(with(&["--staff-email=help"]).unwrap_err(), ConfigError::StaffEmail("help".into()));
    }

    #[test]
    fn in_emulator_mode_no_letter_leaves_the_machine() {
        let from = "--mail-from=shop@example.com";
        for away in ["smtps://u:p@mail.example", "smtps://u:p@127.0.0.1.example", "smtps://127.0.0.1:x@mail.example"] {
            let refused = check(&[from, &format!("--smtp-url={away}")]).unwrap_err();
            assert_eq!(refused, ConfigError::MailInEmulator, "{away}");
        }
        for here in ["smtp://127.0.0.1:2525", "smtp://u:p@localhost:2525", "smtps://[::1]"] {
            assert!(check(&[from, &format!("--smtp-url={here}")]).unwrap().smtp.is_some(), "{here}");
        }
    }

    #[test]
    fn the_public_url_is_an_origin() {
        for wrong in ["shop.example", "ftp://shop.example", "https://shop.example/path", "https://"] {
            assert!(matches!(check(&[&format!("--public-url={wrong}")]), Err(ConfigError::NotAnOrigin(_))), "{wrong}");
        }
    }
}
