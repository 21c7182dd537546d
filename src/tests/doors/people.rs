//! Invitations, roles, dismissals.

use axum::http::StatusCode;

use super::factor::switch_on;
use crate::domain::staff::{Role, Staff};
use crate::service::{Actor, INVITATION_MS, Managed};
use crate::tests::app::{Answer, TestApp};
use crate::tests::desk::{Desk, PASSWORD, cookie_of};
use crate::tests::on_both;

const NEW: &str = "a password of my own";

fn address(staff: &Staff, act: &str) -> String {
    format!("/admin/settings/staff/{}/{act}", staff.id)
}

/// Invites and answers with the path of the link that is shown.
async fn invite(owner: &Desk<'_>, email: &str, role: &str) -> String {
    let answer = owner.submit("/admin/settings/staff", &[("email", email), ("role", role)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let link = answer.body.split("/admin/invitation/").nth(1).unwrap();
    format!("/admin/invitation/{}", &link[..32])
}

async fn accept(app: &TestApp, link: &str) -> Answer {
    app.submit(link, &[("name", "박새롬"), ("new", NEW), ("again", NEW)]).await
}

on_both! {
    async fn somebody_is_invited_once_and_gets_in(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let link = invite(&owner, "New.Hand@example.com", "clerk").await;
        let list = owner.get("/admin/settings/staff").await.body;
        assert!(list.contains("new.hand@example.com") && !list.contains(&link), "a link is shown once");
        assert_eq!(app.get(&link).await.status, StatusCode::OK);
        for (name, new, again) in [("", NEW, NEW), ("박새롬", "short", "short"), ("박새롬", NEW, "other"), ("<b>", NEW, NEW)] {
            let answer = app.submit(&link, &[("name", name), ("new", new), ("again", again)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {new} {again}");
            assert!(!answer.body.contains(NEW), "typed passwords come back");
        }
        let answer = accept(&app, &link).await;
        assert_eq!(answer.location(), "/admin");
        let staff = app.services.all_staff().await.unwrap();
        let staff = staff.into_iter().find(|one| one.email.as_str() == "new.hand@example.com").unwrap();
        assert_eq!((staff.role, staff.must_change_password), (Role::Clerk, false));
        let desk = Desk::new(&app, staff.clone(), cookie_of(&answer).unwrap());
        assert_eq!(desk.get("/admin").await.status, StatusCode::OK);
        app.log_in(&staff, NEW).await;

        assert_eq!(accept(&app, &link).await.status, StatusCode::NOT_FOUND, "used");
        assert_eq!(app.get(&link).await.status, StatusCode::NOT_FOUND);
        let known = owner.submit("/admin/settings/staff", &[("email", "new.hand@example.com"), ("role", "viewer")]).await;
        assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY, "they work here");
    }
}

on_both! {
    async fn an_invitation_ends_by_time_by_hand_and_by_a_newer_one(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let first = invite(&owner, "kim@example.com", "viewer").await;
        let second = invite(&owner, "kim@example.com", "viewer").await;
        assert_eq!(accept(&app, &first).await.status, StatusCode::NOT_FOUND, "replaced");
        let name = app.services.open_invitations().await.unwrap().remove(0).name;
        assert!(!second.contains(&name), "what names an invitation in a form does not open it");
        let withdrawn = owner.submit("/admin/settings/staff/withdraw", &[("invitation", &name)]).await;
        assert_eq!(withdrawn.location(), "/admin/settings/staff");
        assert_eq!(accept(&app, &second).await.status, StatusCode::NOT_FOUND, "withdrawn");
        assert_eq!(owner.submit("/admin/settings/staff/withdraw", &[("invitation", &name)]).await.status, StatusCode::NOT_FOUND);
        let third = invite(&owner, "kim@example.com", "viewer").await;
        app.clock.advance(INVITATION_MS);
        assert_eq!(accept(&app, &third).await.status, StatusCode::NOT_FOUND, "over");
        for hostile in ["x", "%00", "..%2f..", "00000000000000000000000000000000"] {
            let link = format!("/admin/invitation/{hostile}");
            assert_eq!(app.get(&link).await.status, StatusCode::NOT_FOUND, "{hostile}");
            assert_eq!(accept(&app, &link).await.status, StatusCode::NOT_FOUND, "{hostile}");
        }
        let owner = Desk::new(&app, owner.staff.clone(), app.log_in(&owner.staff, PASSWORD).await);
        for (email, role) in [("", "viewer"), ("nobody", "viewer"), ("kim@example.com", "root"), ("kim@example.com", "")] {
            let answer = owner.submit("/admin/settings/staff", &[("email", email), ("role", role)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email} {role}");
        }
    }
}

on_both! {
    async fn one_invitation_accepted_by_many_at_once_makes_one_account(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let link = invite(&owner, "kim@example.com", "viewer").await;
        let all = futures::future::join_all((0..4).map(|_| accept(&app, &link))).await;
        assert_eq!(all.iter().filter(|answer| answer.location() == "/admin").count(), 1);
        assert!(all.iter().all(|answer| !answer.status.is_server_error()));
        assert_eq!(app.services.all_staff().await.unwrap().len(), 2);
    }
}

on_both! {
    async fn there_is_always_an_owner(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let demoted = owner.submit(&address(&owner.staff, "role"), &[("role", "viewer")]).await;
        assert_eq!(demoted.status, StatusCode::UNPROCESSABLE_ENTITY);
        let email = owner.staff.email.as_str().to_owned();
        let dismissed = owner.submit(&address(&owner.staff, "dismiss"), &[("confirm", &email)]).await;
        assert_eq!(dismissed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.get("/admin/settings/staff").await.status, StatusCode::OK);

        let other = app.hire(Role::Owner).await;
        let of = |staff: &Staff| Actor { staff: staff.clone(), network: "::".into() };
        for _ in 0..5 {
            let (one, two) = (of(&owner.staff), of(&other));
            let (first, second) = futures::join!(
                app.services.change_role(&one, &other.id, Role::Manager),
                app.services.change_role(&two, &owner.staff.id, Role::Manager),
            );
            let done = [&first, &second].iter().filter(|managed| matches!(managed, Ok(Managed::Done))).count();
            assert_eq!(done, 1, "{first:?} {second:?}");
            let owners: Vec<_> =
                app.services.all_staff().await.unwrap().into_iter().filter(|one| one.role == Role::Owner).collect();
            assert_eq!(owners.len(), 1);
            let demoted = if owners[0].id == other.id { &owner.staff.id } else { &other.id };
            assert_eq!(app.services.change_role(&of(&owners[0]), demoted, Role::Owner).await.unwrap(), Managed::Done);
        }
    }
}

on_both! {
    async fn who_is_dismissed_is_out_at_once_with_all_that_they_began(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let leaving = app.desk(Role::Owner).await;
        let link = invite(&leaving, "friend@example.com", "owner").await;
        let at = address(&leaving.staff, "dismiss");
        assert_eq!(owner.submit(&at, &[("confirm", "else@example.com")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(leaving.get("/admin").await.status, StatusCode::OK);
        let email = leaving.staff.email.as_str().to_owned();
        assert_eq!(owner.submit(&at, &[("confirm", &email)]).await.location(), "/admin/settings/staff");
        assert!(leaving.get("/admin").await.location().starts_with("/admin/login"));
        let login = app.submit("/admin/login", &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(login.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(accept(&app, &link).await.status, StatusCode::NOT_FOUND, "their invitations are over too");
        assert_eq!(owner.submit(&at, &[("confirm", &email)]).await.status, StatusCode::NOT_FOUND);

        let back = accept(&app, &invite(&owner, &email, "viewer").await).await;
        let again = Desk::new(&app, leaving.staff.clone(), cookie_of(&back).unwrap());
        assert_eq!(again.get("/admin").await.status, StatusCode::OK, "who comes back begins anew");
        assert_eq!(again.get("/admin/settings/staff").await.status, StatusCode::FORBIDDEN);
        assert!(leaving.get("/admin").await.location().starts_with("/admin/login"), "and old sessions stay dead");
    }
}

on_both! {
    async fn a_role_changes_at_once_and_takes_invitations_along(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let other = app.desk(Role::Owner).await;
        let link = invite(&other, "friend@example.com", "owner").await;
        let at = address(&other.staff, "role");
        assert_eq!(owner.submit(&at, &[("role", "root")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.submit(&at, &[("role", "clerk")]).await.location(), format!("/admin/settings/staff/{}", other.staff.id));
        assert_eq!(other.get("/admin/settings/staff").await.status, StatusCode::FORBIDDEN);
        assert_eq!(accept(&app, &link).await.status, StatusCode::NOT_FOUND);
        // Whoever was an owner when the page was made is none when the form arrives.
        let actor = Actor { staff: other.staff.clone(), network: "::".into() };
        assert!(app.services.change_role(&actor, &other.staff.id, Role::Owner).await.is_err());
        assert!(app.services.invite(&actor, &other.staff.email, Role::Owner).await.is_err());
    }
}

on_both! {
    async fn an_owner_ends_the_second_factor_of_somebody_else(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let clerk = app.desk(Role::Clerk).await;
        let at = address(&clerk.staff, "factor");
        assert_eq!(owner.submit(&at, &[]).await.status, StatusCode::NOT_FOUND, "there is none");
        switch_on(&app, &clerk).await;
        assert!(owner.get(&format!("/admin/settings/staff/{}", clerk.staff.id)).await.body.contains(&at));
        assert_eq!(owner.submit(&at, &[]).await.location(), format!("/admin/settings/staff/{}", clerk.staff.id));
        assert!(clerk.get("/admin").await.location().starts_with("/admin/login"), "the phone may be in other hands");
        app.log_in(&clerk.staff, PASSWORD).await;
        let own = address(&owner.staff, "factor");
        assert_eq!(owner.submit(&own, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
