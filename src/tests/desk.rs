//! Somebody of the staff at a browser without script.

use axum::body::Body;
use axum::http::{Request, header};

use super::app::{Answer, TestApp, post};
use crate::domain::customer::{Email, Name};
use crate::domain::staff::{Role, Staff};

pub const PASSWORD: &str = "correct horse battery";

pub struct Desk<'a> {
    app: &'a TestApp,
    pub staff: Staff,
    pub cookie: String,
}

impl TestApp {
    /// Somebody new with this role, logged in.
    pub async fn desk(&self, role: Role) -> Desk<'_> {
        let staff = self.hire(role).await;
        let cookie = self.log_in(&staff, PASSWORD).await;
        Desk { app: self, staff, cookie }
    }

    /// An account with this role, and the password of all test accounts.
    pub async fn hire(&self, role: Role) -> Staff {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let email = format!("{}{}@example.com", role.as_str(), NEXT.fetch_add(1, Ordering::SeqCst));
        let (email, name) = (Email::parse(&email).unwrap(), Name::parse("이담당").unwrap());
        self.services.create_staff(email, name, role, PASSWORD, false).await.unwrap()
    }

    /// The cookie that a login gives.
    pub async fn log_in(&self, staff: &Staff, password: &str) -> String {
        let answer = self.submit("/admin/login", &[("email", staff.email.as_str()), ("password", password)]).await;
        assert_eq!(answer.location(), "/admin", "{} {}", answer.status, answer.body);
        cookie_of(&answer).expect("a login begins a session")
    }
}

/// `name=value` of the session cookie that an answer sets.
pub fn cookie_of(answer: &Answer) -> Option<String> {
    let set = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    set.filter(|cookie| cookie.starts_with("__Host-madang="))
        .map(|cookie| cookie.split(';').next().unwrap().to_owned())
        .next()
}

impl<'a> Desk<'a> {
    pub fn new(app: &'a TestApp, staff: Staff, cookie: String) -> Self {
        Self { app, staff, cookie }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT, "text/html").header(header::COOKIE, &self.cookie);
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser without script would.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(post(path, form, "text/html,application/xhtml+xml")).await
    }

    /// As an island calls.
    pub async fn call(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(post(path, form, "application/json")).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert(header::COOKIE, self.cookie.parse().unwrap());
        self.app.send(request).await
    }
}
