//! What staff do that is written down.

use super::word::words;

words! {
    /// An act in the audit log.
    Act {
        LoggedIn = "logged_in",
        LoginFailed = "login_failed",
        LoggedOut = "logged_out",
        StaffCreated = "staff_created",
        BusinessChanged = "business_changed",
        PolicyChanged = "policy_changed",
    }
}
