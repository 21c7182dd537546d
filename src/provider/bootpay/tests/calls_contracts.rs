//! Commerce, contracts: what each call sends, and a documented answer to it (Bootpay B.6, B.7).

use super::script::{Case, amount, call, key, krw};
use crate::domain::billing::BillingKey;
use crate::provider::bootpay::Metadata;
use crate::provider::bootpay::commerce::{
    AdjustmentKind, BillQuery, Contract, Decision, Instalments, NewAdjustment, NewBillCancel, NewOwner,
    NewSubscriptionCharge, Pause, RequestQuery, SubscriptionChange, SubscriptionQuery, Termination, TerminationRequest,
};

const AT: &str = "2026-12-01T00:00:00+09:00";

fn charge_key() -> BillingKey {
    BillingKey::parse("ck66a1").unwrap()
}

fn adjustment(won: i64) -> NewAdjustment<'static> {
    NewAdjustment { name: "할인", won, tax_free_won: 0, kind: AdjustmentKind::BySign }
}

pub fn cases() -> Vec<Case> {
    vec![
        call!(BILL_CANCEL, "/v1/order_subscriptions/bill/cancel", {
            "order_subscription_bill_id": "b1", "cancel_id": "040g2081040g2081040g2081040g2081", "cancel_price": 500,
            "cancel_tax_free_price": 0, "cancel_requester": "Madang", "cancel_message": "환불", "cancel_immediately": true
        }, {},
        |b| {
            let new = NewBillCancel { bill_id: "b1", amount: Some(amount(500, 0)), cancel_id: &key(), message: "환불" };
            b.cancel_bill(&new).await.map(|()| false)
        }),
        call!(SUBSCRIPTIONS, "/v1/order_subscriptions?page=1&limit=20&search_date_from=2026-11-01&status=-2&order_number=261120", null,
        { "count": 1, "total": 1, "ing_pause": 0, "sum_active": 1, "list": [{
            "order_subscription_id": "s1", "order_id": "o1", "status": 1, "price": 9900, "subscription_payment_cycle_type": 21,
            "current_duration": 1, "total_subscription_duration": -1, "payment_next_at": "2026-12-20T00:00:00+09:00"
        }] },
        |b| {
            let query = SubscriptionQuery {
                page: 1, limit: 20, from: Some("2026-11-01"), status: Some(-2), order_number: Some("261120"),
                ..SubscriptionQuery::default()
            };
            b.subscriptions(&query).await.map(|_| false)
        }),
        call!(SUBSCRIPTION, "/v1/order_subscriptions/s1", null, { "order_subscription_id": "s1", "status": "subscribing", "price": 9900 },
            |b| b.subscription("s1").await.map(|_| false)),
        call!(SUBSCRIPTION_UPDATE, "/v1/order_subscriptions/s1", { "billing_key": "ck66a1", "price": 8800, "memo": "인하" }, {},
        |b| {
            let charged = charge_key();
                let change = SubscriptionChange { billing_key: Some(&charged), price: Some(krw(8_800)), memo: Some("인하"), ..SubscriptionChange::default() };
            b.update_subscription("s1", &change, &key()).await.map(|()| false)
        }),
        call!(SUBSCRIPTION_APPROVE, "/v1/order_subscriptions/s1/approve", { "reason": "확인" }, {},
            |b| b.approve_subscription("s1", "확인", &key()).await.map(|()| false)),
        call!(SUBSCRIPTION_REJECT, "/v1/order_subscriptions/s1/reject", { "reason": "재고" }, {},
            |b| b.reject_subscription("s1", "재고", &key()).await.map(|()| false)),
        call!(SUBSCRIPTION_PAUSE, "/v1/order_subscriptions/s1/pause", { "paused_at": "2026-12-01T00:00:00+09:00", "reason": "여행" }, {},
            |b| b.pause_subscription("s1", &Pause { at: AT, reason: Some("여행"), resume_at: None }, &key()).await.map(|()| false)),
        call!(SUBSCRIPTION_RESUME, "/v1/order_subscriptions/s1/resume", { "reason": "복귀" },
            { "id": "s1", "status": 1, "request_type": 2, "resumed_at": "2026-12-01T00:00:00Z" },
            |b| b.resume_subscription("s1", "복귀", &key()).await.map(|()| false)),
        call!(SUBSCRIPTION_TERMINATE, "/v1/order_subscriptions/s1/terminate",
        { "reason": "해지", "termination_fee": 1000, "last_bill_refund_price": 0, "final_fee": 1000, "service_end_at": "2026-12-01T00:00:00+09:00" }, {},
        |b| {
            let end = Termination {
                reason: Some("해지"), fee: Some(krw(1000)), last_bill_refund: Some(krw(0)), final_fee: Some(krw(1000)),
                service_end_at: Some(AT), cancel_date: None,
            };
            b.terminate_subscription("s1", &end, &key()).await.map(|()| false)
        }),
        call!(SUBSCRIPTION_CHARGE, "/v1/order_subscriptions/charge",
        { "charge_key": "ck66a1", "price": 5000, "tax_free_price": 0, "metadata": { "why": "usage" } },
        { "order_id": "o2", "order_number": "261121", "receipt_id": "r2", "charge_key": "ck66a1", "price": 5000, "tax_free_price": 0, "status": 1 },
        |b| {
            let new = NewSubscriptionCharge { charge_key: &charge_key(), amount: amount(5000, 0), metadata: Metadata::default().with("why", "usage") };
            b.charge_subscription(&new, &key()).await.map(|_| false)
        }),
        call!(SUBSCRIPTION_CHARGE_REVOKE, "/v1/order_subscriptions/charge", { "charge_key": "ck66a1" },
            { "charge_key": "ck66a1", "revoked_at": "2026-11-20T05:05:00Z", "status": 1 },
            |b| b.revoke_charge_key(&charge_key(), &key()).await.map(|_| false)),
        call!(REQUEST_PAUSE, "/v1/order_subscriptions/requests/ing/pause",
            { "order_number": "261120", "paused_at": "2026-12-01T00:00:00+09:00", "expected_resume_at": "2026-12-01T00:00:00+09:00" }, {},
            |b| b.request_pause(Contract::OrderNumber("261120"), &Pause { at: AT, reason: None, resume_at: Some(AT) }, &key()).await.map(|()| false)),
        call!(REQUEST_RESUME, "/v1/order_subscriptions/requests/ing/resume", { "order_subscription_id": "s1", "reason": "복귀" }, {},
            |b| b.request_resume("s1", "복귀", None, &key()).await.map(|()| false)),
        call!(REQUEST_PURCHASE, "/v1/order_subscriptions/requests/ing/purchase",
            { "order_subscription_id": "s1", "price": 100000, "tax_free_price": 0, "reason": "인수" }, {},
            |b| b.request_purchase("s1", amount(100_000, 0), Some("인수"), &key()).await.map(|()| false)),
        call!(REQUEST_TRANSFER, "/v1/order_subscriptions/requests/ing/transfer",
        { "order_subscription_id": "s1", "new_user_id": "u2", "new_username": "이담당", "wallet_id": "w1" }, {},
        |b| {
            let to = NewOwner { user_id: Some("u2"), name: Some("이담당"), wallet_id: Some("w1"), ..NewOwner::default() };
            b.request_transfer("s1", &to, &key()).await.map(|()| false)
        }),
        call!(REQUEST_TERMINATION, "/v1/order_subscriptions/requests/ing/termination",
        { "order_subscription_id": "s1", "reason": "해지", "termination_fee": 1000, "final_fee": 0 }, {},
        |b| {
            let request = TerminationRequest { reason: Some("해지"), fee: Some(krw(1000)), final_fee: Some(krw(0)), ..TerminationRequest::default() };
            b.request_termination(Contract::Id("s1"), &request, &key()).await.map(|()| false)
        }),
        call!(TERMINATION_FEE, "/v1/order_subscriptions/requests/ing/calculate_termination_fee?order_subscription_id=s1", null,
            { "termination_fee": 1000, "refund_amount": 0, "last_bill_refund_price": 3000, "final_fee": -2000 },
            |b| b.termination_fee(Contract::Id("s1")).await.map(|_| false)),
        call!(BILLS, "/v1/order_subscription_bills?order_subscription_id=s1&page=1&limit=20&status=2%2C-1", null,
        { "count": 1, "list": [{ "order_subscription_bill_id": "b1", "duration": 1, "price": 9900, "status": 2, "reserve_payment_at": "2026-12-20T00:00:00+09:00" }] },
        |b| {
            let query = BillQuery { order_subscription_id: Some("s1"), page: 1, limit: 20, status: vec![2, -1], ..BillQuery::default() };
            b.bills(&query).await.map(|_| false)
        }),
        call!(BILL, "/v1/order_subscription_bills/b1", null, { "order_subscription_bill_id": "b1", "status": "1", "purchase_price": 9900 },
            |b| b.bill("b1").await.map(|_| false)),
        call!(ADJUST, "/v1/order_subscriptions/s1/adjustments",
            { "name": "할인", "price": -1000, "tax_free_price": 0, "duration_from": 2, "duration_to": 4 },
            { "order_subscription_id": "s1", "order_subscription_adjustments": [{ "order_subscription_adjustment_id": "a1", "name": "할인", "price": -1000, "tax_free_price": 0, "type": 1, "duration": 2 }] },
            |b| b.adjust("s1", &adjustment(-1000), Instalments::Range { first: 2, last: 4 }, &key()).await.map(|_| false)),
        call!(ADJUST, "/v1/order_subscriptions/s1/adjustments",
            { "name": "할인", "price": 0, "tax_free_price": 0, "duration_from": 2, "is_unlimited": true },
            { "order_subscription_adjustments": [] },
            |b| b.adjust("s1", &adjustment(0), Instalments::From(2), &key()).await.map(|_| false)),
        call!(ADJUSTMENTS_REPLACE, "/v1/order_subscriptions/s1/adjustments",
            { "duration": 3, "adjustments": [{ "name": "할인", "price": -500, "tax_free_price": 0 }] },
            { "order_subscription_adjustments": [{ "order_subscription_adjustment_id": "a2" }] },
            |b| b.replace_adjustments("s1", 3, &[adjustment(-500)], &key()).await.map(|_| false)),
        call!(ADJUSTMENTS_REPLACE, "/v1/order_subscriptions/s1/adjustments", { "duration": 3, "adjustments": [] },
            { "order_subscription_adjustments": [] },
            |b| b.replace_adjustments("s1", 3, &[], &key()).await.map(|_| false)),
        call!(ADJUSTMENT_REMOVE, "/v1/order_subscriptions/s1/adjustments", { "order_subscription_adjustment_id": "a1" }, {},
            |b| b.remove_adjustment("s1", "a1", &key()).await.map(|()| false)),
        call!(SUBSCRIPTION_REQUESTS, "/v1/order-subscription-requests?page=1&limit=20&order_subscription_id=s1&s_at=2026-11-01&request_type=2", null,
        { "count": 1, "list": [{ "id": "q1", "order_subscription_id": "s1", "status": 0, "request_type": 2, "reason": "복귀" }] },
        |b| {
            let query = RequestQuery {
                page: 1, limit: 20, order_subscription_id: Some("s1"), from: Some("2026-11-01"), request_type: Some(2),
                ..RequestQuery::default()
            };
            b.subscription_requests(&query).await.map(|_| false)
        }),
        call!(SUBSCRIPTION_REQUEST, "/v1/order-subscription-requests/q1", null, { "order_subscription_request_id": "q1", "status": 2 },
            |b| b.subscription_request("q1").await.map(|_| false)),
        call!(SUBSCRIPTION_REQUEST_DECIDE, "/v1/order-subscription-requests/q1",
        { "approval": "approve", "reason": "확인", "price": 1000, "tax_free_price": 0, "termination_fee": 500 }, {},
        |b| {
            let termination = TerminationRequest { fee: Some(krw(500)), ..TerminationRequest::default() };
            let decision = Decision::Approve { reason: Some("확인"), price: Some(amount(1000, 0)), termination };
            b.decide_subscription_request("q1", &decision, &key()).await.map(|()| false)
        }),
        call!(SUBSCRIPTION_REQUEST_DECIDE, "/v1/order-subscription-requests/q1", { "approval": "reject", "reason": "기간" }, {},
            |b| b.decide_subscription_request("q1", &Decision::Reject { reason: "기간" }, &key()).await.map(|()| false)),
    ]
}
