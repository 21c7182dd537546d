//! Webhooks: what causes them, how they are repeated, what happens to them on their way.

use std::collections::HashSet;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Lab, Scratch, code, urlencoded};
use crate::emulator::Outgoing;

const PG: &str = "http://shop.test/webhooks/bootpay/pg";
const COMMERCE: &str = "http://shop.test/webhooks/bootpay/commerce";
const TAKEN: &[u8] = br#"{"success":true}"#;

impl Lab {
    async fn aimed() -> Self {
        let lab = Self::new();
        lab.aim(json!({ "pg": PG, "commerce": COMMERCE })).await;
        lab
    }

    async fn aim(&self, targets: Value) {
        let set = self.post("/_emulator/webhooks", targets).await;
        assert_eq!(set.status, 200, "{}", set.text);
    }

    fn pass_ms(&self, ms: i64) {
        self.clock.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }

    /// Takes what is due, all of it answered well; the bodies.
    fn carry(&self) -> Vec<Value> {
        let due = self.emulator.due_webhooks();
        due.iter().for_each(|one| self.emulator.webhook_answered(&one.id, 200, TAKEN));
        due.iter().map(body).collect()
    }

    async fn deliveries(&self) -> Vec<Value> {
        self.get("/_emulator/webhooks").await.json["webhooks"].as_array().unwrap().clone()
    }
}

fn body(outgoing: &Outgoing) -> Value {
    serde_json::from_slice(&outgoing.body).unwrap()
}

fn ids(outgoing: &[Outgoing]) -> Vec<&str> {
    outgoing.iter().map(|one| one.id.as_str()).collect()
}

#[tokio::test]
async fn without_a_target_nothing_is_sent() {
    let lab = Lab::new();
    lab.order("paid").await;
    assert_eq!((lab.emulator.due_webhooks().len(), lab.emulator.next_webhook_at()), (0, None));
    assert_eq!(lab.deliveries().await, Vec::<Value>::new());
}

#[tokio::test]
async fn every_change_of_money_is_told_once_to_both() {
    let lab = Lab::aimed().await;
    let told = |event: &str, webhook_type: &str, status: i64| {
        let bodies = lab.carry();
        assert_eq!(bodies.len(), 2, "{event} {bodies:?}");
        assert_eq!((&bodies[0]["webhook_type"], &bodies[0]["status"]), (&json!(webhook_type), &json!(status)));
        assert_eq!((&bodies[1]["event"], &bodies[1]["data"]["result_data"]["status"]), (&json!(event), &json!(status)));
        assert_eq!(bodies[1]["data"]["receipt_id"], bodies[0]["receipt_id"]);
    };
    let order = lab.order("paid").await;
    told("order.paid", "PAYMENT_COMPLETED", 1);
    let part = json!({ "receipt_id": order["receipt_id"], "cancel_price": 100, "cancel_id": "C" });
    for _ in 0..2 {
        lab.post("/v2/cancel", part.clone()).await;
    }
    told("order.partially_cancelled", "PAYMENT_PARTIAL_CANCELLED", 1);
    lab.post("/v1/order/cancel", json!({ "order_number": order["order_number"] })).await;
    told("order.cancelled", "PAYMENT_CANCELLED", 20);

    let order = lab.order("deposit").await;
    told("order.virtual_account_issued", "PAYMENT_VIRTUAL_ACCOUNT_ISSUED", 5);
    lab.post("/_emulator/deposit", json!({ "order_number": order["order_number"] })).await;
    told("order.paid", "PAYMENT_COMPLETED", 1);
    lab.post("/_emulator/cancel", json!({ "order_number": order["order_number"] })).await;
    told("order.cancelled", "PAYMENT_CANCELLED", 20);

    let order = lab.order("deposit").await;
    told("order.virtual_account_issued", "PAYMENT_VIRTUAL_ACCOUNT_ISSUED", 5);
    lab.post("/v2/cancel", json!({ "receipt_id": order["receipt_id"] })).await;
    told("order.cancelled", "PAYMENT_CANCELLED", -3);

    let id = lab.invoice(json!({ "extra": { "separately_confirmed": true } })).await;
    lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    lab.order("fail").await;
    assert_eq!(lab.carry(), Vec::<Value>::new(), "no money moved");
    let orders = lab.get("/v1/orders").await.json;
    let number = orders["list"].as_array().unwrap().iter().find(|one| one["invoice_id"] == json!(id)).unwrap();
    lab.post("/v1/order/confirm", json!({ "order_number": number["order_number"] })).await;
    told("order.paid", "PAYMENT_COMPLETED", 1);
    assert!(lab.deliveries().await.iter().all(|one| one["outcome"] == "delivered" && one["tries"] == 1));
}

#[tokio::test]
async fn what_is_not_taken_is_sent_ten_times_at_growing_intervals() {
    let lab = Lab::new();
    lab.aim(json!({ "pg": PG })).await;
    lab.order("paid").await;
    let replies: [Option<(u16, &[u8])>; 10] = [
        Some((500, TAKEN)),
        Some((200, b"OK")),
        Some((200, br#"{"success":"true"}"#)),
        Some((200, br#"{"status":200}"#)),
        Some((201, TAKEN)),
        Some((302, TAKEN)),
        None,
        Some((404, b"")),
        Some((200, br#"[{"success":true}]"#)),
        Some((200, b"\xff\xfe")),
    ];
    for (tries, reply) in replies.into_iter().enumerate() {
        let due = lab.emulator.due_webhooks();
        assert_eq!(due.len(), 1, "try {tries}");
        assert_eq!(lab.emulator.due_webhooks(), [], "on its way");
        match reply {
            Some((status, body)) => lab.emulator.webhook_answered(&due[0].id, status, body),
            None => lab.emulator.webhook_unanswered(&due[0].id, "refused"),
        }
        if tries < 9 {
            let next = lab.emulator.next_webhook_at().unwrap().since_ms(lab.emulator.now());
            assert_eq!(next, 1_000 << tries);
            lab.pass_ms(next - 1);
            assert_eq!(lab.emulator.due_webhooks(), []);
            lab.pass_ms(1);
        }
    }
    assert_eq!(lab.emulator.next_webhook_at(), None);
    let given_up = lab.deliveries().await.remove(0);
    assert_eq!((&given_up["outcome"], &given_up["tries"]), (&json!("given_up"), &json!(10)));
    assert!(given_up["last"].as_str().unwrap().starts_with("HTTP 200"), "{given_up}");
}

#[tokio::test]
async fn a_try_whose_end_nobody_tells_is_made_again() {
    let lab = Lab::new();
    lab.aim(json!({ "pg": PG, "tries": 2 })).await;
    lab.order("paid").await;
    assert_eq!(lab.emulator.due_webhooks().len(), 1);
    lab.pass_ms(5_999);
    assert_eq!(lab.emulator.due_webhooks(), []);
    lab.pass_ms(1);
    let second = lab.emulator.due_webhooks();
    assert_eq!(second.len(), 1);
    lab.pass_ms(7_000);
    assert_eq!((lab.emulator.due_webhooks().len(), lab.emulator.next_webhook_at()), (0, None));
    assert_eq!(lab.deliveries().await[0]["outcome"], "given_up");
    lab.emulator.webhook_answered(&second[0].id, 200, TAKEN);
    assert_eq!(lab.deliveries().await[0]["outcome"], "delivered", "a late yes is a yes");
    lab.emulator.webhook_answered(&second[0].id, 500, b"");
    lab.emulator.webhook_answered("nobody", 500, b"");
    assert_eq!(lab.deliveries().await[0]["outcome"], "delivered");
}

#[tokio::test]
async fn forms_carry_the_same_names() {
    let lab = Lab::new();
    lab.aim(json!({ "pg": PG, "commerce": COMMERCE, "content_type": "form" })).await;
    let order = lab.order("paid").await;
    let due = lab.emulator.due_webhooks();
    let pairs: Vec<_> = due.iter().map(|one| urlencoded::parse(&one.body)).collect();
    assert_eq!(due[0].content_type, "application/x-www-form-urlencoded");
    assert_eq!(urlencoded::value(&pairs[0], "receipt_id"), order["receipt_id"].as_str());
    assert_eq!(urlencoded::value(&pairs[0], "webhook_type"), Some("PAYMENT_COMPLETED"));
    assert_eq!(urlencoded::value(&pairs[0], "card_data[card_quota]"), Some("00"));
    assert_eq!(urlencoded::value(&pairs[1], "event"), Some("order.paid"));
    assert_eq!(urlencoded::value(&pairs[1], "data[order_number]"), order["order_number"].as_str());
}

#[tokio::test]
async fn an_invoice_may_name_its_own_address() {
    let lab = Lab::aimed().await;
    let own = "http://other.test/hook";
    let id = lab.invoice(json!({ "webhook_url": own, "header_content_type": 1, "webhook_retry_count": 1 })).await;
    lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    let due = lab.emulator.due_webhooks();
    let to: Vec<_> = due.iter().map(|one| (one.target.as_str(), one.content_type)).collect();
    assert_eq!(to, [(PG, "application/json"), (own, "application/x-www-form-urlencoded")]);
    lab.emulator.webhook_answered(&due[1].id, 500, b"");
    assert_eq!(lab.deliveries().await[1]["outcome"], "given_up");
    for wrong in
        [json!({ "webhook_url": "ftp://x" }), json!({ "header_content_type": 9 }), json!({ "webhook_retry_count": 0 })]
    {
        let mut body = json!({ "name": "n", "price": 1_000 });
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(code(&lab.post("/v1/invoices", body).await), "API_PARAM_INVALID");
    }
    let browser = json!({
        "client_key": crate::emulator::DEFAULT_CLIENT_KEY, "name": "Pro", "price": 29_900, "webhook_url": own,
        "products": [{ "product_id": super::PRO_MONTH }],
    });
    lab.checkout(browser).await;
    assert_eq!(lab.get("/v1/invoices").await.json["list"][0]["webhook_url"], Value::Null, "a buyer chooses no address");
}

#[tokio::test]
async fn targets_are_checked_and_can_be_switched_off() {
    let lab = Lab::aimed().await;
    for wrong in [
        json!({ "pg": "ftp://shop.test" }),
        json!({ "pg": "/webhooks" }),
        json!({ "pg": 1 }),
        json!({ "content_type": "xml" }),
        json!({ "tries": 11 }),
    ] {
        assert_eq!(code(&lab.post("/_emulator/webhooks", wrong).await), "API_PARAM_INVALID");
    }
    lab.aim(json!({ "commerce": null })).await;
    let shown = lab.get("/_emulator/webhooks").await.json;
    assert_eq!((&shown["pg"], &shown["commerce"], &shown["tries"]), (&json!(PG), &Value::Null, &json!(10)));
    lab.order("paid").await;
    assert_eq!(lab.carry().len(), 1);
    assert!(lab.emulator.send_webhooks_to(Some("nowhere"), None).is_err());
    lab.emulator.send_webhooks_to(None, Some(COMMERCE)).unwrap();
    let shown = lab.get("/_emulator/webhooks").await.json;
    assert_eq!((&shown["pg"], &shown["commerce"]), (&json!(PG), &json!(COMMERCE)));
}

#[tokio::test]
async fn lost_ones_come_again_and_doubled_ones_count_once() {
    let lab = Lab::new();
    lab.aim(json!({ "pg": PG })).await;
    lab.fault(json!({ "event": "webhook", "action": "drop", "times": 1 })).await;
    lab.fault(json!({ "event": "webhook.pg", "action": "duplicate", "count": 3, "times": 1 })).await;
    lab.order("paid").await;
    assert_eq!(lab.emulator.due_webhooks(), [], "lost");
    lab.pass_ms(6_000);
    let due = lab.emulator.due_webhooks();
    assert_eq!((due.len(), ids(&due).into_iter().collect::<HashSet<_>>().len()), (3, 1));
    lab.emulator.webhook_answered(&due[0].id, 200, TAKEN);
    lab.emulator.webhook_answered(&due[1].id, 500, b"");
    let delivered = lab.deliveries().await.remove(0);
    assert_eq!((&delivered["outcome"], &delivered["tries"]), (&json!("delivered"), &json!(2)));
    assert_eq!(lab.emulator.next_webhook_at(), None);

    lab.fault(json!({ "event": "webhook", "action": "drop" })).await;
    lab.order("paid").await;
    while let Some(at) = lab.emulator.next_webhook_at() {
        lab.pass_ms(at.since_ms(lab.emulator.now()).max(0));
        assert_eq!(lab.emulator.due_webhooks(), [], "all ten are lost");
    }
    assert_eq!(lab.deliveries().await[1]["outcome"], "given_up");
}

#[tokio::test]
async fn late_ones_leave_late_and_held_ones_after_another() {
    let lab = Lab::new();
    lab.aim(json!({ "pg": PG })).await;
    lab.fault(json!({ "event": "webhook", "action": "delay", "ms": 3_000, "probability": 1.0 })).await;
    lab.order("paid").await;
    assert_eq!(lab.emulator.due_webhooks(), []);
    lab.pass_ms(2_999);
    assert_eq!(lab.emulator.due_webhooks(), []);
    lab.pass_ms(1);
    assert_eq!(lab.carry().len(), 1, "one try is late once");
    lab.post("/_emulator/faults/clear", Value::Null).await;

    // Held, the first waits for the second.
    lab.fault(json!({ "event": "webhook", "action": "reorder", "times": 1 })).await;
    let first = lab.order("paid").await;
    assert_eq!(lab.emulator.due_webhooks(), []);
    lab.pass_ms(1);
    let second = lab.order("paid").await;
    let bodies = lab.carry();
    let order = [&bodies[0]["receipt_id"], &bodies[1]["receipt_id"]];
    assert_eq!(order, [&second["receipt_id"], &first["receipt_id"]]);

    // With nobody to wait for, it goes after a minute.
    lab.fault(json!({ "event": "webhook", "action": "reorder", "times": 1 })).await;
    lab.order("paid").await;
    assert_eq!(lab.emulator.due_webhooks(), []);
    lab.pass_ms(60_000);
    assert_eq!(lab.carry().len(), 1);

    // Both due at once swap places.
    lab.fault(json!({ "event": "webhook", "action": "reorder", "times": 1 })).await;
    let first = lab.order("paid").await;
    lab.order("paid").await;
    let bodies = lab.carry();
    assert_eq!((bodies.len(), &bodies[1]["receipt_id"]), (2, &first["receipt_id"]));
}

#[tokio::test]
async fn any_can_be_sent_again() {
    let lab = Lab::new();
    lab.aim(json!({ "pg": PG })).await;
    lab.order("paid").await;
    let first = lab.carry();
    let id = lab.deliveries().await[0]["id"].as_str().unwrap().to_owned();
    let again = lab.post(&format!("/_emulator/webhooks/{id}/resend"), Value::Null).await.json;
    assert_eq!((&again["resent_from"], &again["outcome"]), (&json!(id), &json!("waiting")));
    assert_eq!(lab.carry(), first);
    let missing = lab.post("/_emulator/webhooks/nope/resend", Value::Null).await;
    assert_eq!((missing.status, code(&missing)), (404, "WEBHOOK_NOT_FOUND"));
    assert_eq!(lab.get("/_emulator/ledger").await.json["webhooks"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_killed_emulator_goes_on_delivering() {
    let file = Scratch::new();
    let lab = Lab::try_with(Some(&file.0)).unwrap();
    lab.aim(json!({ "pg": PG, "commerce": COMMERCE })).await;
    lab.order("paid").await;
    let due = lab.emulator.due_webhooks();
    lab.emulator.webhook_answered(&due[0].id, 200, TAKEN);
    let (before, now) = (lab.deliveries().await, lab.emulator.now());
    drop(lab);

    let lab = Lab::try_with(Some(&file.0)).unwrap();
    assert_eq!((lab.deliveries().await, lab.emulator.now()), (before, now));
    assert_eq!(lab.emulator.due_webhooks(), []);
    lab.pass_ms(6_000);
    let again = lab.emulator.due_webhooks();
    assert_eq!(ids(&again), [due[1].id.as_str()]);
    assert_eq!(again[0].body, due[1].body);
    lab.post("/_emulator/reset", Value::Null).await;
    assert_eq!(lab.emulator.next_webhook_at(), None);
}

/// A shop that refuses the first webhook and takes the rest.
async fn shop(seen: mpsc::UnboundedSender<(String, Value)>) -> String {
    let take = async |State(seen): State<mpsc::UnboundedSender<(String, Value)>>, headers: HeaderMap, body: String| {
        let kind = headers["content-type"].to_str().unwrap().to_owned();
        seen.send((kind, serde_json::from_str(&body).unwrap())).unwrap();
        (StatusCode::OK, TAKEN).into_response()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = Router::new().route("/hook", post(take)).with_state(seen);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{addr}")
}

#[tokio::test]
async fn the_courier_really_posts() {
    let lab = Lab::new();
    let (sender, mut seen) = mpsc::unbounded_channel();
    let url = shop(sender).await;
    lab.aim(json!({ "pg": format!("{url}/hook"), "commerce": format!("{url}/nowhere") })).await;
    let courier = tokio::spawn({
        let emulator = lab.emulator.clone();
        async move { emulator.carry_webhooks().await }
    });
    lab.order("paid").await;
    let (kind, body) = seen.recv().await.unwrap();
    assert_eq!((kind.as_str(), &body["webhook_type"]), ("application/json", &json!("PAYMENT_COMPLETED")));
    let ended = async {
        loop {
            let list = lab.deliveries().await;
            if list[0]["outcome"] == "delivered" && list[1]["last"].as_str().unwrap_or_default().starts_with("HTTP 404")
            {
                return list;
            }
            tokio::task::yield_now().await;
        }
    };
    let list = tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.unwrap();
    assert_eq!((&list[1]["outcome"], &list[1]["tries"]), (&json!("waiting"), &json!(1)));

    // Its time moves, and the courier wakes for the next try.
    lab.post("/_emulator/clock", json!({ "advance_ms": 1_000 })).await;
    let tried = async {
        while lab.deliveries().await[1]["tries"] != 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), tried).await.unwrap();
    courier.abort();
}
