//! Letters over SMTP (RFC 5321), one connection each. Which step of the conversation failed decides what is
//! known: before the text was handed over nothing has arrived, after it nobody can tell.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, transport::smtp};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::{Letter, MailError, Mailer, Sending, one_line};
use crate::domain::customer::Email;

/// Which server, and who the letters are from; read from the configuration.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, SecretString)>,
    from: Mailbox,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// `smtps://`: TLS from the first byte.
    Wrapped,
    /// `?tls=required`: STARTTLS, or nothing is sent.
    StartTls,
    None,
}

/// What can't be read. What was written stays untold: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpTrouble {
    #[error("not smtps://user:password@host:465 or smtp://user:password@host:587?tls=required")]
    Url,
    #[error("not an e-mail address, or a name and an <address>")]
    From,
}

impl SmtpSettings {
    /// `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required`, or without `tls` for a
    /// server that needs none. Name and password may be %-encoded, or absent together.
    pub fn parse(url: &str, from: &str) -> Result<Self, SmtpTrouble> {
        let uri: http::Uri = url.trim().parse().map_err(|_| SmtpTrouble::Url)?;
        let (security, usual_port) = match (uri.scheme_str(), uri.query()) {
            (Some("smtps"), None) => (Security::Wrapped, 465),
            (Some("smtp"), Some("tls=required")) => (Security::StartTls, 587),
            (Some("smtp"), None) => (Security::None, 25),
            _ => return Err(SmtpTrouble::Url),
        };
        let authority = uri.authority().ok_or(SmtpTrouble::Url)?;
        let (login, server) = match authority.as_str().rsplit_once('@') {
            Some((login, server)) => (Some(read_login(login).ok_or(SmtpTrouble::Url)?), server),
            None => (None, authority.as_str()),
        };
        let port = match server.strip_prefix(authority.host()) {
            Some("") => usual_port,
            Some(rest) => rest.strip_prefix(':').and_then(|port| port.parse().ok()).ok_or(SmtpTrouble::Url)?,
            None => return Err(SmtpTrouble::Url),
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || uri.path().len() > 1 {
            return Err(SmtpTrouble::Url);
        }
        Ok(Self { host, port, security, login, from: read_sender(from).ok_or(SmtpTrouble::From)? })
    }

    /// Without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether anything is said to a server that can't show who it is.
    pub fn is_encrypted(&self) -> bool {
        self.security != Security::None
    }
}

fn read_login(written: &str) -> Option<(String, SecretString)> {
    let (user, password) = written.split_once(':')?;
    Some((decoded(user)?, decoded(password)?.into()))
}

/// Undoes %-encoding. A form's decoder does it, once the two marks that only forms have are kept from it.
fn decoded(written: &str) -> Option<String> {
    let field = format!("x={}", written.replace('+', "%2B").replace('&', "%26"));
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&field).ok()?;
    fields.into_iter().next().map(|(_, value)| value)
}

fn read_sender(written: &str) -> Option<Mailbox> {
    let bracketed = written.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    let (name, address) = bracketed.unwrap_or(("", written));
    let name = one_line(name.trim().trim_matches('"'));
    let address = address_of(&Email::parse(address).ok()?)?;
    Some(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address))
}

fn address_of(email: &Email) -> Option<Address> {
    email.as_str().parse().ok()
}

/// The machine offers no usable TLS set-up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("letters can't be encrypted on this machine: {0}")]
pub struct NoTls(String);

/// A server of the merchant's.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Tls,
    hello: ClientId,
}

/// For one step of the conversation.
const STEP: Duration = Duration::from_secs(20);
/// For the last one, in which the server may look for spam and viruses.
const LAST_STEP: Duration = Duration::from_secs(60);
/// For "goodbye", which changes nothing any more.
const FAREWELL: Duration = Duration::from_secs(2);

impl Smtp {
    /// Connects to nobody yet.
    pub fn new(settings: SmtpSettings) -> Result<Self, NoTls> {
        let parameters = || TlsParameters::new(settings.host.clone()).map_err(|error| NoTls(error.to_string()));
        let tls = match settings.security {
            Security::Wrapped => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        let hello = ClientId::Domain(settings.from.email.domain().to_owned());
        Ok(Self { settings, tls, hello })
    }

    async fn deliver(&self, letter: Letter) -> Result<(), MailError> {
        let to = address_of(letter.to()).ok_or(MailError::Refused)?;
        let message = self.message(&letter, to.clone()).map_err(|_| MailError::Refused)?;
        let mut server = within(STEP, self.connect()).await.map_err(|fault| fault.told("connecting").try_again())?;
        let delivered = self.converse(&mut server, to, &message).await;
        let _ = tokio::time::timeout(FAREWELL, server.abort()).await;
        delivered
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        let SmtpSettings { host, port, login, .. } = &self.settings;
        let wrapped = if let Tls::Wrapper(tls) = &self.tls { Some(tls.clone()) } else { None };
        let mut server =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(STEP), &self.hello, wrapped, None).await?;
        if let Tls::Required(tls) = &self.tls {
            server.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some((user, password)) = login {
            let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
            server.auth(DEFAULT_MECHANISMS, &login).await?;
        }
        Ok(server)
    }

    async fn converse(&self, server: &mut AsyncSmtpConnection, to: Address, message: &[u8]) -> Result<(), MailError> {
        // Until here a refusal is about our account or our sender, which somebody will put right; from the
        // recipient on it is about this letter.
        let from = Mail::new(Some(self.settings.from.email.clone()), Vec::new());
        within(STEP, server.command(from)).await.map_err(|fault| fault.told("sender").try_again())?;
        let to = Rcpt::new(to, Vec::new());
        within(STEP, server.command(to)).await.map_err(|fault| fault.told("recipient").unless_refused())?;
        within(STEP, server.command(Data)).await.map_err(|fault| fault.told("data").unless_refused())?;
        within(LAST_STEP, server.message(message)).await.map_err(|fault| match fault.told("text") {
            Fault::Silence => MailError::Unknown,
            fault => fault.unless_refused(),
        })?;
        Ok(())
    }

    /// The letter as it travels: ASCII, whatever it says.
    fn message(&self, letter: &Letter, to: Address) -> Result<Vec<u8>, lettre::error::Error> {
        let message = Message::builder()
            .from(self.settings.from.clone())
            .to(to.into())
            .subject(letter.subject())
            .message_id(Some(self.name_of(letter)))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text().to_owned())?;
        Ok(message.formatted())
    }

    /// The same letter has the same name, so that a mailbox that gets it twice can show it once.
    fn name_of(&self, letter: &Letter) -> String {
        let mut hash = Sha256::new();
        for part in [letter.to().as_str(), letter.subject(), letter.text()] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let name: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("<{name}@{}>", self.settings.from.email.domain())
    }
}

impl Mailer for Smtp {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(self.deliver(letter))
    }
}

/// Why a step did not end well.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// 5xx.
    Never(u16),
    /// 4xx.
    NotNow(u16),
    /// No answer, or none that is one.
    Silence,
}

impl Fault {
    /// Into the log, without the server's words: they repeat addresses.
    fn told(self, step: &'static str) -> Self {
        tracing::warn!(step, fault = ?self, "a letter did not get through");
        self
    }

    const fn try_again(self) -> MailError {
        MailError::Unreachable
    }

    const fn unless_refused(self) -> MailError {
        match self {
            Self::Never(_) => MailError::Refused,
            Self::NotNow(_) | Self::Silence => MailError::Unreachable,
        }
    }
}

async fn within<T>(patience: Duration, step: impl Future<Output = Result<T, smtp::Error>>) -> Result<T, Fault> {
    let Ok(ended) = tokio::time::timeout(patience, step).await else { return Err(Fault::Silence) };
    ended.map_err(|error| match error.status().map(u16::from) {
        Some(code) if error.is_permanent() => Fault::Never(code),
        Some(code) => Fault::NotNow(code),
        None => Fault::Silence,
    })
}

#[cfg(test)]
mod tests;
