//! What the merchant has decided for cases that nobody should have to decide one by one.

use super::word::words;

words! {
    /// What happens to money that comes after its order or link has expired or was stopped.
    LatePolicy {
        /// It counts, as if it had come in time.
        Accept = "accept",
        /// All of it goes back.
        Refund = "refund",
        /// A person is asked.
        Ask = "ask",
    }
}
