//! The product calls, and orders of what they make.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Lab, PRO_MONTH, basic, code};

#[tokio::test]
async fn products_are_made_changed_sold_and_deleted() {
    let lab = Lab::new();
    assert_eq!(lab.get("/v1/products").await.json["count"], 6);
    let tea = json!({ "name": "차", "display_price": 5_000, "ex_uid": "T-1", "category_id": "c1", "unknown": 1 });
    let made = lab.post("/v1/products", tea).await.json;
    let path = format!("/v1/products/{}", made["product_id"].as_str().unwrap());
    assert_eq!((&made["display_price"], made.get("unknown")), (&json!(5_000), None));
    let discount = json!({ "use_discount": true, "discount_price": 500, "discount_price_type": 2 });
    assert_eq!(lab.put(&path, discount).await.json["price"], 4_500);
    assert_eq!(lab.get(&path).await.json["ex_uid"], "T-1", "what was not named stays");

    let products = json!([{ "product_id": made["product_id"], "quantity": 2 }]);
    let buy = async |price: i64| {
        lab.checkout(json!({ "client_key": "emulator-client-key", "name": "n", "price": price, "products": products }))
            .await
    };
    assert!(buy(10_000).await.text.contains("ORDER_PRICE_NOT_MATCH"));
    assert_eq!(buy(9_000).await.status, 303);
    let closed = lab.put(&format!("{path}/status"), json!({ "status_sale": false })).await;
    assert_eq!(closed.json["status_sale"], false);
    assert!(buy(9_000).await.text.contains("ORDER_PRODUCT_NOT_FOUND"));

    assert_eq!(lab.delete(&path, Value::Null).await.status, 200);
    assert_eq!(code(&lab.get(&path).await), "PRODUCT_NOT_FOUND");
    assert_eq!(lab.get("/v1/products").await.json["count"], 6);
    let invoice = lab.get("/v1/invoices").await.json["list"][0].clone();
    assert_eq!((&invoice["products"][0]["name"], &invoice["products"][0]["price"]), (&json!("차"), &json!(4_500)));
}

#[tokio::test]
async fn the_list_is_narrowed_and_sorted() {
    let lab = Lab::new();
    let names = async |query: &str| {
        let list = lab.get(&format!("/v1/products?{query}")).await.json["list"].clone();
        let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("sort=-price&limit=1").await, ["Enterprise (연간)"]);
    assert_eq!(names("sort=price&limit=1").await, ["Starter (월간)"]);
    assert_eq!(names("keyword=Starter").await.len(), 2);
    assert_eq!(names("ex_uid=none").await.len(), 0);
    let id = lab.invoice(json!({ "products": [{ "product_id": PRO_MONTH, "quantity": 1 }] })).await;
    lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    assert_eq!(names("sort=-sold&limit=1").await, ["Professional (월간)"]);
}

#[tokio::test]
async fn a_form_brings_pictures() {
    let lab = Lab::new();
    let mut body = Vec::new();
    for (name, text) in
        [("name", "그림"), ("display_price", "1000"), ("use_stock", "true"), ("options", "[{\"name\":\"a\"}]")]
    {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").into_bytes());
    }
    body.extend(b"--b\r\nContent-Disposition: form-data; name=\"images[0]\"; filename=\"a.png\"\r\n\r\n".to_vec());
    body.extend(vec![0xff_u8; 300_000]);
    body.extend(b"\r\n--b--\r\n".to_vec());
    let request = Request::post("/v1/products")
        .header("authorization", basic())
        .header("bootpay-role", "manager")
        .header("content-type", "multipart/form-data; boundary=b");
    let made = lab.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!((&made.json["images"], &made.json["use_stock"]), (&json!(["a.png"]), &json!(true)));
    assert_eq!(made.json["options"][0]["name"], "a");
}

#[tokio::test]
async fn only_managers_change_products_and_every_role_has_its_calls() {
    let lab = Lab::new();
    let tea = json!({ "name": "차", "display_price": 5_000 });
    for (role, status) in [("user", 403), ("vendor", 403), ("nobody", 403), ("manager", 200), ("supervisor", 200)] {
        let answered = lab.call("POST", "/v1/products", &[("bootpay-role", role)], &tea).await;
        assert_eq!(answered.status, status, "{role} {}", answered.text);
    }
    let refused = lab.call("POST", "/v1/products", &[], &tea).await;
    assert_eq!((refused.status, code(&refused)), (403, "API_ROLE_NOT_SUPPORT"));
    assert_eq!(lab.call("GET", "/v1/products", &[], &Value::Null).await.status, 200);
    let path = "/v1/order_subscriptions/x";
    assert_eq!(lab.call("PUT", path, &[("bootpay-role", "manager")], &json!({})).await.status, 403);
    assert_eq!(lab.call("PUT", path, &[("bootpay-role", "supervisor")], &json!({})).await.status, 404);
    for wrong in
        [json!({ "name": "n" }), json!({ "name": "", "display_price": 1 }), json!({ "name": "n", "display_price": -1 })]
    {
        assert_eq!(code(&lab.post("/v1/products", wrong).await), "API_PARAM_INVALID");
    }
}

#[tokio::test]
async fn what_is_delivered_needs_an_address() {
    let lab = Lab::new();
    let made = lab
        .post("/v1/products", json!({ "name": "책", "display_price": 5_000, "type": 1, "use_delivery_shipping": true }))
        .await;
    let products = json!([{ "product_id": made.json["product_id"], "quantity": 1 }]);
    let refused = lab.post("/v1/invoices", json!({ "name": "n", "price": 5_000, "products": products })).await;
    assert_eq!((refused.status, code(&refused)), (400, "ORDER_ADDRESS_BLANK"));
    lab.invoice(json!({ "products": products, "user": { "address": "서울" } })).await;
}

#[tokio::test]
async fn a_months_orders_are_a_groups() {
    let lab = Lab::new();
    let group = "0123456789abcdef01234567";
    let id = lab.invoice(json!({ "user_group_id": group })).await;
    lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    lab.order("paid").await;
    let month = async |query: &str| lab.get(&format!("/v1/orders/month?{query}")).await;
    assert_eq!(month(&format!("user_group_id={group}&search_date=2026-03")).await.json["count"], 1);
    assert_eq!(month(&format!("user_group_id={group}&search_date=2026-02")).await.json["count"], 0);
    assert_eq!(code(&month("search_date=2026-03").await), "MONTHLY_BILLING_USER_GROUP_ID_INVALID");
    assert_eq!(code(&month("user_group_id=x&search_date=2026-03").await), "MONTHLY_BILLING_USER_GROUP_ID_INVALID");
    assert_eq!(code(&month(&format!("user_group_id={group}&search_date=March")).await), "API_PARAM_INVALID");
}
