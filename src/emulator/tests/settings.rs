//! The emulator's own time, cancels by hand, and the shapes of answers that can be chosen.

use serde_json::{Value, json};

use super::{Lab, START, Scratch, code};

#[tokio::test]
async fn its_time_goes_forward_and_only_back_when_it_is_set() {
    let lab = Lab::new();
    let clock = async |body: Value| lab.post("/_emulator/clock", body).await;
    let invoice = lab.invoice(json!({})).await;
    let moved = clock(json!({ "advance_ms": 2 * 60 * 60 * 1000 })).await.json;
    assert_eq!((&moved["now"], &moved["at"]), (&json!(START + 7_200_000), &json!("2026-03-02T11:00:00+09:00")));
    let page = lab.form(&format!("/invoice/{invoice}"), "outcome=paid".to_owned()).await;
    assert!(page.text.contains("만료된 주문이에요"), "{}", page.text);

    let order = lab.order("paid").await;
    assert_eq!(order["purchased_at"], "2026-03-02T02:00:00Z");
    assert_eq!(order["result_data"]["requested_at"], "2026-03-02T11:00:00+09:00");

    lab.pass_minutes(1);
    assert_eq!(lab.get("/_emulator/clock").await.json["now"], START + 7_260_000, "it goes on from there");
    for wrong in [
        json!({}),
        json!({ "advance_ms": -1 }),
        json!({ "advance_ms": 1, "set": 1 }),
        json!({ "advance_ms": i64::MAX }),
        json!({ "set": -1 }),
        json!({ "set": "2026" }),
    ] {
        let refused = clock(wrong.clone()).await;
        assert_eq!((refused.status, code(&refused)), (400, "API_PARAM_INVALID"), "{wrong}");
    }
    assert_eq!(clock(json!({ "set": START })).await.json["now"], START);
    assert_eq!(lab.get("/_emulator/clock").await.json["offset_ms"], -60_000);
    assert_eq!(lab.get("/v1/orders").await.json["count"], 1);
}

#[tokio::test]
async fn what_was_set_survives_a_reset_and_a_killed_process() {
    let file = Scratch::new();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    lab.post("/_emulator/clock", json!({ "advance_ms": 5_000 })).await;
    lab.post("/_emulator/settings", json!({ "statuses": "integer" })).await;
    lab.post("/_emulator/webhooks", json!({ "pg": "http://shop.test/pg" })).await;
    lab.post("/_emulator/reset", Value::Null).await;
    drop(lab);
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    assert_eq!(lab.get("/_emulator/clock").await.json["now"], START + 5_000);
    assert_eq!(lab.get("/_emulator/settings").await.json["statuses"], "integer");
    assert_eq!(lab.get("/_emulator/webhooks").await.json["pg"], "http://shop.test/pg");
}

#[tokio::test]
async fn the_console_cancels_parts_and_the_rest() {
    let lab = Lab::new();
    let order = lab.invoice(json!({ "tax_free_price": 900 })).await;
    lab.form(&format!("/invoice/{order}"), "outcome=paid".to_owned()).await;
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    let number = &order["order_number"];
    let part = json!({ "order_number": number, "price": 9_900, "tax_free": 900, "message": "단순 변심" });
    let partly = lab.post("/_emulator/cancel", part).await.json;
    assert_eq!((&partly["cancelled_price"], &partly["cancelled_tax_free_price"]), (&json!(9_900), &json!(900)));
    assert_eq!(partly["receipt_status"], "receipt_paid");
    let over = lab.post("/_emulator/cancel", json!({ "order_number": number, "price": 20_001 })).await;
    assert_eq!(code(&over), "CANCEL_PRICE_OVER");
    let rest = lab.post("/_emulator/cancel", json!({ "receipt_id": order["receipt_id"] })).await.json;
    assert_eq!((&rest["status"], &rest["cancelled_price"]), (&json!("cancelled"), &json!(29_900)));
    assert_eq!(rest, lab.get(&format!("/v1/orders/{}", number.as_str().unwrap())).await.json);
    let again = lab.post("/_emulator/cancel", json!({ "order_number": number })).await;
    assert_eq!(code(&again), "CANCEL_ALREADY_DONE");
    let cancels = lab.get("/_emulator/ledger").await.json["cancels"].clone();
    assert_eq!(
        (&cancels[0]["cancel_requester"], &cancels[0]["cancel_message"]),
        (&json!("관리자"), &json!("단순 변심"))
    );
    assert_eq!((&cancels[1]["cancel_price"], cancels.as_array().unwrap().len()), (&json!(20_000), 2));

    let account = lab.order("deposit").await;
    lab.post("/_emulator/deposit", json!({ "order_number": account["order_number"] })).await;
    let back = lab.post("/_emulator/cancel", json!({ "order_number": account["order_number"] })).await;
    assert_eq!(back.json["result_data"]["status"], 20, "the console knows the refund account");
    for (body, error) in [
        (json!({}), "API_PARAM_INVALID"),
        (json!({ "order_number": "x" }), "ORDER_NOT_FOUND"),
        (json!({ "receipt_id": "x" }), "RC_NOT_FOUND"),
    ] {
        assert_eq!(code(&lab.post("/_emulator/cancel", body).await), error);
    }
}

/// Bootpay H-3, H-9.
#[tokio::test]
async fn where_documents_contradict_each_other_the_shape_can_be_chosen() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    lab.post("/_emulator/cancel", json!({ "order_number": order["order_number"], "price": 100 })).await;
    let path = format!("/v2/receipt/{}", order["receipt_id"].as_str().unwrap());
    assert_eq!(lab.get(&path).await.json["status"], 1);
    let set = lab.post("/_emulator/settings", json!({ "partial_cancel_status": 20, "statuses": "integer" })).await;
    assert_eq!((&set.json["partial_cancel_status"], &set.json["statuses"]), (&json!(20), &json!("integer")));
    assert_eq!(lab.get(&path).await.json["status"], 20);
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    assert_eq!((&order["status"], &order["receipt_status"]), (&json!(2), &json!(1)));
    assert_eq!(lab.get("/v1/orders?payment_status=1").await.json["count"], 1);
    assert_eq!(
        lab.post("/_emulator/settings", json!({ "statuses": "string" })).await.json["partial_cancel_status"],
        20
    );
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["status"], "payment_completed");
    for wrong in [
        json!({ "partial_cancel_status": 5 }),
        json!({ "statuses": "words" }),
        json!({ "order_subscriptions": 1 }),
        json!({ "idempotency_gap_ms": -1 }),
        json!({ "status": "string" }),
    ] {
        assert_eq!(lab.post("/_emulator/settings", wrong).await.status, 400);
    }
}

/// Bootpay B.3.
#[tokio::test]
async fn a_list_can_show_no_more_than_is_documented() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    lab.post("/_emulator/settings", json!({ "list_items": "lean" })).await;
    let item = lab.get("/v1/orders").await.json["list"][0].clone();
    let names: Vec<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((names.len(), &item["order_number"]), (10, &order["order_number"]));
    assert!(["request_id", "metadata", "receipt_id"].iter().all(|name| !names.contains(name)), "{names:?}");
    let path = format!("/v1/orders/{}", order["order_number"].as_str().unwrap());
    assert_eq!(lab.get(&path).await.json["receipt_id"], order["receipt_id"]);
}

/// Bootpay F.1, F.2.
#[tokio::test]
async fn both_error_bodies_can_be_had() {
    let lab = Lab::new();
    let missing = async || lab.get("/v1/orders/nope").await;
    assert_eq!(
        missing().await.json,
        json!({ "error_code": "ORDER_NOT_FOUND", "message": "주문내역을 찾지 못했습니다." })
    );
    lab.post("/_emulator/settings", json!({ "error_body": "number" })).await;
    let numbered = missing().await;
    let expected = json!({ "status": 404, "code": 3700, "message": "주문내역을 찾지 못했습니다.", "data": null });
    assert_eq!((numbered.status, numbered.json), (404, expected));
    // Errors without a number keep their name; the PG keeps its body.
    assert_eq!(lab.get("/v1/invoices/nope").await.json["code"], "INVOICE_NOT_FOUND");
    assert_eq!(lab.get("/v2/receipt/nope").await.json["error_code"], "RC_NOT_FOUND");
    let blank = json!({ "pg": "nicepay", "bank_name": "국민" });
    assert_eq!(lab.post("/v2/request/subscribe/automatic-transfer", blank).await.json["error_code"], 2351);
}

/// Bootpay I.5: two first requests at the same time both take effect.
#[tokio::test]
async fn a_key_does_not_hold_up_a_second_request_within_the_gap() {
    let lab = Lab::new();
    lab.post("/_emulator/settings", json!({ "idempotency_gap_ms": 60_000 })).await;
    let key = &[("idempotency-key", "K")][..];
    let ask = async || lab.call("POST", "/v1/invoices", key, &json!({ "name": "n", "price": 1_000 })).await.json;
    let (first, second) = (ask().await, ask().await);
    assert_ne!(first["invoice_id"], second["invoice_id"]);
    lab.pass_minutes(1);
    assert_eq!(ask().await, second);
    assert_eq!(lab.get("/v1/invoices").await.json["count"], 2);
}

/// What an older emulator wrote has none of the newer fields.
#[tokio::test]
async fn an_older_journal_is_still_read() {
    let file = Scratch::new();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    let order = lab.order("paid").await;
    lab.post("/_emulator/settings", json!({ "statuses": "integer" })).await;
    drop(lab);
    let newer = [
        ("parent_order_id", "null"),
        ("user_group_id", "null"),
        ("paid_by", "null"),
        ("feedback", "null"),
        ("error_numbers", "false"),
        ("order_subscriptions", "\"array\""),
        ("published_is_issued", "false"),
        ("not_ready_is_stale", "false"),
        ("idempotency_gap_ms", "0"),
    ];
    let mut text = std::fs::read_to_string(&file.0).unwrap();
    for (name, value) in newer {
        let field = format!(",\"{name}\":{value}");
        assert!(text.contains(&field), "{name}");
        text = text.replace(&field, "");
    }
    std::fs::write(&file.0, text).unwrap();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    let found = lab.get(&format!("/v1/orders/{}", order["order_id"].as_str().unwrap())).await.json;
    assert_eq!((&found["price"], &found["status"]), (&json!(29_900), &json!(2)));
}
