//! What the provider's refusals mean to people: for each code that staff or customers can cause, why it came and what
//! to do about it. What only a programmer can put right has no words here.

use super::{Lang, text};
use crate::domain::provider_code::ProviderCode;

/// Why something was refused, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    pub cause: String,
    pub remedy: String,
}

/// Both texts of one group.
macro_rules! explained {
    ($lang:expr, $cause:literal, $remedy:literal) => {
        Some(Explained { cause: text!($lang, $cause), remedy: text!($lang, $remedy) })
    };
}

impl Lang {
    /// `None` for codes that neither staff nor customers can cause: a request that we should not have made, trouble of the
    /// provider's own, a code that nobody documented.
    pub fn refusal(self, code: &ProviderCode) -> Option<Explained> {
        match code {
            ProviderCode::TokenKeyInvalid
            | ProviderCode::TokenInvalid
            | ProviderCode::AccessTokenInvalid
            | ProviderCode::AppKeyNotFound
            | ProviderCode::AppKeyNotRest
            | ProviderCode::AppKeyNotMatched
            | ProviderCode::ApplicationIdInvalid
            | ProviderCode::ApplicationNotFound => {
                explained!(self, "provider-keys-cause", "provider-keys-remedy")
            }
            ProviderCode::TokenExpired | ProviderCode::AccessTokenWrong => {
                explained!(self, "provider-token-cause", "provider-token-remedy")
            }
            ProviderCode::ScopeInvalid | ProviderCode::RoleNotSupported => {
                explained!(self, "provider-role-cause", "provider-role-remedy")
            }
            ProviderCode::UserSessionInvalid => {
                explained!(self, "provider-session-cause", "provider-session-remedy")
            }
            ProviderCode::GatewayError => {
                explained!(self, "provider-gateway-cause", "provider-gateway-remedy")
            }
            ProviderCode::InvoiceNotFound => {
                explained!(self, "provider-invoice-not-found-cause", "provider-invoice-not-found-remedy")
            }
            ProviderCode::InvoiceDenied => {
                explained!(self, "provider-invoice-denied-cause", "provider-invoice-denied-remedy")
            }
            ProviderCode::InvoiceTargetNotFound => {
                explained!(self, "provider-recipient-cause", "provider-recipient-remedy")
            }
            ProviderCode::OrderProductBlank | ProviderCode::OrderProductNotFound | ProviderCode::ProductNotFound => {
                explained!(self, "provider-product-cause", "provider-product-remedy")
            }
            ProviderCode::OrderPriceNotMatch => {
                explained!(self, "provider-price-cause", "provider-price-remedy")
            }
            ProviderCode::OrderAddressBlank | ProviderCode::UserAddressBlank => {
                explained!(self, "provider-address-cause", "provider-address-remedy")
            }
            ProviderCode::OrderNotFound => {
                explained!(self, "provider-order-not-found-cause", "provider-order-not-found-remedy")
            }
            ProviderCode::CancelAlreadyDone | ProviderCode::ReceiptAlreadyCancelled => {
                explained!(self, "provider-cancelled-cause", "provider-cancelled-remedy")
            }
            ProviderCode::CancelPriceOver => {
                explained!(self, "provider-cancel-over-cause", "provider-cancel-over-remedy")
            }
            ProviderCode::OrderNotPaymentReady => {
                explained!(self, "provider-order-not-ready-cause", "provider-order-not-ready-remedy")
            }
            ProviderCode::OrderExpired => {
                explained!(self, "provider-order-expired-cause", "provider-order-expired-remedy")
            }
            ProviderCode::MonthlyBillingGroupInvalid | ProviderCode::UserGroupNotFound => {
                explained!(self, "provider-group-cause", "provider-group-remedy")
            }
            ProviderCode::SubscriptionNotFound
            | ProviderCode::SubscriptionBillNotFound
            | ProviderCode::SubscriptionAdjustmentNotFound
            | ProviderCode::SubscriptionRequestNotFound => {
                explained!(self, "provider-subscription-not-found-cause", "provider-subscription-not-found-remedy")
            }
            ProviderCode::SubscriptionResumeUnable => {
                explained!(self, "provider-not-paused-cause", "provider-not-paused-remedy")
            }
            ProviderCode::SubscriptionResumeReasonRequired => {
                explained!(self, "provider-reason-cause", "provider-reason-remedy")
            }
            ProviderCode::ProcessDuplicated => {
                explained!(self, "provider-decided-cause", "provider-decided-remedy")
            }
            ProviderCode::UserNotFound | ProviderCode::UserIdInvalid | ProviderCode::UserStandByNotFound => {
                explained!(self, "provider-user-not-found-cause", "provider-user-not-found-remedy")
            }
            ProviderCode::UserLoginFailed => {
                explained!(self, "provider-login-cause", "provider-login-remedy")
            }
            ProviderCode::UserEmailInvalid => {
                explained!(self, "provider-email-cause", "provider-email-remedy")
            }
            ProviderCode::UserBusinessNumberBlank | ProviderCode::BusinessNumberDuplicate => {
                explained!(self, "provider-business-number-cause", "provider-business-number-remedy")
            }
            ProviderCode::UserGroupExternalUidExists => {
                explained!(self, "provider-group-taken-cause", "provider-group-taken-remedy")
            }
            ProviderCode::ReceiptNotFound => {
                explained!(self, "provider-receipt-not-found-cause", "provider-receipt-not-found-remedy")
            }
            ProviderCode::ReceiptCancelFailed | ProviderCode::ReceiptCancelCritical => {
                explained!(self, "provider-cancel-failed-cause", "provider-cancel-failed-remedy")
            }
            ProviderCode::ReceiptNotConfirmReady => {
                explained!(self, "provider-not-confirmable-cause", "provider-not-confirmable-remedy")
            }
            ProviderCode::ReceiptConfirmFailed | ProviderCode::ReceiptConfirmCritical => {
                explained!(self, "provider-confirm-failed-cause", "provider-confirm-failed-remedy")
            }
            ProviderCode::ReceiptNotSubscribe => {
                explained!(self, "provider-not-billing-cause", "provider-not-billing-remedy")
            }
            ProviderCode::CardExpiryMonthInvalid => {
                explained!(self, "provider-card-month-cause", "provider-card-month-remedy")
            }
            ProviderCode::CashReceiptFailed => {
                explained!(self, "provider-cash-receipt-cause", "provider-cash-receipt-remedy")
            }
            ProviderCode::BillingKeyExpired => {
                explained!(self, "provider-billing-key-cause", "provider-billing-key-remedy")
            }
            ProviderCode::SubscribeRequestFailed | ProviderCode::SubscribePublishNotReady => {
                explained!(self, "provider-consent-open-cause", "provider-consent-open-remedy")
            }
            ProviderCode::TransferHolderNotConfirmed => {
                explained!(self, "provider-holder-cause", "provider-holder-remedy")
            }
            ProviderCode::TransferBankNotFound | ProviderCode::TransferBankCodeBlank => {
                explained!(self, "provider-bank-cause", "provider-bank-remedy")
            }
            ProviderCode::TransferHolderBlank => {
                explained!(self, "provider-holder-blank-cause", "provider-holder-blank-remedy")
            }
            ProviderCode::TransferAccountBlank => {
                explained!(self, "provider-account-blank-cause", "provider-account-blank-remedy")
            }
            ProviderCode::TransferIdentityBlank => {
                explained!(self, "provider-identity-blank-cause", "provider-identity-blank-remedy")
            }
            ProviderCode::TransferPhoneBlank => {
                explained!(self, "provider-phone-blank-cause", "provider-phone-blank-remedy")
            }
            ProviderCode::AuthExpired => {
                explained!(self, "provider-auth-expired-cause", "provider-auth-expired-remedy")
            }
            ProviderCode::AuthNotReady | ProviderCode::AuthNotConfirmed | ProviderCode::AuthConfirmReadyFailed => {
                explained!(self, "provider-auth-open-cause", "provider-auth-open-remedy")
            }
            ProviderCode::AuthAlreadyDone => {
                explained!(self, "provider-auth-done-cause", "provider-auth-done-remedy")
            }
            ProviderCode::ParamInvalid
            | ProviderCode::ServerError
            | ProviderCode::ReceiptNotEscrow
            | ProviderCode::AuthNeedsMethod
            | ProviderCode::Other(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_explain_the_same_codes_in_words() {
        for code in ProviderCode::KNOWN {
            let (ko, en) = (Lang::Ko.refusal(code), Lang::En.refusal(code));
            assert_eq!(ko.is_some(), en.is_some(), "{code}");
            for (explained, ending) in ko.into_iter().map(|one| (one, '요')).chain(en.into_iter().map(|one| (one, '.')))
            {
                for text in [explained.cause, explained.remedy] {
                    assert!(text.trim_end_matches('.').ends_with(ending) || text.ends_with(ending), "{code}: {text}");
                }
            }
        }
        assert_eq!(Lang::Ko.refusal(&ProviderCode::Other("NEW".into())), None);
    }
}
