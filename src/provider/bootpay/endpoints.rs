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
    /// The contract cases (`end2end/contract`) in which the emulator does what is asked, and refuses it.
    pub case: &'static str,
    pub refusal: &'static str,
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident: $method:ident $path:literal $api:ident $role:ident $keyed:ident $client:literal [$case:literal, $refusal:literal];)+) => {
        $($(#[$doc])* pub static $name: Endpoint = Endpoint {
            method: Method::$method,
            path: $path,
            api: Api::$api,
            role: Role::$role,
            keyed: Keyed::$keyed,
            client: $client,
            case: $case,
            refusal: $refusal,
        };)+

        /// The whole table, Commerce first.
        pub static ALL: &[&Endpoint] = &[$(&$name),+];
    };
}

endpoints! {
    COMMERCE_TOKEN: POST "/request/token" Commerce User No "commerce_token" ["token", "stranger token"];

    // Bootpay B.1
    INVOICES: GET "/invoices" Commerce User No "invoices" ["invoice list", "stranger invoices"];
    INVOICE_CREATE: POST "/invoices" Commerce User Yes "issue_invoice" ["invoice create", "invoice of no product"];
    INVOICE: GET "/invoices/{invoice_id}" Commerce User No "invoice_detail" ["invoice detail", "invoice unknown"];
    INVOICE_NOTIFY: POST "/invoices/{invoice_id}/notify" Commerce User Yes "notify" ["invoice notify", "notify about none"];

    // Bootpay B.2
    PRODUCTS: GET "/products" Commerce User No "products" ["product list", "stranger products"];
    PRODUCT: GET "/products/{product_id}" Commerce User No "product" ["product detail", "no such product"];
    PRODUCT_CREATE: POST "/products" Commerce Manager Yes "create_product" ["product create", "stranger makes a product"];
    PRODUCT_UPDATE: PUT "/products/{product_id}" Commerce Manager Yes "update_product" ["product update", "change of no product"];
    PRODUCT_STATUS: PUT "/products/{product_id}/status" Commerce Manager Yes "set_product_status" ["product status", "status of no product"];
    PRODUCT_DELETE: DELETE "/products/{product_id}" Commerce Manager Yes "delete_product" ["product delete", "delete of no product"];

    // Bootpay B.3, E.9
    ORDERS: GET "/orders" Commerce User No "list_orders" ["order list", "stranger orders"];
    ORDER: GET "/orders/{order_id_or_number}" Commerce User No "order_detail" ["order detail", "order unknown"];
    ORDERS_MONTH: GET "/orders/month" Commerce User No "orders_of_month" ["order month", "stranger month"];
    ORDER_CONFIRM: POST "/order/confirm" Commerce User Yes "confirm_order" ["order confirm", "confirm no order"];

    // Bootpay B.5. One address serves the buyer's request and the merchant's cancel; the role tells them apart.
    ORDER_CANCELS: GET "/order/cancel" Commerce User No "order_cancels" ["buyer asks for a cancel", "stranger cancels"];
    ORDER_CANCEL_REQUEST: POST "/order/cancel" Commerce User Yes "request_cancel" ["member asks for a cancel", "cancel by a user"];
    ORDER_CANCEL: POST "/order/cancel" Commerce Supervisor Yes "cancel_order" ["cancel at once", "cancel of too much"];
    ORDER_CANCEL_WITHDRAW: PUT "/order/cancel/{request_id}/withdraw" Commerce User Yes "withdraw_cancel" ["cancel withdraw", "withdraw nothing"];
    ORDER_CANCEL_APPROVE: PUT "/order/cancel/{request_id}/approve" Commerce Supervisor Yes "approve_cancel" ["cancel approve", "approve again"];
    ORDER_CANCEL_REJECT: PUT "/order/cancel/{request_id}/reject" Commerce Supervisor Yes "reject_cancel" ["cancel reject", "reject again"];
    BILL_CANCEL: POST "/order_subscriptions/bill/cancel" Commerce Supervisor Yes "cancel_bill" ["bill cancel", "cancel no bill"];

    // Bootpay B.6
    SUBSCRIPTIONS: GET "/order_subscriptions" Commerce User No "subscriptions" ["contract begins", "stranger contracts"];
    SUBSCRIPTION: GET "/order_subscriptions/{order_subscription_id}" Commerce User No "subscription" ["contract detail", "no such contract"];
    SUBSCRIPTION_UPDATE: PUT "/order_subscriptions/{order_subscription_id}" Commerce Supervisor Yes "update_subscription" ["contract update", "change of no contract"];
    SUBSCRIPTION_APPROVE: PUT "/order_subscriptions/{order_subscription_id}/approve" Commerce Supervisor Yes "approve_subscription" ["contract approve", "approve no wish"];
    SUBSCRIPTION_REJECT: PUT "/order_subscriptions/{order_subscription_id}/reject" Commerce Supervisor Yes "reject_subscription" ["contract reject", "reject no wish"];
    SUBSCRIPTION_PAUSE: PUT "/order_subscriptions/{order_subscription_id}/pause" Commerce Supervisor Yes "pause_subscription" ["contract pause", "pause of none"];
    SUBSCRIPTION_RESUME: PUT "/order_subscriptions/{order_subscription_id}/resume" Commerce Supervisor Yes "resume_subscription" ["contract resume", "resume what runs"];
    SUBSCRIPTION_TERMINATE: PUT "/order_subscriptions/{order_subscription_id}/terminate" Commerce Supervisor Yes "terminate_subscription" ["contract terminate", "end of none"];
    SUBSCRIPTION_CHARGE: POST "/order_subscriptions/charge" Commerce Supervisor Yes "charge_subscription" ["contract charge", "charge with a dead key"];
    SUBSCRIPTION_CHARGE_REVOKE: DELETE "/order_subscriptions/charge" Commerce Supervisor Yes "revoke_charge_key" ["revoke the charge key", "revoke again"];
    REQUEST_PAUSE: POST "/order_subscriptions/requests/ing/pause" Commerce User Yes "request_pause" ["ask to pause", "ask to pause none"];
    REQUEST_RESUME: PUT "/order_subscriptions/requests/ing/resume" Commerce User Yes "request_resume" ["ask to resume", "ask to resume none"];
    REQUEST_PURCHASE: POST "/order_subscriptions/requests/ing/purchase" Commerce User Yes "request_purchase" ["ask to buy out", "ask to buy out none"];
    REQUEST_TRANSFER: POST "/order_subscriptions/requests/ing/transfer" Commerce User Yes "request_transfer" ["ask to transfer", "ask to transfer none"];
    REQUEST_TERMINATION: POST "/order_subscriptions/requests/ing/termination" Commerce User Yes "request_termination" ["ask to end", "ask to end none"];
    TERMINATION_FEE: GET "/order_subscriptions/requests/ing/calculate_termination_fee" Commerce User No "termination_fee" ["fee", "fee of none"];

    // Bootpay B.7
    BILLS: GET "/order_subscription_bills" Commerce User No "bills" ["bill list", "stranger bills"];
    BILL: GET "/order_subscription_bills/{order_subscription_bill_id}" Commerce User No "bill" ["bill detail", "no such bill"];
    ADJUST: POST "/order_subscriptions/{order_subscription_id}/adjustments" Commerce Supervisor Yes "adjust" ["adjust", "adjust none"];
    ADJUSTMENTS_REPLACE: PUT "/order_subscriptions/{order_subscription_id}/adjustments" Commerce Supervisor Yes "replace_adjustments" ["adjustments replace", "replace of none"];
    ADJUSTMENT_REMOVE: DELETE "/order_subscriptions/{order_subscription_id}/adjustments" Commerce Supervisor Yes "remove_adjustment" ["adjustment delete", "adjustment of none"];
    SUBSCRIPTION_REQUESTS: GET "/order-subscription-requests" Commerce User No "subscription_requests" ["requests", "stranger requests"];
    SUBSCRIPTION_REQUEST: GET "/order-subscription-requests/{request_id}" Commerce User No "subscription_request" ["request detail", "no such request"];
    SUBSCRIPTION_REQUEST_DECIDE: PUT "/order-subscription-requests/{request_id}" Commerce Supervisor Yes "decide_subscription_request" ["request decide", "decide again"];

    // Bootpay B.9
    WEBHOOK_TEST: POST "/webhook/test" Commerce User Yes "test_webhook" ["webhook test", "stranger tests a webhook"];

    // Bootpay C.1
    PG_TOKEN: POST "/request/token" Pg User No "pg_token" ["user token", "stranger PG token"];
    RECEIPT: GET "/receipt/{receipt_id}" Pg User No "receipt" ["receipt", "no such receipt"];
    CANCEL: POST "/cancel" Pg User No "cancel" ["cancel a part", "cancel again"];
    CONFIRM: POST "/confirm" Pg User No "confirm" ["separate approval", "confirm again"];
    BILLING_ISSUE: POST "/request/subscribe" Pg User No "issue_billing_key" ["card key", "card out of date"];
    BILLING_OF_RECEIPT: GET "/subscribe/billing_key/{receipt_id}" Pg User No "billing_key_of_receipt" ["key of a receipt", "key of no receipt"];
    BILLING_KEY: GET "/billing_key/{billing_key}" Pg User No "billing_key" ["key", "no such key"];
    BILLING_DESTROY: DELETE "/subscribe/billing_key/{billing_key}" Pg User No "destroy_billing_key" ["key destroy", "destroy again"];
    CHARGE: POST "/subscribe/payment" Pg User No "charge" ["charge", "charge a dead key"];
    RESERVE: POST "/subscribe/payment/reserve" Pg User No "reserve" ["reserve", "reserve with a dead key"];
    RESERVATION: GET "/subscribe/payment/reserve/{reserve_id}" Pg User No "reservation" ["reservation", "no such reservation"];
    RESERVATION_CANCEL: DELETE "/subscribe/payment/reserve/{reserve_id}" Pg User No "cancel_reservation" ["reservation cancel", "cancel no reservation"];
    TRANSFER_ISSUE: POST "/request/subscribe/automatic-transfer" Pg User No "issue_auto_transfer" ["transfer", "transfer of no bank"];
    TRANSFER_PUBLISH: POST "/request/subscribe/automatic-transfer/publish" Pg User No "publish_auto_transfer" ["publish", "publish nothing"];
    USER_TOKEN: POST "/request/user/token" Pg User No "user_token" ["user token", "user token with Basic"];
}

/// The table as Markdown: what stands in the document. Tests hold each column against what it tells of.
pub fn markdown() -> String {
    let mut out = String::from(
        "| API | method and path | role | key | client | emulator | contract: done | refused |\n|---|---|---|---|---|---|---|---|\n",
    );
    for row in ALL {
        let (api, base, role) = match row.api {
            Api::Commerce => ("Commerce", "/v1", row.role.as_str()),
            Api::Pg => ("PG", "/v2", "–"),
        };
        let key = if row.keyed == Keyed::Yes { "yes" } else { "–" };
        let (method, path, client, case, refusal) = (&row.method, row.path, row.client, row.case, row.refusal);
        out.push_str(&format!(
            "| {api} | `{method} {base}{path}` | {role} | {key} | `{client}` | yes | {case} | {refusal} |\n"
        ));
    }
    out
}
