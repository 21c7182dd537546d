//! Every call of Bootpay that the client can make, as a table. A request can be built from a row of it only, so the
//! table has no hole; the document's table is made from it (`docs/bootpay.md`). Says nothing about bodies.

use http::Method;

use super::Role;

/// One of the two systems (Bootpay A.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// `/v1`
    Commerce,
    /// `/v2`
    Pg,
}

/// Whether a call bears an `Idempotency-Key` (Bootpay I.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyed {
    Yes,
    No,
}

/// One row.
#[derive(Debug)]
pub struct Endpoint {
    pub method: Method,
    /// Below the API's base address; `{…}` stands for a name.
    pub path: &'static str,
    pub api: Api,
    /// The least role that Bootpay asks for. PG asks for none; `User` is sent.
    pub role: Role,
    pub keyed: Keyed,
    /// The client's method.
    pub client: &'static str,
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident: $method:ident $path:literal $api:ident $role:ident $keyed:ident $client:literal;)+) => {
        $($(#[$doc])* pub static $name: Endpoint = Endpoint {
            method: Method::$method,
            path: $path,
            api: Api::$api,
            role: Role::$role,
            keyed: Keyed::$keyed,
            client: $client,
        };)+

        /// The whole table, Commerce first.
        pub static ALL: &[&Endpoint] = &[$(&$name),+];
    };
}

endpoints! {
    COMMERCE_TOKEN: POST "/request/token" Commerce User No "commerce_token";

    // Bootpay B.1
    INVOICES: GET "/invoices" Commerce User No "invoices";
    INVOICE_CREATE: POST "/invoices" Commerce User Yes "issue_invoice";
    INVOICE: GET "/invoices/{invoice_id}" Commerce User No "invoice_detail";
    INVOICE_NOTIFY: POST "/invoices/{invoice_id}/notify" Commerce User Yes "notify";

    // Bootpay B.2
    PRODUCTS: GET "/products" Commerce User No "products";
    PRODUCT: GET "/products/{product_id}" Commerce User No "product";
    PRODUCT_CREATE: POST "/products" Commerce Manager Yes "create_product";
    PRODUCT_UPDATE: PUT "/products/{product_id}" Commerce Manager Yes "update_product";
    PRODUCT_STATUS: PUT "/products/{product_id}/status" Commerce Manager Yes "set_product_status";
    PRODUCT_DELETE: DELETE "/products/{product_id}" Commerce Manager Yes "delete_product";

    // Bootpay B.3, E.9
    ORDERS: GET "/orders" Commerce User No "list_orders";
    ORDER: GET "/orders/{order_id_or_number}" Commerce User No "order_detail";
    ORDERS_MONTH: GET "/orders/month" Commerce User No "orders_of_month";
    ORDER_CONFIRM: POST "/order/confirm" Commerce User Yes "confirm_order";

    // Bootpay B.5. One address serves the buyer's request and the merchant's cancel; the role tells them apart.
    ORDER_CANCELS: GET "/order/cancel" Commerce User No "order_cancels";
    ORDER_CANCEL_REQUEST: POST "/order/cancel" Commerce User Yes "request_cancel";
    ORDER_CANCEL: POST "/order/cancel" Commerce Supervisor Yes "cancel_order";
    ORDER_CANCEL_WITHDRAW: PUT "/order/cancel/{request_id}/withdraw" Commerce User Yes "withdraw_cancel";
    ORDER_CANCEL_APPROVE: PUT "/order/cancel/{request_id}/approve" Commerce Supervisor Yes "approve_cancel";
    ORDER_CANCEL_REJECT: PUT "/order/cancel/{request_id}/reject" Commerce Supervisor Yes "reject_cancel";
    BILL_CANCEL: POST "/order_subscriptions/bill/cancel" Commerce Supervisor Yes "cancel_bill";

    // Bootpay B.6
    SUBSCRIPTIONS: GET "/order_subscriptions" Commerce User No "subscriptions";
    SUBSCRIPTION: GET "/order_subscriptions/{order_subscription_id}" Commerce User No "subscription";
    SUBSCRIPTION_UPDATE: PUT "/order_subscriptions/{order_subscription_id}" Commerce Supervisor Yes "update_subscription";
    SUBSCRIPTION_APPROVE: PUT "/order_subscriptions/{order_subscription_id}/approve" Commerce Supervisor Yes "approve_subscription";
    SUBSCRIPTION_REJECT: PUT "/order_subscriptions/{order_subscription_id}/reject" Commerce Supervisor Yes "reject_subscription";
    SUBSCRIPTION_PAUSE: PUT "/order_subscriptions/{order_subscription_id}/pause" Commerce Supervisor Yes "pause_subscription";
    SUBSCRIPTION_RESUME: PUT "/order_subscriptions/{order_subscription_id}/resume" Commerce Supervisor Yes "resume_subscription";
    SUBSCRIPTION_TERMINATE: PUT "/order_subscriptions/{order_subscription_id}/terminate" Commerce Supervisor Yes "terminate_subscription";
    SUBSCRIPTION_CHARGE: POST "/order_subscriptions/charge" Commerce Supervisor Yes "charge_subscription";
    SUBSCRIPTION_CHARGE_REVOKE: DELETE "/order_subscriptions/charge" Commerce Supervisor Yes "revoke_charge_key";
    REQUEST_PAUSE: POST "/order_subscriptions/requests/ing/pause" Commerce User Yes "request_pause";
    REQUEST_RESUME: PUT "/order_subscriptions/requests/ing/resume" Commerce User Yes "request_resume";
    REQUEST_PURCHASE: POST "/order_subscriptions/requests/ing/purchase" Commerce User Yes "request_purchase";
    REQUEST_TRANSFER: POST "/order_subscriptions/requests/ing/transfer" Commerce User Yes "request_transfer";
    REQUEST_TERMINATION: POST "/order_subscriptions/requests/ing/termination" Commerce User Yes "request_termination";
    TERMINATION_FEE: GET "/order_subscriptions/requests/ing/calculate_termination_fee" Commerce User No "termination_fee";

    // Bootpay B.7
    BILLS: GET "/order_subscription_bills" Commerce User No "bills";
    BILL: GET "/order_subscription_bills/{order_subscription_bill_id}" Commerce User No "bill";
    ADJUST: POST "/order_subscriptions/{order_subscription_id}/adjustments" Commerce Supervisor Yes "adjust";
    ADJUSTMENTS_REPLACE: PUT "/order_subscriptions/{order_subscription_id}/adjustments" Commerce Supervisor Yes "replace_adjustments";
    ADJUSTMENT_REMOVE: DELETE "/order_subscriptions/{order_subscription_id}/adjustments" Commerce Supervisor Yes "remove_adjustment";
    SUBSCRIPTION_REQUESTS: GET "/order-subscription-requests" Commerce User No "subscription_requests";
    SUBSCRIPTION_REQUEST: GET "/order-subscription-requests/{request_id}" Commerce User No "subscription_request";
    SUBSCRIPTION_REQUEST_DECIDE: PUT "/order-subscription-requests/{request_id}" Commerce Supervisor Yes "decide_subscription_request";

    // Bootpay B.9
    WEBHOOK_TEST: POST "/webhook/test" Commerce User Yes "test_webhook";

    // Bootpay C.1
    PG_TOKEN: POST "/request/token" Pg User No "pg_token";
    RECEIPT: GET "/receipt/{receipt_id}" Pg User No "receipt";
    CANCEL: POST "/cancel" Pg User No "cancel";
    CONFIRM: POST "/confirm" Pg User No "confirm";
    BILLING_ISSUE: POST "/request/subscribe" Pg User No "issue_billing_key";
    BILLING_OF_RECEIPT: GET "/subscribe/billing_key/{receipt_id}" Pg User No "billing_key_of_receipt";
    BILLING_KEY: GET "/billing_key/{billing_key}" Pg User No "billing_key";
    BILLING_DESTROY: DELETE "/subscribe/billing_key/{billing_key}" Pg User No "destroy_billing_key";
    CHARGE: POST "/subscribe/payment" Pg User No "charge";
    RESERVE: POST "/subscribe/payment/reserve" Pg User No "reserve";
    RESERVATION: GET "/subscribe/payment/reserve/{reserve_id}" Pg User No "reservation";
    RESERVATION_CANCEL: DELETE "/subscribe/payment/reserve/{reserve_id}" Pg User No "cancel_reservation";
    TRANSFER_ISSUE: POST "/request/subscribe/automatic-transfer" Pg User No "issue_auto_transfer";
    TRANSFER_PUBLISH: POST "/request/subscribe/automatic-transfer/publish" Pg User No "publish_auto_transfer";
    USER_TOKEN: POST "/request/user/token" Pg User No "user_token";
}

/// The table as Markdown: what stands in the document.
pub fn markdown() -> String {
    let mut out = String::from("| API | method and path | role | key | client |\n|---|---|---|---|---|\n");
    for row in ALL {
        let (api, base, role) = match row.api {
            Api::Commerce => ("Commerce", "/v1", row.role.as_str()),
            Api::Pg => ("PG", "/v2", "–"),
        };
        let key = if row.keyed == Keyed::Yes { "yes" } else { "–" };
        out.push_str(&format!("| {api} | `{} {base}{}` | {role} | {key} | `{}` |\n", row.method, row.path, row.client));
    }
    out
}
