//! Contracts: how they begin, and what time does to them.

use serde_json::{Value, json};

use super::{Lab, MERCHANT, PRO_MONTH, Scratch, code};

fn path(contract: &Value) -> String {
    format!("/v1/order_subscriptions/{}", contract["order_subscription_id"].as_str().unwrap())
}

async fn bills(lab: &Lab, contract: &Value) -> Vec<Value> {
    let id = contract["order_subscription_id"].as_str().unwrap();
    let all = lab.get(&format!("/v1/order_subscription_bills?order_subscription_id={id}")).await.json;
    let mut all = all["list"].as_array().unwrap().clone();
    all.reverse();
    all
}

fn of<'a>(bills: &'a [Value], name: &str) -> Vec<&'a Value> {
    bills.iter().map(|bill| &bill[name]).collect()
}

#[tokio::test]
async fn a_product_with_a_duration_begins_a_contract_and_one_payment_none() {
    let lab = Lab::new();
    for duration in [json!(1), json!(0), Value::Null] {
        let products = json!([{ "product_id": PRO_MONTH, "quantity": 1, "duration": duration }]);
        let id = lab.invoice(json!({ "products": products })).await;
        lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    }
    assert_eq!(lab.get("/v1/order_subscriptions").await.json["count"], 0);
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["order_subscriptions"], Value::Null);

    let contract = lab.contract(3).await;
    assert_eq!((&contract["status"], &contract["current_duration"]), (&json!("subscribing"), &json!(1)));
    assert_eq!(contract["payment_next_at"], "2026-04-02T00:00:00Z");
    let bills = bills(&lab, &contract).await;
    assert_eq!(of(&bills, "status"), [&json!(1), &json!(2)]);
    assert_eq!(bills[0]["order_id"], contract["order_id"]);
    let list = lab.get("/v1/order_subscriptions?status=subscribing&user_id=U-1").await.json;
    assert_eq!((&list["count"], &list["sum_active"], &list["sum_pause"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(lab.get("/v1/order_subscriptions?status=20").await.json["count"], 0);
    assert_eq!(code(&lab.get("/v1/order_subscriptions/nope").await), "ORDER_SUBSCRIPTION_NOT_FOUND");
}

/// Bootpay H-4.
#[tokio::test]
async fn an_order_shows_its_contracts_in_three_forms() {
    let lab = Lab::new();
    let contract = lab.contract(-1).await;
    let shown = async |shape: &str| {
        lab.post("/_emulator/settings", json!({ "order_subscriptions": shape })).await;
        lab.get("/v1/orders").await.json["list"][0]["order_subscriptions"].clone()
    };
    let array = shown("array").await;
    assert_eq!(array[0]["payment_next_at"], contract["payment_next_at"]);
    assert!(array[0]["first_order_subscription_bill"]["billing_key_data"]["billing_key"].is_string(), "{array}");
    let object = shown("object").await;
    assert_eq!(object["subscriptions"][0]["order_subscription_id"], contract["order_subscription_id"]);
    assert_eq!(object["subscriptions"][0]["total_subscription_duration"], -1);
    assert_eq!(shown("null").await, Value::Null);
    lab.post("/_emulator/settings", json!({ "statuses": "integer" })).await;
    assert_eq!(lab.get(&path(&contract)).await.json["status"], 1);
}

#[tokio::test]
async fn instalments_are_paid_at_their_own_time_and_told() {
    let file = Scratch::new();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    lab.post("/_emulator/webhooks", json!({ "pg": "http://shop.test/pg", "commerce": "http://shop.test/c" })).await;
    let contract = lab.contract(3).await;
    lab.travel_days(30).await;
    assert_eq!(lab.get("/v1/orders").await.json["count"], 1, "a day too early");
    lab.travel_days(70).await;
    let orders = lab.get("/v1/orders").await.json;
    assert_eq!(orders["count"], 3);
    let (last, first) = (&orders["list"][0], &orders["list"][2]);
    assert_eq!((&last["purchased_at"], &last["price"]), (&json!("2026-05-02T00:00:00Z"), &json!(29_900)));
    assert_eq!((&last["parent_order_id"], &last["request_id"]), (&first["order_id"], &Value::Null));
    assert_eq!(last["metadata"], json!({ "plan": "pro" }));
    assert!(last["order_number"].as_str().unwrap().starts_with("260502"));
    let id = contract["order_subscription_id"].as_str().unwrap();
    assert_eq!(lab.get(&format!("/v1/orders?order_subscription_ids={id}")).await.json["count"], 3);

    let told = lab.get("/_emulator/webhooks").await.json["webhooks"].clone();
    let events: Vec<_> = told.as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap()).collect();
    let renewed = ["PAYMENT_COMPLETED", "subscription.renewed"];
    assert_eq!(events, [&["PAYMENT_COMPLETED", "order.paid"][..], &renewed, &renewed].concat());
    let body: Value = serde_json::from_str(told[1]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["data"]["order_subscriptions"][0]["order_subscription_id"], contract["order_subscription_id"]);

    let over = lab.get(&path(&contract)).await.json;
    assert_eq!((&over["current_duration"], &over["payment_next_at"]), (&json!(3), &Value::Null));
    assert_eq!(over["service_end_at"], "2026-06-02T00:00:00Z");
    assert_eq!(of(&bills(&lab, &contract).await, "status"), [&json!(1), &json!(1), &json!(1)]);
    assert_eq!(over["status"], "expired", "a hundred days are more than three months");
    drop(lab);
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    assert_eq!(lab.get(&path(&contract)).await.json, over);
}

#[tokio::test]
async fn who_carries_webhooks_by_hand_is_woken_for_instalments() {
    let lab = Lab::new();
    lab.post("/_emulator/webhooks", json!({ "pg": "http://shop.test/pg" })).await;
    lab.contract(-1).await;
    for sent in lab.emulator.due_webhooks() {
        lab.emulator.webhook_answered(&sent.id, 200, b"{\"success\":true}");
    }
    let next = lab.emulator.next_webhook_at().unwrap();
    assert_eq!(crate::emulator::times::utc(next), "2026-04-02T00:00:00Z");
    lab.pass_minutes(31 * 24 * 60);
    let sent = lab.emulator.due_webhooks();
    assert_eq!(sent.len(), 1);
    assert!(String::from_utf8_lossy(&sent[0].body).contains("2026-04-02T09:00:00+09:00"));
}

#[tokio::test]
async fn an_unpaid_instalment_holds_the_contract_until_there_is_a_key() {
    let lab = Lab::new();
    lab.post("/_emulator/webhooks", json!({ "commerce": "http://shop.test/c" })).await;
    let contract = lab.contract(-1).await;
    let dead = format!("/v2/subscribe/billing_key/{}", contract["billing_key"].as_str().unwrap());
    lab.delete(&dead, Value::Null).await;
    lab.travel_days(100).await;
    let held = lab.get(&path(&contract)).await.json;
    assert_eq!((&held["status"], &held["current_duration"]), (&json!("pending"), &json!(1)));
    assert_eq!(held["latest_failed_at"], "2026-04-02T00:00:00Z");
    assert_eq!(of(&bills(&lab, &contract).await, "status"), [&json!(1), &json!(-1)]);
    let told = lab.get("/_emulator/webhooks").await.json["webhooks"].clone();
    assert_eq!(told[1]["event"], "subscription.payment_failed");
    assert_eq!(lab.get("/v1/order_subscriptions").await.json["sum_hold_on"], 1);

    let update = |key: &Value| json!({ "billing_key": key });
    let refused = lab.put(&path(&contract), update(&contract["billing_key"])).await;
    assert_eq!(code(&refused), "SUBSCRIBE_BK_EXPIRED");
    let key = lab.billing_key().await;
    lab.put(&path(&contract), update(&key["billing_key"])).await;
    // The one that failed and those that were due meanwhile.
    let caught_up = lab.get(&path(&contract)).await.json;
    assert_eq!((&caught_up["status"], &caught_up["current_duration"]), (&json!("subscribing"), &json!(4)));
}

#[tokio::test]
async fn a_payment_into_an_account_begins_a_contract_without_a_key() {
    let lab = Lab::new();
    let products = json!([{ "product_id": PRO_MONTH, "quantity": 1, "duration": 2 }]);
    let id = lab.invoice(json!({ "products": products })).await;
    lab.form(&format!("/invoice/{id}"), "outcome=deposit".to_owned()).await;
    assert_eq!(lab.get("/v1/order_subscriptions").await.json["count"], 0);
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    lab.post("/_emulator/deposit", json!({ "order_number": order["order_number"] })).await;
    let contract = lab.get("/v1/order_subscriptions").await.json["list"][0].clone();
    assert_eq!(contract["billing_key"], Value::Null);
    lab.travel_days(40).await;
    assert_eq!(lab.get(&path(&contract)).await.json["status"], "pending");
}

#[tokio::test]
async fn a_pause_moves_what_is_to_come() {
    let lab = Lab::new();
    let contract = lab.contract(3).await;
    let act = async |act: &str, body: Value| lab.put(&format!("{}/{act}", path(&contract)), body).await;
    assert_eq!(code(&act("resume", json!({})).await), "ORDER_SUBSCRIPTION_RESUME_UNABLE");
    assert_eq!(code(&act("pause", json!({})).await), "API_PARAM_INVALID");
    let paused = act("pause", json!({ "paused_at": "2026-03-02", "reason": "휴가" })).await.json;
    assert_eq!((&paused["status"], &paused["payment_next_at"]), (&json!("paused"), &Value::Null));
    assert_eq!(code(&act("pause", json!({ "paused_at": "2026-03-02" })).await), "PROCESS_DUPLICATED");
    lab.travel_days(100).await;
    assert_eq!(lab.get("/v1/orders").await.json["count"], 1);
    let answered = act("resume", json!({ "reason": "복귀" })).await.json;
    let resumed = lab.get(&path(&contract)).await.json;
    assert_eq!(answered, resumed, "the answer says what is true from now on");
    // 2 April and a hundred days.
    assert_eq!(
        (&resumed["status"], &resumed["payment_next_at"]),
        (&json!("subscribing"), &json!("2026-07-11T00:00:00Z"))
    );
    lab.travel_days(31).await;
    assert_eq!(lab.get("/v1/orders").await.json["count"], 2);
    assert_eq!(code(&act("dance", json!({})).await), "NOT_FOUND");
}

#[tokio::test]
async fn ending_early_gives_back_or_takes_what_the_fees_come_to() {
    let lab = Lab::new();
    lab.post("/_emulator/webhooks", json!({ "commerce": "http://shop.test/c" })).await;
    let contract = lab.contract(-1).await;
    let fee = format!(
        "/v1/order_subscriptions/requests/ing/calculate_termination_fee?order_subscription_id={}",
        contract["order_subscription_id"].as_str().unwrap()
    );
    lab.pass_minutes(31 * 24 * 60 / 2);
    let expected =
        json!({ "termination_fee": 0, "refund_amount": 14_950, "last_bill_refund_price": 14_950, "final_fee": 0 });
    assert_eq!(lab.get(&fee).await.json, expected);
    let ended = lab.put(&format!("{}/terminate", path(&contract)), json!({ "reason": "해지" })).await.json;
    assert_eq!((&ended["status"], &ended["cancel_at"].is_string()), (&json!("cancelled"), &true));
    let first = lab.get("/v1/orders").await.json["list"][0].clone();
    assert_eq!(first["cancelled_price"], 14_950);
    assert_eq!(of(&bills(&lab, &contract).await, "status"), [&json!(1), &json!(20)]);
    let told = lab.get("/_emulator/webhooks").await.json["webhooks"].clone();
    let events: Vec<_> = told.as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["order.paid", "order.partially_cancelled", "subscription.cancelled"]);
    lab.travel_days(100).await;
    assert_eq!(lab.get("/v1/orders").await.json["count"], 1, "nothing falls due any more");
    let again = lab.put(&format!("{}/terminate", path(&contract)), json!({})).await;
    assert_eq!(code(&again), "PROCESS_DUPLICATED");

    let other = lab.contract(12).await;
    let fees = json!({ "termination_fee": 40_000, "last_bill_refund_price": 9_900 });
    lab.put(&format!("{}/terminate", path(&other)), fees).await;
    let charged = lab.get("/v1/orders").await.json["list"][0].clone();
    assert_eq!((&charged["price"], &charged["receipt_status"]), (&json!(30_100), &json!("receipt_paid")));
}

#[tokio::test]
async fn a_charge_key_is_charged_until_it_is_revoked() {
    let lab = Lab::new();
    let contract = lab.contract(-1).await;
    let charge = json!({ "charge_key": contract["charge_key"], "price": 7_000, "metadata": { "usage": 7 } });
    let route = "/v1/order_subscriptions/charge";
    let key = [MERCHANT, &[("idempotency-key", "C")]].concat();
    for _ in 0..2 {
        let paid = lab.call("POST", route, &key, &charge).await.json;
        assert_eq!((&paid["price"], &paid["charge_key"]), (&json!(7_000), &contract["charge_key"]));
        let order = lab.get(&format!("/v1/orders/{}", paid["order_number"].as_str().unwrap())).await.json;
        assert_eq!((&order["metadata"], &order["receipt_id"]), (&json!({ "usage": 7 }), &paid["receipt_id"]));
    }
    assert_eq!(lab.get("/v1/orders").await.json["count"], 2, "the same key pays once");
    assert_eq!(lab.get(&path(&contract)).await.json["current_duration"], 1, "it is no instalment");
    let refused = lab.call("POST", route, &[("bootpay-role", "manager")], &charge).await;
    assert_eq!(code(&refused), "API_ROLE_NOT_SUPPORT");
    let revoke = json!({ "charge_key": contract["charge_key"] });
    assert!(lab.delete(route, revoke.clone()).await.json["revoked_at"].is_string());
    assert_eq!(code(&lab.delete(route, revoke).await), "PROCESS_DUPLICATED");
    assert_eq!(code(&lab.post(route, charge).await), "SUBSCRIBE_BK_EXPIRED");
    let unknown = json!({ "charge_key": "x", "price": 7_000 });
    assert_eq!(code(&lab.post(route, unknown).await), "ORDER_SUBSCRIPTION_CHARGE_KEY_NOT_FOUND");
}
