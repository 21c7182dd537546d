//! What anybody can reach: credentials, addresses that are not there, the control calls, the script.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Lab, basic};

#[tokio::test]
async fn credentials_are_wanted_and_tokens_live_half_an_hour() {
    let lab = Lab::new();
    let with = async |authorization: &str| {
        let request = Request::get("/v1/orders").header("authorization", authorization);
        lab.send(request.body(Body::empty()).unwrap()).await.status
    };
    let none = lab.send(Request::get("/v2/receipt/x").body(Body::empty()).unwrap()).await;
    assert_eq!((none.status, &none.json["error_code"]), (401, &json!("TOKEN_KEY_INVALID")));
    let unpaid = Request::post("/v1/invoices").body(Body::from("{\"name\":\"n\",\"price\":1000}")).unwrap();
    assert_eq!(lab.send(unpaid).await.status, 401);
    assert_eq!(with(&basic()).await, 200);
    assert_eq!(with("Basic bm9wZTpub3Bl").await, 401);
    assert_eq!(with("Bearer nope").await, 401);

    let ask = async || lab.post("/v1/request/token", Value::Null).await.json;
    let token = ask().await;
    assert_eq!(token["expire_in"], 1800);
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    lab.pass_minutes(24);
    assert_eq!(ask().await, json!({ "access_token": token["access_token"], "expire_in": 360 }));
    assert_eq!(with(&bearer).await, 200);
    lab.pass_minutes(6);
    assert_eq!(with(&bearer).await, 401);
    assert_ne!(ask().await["access_token"], token["access_token"]);
    let wrong = lab.post("/v1/request/token", json!({ "client_key": "x", "secret_key": "y" })).await;
    assert_eq!((wrong.status, &wrong.json["error_code"]), (401, &json!("TOKEN_KEY_INVALID")));
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_right_shape() {
    let lab = Lab::new();
    for (path, status, code) in [
        ("/v1/invoices/nope", 404, "INVOICE_NOT_FOUND"),
        ("/v1/orders/%FF", 404, "ORDER_NOT_FOUND"),
        ("/v2/receipt/nope", 404, "RC_NOT_FOUND"),
        ("/nowhere", 404, "NOT_FOUND"),
        ("/v2/cancel", 405, "METHOD_NOT_ALLOWED"),
        ("/commerce/other.js", 404, "NOT_FOUND"),
    ] {
        let answered = lab.get(path).await;
        assert_eq!((answered.status, &answered.json["error_code"]), (status, &json!(code)), "{path}");
    }
    assert_eq!(lab.get("/invoice/nope").await.status, 404);
    let big = lab.post("/v1/invoices", json!({ "name": "n".repeat(300_000), "price": 1000 })).await;
    assert_eq!(big.status, 413);
}

#[tokio::test]
async fn the_control_calls_are_for_this_machine() {
    let lab = Lab::new();
    let from = async |peer: &str| {
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        let request = Request::get("/_emulator/ledger").extension(ConnectInfo(peer)).body(Body::empty()).unwrap();
        lab.send(request).await.status
    };
    assert_eq!(from("127.0.0.1:1").await, 200);
    assert_eq!(from("[::ffff:127.0.0.1]:1").await, 200);
    assert_eq!(from("192.0.2.7:1").await, 403);
    let foreign = lab.call("POST", "/_emulator/reset", &[("sec-fetch-site", "cross-site")], &Value::Null).await;
    assert_eq!(foreign.status, 403);
}

#[tokio::test]
async fn both_addresses_serve_the_script() {
    let lab = Lab::new();
    for path in ["/commerce/bp-commerce-sdk-1.0.8.min.js", "/bp-commerce-sdk-latest.min.js"] {
        let script = lab.get(path).await;
        assert_eq!(script.status, 200);
        assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
        assert!(script.text.contains("window.BootpayCommerce = {"));
    }
    assert!(lab.get("/").await.text.contains("href=\"/_emulator/ledger\""));
}
