//! The log: everything that staff do is in it, no secret is, and nobody changes it.

use axum::http::StatusCode;

use super::factor::switch_on;
use crate::domain::audit::Act;
use crate::domain::staff::Role;
use crate::service::{Actor, AuditFilter};
use crate::store::{StoreError, Tx};
use crate::tests::app::TestApp;
use crate::tests::desk::{Desk, PASSWORD, cookie_of};
use crate::tests::on_both;

async fn execute(app: &TestApp, sql: &'static str) -> Result<(), StoreError> {
    app.db
        .write(move |tx| {
            Box::pin(async move {
                match tx {
                    Tx::Sqlite(conn) => sqlx::query(sql).execute(&mut **conn).await.map(|_| ()),
                    Tx::Postgres(conn) => sqlx::query(sql).execute(&mut **conn).await.map(|_| ()),
                }
                .map_err(StoreError::from)
            })
        })
        .await
}

async fn lines(app: &TestApp) -> Vec<(String, String)> {
    let page = app.services.audit_page(&AuditFilter::default()).await.unwrap();
    page.lines.into_iter().map(|line| (line.act, format!("{} {}", line.subject, line.detail))).collect()
}

on_both! {
    async fn the_database_itself_refuses_to_change_the_log(app: TestApp) {
        let _ = app.desk(Role::Owner).await;
        let before = lines(&app).await;
        assert!(before.len() >= 2);
        for sql in ["UPDATE audit SET act = 'nothing'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 1"] {
            let refused = execute(&app, sql).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        assert_eq!(lines(&app).await, before);
    }
}

on_both! {
    async fn every_act_has_a_line_and_no_line_has_a_secret(app: TestApp) {
        let mut secrets = vec![PASSWORD.to_owned(), "wrong password".to_owned()];
        let first = match app.services.first_owner(None, true).await.unwrap() {
            Some(crate::service::FirstOwner::OneTime(password)) => password,
            _ => panic!("there is no first owner"),
        };
        secrets.push(first);
        app.services.first_owner(None, true).await.unwrap();
        let owner = app.desk(Role::Owner).await;
        app.submit("/admin/login", &[("email", owner.staff.email.as_str()), ("password", "wrong password")]).await;

        let mut clerk = app.desk(Role::Clerk).await;
        let other = app.log_in(&clerk.staff, PASSWORD).await;
        let name = crate::service::SessionName::of(other.split('=').next_back().unwrap());
        clerk.submit("/admin/account/sessions/one", &[("session", name.as_str())]).await;
        clerk.submit("/admin/account/sessions/others", &[]).await;
        clerk.submit("/admin/account/factor/begin", &[("password", "wrong password")]).await;
        let (phone, codes) = switch_on(&app, &clerk).await;
        secrets.push(phone.secret().to_owned());
        secrets.extend(codes.clone());
        let half = app.submit("/admin/login", &[("email", clerk.staff.email.as_str()), ("password", PASSWORD)]).await;
        let half = Desk::new(&app, clerk.staff.clone(), cookie_of(&half).unwrap());
        half.submit("/admin/login/code", &[("code", "000000")]).await;
        half.submit("/admin/login/code", &[("code", &codes[0])]).await;
        clerk.submit("/admin/account/factor/codes", &[("codes-password", PASSWORD)]).await;
        clerk.submit("/admin/account/factor/off", &[("off-password", PASSWORD)]).await;
        let new = "a password of my own";
        let changed = clerk.submit("/admin/account/password", &[("old", PASSWORD), ("new", new), ("again", new)]).await;
        secrets.push(new.to_owned());
        clerk.cookie = cookie_of(&changed).unwrap();
        clerk.submit("/admin/account/sessions/all", &[]).await;

        let viewer = app.desk(Role::Viewer).await;
        switch_on(&app, &viewer).await;
        let at = |act: &str| format!("/admin/settings/staff/{}/{act}", viewer.staff.id);
        owner.submit(&at("factor"), &[]).await;
        owner.submit(&at("role"), &[("role", "clerk")]).await;
        owner.submit(&at("dismiss"), &[("confirm", viewer.staff.email.as_str())]).await;
        let told = owner.submit("/admin/settings/staff", &[("email", "hand@example.org"), ("role", "viewer")]).await;
        let token = told.body.split("/admin/invitation/").nth(1).unwrap()[..32].to_owned();
        app.submit(&format!("/admin/invitation/{token}"), &[("name", "박새롬"), ("new", new), ("again", new)]).await;
        secrets.push(token);
        owner.submit("/admin/settings/staff", &[("email", "else@example.org"), ("role", "viewer")]).await;
        let invitation = app.services.open_invitations().await.unwrap().remove(0).name;
        owner.submit("/admin/settings/staff/withdraw", &[("invitation", &invitation)]).await;
        owner.submit("/admin/logout", &[]).await;

        let lines = lines(&app).await;
        // What is done to orders, links and prices is tested with them.
        let is_theirs = |act: &Act| {
            ["link_", "order", "plan_", "price_", "promotion_", "review_", "refund_", "business_", "policy_", "delivery_", "job_", "day_"]
                .iter()
                .any(|others| act.as_str().starts_with(others))
        };
        let ours = Act::ALL.iter().filter(|act| !is_theirs(act));
        let missing: Vec<_> = ours.filter(|act| !lines.iter().any(|(line, _)| line == act.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for (act, said) in &lines {
            assert!(!secrets.iter().any(|secret| said.contains(secret.as_str())), "{act}: {said}");
        }
    }
}

on_both! {
    async fn the_log_is_read_page_by_page_by_person_and_by_act(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let clerk = app.desk(Role::Clerk).await;
        let actor = Actor { staff: clerk.staff.clone(), network: "::".into() };
        for at in 0..60 {
            app.services.log(&actor, Act::LoggedOut, &format!("subject {at}"), "<script>alert(1)</script>").await.unwrap();
        }
        let of = AuditFilter { person: Some(clerk.staff.id.clone()), act: Some(Act::LoggedOut), before: None };
        let first = app.services.audit_page(&of).await.unwrap();
        let second = app.services.audit_page(&AuditFilter { before: first.older, ..of.clone() }).await.unwrap();
        let read: Vec<_> = first.lines.iter().chain(&second.lines).map(|line| line.subject.clone()).collect();
        let wanted: Vec<_> = (0..60).rev().map(|at| format!("subject {at}")).collect();
        assert_eq!((read, second.older), (wanted, None));

        let page = owner.get(&format!("/admin/settings/audit?person={}&act=logged_out", clerk.staff.id)).await;
        assert_eq!(page.body.matches("data-act=\"logged_out\"").count(), 50);
        assert!(page.body.contains("&amp;before=") && !page.body.contains("<script>alert"));
        let by_act = owner.get("/admin/settings/audit?act=staff_created").await.body;
        assert!(by_act.contains("data-act=\"staff_created\"") && !by_act.contains("data-act=\"logged_out\""));
        for hostile in ["person=%00", "act='--", "before=x", "before=-1", "person=x&act=y&before=99999999999999999999"] {
            assert_eq!(owner.get(&format!("/admin/settings/audit?{hostile}")).await.status, StatusCode::OK, "{hostile}");
        }
        assert_eq!(clerk.get("/admin/settings/audit").await.status, StatusCode::FORBIDDEN);
    }
}
