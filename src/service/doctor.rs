//! The doctor: looks at everything that must be right before money can be taken, and says what it found.
//! Every question to the network is short and bounded; nothing that is found holds a secret.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::Services;
use crate::clock::Clock;
use crate::domain::business::Business;
use crate::domain::doctor::{Finding, clock, disk, proxies};
use crate::provider::ProviderError;
use crate::provider::bootpay::{Bootpay, Role};
use crate::store::{Db, StoreError, shop, vitals};

/// The longest that one question to the network may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How this program was set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The payment mode's word.
    pub mode: String,
    /// Where browsers fetch the vendor's script.
    pub sdk_url: String,
    pub trusted_proxies: usize,
    /// Where the database's file lies; none with PostgreSQL.
    pub folder: Option<PathBuf>,
}

impl Default for Installation {
    fn default() -> Self {
        Self { mode: EMULATOR.to_owned(), sdk_url: String::new(), trusted_proxies: 0, folder: None }
    }
}

const EMULATOR: &str = "emulator";
const PRODUCTION: &str = "production";

impl Services {
    /// Looks at everything. `business` is what the footer shows now.
    pub async fn examine(&self, business: &Business) -> Vec<Finding> {
        let mut found = examine_database(&self.db, self.clock.as_ref(), &self.installation.mode).await;
        let (clock, installation) = (self.clock.as_ref(), self.installation.as_ref());
        found.extend(examine_rest(&self.bootpay, clock, &self.public_url, installation, business).await);
        found.sort_by_key(Finding::check);
        found
    }
}

/// What can be said without the database: the provider, the address, the machine.
pub async fn examine_rest(
    bootpay: &Bootpay,
    machine: &dyn Clock,
    origin: &str,
    installation: &Installation,
    business: &Business,
) -> Vec<Finding> {
    let (is_emulated, is_production) = (installation.mode == EMULATOR, installation.mode == PRODUCTION);
    let address = Address::of(origin);
    let mode = match (is_emulated, &address) {
        (false, _) => Finding::ModeOfBootpay { mode: installation.mode.clone() },
        (true, Some(address)) if !address.is_loopback => Finding::ModeEmulatedInTheOpen,
        (true, _) => Finding::ModeEmulated,
    };
    let ((user, difference), (supervisor, _), script) = tokio::join!(
        probe(bootpay, machine, Role::User),
        probe(bootpay, machine, Role::Supervisor),
        tokio::time::timeout(PATIENCE, bootpay.reach(&installation.sdk_url)),
    );
    let missing = business.missing();
    let mut found = vec![
        mode,
        keys(&user, is_emulated),
        role(&user, &supervisor),
        difference.map_or(Finding::ClockUnknown, clock),
        if missing.is_empty() {
            Finding::FooterComplete
        } else {
            Finding::FooterEmpty { details: missing, is_production }
        },
        match script {
            Ok(Ok(200..300)) => Finding::ScriptReachable,
            Ok(Ok(status)) => Finding::ScriptWrong { status },
            Ok(Err(_)) | Err(_) => Finding::ScriptSilent,
        },
    ];
    found.extend(public_url(address.as_ref(), origin));
    if let Some(address) = &address {
        found.push(proxies(installation.trusted_proxies, address.is_https, address.is_loopback));
    }
    found.extend(room(installation.folder.clone()).await);
    found.sort_by_key(Finding::check);
    found
}

/// The provider's answer in this role, and how many seconds this machine is ahead of it, where it told.
async fn probe(bootpay: &Bootpay, machine: &dyn Clock, role: Role) -> (Result<(), ProviderError>, Option<i64>) {
    let asked = machine.now();
    let Ok(heard) = tokio::time::timeout(PATIENCE, bootpay.probe(role)).await else {
        return (Err(ProviderError::Unreachable("no answer in time".into())), None);
    };
    let now = machine.now();
    // The provider wrote its date in the middle of the exchange, as far as anybody knows.
    let middle = asked.plus_ms(now.since_ms(asked) / 2);
    (heard.answer, heard.date.map(|date| middle.since_ms(date) / 1000))
}

/// What can be said of the database alone, also when the rest of the configuration is refused.
pub async fn examine_database(db: &Db, clock: &dyn Clock, mode: &str) -> Vec<Finding> {
    if db.read(|tx| Box::pin(vitals::answer(tx))).await.is_err() {
        return vec![Finding::DatabaseSilent];
    }
    let mut found = vec![Finding::DatabaseAnswers];
    let standing = match db.standing().await {
        Ok(standing) => standing,
        Err(error) => return silent(found, &error),
    };
    found.push(if standing.is_newer {
        Finding::MigrationsUnknown
    } else if standing.missing > 0 {
        Finding::MigrationsMissing { count: standing.missing }
    } else {
        Finding::MigrationsCurrent
    });
    if standing.missing > 0 {
        // What the other questions are about may not be there yet.
        return found;
    }
    let now = clock.now().get().to_string();
    let written = db
        .write(move |tx| {
            let now = now.clone();
            Box::pin(async move { shop::set(tx, shop::EXAMINED, &now).await })
        })
        .await;
    found.push(if written.is_ok() { Finding::Writable } else { Finding::NotWritable });
    let stamp = db.read(|tx| Box::pin(shop::get(tx, shop::MODE))).await;
    let owners = db.read(|tx| Box::pin(vitals::owners(tx))).await;
    let (stamp, (owners, bare)) = match (stamp, owners) {
        (Ok(stamp), Ok(owners)) => (stamp, owners),
        (Err(error), _) | (_, Err(error)) => return silent(found, &error),
    };
    found.push(match stamp {
        None => Finding::StampAbsent,
        Some(stamped) if stamped == mode => Finding::StampRight { mode: stamped },
        Some(stamped) => Finding::StampOther { stamped, mode: mode.to_owned() },
    });
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    if owners == 0 {
        found.push(Finding::NoOwner);
        return found;
    }
    found.push(Finding::Owners { count: count(owners) });
    found.push(match count(bare) {
        0 => Finding::SecondFactorEverywhere,
        count => Finding::OwnersWithoutSecondFactor { count },
    });
    found
}

fn silent(mut found: Vec<Finding>, error: &StoreError) -> Vec<Finding> {
    tracing::warn!(%error, "the doctor could not read the database");
    found.push(Finding::DatabaseSilent);
    found
}

/// Where customers reach the shop.
struct Address {
    is_https: bool,
    is_loopback: bool,
}

impl Address {
    fn of(url: &str) -> Option<Self> {
        let uri: http::Uri = url.parse().ok()?;
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|host| host.is_loopback());
        match uri.scheme_str() {
            Some("https") => Some(Self { is_https: true, is_loopback }),
            Some("http") => Some(Self { is_https: false, is_loopback }),
            _ => None,
        }
    }
}

fn public_url(address: Option<&Address>, url: &str) -> Vec<Finding> {
    match address {
        None => vec![Finding::PublicUrlWrong],
        Some(address) => {
            let https = match (address.is_https, address.is_loopback) {
                (true, _) => Finding::Https,
                (false, true) => Finding::HttpsNotNeeded,
                (false, false) => Finding::NoHttps,
            };
            vec![Finding::PublicUrl { origin: url.to_owned() }, https]
        }
    }
}

/// Codes that mean "not with these keys" (Bootpay F.4), in our own words.
const KEY_CODES: [&str; 9] = [
    "TOKEN_KEY_INVALID",
    "TOKEN_INVALID",
    "TOKEN_EXPIRED",
    "ACCESS_TOKEN_INVALID",
    "APP_KEY_NOT_FOUND",
    "APP_KEY_NOT_REST",
    "APP_SK_NOT_MATCHED",
    "APPLICATION_ID_INVALID",
    "1700",
];

const ROLE_CODES: [&str; 3] = ["API_ROLE_NOT_SUPPORT", "API_SCOPE_INVALID", "-47"];

fn is_about_the_role(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused { code, .. } if ROLE_CODES.contains(&code.as_str()))
}

fn keys(answer: &Result<(), ProviderError>, is_emulated: bool) -> Finding {
    match answer {
        Ok(()) => Finding::KeysWork,
        // The keys were known; what they may not do is told under their role.
        Err(error) if is_about_the_role(error) => Finding::KeysWork,
        Err(ProviderError::Refused { status, code, .. }) => {
            match (KEY_CODES.into_iter().find(|known| *known == code.as_str()), status) {
                (Some(code), _) => Finding::KeysRefused { code },
                (None, 401) => Finding::KeysRefused { code: "401" },
                (None, 403) => Finding::KeysRefused { code: "403" },
                (None, _) => Finding::ProviderStrange,
            }
        }
        Err(ProviderError::Unreachable(_)) if is_emulated => Finding::EmulatorSilent,
        Err(ProviderError::Unreachable(_)) => Finding::ProviderSilent,
        Err(ProviderError::Malformed(_)) => Finding::ProviderStrange,
    }
}

fn role(user: &Result<(), ProviderError>, supervisor: &Result<(), ProviderError>) -> Finding {
    match (user, supervisor) {
        (Err(error), _) if is_about_the_role(error) => Finding::RoleRefused,
        (Err(_), _) => Finding::RoleUnknown,
        (Ok(()), Ok(())) => Finding::RoleFine,
        (Ok(()), Err(error)) if is_about_the_role(error) => Finding::RoleOnlyUser,
        (Ok(()), Err(_)) => Finding::RoleUnknown,
    }
}

/// How much room the database's file has to grow; where its folder is still to be made, in the next above.
async fn room(folder: Option<PathBuf>) -> Option<Finding> {
    let folder = folder?;
    let free = tokio::task::spawn_blocking(move || {
        let folder = std::path::absolute(folder).ok()?;
        rustix::fs::statvfs(folder.ancestors().find(|folder| folder.exists())?).ok()
    });
    Some(match free.await {
        Ok(Some(free)) => disk(free.f_bavail.saturating_mul(free.f_frsize) / (1024 * 1024)),
        _ => Finding::DiskUnknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider_code::ProviderCode;
    use crate::provider::RequestId;

    fn refused(status: u16, code: &str) -> Result<(), ProviderError> {
        Err(ProviderError::Refused {
            request: RequestId::default(),
            status,
            code: ProviderCode::parse(code),
            message: String::new(),
        })
    }

    #[test]
    fn wrong_keys_a_wrong_role_and_silence_are_told_apart() {
        assert_eq!(keys(&refused(401, "TOKEN_KEY_INVALID"), false), Finding::KeysRefused { code: "TOKEN_KEY_INVALID" });
        assert_eq!(keys(&refused(401, "SOMETHING_NEW"), false), Finding::KeysRefused { code: "401" });
        assert_eq!(keys(&refused(403, "API_ROLE_NOT_SUPPORT"), false), Finding::KeysWork);
        assert_eq!(keys(&refused(400, "API_PARAM_INVALID"), false), Finding::ProviderStrange);
        let lost = Err(ProviderError::Unreachable("".into()));
        assert_eq!(keys(&lost, false), Finding::ProviderSilent);
        assert_eq!(keys(&lost, true), Finding::EmulatorSilent);
        assert_eq!(role(&refused(403, "API_ROLE_NOT_SUPPORT"), &Ok(())), Finding::RoleRefused);
        assert_eq!(role(&Ok(()), &refused(403, "-47")), Finding::RoleOnlyUser);
        assert_eq!(role(&lost, &lost), Finding::RoleUnknown);
        assert_eq!(role(&Ok(()), &Ok(())), Finding::RoleFine);
    }

    #[test]
    fn an_address_is_read_for_what_it_means() {
        let of = |url: &str| Address::of(url).map(|address| (address.is_https, address.is_loopback));
        assert_eq!(of("https://shop.example"), Some((true, false)));
        assert_eq!(of("http://[::1]:3000"), Some((false, true)));
        assert_eq!(of("http://localhost:3000"), Some((false, true)));
        assert_eq!(of("http://10.0.0.5:3000"), Some((false, false)));
        assert_eq!(of("shop.example"), None);
    }
}
