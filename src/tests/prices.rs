//! Plans and prices in the admin: what staff change is sold at once, and what was sold stays.

use axum::http::StatusCode;

use super::app::{Answer, TestApp};
use super::on_both;
use crate::domain::plan::{Interval, PlanKey};
use crate::domain::staff::Role;
use crate::store::audit;

const PRO: &str = "/admin/plans/pro";

/// The audit log as `act subject detail`, newest first.
pub async fn log(app: &TestApp) -> Vec<String> {
    let lines = app.db.read(|tx| Box::pin(audit::page(tx, i64::MAX, None, None, 50))).await.unwrap();
    lines.into_iter().map(|line| format!("{} {} {}", line.act, line.subject, line.detail)).collect()
}

fn saved(answer: &Answer, to: &str) {
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, to), "{}", answer.body);
}

fn month(total: &'static str, tax_free: &'static str) -> [(&'static str, &'static str); 4] {
    [
        ("form", "month"),
        ("month_total", total),
        ("month_tax_free", tax_free),
        ("month_product", "6700000000000000000000b1"),
    ]
}

on_both! {
    async fn a_new_price_is_sold_at_once_and_old_orders_keep_theirs(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let old = app.start().await;
        assert!(app.get("/").await.body.contains("29,900원"));
        saved(&desk.submit(&format!("{PRO}/price"), &month("39,900원", "1,000")).await, PRO);
        let plans = app.get("/").await.body;
        assert!(plans.contains("39,900원") && !plans.contains("29,900원"), "at once");
        let new = app.start().await;
        assert_eq!((new.amount.total().get(), new.amount.tax_free().get()), (39_900, 1_000));
        assert_eq!(app.services.order(&old.id).await.unwrap().amount.total().get(), 29_900);
        assert_eq!(log(&app).await[0], "price_changed pro month: 29900 (tax-free 0) -> 39900 (tax-free 1000)");
        let page = desk.get(PRO).await.body;
        assert!(page.contains("data-flash=\"price_changed\""));
        for kept in ["data-state=\"retired\"", "29,900원", "이담당", "478,800원"] {
            assert!(page.contains(kept), "{kept}: the history, and twelve months beside a year");
        }
    }
}

on_both! {
    async fn a_price_that_cannot_be_charged_is_refused_in_place(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        for (total, tax_free, words) in [
            ("99", "", "100원보다 적은 금액"),
            ("0", "", "100원보다 적은 금액"),
            ("-29900", "", "원 단위 숫자"),
            ("29900.5", "", "원 단위 숫자"),
            ("99999999999999999999", "", "원 단위 숫자"),
            ("", "", "적어 주세요"),
            ("1000", "1001", "면세 금액은"),
        ] {
            let answer = desk.submit(&format!("{PRO}/price"), &month(total, tax_free)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{total}");
            assert!(answer.body.contains(words) && answer.body.contains(&format!("value=\"{total}\"")), "{total}");
            assert!(answer.body.contains("value=\"286,800\""), "the other form keeps what is saved");
        }
        assert_eq!(app.start().await.amount.total().get(), 29_900);
        let nowhere = desk.submit("/admin/plans/gold/price", &month("1000", "")).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn racing_prices_leave_one_that_lives(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let totals = ["31000", "32000", "33000", "34000", "35000", "36000", "37000", "38000"];
        let sent = totals.map(|total| {
            let desk = &desk;
            async move { desk.submit(&format!("{PRO}/price"), &month(total, "")).await }
        });
        for answer in futures::future::join_all(sent).await {
            saved(&answer, PRO);
        }
        let (record, prices) = app.services.plan_record(&PlanKey::parse("pro").unwrap()).await.unwrap();
        assert_eq!(record.plan.offers.len(), 2);
        assert_eq!(prices.iter().filter(|price| price.retired_at.is_none()).count(), 2);
        assert_eq!(prices.len(), 10);
    }
}

on_both! {
    async fn an_interval_or_a_plan_is_not_sold_and_sold_again(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let order = app.start().await;
        saved(&desk.submit(&format!("{PRO}/retire"), &[("interval", "month")]).await, PRO);
        assert_eq!(app.get("/checkout/pro/month").await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get("/checkout/pro/year").await.status, StatusCode::OK);
        saved(&desk.submit(&format!("{PRO}/price"), &month("30000", "")).await, PRO);
        assert!(app.get("/checkout/pro/month").await.body.contains("30,000원"));

        saved(&desk.submit(&format!("{PRO}/sale"), &[("sold", "no")]).await, PRO);
        assert!(!app.get("/").await.body.contains("data-plan=\"pro\""));
        assert_eq!(app.get("/checkout/pro/year").await.status, StatusCode::NOT_FOUND);
        assert!(desk.get("/admin/plans").await.body.contains("data-state=\"stopped\""));
        app.pay(&order, 29_900, "paid").await;
        assert_eq!(app.look(&order).await.order.state_word().as_str(), "paid", "an order of it can still be paid");

        saved(&desk.submit(&format!("{PRO}/sale"), &[("sold", "yes")]).await, PRO);
        assert!(app.get("/").await.body.contains("data-plan=\"pro\""));
        let acts: Vec<_> = log(&app).await.into_iter().take(4).map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(acts, ["plan_resumed", "plan_stopped", "price_changed", "price_retired"]);
    }
}

fn new_plan<'a>(key: &'a str, name: &'a str, features: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("name", name),
        ("features", features),
        ("position", "9"),
        ("year_total", "120000"),
        ("year_product", "p-year"),
    ]
}

on_both! {
    async fn a_plan_is_previewed_made_and_changed(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        let form = new_plan("team", "팀", "팀원 5명 | 5 members\n백업 | Backups");
        let preview = desk.submit("/admin/plans/new", &[form.as_slice(), &[("preview", "yes")]].concat()).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert!(preview.body.contains("data-preview=\"new\"") && preview.body.contains("120,000원"));
        assert!(!app.get("/").await.body.contains("data-plan=\"team\""), "a preview makes nothing");
        saved(&desk.submit("/admin/plans/new", &form).await, "/admin/plans/team");
        let plans = app.get("/?lang=en").await.body;
        assert!(plans.contains("data-plan=\"team\"") && plans.contains("5 members"));
        let again = desk.submit("/admin/plans/new", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("이미 쓰고 있는"));

        let texts = [("form", "texts"), ("name", "큰 팀"), ("features", "팀원 9명 | 9 members"), ("position", "0")];
        let preview = desk.submit("/admin/plans/team", &[texts.as_slice(), &[("preview", "yes")]].concat()).await;
        assert!(preview.body.contains("9 members") && !app.get("/").await.body.contains("큰 팀"));
        saved(&desk.submit("/admin/plans/team", &texts).await, "/admin/plans/team");
        let plans = app.get("/").await.body;
        assert!(plans.contains("팀원 9명") && plans.find("data-plan=\"team\"") < plans.find("data-plan=\"pro\""));
        let offer = app.services.offer(&PlanKey::parse("team").unwrap(), Interval::Year).await.unwrap();
        assert_eq!((offer.amount.total().get(), offer.plan_name.as_str()), (120_000, "큰 팀"));
    }
}

on_both! {
    async fn hostile_texts_come_out_as_text(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        let markup = "</title><script>alert(1)</script>";
        let features = "</textarea><img src=x onerror=alert(1)> | {{7*7}}\n=1+1 | '; DROP TABLE plans; --";
        saved(&desk.submit("/admin/plans/new", &new_plan("odd", markup, features)).await, "/admin/plans/odd");
        for answer in [
            app.get("/").await,
            app.get("/?lang=en").await,
            app.get("/checkout/odd/year").await,
            desk.get("/admin/plans").await,
            desk.get("/admin/plans/odd").await,
            desk.get("/admin/promotions/new").await,
        ] {
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.body.contains("alert(1)"), "it is shown");
            let found = ["<script>alert", "<img src=x"].iter().find_map(|part| answer.body.find(part));
            assert!(found.is_none(), "as text: {}", answer.body.split_at(found.unwrap_or_default()).1);
        }
        for (key, name, features) in [
            ("../x", "n", "a | b"),
            ("new", "n", "a | b"),
            ("ok", "a\u{202e}b", "a | b"),
            ("ok", "\u{1F600}", "a | b"),
            ("ok", "", "a | b"),
            ("ok", "n", "한 언어만"),
            ("ok", "n", ""),
            ("ok", "n", "a\u{0}b | c"),
        ] {
            let answer = desk.submit("/admin/plans/new", &new_plan(key, name, features)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{key} {name:?} {features:?}");
        }
        let unpriced = [("key", "ok"), ("name", "n"), ("features", "a | b"), ("position", "1")];
        assert_eq!(desk.submit("/admin/plans/new", &unpriced).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(app.services.plan_records().await.unwrap().len(), 4, "nothing of it was made");
    }
}

on_both! {
    async fn who_may_not_set_prices_sees_them_and_no_forms(app: TestApp) {
        for role in [Role::Clerk, Role::Viewer] {
            let desk = app.desk(role).await;
            for path in ["/admin/plans", PRO, "/admin/promotions"] {
                let page = desk.get(path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                let forms = page.body.matches("<form").count();
                assert_eq!(forms, 1, "{path}: only the one to log out");
            }
            assert_eq!(desk.get("/admin/plans/new").await.status, StatusCode::FORBIDDEN);
            let answer = desk.submit(&format!("{PRO}/price"), &month("1000", "")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(app.start().await.amount.total().get(), 29_900);
    }
}
