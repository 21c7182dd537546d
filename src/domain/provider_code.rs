//! The provider's error codes (Bootpay F.4) as a closed set. A number and a name that the documents give to the same
//! trouble are one code. What a code means for an order is decided elsewhere; `text` has cause and remedy.

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $(| $other:literal)*,)+) => {
        /// Why the provider refused.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum ProviderCode {
            $($(#[$doc])* $variant,)+
            /// A code that no document has, as it came.
            Other(String),
        }

        impl ProviderCode {
            /// Every code that has a name of its own.
            pub const KNOWN: &[Self] = &[$(Self::$variant),+];

            /// From a code's name or number. What is not known is kept.
            pub fn parse(code: &str) -> Self {
                match code {
                    $($name $(| $other)* => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The name; the number where there is no name.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Other(code) => code,
                }
            }
        }
    };
}

codes! {
    // Common, keys and roles.
    TokenKeyInvalid = "TOKEN_KEY_INVALID",
    TokenInvalid = "TOKEN_INVALID",
    TokenExpired = "TOKEN_EXPIRED" | "-200",
    AccessTokenInvalid = "ACCESS_TOKEN_INVALID",
    /// The token is wrong or has expired; no name is documented.
    AccessTokenWrong = "1700",
    AppKeyNotFound = "APP_KEY_NOT_FOUND",
    AppKeyNotRest = "APP_KEY_NOT_REST",
    AppKeyNotMatched = "APP_SK_NOT_MATCHED",
    ApplicationIdInvalid = "APPLICATION_ID_INVALID" | "-100",
    /// No name is documented.
    ApplicationNotFound = "-2410",
    ScopeInvalid = "API_SCOPE_INVALID" | "-47",
    RoleNotSupported = "API_ROLE_NOT_SUPPORT",
    ParamInvalid = "API_PARAM_INVALID",
    UserSessionInvalid = "USER_SESSION_INVALID" | "420",
    ServerError = "SERVER_ERROR",
    /// The payment gateway behind the provider refused; no name is documented.
    GatewayError = "1204",
    // Invoices, orders and their cancels.
    InvoiceNotFound = "INVOICE_NOT_FOUND",
    InvoiceDenied = "INVOICE_DENIED",
    InvoiceTargetNotFound = "INVOICE_TARGET_NOT_FOUND",
    OrderProductBlank = "ORDER_PRODUCT_BLANK",
    OrderProductNotFound = "ORDER_PRODUCT_NOT_FOUND",
    OrderPriceNotMatch = "ORDER_PRICE_NOT_MATCH",
    OrderAddressBlank = "ORDER_ADDRESS_BLANK",
    UserAddressBlank = "USER_ADDRESS_BLANK",
    OrderNotFound = "ORDER_NOT_FOUND" | "3700",
    CancelAlreadyDone = "CANCEL_ALREADY_DONE" | "3708",
    CancelPriceOver = "CANCEL_PRICE_OVER" | "3710",
    OrderNotPaymentReady = "ORDER_NOT_PAYMENT_READY" | "3737",
    OrderExpired = "ORDER_EXPIRED" | "3770",
    ProductNotFound = "PRODUCT_NOT_FOUND",
    MonthlyBillingGroupInvalid = "MONTHLY_BILLING_USER_GROUP_ID_INVALID",
    // Subscriptions. The documents print `ORDER_SUBSCRIPTION_*_NOT_FOUND`; these are what the star stands for.
    SubscriptionNotFound = "ORDER_SUBSCRIPTION_NOT_FOUND",
    SubscriptionBillNotFound = "ORDER_SUBSCRIPTION_BILL_NOT_FOUND",
    SubscriptionAdjustmentNotFound = "ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND",
    SubscriptionRequestNotFound = "ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND",
    SubscriptionResumeUnable = "ORDER_SUBSCRIPTION_RESUME_UNABLE",
    SubscriptionResumeReasonRequired = "SUBSCRIPTION_RESUME_REASON_REQUIRED",
    ProcessDuplicated = "PROCESS_DUPLICATED",
    // Members.
    UserNotFound = "USER_NOT_FOUND",
    UserIdInvalid = "USER_ID_INVALID",
    UserLoginFailed = "USER_LOGIN_FAILED",
    UserEmailInvalid = "USER_EMAIL_INVALID",
    UserStandByNotFound = "USER_STAND_BY_NOT_FOUND",
    UserBusinessNumberBlank = "USER_BUSINESS_NUMBER_BLANK",
    UserGroupNotFound = "USER_GROUP_NOT_FOUND",
    UserGroupExternalUidExists = "USER_GROUP_EXTERNAL_UID_EXIST",
    BusinessNumberDuplicate = "BUSINESS_NUMBER_DUPLICATE",
    // Receipts.
    ReceiptNotFound = "RC_NOT_FOUND",
    ReceiptAlreadyCancelled = "RC_ALREADY_CANCELLED",
    ReceiptCancelFailed = "RC_CANCEL_SERVER_ERROR",
    ReceiptCancelCritical = "RC_CANCEL_CRITICAL_ERROR",
    ReceiptNotConfirmReady = "RC_NOT_CONFIRM_READY",
    ReceiptConfirmFailed = "RC_CONFIRM_FAILED",
    ReceiptConfirmCritical = "RC_CONFIRM_CRITICAL_FAILED",
    ReceiptNotSubscribe = "RC_NOT_SUBSCRIBE",
    ReceiptNotEscrow = "RC_NOT_ESCROW",
    CardExpiryMonthInvalid = "RC_INVALID_EXP_MONTH",
    CashReceiptFailed = "RC_CASH_RECEIPT_FAILED",
    // Billing keys and account auto-transfer.
    BillingKeyExpired = "SUBSCRIBE_BK_EXPIRED",
    SubscribeRequestFailed = "SUBSCRIBE_REQUEST_FAILED",
    SubscribePublishNotReady = "SUBSCRIBE_PUBLISH_NOT_READY",
    TransferHolderNotConfirmed = "SUBSCRIBE_AT_LOOKUP_USER_FAILED",
    TransferBankNotFound = "SUBSCRIBE_AT_BLANK_NOT_FOUND" | "2350",
    TransferHolderBlank = "SUBSCRIBE_AT_USERNAME_BLANK" | "2351",
    TransferAccountBlank = "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK" | "2352",
    TransferIdentityBlank = "SUBSCRIBE_AT_IDENTITY_NO_BLANK" | "2353",
    TransferPhoneBlank = "SUBSCRIBE_AT_PHONE_BLANK" | "2354",
    TransferBankCodeBlank = "SUBSCRIBE_AT_BANK_CODE_BLANK" | "2356",
    // Identity checks.
    AuthExpired = "AUTH_EXPIRED",
    AuthNotReady = "AUTH_NOT_READY",
    AuthNotConfirmed = "AUTH_NOT_CONFIRMED",
    AuthConfirmReadyFailed = "AUTH_CONFIRM_READY_FAILED",
    AuthNeedsMethod = "AUTH_NEED_PG_METHOD",
    AuthAlreadyDone = "AUTH_ALREADY_AUTHENTICATED",
}

impl ProviderCode {
    /// The customer has not finished the consent call yet: publishing is to be tried again later (Bootpay C.8, H-11).
    pub const fn is_not_ready(&self) -> bool {
        matches!(self, Self::SubscribeRequestFailed | Self::SubscribePublishNotReady)
    }
}

impl std::fmt::Display for ProviderCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_name_are_one_code() {
        for (number, name) in [
            ("-47", "API_SCOPE_INVALID"),
            ("3700", "ORDER_NOT_FOUND"),
            ("2350", "SUBSCRIBE_AT_BLANK_NOT_FOUND"),
            ("2356", "SUBSCRIBE_AT_BANK_CODE_BLANK"),
        ] {
            assert_eq!(ProviderCode::parse(number), ProviderCode::parse(name));
            assert_eq!(ProviderCode::parse(number).as_str(), name);
        }
    }

    #[test]
    fn every_code_is_read_back_and_others_are_kept() {
        for code in ProviderCode::KNOWN {
            assert_eq!(&ProviderCode::parse(code.as_str()), code);
        }
        for other in ["", "SOMETHING_NEW", "-48", "order_not_found"] {
            assert_eq!(ProviderCode::parse(other), ProviderCode::Other(other.to_owned()));
        }
    }

    #[test]
    fn both_codes_of_an_unfinished_consent_mean_later() {
        let later: Vec<_> = ProviderCode::KNOWN.iter().filter(|code| code.is_not_ready()).collect();
        assert_eq!(later, [&ProviderCode::SubscribeRequestFailed, &ProviderCode::SubscribePublishNotReady]);
    }
}
