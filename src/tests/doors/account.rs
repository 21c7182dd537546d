//! One's own account: password and sessions.

use axum::http::StatusCode;

use crate::domain::customer::{Email, Name};
use crate::domain::staff::Role;
use crate::service::{Actor, SessionName, StoredSession};
use crate::tests::desk::{Desk, PASSWORD, cookie_of};
use crate::tests::on_both;

const NEW: &str = "another horse battery";

/// What a form of this page names, in order.
fn values(body: &str, name: &str) -> Vec<String> {
    let mark = format!("{name}=\"");
    body.match_indices(&mark).map(|(at, _)| body[at + mark.len()..].split('"').next().unwrap().to_owned()).collect()
}

on_both! {
    async fn a_password_is_changed_with_the_old_one_and_ends_other_sessions(app: TestApp) {
        let mut desk = app.desk(Role::Viewer).await;
        let other = app.log_in(&desk.staff, PASSWORD).await;
        let other = Desk::new(&app, desk.staff.clone(), other);
        let long = "a".repeat(201);
        for (old, new, again) in [
            ("", NEW, NEW),
            ("wrong password", NEW, NEW),
            (PASSWORD, "", ""),
            (PASSWORD, "too short", "too short"),
            (PASSWORD, long.as_str(), long.as_str()),
            (PASSWORD, NEW, "another horse bettery"),
            (PASSWORD, PASSWORD, PASSWORD),
        ] {
            let answer = desk.submit("/admin/account/password", &[("old", old), ("new", new), ("again", again)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{old} {new} {again}");
            assert!(!answer.body.contains(NEW) && !answer.body.contains(PASSWORD), "typed passwords come back");
        }
        let answer = desk.submit("/admin/account/password", &[("old", PASSWORD), ("new", NEW), ("again", NEW)]).await;
        assert_eq!(answer.location(), "/admin/account");
        assert!(desk.get("/admin").await.location().starts_with("/admin/login"), "the secret is another one now");
        desk.cookie = cookie_of(&answer).unwrap();
        assert_eq!(desk.get("/admin").await.status, StatusCode::OK);
        assert!(other.get("/admin").await.location().starts_with("/admin/login"));
        let old = app.submit("/admin/login", &[("email", desk.staff.email.as_str()), ("password", PASSWORD)]).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
        app.log_in(&desk.staff, NEW).await;
    }
}

on_both! {
    async fn a_session_left_open_is_no_way_to_guess_the_password(app: TestApp) {
        let desk = app.desk(Role::Viewer).await;
        let guess = [("old", "wrong password"), ("new", NEW), ("again", NEW)];
        for _ in 0..6 {
            desk.submit("/admin/account/password", &guess).await;
        }
        let right = desk.submit("/admin/account/password", &[("old", PASSWORD), ("new", NEW), ("again", NEW)]).await;
        assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY);
        let login = app.submit("/admin/login", &[("email", desk.staff.email.as_str()), ("password", PASSWORD)]).await;
        assert_eq!(login.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

on_both! {
    async fn sessions_are_listed_and_ended_by_their_owner_alone(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let second = Desk::new(&app, desk.staff.clone(), app.log_in(&desk.staff, PASSWORD).await);
        let third = Desk::new(&app, desk.staff.clone(), app.log_in(&desk.staff, PASSWORD).await);
        let stranger = app.desk(Role::Owner).await;
        let page = desk.get("/admin/account").await.body;
        assert_eq!((values(&page, "data-session").len(), page.matches("data-state=\"this\"").count()), (3, 1));
        let secret = desk.cookie.split('=').next_back().unwrap();
        assert!(!page.contains(secret), "the secret of a session is never shown");
        let seconds = SessionName::of(second.cookie.split('=').next_back().unwrap());
        assert!(page.contains(seconds.as_str()));

        let end = [("session", seconds.as_str())];
        stranger.submit("/admin/account/sessions/one", &end).await;
        assert_eq!(second.get("/admin").await.status, StatusCode::OK, "somebody else ends nothing");
        assert_eq!(desk.submit("/admin/account/sessions/one", &end).await.location(), "/admin/account");
        assert!(second.get("/admin").await.location().starts_with("/admin/login"));
        assert_eq!(third.get("/admin").await.status, StatusCode::OK);

        desk.submit("/admin/account/sessions/others", &[]).await;
        assert!(third.get("/admin").await.location().starts_with("/admin/login"));
        assert_eq!(desk.get("/admin").await.status, StatusCode::OK);

        let fourth = Desk::new(&app, desk.staff.clone(), app.log_in(&desk.staff, PASSWORD).await);
        assert_eq!(desk.submit("/admin/account/sessions/all", &[]).await.location(), "/admin/login");
        for gone in [&desk, &fourth] {
            assert!(gone.get("/admin").await.location().starts_with("/admin/login"));
        }
        assert_eq!(stranger.get("/admin").await.status, StatusCode::OK);
    }
}

on_both! {
    async fn a_request_under_way_brings_no_ended_session_back(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let secret = desk.cookie.split('=').next_back().unwrap();
        let held: StoredSession = app.services.load_session(secret).await.unwrap().unwrap();
        let actor = Actor { staff: desk.staff.clone(), network: "::".into() };
        app.services.end_own_sessions(&actor, None).await.unwrap();
        app.services.save_session(secret, held).await.unwrap();
        assert_eq!(app.services.load_session(secret).await.unwrap(), None);
        assert!(desk.get("/admin").await.location().starts_with("/admin/login"));
    }
}

on_both! {
    async fn a_password_from_somebody_else_opens_nothing_but_its_own_change(app: TestApp) {
        let (email, name) = (Email::parse("new@example.com").unwrap(), Name::parse("새사람").unwrap());
        let staff = app.services.create_staff(email, name, Role::Owner, PASSWORD, true).await.unwrap();
        let cookie = app.log_in(&staff, PASSWORD).await;
        let mut desk = Desk::new(&app, staff, cookie);
        for path in ["/admin", "/admin/account", "/admin/account/factor", "/admin/settings/staff", "/admin/nothing"] {
            assert_eq!(desk.get(path).await.location(), "/admin/account/password", "{path}");
        }
        assert_eq!(desk.call("/api/admin/anything", &[]).await.status, StatusCode::FORBIDDEN);
        let invite = [("email", "x@example.com"), ("role", "owner")];
        assert_eq!(desk.submit("/admin/settings/staff", &invite).await.location(), "/admin/account/password");
        assert!(app.services.open_invitations().await.unwrap().is_empty());
        let page = desk.get("/admin/account/password").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("data-session") && !page.body.contains("href=\"/admin/orders\""));
        let change = [("old", PASSWORD), ("new", NEW), ("again", NEW)];
        let answer = desk.submit("/admin/account/password", &change).await;
        desk.cookie = cookie_of(&answer).unwrap();
        assert_eq!(desk.get("/admin/settings/staff").await.status, StatusCode::OK);
    }
}
