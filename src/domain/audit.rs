//! What staff do that is written down.

use super::word::words;

words! {
    /// An act in the audit log.
    Act {
        LoggedIn = "logged_in",
        LoginFailed = "login_failed",
        LoggedOut = "logged_out",
        StaffCreated = "staff_created",
        CodeRefused = "code_refused",
        RecoveryCodeUsed = "recovery_code_used",
        PasswordRefused = "password_refused",
        PasswordChanged = "password_changed",
        OneTimePasswordMade = "one_time_password_made",
        SessionEnded = "session_ended",
        OtherSessionsEnded = "other_sessions_ended",
        AllSessionsEnded = "all_sessions_ended",
        FactorBegun = "factor_begun",
        FactorOn = "factor_on",
        FactorOff = "factor_off",
        RecoveryCodesMade = "recovery_codes_made",
        StaffInvited = "staff_invited",
        InvitationWithdrawn = "invitation_withdrawn",
        InvitationAccepted = "invitation_accepted",
        RoleChanged = "role_changed",
        StaffDismissed = "staff_dismissed",
        FactorEnded = "factor_ended",
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
        ReviewCounted = "review_counted",
        ReviewGivenBack = "review_given_back",
        ReviewKept = "review_kept",
    }
}
