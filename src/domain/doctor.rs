//! What the doctor looks at and what it may find: a closed set, so that every finding has words with a
//! remedy in every language. A finding holds no secret and no text that came from outside.

use super::business::Detail;
use super::word::words;

words! {
    /// How much a finding matters.
    Severity {
        Fine = "ok",
        Warning = "warning",
        Failure = "failure",
    }
}

words! {
    /// What is looked at.
    Check {
        Configuration = "configuration",
        Database = "database",
        Writing = "writing",
        Migrations = "migrations",
        Stamp = "stamp",
        Mode = "mode",
        Keys = "keys",
        Role = "role",
        Clock = "clock",
        PublicUrl = "public_url",
        Https = "https",
        Footer = "footer",
        Script = "script",
        Proxies = "proxies",
        Disk = "disk",
        Owners = "owners",
        SecondFactor = "second_factor",
    }
}

impl PartialOrd for Check {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// In the order in which they are told.
impl Ord for Check {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (*self as u8).cmp(&(*other as u8))
    }
}

/// Why a configuration is refused before anything starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigTrouble {
    /// The value of this variable can't be read at all.
    Unreadable {
        variable: String,
    },
    KeyMissing {
        variable: &'static str,
        mode: &'static str,
    },
    NotHttps,
    NotAnOrigin,
    FooterEmpty {
        variable: &'static str,
    },
    EmulatorInTheOpen,
    EmulatorWithKeys,
    ModeMissing,
    EmulatorNotLoopback,
    SdkUrl,
    Secret,
    FirstOwnerPassword,
    SmtpUrl,
    SmtpInTheClear,
    MailFrom,
    StaffEmail,
    /// Letters would leave the machine in emulator mode.
    MailInEmulator,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    ConfigurationFine,
    ConfigurationRefused(ConfigTrouble),
    DatabaseAnswers,
    /// There is no file yet; the first start makes it.
    DatabaseAbsent,
    DatabaseSilent,
    Writable,
    NotWritable,
    MigrationsCurrent,
    MigrationsMissing {
        count: u64,
    },
    /// A newer program has been here.
    MigrationsUnknown,
    StampRight {
        mode: String,
    },
    StampOther {
        stamped: String,
        mode: String,
    },
    StampAbsent,
    /// Real keys in this mode.
    ModeOfBootpay {
        mode: String,
    },
    ModeEmulated,
    /// Unreal money on an address that others can reach.
    ModeEmulatedInTheOpen,
    KeysWork,
    /// The provider answered with this code of its own, or a status.
    KeysRefused {
        code: &'static str,
    },
    ProviderSilent,
    /// The stand-in starts and stops with the shop.
    EmulatorSilent,
    ProviderStrange,
    RoleFine,
    /// Not even the role that selling needs.
    RoleRefused,
    /// Enough to sell; what only a supervisor may do is refused.
    RoleOnlyUser,
    RoleUnknown,
    ClockRight {
        seconds: i64,
    },
    /// How far this machine is ahead of the provider; negative when it is behind.
    ClockWrong {
        seconds: i64,
    },
    ClockUnknown,
    PublicUrl {
        origin: String,
    },
    PublicUrlWrong,
    Https,
    /// Only this machine can reach it, so nothing travels.
    HttpsNotNeeded,
    NoHttps,
    FooterComplete,
    FooterEmpty {
        details: Vec<Detail>,
        is_production: bool,
    },
    ScriptReachable,
    ScriptSilent,
    ScriptWrong {
        status: u16,
    },
    ProxiesPlausible {
        count: usize,
    },
    /// HTTPS ends at a proxy that is not counted.
    ProxyMissing,
    /// Proxies are believed that can't be there.
    ProxiesTooMany {
        count: usize,
    },
    DiskRoom {
        mib: u64,
    },
    DiskLow {
        mib: u64,
    },
    DiskFull {
        mib: u64,
    },
    DiskUnknown,
    Owners {
        count: u64,
    },
    NoOwner,
    SecondFactorEverywhere,
    OwnersWithoutSecondFactor {
        count: u64,
    },
}

impl Finding {
    pub const fn check(&self) -> Check {
        match self {
            Self::ConfigurationFine | Self::ConfigurationRefused(_) => Check::Configuration,
            Self::DatabaseAnswers | Self::DatabaseAbsent | Self::DatabaseSilent => Check::Database,
            Self::Writable | Self::NotWritable => Check::Writing,
            Self::MigrationsCurrent | Self::MigrationsMissing { .. } | Self::MigrationsUnknown => Check::Migrations,
            Self::StampRight { .. } | Self::StampOther { .. } | Self::StampAbsent => Check::Stamp,
            Self::ModeOfBootpay { .. } | Self::ModeEmulated | Self::ModeEmulatedInTheOpen => Check::Mode,
            Self::KeysWork
            | Self::KeysRefused { .. }
            | Self::ProviderSilent
            | Self::EmulatorSilent
            | Self::ProviderStrange => Check::Keys,
            Self::RoleFine | Self::RoleRefused | Self::RoleOnlyUser | Self::RoleUnknown => Check::Role,
            Self::ClockRight { .. } | Self::ClockWrong { .. } | Self::ClockUnknown => Check::Clock,
            Self::PublicUrl { .. } | Self::PublicUrlWrong => Check::PublicUrl,
            Self::Https | Self::HttpsNotNeeded | Self::NoHttps => Check::Https,
            Self::FooterComplete | Self::FooterEmpty { .. } => Check::Footer,
            Self::ScriptReachable | Self::ScriptSilent | Self::ScriptWrong { .. } => Check::Script,
            Self::ProxiesPlausible { .. } | Self::ProxyMissing | Self::ProxiesTooMany { .. } => Check::Proxies,
            Self::DiskRoom { .. } | Self::DiskLow { .. } | Self::DiskFull { .. } | Self::DiskUnknown => Check::Disk,
            Self::Owners { .. } | Self::NoOwner => Check::Owners,
            Self::SecondFactorEverywhere | Self::OwnersWithoutSecondFactor { .. } => Check::SecondFactor,
        }
    }

    pub const fn severity(&self) -> Severity {
        match self {
            Self::ConfigurationFine
            | Self::DatabaseAnswers
            | Self::Writable
            | Self::MigrationsCurrent
            | Self::StampRight { .. }
            | Self::ModeOfBootpay { .. }
            | Self::ModeEmulated
            | Self::KeysWork
            | Self::RoleFine
            | Self::ClockRight { .. }
            | Self::PublicUrl { .. }
            | Self::Https
            | Self::HttpsNotNeeded
            | Self::FooterComplete
            | Self::ScriptReachable
            | Self::ProxiesPlausible { .. }
            | Self::DiskRoom { .. }
            | Self::Owners { .. }
            | Self::SecondFactorEverywhere => Severity::Fine,
            Self::DatabaseAbsent
            | Self::StampAbsent
            | Self::ModeEmulatedInTheOpen
            | Self::EmulatorSilent
            | Self::RoleOnlyUser
            | Self::RoleUnknown
            | Self::ClockWrong { .. }
            | Self::ClockUnknown
            | Self::NoHttps
            | Self::FooterEmpty { is_production: false, .. }
            | Self::ScriptSilent
            | Self::ProxyMissing
            | Self::ProxiesTooMany { .. }
            | Self::DiskLow { .. }
            | Self::DiskUnknown
            | Self::OwnersWithoutSecondFactor { .. } => Severity::Warning,
            Self::ConfigurationRefused(_)
            | Self::DatabaseSilent
            | Self::NotWritable
            | Self::MigrationsMissing { .. }
            | Self::MigrationsUnknown
            | Self::StampOther { .. }
            | Self::KeysRefused { .. }
            | Self::ProviderSilent
            | Self::ProviderStrange
            | Self::RoleRefused
            | Self::PublicUrlWrong
            | Self::FooterEmpty { is_production: true, .. }
            | Self::ScriptWrong { .. }
            | Self::DiskFull { .. }
            | Self::NoOwner => Severity::Failure,
        }
    }
}

/// The most that this machine's clock may differ from the provider's before it is worth a word.
pub const CLOCK_TOLERANCE_S: i64 = 30;

/// What a difference between the clocks means; `seconds` is how far this machine is ahead.
pub const fn clock(seconds: i64) -> Finding {
    if seconds.abs() > CLOCK_TOLERANCE_S { Finding::ClockWrong { seconds } } else { Finding::ClockRight { seconds } }
}

/// What the room that is left for the database means.
pub const fn disk(mib: u64) -> Finding {
    match mib {
        0..100 => Finding::DiskFull { mib },
        100..1024 => Finding::DiskLow { mib },
        _ => Finding::DiskRoom { mib },
    }
}

/// Whether this many proxies can stand in front of a shop with such an address. This program speaks no TLS,
/// so HTTPS ends at a proxy; and whoever is believed without being there lets visitors choose their address.
pub const fn proxies(count: usize, is_https: bool, is_loopback: bool) -> Finding {
    match count {
        0 if is_https => Finding::ProxyMissing,
        1.. if is_loopback && !is_https => Finding::ProxiesTooMany { count },
        5.. => Finding::ProxiesTooMany { count },
        _ => Finding::ProxiesPlausible { count },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_seconds_are_tolerated_and_one_more_is_not() {
        for fine in [0, 30, -30] {
            assert_eq!(clock(fine).severity(), Severity::Fine, "{fine}");
        }
        for wrong in [31, -31, i64::MAX] {
            assert_eq!(clock(wrong).severity(), Severity::Warning, "{wrong}");
        }
    }

    #[test]
    fn https_needs_a_proxy_and_loopback_has_none() {
        assert_eq!(proxies(0, true, false), Finding::ProxyMissing);
        assert_eq!(proxies(1, true, false), Finding::ProxiesPlausible { count: 1 });
        assert_eq!(proxies(0, false, true), Finding::ProxiesPlausible { count: 0 });
        assert_eq!(proxies(1, false, true), Finding::ProxiesTooMany { count: 1 });
        assert_eq!(proxies(5, true, false), Finding::ProxiesTooMany { count: 5 });
    }

    #[test]
    fn a_full_disk_fails_and_a_small_one_warns() {
        let severities = [99, 100, 1023, 1024].map(|mib| disk(mib).severity());
        assert_eq!(severities, [Severity::Failure, Severity::Warning, Severity::Warning, Severity::Fine]);
    }
}
