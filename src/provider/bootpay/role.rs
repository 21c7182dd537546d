//! The scope under which a key acts (Bootpay A.4). Which call needs which is in the table of endpoints.

/// Sent as `BOOTPAY-ROLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What selling needs.
    User,
    /// What changes the catalogue.
    Manager,
    Partner,
    Vendor,
    /// What changes the shop at the provider.
    Supervisor,
}

impl Role {
    /// The word in the header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Manager => "manager",
            Self::Partner => "partner",
            Self::Vendor => "vendor",
            Self::Supervisor => "supervisor",
        }
    }
}
