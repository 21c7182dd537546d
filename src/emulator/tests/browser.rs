//! The emulator as a browser sees it: the form post, the form page, messages, redirects.

use serde_json::{Value, json};

use super::{Answered, Lab, PRO_MONTH};
use crate::emulator::DEFAULT_CLIENT_KEY;

fn cart(price: i64) -> Value {
    json!({
        "sdk": true, "client_key": DEFAULT_CLIENT_KEY, "name": "Pro <b>", "price": price, "request_id": "R-1",
        "redirect_url": "https://shop.test/orders/t/return", "metadata": { "order_id": "R-1" },
        "products": [{ "product_id": PRO_MONTH, "quantity": 1, "duration": -1 }],
    })
}

fn location(answered: &Answered) -> &str {
    answered.headers["location"].to_str().unwrap()
}

/// The message that a page posts to the window that frames it.
fn message(page: &Answered) -> Value {
    let start = "<script type=\"application/json\" id=\"message\">";
    let text = page.text.split_once(start).unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn from_the_browsers_form_to_the_merchants_page() {
    let lab = Lab::new();
    let opened = lab.checkout(cart(29_900)).await;
    assert_eq!(opened.status, 303);
    let path = location(&opened).to_owned();
    assert!(path.starts_with("/invoice/"), "{path}");
    let page = lab.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Pro &lt;b&gt;") && page.text.contains("29,900원"), "{}", page.text);

    let cancelled = lab.form(&path, "framed=0&outcome=cancel".to_owned()).await;
    assert_eq!(location(&cancelled), "https://shop.test/orders/t/return?event=cancel&request_id=R-1");
    assert_eq!(lab.get("/v1/orders").await.json["count"], 0);
    let failed = lab.form(&path, "framed=0&outcome=fail".to_owned()).await;
    let expected = "https://shop.test/orders/t/return?event=error&error_code=RC_CONFIRM_FAILED&message=%EA%B2%B0";
    assert!(location(&failed).starts_with(expected) && location(&failed).ends_with("&request_id=R-1"));

    let paid = lab.form(&path, "framed=0&outcome=paid".to_owned()).await;
    assert_eq!(paid.status, 303);
    let orders = lab.get("/v1/orders").await.json;
    assert_eq!(orders["count"], 1, "the failed attempt's order is paid, not a second one");
    let order = &orders["list"][0];
    assert_eq!(
        location(&paid),
        format!(
            "https://shop.test/orders/t/return?event=done&request_id=R-1&order_number={}\
             &metadata=%7B%22order_id%22%3A%22R-1%22%7D",
            order["order_number"].as_str().unwrap()
        )
    );
    let invoice = lab.get(&format!("/v1/invoices/{}", path.trim_start_matches("/invoice/"))).await.json;
    assert_eq!(invoice["order_id"], order["order_id"]);
    assert_eq!(invoice["pay_at"], order["purchased_at"]);

    for again in [lab.form(&path, "outcome=paid".to_owned()).await, lab.get(&path).await] {
        assert_eq!(again.status, 200);
        assert!(again.text.contains("이미 결제한 주문이에요") && again.text.contains("https://shop.test/orders/t"));
    }
    assert_eq!(lab.get("/_emulator/ledger").await.json["receipts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn framed_pages_post_what_the_script_waits_for() {
    let lab = Lab::new();
    let id = lab.invoice(json!({ "metadata": { "k": "</script>" } })).await;
    let path = format!("/invoice/{id}");
    let cancel = message(&lab.form(&path, "framed=1&outcome=cancel".to_owned()).await);
    assert_eq!(cancel, json!({ "bootpay_event": true, "hook": "CommerceCheckoutEvent", "event": "cancel" }));
    let fail = message(&lab.form(&path, "framed=1&outcome=fail".to_owned()).await);
    assert_eq!((&fail["event"], &fail["data"]["payload"]), (&json!("error"), &json!({ "request_id": "R-1" })));
    assert_eq!(fail["data"]["error"]["error_code"], "RC_CONFIRM_FAILED");
    let done = message(&lab.form(&path, "framed=1&outcome=paid".to_owned()).await);
    let payload = &done["data"]["payload"];
    assert_eq!((&done["event"], &done["data"]["use_redirect"]), (&json!("done"), &json!(false)));
    assert_eq!((&payload["request_id"], &payload["price"]), (&json!("R-1"), &json!(29_900)));
    assert_eq!(payload["metadata"], json!({ "k": "</script>" }));
    assert_eq!(payload["receipt_success_data"]["status"], 1);
    assert_eq!(payload.get("order_id"), None);

    let url = "https://shop.test/return";
    let id = lab.invoice(json!({ "use_redirect": true, "redirect_url": url })).await;
    let done = message(&lab.form(&format!("/invoice/{id}"), "framed=1&outcome=deposit".to_owned()).await);
    assert_eq!((&done["data"]["use_redirect"], &done["data"]["redirect_url"]), (&json!(true), &json!(url)));
    assert_eq!(done["data"]["payload"]["receipt_status"], "receipt_vbank_ready");
}

#[tokio::test]
async fn a_browsers_price_must_be_its_products_price() {
    let lab = Lab::new();
    let mut foreign = cart(29_900);
    foreign["client_key"] = json!("someone");
    let mut bare = cart(29_900);
    bare["products"] = json!([]);
    let mut unknown = cart(29_900);
    unknown["products"][0]["product_id"] = json!("x");
    for (data, expected) in [
        (cart(100), "ORDER_PRICE_NOT_MATCH"),
        (foreign, "APP_KEY_NOT_FOUND"),
        (bare, "ORDER_PRODUCT_BLANK"),
        (unknown, "ORDER_PRODUCT_NOT_FOUND"),
    ] {
        let page = lab.checkout(data).await;
        assert_eq!(page.status, 200);
        let message = message(&page);
        assert_eq!((&message["event"], &message["data"]["use_redirect"]), (&json!("error"), &json!(false)));
        assert_eq!(message["data"]["error"]["error_code"], expected);
    }
    assert_eq!(message(&lab.form("/v1/invoices", "payload=x".to_owned()).await)["event"], "error");
    assert_eq!(lab.get("/v1/invoices").await.json["count"], 0);
}

/// Bootpay H-23.
#[tokio::test]
async fn a_server_made_invoice_keeps_its_price_when_a_browser_opens_it() {
    let lab = Lab::new();
    let id = lab.invoice(json!({ "price": 5_000, "request_id": null })).await;
    let mut data = cart(29_900);
    data["request_id"] = json!(id);
    let opened = lab.checkout(data).await;
    assert_eq!(location(&opened), format!("/invoice/{id}"));
    let paid = lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    assert!(location(&paid).starts_with(&format!("https://shop.test/orders/t/return?event=done&request_id={id}&")));
    assert_eq!(lab.get("/v1/orders").await.json["list"][0]["price"], 5_000);
}

#[tokio::test]
async fn an_expired_invoice_cannot_be_paid() {
    let lab = Lab::new();
    let usual = lab.invoice(json!({})).await;
    let short = lab.invoice(json!({ "expire_in": 60 })).await;
    let dated = lab.invoice(json!({ "expired_at": "2026-03-02T09:01:00+09:00" })).await;
    lab.pass_minutes(1);
    for id in [short, dated] {
        for page in [
            lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await,
            lab.get(&format!("/invoice/{id}")).await,
        ] {
            assert!(page.text.contains("만료된 주문이에요"), "{}", page.text);
        }
    }
    assert_eq!(lab.get("/v1/orders").await.json["count"], 0);
    lab.pass_minutes(118);
    assert!(lab.form(&format!("/invoice/{usual}"), "outcome=paid".to_owned()).await.text.contains("결제했어요"));
}

#[tokio::test]
async fn an_order_can_exist_before_it_is_paid() {
    let lab = Lab::new();
    let id = lab.invoice(json!({ "extra": { "create_order_immediately": true } })).await;
    let order = lab.get("/v1/orders").await.json["list"][0].clone();
    assert_eq!((&order["status"], &order["receipt_id"]), (&json!("order_pending"), &Value::Null));
    lab.form(&format!("/invoice/{id}"), "outcome=paid".to_owned()).await;
    let paid = lab.get(&format!("/v1/orders/{}", order["order_id"].as_str().unwrap())).await.json;
    assert_eq!((&paid["status"], &paid["order_number"]), (&json!("payment_completed"), &order["order_number"]));
}
