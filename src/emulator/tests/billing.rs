//! Card keys, charges, reserved charges, the user token.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Lab, Scratch, card, code};

fn charge(key: &Value) -> Value {
    json!({ "billing_key": key["billing_key"], "order_name": "이용료", "price": 9_900, "order_id": "B-1" })
}

#[tokio::test]
async fn a_card_gets_a_key_and_both_look_ups_know_it() {
    let lab = Lab::new();
    let key = lab.billing_key().await;
    assert_eq!((&key["status"], &key["billing_data"]["card_no"]), (&json!(11), &json!("5570-****-****-1074")));
    assert_eq!(key["billing_expire_at"], "2029-01-01T00:00:00+09:00");
    assert_eq!(key["receipt_data"], Value::Null);
    let by_receipt = lab.get(&format!("/v2/subscribe/billing_key/{}", key["receipt_id"].as_str().unwrap())).await;
    let by_key = lab.get(&format!("/v2/billing_key/{}", key["billing_key"].as_str().unwrap())).await;
    assert_eq!((&by_receipt.json, &by_key.json), (&key, &key));

    let mut paying = card();
    paying["price"] = json!(1_000);
    let first = lab.post("/v2/request/subscribe", paying).await.json["receipt_data"].clone();
    assert_eq!((&first["status"], &first["price"], &first["order_id"]), (&json!(1), &json!(1_000), &json!("S-1")));
    let path = format!("/v2/subscribe/billing_key/{}", first["receipt_id"].as_str().unwrap());
    assert_eq!(code(&lab.get(&path).await), "RC_NOT_SUBSCRIBE");
    assert_eq!(code(&lab.get("/v2/subscribe/billing_key/nope").await), "RC_NOT_FOUND");
    assert_eq!(code(&lab.get("/v2/billing_key/nope").await), "RC_NOT_FOUND");
}

#[tokio::test]
async fn cards_that_cannot_be_are_refused() {
    let lab = Lab::new();
    for (name, value, error) in [
        ("card_no", json!("123"), "API_PARAM_INVALID"),
        ("card_pw", json!("1"), "API_PARAM_INVALID"),
        ("card_identity_no", json!("12345"), "API_PARAM_INVALID"),
        ("card_expire_month", json!("13"), "RC_INVALID_EXP_MONTH"),
        ("card_expire_month", json!("ab"), "RC_INVALID_EXP_MONTH"),
        ("card_expire_year", json!("25"), "API_PARAM_INVALID"),
        ("subscription_id", Value::Null, "API_PARAM_INVALID"),
        ("price", json!(99), "API_PARAM_INVALID"),
    ] {
        let mut body = card();
        body[name] = value.clone();
        let refused = lab.post("/v2/request/subscribe", body).await;
        assert_eq!((refused.status, code(&refused)), (400, error), "{name} {value}");
    }
    assert_eq!(lab.get("/_emulator/billing-keys").await.json["count"], 0);
}

#[tokio::test]
async fn a_key_is_charged_until_it_is_destroyed() {
    let lab = Lab::new();
    let key = lab.billing_key().await;
    let paid = lab.post("/v2/subscribe/payment", charge(&key)).await.json;
    assert_eq!(
        (&paid["status"], &paid["order_id"], &paid["method_symbol"]),
        (&json!(1), &json!("B-1"), &json!("card"))
    );
    assert_eq!(paid["card_data"]["card_no"], "5570-****-****-1074");
    assert_eq!(lab.get(&format!("/v2/receipt/{}", paid["receipt_id"].as_str().unwrap())).await.json, paid);
    assert_eq!(lab.get("/v1/orders").await.json["count"], 0, "the PG knows no orders");

    let mut wrong = charge(&key);
    wrong["items"] = json!([{ "id": "a", "name": "n", "qty": 2, "price": 5_000 }]);
    assert_eq!(code(&lab.post("/v2/subscribe/payment", wrong.clone()).await), "API_PARAM_INVALID");
    wrong["price"] = json!(10_000);
    assert_eq!(lab.post("/v2/subscribe/payment", wrong).await.status, 200);

    let declines = |declines: bool| json!({ "billing_key": key["billing_key"], "declines": declines });
    lab.post("/_emulator/billing-keys", declines(true)).await;
    assert_eq!(code(&lab.post("/v2/subscribe/payment", charge(&key)).await), "RC_CONFIRM_FAILED");
    lab.post("/_emulator/billing-keys", declines(false)).await;
    assert_eq!(lab.post("/v2/subscribe/payment", charge(&key)).await.status, 200);

    let back = lab.post("/v2/cancel", json!({ "receipt_id": paid["receipt_id"], "cancel_price": 900 })).await.json;
    assert_eq!((&back["status"], &back["cancelled_price"]), (&json!(1), &json!(900)));

    let path = format!("/v2/subscribe/billing_key/{}", key["billing_key"].as_str().unwrap());
    assert_eq!(lab.delete(&path, Value::Null).await.json, json!({ "billing_key": key["billing_key"] }));
    for dead in [lab.delete(&path, Value::Null).await, lab.post("/v2/subscribe/payment", charge(&key)).await] {
        assert_eq!((dead.status, code(&dead)), (400, "SUBSCRIBE_BK_EXPIRED"));
    }
    let found = lab.get(&format!("/v2/billing_key/{}", key["billing_key"].as_str().unwrap())).await.json;
    assert_eq!(found["status"], -11);
}

#[tokio::test]
async fn a_key_is_as_old_as_its_card() {
    let lab = Lab::new();
    let key = lab.billing_key().await;
    lab.travel_days(365 * 3).await;
    assert_eq!(code(&lab.post("/v2/subscribe/payment", charge(&key)).await), "SUBSCRIBE_BK_EXPIRED");
}

#[tokio::test]
async fn a_reserved_charge_happens_at_its_time() {
    let lab = Lab::new();
    let key = lab.billing_key().await;
    let reserve = async |at: &str| {
        let mut body = charge(&key);
        body["reserve_execute_at"] = json!(at);
        body["feedback_url"] = json!("http://shop.test/reserved");
        body["content_type"] = json!("application/x-www-form-urlencoded");
        lab.post("/v2/subscribe/payment/reserve", body).await
    };
    let path = |reserved: &Value| format!("/v2/subscribe/payment/reserve/{}", reserved["reserve_id"].as_str().unwrap());
    assert_eq!(code(&reserve("2026-03-02T08:59:00+09:00").await), "API_PARAM_INVALID", "the past");
    let due = reserve("2026-03-03T09:00:00+09:00").await.json;
    assert_eq!(due["reserve_execute_at"], "2026-03-03T09:00:00+09:00");
    let revoked = reserve("2026-03-03T10:00:00+09:00").await.json;
    let gone = lab.delete(&path(&revoked), Value::Null).await.json;
    assert_eq!(gone, json!({ "reserve_id": revoked["reserve_id"], "success": true }));
    assert_eq!(code(&lab.delete(&path(&revoked), Value::Null).await), "PROCESS_DUPLICATED");
    assert_eq!(lab.get(&path(&due)).await.json["receipt_id"], Value::Null);

    lab.travel_days(10).await;
    let done = lab.get(&path(&due)).await.json;
    assert_eq!((&done["status"], &done["reserve_started_at"]), (&json!(1), &json!("2026-03-03T09:00:00+09:00")));
    let receipt = lab.get(&format!("/v2/receipt/{}", done["receipt_id"].as_str().unwrap())).await.json;
    assert_eq!((&receipt["price"], &receipt["purchased_at"]), (&json!(9_900), &json!("2026-03-03T09:00:00+09:00")));
    let webhooks = lab.get("/_emulator/webhooks").await.json;
    assert_eq!(
        (&webhooks["count"], &webhooks["webhooks"][0]["target"]),
        (&json!(1), &json!("http://shop.test/reserved"))
    );
    assert_eq!(webhooks["webhooks"][0]["content_type"], "application/x-www-form-urlencoded");
    assert_eq!(lab.get(&path(&revoked)).await.json["receipt_id"], Value::Null);
    assert_eq!(code(&lab.get("/v2/subscribe/payment/reserve/nope").await), "RC_NOT_FOUND");

    for _ in 0..10 {
        assert_eq!(reserve("2026-04-01T00:00:00+09:00").await.status, 200);
    }
    assert_eq!(code(&reserve("2026-04-01T00:00:00+09:00").await), "API_PARAM_INVALID", "ten are enough");
}

#[tokio::test]
async fn a_reservation_outlives_its_key_and_fails() {
    let lab = Lab::new();
    let key = lab.billing_key().await;
    let mut body = charge(&key);
    body["reserve_execute_at"] = json!("2026-03-03T09:00:00+09:00");
    let reserved = lab.post("/v2/subscribe/payment/reserve", body.clone()).await.json;
    lab.delete(&format!("/v2/subscribe/billing_key/{}", key["billing_key"].as_str().unwrap()), Value::Null).await;
    assert_eq!(code(&lab.post("/v2/subscribe/payment/reserve", body).await), "SUBSCRIBE_BK_EXPIRED");
    lab.travel_days(2).await;
    let path = format!("/v2/subscribe/payment/reserve/{}", reserved["reserve_id"].as_str().unwrap());
    let failed = lab.get(&path).await.json;
    assert_eq!((&failed["status"], &failed["receipt_id"]), (&json!(-1), &Value::Null));
    assert_eq!(lab.get("/_emulator/ledger").await.json["receipts"], json!([]));
}

#[tokio::test]
async fn a_receipt_is_told_again_as_it_is_now() {
    let lab = Lab::new();
    let paid = lab.post("/v2/subscribe/payment", charge(&lab.billing_key().await)).await.json;
    let again = json!({ "receipt_id": paid["receipt_id"] });
    assert_eq!(code(&lab.post("/v2/request/webhook", again.clone()).await), "API_PARAM_INVALID", "no address");
    lab.post("/_emulator/webhooks", json!({ "pg": "http://shop.test/pg" })).await;
    lab.post("/v2/cancel", json!({ "receipt_id": paid["receipt_id"], "cancel_price": 900 })).await;
    assert_eq!(lab.post("/v2/request/webhook", again).await.json, json!({ "receipt_id": paid["receipt_id"] }));
    let webhooks = lab.get("/_emulator/webhooks").await.json["webhooks"].clone();
    assert_eq!(webhooks.as_array().unwrap().len(), 2);
    assert_eq!(webhooks[1]["event"], "PAYMENT_PARTIAL_CANCELLED");
    assert_eq!(webhooks[0]["body"], webhooks[1]["body"]);
    assert_eq!(code(&lab.post("/v2/request/webhook", json!({ "receipt_id": "nope" })).await), "RC_NOT_FOUND");
}

/// Bootpay A.5.
#[tokio::test]
async fn the_user_token_is_for_bearers_and_the_old_names_get_one() {
    let lab = Lab::new();
    let refused = lab.post("/v2/request/user/token", json!({ "user_id": "U-1" })).await;
    assert_eq!((refused.status, code(&refused)), (401, "TOKEN_KEY_INVALID"));
    let ask = async |id: &str, key: &str| {
        let body = json!({ "application_id": id, "private_key": key }).to_string();
        lab.send(Request::post("/v2/request/token").body(Body::from(body)).unwrap()).await
    };
    assert_eq!(code(&ask("nobody", "emulator-secret-key").await), "APP_KEY_NOT_FOUND");
    assert_eq!(code(&ask("emulator-client-key", "wrong").await), "APP_SK_NOT_MATCHED");
    let token = ask("emulator-client-key", "emulator-secret-key").await.json;
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let with = async |body: Value| {
        let request = Request::post("/v2/request/user/token").header("authorization", &bearer);
        lab.send(request.body(Body::from(body.to_string())).unwrap()).await
    };
    let user = with(json!({ "user_id": "U-1", "phone": "01012345678" })).await;
    assert!(user.json["user_token"].is_string() && user.json["expired_at"].is_string(), "{}", user.text);
    assert_eq!(code(&with(json!({})).await), "API_PARAM_INVALID");
}

/// Card, account and identity numbers pass through; only masked forms stay.
#[tokio::test]
async fn no_number_is_kept_whole() {
    let file = Scratch::new();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    lab.billing_key().await;
    let account = json!({
        "pg": "nicepay", "order_name": "n", "subscription_id": "S", "username": "홍길동", "bank_name": "국민은행",
        "bank_account": "110-1234-567890", "identity_no": "9001011234".get(..6), "phone": "01098765432",
        "cash_receipt_identity_no": "01055556666",
    });
    assert_eq!(lab.post("/v2/request/subscribe/automatic-transfer", account).await.status, 200);
    let order = lab.order("deposit").await;
    lab.post("/_emulator/deposit", json!({ "order_number": order["order_number"] })).await;
    let refund = json!({ "bank_account": "3333012345678", "bank_username": "홍", "bank_code": "090" });
    let back = lab.post("/v2/cancel", json!({ "receipt_id": order["receipt_id"], "refund": refund })).await;
    assert_eq!(back.status, 200, "{}", back.text);
    let ledger = lab.get("/_emulator/ledger").await.text;
    let journal = std::fs::read_to_string(&file.0).unwrap();
    for secret in [
        "5570420000001074",
        "5570-4200-0000-1074",
        "\"900101\"",
        "110-1234-567890",
        "1101234567890",
        "01098765432",
        "01055556666",
        "3333012345678",
    ] {
        assert!(!ledger.contains(secret) && !journal.contains(secret), "{secret}");
    }
    assert!(journal.contains("5570-****-****-1074"));
}
