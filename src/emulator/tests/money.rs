//! Paying, depositing, confirming, cancelling, through both APIs.

use serde_json::{Value, json};

use super::{Lab, MERCHANT, code};

#[tokio::test]
async fn order_and_receipt_move_together() {
    for (outcome, order_status, receipt_status, number) in [
        ("paid", "payment_completed", "receipt_paid", 1),
        ("deposit", "payment_pending", "receipt_vbank_ready", 5),
        ("fail", "order_pending", "receipt_ready", -2),
    ] {
        let lab = Lab::new();
        let order = lab.order(outcome).await;
        assert_eq!((&order["status"], &order["receipt_status"]), (&json!(order_status), &json!(receipt_status)));
        let number_text = order["order_number"].as_str().unwrap();
        assert!(number_text.starts_with("260302") && number_text.len() == 20, "{number_text}");
        let receipt = lab.get(&format!("/v2/receipt/{}", order["receipt_id"].as_str().unwrap())).await.json;
        assert_eq!((&receipt["status"], &receipt["price"]), (&json!(number), &json!(29_900)));
        assert_eq!(order["result_data"], receipt);
        assert_eq!(receipt["order_id"], "R-1");
        assert_eq!(receipt["vbank_data"]["bank_account"].is_string(), outcome == "deposit");
    }
}

#[tokio::test]
async fn cancels_in_parts_once_per_cancel_id_and_never_too_much() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    let receipt_id = &order["receipt_id"];
    let part = json!({ "receipt_id": receipt_id, "cancel_price": 9_900, "cancel_id": "C-1" });
    for _ in 0..2 {
        let receipt = lab.post("/v2/cancel", part.clone()).await.json;
        assert_eq!((&receipt["status"], &receipt["cancelled_price"]), (&json!(1), &json!(9_900)));
    }
    for wrong in [json!(20_001), json!(0), json!(-1), json!("100"), json!(1.5)] {
        let refused = lab.post("/v2/cancel", json!({ "receipt_id": receipt_id, "cancel_price": wrong })).await;
        assert_eq!(refused.status, 400, "{wrong} {}", refused.text);
    }
    let number = &order["order_number"];
    let over = json!({ "order_number": number, "request_cancel_parameters": { "cancel_price": 20_001 } });
    assert_eq!(code(&lab.post("/v1/order/cancel", over).await), "CANCEL_PRICE_OVER");
    let rest = json!({ "order_number": number, "request_cancel_parameters": { "cancel_id": "C-2" } });
    for _ in 0..2 {
        let item = lab.post("/v1/order/cancel", rest.clone()).await.json;
        assert_eq!((&item["cancel_price"], &item["cancel_after_price"]), (&json!(20_000), &json!(0)));
    }
    let order = lab.get(&format!("/v1/orders/{}", number.as_str().unwrap())).await.json;
    assert_eq!((&order["status"], &order["receipt_status"]), (&json!("cancelled"), &json!("receipt_cancelled")));
    assert_eq!((&order["cancelled_price"], &order["result_data"]["status"]), (&json!(29_900), &json!(20)));
    assert_eq!(code(&lab.post("/v2/cancel", json!({ "receipt_id": receipt_id })).await), "RC_ALREADY_CANCELLED");
    let again = lab.post("/v1/order/cancel", json!({ "order_number": number })).await;
    assert_eq!(code(&again), "CANCEL_ALREADY_DONE");
    assert_eq!(lab.get("/v1/order/cancel").await.json["count"], 2);
}

#[tokio::test]
async fn a_buyers_role_cannot_cancel() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    let body = json!({ "order_number": order["order_number"] });
    let refused = lab.call("POST", "/v1/order/cancel", &[("bootpay-role", "user")], &body).await;
    assert_eq!((refused.status, code(&refused)), (403, "API_ROLE_NOT_SUPPORT"));
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["cancelled_price"], 0);
}

#[tokio::test]
async fn virtual_accounts_are_paid_later_and_refunded_somewhere() {
    let lab = Lab::new();
    let order = lab.order("deposit").await;
    let deposit = json!({ "order_number": order["order_number"] });
    let paid = lab.post("/_emulator/deposit", deposit.clone()).await.json;
    assert_eq!((&paid["receipt_status"], &paid["result_data"]["status"]), (&json!("receipt_paid"), &json!(1)));
    assert_eq!(lab.post("/_emulator/deposit", deposit).await.status, 400);
    let mut cancel = json!({ "receipt_id": order["receipt_id"] });
    assert_eq!(code(&lab.post("/v2/cancel", cancel.clone()).await), "RC_CANCEL_SERVER_ERROR");
    cancel["refund"] = json!({ "bank_account": "1", "bank_username": "홍", "bank_code": "004" });
    assert_eq!(lab.post("/v2/cancel", cancel).await.json["status"], 20);

    let unpaid = lab.order("deposit").await;
    let given_up = lab.post("/v2/cancel", json!({ "receipt_id": unpaid["receipt_id"] })).await.json;
    assert_eq!((&given_up["status"], &given_up["cancelled_price"]), (&json!(-3), &json!(0)));
}

#[tokio::test]
async fn separate_approval_waits_for_the_merchant() {
    let lab = Lab::new();
    let id = lab.invoice(json!({ "extra": { "separately_confirmed": true } })).await;
    let page = lab.form(&format!("/invoice/{id}"), "framed=1&outcome=paid".to_owned()).await;
    assert!(page.text.contains(r#""event":"confirm""#), "{}", page.text);
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    assert_eq!((&order["receipt_status"], &order["result_data"]["status"]), (&json!("receipt_ready"), &json!(2)));
    assert_eq!(order["purchased_at"], Value::Null);
    let body = json!({ "order_number": order["order_number"] });
    assert_eq!(lab.post("/v1/order/confirm", body.clone()).await.json["receipt_status"], "receipt_paid");
    assert_eq!(code(&lab.post("/v1/order/confirm", body).await), "ORDER_NOT_PAYMENT_READY");
}

#[tokio::test]
async fn what_a_buyer_asks_for_waits_for_the_merchant() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    let ask = json!({ "order_number": order["order_number"], "request_cancel_parameters": { "cancel_price": 9_900 } });
    let asked = lab.post("/_emulator/cancel-request", ask.clone()).await.json;
    assert_eq!((&asked["status"], &asked["processed_at"]), (&json!(0), &Value::Null));
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["cancelled_price"], 0);
    let path = |asked: &Value, act: &str| {
        format!("/v1/order/cancel/{}/{act}", asked["order_cancellation_request_id"].as_str().unwrap())
    };
    for act in ["approve", "reject"] {
        let refused =
            lab.call("PUT", &path(&asked, act), &[("bootpay-role", "user")], &json!({ "message": "x" })).await;
        assert_eq!(code(&refused), "API_ROLE_NOT_SUPPORT", "{act}");
    }
    let done = lab.call("PUT", &path(&asked, "approve"), MERCHANT, &json!({})).await.json;
    assert_eq!(done["order_cancellation_request_id"], asked["order_cancellation_request_id"]);
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["cancelled_price"], 9_900);
    let again = lab.call("PUT", &path(&asked, "approve"), MERCHANT, &json!({})).await;
    assert_eq!(code(&again), "CANCEL_ALREADY_DONE");

    let second = lab.post("/_emulator/cancel-request", ask.clone()).await.json;
    assert_eq!(code(&lab.call("PUT", &path(&second, "reject"), MERCHANT, &json!({})).await), "API_PARAM_INVALID");
    let rejected = lab.call("PUT", &path(&second, "reject"), MERCHANT, &json!({ "message": "안 돼요" })).await.json;
    assert_eq!(rejected["status"], 2);
    let third = lab.post("/_emulator/cancel-request", ask).await.json;
    let withdrawn = lab.call("PUT", &path(&third, "withdraw"), &[], &json!({})).await;
    assert!(withdrawn.json["withdrawn_at"].is_string(), "{}", withdrawn.text);
    assert_eq!(lab.call("PUT", &path(&third, "burn"), MERCHANT, &json!({})).await.status, 404);
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["cancelled_price"], 9_900);
}

#[tokio::test]
async fn an_order_that_nobody_paid_in_time_is_over() {
    let lab = Lab::new();
    lab.invoice(json!({ "extra": { "create_order_immediately": true } })).await;
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    let body = json!({ "order_number": order["order_number"] });
    assert_eq!(code(&lab.post("/v1/order/confirm", body.clone()).await), "ORDER_NOT_PAYMENT_READY");
    lab.pass_minutes(120);
    let over = lab.post("/v1/order/confirm", body).await;
    assert_eq!((over.status, code(&over)), (401, "ORDER_EXPIRED"));
}
