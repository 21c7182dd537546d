//! `/orders`: an order's page found again by number and phone, by nobody else, and not by guessing.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};

use super::app::{Answer, TestApp, post};
use super::on_both;
use crate::domain::order::Order;
use crate::store::attempts::{self, Failures};

const PHONE: &str = "010-1234-5678";
const UNKNOWN: &str = "261120-0000000";

impl TestApp {
    async fn look_up(&self, number: &str, phone: &str) -> Answer {
        self.submit("/orders", &[("number", number), ("phone", phone)]).await
    }

    /// A look-up as it comes from this network.
    async fn look_up_from(&self, network: u8, number: &str, phone: &str) -> Answer {
        let mut request = post("/orders", &[("number", number), ("phone", phone)], "text/html");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, network], 40_000))));
        self.send(request).await
    }
}

fn address(order: &Order) -> String {
    format!("/orders/{}", order.token)
}

/// A page with nothing in its fields.
fn without_typed(page: &str) -> String {
    let mut parts = page.split("value=\"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |page, part| page + "value=\"" + &part[part.find('"').unwrap()..])
}

fn is_kept_private(answer: &Answer) -> bool {
    answer.headers[header::CACHE_CONTROL] == "no-store" && answer.headers["x-robots-tag"] == "noindex"
}

on_both! {
    async fn number_and_phone_lead_to_the_order_however_they_are_written(app: TestApp) {
        let order = app.start().await;
        let number = order.number.as_str();
        for typed in [
            number.to_owned(),
            number.replace('-', ""),
            number.to_lowercase(),
            format!("  {number} "),
            number.replace('-', " "),
            number.replace('0', "o").replace('1', "I"),
        ] {
            let answer = app.look_up(&typed, PHONE).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, address(&order).as_str()), "{typed}");
            assert!(is_kept_private(&answer));
        }
        for phone in ["01012345678", "010 1234 5678", " 010.1234.5678 ", "+82 10-1234-5678", "+821012345678"] {
            assert_eq!(app.look_up(number, phone).await.location(), address(&order), "{phone}");
        }
        assert_eq!(app.get(&address(&order)).await.status, StatusCode::OK);
    }
}

on_both! {
    async fn wrong_unknown_and_malformed_get_one_answer(app: TestApp) {
        let (order, another) = (app.start().await, app.start().await);
        let number = order.number.as_str();
        let mut answers = Vec::new();
        for (network, (number, phone)) in [
            (number, "010-1234-5679"),
            (UNKNOWN, PHONE),
            (UNKNOWN, "010-9999-9999"),
            (another.number.as_str(), "02-123-4567"),
            ("261120", PHONE),
            (order.token.as_str(), PHONE),
            (order.id.as_str(), PHONE),
            (number, "12345"),
            ("' OR 1=1; --", "<script>"),
            ("", ""),
        ].into_iter().enumerate() {
            let answer = app.look_up_from(u8::try_from(network).unwrap(), number, phone).await;
            assert!(is_kept_private(&answer));
            for private in ["김마당", "kim@example.com", order.token.as_str(), order.id.as_str()] {
                assert!(!without_typed(&answer.body).contains(private), "{private}");
            }
            assert!(!answer.body.contains("<script"), "{number} {phone}");
            answers.push((answer.status, without_typed(&answer.body)));
        }
        assert!(answers[0].1.contains("O-NOTFOUND"));
        assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
        answers.dedup();
        assert_eq!(answers.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_and_is_only_text() {
    let app = TestApp::sqlite().await;
    let answer = app.look_up(" 26-x ", "010 98").await;
    assert!(answer.body.contains("value=\" 26-x \"") && answer.body.contains("value=\"010 98\""), "{}", answer.body);
    assert_eq!(answer.body.matches("aria-invalid=\"true\"").count(), 2);
    let hostile = app.look_up("\"><img src=x onerror=alert(1)>", "\u{0}\u{202e}").await;
    assert_eq!(hostile.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!hostile.body.contains("<img"));
    let nothing = app.submit("/orders", &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "absent fields are empty ones");
}

on_both! {
    async fn failures_count_for_the_number_on_every_node_whether_it_exists_or_not(app: TestApp) {
        let order = app.start().await;
        let node = app.node();
        for number in [order.number.as_str(), UNKNOWN] {
            for network in 0..6 {
                let asked = if network % 2 == 0 { &app } else { &node };
                let answer = asked.look_up_from(network, number, "010-0000-0000").await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}, attempt {network}");
            }
        }
        let restarted = app.another_node().await;
        for asked in [&app, &node, &restarted] {
            let waits = [(order.number.as_str(), 10), (UNKNOWN, 11)].map(|(number, network)| asked.look_up_from(network, number, PHONE));
            let waits = futures::future::join_all(waits).await;
            for wait in &waits {
                assert_eq!(wait.status, StatusCode::TOO_MANY_REQUESTS, "even the right phone waits");
                assert_eq!(wait.headers[header::RETRY_AFTER], "2");
                assert!(wait.body.contains("O-LIMIT") && wait.body.contains("2초 뒤"), "{}", wait.body);
                assert!(wait.body.contains(PHONE) && is_kept_private(wait));
            }
            assert_eq!(without_typed(&waits[0].body), without_typed(&waits[1].body));
        }
        app.clock.advance(2_000);
        assert_eq!(app.look_up_from(10, order.number.as_str(), PHONE).await.location(), address(&order));
        // The success cleared nothing: the next failure waits twice as long.
        assert_eq!(app.look_up_from(10, order.number.as_str(), "010-0000-0000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(node.look_up_from(10, order.number.as_str(), PHONE).await.headers[header::RETRY_AFTER], "4");
        app.clock.advance(24 * 60 * 60 * 1000);
        assert_eq!(node.look_up_from(10, order.number.as_str(), PHONE).await.location(), address(&order));
    }
}

on_both! {
    async fn failures_count_for_the_network_and_an_own_order_clears_none(app: TestApp) {
        let order = app.start().await;
        let (node, own) = (app.node(), order.number.as_str());
        for at in 0..21 {
            let asked = if at % 2 == 0 { &app } else { &node };
            let answer = asked.look_up_from(1, &format!("261120-00000{at:02}"), PHONE).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "attempt {at}");
            if at == 10 {
                assert_eq!(asked.look_up_from(1, own, PHONE).await.location(), address(&order));
            }
        }
        assert_eq!(node.look_up_from(1, own, PHONE).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(node.look_up_from(2, own, PHONE).await.location(), address(&order), "another network");
        app.clock.advance(2_000);
        assert_eq!(node.look_up_from(1, own, PHONE).await.location(), address(&order), "after the wait");
        // A phone carrier's address is not held back for a day.
        for at in 0..3 {
            app.clock.advance(60_000);
            app.look_up_from(1, &format!("261120-11111{at:02}"), PHONE).await;
        }
        assert_eq!(app.look_up_from(1, own, PHONE).await.status, StatusCode::TOO_MANY_REQUESTS);
        app.clock.advance(60 * 60 * 1000);
        for at in 0..20 {
            app.look_up_from(1, &format!("261120-22222{at:02}"), PHONE).await;
        }
        assert_eq!(app.look_up_from(1, own, PHONE).await.location(), address(&order));
    }
}

on_both! {
    async fn many_guesses_at_once_are_all_counted(app: TestApp) {
        let order = app.start().await;
        let node = app.node();
        let guesses = (0..12_u8).map(|at| {
            let asked = if at % 2 == 0 { &app } else { &node };
            asked.look_up_from(at, order.number.as_str(), "010-0000-0000")
        });
        let answers = futures::future::join_all(guesses).await;
        let judged = answers.iter().filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY).count();
        assert_eq!(judged, 6, "five are free, and the sixth is judged before it costs");
    }
}

on_both! {
    async fn what_strangers_tried_is_not_kept_for_ever(app: TestApp) {
        let key = format!("lookup-number:{UNKNOWN}");
        let kept = |app: &TestApp| {
            let (db, key) = (app.db.clone(), key.clone());
            async move {
                db.write(move |tx| {
                    let key = key.clone();
                    Box::pin(async move { attempts::lock(tx, &key).await })
                }).await.unwrap()
            }
        };
        app.look_up(UNKNOWN, PHONE).await;
        assert_eq!(kept(&app).await.count, 1);
        app.clock.advance(24 * 60 * 60 * 1000);
        app.look_up("261120-1111111", PHONE).await;
        assert_eq!(kept(&app).await, Failures::default());
    }
}

on_both! {
    async fn asking_for_the_page_looks_nothing_up(app: TestApp) {
        let order = app.start().await;
        let query = format!("/orders?number={}&phone=01012345678", order.number.as_str());
        for _ in 0..25 {
            for method in [Method::GET, Method::HEAD] {
                let request = Request::builder().method(&method).uri(&query).body(Body::empty()).unwrap();
                let answer = app.send(request).await;
                assert_eq!(answer.status, StatusCode::OK);
                assert!(is_kept_private(&answer) && answer.location().is_empty());
                assert_eq!(method == Method::HEAD, answer.body.is_empty());
                assert!(!answer.body.contains(order.number.as_str()) && !answer.body.contains("01012345678"));
            }
        }
        let wrong = format!("/orders?number={}&phone=01000000000", order.number.as_str());
        for _ in 0..10 {
            app.get(&wrong).await;
        }
        assert_eq!(app.look_up(order.number.as_str(), PHONE).await.location(), address(&order), "nothing was counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_a_plain_page_that_no_other_site_can_send() {
    let app = TestApp::sqlite().await;
    let order = app.start().await;
    let page = app.get("/orders").await;
    assert_eq!(page.headers[header::CONTENT_SECURITY_POLICY], crate::page::STRICT_POLICY);
    assert!(page.body.contains("<form") && page.body.contains("action=\"/orders\"") && !page.body.contains("<script"));
    assert!(!page.body.contains("role=\"alert\"><div") && !page.body.contains("aria-invalid=\"true\""));
    let typed = [("number", order.number.as_str()), ("phone", PHONE)];
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let mut request = post("/orders", &typed, "text/html");
        request.headers_mut().insert(header::HOST, "127.0.0.1:3000".parse().unwrap());
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let large = Request::post("/orders").body(Body::from(vec![b'a'; 70_000])).unwrap();
    assert_eq!(app.send(large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri("/orders").body(Body::empty()).unwrap();
        assert_eq!(app.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    assert_eq!(app.get("/orders/").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_per_address_answers_with_the_page_and_leaves_the_empty_form_alone() {
    let app = TestApp::with_limits().await;
    let order = app.start().await;
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(app.look_up(order.number.as_str(), PHONE).await);
    }
    assert_eq!(answers[0].location(), address(&order));
    let last = answers.last().unwrap();
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.headers.contains_key(header::RETRY_AFTER) && is_kept_private(last));
    assert!(last.body.contains("O-LIMIT") && last.body.contains("action=\"/orders\""), "{}", last.body);
    assert_eq!(app.get("/orders").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_offered_where_somebody_misses_an_order() {
    let app = TestApp::sqlite().await;
    let unknown = format!("/orders/{}", "0".repeat(32));
    for path in ["/", "/terms", "/checkout/pro/month"] {
        assert_eq!(app.get(path).await.body.matches("href=\"/orders\"").count(), 1, "{path}");
    }
    for path in [unknown.as_str(), "/orders/x"] {
        assert_eq!(app.get(path).await.body.matches("href=\"/orders\"").count(), 2, "{path}");
    }
}
