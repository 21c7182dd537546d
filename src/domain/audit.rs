//! What staff do that is written down.

use super::word::words;

words! {
    /// An act in the audit log.
    Act {
        LoggedIn = "logged_in",
        LoginFailed = "login_failed",
        LoggedOut = "logged_out",
        StaffCreated = "staff_created",
        PlanCreated = "plan_created",
        PlanChanged = "plan_changed",
        PlanStopped = "plan_stopped",
        PlanResumed = "plan_resumed",
        PriceChanged = "price_changed",
        PriceRetired = "price_retired",
        PromotionCreated = "promotion_created",
        PromotionChanged = "promotion_changed",
        PromotionStopped = "promotion_stopped",
        PromotionResumed = "promotion_resumed",
    }
}
