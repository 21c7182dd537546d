//! Commerce without contracts: what each call sends, and a documented answer to it (Bootpay B.1 to B.5, B.9).

use serde_json::{Value, json};

use super::script::{Case, amount, call, key, krw};
use crate::domain::judge::PaidWord;
use crate::domain::link::Way;
use crate::provider::bootpay::Metadata;
use crate::provider::bootpay::commerce::{
    DayOf, Expiry, Extra, InvoiceForm, InvoiceItem, InvoiceProduct, InvoiceQuery, InvoiceUser, NewCancel,
    NewCancelRequest, NewProduct, OrderDetail, OrderSearch, ProductChange, ProductQuery, ProductSort, ProductStatus,
    Webhook, WebhookBody,
};
use crate::provider::bootpay::status::OrderReceiptStatus;

fn is_paid(order: &OrderDetail) -> bool {
    order.notice.paid == PaidWord::Paid || order.receipt_status == OrderReceiptStatus::Paid
}

fn full_form() -> InvoiceForm<'static> {
    InvoiceForm {
        title: Some("제목"),
        original: Some(krw(30_000)),
        delivery: Some(krw(0)),
        request_id: Some("R-1"),
        memo: Some("메모"),
        redirect_url: Some("https://shop/return"),
        use_redirect: Some(true),
        use_link_redirect: Some(false),
        use_notification: Some(true),
        send_by: vec![Way::Sms, Way::Kakao],
        use_auto_login: Some(false),
        editable_name: Some(true),
        editable_phone: Some(true),
        editable_email: Some(false),
        expiry: Some(Expiry::At("2026-12-01T00:00:00+09:00".into())),
        metadata: Metadata::default().with("order_id", "R-1"),
        user: Some(InvoiceUser {
            user_id: Some("u1"),
            name: "김마당",
            phone: "01012345678",
            email: "a@b.kr",
            is_member: true,
        }),
        user_id: Some("u1"),
        user_group_id: Some("g1"),
        selected_users: vec!["u2"],
        products: vec![InvoiceProduct { product_id: "p1", option_id: Some("o1"), quantity: 2, duration: -1 }],
        product_ids: vec!["p1"],
        product_option_ids: vec!["o1"],
        items: vec![InvoiceItem { name: "포장", price: krw(1_000), quantity: 1, tax_free: Some(krw(0)) }],
        webhook: Some(Webhook { url: "https://shop/hook", body: Some(WebhookBody::Json), retries: Some(3) }),
        usage_api_url: Some("https://shop/usage"),
        extra: Extra {
            open_type: Some("redirect"),
            separately_confirmed: Some(true),
            create_order_immediately: Some(false),
        },
        kind: Some(1),
        product_type: Some(2),
        subscription_type: Some(1),
        subscription_start_at: Some("2026-12-01"),
        subscription_end_at: Some("2027-12-01"),
        is_open_link: Some(false),
        password: Some("0000"),
        tags: vec!["vip"],
        sku: Some("S-1"),
        unit: Some(1),
        description: Some("설명"),
        ..InvoiceForm::new("주문", amount(29_900, 900))
    }
}

/// In two halves: the macro counts how deep it goes.
fn full_body() -> Value {
    let mut all = json!({
        "name": "주문", "title": "제목", "price": 29900, "tax_free_price": 900, "original_price": 30000,
        "delivery_price": 0, "request_id": "R-1", "memo": "메모", "redirect_url": "https://shop/return",
        "use_redirect": true, "use_link_redirect": false, "use_notification": true, "send_types": [1, 2],
        "use_auto_login": false, "use_editable_username": true, "use_editable_phone": true,
        "use_editable_email": false, "expired_at": "2026-12-01T00:00:00+09:00", "metadata": { "order_id": "R-1" },
        "user": { "user_id": "u1", "name": "김마당", "phone": "01012345678", "email": "a@b.kr", "membership_type": "member" }
    });
    let rest = json!({
        "user_id": "u1", "user_group_id": "g1", "selected_users": ["u2"],
        "products": [{ "product_id": "p1", "product_option_id": "o1", "quantity": 2, "duration": -1 }],
        "product_ids": ["p1"], "product_option_ids": ["o1"],
        "invoice_items": [{ "name": "포장", "price": 1000, "qty": 1, "tax_free_price": 0 }],
        "webhook_url": "https://shop/hook", "header_content_type": "application/json", "webhook_retry_count": 3,
        "usage_api_url": "https://shop/usage",
        "extra": { "open_type": "redirect", "separately_confirmed": true, "create_order_immediately": false },
        "type": 1, "product_type": 2, "subscription_type": 1, "subscription_start_at": "2026-12-01",
        "subscription_end_at": "2027-12-01", "is_open_link": false, "password": "0000", "tags": ["vip"],
        "sku": "S-1", "unit": 1, "description": "설명", "sdk": false
    });
    all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    all
}

pub fn cases() -> Vec<Case> {
    vec![
        call!(COMMERCE_TOKEN, "/v1/request/token", { "client_key": "ck", "secret_key": "sk" },
            { "access_token": "t", "expire_in": 1800 }, |b| b.commerce_token().await.map(|_| false)),
        call!(INVOICES, "/v1/invoices?page=2&limit=24&keyword=inv&user_id=u1&css_at=2026-11-01&cse_at=2026-11-30", null,
        { "count": 1, "list": [{ "invoice_id": "i1", "name": "주문", "price": 1000, "status": 0, "created_at": "2026-11-20T05:05:00Z" }], "user": {} },
        |b| {
            let query = InvoiceQuery {
                page: 2, limit: 24, keyword: Some("inv"), user_id: Some("u1"),
                from: Some("2026-11-01"), to: Some("2026-11-30"), ..InvoiceQuery::default()
            };
            b.invoices(&query).await.map(|_| false)
        }),
        call!(INVOICE_CREATE, "/v1/invoices", (full_body()),
            { "invoice_id": "i1", "payment_url": "https://pay/invoice/i1", "expired_at": "2025-08-01T23:59:59Z" },
            |b| b.issue_invoice(&full_form(), &key()).await.map(|_| false)),
        call!(INVOICE_CREATE, "/v1/invoices", { "name": "주문", "price": 100, "tax_free_price": 0, "expire_in": 3600, "sdk": false },
        { "success": true, "data": { "invoice_id": "i1", "payment_url": "https://pay/invoice/i1" } },
        |b| {
            let form = InvoiceForm { expiry: Some(Expiry::In(3600)), user: Some(InvoiceUser::default()), ..InvoiceForm::new("주문", amount(100, 0)) };
            b.issue_invoice(&form, &key()).await.map(|_| false)
        }),
        call!(INVOICE, "/v1/invoices/i1", null,
            { "invoice_id": "i1", "name": "주문", "price": 1000, "tax_free_price": 0, "status": 1, "order_id": "o1", "payment_url": "https://pay/i1" },
            |b| b.invoice_detail("i1").await.map(|_| false)),
        call!(INVOICE, "/v1/invoices/i1", null, { "title": "주문", "price": "1000" }, |b| b.invoice("i1").await.map(|_| false)),
        call!(INVOICE, "/v1/invoices/i1", null, { "order_id": "o1" }, |b| b.invoice_order("i1").await.map(|_| false)),
        call!(INVOICE_NOTIFY, "/v1/invoices/i1/notify", { "send_types": [3, 4] }, {},
            |b| b.notify("i1", &[Way::Email, Way::Push], &key()).await.map(|()| false)),
        call!(PRODUCTS, "/v1/products?page=1&limit=20&category_id=c1&sort=-created_at", null,
        { "count": 1, "list": [{ "product_id": "p1", "name": "플랜", "display_price": 29900, "status_sale": 1 }] },
        |b| {
            let query = ProductQuery { page: 1, limit: 20, category_id: Some("c1"), sort: Some(ProductSort::Newest), ..ProductQuery::default() };
            b.products(&query).await.map(|_| false)
        }),
        call!(PRODUCT, "/v1/products/p1", null, { "product_id": "p1", "name": "플랜", "use_stock": true, "stock": 3, "status_display": true },
            |b| b.product("p1").await.map(|_| false)),
        call!(PRODUCT_CREATE, "/v1/products",
        { "name": "플랜", "display_price": 29900, "tax_free_price": 0, "images": ["https://shop/a.png"], "use_subscription": true, "status_sale": true },
        { "product_id": "p1" },
        |b| {
            let more = ProductChange {
                tax_free: Some(krw(0)), images: vec!["https://shop/a.png"], use_subscription: Some(true), is_sold: Some(true),
                ..ProductChange::default()
            };
            b.create_product(&NewProduct { name: "플랜", price: krw(29_900), more }, &key()).await.map(|_| false)
        }),
        call!(PRODUCT_UPDATE, "/v1/products/p1", { "display_price": 9900, "stock": 0 }, { "product_id": "p1" },
        |b| {
            let change = ProductChange { price: Some(krw(9_900)), stock: Some(0), ..ProductChange::default() };
            b.update_product("p1", &change, &key()).await.map(|()| false)
        }),
        call!(PRODUCT_STATUS, "/v1/products/p1/status", { "status_display": true, "status_sale": false }, { "product_id": "p1" },
        |b| {
            let status = ProductStatus { is_shown: Some(true), is_sold: Some(false), ..ProductStatus::default() };
            b.set_product_status("p1", &status, &key()).await.map(|()| false)
        }),
        call!(PRODUCT_DELETE, "/v1/products/p1", null, {}, |b| b.delete_product("p1", &key()).await.map(|()| false)),
        call!(ORDERS, "/v1/orders?page=1&limit=50&keyword=rc&cs_type=p_at&search_date_from=2026-11-20&search_date_to=2026-11-20&status=2%2C5&payment_status=1&order_subscription_ids=s1%2Cs2&subscription_billing_type=1", null,
        { "count": 1, "list": [{ "order_id": "o1", "order_name": "주문", "price": 1000, "status": 0, "receipt_status": 0, "order_number": "261120" }] },
        |b| {
            let search = OrderSearch {
                page: 1, limit: 500, keyword: Some("rc"), by: Some(DayOf::Paid), from: Some("2026-11-20"), to: Some("2026-11-20"),
                status: vec![2, 5], payment_status: vec![1], order_subscription_ids: vec!["s1", "s2"],
                subscription_billing_type: Some(1), ..OrderSearch::default()
            };
            b.list_orders(&search).await.map(|page| page.list.iter().any(is_paid))
        }),
        call!(ORDERS, "/v1/orders?page=1&limit=50&cs_type=c_at&css_at=2026-11-20&cse_at=2026-11-20", null,
        { "count": 1, "list": [{ "order_id": "o1", "receipt_status": "receipt_ready" }] },
        |b| {
            let query = crate::provider::bootpay::OrderQuery { from: "2026-11-20".into(), to: "2026-11-20".into(), page: 1, by: DayOf::Made };
            b.orders(&query).await.map(|list| list.orders.iter().any(|order| order.paid == PaidWord::Paid))
        }),
        call!(ORDER, "/v1/orders/261120", null, {
                "order_id": "o1", "order_number": "261120", "order_name": "주문", "request_id": "R-1", "metadata": { "order_id": "R-1" },
                "price": 29900, "tax_free_price": 0, "status": "order_pending", "receipt_status": "receipt_ready",
                "created_at": "2026-11-20T05:05:00Z", "user": { "name": "김마당" },
                "result_data": { "receipt_id": "r1", "pg": "나이스페이먼츠", "status": 0, "card_data": { "card_no": "1234****" } },
                "order_subscriptions": [{ "status": "subscribing", "payment_next_at": "2026-12-20T00:00:00+09:00" }]
            },
            |b| b.order_detail("261120").await.map(|order| is_paid(&order))),
        call!(ORDER, "/v1/orders/o1", null, {
                "order_id": "o1", "order_number": "261120", "price": 29900, "status": 0, "receipt_status": 5,
                "order_subscriptions": { "subscriptions": [{ "order_subscription_id": "s1", "status": 1 }] }
            },
            |b| b.order("o1").await.map(|order| order.paid == PaidWord::Paid)),
        call!(ORDERS_MONTH, "/v1/orders/month?user_group_id=g1&search_date=2026-11", null,
            { "count": 1, "list": [{ "order_id": "o1", "receipt_status": 20, "order_subscriptions": null }] },
            |b| b.orders_of_month("g1", "2026-11").await.map(|page| page.list.iter().any(is_paid))),
        call!(ORDER_CONFIRM, "/v1/order/confirm", { "order_number": "261120" }, {},
            |b| b.confirm_order("261120", &key()).await.map(|()| false)),
        call!(ORDER_CANCELS, "/v1/order/cancel?order_number=261120", null,
            { "count": 1, "list": [{ "order_cancellation_request_id": "c1", "cancel_id": "x", "status": 2, "cancel_price": 500, "requested_at": "2026-11-20T14:05:00+09:00" }] },
            |b| b.order_cancels("261120").await.map(|_| false)),
        call!(ORDER_CANCEL_REQUEST, "/v1/order/cancel", { "order_number": "261120", "request_cancel_parameters": {
            "cancel_id": "040g2081040g2081040g2081040g2081", "cancel_price": 1000, "cancel_tax_free_price": 0,
            "cancel_requester": "김마당", "cancel_message": "단순 변심", "cancel_immediately": false
        } }, {},
        |b| {
            let new = NewCancelRequest { order: "261120", amount: amount(1000, 0), cancel_id: &key(), requester: "김마당", message: "단순 변심" };
            b.request_cancel(&new).await.map(|()| false)
        }),
        call!(ORDER_CANCEL, "/v1/order/cancel", { "order_number": "261120", "request_cancel_parameters": {
            "cancel_id": "040g2081040g2081040g2081040g2081", "cancel_price": 1000, "cancel_tax_free_price": 100,
            "cancel_requester": "Madang", "cancel_message": "환불", "cancel_immediately": true
        } }, {},
        |b| {
            let new = NewCancel { order: "261120", amount: amount(1000, 100), cancel_id: &key(), message: "환불" };
            b.cancel_order(&new).await.map(|()| false)
        }),
        call!(ORDER_CANCEL_WITHDRAW, "/v1/order/cancel/c1/withdraw", {}, {}, |b| b
            .withdraw_cancel("c1", &key())
            .await
            .map(|()| false)),
        call!(ORDER_CANCEL_APPROVE, "/v1/order/cancel/c1/approve", { "message": "승인" }, {},
            |b| b.approve_cancel("c1", "승인", &key()).await.map(|()| false)),
        call!(ORDER_CANCEL_REJECT, "/v1/order/cancel/c1/reject", { "message": "이미 배송" },
            { "id": "c1", "order_id": "o1", "status": 2, "rejected_at": "2026-11-20T05:05:00Z", "rejected_message": "이미 배송" },
            |b| b.reject_cancel("c1", "이미 배송", &key()).await.map(|()| false)),
        call!(WEBHOOK_TEST, "/v1/webhook/test", { "header_content_type": 2 }, {},
            |b| b.test_webhook(Some(WebhookBody::Json), &key()).await.map(|()| false)),
    ]
}
