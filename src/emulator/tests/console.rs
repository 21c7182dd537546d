//! The console: everything on one page, every button a form that leads back to it.

use serde_json::json;

use super::{Lab, START};

#[tokio::test]
async fn one_page_shows_it_all_and_escapes_what_people_wrote() {
    let lab = Lab::new();
    let id = lab.invoice(json!({ "name": "<b>차</b>", "user": { "name": "<i>홍", "phone": "01012345678" } })).await;
    lab.post(&format!("/v1/invoices/{id}/notify"), json!({ "send_types": [1, 2] })).await;
    lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    lab.contract(-1).await;
    lab.billing_key().await;
    lab.post("/_emulator/faults", json!({ "route": "* /v1/<x>", "action": "status", "times": 3 })).await;
    let page = lab.get("/_emulator").await;
    assert_eq!(page.status, 200);
    for part in ["clock", "orders", "keys", "contracts", "webhooks", "outbox", "faults", "settings"]
        .map(|id| format!("id=\"{id}\""))
    {
        assert!(page.text.contains(&part), "{part}");
    }
    for seen in ["&lt;b&gt;차", "&lt;i&gt;홍", "문자 · SMS, 알림톡", "5570-****-****-1074", "1 / ∞", "* /v1/&lt;x&gt;"]
    {
        assert!(page.text.contains(seen), "{seen}");
    }
    for raw in ["<b>차", "<i>홍", "<x>"] {
        assert!(!page.text.contains(raw), "{raw}");
    }
}

#[tokio::test]
async fn buttons_do_what_the_control_calls_do() {
    let lab = Lab::new();
    let press = async |act: &str, form: &str| {
        let answered = lab.form(&format!("/_emulator/console/{act}"), form.to_owned()).await;
        assert_eq!(answered.status, 303, "{act} {}", answered.text);
        answered.headers["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(press("clock", "advance_ms=3600000").await, "/_emulator#clock");
    assert_eq!(lab.get("/_emulator/clock").await.json["now"], START + 3_600_000);
    press("clock-back", "").await;
    assert_eq!(lab.get("/_emulator/clock").await.json["offset_ms"], 0);

    let order = lab.order("deposit").await;
    let number = order["order_number"].as_str().unwrap();
    assert_eq!(press("deposit", &format!("order_number={number}")).await, "/_emulator#orders");
    press("cancel", &format!("order_number={number}")).await;
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["status"], "cancelled");
    assert!(press("cancel", &format!("order_number={number}")).await.contains("CANCEL_ALREADY_DONE"));

    press("targets", "pg=http%3A%2F%2Fshop.test%2Fpg&commerce=&content_type=form").await;
    let targets = lab.get("/_emulator/webhooks").await.json;
    assert_eq!((&targets["pg"], &targets["content_type"]), (&json!("http://shop.test/pg"), &json!("form")));
    press("targets", "pg=&commerce=&content_type=json").await;
    assert!(lab.get("/_emulator/webhooks").await.json["pg"].is_null());

    press("settings", "statuses=integer&published_status=11&error_body=name").await;
    assert_eq!(lab.get("/_emulator/settings").await.json["published_status"], 11);
    press("fault", "route=*+%2Fv1%2F*&event=webhook.pg&action=drop&times=2&ms=").await;
    press("fault", "route=*+%2Fv1%2F*&event=&action=status&times=1&ms=").await;
    let faults = lab.get("/_emulator/faults").await.json["faults"].clone();
    assert_eq!((&faults[0]["event"], &faults[0]["left"]), (&json!("webhook.pg"), &json!(2)));
    assert_eq!((&faults[1]["route"], faults.as_array().unwrap().len()), (&json!("* /v1/*"), 2));
    press("faults-clear", "").await;
    press("reset", "").await;
    assert_eq!(lab.get("/v1/orders").await.json["count"], 0);

    let key = lab.billing_key().await;
    press("declines", &format!("billing_key={}&declines=true", key["billing_key"].as_str().unwrap())).await;
    assert_eq!(lab.get("/_emulator/billing-keys").await.json["list"][0]["declines"], true);
    assert!(press("nonsense", "").await.contains("NOT_FOUND"));
}
