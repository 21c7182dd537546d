//! What staff do that is written down.

use super::word::words;

words! {
    /// An act in the audit log.
    Act {
        LoggedIn = "logged_in",
        LoginFailed = "login_failed",
        LoggedOut = "logged_out",
        StaffCreated = "staff_created",
        LinkMade = "link_made",
        LinkTried = "link_tried",
        LinkSeen = "link_seen",
        LinkSent = "link_sent",
        LinkStopped = "link_stopped",
        LinkReenabled = "link_reenabled",
        LinkExtended = "link_extended",
    }
}
