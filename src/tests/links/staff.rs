//! What staff do with pay links, and what they may not.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::{DAY_MS, fields, invoice_of};
use crate::domain::id::LinkId;
use crate::domain::link::{LinkState, StoredState};
use crate::domain::order::MoneyState;
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::LinkFilter;
use crate::store::StoreError;
use crate::tests::app::{TestApp, new_key, post};
use crate::tests::emulated::Fault;
use crate::tests::on_both;

on_both! {
    async fn a_link_is_sent_at_once_or_later_and_at_most_five_times_a_day(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[("notify", "now"), ("ways", "sms"), ("ways", "kakao")]).await;
        let sends = || async { app.ledger().await["sends"].as_array().unwrap().clone() };
        assert_eq!(sends().await[0]["send_types"], serde_json::json!([1, 2]));
        let ways = [("ways", "sms")];
        assert!(desk.act(&id, "send", &ways).await.body.contains("L-TWICE"));
        app.clock.advance(30_000);
        let both = futures::future::join(desk.act(&id, "send", &ways), desk.act(&id, "send", &ways)).await;
        assert_eq!(sends().await.len(), 2, "two clicks, one message: {} {}", both.0.status, both.1.status);
        for _ in 0..3 {
            app.clock.advance(30_000);
            assert_eq!(desk.act(&id, "send", &ways).await.status, StatusCode::SEE_OTHER);
        }
        app.clock.advance(30_000);
        assert!(desk.act(&id, "send", &ways).await.body.contains("L-LIMIT"));
        assert_eq!(sends().await.len(), 5);
        assert!(desk.act(&id, "send", &[]).await.body.contains("하나 이상"), "no way was ticked");
        app.clock.advance(DAY_MS);
        let desk = app.desk(Role::Clerk).await;
        app.wire.fault("POST /v1/invoices/", [Fault::LostAfter]);
        desk.act(&id, "send", &ways).await;
        let body = desk.get(&format!("/admin/links/{id}")).await.body;
        assert!(body.contains("data-send=\"unknown\"") && body.contains("link_unsent"), "nobody claims that it was sent");
        desk.act(&id, "stop", &[]).await;
        app.clock.advance(30_000);
        assert!(desk.act(&id, "send", &ways).await.body.contains("L-CLOSED"));
    }
}

on_both! {
    async fn a_message_for_later_leaves_when_its_time_has_come(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        // The clock of the tests stands at 2026-11-20T14:05 in Seoul.
        let id = desk.link(&[("notify", "later"), ("notify_at", "2026-11-20T15:00"), ("ways", "sms")]).await;
        let sends = || async { app.ledger().await["sends"].as_array().unwrap().len() };
        app.work(30).await;
        assert_eq!(sends().await, 0);
        app.clock.advance(60 * 60 * 1000);
        let (desk, other) = (app.desk(Role::Clerk).await, app.node());
        futures::future::join(app.work(30), other.work(30)).await;
        assert_eq!(sends().await, 1, "once, whoever sends it");
        assert!(desk.get(&format!("/admin/links/{id}")).await.body.contains("data-event=\"sent\""));
    }
}

on_both! {
    async fn hostile_texts_come_out_as_text(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let hostile = [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE links; --", "{{7*7}}${7*7}",
            "=1+1", "a\u{0}b", "a\r\nSet-Cookie: x=y", "\u{202e}gnp.exe", "%00%ff", "javascript:alert(1)", "</textarea><script>alert(1)</script>",
        ];
        let names = [
            "name", "amount", "tax_free", "original", "expires_days", "expires_at", "memo", "product_1", "quantity_1", "duration_1",
            "customer_name", "customer_phone", "customer_email", "notify", "notify_at", "ways", "metadata", "redirect", "uses", "key", "step",
        ];
        for name in names {
            for value in hostile {
                let key = new_key();
                let answer = desk.submit("/admin/links/new", &fields(key.as_str(), &[(name, value)])).await;
                assert!(!answer.status.is_server_error(), "{name}={value:?}");
                let page = if answer.status == StatusCode::SEE_OTHER { desk.get(answer.location()).await } else { answer };
                assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{name}={value:?}");
                assert!(page.headers.get(header::SET_COOKIE).is_none_or(|set| !set.to_str().unwrap().contains("x=y")));
            }
        }
        let id = desk.link(&[("name", hostile[0]), ("memo", hostile[1]), ("metadata", "x=<b>&\"'")]).await;
        for path in [format!("/admin/links/{id}"), "/admin/links".to_owned(), format!("/admin/links/{id}/print"), app.pay_path(&id).await, format!("/admin/links/new?from={id}")] {
            let page = desk.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains("&lt;script&gt;alert(1)"), "{path}");
            assert!(!page.body.contains("<title><script>"), "{path}");
            assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{path}");
        }
        for query in ["q=%25", "q=_%27%22%3C", "q=%00", "state=%3Cb%3E", "before=x", "before=9-%27", "q=%F0%9F%98%80"] {
            assert_eq!(desk.get(&format!("/admin/links?{query}")).await.status, StatusCode::OK, "{query}");
        }
        assert!(!desk.get("/admin/links?q=%25%25").await.body.contains("data-link"), "a percent sign is a percent sign");
    }
}

on_both! {
    async fn a_messenger_is_told_who_asks_for_how_much_and_nothing_of_a_person(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let id = desk.link(&[("name", "상담료 \"11월\" <b>")]).await;
        let path = app.pay_path(&id).await;
        let card = |page: &str| -> Vec<String> {
            let metas = page.split("<meta ").skip(1).filter_map(|meta| meta.split('>').next());
            metas.filter(|meta| meta.contains("property=\"og:")).map(str::to_owned).collect()
        };
        let told = card(&app.get(&path).await.body).join("\n");
        for word in ["og:site_name", "&quot;11월&quot;", "33,000원", "결제 요청"] {
            assert!(told.contains(word), "{word} is not in {told}");
        }
        assert!(!told.contains('김') && !told.contains("9876"), "{told}");
        desk.act(&id, "stop", &[]).await;
        let told = card(&app.get(&path).await.body).join("\n");
        assert!(!told.is_empty() && !told.contains("33,000원"), "a stopped link asks for nothing: {told}");
        let shop = card(&app.get("/").await.body).join("\n");
        for property in ["og:site_name", "og:title", "og:description"] {
            assert!(shop.contains(property), "{property} is not in {shop}");
        }
    }
}

on_both! {
    async fn a_viewer_looks_and_changes_nothing(app: TestApp) {
        let clerk = app.desk(Role::Clerk).await;
        let id = clerk.link(&[]).await;
        let viewer = app.desk(Role::Viewer).await;
        let page = viewer.get(&format!("/admin/links/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("method=\"post\" action=\"/admin/links"), "no control that can't be used");
        assert!(!viewer.get("/admin/links").await.body.contains("/admin/links/new"));
        let key = new_key();
        assert_eq!(viewer.get("/admin/links/new").await.status, StatusCode::FORBIDDEN);
        assert_eq!(viewer.submit("/admin/links/new", &fields(key.as_str(), &[])).await.status, StatusCode::FORBIDDEN);
        for act in ["send", "stop", "reenable", "extend", "retry"] {
            assert_eq!(viewer.act(&id, act, &[("ways", "sms")]).await.status, StatusCode::FORBIDDEN, "{act}");
        }
        for file in ["qr.svg", "qr.png", "print"] {
            assert_eq!(viewer.get(&format!("/admin/links/{id}/{file}")).await.status, StatusCode::OK, "{file}");
        }
        assert_eq!(app.services.link(&id).await.unwrap().state, StoredState::Active);
        let lines = app.db.read(|tx| Box::pin(async move { crate::store::audit::page(tx, i64::MAX, None, None, 50).await })).await;
        let lines = lines.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let acts: Vec<_> = lines.iter().filter(|line| line.subject == id.as_str()).map(|line| line.act.as_str()).collect();
        assert_eq!(acts, ["link_seen", "link_made"], "seeing a customer's data is written down");
        assert!(!format!("{lines:?}").contains("9876"));
    }
}

on_both! {
    async fn the_list_finds_by_word_and_state_and_pages_by_key(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        for number in 0..52 {
            app.clock.advance(1);
            let name = format!("링크 {number:02}");
            let key = new_key();
            let actor = crate::service::Actor { staff: desk.staff.clone(), network: String::new() };
            let typed = crate::domain::link::Typed {
                name, amount: "1000".into(), expires_days: "1".into(), memo: if number == 7 { "Rare 100%".into() } else { String::new() },
                customer_phone: if number == 9 { "010-2222-3333".into() } else { String::new() },
                ..Default::default()
            };
            app.services.create_link(&actor, &typed, key).await.unwrap();
        }
        let first = desk.get("/admin/links").await.body;
        assert!(first.contains("링크 51") && !first.contains("링크 01"));
        let (_, next) = first.split_once("before=").unwrap();
        let next = next.split('"').next().unwrap();
        let second = desk.get(&format!("/admin/links?before={next}")).await.body;
        assert!(second.contains("링크 01") && second.contains("링크 00") && !second.contains("링크 02"), "{second}");
        let found = |query: &'static str| { let desk = &desk; async move { desk.get(&format!("/admin/links?q={query}")).await.body.matches("data-link").count() } };
        assert_eq!((found("rare").await, found("100%25").await, found("2222-33").await, found("nobody").await), (1, 1, 1, 0));
    }
}

on_both! {
    async fn the_list_filters_by_the_state_that_it_shows(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        app.set_policy(LatePolicy::Ask).await;
        app.wire.fault("POST /v1/invoices", [Fault::LostBefore]);
        desk.link(&[]).await;
        desk.link(&[]).await;
        let (opened, paid, stopped, late, refunded) = (desk.link(&[]).await, desk.link(&[]).await, desk.link(&[]).await, desk.link(&[]).await, desk.link(&[]).await);
        let expired = desk.link(&[("expires_at", "2026-11-20T14:30")]).await;
        app.get(&app.pay_path(&opened).await).await;
        for (id, closes) in [(&paid, false), (&late, true), (&refunded, false)] {
            let order = app.link_page(&desk, id).await.orders.remove(0);
            if closes {
                desk.act(id, "stop", &[]).await;
                // The provider tells seconds.
                app.clock.advance(1_000);
            }
            app.choose(&order.invoice.clone().unwrap().id, "paid").await;
            app.look(&order).await;
            if id == &refunded {
                let id = order.id.clone();
                let done: Result<(), StoreError> = app.db.write(move |tx| { let id = id.clone(); Box::pin(async move { crate::store::orders::update_money_state(tx, &id, MoneyState::Refunded).await }) }).await;
                done.unwrap();
            }
        }
        desk.act(&stopped, "stop", &[]).await;
        app.clock.advance(30 * 60 * 1000);
        let mut seen = 0;
        for state in LinkState::ALL {
            let found = app.services.links(LinkFilter { state: Some(*state), ..LinkFilter::default() }).await.unwrap();
            assert!(found.links.iter().all(|(_, shown)| shown == state), "{state:?}");
            assert!(!found.links.is_empty(), "{state:?}");
            seen += found.links.len();
        }
        assert_eq!(seen, 8);
        let shown = |id: LinkId| { let services = app.services.clone(); async move { services.link(&id).await.unwrap().shown(services.now()) } };
        assert_eq!((shown(expired).await, shown(late).await, shown(refunded).await), (LinkState::Expired, LinkState::PaidLate, LinkState::Refunded));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_made_is_not_there() {
    let app = TestApp::sqlite().await;
    let owner = app.desk(Role::Owner).await;
    for path in ["/pay/x", &format!("/pay/{}", "0".repeat(24)), "/pay/", "/pay/%00"] {
        assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for id in ["x", &"0".repeat(24)] {
        for page in ["", "/print", "/qr.svg", "/qr.png"] {
            assert_eq!(
                owner.get(&format!("/admin/links/{id}{page}")).await.status,
                StatusCode::NOT_FOUND,
                "{id}{page}"
            );
        }
        for act in ["send", "stop", "reenable", "extend", "retry"] {
            let answer = owner.submit(&format!("/admin/links/{id}/{act}"), &[("ways", "sms")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}/{act}");
        }
    }
    let mut foreign = post("/api/pay/start", &[("token", &"0".repeat(24))], "text/html");
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    let get = Request::get("/api/pay/start").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    assert!(app.send(get).await.status.is_client_error());
}

on_both! {
    async fn a_stopped_link_can_be_taken_up_again_and_an_expired_one_extended(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let id = desk.link(&[("expires_days", "1")]).await;
        let path = app.pay_path(&id).await;
        desk.act(&id, "stop", &[]).await;
        let body = desk.get(&format!("/admin/links/{id}")).await.body;
        assert!(body.contains("data-state=\"stopped\"") && body.contains("data-flash=\"link_stopped\""));
        let refused = desk.act(&id, "reenable", &[("expires_at", "2020-01-01T10:00")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(desk.act(&id, "reenable", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.standing(&path).await, "payable");
        assert_eq!(app.invoices().await.len(), 2, "a new invoice each time");
        app.clock.advance(DAY_MS);
        let desk = app.desk(Role::Manager).await;
        assert_eq!(app.standing(&path).await, "expired");
        assert!(app.get(&path).await.body.contains("L-EXPIRED"));
        assert_eq!(desk.act(&id, "extend", &[("expires_days", "2")]).await.status, StatusCode::SEE_OTHER);
        let cross = app.press(&path).await;
        assert_eq!(invoice_of(cross.location()), app.invoices().await[2]["invoice_id"].as_str().unwrap());
        app.choose(&invoice_of(cross.location()), "paid").await;
        assert_eq!(app.standing(&path).await, "paid");
    }
}
