//! Where webhooks may come from.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::http::Networks;
use crate::tests::app::TestApp;

#[tokio::test]
async fn webhooks_are_taken_from_the_named_networks_alone_as_our_own_proxy_vouches() {
    let app = TestApp::sqlite().await;
    let node = app.node_taking_webhooks_from(Networks::parse("223.130.82.4, 10.0.0.0/8").unwrap(), 1);
    let from = async |forwarded: &str| {
        let request = Request::post("/webhooks/bootpay/pg").header("x-forwarded-for", forwarded);
        node.send(request.body(Body::from("{}")).unwrap()).await.status
    };
    assert_eq!(from("223.130.82.4").await, StatusCode::OK);
    assert_eq!(from("203.0.113.9, 10.1.2.3").await, StatusCode::OK);
    assert_eq!(from("203.0.113.9").await, StatusCode::FORBIDDEN);
    assert_eq!(
        from("223.130.82.4, 203.0.113.9").await,
        StatusCode::FORBIDDEN,
        "what the sender writes vouches for nothing"
    );
    assert_eq!(app.log().await.len(), 2, "what is turned away is not written down");
}
