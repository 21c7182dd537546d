//! Account transfers: asked for, consented to, published.

use serde_json::{Value, json};

use super::{Lab, code};

const ASK: &str = "/v2/request/subscribe/automatic-transfer";
const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";

fn account() -> Value {
    json!({
        "pg": "nicepay", "order_name": "자동이체", "subscription_id": "S-1", "auth_type": "ARS", "username": "홍길동",
        "bank_name": "국민", "bank_account": "11012345678901", "identity_no": "900101", "phone": "01012345678",
    })
}

#[tokio::test]
async fn a_key_comes_after_the_customers_consent() {
    for (setting, status) in [(1, 1), (11, 11)] {
        let lab = Lab::new();
        lab.post("/_emulator/settings", json!({ "published_status": setting })).await;
        let asked = lab.post(ASK, account()).await.json;
        assert_eq!((&asked["status"], asked.get("billing_key")), (&json!(41), None));
        let receipt = json!({ "receipt_id": asked["receipt_id"] });
        let early = lab.post(PUBLISH, receipt.clone()).await;
        assert_eq!((early.status, code(&early)), (400, "SUBSCRIBE_REQUEST_FAILED"));
        let done = json!({ "receipt_id": asked["receipt_id"], "outcome": "done" });
        assert_eq!(lab.post("/_emulator/ars", done.clone()).await.json["status"], 41);
        let published = lab.post(PUBLISH, receipt.clone()).await.json;
        assert_eq!(published["status"], status);
        assert!(published["billing_key"].is_string());
        assert_eq!(published["billing_data"]["bank_account"], "110*******8901");
        assert_eq!(lab.post(PUBLISH, receipt).await.json, published, "a lost answer can be asked for again");
        assert_eq!(code(&lab.post("/_emulator/ars", done).await), "PROCESS_DUPLICATED");
        let path = format!("/v2/subscribe/billing_key/{}", asked["receipt_id"].as_str().unwrap());
        let found = lab.get(&path).await.json;
        assert_eq!((&found["status"], &found["billing_key"]), (&json!(11), &published["billing_key"]));
        let charge =
            json!({ "billing_key": published["billing_key"], "order_name": "n", "price": 5_000, "order_id": "1" });
        let paid = lab.post("/v2/subscribe/payment", charge).await.json;
        assert_eq!((&paid["method_symbol"], &paid["bank_data"]["bank_code"]), (&json!("bank"), &json!("004")));
        assert_eq!(paid.get("card_data"), None);
    }
}

/// Bootpay H-11.
#[tokio::test]
async fn both_errors_of_an_early_publish_can_be_had() {
    let lab = Lab::new();
    let asked = lab.post(ASK, account()).await.json;
    let receipt = json!({ "receipt_id": asked["receipt_id"] });
    lab.post("/_emulator/settings", json!({ "not_ready_error": "SUBSCRIBE_PUBLISH_NOT_READY" })).await;
    assert_eq!(code(&lab.post(PUBLISH, receipt.clone()).await), "SUBSCRIBE_PUBLISH_NOT_READY");
    lab.post("/_emulator/settings", json!({ "not_ready_error": "SUBSCRIBE_REQUEST_FAILED" })).await;

    let ars = async |outcome: &str| {
        lab.post("/_emulator/ars", json!({ "receipt_id": asked["receipt_id"], "outcome": outcome })).await
    };
    assert_eq!(ars("failed").await.json["status"], -1);
    assert_eq!(code(&lab.post(PUBLISH, receipt.clone()).await), "SUBSCRIBE_PUBLISH_NOT_READY", "refused");
    assert_eq!(ars("done").await.status, 200, "the customer calls again");
    assert_eq!(lab.post(PUBLISH, receipt).await.status, 200);

    let stale = lab.post(ASK, account()).await.json;
    lab.pass_minutes(30);
    let receipt = json!({ "receipt_id": stale["receipt_id"] });
    assert_eq!(code(&lab.post(PUBLISH, receipt).await), "SUBSCRIBE_PUBLISH_NOT_READY", "too late");
    let late = lab.post("/_emulator/ars", json!({ "receipt_id": stale["receipt_id"], "outcome": "done" })).await;
    assert_eq!(code(&late), "SUBSCRIBE_PUBLISH_NOT_READY");
    assert_eq!(
        code(&lab.post("/_emulator/ars", json!({ "receipt_id": "x", "outcome": "done" })).await),
        "RC_NOT_FOUND"
    );
    assert_eq!(code(&ars("maybe").await), "API_PARAM_INVALID");
}

#[tokio::test]
async fn what_is_missing_is_said_by_its_own_error() {
    let lab = Lab::new();
    for (name, value, error) in [
        ("pg", json!("kcp"), "API_PARAM_INVALID"),
        ("bank_name", Value::Null, "SUBSCRIBE_AT_BANK_CODE_BLANK"),
        ("bank_name", json!("없는은행"), "SUBSCRIBE_AT_BLANK_NOT_FOUND"),
        ("username", json!(" "), "SUBSCRIBE_AT_USERNAME_BLANK"),
        ("bank_account", Value::Null, "SUBSCRIBE_AT_BANK_ACCOUNT_BLANK"),
        ("bank_account", json!("12"), "API_PARAM_INVALID"),
        ("bank_account", json!("110123450000"), "SUBSCRIBE_AT_LOOKUP_USER_FAILED"),
        ("identity_no", json!(""), "SUBSCRIBE_AT_IDENTITY_NO_BLANK"),
        ("identity_no", json!("90010"), "API_PARAM_INVALID"),
        ("phone", Value::Null, "SUBSCRIBE_AT_PHONE_BLANK"),
        ("auth_type", json!("SMS"), "API_PARAM_INVALID"),
        ("cash_receipt_type", json!("x"), "API_PARAM_INVALID"),
    ] {
        let mut body = account();
        body[name] = value.clone();
        let refused = lab.post(ASK, body).await;
        assert_eq!((refused.status, code(&refused)), (400, error), "{name} {value}");
    }
    assert_eq!(lab.get("/_emulator/billing-keys").await.json["count"], 0);
}

#[tokio::test]
async fn a_first_payment_is_made_with_the_key() {
    let lab = Lab::new();
    let mut body = account();
    body["price"] = json!(3_000);
    let asked = lab.post(ASK, body).await.json;
    assert_eq!(lab.get("/_emulator/ledger").await.json["receipts"], json!([]), "nothing is paid before");
    lab.post("/_emulator/ars", json!({ "receipt_id": asked["receipt_id"], "outcome": "done" })).await;
    for _ in 0..2 {
        let published = lab.post(PUBLISH, json!({ "receipt_id": asked["receipt_id"] })).await.json;
        assert_eq!(published["receipt_data"]["price"], 3_000);
    }
    assert_eq!(lab.get("/_emulator/ledger").await.json["receipts"].as_array().unwrap().len(), 1);
    let card = lab.billing_key().await;
    assert_eq!(code(&lab.post(PUBLISH, json!({ "receipt_id": card["receipt_id"] })).await), "RC_NOT_SUBSCRIBE");
}
