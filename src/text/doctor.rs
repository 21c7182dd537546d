//! What the doctor says: for each finding what it is, what it means, and what to do.

use super::{Lang, text};
use crate::domain::business::Detail;
use crate::domain::doctor::{Check, ConfigTrouble, Finding, Severity};

impl Lang {
    /// What is looked at.
    pub fn check(self, check: Check) -> String {
        match check {
            Check::Configuration => text!(self, "doctor-check-configuration"),
            Check::Database => text!(self, "doctor-check-database"),
            Check::Writing => text!(self, "doctor-check-writing"),
            Check::Migrations => text!(self, "doctor-check-migrations"),
            Check::Stamp => text!(self, "doctor-check-stamp"),
            Check::Mode => text!(self, "doctor-check-mode"),
            Check::Keys => text!(self, "doctor-check-keys"),
            Check::Role => text!(self, "doctor-check-role"),
            Check::Clock => text!(self, "doctor-check-clock"),
            Check::PublicUrl => text!(self, "doctor-check-public-url"),
            Check::Https => text!(self, "doctor-check-https"),
            Check::Footer => text!(self, "doctor-check-footer"),
            Check::Script => text!(self, "doctor-check-script"),
            Check::Proxies => text!(self, "doctor-check-proxies"),
            Check::Disk => text!(self, "doctor-check-disk"),
            Check::Owners => text!(self, "doctor-check-owners"),
            Check::SecondFactor => text!(self, "doctor-check-second-factor"),
        }
    }

    pub fn severity(self, severity: Severity) -> String {
        match severity {
            Severity::Fine => text!(self, "doctor-ok"),
            Severity::Warning => text!(self, "doctor-warning"),
            Severity::Failure => text!(self, "doctor-failure"),
        }
    }

    /// A detail of the business, as the settings call it.
    pub fn detail(self, detail: Detail) -> String {
        match detail {
            Detail::Name => text!(self, "settings-business-name"),
            Detail::Representative => text!(self, "settings-business-representative"),
            Detail::Address => text!(self, "settings-business-address"),
            Detail::Phone => text!(self, "settings-business-phone"),
            Detail::Email => text!(self, "settings-business-email"),
            Detail::BusinessNumber => text!(self, "settings-business-number"),
            Detail::MailOrderNumber => text!(self, "settings-mail-order-number"),
            Detail::Hosting => text!(self, "settings-hosting"),
        }
    }

    /// What was found, what it means, and what to do.
    pub fn finding(self, finding: &Finding) -> String {
        match finding {
            Finding::ConfigurationFine => text!(self, "doctor-configuration-fine"),
            Finding::ConfigurationRefused(trouble) => self.config_trouble(trouble),
            Finding::DatabaseAnswers => text!(self, "doctor-database-answers"),
            Finding::DatabaseAbsent => text!(self, "doctor-database-absent"),
            Finding::DatabaseSilent => text!(self, "doctor-database-silent"),
            Finding::Writable => text!(self, "doctor-writable"),
            Finding::NotWritable => text!(self, "doctor-not-writable"),
            Finding::MigrationsCurrent => text!(self, "doctor-migrations-current"),
            Finding::MigrationsMissing { count } => {
                text!(self, "doctor-migrations-missing", count = count.to_string())
            }
            Finding::MigrationsUnknown => text!(self, "doctor-migrations-unknown"),
            Finding::StampRight { mode } => text!(self, "doctor-stamp-right", mode = mode.as_str()),
            Finding::StampOther { stamped, mode } => {
                text!(self, "doctor-stamp-other", stamped = stamped.as_str(), mode = mode.as_str())
            }
            Finding::StampAbsent => text!(self, "doctor-stamp-absent"),
            Finding::ModeOfBootpay { mode } => text!(self, "doctor-mode-bootpay", mode = mode.as_str()),
            Finding::ModeEmulated => text!(self, "doctor-mode-emulated"),
            Finding::ModeEmulatedInTheOpen => text!(self, "doctor-mode-emulated-in-the-open"),
            Finding::KeysWork => text!(self, "doctor-keys-work"),
            Finding::KeysRefused { code } => text!(self, "doctor-keys-refused", code = code.to_string()),
            Finding::ProviderSilent => text!(self, "doctor-provider-silent"),
            Finding::EmulatorSilent => text!(self, "doctor-emulator-silent"),
            Finding::ProviderStrange => text!(self, "doctor-provider-strange"),
            Finding::RoleFine => text!(self, "doctor-role-fine"),
            Finding::RoleRefused => text!(self, "doctor-role-refused"),
            Finding::RoleOnlyUser => text!(self, "doctor-role-only-user"),
            Finding::RoleUnknown => text!(self, "doctor-role-unknown"),
            Finding::ClockRight { seconds } => {
                text!(self, "doctor-clock-right", seconds = seconds.unsigned_abs().max(1).to_string())
            }
            Finding::ClockWrong { seconds: ahead @ 0.. } => {
                text!(self, "doctor-clock-ahead", seconds = ahead.to_string())
            }
            Finding::ClockWrong { seconds } => {
                text!(self, "doctor-clock-behind", seconds = seconds.unsigned_abs().to_string())
            }
            Finding::ClockUnknown => text!(self, "doctor-clock-unknown"),
            Finding::PublicUrl { origin } => text!(self, "doctor-public-url", origin = origin.as_str()),
            Finding::PublicUrlWrong => text!(self, "doctor-public-url-wrong"),
            Finding::Https => text!(self, "doctor-https"),
            Finding::HttpsNotNeeded => text!(self, "doctor-https-not-needed"),
            Finding::NoHttps => text!(self, "doctor-no-https"),
            Finding::FooterComplete => text!(self, "doctor-footer-complete"),
            Finding::FooterEmpty { details, .. } => self.footer(details),
            Finding::ScriptReachable => text!(self, "doctor-script-reachable"),
            Finding::ScriptSilent => text!(self, "doctor-script-silent"),
            Finding::ScriptWrong { status } => text!(self, "doctor-script-wrong", status = status.to_string()),
            Finding::ProxiesPlausible { count } => text!(self, "doctor-proxies-plausible", count = count.to_string()),
            Finding::ProxyMissing => text!(self, "doctor-proxy-missing"),
            Finding::ProxiesTooMany { count } => text!(self, "doctor-proxies-too-many", count = count.to_string()),
            Finding::DiskRoom { mib } => text!(self, "doctor-disk-room", mib = mib.to_string()),
            Finding::DiskLow { mib } => text!(self, "doctor-disk-low", mib = mib.to_string()),
            Finding::DiskFull { mib } => text!(self, "doctor-disk-full", mib = mib.to_string()),
            Finding::DiskUnknown => text!(self, "doctor-disk-unknown"),
            Finding::Owners { count } => text!(self, "doctor-owners", count = count.to_string()),
            Finding::NoOwner => text!(self, "doctor-no-owner"),
            Finding::SecondFactorEverywhere => text!(self, "doctor-second-factor-everywhere"),
            Finding::OwnersWithoutSecondFactor { count } => {
                text!(self, "doctor-owners-without-second-factor", count = count.to_string())
            }
        }
    }

    /// How many of each severity.
    pub fn findings(self, findings: &[Finding]) -> String {
        let count = |wanted| findings.iter().filter(|finding| finding.severity() == wanted).count().to_string();
        text!(
            self,
            "doctor-sum",
            fine = count(Severity::Fine),
            warnings = count(Severity::Warning),
            failures = count(Severity::Failure)
        )
    }

    fn footer(self, missing: &[Detail]) -> String {
        let details = missing.iter().map(|detail| self.detail(*detail)).collect::<Vec<_>>().join(", ");
        let variables = missing.iter().map(|detail| detail.variable()).collect::<Vec<_>>().join(", ");
        text!(self, "doctor-footer-missing", details = details, variables = variables)
    }

    fn config_trouble(self, trouble: &ConfigTrouble) -> String {
        match trouble {
            ConfigTrouble::Unreadable { variable } => {
                text!(self, "doctor-config-unreadable", variable = variable.as_str())
            }
            ConfigTrouble::KeyMissing { variable, mode } => {
                text!(self, "doctor-config-key-missing", variable = variable.to_string(), mode = mode.to_string())
            }
            ConfigTrouble::NotHttps => text!(self, "doctor-config-not-https"),
            ConfigTrouble::NotAnOrigin => text!(self, "doctor-config-not-an-origin"),
            ConfigTrouble::FooterEmpty { variable } => {
                text!(self, "doctor-config-footer-empty", variable = variable.to_string())
            }
            ConfigTrouble::EmulatorInTheOpen => text!(self, "doctor-config-emulator-in-the-open"),
            ConfigTrouble::EmulatorWithKeys => text!(self, "doctor-config-emulator-with-keys"),
            ConfigTrouble::ModeMissing => text!(self, "doctor-config-mode-missing"),
            ConfigTrouble::EmulatorNotLoopback => text!(self, "doctor-config-emulator-not-loopback"),
            ConfigTrouble::SdkUrl => text!(self, "doctor-config-sdk-url"),
            ConfigTrouble::Secret => text!(self, "doctor-config-secret"),
            ConfigTrouble::FirstOwnerPassword => text!(self, "doctor-config-first-owner-password"),
            ConfigTrouble::SmtpUrl => text!(self, "mail-config-smtp-url"),
            ConfigTrouble::SmtpInTheClear => text!(self, "mail-config-in-the-clear"),
            ConfigTrouble::MailFrom => text!(self, "mail-config-from"),
            ConfigTrouble::StaffEmail => text!(self, "mail-config-staff"),
            ConfigTrouble::MailInEmulator => text!(self, "mail-config-emulator"),
        }
    }
}
