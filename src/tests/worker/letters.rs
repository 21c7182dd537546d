//! Letters: once each, to whom they are for, in the language that they read.

use axum::http::StatusCode;
use serde_json::Value;

use crate::domain::business::Business;
use crate::domain::id::OrderToken;
use crate::domain::order::Order;
use crate::domain::staff::Role;
use crate::mail::MailError;
use crate::mail::kept::Kept;
use crate::service::Actor;
use crate::tests::app::{TestApp, form, new_key};
use crate::tests::on_both;

on_both! {
    async fn whoever_paid_is_told_once(app: TestApp) {
        let (order, letters) = (app.start().await, Kept::default());
        app.pay(&order, 29_900, "paid").await.unwrap();
        letters.fail_next(MailError::Unreachable);
        app.work_with(120, &letters).await;
        let told = letters.letters();
        assert_eq!(told.len(), 1, "tried again after the server could not be reached, and then no more");
        assert_eq!(told[0].to().as_str(), "kim@example.com");
        assert!(told[0].text().contains(&format!("/orders/{}", order.token)));
    }
}

on_both! {
    async fn a_letter_that_may_have_left_is_not_sent_again_by_itself(app: TestApp) {
        let (order, letters) = (app.start().await, Kept::default());
        app.pay(&order, 29_900, "paid").await.unwrap();
        letters.fail_next(MailError::Unknown);
        app.work_with(600, &letters).await;
        assert_eq!(letters.letters().len(), 1);
        let dead = app.services.dead_jobs().await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(app.services.glance().await.unwrap().needs.dead.count, 1);
        let owner = app.desk(Role::Owner).await;
        assert!(owner.get("/admin").await.body.contains("data-need=\"dead\" data-count=\"1\""));
        let page = owner.get("/admin/webhooks").await.body;
        assert!(page.contains("data-job=\"notice\""));
        let done = owner.submit("/admin/webhooks/work", &[("key", dead[0].key.as_str())]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        app.work_with(5, &letters).await;
        assert_eq!(letters.letters().len(), 2, "because somebody said so");
        app.acted("job_revived").await;
    }
}

on_both! {
    async fn whoever_bought_in_english_is_written_to_in_english(app: TestApp) {
        let (script, plain) = (new_key(), new_key());
        let by_script = app.call("/api/checkout/start?lang=en", &form(script.as_str())).await.json();
        let without = app.submit("/api/checkout/start?lang=en", &form(plain.as_str())).await;
        let invoice = without.location().rsplit('/').next().unwrap().to_owned();
        assert!(app.choose(&invoice, "paid").await.is_some());
        let order = app.order_of(&by_script["pay"]["order"]).await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let korean = app.start().await;
        app.pay(&korean, 29_900, "paid").await.unwrap();
        let letters = Kept::default();
        app.work_with(60, &letters).await;
        let mut titles: Vec<String> = letters.letters().iter().map(|one| title(one.subject())).collect();
        titles.sort();
        assert_eq!(titles, ["[마당] Your payment is complete", "[마당] Your payment is complete", "[마당] 결제가 끝났어요"]);
    }
}

/// A subject without the order's number.
fn title(subject: &str) -> String {
    subject.split(" (").next().unwrap_or_default().to_owned()
}

impl TestApp {
    async fn order_of(&self, token: &Value) -> Order {
        let token = OrderToken::parse(token.as_str().unwrap()).unwrap();
        self.services.order_by_token(&token).await.unwrap()
    }
}

on_both! {
    async fn letters_bear_the_name_that_staff_have_given_the_business(app: TestApp) {
        let (order, letters, desk) = (app.start().await, Kept::default(), app.desk(Role::Owner).await);
        let actor = Actor { staff: desk.staff.clone(), network: String::new() };
        let renamed = Business { name: "새마당".into(), ..Business::default() };
        app.services.change_business(&actor, renamed).await.unwrap();
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.work_with(60, &letters).await;
        assert!(letters.letters()[0].subject().starts_with("[새마당] "));
    }
}
