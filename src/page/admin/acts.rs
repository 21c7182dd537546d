//! The acts of the audit log in words.

use crate::domain::audit::Act;
use crate::text::{Lang, text};

/// An act, as a person says it.
pub(super) fn act(lang: Lang, act: Act) -> String {
    match act {
        Act::LoggedIn => text!(lang, "door-act-logged-in"),
        Act::LoginFailed => text!(lang, "door-act-login-failed"),
        Act::LoggedOut => text!(lang, "door-act-logged-out"),
        Act::StaffCreated => text!(lang, "door-act-staff-created"),
        Act::CodeRefused => text!(lang, "door-act-code-refused"),
        Act::RecoveryCodeUsed => text!(lang, "door-act-recovery-code-used"),
        Act::PasswordRefused => text!(lang, "door-act-password-refused"),
        Act::PasswordChanged => text!(lang, "door-act-password-changed"),
        Act::OneTimePasswordMade => text!(lang, "door-act-one-time-password-made"),
        Act::SessionEnded => text!(lang, "door-act-session-ended"),
        Act::OtherSessionsEnded => text!(lang, "door-act-other-sessions-ended"),
        Act::AllSessionsEnded => text!(lang, "door-act-all-sessions-ended"),
        Act::FactorBegun => text!(lang, "door-act-factor-begun"),
        Act::FactorOn => text!(lang, "door-act-factor-on"),
        Act::FactorOff => text!(lang, "door-act-factor-off"),
        Act::RecoveryCodesMade => text!(lang, "door-act-recovery-codes-made"),
        Act::StaffInvited => text!(lang, "door-act-staff-invited"),
        Act::InvitationWithdrawn => text!(lang, "door-act-invitation-withdrawn"),
        Act::InvitationAccepted => text!(lang, "door-act-invitation-accepted"),
        Act::RoleChanged => text!(lang, "door-act-role-changed"),
        Act::StaffDismissed => text!(lang, "door-act-staff-dismissed"),
        Act::FactorEnded => text!(lang, "door-act-factor-ended"),
        Act::PlanCreated => text!(lang, "act-plan-created"),
        Act::PlanChanged => text!(lang, "act-plan-changed"),
        Act::PlanStopped => text!(lang, "act-plan-stopped"),
        Act::PlanResumed => text!(lang, "act-plan-resumed"),
        Act::PriceChanged => text!(lang, "act-price-changed"),
        Act::PriceRetired => text!(lang, "act-price-retired"),
        Act::PromotionCreated => text!(lang, "act-promotion-created"),
        Act::PromotionChanged => text!(lang, "act-promotion-changed"),
        Act::PromotionStopped => text!(lang, "act-promotion-stopped"),
        Act::PromotionResumed => text!(lang, "act-promotion-resumed"),
        Act::ReviewCounted => text!(lang, "review-act-counted"),
        Act::ReviewGivenBack => text!(lang, "review-act-given-back"),
        Act::ReviewKept => text!(lang, "review-act-kept"),
    }
}
