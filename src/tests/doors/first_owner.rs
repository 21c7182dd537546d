//! How a shop that is only tried out gets its owner.

use crate::service::{FIRST_OWNER, FirstOwner};
use crate::tests::app::TestApp;
use crate::tests::on_both;

async fn enters(app: &TestApp, password: &str) -> String {
    app.submit("/admin/login", &[("email", FIRST_OWNER), ("password", password)]).await.location().to_owned()
}

async fn one_time(app: &TestApp, may_renew: bool) -> Option<String> {
    match app.services.first_owner(None, may_renew).await.unwrap() {
        Some(FirstOwner::OneTime(password)) => Some(password),
        Some(FirstOwner::Given) => panic!("none was given"),
        None => None,
    }
}

on_both! {
    async fn a_one_time_password_is_renewed_until_it_is_changed(app: TestApp) {
        let first = one_time(&app, true).await.unwrap();
        let groups: Vec<_> = first.split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4]);
        assert_eq!(one_time(&app, false).await, None, "nobody else may have a new one made");
        let second = one_time(&app, true).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(enters(&app, &first).await, "", "the older one is worth nothing");
        let entered = app.submit("/admin/login", &[("email", FIRST_OWNER), ("password", &second)]).await;
        let owner = app.services.all_staff().await.unwrap().remove(0);
        let desk = crate::tests::desk::Desk::new(&app, owner, crate::tests::desk::cookie_of(&entered).unwrap());
        let new = "a password of my own";
        desk.submit("/admin/account/password", &[("old", &second), ("new", new), ("again", new)]).await;
        assert_eq!(one_time(&app, true).await, None);
        assert_eq!(enters(&app, new).await, "/admin");
    }
}

on_both! {
    async fn a_given_password_needs_no_change_and_makes_no_second_owner(app: TestApp) {
        let given = Some("correct horse battery");
        assert!(matches!(app.services.first_owner(given, true).await.unwrap(), Some(FirstOwner::Given)));
        assert!(app.services.first_owner(given, true).await.unwrap().is_none());
        assert!(app.services.first_owner(Some("another horse battery"), true).await.unwrap().is_none());
        assert_eq!(enters(&app, "correct horse battery").await, "/admin");
        let owner = app.services.all_staff().await.unwrap();
        assert!(owner.len() == 1 && !owner[0].must_change_password);
    }
}
