//! Starting a purchase.

use super::app::{form, form_with, new_key};
use super::on_both;
use crate::domain::id::OrderToken;
use crate::domain::money::{Amount, Krw};
use crate::domain::order::MoneyState;
use crate::domain::plan::{Interval, PlanKey};
use crate::domain::staff::Role;
use crate::service::Actor;
use axum::http::StatusCode;
use serde_json::Value;

fn token(answer: &Value) -> String {
    answer["pay"]["order"].as_str().unwrap_or_else(|| panic!("not payable: {answer}")).to_owned()
}

on_both! {
    async fn the_server_names_the_price(app: TestApp) {
        let key = new_key();
        let answer = app.call("/api/checkout/start", &[form(key.as_str()).as_slice(), &[("price", "1"), ("amount", "1")]].concat()).await.json();
        let call = &answer["pay"]["call"];
        assert_eq!(call["price"], 29_900);
        assert_eq!(call["products"][0]["product_id"], "6700000000000000000000b1");
        assert_eq!(call["request_id"], call["metadata"]["order_id"]);
        assert!(call["redirect_url"].as_str().unwrap().ends_with("/return"), "no query: {call}");
    }
}

on_both! {
    async fn the_price_is_frozen(app: TestApp) {
        let order = app.start().await;
        let plan = PlanKey::parse("pro").unwrap();
        let mut offer = app.services.offer(&plan, Interval::Month).await.unwrap();
        offer.amount = Amount::new(Krw::new(39_900).unwrap(), Krw::ZERO).unwrap();
        let manager = Actor { staff: app.hire(Role::Manager).await, network: String::new() };
        app.services.change_price(&manager, &offer).await.unwrap();
        assert_eq!(app.services.order(&order.id).await.unwrap().amount.total().get(), 29_900);
        assert_eq!(app.start().await.amount.total().get(), 39_900);
        assert!(app.get("/").await.body.contains("39,900원"), "the plan page shows the new price at once");
    }
}

on_both! {
    async fn one_form_makes_one_order(app: TestApp) {
        let key = new_key();
        let first = app.call("/api/checkout/start", &form(key.as_str())).await.json();
        let again = app.call("/api/checkout/start", &form(key.as_str())).await.json();
        assert_eq!(first, again);
    }
}

on_both! {
    async fn racing_sendings_of_one_form_make_one_order(app: TestApp) {
        let key = new_key();
        let fields = form(key.as_str());
        let answers = futures::future::join_all((0..16).map(|_| app.call("/api/checkout/start", &fields))).await;
        let tokens: std::collections::BTreeSet<_> = answers.iter().map(|answer| token(&answer.json())).collect();
        assert_eq!(tokens.len(), 1);
    }
}

on_both! {
    async fn other_content_under_one_key_is_a_question(app: TestApp) {
        let key = new_key();
        let first = token(&app.call("/api/checkout/start", &form(key.as_str())).await.json());
        let other = form_with(key.as_str(), "name", "다른 이름");
        let answer = app.call("/api/checkout/start", &other).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.json()["form_used"]["order"], first.as_str());
        let page = app.submit("/api/checkout/start", &other).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains(&format!("/orders/{first}")) && page.body.contains("다른 이름"));
    }
}

on_both! {
    async fn a_form_sent_again_after_paying_opens_no_second_payment(app: TestApp) {
        let key = new_key();
        let answer = app.call("/api/checkout/start", &form(key.as_str())).await.json();
        let order = app.services.order_by_token(&OrderToken::parse(&token(&answer)).unwrap()).await.unwrap();
        app.pay(&order, 29_900, "paid").await;
        // Nobody has told the shop yet.
        let again = app.call("/api/checkout/start", &form(key.as_str())).await.json();
        assert_eq!(again["see_order"]["order"], order.token.as_str());
        assert_eq!(app.services.order(&order.id).await.unwrap().money, MoneyState::Paid);
    }
}

on_both! {
    async fn a_plain_form_is_sent_on_to_the_payment_page(app: TestApp) {
        let key = new_key();
        let answer = app.submit("/api/checkout/start", &form(key.as_str())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let again = app.submit("/api/checkout/start", &form(key.as_str())).await;
        assert_eq!(answer.location(), again.location());
        let ledger = app.ledger().await;
        let invoices = ledger["invoices"].as_array().unwrap();
        assert_eq!(invoices.len(), 1, "one form, one invoice");
        assert_eq!(invoices[0]["price"], 29_900);
    }
}

on_both! {
    async fn what_is_not_sold_is_not_found(app: TestApp) {
        let key = new_key();
        for (field, value) in [("plan", "gold"), ("plan", "../pro"), ("plan", ""), ("interval", "week"), ("interval", "")] {
            let answer = app.call("/api/checkout/start", &form_with(key.as_str(), field, value)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{field}={value}");
        }
    }
}
