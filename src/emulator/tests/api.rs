//! Idempotency, validation, lists, the journal.

use serde_json::{Value, json};

use super::{Lab, PRO_MONTH, Scratch, code};
use crate::emulator::OpenError;

#[tokio::test]
async fn an_idempotency_key_answers_the_same_for_a_day_whatever_the_body() {
    let lab = Lab::new();
    let key = &[("idempotency-key", "K")][..];
    let body = |price: i64| json!({ "name": "n", "price": price });
    let first = lab.call("POST", "/v1/invoices", key, &body(1_000)).await;
    lab.pass_minutes(24 * 60 - 1);
    let second = lab.call("POST", "/v1/invoices", key, &body(2_000)).await;
    assert_eq!((second.status, &second.json), (200, &first.json));
    lab.pass_minutes(1);
    let third = lab.call("POST", "/v1/invoices", key, &body(2_000)).await;
    assert_ne!(third.json["invoice_id"], first.json["invoice_id"]);
    assert_eq!(lab.get("/v1/invoices").await.json["count"], 2);
}

#[tokio::test]
async fn servers_may_sell_cheaper_but_not_nonsense() {
    let lab = Lab::new();
    let product = |id: &str| json!([{ "product_id": id, "quantity": 1 }]);
    let ok = json!({ "name": "n", "price": 100, "products": product(PRO_MONTH) });
    assert_eq!(lab.post("/v1/invoices", ok).await.status, 200);
    for (body, status, error) in [
        (json!({ "name": "n", "price": 99 }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": 1000.5 }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": "1000" }), 400, "API_PARAM_INVALID"),
        (json!({ "name": " ", "price": 1000 }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": 1000, "tax_free_price": 1001 }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": 1000, "redirect_url": "javascript:alert(1)" }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": 1000, "expired_at": "soon" }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": 1000, "expire_in": i64::MAX }), 400, "API_PARAM_INVALID"),
        (json!({ "name": "n", "price": 1000, "products": product("x") }), 400, "ORDER_PRODUCT_NOT_FOUND"),
        (
            json!({ "name": "n", "price": 1000, "products": [{ "product_id": PRO_MONTH, "quantity": i64::MAX }] }),
            400,
            "API_PARAM_INVALID",
        ),
        (json!({ "name": "n", "price": 1000, "metadata": {} }), 500, "SERVER_ERROR"),
        (json!({ "name": "n", "price": 1000, "extra": {} }), 500, "SERVER_ERROR"),
        (json!([]), 400, "API_PARAM_INVALID"),
    ] {
        let refused = lab.post("/v1/invoices", body.clone()).await;
        assert_eq!((refused.status, code(&refused)), (status, error), "{body}");
    }
    assert_eq!(lab.get("/v1/invoices").await.json["count"], 1);
}

#[tokio::test]
async fn lists_are_newest_first_paged_and_by_seouls_days() {
    let lab = Lab::new();
    for _ in 0..3 {
        lab.order("paid").await;
        lab.pass_minutes(8 * 60);
    }
    // Made at 09:00 and 17:00 of the 2nd, and at 01:00 of the 3rd.
    let count = async |query: &str| lab.get(&format!("/v1/orders?{query}")).await.json["count"].as_i64().unwrap();
    assert_eq!(count("css_at=2026-03-02&cse_at=2026-03-02").await, 2);
    assert_eq!(count("search_date_from=2026-03-03").await, 1);
    assert_eq!(count("cs_type=p_at&cse_at=2026-03-01").await, 0);
    assert_eq!(count("payment_status=receipt_paid%2Creceipt_ready").await, 3);
    assert_eq!(count("payment_status=20&status=").await, 0);
    let page = lab.get("/v1/orders?limit=2&page=2").await.json;
    assert_eq!((&page["count"], page["list"].as_array().unwrap().len()), (&json!(3), 1));
    let all = lab.get("/v1/orders?limit=1000").await.json;
    assert!(all["list"][0]["created_at"].as_str() > all["list"][2]["created_at"].as_str());
    assert_eq!(all["list"][0]["request_id"], "R-1");
    let keyword = all["list"][1]["receipt_id"].as_str().unwrap();
    assert_eq!(count(&format!("keyword={keyword}")).await, 1);
    assert_eq!(lab.get("/v1/orders?css_at=yesterday").await.status, 400);
}

#[tokio::test]
async fn a_killed_emulator_finds_its_ledger_again() {
    let file = Scratch::new();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    let order = lab.order("paid").await;
    lab.post("/v2/cancel", json!({ "receipt_id": order["receipt_id"], "cancel_price": 100 })).await;
    let token = lab.post("/v1/request/token", Value::Null).await.json;
    let before = lab.get("/_emulator/ledger").await.json;
    assert!(matches!(Lab::try_with(Some(&file.0)), Err(OpenError::Locked { .. })));
    drop(lab);

    let mut text = std::fs::read_to_string(&file.0).unwrap();
    let whole = text.clone();
    text.push_str("[{\"order\":{\"order_id\":\"to");
    std::fs::write(&file.0, &text).unwrap();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    assert_eq!(lab.get("/_emulator/ledger").await.json, before);
    assert_eq!(lab.post("/v1/request/token", Value::Null).await.json["access_token"], token["access_token"]);
    assert_eq!(std::fs::read_to_string(&file.0).unwrap(), whole);
    lab.order("paid").await;
    drop(lab);

    let lab = Lab::try_with(Some(&file.0)).unwrap();
    assert_eq!(lab.get("/v1/orders").await.json["count"], 2);
    assert_eq!(lab.post("/_emulator/reset", Value::Null).await.status, 200);
    drop(lab);

    let lab = Lab::try_with(Some(&file.0)).unwrap();
    assert_eq!(lab.get("/v1/orders").await.json["count"], 0);
    drop(lab);

    std::fs::write(&file.0, format!("nonsense\n{whole}")).unwrap();
    assert!(matches!(Lab::try_with(Some(&file.0)), Err(OpenError::Damaged { line: 1, .. })));
}

#[tokio::test]
async fn messages_are_remembered_and_need_somebody_to_go_to() {
    let lab = Lab::new();
    let nobody = lab.invoice(json!({})).await;
    let somebody = lab.invoice(json!({ "user": { "phone": "01012345678" } })).await;
    let path = |id: &str| format!("/v1/invoices/{id}/notify");
    let key = &[("idempotency-key", "N")][..];
    for _ in 0..2 {
        let sent = lab.call("POST", &path(&somebody), key, &json!({ "send_types": [1, 2] })).await;
        assert_eq!((sent.status, sent.json["send_status"].as_i64()), (200, Some(1)), "{}", sent.text);
    }
    assert_eq!(lab.post(&path(&somebody), json!({})).await.status, 200, "the server chooses");
    for (id, body, status, error) in [
        (nobody.as_str(), json!({ "send_types": [1] }), 400, "INVOICE_TARGET_NOT_FOUND"),
        (&somebody, json!({ "send_types": [3] }), 400, "INVOICE_TARGET_NOT_FOUND"),
        (&somebody, json!({ "send_types": [9] }), 400, "API_PARAM_INVALID"),
        (&somebody, json!({ "send_types": [] }), 400, "API_PARAM_INVALID"),
        (&somebody, json!({ "send_types": "1" }), 400, "API_PARAM_INVALID"),
        ("x", json!({}), 404, "INVOICE_NOT_FOUND"),
    ] {
        let refused = lab.post(&path(id), body.clone()).await;
        assert_eq!((refused.status, code(&refused)), (status, error), "{body}");
    }
    let sends = lab.get("/_emulator/ledger").await.json["sends"].clone();
    assert_eq!(sends.as_array().unwrap().len(), 2);
    assert_eq!(sends[0]["send_types"], json!([1, 2]));
}
