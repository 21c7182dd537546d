//! At a glance: the numbers of the first page over a made-up history, settings that hold at once, and what the
//! doctor says.

use axum::http::StatusCode;
use serde_json::json;

use super::app::TestApp;
use super::emulated::Fault;
use super::on_both;
use crate::clock::{Clock, iso_seoul, seoul_midnight};
use crate::domain::business::{Business, Detail};
use crate::domain::doctor::{Check, Finding, Severity};
use crate::domain::order::{MoneyState, Order, ReviewReason};
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::{Figures, Installation};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// An order whose buyer has paid this much, as settled.
async fn paid(app: &TestApp, won: i64) -> Order {
    let order = app.start().await;
    app.pay(&order, won, "paid").await;
    app.services.settle(&order.id, None).await.unwrap().order
}

/// Moves the clock to the last millisecond of its day in Seoul, `days` days on.
fn to_the_end_of_the_day(app: &TestApp, days: i64) {
    let now = app.clock.now();
    app.clock.advance(seoul_midnight(now, days + 1).since_ms(now) - 1);
}

fn tallies(figures: &Figures) -> [(i64, i64); 3] {
    [figures.paid, figures.refunded, figures.open].map(|tally| (tally.orders, tally.won))
}

on_both! {
    async fn days_and_months_are_seouls(app: TestApp) {
        assert_eq!(iso_seoul(app.clock.now()), "2026-11-20T14:05:00+09:00");
        assert_eq!(paid(&app, 29_900).await.money, MoneyState::Paid);
        to_the_end_of_the_day(&app, 0);
        paid(&app, 29_900).await;
        let glance = app.services.glance().await.unwrap();
        assert_eq!(tallies(&glance.today), [(2, 59_800), (0, 0), (0, 0)]);

        app.clock.advance(1);
        let glance = app.services.glance().await.unwrap();
        assert_eq!(tallies(&glance.today), [(0, 0), (0, 0), (0, 0)], "a new day in Seoul, in the afternoon in London");
        assert_eq!(tallies(&glance.month), [(2, 59_800), (0, 0), (0, 0)]);
        paid(&app, 29_900).await;
        app.start().await;
        // Money of a wrong amount goes back and was never received.
        assert_eq!(paid(&app, 9_900).await.money, MoneyState::Failed);
        let glance = app.services.glance().await.unwrap();
        assert_eq!(tallies(&glance.today), [(1, 29_900), (1, 9_900), (1, 29_900)]);
        assert_eq!(tallies(&glance.month), [(3, 89_700), (1, 9_900), (1, 29_900)]);

        to_the_end_of_the_day(&app, 9);
        assert_eq!(iso_seoul(app.clock.now()), "2026-11-30T23:59:59+09:00");
        paid(&app, 29_900).await;
        app.clock.advance(1);
        let glance = app.services.glance().await.unwrap();
        assert_eq!(tallies(&glance.today), [(0, 0); 3]);
        assert_eq!(tallies(&glance.month), [(0, 0); 3], "a new month, too");
        let days: Vec<_> = glance.days.iter().map(|day| (day.paid.orders, day.paid.won, day.refunded.won)).collect();
        let mut wanted = vec![(0, 0, 0); 14];
        (wanted[2], wanted[3], wanted[12]) = ((2, 59_800, 0), (1, 29_900, 9_900), (1, 29_900, 0));
        assert_eq!(days, wanted, "18 November to 1 December");
    }
}

on_both! {
    async fn the_first_page_shows_the_same_numbers_twice_and_nobodys_name(app: TestApp) {
        paid(&app, 29_900).await;
        app.clock.advance(DAY);
        let newest = paid(&app, 29_900).await;
        let page = app.desk(Role::Viewer).await.get("/admin").await;
        assert_eq!(page.status, StatusCode::OK);
        for wanted in [
            "data-figure=\"paid-today\" data-orders=\"1\" data-won=\"29900\"",
            "data-figure=\"paid-month\" data-orders=\"2\" data-won=\"59800\"",
            "data-figure=\"refunded-month\" data-orders=\"0\" data-won=\"0\"",
            "59,800원",
            "<svg viewBox=\"0 0 280 101\"",
            "data-day=\"2026-11-20\"",
            "data-day=\"2026-11-08\"",
            "action=\"/admin/orders\"",
            "name=\"q\"",
        ] {
            assert!(page.body.contains(wanted), "{wanted}");
        }
        assert_eq!(page.body.matches("data-day=").count(), 14);
        assert_eq!(page.body.matches("class=\"bar\"></rect>").count(), 14);
        assert!(page.body.contains(&format!("data-order=\"{}\"", newest.number.as_str())));
        for personal in ["김마당", "01012345678", "kim@example.com", "style="] {
            assert!(!page.body.contains(personal), "{personal}");
        }
        assert!(page.body.contains("사람이 볼 일이 없어요"));
        assert!(!page.body.contains("/admin/links/new") && !page.body.contains("/admin/promotions/new"), "not a viewer's");
        let owner = app.desk(Role::Owner).await.get("/admin").await;
        assert!(owner.body.contains("/admin/links/new") && owner.body.contains("/admin/promotions/new"));
        assert!(app.desk(Role::Clerk).await.get("/admin?lang=en").await.body.contains("Paid this month"));
    }
}

on_both! {
    async fn what_needs_a_person_is_on_the_first_page(app: TestApp) {
        let twice = paid(&app, 29_900).await;
        let second = app.pay(&twice, 29_900, "paid").await.unwrap();
        app.services.hint(&twice.token, crate::domain::id::ProviderOrderNumber::parse(&second).ok()).await.unwrap();
        // A refund that was sent, and an answer that nobody heard.
        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        let returning = paid(&app, 9_900).await;
        let approving = app.start().await;
        let invoice = json!({
            "name": approving.name, "price": 29_900, "tax_free_price": 0, "request_id": approving.id.as_str(),
            "redirect_url": app.services.return_url(&approving), "extra": { "separately_confirmed": true },
        });
        let (status, made) = app.provider("/v1/invoices", &invoice).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        app.choose(made["invoice_id"].as_str().unwrap(), "paid").await;
        app.wire.fault("POST /v1/order/confirm", vec![Fault::LostBefore; 9]);
        let approving = app.services.settle(&approving.id, None).await.unwrap().order;
        assert_eq!(approving.money, MoneyState::AwaitingConfirm);
        let left = app.start().await;
        let needs = app.services.glance().await.unwrap().needs;
        assert_eq!((needs.reviews.count, needs.awaiting_confirm.count, needs.refunds.count), (1, 1, 1));
        assert_eq!(needs.stuck.count, 0, "its time is not over");
        app.clock.advance(Order::LIFE_MS - 1);
        assert_eq!(app.services.glance().await.unwrap().needs.stuck.count, 0);
        app.clock.advance(1);

        let needs = app.services.glance().await.unwrap().needs;
        assert_eq!(needs.stuck.count, 1);
        assert_eq!(needs.newest_reviews[0].reason, ReviewReason::SecondPayment);
        assert_eq!(needs.newest_reviews[0].number, twice.number);
        assert_eq!(needs.oldest_refunds[0].0, returning.id);
        let page = app.desk(Role::Clerk).await.get("/admin").await;
        for wanted in [
            "data-need=\"reviews\" data-count=\"1\"",
            "data-need=\"awaiting_confirm\" data-count=\"1\"",
            "data-need=\"refunds\" data-count=\"1\"",
            "data-need=\"stuck\" data-count=\"1\"",
            "href=\"/admin/reviews\"",
            "href=\"/admin/orders?state=awaiting_confirm\"",
            "href=\"/admin/orders?state=pending\"",
            "두 번째 결제",
        ] {
            assert!(page.body.contains(wanted), "{wanted}");
        }
        for order in [&twice, &returning] {
            assert!(page.body.contains(&format!("href=\"/admin/orders/{}\"", order.id)));
        }
        // What was dealt with is gone.
        for order in [&returning, &left] {
            app.clock.advance(3_000);
            app.services.settle(&order.id, None).await.unwrap();
        }
        let needs = app.services.glance().await.unwrap().needs;
        assert_eq!((needs.refunds.count, needs.stuck.count), (0, 0));
    }
}

/// The settings' form with these details, and every other field empty.
fn details<'a>(typed: &[(Detail, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let value = |detail| typed.iter().find(|(typed, _)| *typed == detail).map_or("", |(_, value)| *value);
    Detail::ALL.iter().map(|detail| (detail.as_str(), value(*detail))).collect()
}

async fn audit(app: &TestApp) -> Vec<(String, String, String)> {
    let lines = app.db.read(|tx| Box::pin(crate::store::audit::page(tx, i64::MAX, None, None, 100))).await;
    let lines: Vec<crate::store::audit::Line> = lines.map_err(|error: crate::store::StoreError| error).unwrap();
    lines.into_iter().map(|line| (line.act, line.subject, line.detail)).collect()
}

const BUSINESS: &str = "/admin/settings/business";

on_both! {
    async fn business_details_hold_on_every_page_at_once(app: TestApp) {
        let (owner, other) = (app.desk(Role::Owner).await, app.node());
        for (shop, path) in [(&app, "/"), (&app, "/?interval=year"), (&app, "/terms"), (&other, "/"), (&other, "/terms")] {
            assert!(shop.get(path).await.body.contains("<p class=\"business-name\">마당</p>"), "{path}");
        }
        let saved = owner.submit(BUSINESS, &details(&[(Detail::Name, "새 마당"), (Detail::Phone, "1588-0000")])).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, "/admin/settings"));
        for path in ["/", "/?interval=year", "/terms", "/privacy", "/nothing", "/admin/login"] {
            for shop in [&app, &other] {
                let page = shop.get(path).await;
                assert!(page.body.contains("<p class=\"business-name\">새 마당</p>"), "{path}");
                assert!(page.body.contains("<dd>1588-0000</dd>"), "{path}");
            }
        }
        let settings = owner.get("/admin/settings").await;
        assert!(settings.body.contains("value=\"새 마당\"") && settings.body.contains("비우면 쓰이는 값: 마당"));
        assert!(settings.body.contains("data-flash=\"saved\""));
        owner.submit(BUSINESS, &details(&[])).await;
        for shop in [&app, &other] {
            for path in ["/", "/terms"] {
                let page = shop.get(path).await;
                assert!(page.body.contains("<p class=\"business-name\">마당</p>") && !page.body.contains("1588"), "{path}");
            }
        }
        let log = audit(&app).await;
        let line = |subject: &str, detail: &str| ("business_changed".to_owned(), subject.to_owned(), detail.to_owned());
        for wanted in [
            line("business_name", "(configured) → “새 마당”"),
            line("business_phone", "(configured) → “1588-0000”"),
            line("business_name", "“새 마당” → (configured)"),
        ] {
            assert!(log.contains(&wanted), "{wanted:?} is not in {log:?}");
        }
        assert_eq!(log.iter().filter(|(act, ..)| act == "business_changed").count(), 4, "what stays is not logged");
    }
}

on_both! {
    async fn hostile_details_are_text_or_refused(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let markup = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>{{7*7}}";
        let saved = owner.submit(BUSINESS, &details(&[(Detail::Name, markup), (Detail::Address, markup)])).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        for page in [app.get("/").await, app.get("/terms").await, owner.get("/admin/settings").await] {
            assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
            assert!(page.body.contains("&lt;script&gt;alert(1)"));
        }
        let long = "가".repeat(121);
        for (detail, wrong) in [
            (Detail::Name, "a\u{0}b"),
            (Detail::Name, "\u{202e}gnp.exe"),
            (Detail::Address, "a\r\nSet-Cookie: x=y"),
            (Detail::Hosting, long.as_str()),
            (Detail::BusinessNumber, "12345"),
            (Detail::Email, "nobody"),
            (Detail::Phone, "javascript:alert(1)"),
        ] {
            let typed = [(Detail::Representative, "이름"), (detail, wrong)];
            let refused = owner.submit(BUSINESS, &details(&typed)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
            assert!(refused.body.contains("value=\"이름\"") && refused.body.contains("aria-invalid=\"true\""), "{wrong:?}");
        }
        assert_eq!(owner.submit(BUSINESS, &[("business_name", "x")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = app.services.written_business().await.unwrap();
        assert_eq!((kept.name.as_str(), kept.representative.as_str()), (markup, ""), "nothing of a refused form is kept");
    }
}

on_both! {
    async fn the_policy_for_late_money_is_kept_and_logged(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let path = "/admin/settings/policies";
        assert_eq!(app.services.late_policy().await.unwrap(), LatePolicy::Ask);
        for wrong in ["", "-1", "366", "soon"] {
            let refused = owner.submit(path, &[("late_policy", "ask"), ("late_days", wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        owner.submit(path, &[("late_policy", "ask"), ("late_days", "30")]).await;
        assert_eq!(app.services.late_days().await.unwrap().days(), 30);
        let saved = owner.submit(path, &[("late_policy", "refund")]).await;
        assert_eq!(saved.location(), "/admin/settings", "{}", saved.body);
        assert_eq!(app.services.late_policy().await.unwrap(), LatePolicy::Refund);
        let page = owner.get("/admin/settings").await;
        assert!(page.body.contains("value=\"refund\" checked"), "{}", page.body);
        let line = ("policy_changed".to_owned(), "late_policy".to_owned(), "ask → refund".to_owned());
        assert_eq!(audit(&app).await[0], line);
        owner.submit(path, &[("late_policy", "refund")]).await;
        assert_eq!(audit(&app).await.iter().filter(|(act, ..)| act == "policy_changed").count(), 2, "each change once");
        for wrong in ["", "keep", "<b>"] {
            let refused = owner.submit(path, &[("late_policy", wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(refused.body.contains("field-error"));
        }
        assert_eq!(app.services.late_policy().await.unwrap(), LatePolicy::Refund);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_open_the_settings() {
    let app = TestApp::sqlite().await;
    for role in [Role::Manager, Role::Clerk, Role::Viewer] {
        let desk = app.desk(role).await;
        for path in ["/admin/settings", BUSINESS, "/admin/settings/policies", "/admin/settings/doctor"] {
            assert_eq!(desk.get(path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
        let sent = desk.submit(BUSINESS, &details(&[(Detail::Name, "x")])).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{role:?}");
        let sent = desk.submit("/admin/settings/policies", &[("late_policy", "accept")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{role:?}");
        assert!(!desk.get("/admin").await.body.contains("/admin/settings"));
    }
    assert_eq!(*app.services.written_business().await.unwrap(), Business::default());
    assert_eq!(app.services.late_policy().await.unwrap(), LatePolicy::Ask);
}

/// A footer that lacks nothing.
fn complete() -> Business {
    let mut business = Business::default();
    for detail in Detail::ALL {
        business.set(*detail, "x".into());
    }
    business
}

async fn finding(app: &TestApp, check: Check) -> Finding {
    let found = app.services.examine(&complete()).await;
    found.into_iter().find(|finding| finding.check() == check).unwrap()
}

const NOW: &str = "Fri, 20 Nov 2026 05:05:00 GMT";

on_both! {
    async fn a_healthy_shop_has_nothing_to_mend(app: TestApp) {
        app.hire(Role::Owner).await;
        app.wire.fault("GET /v1/orders", [Fault::Dated(NOW)]);
        let found = app.services.examine(&complete()).await;
        let checks: Vec<_> = found.iter().map(Finding::check).collect();
        let everything = Check::ALL.iter().copied().filter(|check| !matches!(check, Check::Configuration | Check::Disk));
        assert_eq!(checks, everything.collect::<Vec<_>>(), "each once, in the order of their list");
        let wrong: Vec<_> = found.iter().filter(|finding| finding.severity() != Severity::Fine).collect();
        assert_eq!(wrong, [&Finding::OwnersWithoutSecondFactor { count: 1 }]);
        assert_eq!(app.wire.count("HEAD /commerce/"), 1);
    }
}

on_both! {
    async fn the_doctor_tells_wrong_keys_silence_and_a_wrong_role_apart(app: TestApp) {
        let wrong = "{\"error_code\":\"TOKEN_KEY_INVALID\",\"message\":\"no\"}";
        app.wire.fault("GET /v1/orders", [Fault::Answer(401, wrong), Fault::Answer(401, wrong)]);
        assert_eq!(finding(&app, Check::Keys).await, Finding::KeysRefused { code: "TOKEN_KEY_INVALID" });
        app.wire.fault("GET /v1/orders", [Fault::LostBefore, Fault::LostBefore]);
        assert_eq!(finding(&app, Check::Keys).await, Finding::EmulatorSilent);
        app.wire.fault("GET /v1/orders", [Fault::Answer(502, "<html>"), Fault::Answer(502, "<html>")]);
        assert_eq!(finding(&app, Check::Keys).await, Finding::EmulatorSilent);
        app.wire.fault("GET /v1/orders", [Fault::Answer(200, "<html>"), Fault::Answer(200, "<html>")]);
        assert_eq!(finding(&app, Check::Keys).await, Finding::ProviderStrange);
        let role = "{\"error_code\":\"API_ROLE_NOT_SUPPORT\",\"message\":\"no\"}";
        app.wire.fault("GET /v1/orders", [Fault::Answer(403, role)]);
        assert_eq!(finding(&app, Check::Role).await, Finding::RoleRefused);
        app.wire.fault("GET /v1/orders", [Fault::None, Fault::Answer(403, role)]);
        assert_eq!(finding(&app, Check::Role).await, Finding::RoleOnlyUser);
        app.wire.fault("HEAD /commerce", [Fault::Answer(404, ""), Fault::LostBefore]);
        assert_eq!(finding(&app, Check::Script).await, Finding::ScriptWrong { status: 404 });
        assert_eq!(finding(&app, Check::Script).await, Finding::ScriptSilent);
        // A provider that says nothing costs three seconds and no more.
        app.wire.fault("GET /v1/orders", [Fault::Silent, Fault::Silent]);
        let began = std::time::Instant::now();
        assert_eq!(finding(&app, Check::Keys).await, Finding::EmulatorSilent);
        assert!(began.elapsed() < std::time::Duration::from_millis(3_800), "{:?}", began.elapsed());
    }
}

on_both! {
    async fn the_doctor_compares_the_clocks(app: TestApp) {
        app.wire.fault("GET /v1/orders", [Fault::Dated(NOW)]);
        assert_eq!(finding(&app, Check::Clock).await, Finding::ClockRight { seconds: 0 });
        app.clock.advance(31_000);
        app.wire.fault("GET /v1/orders", [Fault::Dated(NOW)]);
        assert_eq!(finding(&app, Check::Clock).await, Finding::ClockWrong { seconds: 31 });
        app.clock.advance(-62_000);
        app.wire.fault("GET /v1/orders", [Fault::Dated(NOW)]);
        assert_eq!(finding(&app, Check::Clock).await, Finding::ClockWrong { seconds: -31 });
        assert_eq!(finding(&app, Check::Clock).await, Finding::ClockUnknown, "the provider told no time");
    }
}

on_both! {
    async fn the_doctor_knows_the_installation_and_the_database(app: TestApp) {
        assert_eq!(finding(&app, Check::Owners).await, Finding::NoOwner);
        let missing = app.services.examine(&Business { name: "마당".into(), ..Business::default() }).await;
        let missing = missing.into_iter().find(|finding| finding.check() == Check::Footer).unwrap();
        let details = Detail::ALL.iter().copied().filter(|detail| *detail != Detail::Name).collect();
        assert_eq!(missing, Finding::FooterEmpty { details, is_production: false });
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation {
            mode: "production".into(),
            trusted_proxies: 9,
            folder: Some(folder.path().to_owned()),
            ..Installation::default()
        };
        let found = app.services.clone().installed(installation).examine(&Business::default()).await;
        for wanted in [
            Finding::StampOther { stamped: "emulator".into(), mode: "production".into() },
            Finding::ModeOfBootpay { mode: "production".into() },
            Finding::HttpsNotNeeded,
            Finding::ProxiesTooMany { count: 9 },
            Finding::FooterEmpty { details: Detail::ALL.to_vec(), is_production: true },
        ] {
            assert!(found.contains(&wanted), "{wanted:?} is not in {found:?}");
        }
        assert!(found.iter().any(|finding| finding.check() == Check::Disk && *finding != Finding::DiskUnknown));
    }
}

on_both! {
    async fn the_doctors_page_says_what_to_do_and_no_secret(app: TestApp) {
        let owner = app.desk(Role::Owner).await;
        let wrong = "{\"error_code\":\"APP_SK_NOT_MATCHED\",\"message\":\"<b>secret</b>\"}";
        for (lang, words) in [("ko", "부트페이가 이 키를 받아들이지 않아요"), ("en", "Bootpay does not accept these keys")] {
            app.wire.fault("GET /v1/orders", [Fault::Answer(401, wrong), Fault::Answer(401, wrong)]);
            let page = owner.get(&format!("/admin/settings/doctor?lang={lang}")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains(words) && page.body.contains("BOOTPAY_SECRET_KEY"), "{lang}");
            assert!(page.body.contains("data-check=\"keys\" data-state=\"failure\""), "{lang}");
            assert!(page.body.contains("data-check=\"footer\" data-state=\"warning\""), "{lang}");
            for secret in [crate::emulator::DEFAULT_SECRET_KEY, crate::emulator::DEFAULT_CLIENT_KEY, "<b>secret"] {
                assert!(!page.body.contains(secret), "{lang}: {secret}");
            }
        }
    }
}
