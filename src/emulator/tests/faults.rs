//! What goes wrong on purpose with requests, as callers in the same process and over a socket see it.

use std::net::SocketAddr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Lab, basic, code};
use crate::emulator::Trouble;

impl Lab {
    pub(super) async fn fault(&self, fault: Value) {
        let set = self.post("/_emulator/faults", fault).await;
        assert_eq!(set.status, 200, "{}", set.text);
    }

    async fn raw_call(&self, method: &str, path: &str, key: &str, body: &Value) -> Response {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", basic()).header("idempotency-key", key);
        self.raw(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

fn trouble(response: &Response) -> Option<Trouble> {
    response.extensions().get::<Trouble>().copied()
}

async fn read(response: Response) -> Result<Bytes, axum::Error> {
    to_bytes(response.into_body(), usize::MAX).await
}

#[tokio::test]
async fn a_lost_answer_is_told_in_process_and_had_its_effect_or_not() {
    for (action, made) in [("timeout-before", 0), ("timeout-after", 1)] {
        let lab = Lab::new();
        lab.fault(json!({ "route": "POST /v1/invoices", "action": action, "times": 1 })).await;
        let body = json!({ "name": "n", "price": 1_000 });
        let lost = lab.raw_call("POST", "/v1/invoices", "K", &body).await;
        assert_eq!(trouble(&lost), Some(Trouble::Lost));
        assert!(read(lost).await.is_err(), "who forgets to look finds no answer either");
        assert_eq!(lab.get("/v1/invoices").await.json["count"], made, "{action}");

        let again = lab.raw_call("POST", "/v1/invoices", "K", &body).await;
        assert_eq!((again.status().as_u16(), trouble(&again)), (200, None));
        assert_eq!(lab.get("/v1/invoices").await.json["count"], 1, "the key makes it the same invoice");
    }
}

#[tokio::test]
async fn late_answers_come_whole_and_say_how_late() {
    let lab = Lab::new();
    for (action, ms) in [("delay", 7_000), ("slow-drip", 20_000)] {
        lab.fault(json!({ "route": "GET /v1/orders", "action": action, "ms": ms, "times": 1 })).await;
        let late = lab.raw_call("GET", "/v1/orders", "", &Value::Null).await;
        assert_eq!((late.status().as_u16(), trouble(&late)), (200, Some(Trouble::Late { ms })));
        assert_eq!(serde_json::from_slice::<Value>(&read(late).await.unwrap()).unwrap()["count"], 0);
    }
}

#[tokio::test]
async fn a_refusal_comes_in_place_of_the_effect_or_after_it() {
    for (effect, made) in [(false, 0), (true, 1)] {
        let lab = Lab::new();
        let fault = json!({ "route": "POST /v1/*", "action": "status", "code": 503, "effect": effect, "times": 1 });
        lab.fault(fault).await;
        let refused = lab.post("/v1/invoices", json!({ "name": "n", "price": 1_000 })).await;
        assert_eq!((refused.status, code(&refused)), (503, "SERVER_ERROR"));
        assert_eq!(lab.get("/v1/invoices").await.json["count"], made);
    }
}

#[tokio::test]
async fn broken_answers_are_no_json_and_wrong_amounts_are() {
    let lab = Lab::new();
    let order = lab.order("paid").await;
    let path = format!("/v1/orders/{}", order["order_number"].as_str().unwrap());
    for action in ["garbage", "truncated"] {
        lab.fault(json!({ "route": "GET /v1/orders/*", "action": action, "times": 1 })).await;
        let broken = lab.raw_call("GET", &path, "", &Value::Null).await;
        assert_eq!(broken.status(), 200);
        let body = read(broken).await.unwrap();
        assert!(!body.is_empty() && serde_json::from_slice::<Value>(&body).is_err(), "{action}");
    }
    lab.fault(json!({ "route": "GET /v1/orders*", "action": "wrong-amount", "amount": -900, "times": 2 })).await;
    assert_eq!(lab.get(&path).await.json["price"], 29_000);
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["price"], 29_000);
    assert_eq!(lab.get(&path).await.json, order, "the ledger was never wrong");
    let receipt = format!("/v2/receipt/{}", order["receipt_id"].as_str().unwrap());
    lab.fault(json!({ "route": "GET /v2/*", "action": "wrong-amount", "amount": 1, "field": "tax_free" })).await;
    assert_eq!(lab.get(&receipt).await.json["tax_free"], 1);
}

#[tokio::test]
async fn faults_are_listed_and_forgotten_and_leave_the_control_calls_alone() {
    let lab = Lab::new();
    for (method, path) in
        [("DELETE", "/_emulator/faults"), ("POST", "/_emulator/faults/clear"), ("POST", "/_emulator/reset")]
    {
        lab.fault(json!({ "route": "* *", "action": "status", "code": 500, "times": 5 })).await;
        assert_eq!(lab.get("/v1/orders").await.status, 500);
        let listed = lab.get("/_emulator/faults").await.json["faults"].clone();
        assert_eq!(
            (listed.as_array().unwrap().len(), &listed[0]["left"], &listed[0]["used"]),
            (1, &json!(4), &json!(1))
        );
        assert_eq!(lab.call(method, path, &[], &Value::Null).await.status, 200);
        assert_eq!(lab.get("/v1/orders").await.status, 200);
    }
    let wrong = lab.post("/_emulator/faults", json!({ "route": "GET /v1/*", "action": "explode" })).await;
    assert_eq!((wrong.status, code(&wrong)), (400, "API_PARAM_INVALID"));
}

#[tokio::test]
async fn every_control_call_is_for_this_machine() {
    let lab = Lab::new();
    let far: SocketAddr = "192.0.2.7:1".parse().unwrap();
    for (method, path) in [
        ("GET", "/_emulator/faults"),
        ("POST", "/_emulator/faults"),
        ("DELETE", "/_emulator/faults"),
        ("POST", "/_emulator/faults/clear"),
        ("GET", "/_emulator/clock"),
        ("POST", "/_emulator/clock"),
        ("GET", "/_emulator/settings"),
        ("POST", "/_emulator/settings"),
        ("GET", "/_emulator/webhooks"),
        ("POST", "/_emulator/webhooks"),
        ("POST", "/_emulator/webhooks/x/resend"),
        ("POST", "/_emulator/cancel"),
        ("POST", "/_emulator/deposit"),
        ("POST", "/_emulator/reset"),
    ] {
        let request = Request::builder().method(method).uri(path).extension(ConnectInfo(far));
        let answered = lab.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answered.status, 403, "{method} {path}");
    }
}

#[tokio::test]
async fn over_a_socket_a_lost_answer_is_a_closed_connection() {
    let lab = Lab::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = lab.emulator.router().into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let create = async || {
        let body = json!({ "name": "n", "price": 1_000 }).to_string();
        client.post(format!("{url}/v1/invoices")).header("authorization", basic()).body(body).send().await
    };
    for (action, made) in [("timeout-before", 0), ("timeout-after", 1)] {
        lab.fault(json!({ "route": "POST /v1/invoices", "action": action, "ms": 0, "times": 1 })).await;
        assert!(create().await.is_err(), "{action}");
        assert_eq!(lab.get("/v1/invoices").await.json["count"], made, "{action}");
    }
    for (action, is_whole) in [("slow-drip", true), ("delay", true), ("truncated", false), ("garbage", false)] {
        let ms = if is_whole { json!(0) } else { Value::Null };
        lab.fault(json!({ "route": "POST /v1/invoices", "action": action, "ms": ms, "times": 1 })).await;
        let answer = create().await.unwrap();
        let body = answer.bytes().await.unwrap();
        let made = serde_json::from_slice::<Value>(&body).is_ok_and(|made| made["invoice_id"].is_string());
        assert_eq!(made, is_whole, "{action}");
    }
    serving.abort();
}

/// So every error that Bootpay documents can be had.
#[tokio::test]
async fn an_error_may_bear_any_name() {
    let lab = Lab::new();
    let fault =
        json!({ "route": "POST /v2/cancel", "action": "status", "code": 500, "error": "RC_CANCEL_CRITICAL_ERROR" });
    assert_eq!(lab.post("/_emulator/faults", fault).await.status, 200);
    let refused = lab.post("/v2/cancel", json!({ "receipt_id": "x" })).await;
    assert_eq!((refused.status, code(&refused)), (500, "RC_CANCEL_CRITICAL_ERROR"));
    lab.post(
        "/_emulator/faults",
        json!({ "route": "* /v1/*", "action": "status", "code": 401, "error": "ORDER_EXPIRED" }),
    )
    .await;
    lab.post("/_emulator/settings", json!({ "error_body": "number" })).await;
    assert_eq!(lab.get("/v1/orders").await.json["code"], 3770);
}
