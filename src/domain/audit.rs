//! What staff do that is written down.

use super::word::words;

words! {
    /// An act in the audit log.
    Act {
        LoggedIn = "logged_in",
        LoginFailed = "login_failed",
        LoggedOut = "logged_out",
        StaffCreated = "staff_created",
        /// A list of orders was seen, with customers' names.
        OrdersListed = "orders_listed",
        /// Orders left as a file.
        OrdersExported = "orders_exported",
        OrderShipped = "order_shipped",
        OrderCompleted = "order_completed",
    }
}
