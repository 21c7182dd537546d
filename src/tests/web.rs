//! The shop over HTTP: statuses, policies, and whatever a client may send.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::app::{TestApp, form, form_with, new_key, post};
use super::on_both;

const HOSTILE: [&str; 12] = [
    "",
    " ",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE orders; --",
    "a\u{0}b",
    "a\r\nSet-Cookie: x=y",
    "\u{202e}gnp.exe",
    "\u{1F600}\u{1F600}",
    "{{7*7}}${7*7}",
    "../../../../etc/passwd",
    "%00%ff%c0%ae",
];

on_both! {
    async fn nothing_hostile_is_stored_or_breaks(app: TestApp) {
        let long = "가".repeat(5_000);
        for field in ["plan", "interval", "name", "phone", "email", "key"] {
            for value in HOSTILE.into_iter().chain([long.as_str()]) {
                for accept in ["application/json", "text/html"] {
                    let key = new_key();
                    let answer = app.send(post("/api/checkout/start", &form_with(key.as_str(), field, value), accept)).await;
                    // A traversal is a name like any other, if an odd one.
                    if (field, value) != ("name", "../../../../etc/passwd") {
                        assert!(answer.status.is_client_error(), "{field}={value:?}: {}", answer.status);
                    }
                    let is_page = answer.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.to_str().unwrap().contains("html"));
                    let is_markup = answer.body.contains("<script>alert") || answer.body.contains("<img src=x");
                    assert!(!(is_page && is_markup), "{field}={value:?}");
                }
            }
        }
    }
}

on_both! {
    async fn a_refused_form_keeps_what_was_typed(app: TestApp) {
        let key = new_key();
        let answer = app.submit("/api/checkout/start", &form_with(key.as_str(), "phone", "12-34")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for kept in ["김마당", "12-34", "kim@example.com", key.as_str(), "9~11자리"] {
            assert!(answer.body.contains(kept), "{kept}");
        }
        assert!(app.ledger().await["invoices"].as_array().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_no_form_has_is_too_large() {
    let app = TestApp::sqlite().await;
    for path in ["/api/checkout/start", "/api/orders/verify", "/api/nothing", "/orders/x/return"] {
        let told =
            Request::post(path).header(header::CONTENT_LENGTH, 70_000).body(Body::from(vec![b'a'; 70_000])).unwrap();
        let chunks = futures::stream::iter((0..70).map(|_| Ok::<_, std::io::Error>(vec![b'a'; 1_000])));
        let untold = Request::post(path).body(Body::from_stream(chunks)).unwrap();
        for request in [told, untold] {
            assert_eq!(app.send(request).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_can_send_no_form() {
    let app = TestApp::sqlite().await;
    let key = new_key();
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let mut request = post("/api/checkout/start", &form(key.as_str()), "text/html");
        request.headers_mut().insert(header::HOST, "127.0.0.1:3000".parse().unwrap());
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_real_404() {
    let app = TestApp::sqlite().await;
    let unknown = format!("/orders/{}", "0".repeat(32));
    for path in [
        "/nothing",
        "/checkout/gold/month",
        "/checkout/pro/week",
        "/checkout/pro",
        "/orders/x",
        &unknown,
        "/wp-login.php",
        "/pkg/x.js",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(app.get("/nothing").await.body.contains("찾는 페이지가 없어요"));
    let english = app.get("/nothing?lang=en").await;
    assert!(english.body.contains("There is no such page") && english.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_requests_are_refused_and_never_break() {
    let app = TestApp::sqlite().await;
    let requests = [
        (Request::post("/").body(Body::empty()), StatusCode::METHOD_NOT_ALLOWED),
        (Request::delete("/orders/x").body(Body::empty()), StatusCode::METHOD_NOT_ALLOWED),
        (Request::post("/api/no/such").body(Body::empty()), StatusCode::CONFLICT),
        (Request::get("/api/orders/verify").body(Body::empty()), StatusCode::CONFLICT),
        (Request::post("/api/orders/verify").body(Body::from("%%%=\u{0}")), StatusCode::NOT_FOUND),
        (
            Request::post("/api/orders/verify")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from("token=x&order_number=%00")),
            StatusCode::NOT_FOUND,
        ),
        (
            Request::post("/api/checkout/start").header("content-type", "application/json").body(Body::from("{}")),
            StatusCode::NOT_FOUND,
        ),
        (Request::post("/api/checkout/resume").body(Body::from("token=nobody")), StatusCode::NOT_FOUND),
    ];
    for (request, wanted) in requests {
        let request = request.unwrap();
        let line = format!("{} {}", request.method(), request.uri());
        let answer = app.send(request).await;
        assert!(!answer.status.is_server_error(), "{line}: {} {}", answer.status, answer.body);
        assert_eq!(answer.status, wanted, "{line}: {}", answer.body);
    }
}

on_both! {
    async fn a_forged_return_is_only_a_hint(app: TestApp) {
        let (mine, theirs) = (app.start().await, app.start().await);
        let number = app.pay(&theirs, 29_900, "paid").await.unwrap();
        let path = format!("/orders/{}/return", mine.token);
        for query in [
            "event=done&order_number=26112099999999999999".to_owned(),
            format!("event=done&order_number={number}"),
            "event=done&status=paid&order_number=undefined&metadata=undefined".to_owned(),
            "event=%3Cscript%3E&order_number=%3Cscript%3E".to_owned(),
            String::new(),
        ] {
            app.clock.advance(crate::service::LOOK_GAP_MS);
            let got = app.get(&format!("{path}?{query}")).await;
            app.clock.advance(crate::service::LOOK_GAP_MS);
            let mut foreign = Request::post(&path).header(header::ORIGIN, "https://api.bootapi.com").body(Body::from(query.clone())).unwrap();
            foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
            for answer in [got, app.send(foreign).await] {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{query}");
                assert_eq!(answer.location(), format!("/orders/{}", mine.token));
            }
        }
        app.clock.advance(crate::service::LOOK_GAP_MS);
        assert!(app.get(&format!("/orders/{}", mine.token)).await.body.contains("data-order-state=\"pending\""));
    }
}

on_both! {
    async fn verify_gives_one_answer_for_unknown_foreign_and_used(app: TestApp) {
        let (mine, theirs) = (app.start().await, app.start().await);
        let number = app.pay(&theirs, 29_900, "paid").await.unwrap();
        app.look(&theirs).await;
        let mut answers = Vec::new();
        for told in ["26112099999999999999", number.as_str(), "undefined", "<b>", ""] {
            app.clock.advance(crate::service::LOOK_GAP_MS);
            let answer = app.call("/api/orders/verify", &[("token", mine.token.as_str()), ("order_number", told)]).await;
            answers.push((answer.status, answer.body));
        }
        answers.dedup();
        assert_eq!(answers, [(StatusCode::OK, "{\"state\":\"pending\",\"events\":1}".to_owned())]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_pages_is_refused_on_a_page() {
    let app = TestApp::with_limits().await;
    let is_page = |answer: &crate::tests::app::Answer, code: &str| {
        let kind = answer.headers.get(header::CONTENT_TYPE).unwrap().to_str().unwrap();
        assert!(kind.starts_with("text/html") && answer.body.contains(code), "{code}: {kind} {}", answer.body);
    };
    for path in ["/api/checkout/start", "/api/checkout/resume", "/api/pay/start"] {
        let bad = app
            .send(Request::post(path).header(header::ACCEPT, "text/html").body(Body::from("%ff=%ff")).unwrap())
            .await;
        assert!(bad.status.is_client_error(), "{path} {}", bad.status);
        is_page(&bad, bad.status.as_str());
    }
    let foreign =
        Request::post("/api/pay/start").header(header::ACCEPT, "text/html").header("sec-fetch-site", "cross-site");
    let foreign = app.send(foreign.body(Body::from("token=x")).unwrap()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    is_page(&foreign, "403");
    let put = app.send(Request::put("/").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await;
    assert_eq!(put.status, StatusCode::METHOD_NOT_ALLOWED);
    is_page(&put, "405");
    let gone = app.get(&format!("/orders/{}/return?order_number=1", "0".repeat(32))).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    is_page(&gone, "404");
    let mut last = None;
    for _ in 0..40 {
        last = Some(app.submit("/api/checkout/start", &[]).await);
    }
    let last = last.unwrap();
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.headers.contains_key(header::RETRY_AFTER));
    is_page(&last, "429");
    let login = app.submit("/admin/login", &[("email", "a@b.kr"), ("password", "x")]).await;
    assert_ne!(login.status, StatusCode::TOO_MANY_REQUESTS, "each door has a limit of its own");
    let island = app.call("/api/checkout/start", &[]).await;
    assert!(!island.body.contains("<html"), "an island gets what it can read");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down() {
    let app = TestApp::with_limits().await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(app.call("/api/orders/verify", &[("token", &"0".repeat(32)), ("order_number", "1")]).await);
    }
    let last = statuses.last().unwrap();
    assert_eq!(statuses[0].status, StatusCode::NOT_FOUND);
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(app.get("/").await.status, StatusCode::OK, "pages are not limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_too_often_still_sees_the_order() {
    let app = TestApp::with_limits().await;
    let order = app.start().await;
    for _ in 0..40 {
        let answer = app.get(&format!("/orders/{}/return?event=done", order.token)).await;
        assert_eq!(answer.location(), format!("/orders/{}", order.token), "{}", answer.status);
    }
    assert!(app.wire.lists() < 40, "but the provider is left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_without_islands_have_no_script() {
    let app = TestApp::sqlite().await;
    for path in ["/", "/?interval=year", "/terms", "/privacy", "/refund", "/nothing"] {
        assert!(!app.get(path).await.body.contains("<script"), "{path}");
    }
    assert!(app.get("/checkout/pro/month").await.body.contains("<script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_as_narrow_as_the_page_allows() {
    let app = TestApp::sqlite().await;
    let order = app.start().await;
    let policy =
        |answer: &super::app::Answer| answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    let plans = policy(&app.get("/").await);
    assert!(!plans.contains("script-src") && plans.contains("default-src 'none'"), "{plans}");
    let checkout = policy(&app.get("/checkout/pro/month").await);
    assert!(
        checkout.contains("form-action 'self' http://127.0.0.1:4000;") && checkout.contains("'nonce-"),
        "{checkout}"
    );
    let page = policy(&app.get(&format!("/orders/{}", order.token)).await);
    assert!(!page.contains("unsafe-inline") && !page.contains("frame-src"), "{page}");
    for path in ["/", "/checkout/pro/month", "/nothing", "/healthz"] {
        let answer = app.get(path).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert!(!answer.body.contains(" style="), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_that_it_lives_and_is_ready() {
    let app = TestApp::sqlite().await;
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(app.get("/readyz").await.status, StatusCode::OK);
    app.db.close().await;
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(app.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

on_both! {
    async fn whoever_sends_too_much_is_told_so_on_a_page(app: TestApp) {
        let long = "가".repeat(30_000);
        let owner = app.desk(crate::domain::staff::Role::Owner).await;
        for answer in [
            app.submit("/api/checkout/start", &[("name", &long)]).await,
            owner.submit("/admin/plans/new", &[("name", &long)]).await,
        ] {
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert!(answer.body.contains("F-LARGE"), "{}", answer.body);
        }
        assert_eq!(app.call("/api/checkout/start", &[("name", &long)]).await.body, "");
    }
}
