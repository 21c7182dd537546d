//! Changes of contracts: prices, adjustments, bills, and what buyers ask for.

use serde_json::{Value, json};

use super::{Lab, MERCHANT, code};

fn path(contract: &Value) -> String {
    format!("/v1/order_subscriptions/{}", contract["order_subscription_id"].as_str().unwrap())
}

async fn next_bill(lab: &Lab, contract: &Value) -> Value {
    let id = contract["order_subscription_id"].as_str().unwrap();
    lab.get(&format!("/v1/order_subscription_bills?order_subscription_id={id}&status=2%2C5")).await.json["list"][0]
        .clone()
}

#[tokio::test]
async fn a_new_price_counts_from_the_next_instalment() {
    let lab = Lab::new();
    let contract = lab.contract(3).await;
    let update = json!({ "price": 19_900, "memo": "할인", "payment_next_at": "2026-04-10T00:00:00+09:00" });
    let changed = lab.put(&path(&contract), update).await.json;
    assert_eq!((&changed["price"], &changed["memo"]), (&json!(19_900), &json!("할인")));
    let bill = next_bill(&lab, &contract).await;
    assert_eq!((&bill["price"], &bill["reserve_payment_at"]), (&json!(19_900), &json!("2026-04-09T15:00:00Z")));
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["price"], 29_900);
    for wrong in [
        json!({ "price": 0 }),
        json!({ "total_subscription_duration": 0 }),
        json!({ "total_subscription_duration": 2_000 }),
    ] {
        assert_eq!(code(&lab.put(&path(&contract), wrong.clone()).await), "API_PARAM_INVALID", "{wrong}");
    }
    let refused = lab.call("PUT", &path(&contract), &[], &json!({ "price": 100 })).await;
    assert_eq!(code(&refused), "API_ROLE_NOT_SUPPORT");
}

#[tokio::test]
async fn adjustments_change_what_is_to_come_or_nothing() {
    let lab = Lab::new();
    let contract = lab.contract(4).await;
    let route = format!("{}/adjustments", path(&contract));
    let added = lab.post(&route, json!({ "name": "쿠폰", "price": -5_000, "duration": 2 })).await.json;
    let one = &added["order_subscription_adjustments"][0];
    assert_eq!((&one["type"], &one["duration"], &one["price"]), (&json!(1), &json!(2), &json!(-5_000)));
    assert_eq!(next_bill(&lab, &contract).await["price"], 24_900);

    for wrong in [
        json!({ "price": -1_000, "duration": 1 }),
        json!({ "price": -1_000, "duration": 5 }),
        json!({ "price": -24_901, "duration": 2 }),
        // One of the range would be negative, so none of it happens.
        json!({ "price": -29_000, "duration_from": 2, "duration_to": 4 }),
        json!({ "price": -1, "duration_from": 4, "duration_to": 3 }),
    ] {
        assert_eq!(code(&lab.post(&route, wrong.clone()).await), "API_PARAM_INVALID", "{wrong}");
    }
    assert_eq!(next_bill(&lab, &contract).await["price"], 24_900);

    let range = lab.post(&route, json!({ "price": 1_000, "duration_from": 3, "is_unlimited": true })).await.json;
    assert_eq!(range["order_subscription_adjustments"].as_array().unwrap().len(), 3, "2, and 3 and 4");
    let replaced = json!({ "duration": 2, "adjustments": [{ "price": -9_900, "name": "새 쿠폰" }] });
    lab.put(&route, replaced).await;
    assert_eq!(next_bill(&lab, &contract).await["price"], 20_000);
    lab.travel_days(32).await;
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["price"], 20_000);
    assert_eq!(next_bill(&lab, &contract).await["price"], 30_900);

    let third = &range["order_subscription_adjustments"][1]["order_subscription_adjustment_id"];
    let gone = lab.delete(&route, json!({ "order_subscription_adjustment_id": third })).await.json;
    assert_eq!(gone["order_subscription_adjustments"].as_array().unwrap().len(), 2);
    assert_eq!(next_bill(&lab, &contract).await["price"], 29_900);
    let unknown = lab.delete(&route, json!({ "order_subscription_adjustment_id": "x" })).await;
    assert_eq!(code(&unknown), "ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND");
}

#[tokio::test]
async fn a_bill_is_moved_left_out_or_given_back() {
    let lab = Lab::new();
    let contract = lab.contract(3).await;
    let bill = next_bill(&lab, &contract).await;
    let route =
        |bill: &Value| format!("/v1/order_subscription_bills/{}", bill["order_subscription_bill_id"].as_str().unwrap());
    let mut whole = bill.clone();
    whole["price"] = json!(10_000);
    whole["reserve_payment_at"] = json!("2026-03-05T00:00:00Z");
    assert_eq!(lab.put(&route(&bill), whole.clone()).await.json["price"], 10_000);
    lab.travel_days(4).await;
    let paid = lab.get(&route(&bill)).await.json;
    assert_eq!((&paid["status"], &paid["purchased_at"]), (&json!(1), &json!("2026-03-05T00:00:00Z")));
    assert_eq!(code(&lab.put(&route(&bill), whole).await), "PROCESS_DUPLICATED");

    let cancel = async |bill: &Value, more: Value| {
        let mut body = json!({ "order_subscription_bill_id": bill["order_subscription_bill_id"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lab.post("/v1/order_subscriptions/bill/cancel", body).await
    };
    let part = cancel(&paid, json!({ "cancel_price": 4_000, "cancel_id": "X" })).await.json;
    assert_eq!((&part["cancel_price"], &part["order_number"]), (&json!(4_000), &paid["order_number"]));
    assert_eq!(code(&cancel(&paid, json!({ "cancel_price": 6_001 })).await), "CANCEL_PRICE_OVER");
    cancel(&paid, json!({})).await;
    let back = lab.get(&route(&bill)).await.json;
    assert_eq!((&back["cancelled_price"], &back["cancel_status"]), (&json!(10_000), &json!(2)));

    let last = next_bill(&lab, &contract).await;
    assert_eq!(cancel(&last, json!({})).await.json["status"], 10);
    assert_eq!(code(&cancel(&last, json!({})).await), "PROCESS_DUPLICATED");
    assert_eq!(lab.get(&path(&contract)).await.json["current_duration"], 3, "left out, and that was the last");
    assert_eq!(code(&lab.get("/v1/order_subscription_bills/nope").await), "ORDER_SUBSCRIPTION_BILL_NOT_FOUND");
}

#[tokio::test]
async fn what_a_buyer_wants_waits_for_the_merchant() {
    let lab = Lab::new();
    let contract = lab.contract(12).await;
    let id = &contract["order_subscription_id"];
    let ask = async |wish: &str, more: Value| {
        let mut body = json!({ "order_subscription_id": id, "reason": "이유" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lab.call("POST", &format!("/v1/order_subscriptions/requests/ing/{wish}"), &[], &body).await
    };
    let decide = async |request: &Value, approval: &str| {
        let path =
            format!("/v1/order-subscription-requests/{}", request["order_subscription_request_id"].as_str().unwrap());
        lab.call("PUT", &path, MERCHANT, &json!({ "approval": approval, "reason": "네" })).await
    };
    assert_eq!(code(&ask("pause", json!({})).await), "API_PARAM_INVALID");
    let pause = ask("pause", json!({ "paused_at": "2026-03-02" })).await.json;
    assert_eq!((&pause["status"], &pause["request_type"]), (&json!(0), &json!(1)));
    assert_eq!(code(&ask("pause", json!({ "paused_at": "2026-03-02" })).await), "PROCESS_DUPLICATED");
    assert_eq!(lab.get(&path(&contract)).await.json["status"], "subscribing");
    assert_eq!(lab.get("/v1/order_subscriptions?request_type=1").await.json["ing_pause"], 1);
    assert_eq!(decide(&pause, "approve").await.json["status"], 1);
    assert_eq!(code(&decide(&pause, "approve").await), "PROCESS_DUPLICATED");
    assert_eq!(lab.get(&path(&contract)).await.json["status"], "paused");

    let resume = async |body: Value| lab.call("PUT", "/v1/order_subscriptions/requests/ing/resume", &[], &body).await;
    assert_eq!(code(&resume(json!({ "order_subscription_id": id })).await), "SUBSCRIPTION_RESUME_REASON_REQUIRED");
    let going = resume(json!({ "order_subscription_id": id, "reason": "복귀" })).await.json;
    assert_eq!((&going["status"], &going["request_type"], &going["id"]), (&json!(1), &json!(2), id));
    let again = resume(json!({ "order_subscription_id": id, "reason": "복귀" })).await;
    assert_eq!(code(&again), "ORDER_SUBSCRIPTION_RESUME_UNABLE");

    let transfer = ask("transfer", json!({ "new_user_id": "U-2", "new_username": "김" })).await.json;
    assert_eq!(
        lab.put(&format!("{}/reject", path(&contract)), json!({ "reason": "아니요" })).await.json["user_id"],
        "U-1"
    );
    assert_eq!(code(&decide(&transfer, "approve").await), "PROCESS_DUPLICATED");
    ask("transfer", json!({ "new_user_id": "U-2" })).await;
    assert_eq!(lab.put(&format!("{}/approve", path(&contract)), json!({})).await.json["user_id"], "U-2");
    assert_eq!(code(&lab.put(&format!("{}/approve", path(&contract)), json!({})).await), "PROCESS_DUPLICATED");

    let purchase = ask("purchase", json!({ "price": 200_000 })).await.json;
    decide(&purchase, "approve").await;
    assert_eq!(lab.get(&path(&contract)).await.json["status"], "cancelled");
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["price"], 200_000);

    let list = "/v1/order-subscription-requests";
    assert_eq!(lab.call("GET", list, &[], &Value::Null).await.json["count"], 5);
    assert_eq!(lab.get(&format!("{list}?status=2&request_type=4")).await.json["count"], 1);
    assert_eq!(
        code(&lab.call("GET", &format!("{list}?project_id=p"), &[], &Value::Null).await),
        "API_ROLE_NOT_SUPPORT"
    );
    assert_eq!(lab.call("GET", &format!("{list}?project_id=p"), MERCHANT, &Value::Null).await.status, 200);
    assert_eq!(code(&lab.get(&format!("{list}/nope")).await), "ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND");
}

#[tokio::test]
async fn a_termination_that_was_asked_for_uses_the_merchants_terms() {
    let lab = Lab::new();
    let contract = lab.contract(12).await;
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    let asked = json!({ "order_number": order["order_number"], "reason": "해지", "termination_fee": 1_000 });
    let request = lab.call("POST", "/v1/order_subscriptions/requests/ing/termination", &[], &asked).await.json;
    let decide = json!({ "approval": "approve", "termination_fee": 0, "last_bill_refund_price": 29_900 });
    let path_of =
        format!("/v1/order-subscription-requests/{}", request["order_subscription_request_id"].as_str().unwrap());
    assert_eq!(lab.put(&path_of, json!({ "approval": "maybe" })).await.status, 400);
    assert_eq!(lab.put(&path_of, decide).await.json["status"], 1);
    assert_eq!(lab.get(&path(&contract)).await.json["status"], "cancelled");
    let first = lab.get("/v1/orders").await.json["list"][0].clone();
    assert_eq!((&first["cancelled_price"], &first["status"]), (&json!(29_900), &json!("cancelled")));
}

/// Bootpay B.5: a member asks, the merchant decides; the older way of withdrawing still works.
#[tokio::test]
async fn a_member_asks_for_a_cancel_and_withdraws_it() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    let body = json!({ "order_number": order["order_number"], "request_cancel_parameters": { "cancel_price": 900 } });
    let member = &[("bootpay-role", "user"), ("bootpay-user-jwt", "jwt")][..];
    let asked = lab.call("POST", "/v1/order/cancel", member, &body).await.json;
    assert_eq!((&asked["status"], &asked["cancel_requester"]), (&json!(0), &json!("구매자")));
    let path = format!("/v1/order/cancel/{}", asked["order_cancellation_request_id"].as_str().unwrap());
    let withdrawn = lab.call("DELETE", &path, &[], &Value::Null).await;
    assert!(withdrawn.json["withdrawn_at"].is_string(), "{}", withdrawn.text);
    assert_eq!(code(&lab.call("DELETE", &path, &[], &Value::Null).await), "CANCEL_ALREADY_DONE");
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["cancelled_price"], 0);
}

#[tokio::test]
async fn an_orders_own_instalment_can_be_cancelled_by_its_bill() {
    let lab = Lab::new();
    let contract = lab.contract(-1).await;
    let id = contract["order_subscription_id"].as_str().unwrap();
    let bills = lab.get(&format!("/v1/order_subscription_bills?order_subscription_id={id}")).await.json["list"].clone();
    let by = |bill: &Value| {
        let bills = json!([{ "order_subscription_bill_id": bill["order_subscription_bill_id"] }]);
        json!({ "order_id": contract["order_id"], "request_cancel_parameters": { "cancel_order_subscription_bills": bills } })
    };
    assert_eq!(
        code(&lab.post("/v1/order/cancel", by(&bills[0])).await),
        "API_PARAM_INVALID",
        "not paid with this order"
    );
    assert_eq!(lab.post("/v1/order/cancel", by(&bills[1])).await.json["cancel_price"], 29_900);
}

#[tokio::test]
async fn a_test_webhook_goes_to_the_projects_address() {
    let lab = Lab::new();
    let ask = async |body: Value| lab.call("POST", "/v1/webhook/test", &[], &body).await;
    assert_eq!(code(&ask(json!({})).await), "API_PARAM_INVALID");
    lab.post("/_emulator/webhooks", json!({ "commerce": "http://shop.test/c" })).await;
    assert_eq!(ask(json!({ "header_content_type": 1 })).await.json["webhook_url"], "http://shop.test/c");
    let sent = lab.emulator.due_webhooks();
    assert_eq!((sent.len(), sent[0].content_type), (1, "application/x-www-form-urlencoded"));
    assert!(String::from_utf8_lossy(&sent[0].body).contains("event=webhook.test"));
}
