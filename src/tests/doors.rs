//! Who gets in: every route and every server function of the staff's side, with every role and with none.

mod account;
mod audit;
mod factor;
mod first_owner;
mod people;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};

use super::app::{TestApp, post};
use super::desk::{Desk, PASSWORD, cookie_of};
use super::on_both;
use crate::domain::staff::Role;
use crate::http::{Need, TABLE};

fn address(pattern: &str) -> String {
    pattern.replace('*', &"0".repeat(24))
}

fn request(method: &str, pattern: &str, cookie: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(address(pattern)).header(header::ACCEPT, "text/html");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(Body::from("x=%ff&%00")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_asks_who_comes_before_anything_else() {
    let app = TestApp::sqlite().await;
    for (method, pattern, need) in TABLE.iter().filter(|(_, _, need)| *need != Need::Nothing) {
        let answer = app.send(request(method, pattern, None)).await;
        let is_login = answer.location().starts_with("/admin/login");
        assert!(
            answer.status == StatusCode::UNAUTHORIZED || is_login,
            "{method} {pattern} {need:?}: {}",
            answer.status
        );
        let forged = app.send(request(method, pattern, Some("__Host-madang=AAAAAAAAAAAAAAAAAAAAAA"))).await;
        assert!(
            forged.status == StatusCode::UNAUTHORIZED || forged.location().starts_with("/admin/login"),
            "{pattern}"
        );
    }
    for role in Role::ALL {
        let desk = app.desk(*role).await;
        for (method, pattern, need) in TABLE {
            let Need::May(permission) = need else { continue };
            let ends_it = matches!(*pattern, "/admin/logout" | "/admin/account/sessions/all") && *method == "POST";
            let cookie = if ends_it { app.desk(*role).await.cookie } else { desk.cookie.clone() };
            let answer = app.send(request(method, pattern, Some(&cookie))).await;
            let line = format!("{role:?} {method} {pattern}: {}", answer.status);
            assert!(!answer.status.is_server_error(), "{line}");
            assert_eq!(answer.status == StatusCode::FORBIDDEN, !role.may(*permission), "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_table_is_not_there() {
    let app = TestApp::sqlite().await;
    let owner = app.desk(Role::Owner).await;
    for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        for path in ["/admin/nothing", "/admin/", "/admin//", "/api/admin/nothing", "/admin/%2e%2e/orders"] {
            let stranger = app.send(request(method, path, None)).await;
            let is_out = stranger.status.is_client_error() || stranger.location().starts_with("/admin/login");
            assert!(is_out && !stranger.body.contains("desk-nav"), "{method} {path}: {}", stranger.status);
            let known = app.send(request(method, path, Some(&owner.cookie))).await;
            assert!(known.status.is_client_error(), "{method} {path}: {}", known.status);
        }
    }
}

#[test]
fn every_server_function_of_the_staff_is_in_the_table() {
    for (path, method) in leptos::server_fn::axum::server_fn_paths().filter(|(path, _)| path.starts_with("/api/admin/"))
    {
        assert!(
            TABLE.iter().any(|(listed, pattern, need)| {
                Method::try_from(*listed).unwrap() == method && *pattern == path && *need != Need::Nothing
            }),
            "{method} {path}"
        );
    }
}

on_both! {
    async fn a_login_begins_a_session_and_a_logout_ends_it(app: TestApp) {
        let staff = app.hire(Role::Clerk).await;
        let before = "__Host-madang=AAAAAAAAAAAAAAAAAAAAAA";
        let mut login = post("/admin/login", &[("email", staff.email.as_str()), ("password", PASSWORD)], "text/html");
        login.headers_mut().insert(header::COOKIE, before.parse().unwrap());
        let answer = app.send(login).await;
        let cookie = cookie_of(&answer).unwrap();
        assert_ne!(cookie, before, "a secret that somebody brought is not used");
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
        for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(set.contains(wanted), "{set}");
        }
        assert!(!set.contains("Domain") && !set.contains("Max-Age"), "{set}");
        let desk = Desk::new(&app, staff, cookie);
        assert_eq!(desk.get("/admin").await.status, StatusCode::OK);
        assert_eq!(desk.submit("/admin/logout", &[]).await.location(), "/admin/login");
        assert_eq!(desk.get("/admin").await.location(), "/admin/login");
    }
}

on_both! {
    async fn a_session_ends_when_idle_and_when_old(app: TestApp) {
        let desk = app.desk(Role::Viewer).await;
        app.clock.advance(crate::service::SESSION_IDLE_MS);
        assert_eq!(desk.get("/admin").await.location(), "/admin/login");
        let desk = app.desk(Role::Viewer).await;
        let steps = crate::service::SESSION_ABSOLUTE_MS / (60 * 60 * 1000);
        for hour in 1..steps {
            app.clock.advance(60 * 60 * 1000);
            assert_eq!(desk.get("/admin").await.status, StatusCode::OK, "after {hour} hours");
        }
        app.clock.advance(60 * 60 * 1000);
        assert_eq!(desk.get("/admin").await.location(), "/admin/login", "used every hour, and over all the same");
    }
}

on_both! {
    async fn failed_logins_slow_down_per_account_and_are_counted_at_once(app: TestApp) {
        let staff = app.hire(Role::Manager).await;
        let wrong = [("email", staff.email.as_str()), ("password", "wrong")];
        let tries: Vec<_> = futures::future::join_all((0..12).map(|_| app.submit("/admin/login", &wrong))).await;
        let judged = tries.iter().filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY).count();
        assert_eq!(judged, 6, "five are free, and the sixth is judged before it costs");
        let right = [("email", staff.email.as_str()), ("password", PASSWORD)];
        let answer = app.submit("/admin/login", &right).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
        assert!(answer.headers.contains_key(header::RETRY_AFTER));
        app.clock.advance(2_000);
        assert_eq!(app.submit("/admin/login", &right).await.location(), "/admin");
    }
}

/// A login as it comes from this network.
async fn log_in_from(app: &TestApp, network: u8, email: &str, password: &str) -> StatusCode {
    let mut login = post("/admin/login", &[("email", email), ("password", password)], "text/html");
    login.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, network], 40_000))));
    app.send(login).await.status
}

on_both! {
    async fn failed_logins_slow_down_a_network_and_no_other(app: TestApp) {
        let staff = app.hire(Role::Clerk).await;
        for at in 0..21 {
            let status = log_in_from(&app, 1, &format!("nobody{at}@example.com"), "wrong password").await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "attempt {at}");
        }
        let email = staff.email.as_str();
        assert_eq!(log_in_from(&app, 1, email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(log_in_from(&app, 2, email, PASSWORD).await, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn failed_logins_are_remembered_by_other_nodes_and_after_a_restart(app: TestApp) {
        let staff = app.hire(Role::Clerk).await;
        let email = staff.email.as_str();
        for _ in 0..6 {
            assert_eq!(log_in_from(&app, 1, email, "wrong password").await, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let node = app.another_node().await;
        assert_eq!(log_in_from(&node, 1, email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
        // A day later all of it is forgotten, and one more failure does not bring it back.
        node.clock.advance(24 * 60 * 60 * 1000);
        assert_eq!(log_in_from(&node, 1, email, "wrong password").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(log_in_from(&node, 1, email, PASSWORD).await, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn one_stranger_keeps_nobody_out_and_many_together_guess_slowly(app: TestApp) {
        let staff = app.hire(Role::Manager).await;
        let email = staff.email.as_str();
        for _ in 0..30 {
            log_in_from(&app, 1, email, "wrong password").await;
        }
        assert_eq!(log_in_from(&app, 1, email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(log_in_from(&app, 2, email, PASSWORD).await, StatusCode::SEE_OTHER, "from elsewhere it is let in");
        for network in 10..22 {
            for _ in 0..6 {
                log_in_from(&app, network, email, "wrong password").await;
            }
        }
        assert_eq!(log_in_from(&app, 99, email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    }
}

on_both! {
    async fn a_network_that_must_wait_makes_no_more_keys(app: TestApp) {
        for at in 0..40 {
            log_in_from(&app, 1, &format!("nobody{at}@example.com"), "wrong password").await;
        }
        let keys = app.db.read(|tx| Box::pin(async move { crate::store::attempts::keys(tx).await })).await.unwrap();
        assert_eq!(keys, 1 + 2 * 21, "the network, and two for each address that was judged");
        app.clock.advance(25 * 60 * 60 * 1000);
        log_in_from(&app, 2, "nobody@example.com", "wrong password").await;
        let keys = app.db.read(|tx| Box::pin(async move { crate::store::attempts::keys(tx).await })).await.unwrap();
        assert_eq!(keys, 3, "what is a day old goes");
    }
}
