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

words! {
    /// Who completes a payment that the buyer has authenticated (Bootpay E.9).
    Approval {
        /// The provider, at once.
        AtOnce = "at_once",
        /// The shop, after it has checked order and amount. Until then nothing is charged.
        Separate = "separate",
    }
}
