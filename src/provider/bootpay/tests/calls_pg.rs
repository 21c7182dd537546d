//! PG: what each call sends, and a documented answer to it (Bootpay C).

use super::script::{Case, amount, call, key, krw};
use crate::domain::billing::{BillingKey, Card, CashReceiptIdentity, TransferAccount, TypedCard, TypedTransferAccount};
use crate::domain::judge::ReceiptStatus;
use crate::domain::refund_account::RefundAccount;
use crate::domain::time::UnixMs;
use crate::provider::bootpay::commerce::{Webhook, WebhookBody};
use crate::provider::bootpay::pg::{
    AuthBy, BillingKeyNotice, CashReceipt, Item, NewAutoTransfer, NewCardKey, NewCharge, NewReservation, NewUserToken,
    Payer, Published,
};
use crate::provider::bootpay::{Metadata, ReceiptNotice};

fn is_paid(receipt: &ReceiptNotice) -> bool {
    receipt.status == ReceiptStatus::Paid
}

fn has_paid(notice: &BillingKeyNotice) -> bool {
    notice.first_payment.as_ref().is_some_and(is_paid)
}

pub fn card() -> Card {
    Card::parse(TypedCard { number: "9410123456789012", password: "12", identity: "900101", year: "28", month: "7" })
        .unwrap()
}

pub fn account() -> TransferAccount {
    TransferAccount::parse(TypedTransferAccount {
        bank: "국민",
        number: "123456789012",
        holder: "홍길동",
        identity: "1234567890",
        phone: "01012345678",
    })
    .unwrap()
}

pub fn billing_key() -> BillingKey {
    BillingKey::parse("bk66a1").unwrap()
}

pub fn charge(key: &BillingKey) -> NewCharge<'_> {
    NewCharge {
        key,
        order_name: "정기 결제",
        order_id: "R-2",
        amount: amount(9_900, 0),
        card_quota: 0,
        items: Vec::new(),
        user: Payer::default(),
        metadata: Metadata::default(),
        webhook: None,
    }
}

pub fn transfer(account: &TransferAccount) -> NewAutoTransfer<'_> {
    NewAutoTransfer {
        order_name: "정기 결제",
        subscription_id: "S-1",
        auth_by: AuthBy::Ars,
        account,
        amount: None,
        cash_receipt: None,
        user: Payer::default(),
        metadata: Metadata::default(),
    }
}

pub fn cases() -> Vec<Case> {
    vec![
        call!(PG_TOKEN, "/v2/request/token", { "client_key": "ck", "secret_key": "sk" },
            { "access_token": "t", "expired_at": "2026-11-20T14:35:00+09:00" }, |b| b.pg_token().await.map(|_| false)),
        call!(RECEIPT, "/v2/receipt/r1", null, {
                "receipt_id": "r1", "order_id": "R-1", "price": 1000, "tax_free": 0, "cancelled_price": 0, "cancelled_tax_free": 0,
                "metadata": {}, "sandbox": true, "pg": "나이스페이먼츠", "method": "카드", "method_symbol": "card", "currency": "KRW",
                "purchased_at": "2025-07-11T11:52:09+09:00", "status_locale": "결제대기", "status": 0,
                "receipt_url": "https://door.bootpay.co.kr/receipt/x", "card_data": { "card_no": "1234****" }
            },
            |b| b.receipt("r1").await.map(|receipt| is_paid(&receipt))),
        call!(CANCEL, "/v2/cancel", {
                "receipt_id": "r1", "cancel_id": "040g2081040g2081040g2081040g2081", "cancel_username": "Madang", "cancel_message": "환불"
            },
            { "receipt_id": "r1", "price": 1000, "cancelled_price": 1000, "status": 20 },
            |b| b.cancel("r1", None, &key(), "환불", None).await.map(|receipt| is_paid(&receipt))),
        call!(CANCEL, "/v2/cancel", {
            "receipt_id": "r1", "cancel_id": "040g2081040g2081040g2081040g2081", "cancel_username": "Madang", "cancel_message": "환불",
            "cancel_price": 500, "cancel_tax_free": 100,
            "refund": { "bank_account": "123456789012", "bank_username": "홍길동", "bank_code": "004" }
        },
        { "receipt_id": "r1", "price": 1000, "cancelled_price": 500, "cancelled_tax_free": "100", "status": "20", "vbank_data": {} },
        |b| {
            let account = RefundAccount::parse("004", "123-456-789012", "홍길동").unwrap();
            b.cancel("r1", Some(amount(500, 100)), &key(), "환불", Some(&account)).await.map(|receipt| is_paid(&receipt))
        }),
        call!(CONFIRM, "/v2/confirm", { "receipt_id": "r1" }, { "receipt_id": "r1", "status": 3, "price": 1000 },
            |b| b.confirm("r1").await.map(|receipt| is_paid(&receipt))),
        call!(BILLING_ISSUE, "/v2/request/subscribe", {
            "pg": "nicepay", "order_name": "정기 결제", "subscription_id": "S-1", "card_no": "9410123456789012", "card_pw": "12",
            "card_identity_no": "900101", "card_expire_year": "28", "card_expire_month": "07", "price": 1000, "tax_free": 0,
            "extra": { "subscribe_test_payment": true }, "user": { "id": "u1", "username": "김마당", "phone": "01012345678", "email": "a@b.kr" },
            "metadata": { "plan": "pro" }
        },
        { "billing_key": "bk66a1", "receipt_id": "r1", "subscription_id": "S-1", "status": 11, "billing_data": { "card_no": "9410****9012", "card_company": "국민" },
          "published_at": "2026-11-20T14:05:00+09:00", "billing_expire_at": "2031-11-20T14:05:00+09:00", "receipt_data": { "receipt_id": "r2", "status": 0, "price": 1000 } },
        |b| {
            let new = NewCardKey {
                pg: "nicepay", order_name: "정기 결제", subscription_id: "S-1", card: &card(), amount: Some(amount(1000, 0)),
                test_payment: Some(true), user: Payer { id: "u1", name: "김마당", phone: "01012345678", email: "a@b.kr" },
                metadata: Metadata::default().with("plan", "pro"),
            };
            b.issue_billing_key(&new).await.map(|notice| has_paid(&notice))
        }),
        call!(BILLING_ISSUE, "/v2/request/subscribe", {
            "pg": "nicepay", "order_name": "정기 결제", "subscription_id": "S-1", "card_no": "9410123456789012", "card_pw": "12",
            "card_identity_no": "900101", "card_expire_year": "28", "card_expire_month": "07"
        },
        { "billing_key": "bk66a1", "receipt_id": "r1", "status": "11", "receipt_data": null },
        |b| {
            let new = NewCardKey {
                pg: "nicepay", order_name: "정기 결제", subscription_id: "S-1", card: &card(), amount: None, test_payment: None,
                user: Payer::default(), metadata: Metadata::default(),
            };
            b.issue_billing_key(&new).await.map(|notice| has_paid(&notice))
        }),
        call!(BILLING_OF_RECEIPT, "/v2/subscribe/billing_key/r1", null, { "billing_key": "bk66a1", "receipt_id": "r1", "status": 11 },
            |b| b.billing_key_of_receipt("r1").await.map(|notice| has_paid(&notice))),
        call!(BILLING_KEY, "/v2/billing_key/bk66a1", null, { "billing_key": "bk66a1", "receipt_id": "r1", "status": -11 },
            |b| b.billing_key(&billing_key()).await.map(|notice| has_paid(&notice))),
        call!(BILLING_DESTROY, "/v2/subscribe/billing_key/bk66a1", null, { "billing_key": "bk66a1" },
            |b| b.destroy_billing_key(&billing_key()).await.map(|()| false)),
        call!(CHARGE, "/v2/subscribe/payment", {
                "billing_key": "bk66a1", "order_name": "정기 결제", "order_id": "R-2", "price": 9900, "tax_free": 0, "card_quota": "00"
            },
            { "receipt_id": "r3", "order_id": "R-2", "price": 9900, "status": -2 },
            |b| b.charge(&charge(&billing_key())).await.map(|receipt| is_paid(&receipt))),
        call!(CHARGE, "/v2/subscribe/payment", {
            "billing_key": "bk66a1", "order_name": "정기 결제", "order_id": "R-2", "price": 9900, "tax_free": 0, "card_quota": "03",
            "items": [{ "id": "p1", "name": "플랜", "qty": 1, "price": 9900 }], "user": { "username": "김마당" },
            "metadata": { "order_id": "R-2" }, "feedback_url": "https://shop/hook", "content_type": "application/json"
        },
        { "receipt_id": "r3", "order_id": "R-2", "price": 9900, "status": 3 },
        |b| {
            let key = billing_key();
            let new = NewCharge {
                card_quota: 3,
                items: vec![Item { id: "p1", name: "플랜", quantity: 1, price: krw(9_900) }],
                user: Payer { name: "김마당", ..Payer::default() },
                metadata: Metadata::default().with("order_id", "R-2"),
                webhook: Some(Webhook { url: "https://shop/hook", body: Some(WebhookBody::Json), retries: None }),
                ..charge(&key)
            };
            b.charge(&new).await.map(|receipt| is_paid(&receipt))
        }),
        call!(RESERVE, "/v2/subscribe/payment/reserve", {
                "billing_key": "bk66a1", "order_name": "정기 결제", "order_id": "R-2", "price": 9900, "tax_free": 0, "card_quota": "00",
                "reserve_execute_at": "2026-11-20T14:05:00+09:00"
            },
            { "reserve_id": "v1", "reserve_execute_at": "2026-11-20T14:05:00+09:00" },
            |b| b.reserve(&NewReservation { charge: charge(&billing_key()), at: UnixMs::new(1_795_151_100_000) }).await.map(|_| false)),
        call!(RESERVATION, "/v2/subscribe/payment/reserve/v1", null,
            { "reserve_id": "v1", "order_id": "R-2", "price": 9900, "tax_free": 0, "status": 0, "reserve_execute_at": "2026-11-20T14:05:00+09:00", "reserve_finished_at": null },
            |b| b.reservation("v1").await.map(|_| false)),
        call!(RESERVATION_CANCEL, "/v2/subscribe/payment/reserve/v1", null, { "reserve_id": "v1", "success": true },
            |b| b.cancel_reservation("v1").await.map(|()| false)),
        call!(TRANSFER_ISSUE, "/v2/request/subscribe/automatic-transfer", {
                "pg": "nicepay", "order_name": "정기 결제", "subscription_id": "S-1", "auth_type": "ARS", "username": "홍길동",
                "bank_name": "국민", "bank_account": "123456789012", "identity_no": "1234567890", "phone": "01012345678"
            },
            { "receipt_id": "r4", "subscription_id": "S-1", "status": 41 },
            |b| b.issue_auto_transfer(&transfer(&account())).await.map(|notice| has_paid(&notice))),
        call!(TRANSFER_ISSUE, "/v2/request/subscribe/automatic-transfer", {
            "pg": "nicepay", "order_name": "정기 결제", "subscription_id": "S-1", "auth_type": "간편인증", "username": "홍길동",
            "bank_name": "국민", "bank_account": "123456789012", "identity_no": "1234567890", "phone": "01012345678",
            "price": 9900, "tax_free": 0, "cash_receipt_type": "소득공제", "cash_receipt_identity_no": "01012345678",
            "user": { "phone": "01012345678" }, "metadata": { "plan": "pro" }
        },
        { "receipt_id": "r4", "status": "41", "billing_data": { "bank_name": "국민" } },
        |b| {
            let (account, identity) = (account(), CashReceiptIdentity::parse("010-1234-5678").unwrap());
            let new = NewAutoTransfer {
                auth_by: AuthBy::Simple,
                amount: Some(amount(9_900, 0)),
                cash_receipt: Some(CashReceipt::Person(&identity)),
                user: Payer { phone: "01012345678", ..Payer::default() },
                metadata: Metadata::default().with("plan", "pro"),
                ..transfer(&account)
            };
            b.issue_auto_transfer(&new).await.map(|notice| has_paid(&notice))
        }),
        call!(TRANSFER_PUBLISH, "/v2/request/subscribe/automatic-transfer/publish", { "receipt_id": "r4" },
        { "receipt_id": "r4", "billing_key": "bk66a1", "status": 11 },
        |b| b.publish_auto_transfer("r4").await.map(|published| match published {
            Published::Issued(notice) => has_paid(&notice),
            Published::Later | Published::Failed(_) => false,
        })),
        call!(USER_TOKEN, "/v2/request/user/token", { "user_id": "u1", "email": "a@b.kr", "username": "김마당", "phone": "01012345678" },
        { "user_token": "ut", "expired_at": "2026-11-20T14:35:00+09:00" },
        |b| {
            let new = NewUserToken { user_id: "u1", email: "a@b.kr", username: "김마당", phone: "01012345678" };
            b.user_token(&new).await.map(|_| false)
        }),
    ]
}
