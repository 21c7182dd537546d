//! The staff's list of orders: found by any part of what is known, filtered, paged, added up, marked, taken away.

mod at_size;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures::{StreamExt, TryStreamExt};

use super::app::TestApp;
use super::desk::Desk;
use super::on_both;
use crate::clock::{Clock, Ids, OsIds, day_in_seoul};
use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::id::{CallKey, OrderId, OrderNumber, OrderToken};
use crate::domain::lang::Lang;
use crate::domain::money::{Amount, Krw};
use crate::domain::order::{FulfilmentState, MoneyState, Order, OrderKind};
use crate::domain::search::{Document, Needle};
use crate::domain::staff::Role;
use crate::domain::time::UnixMs;
use crate::service::{Actor, OrderCursor, OrderFilter, OrderTotals};
use crate::store::{orders, search, shop};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsIds.fill(&mut bytes);
    bytes
}

/// A paid order that nothing else is known of.
fn order(at: UnixMs) -> Order {
    Order {
        id: OrderId::from_random(random()),
        number: OrderNumber::from_random("261120", random()),
        token: OrderToken::from_random(random()),
        name: "Starter (월간)".into(),
        lines: Vec::new(),
        amount: Amount::new(Krw::new(9_900).unwrap(), Krw::ZERO).unwrap(),
        customer: Customer::default(),
        lang: Lang::Ko,
        money: MoneyState::Paid,
        fulfilment: FulfilmentState::None,
        created_at: at,
        expires_at: at.plus_ms(Order::LIFE_MS),
        invoice_key: CallKey::from_random(random()),
        invoice: None,
        kind: OrderKind::Plan,
        link: None,
        original: None,
        promotion: None,
        note: String::new(),
        method: None,
        paid_at: None,
        refunded: Amount::ZERO,
    }
}

fn won(won: i64) -> Amount {
    Amount::new(Krw::new(won).unwrap(), Krw::ZERO).unwrap()
}

impl TestApp {
    async fn keep(&self, order: &Order) {
        let order = order.clone();
        self.db
            .write(move |tx| {
                let order = order.clone();
                Box::pin(async move {
                    orders::insert(tx, &order).await?;
                    if let Some(method) = &order.method {
                        orders::set_paid(tx, &order.id, Some(method), order.created_at).await?;
                    }
                    Ok::<_, crate::store::StoreError>(())
                })
            })
            .await
            .unwrap();
    }

    async fn actor(&self, role: Role) -> Actor {
        Actor { staff: self.hire(role).await, network: "127.0.0.1".into() }
    }

    /// The numbers of the first page of a filter, newest first.
    async fn found(&self, actor: &Actor, query: &str) -> Vec<String> {
        let (filter, wrong) = OrderFilter::parse(query);
        assert!(wrong.is_empty(), "{query} {wrong:?}");
        let list = self.services.list_orders(actor, &filter, OrderCursor::Newest).await.unwrap();
        list.rows.iter().map(|row| row.number.as_str().to_owned()).collect()
    }

    async fn searched(&self, actor: &Actor, text: &str) -> Vec<String> {
        self.found(actor, &serde_urlencoded::to_string([("q", text)]).unwrap()).await
    }

    async fn audit(&self, act: &str) -> Vec<crate::store::audit::Line> {
        let lines =
            self.db.read(|tx| Box::pin(crate::store::audit::page(tx, i64::MAX, None, None, 500))).await.unwrap();
        lines.into_iter().filter(|line| line.act == act).collect()
    }
}

/// The numbers in a page, in its order.
fn numbers(body: &str) -> Vec<String> {
    body.split("data-order=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// Where the link with this relation leads.
fn link<'a>(body: &'a str, rel: &str) -> Option<String> {
    let at = body.find(&format!("rel=\"{rel}\""))?;
    let tag: &'a str = &body[body[..at].rfind('<')?..];
    Some(tag.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
}

on_both! {
    async fn an_order_is_found_by_any_part_of_every_field(app: TestApp) {
        let actor = app.actor(Role::Viewer).await;
        let now = app.clock.now();
        let mut wanted = order(now);
        wanted.number = OrderNumber::stored("261120-XK2M4Q7".into());
        wanted.name = "Professional (월간)".into();
        wanted.note = "3층 문 앞에 두기".into();
        wanted.customer = Customer {
            name: Some(Name::parse("김 마당").unwrap()),
            phone: Some(Phone::parse("010-1234-5678").unwrap()),
            email: Some(Email::parse("Kim.Chul-su1@Example.co.kr").unwrap()),
        };
        app.keep(&wanted).await;
        let mut other = order(now.plus_ms(1));
        other.number = OrderNumber::stored("261120-AAAAAAA".into());
        other.customer.phone = Some(Phone::parse("02-987-6543").unwrap());
        other.customer.name = Some(Name::parse("이가게").unwrap());
        app.keep(&other).await;
        for text in [
            "261120-XK2M4Q7", "261120xk2m4q7", "xk2m", "010-1234-5678", "01012345678", "1234 5678", "34567", "+82 10 1234 5678",
            "김 마", "마당", "ㄱㅁㄷ", "ㄱ ㅁ", "KIM.", "chul-SU", "su1@example", "profess", "FESS", "3층", "문 앞", "층 문", "ｐｒｏ", "월간)  ", "ㅁㄷ",
        ] {
            let found = app.searched(&actor, text).await;
            let only = !matches!(text, "월간)  ");
            assert!(found.contains(&"261120-XK2M4Q7".to_owned()), "{text}: {found:?}");
            assert_eq!(found.len(), if only { 1 } else { 2 }, "{text}: {found:?}");
        }
        for text in ["kim chul", "마당김", "ㅁㄱ", "0101234567890", "xk2m4q8", "987-6544"] {
            assert_eq!(app.searched(&actor, text).await, Vec::<String>::new(), "{text}");
        }
        for text in ["", " "] {
            assert_eq!(app.searched(&actor, text).await.len(), 2, "{text:?}: nothing filters nothing");
        }
        assert_eq!(app.searched(&actor, "02-987").await, ["261120-AAAAAAA"]);
    }
}

on_both! {
    async fn hostile_texts_are_only_texts(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        let mut wanted = order(app.clock.now());
        wanted.note = "100% _under_ \"quoted\" AND NEAR('x') * <b>&amp; {{7*7}}".into();
        app.keep(&wanted).await;
        let mut plain = order(app.clock.now());
        plain.note = "1000 under quoted".into();
        app.keep(&plain).await;
        for (text, hits) in [
            ("100% _", 1), ("%%", 0), ("__", 0), ("_under_", 1), ("\"quoted\"", 1), ("AND NEAR", 1), ("\" OR 1=1 --", 0),
            ("'; DROP TABLE orders; --", 0), ("NEAR('x') *", 1), ("\"*", 0), ("grams:*", 0), ("^00", 0),
            ("quoted\u{0}", 2), ("<b>", 1), ("{{7*7}}", 1), ("\u{202e}\u{202e}", 0), ("𝒳𝒴", 0), ("{1,2}", 0),
        ] {
            let query = serde_urlencoded::to_string([("q", text)]).unwrap();
            let page = desk.get(&format!("/admin/orders?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{text}");
            assert_eq!(numbers(&page.body).len(), hits, "{text}");
            assert!(!page.body.contains("<b>"), "{text}");
            assert_eq!(app.services.order_totals(&OrderFilter::parse(&query).0).await.unwrap(), OrderTotals::Exact {
                count: u32::try_from(hits).unwrap(), won: Krw::new(9_900 * i64::try_from(hits).unwrap()).unwrap(),
            }, "{text}");
        }
        for text in ["김", "\\", "\u{0}\u{0}"] {
            let query = serde_urlencoded::to_string([("q", text)]).unwrap();
            let page = desk.get(&format!("/admin/orders?{query}")).await.body;
            assert!(numbers(&page).is_empty() && page.contains("O-FILTER"), "{text}: one letter is not taken for everything");
        }
        for query in ["q=%ff%fe", "before=x&after=-9223372036854775808", "before=9223372036854775807", "after=9223372036854775807", "before=-1", "q=a&q=b", "&&&=", "kind=plan&kind=link"] {
            assert_eq!(desk.get(&format!("/admin/orders?{query}")).await.status, StatusCode::OK, "{query}");
        }
        for (query, field) in [("from=2026-13-01", "from"), ("least=abc", "least"), ("state=none", "state")] {
            let page = desk.get(&format!("/admin/orders?{query}")).await;
            assert!(numbers(&page.body).is_empty() && page.body.contains("O-FILTER"), "{query}");
            let at = page.body.find(&format!("id=\"{field}\"")).unwrap();
            assert!(page.body[at..at + 400].contains("aria-invalid=\"true\""), "{query}");
            assert_eq!(desk.get(&format!("/admin/orders.csv?{query}")).await.location(), format!("/admin/orders?{query}"));
            assert_eq!(desk.call("/api/admin/orders/totals", &[("filter", query)]).await.status, StatusCode::BAD_REQUEST);
        }
    }
}

on_both! {
    async fn filters_combine(app: TestApp) {
        let actor = app.actor(Role::Viewer).await;
        let midnight = UnixMs::new(1_795_100_400_000);
        assert_eq!(day_in_seoul(midnight), "2026-11-20");
        let mut kept = Vec::new();
        for (place, (state, fulfilment, kind, method, price, at)) in [
            (MoneyState::Paid, FulfilmentState::None, OrderKind::Plan, Some("카드"), 9_900, midnight.plus_ms(-1)),
            (MoneyState::Paid, FulfilmentState::Shipping, OrderKind::Plan, Some("카드"), 29_900, midnight),
            (MoneyState::PartiallyRefunded, FulfilmentState::Completed, OrderKind::Link, Some("가상계좌"), 50_000, midnight.plus_ms(1)),
            (MoneyState::Refunded, FulfilmentState::Shipping, OrderKind::Link, Some("카드"), 50_000, midnight.plus_ms(DAY_MS - 1)),
            (MoneyState::Pending, FulfilmentState::None, OrderKind::Plan, None, 99_000, midnight.plus_ms(DAY_MS)),
        ].into_iter().enumerate() {
            let mut one = order(at);
            one.number = OrderNumber::stored(place.to_string());
            (one.money, one.fulfilment, one.kind, one.amount) = (state, fulfilment, kind, won(price));
            one.method = method.map(str::to_owned);
            one.customer.name = Some(Name::parse(if place % 2 == 0 { "김마당" } else { "이가게" }).unwrap());
            app.keep(&one).await;
            kept.push(one);
        }
        for (query, expected) in [
            ("", "43210"), ("state=paid", "0"), ("state=shipping", "1"), ("state=completed", "2"), ("state=partially_refunded", ""),
            ("state=refunded", "3"), ("state=pending", "4"), ("kind=link", "32"), ("method=%EC%B9%B4%EB%93%9C", "310"),
            ("from=2026-11-20", "4321"), ("to=2026-11-20", "3210"), ("from=2026-11-20&to=2026-11-20", "321"), ("from=2026-11-21&to=2026-11-20", ""),
            ("least=29900", "4321"), ("most=29900", "10"), ("least=50,000&most=50%2C000", "32"), ("least=29,901&most=49,999", ""),
            ("kind=link&method=%EC%B9%B4%EB%93%9C&from=2026-11-20&least=1", "3"), ("q=%EA%B9%80%EB%A7%88&kind=plan", "40"),
            ("q=%EA%B9%80%EB%A7%88&state=completed&to=2026-11-20", "2"), ("q=starter&most=29900&method=%EC%B9%B4%EB%93%9C", "10"),
            ("method=%EA%B5%90%ED%99%98", ""),
        ] {
            assert_eq!(app.found(&actor, query).await.concat(), expected, "{query}");
            let sum: i64 = expected.chars().map(|place| kept[place.to_digit(10).unwrap() as usize].amount.total().get()).sum();
            let totals = app.services.order_totals(&OrderFilter::parse(query).0).await.unwrap();
            assert_eq!(totals, OrderTotals::Exact { count: u32::try_from(expected.len()).unwrap(), won: Krw::new(sum).unwrap() }, "{query}");
        }
        assert_eq!(app.services.payment_methods().await.unwrap().len(), 2);
    }
}

on_both! {
    async fn paging_visits_every_order_once_while_new_ones_arrive(app: TestApp) {
        let desk = app.desk(Role::Viewer).await;
        let now = app.clock.now();
        let mut expected = BTreeSet::new();
        // Many in one millisecond, so that their places must be told apart.
        for place in 0..230 {
            let one = order(now.plus_ms(place / 100));
            expected.insert(one.number.as_str().to_owned());
            app.keep(&one).await;
        }
        let mut at = "/admin/orders?q=starter&state=paid".to_owned();
        let (mut seen, mut pages) = (Vec::new(), 0);
        loop {
            let page = desk.get(&at).await;
            assert_eq!(page.status, StatusCode::OK);
            seen.extend(numbers(&page.body));
            pages += 1;
            app.keep(&order(now.plus_ms(1_000 + pages))).await;
            let Some(next) = link(&page.body, "next") else { break };
            assert!(next.contains("q=starter") && next.contains("state=paid"), "{next}");
            at = next;
        }
        assert_eq!((pages, seen.len()), (5, 230));
        assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), expected);
        // And back again, to the newest of all.
        let mut back = numbers(&desk.get(&at).await.body);
        while let Some(newer) = link(&desk.get(&at).await.body, "prev") {
            let page = desk.get(&newer).await;
            let found = numbers(&page.body);
            back = found.into_iter().chain(back).collect();
            at = newer;
        }
        assert_eq!(back.iter().filter(|number| expected.contains(*number)).collect::<BTreeSet<_>>().len(), 230);
        assert_eq!(numbers(&desk.get("/admin/orders").await.body).len(), 50);
    }
}

on_both! {
    async fn texts_that_were_never_written_are_written_at_the_start(app: TestApp) {
        let actor = app.actor(Role::Viewer).await;
        for place in 0..3 {
            let mut one = order(app.clock.now().plus_ms(place));
            one.note = format!("메모 {place}");
            app.keep(&one).await;
        }
        let unwritten = app.db.write(|tx| Box::pin(async move {
            use crate::store::Tx;
            match tx {
                Tx::Sqlite(conn) => {
                    sqlx::query("DELETE FROM order_search_grams").execute(&mut **conn).await?;
                    sqlx::query("DELETE FROM order_search").execute(&mut **conn).await?;
                }
                Tx::Postgres(conn) => {
                    sqlx::query("DELETE FROM order_search").execute(&mut **conn).await?;
                }
            }
            shop::set(tx, shop::SEARCH, "0:done").await
        }));
        unwritten.await.unwrap();
        assert!(app.searched(&actor, "메모").await.is_empty());
        app.services.prepare("emulator").await.unwrap();
        assert_eq!(app.searched(&actor, "메모").await.len(), 3);
        assert_eq!(app.services.prepare("emulator").await.ok(), Some(()));
    }
}

on_both! {
    async fn an_order_whose_note_changes_is_found_by_the_new_one_only(app: TestApp) {
        let actor = app.actor(Role::Viewer).await;
        let mut one = order(app.clock.now());
        one.note = "처음 쓴 말".into();
        app.keep(&one).await;
        one.note = "고쳐 쓴 말".into();
        let changed = one.clone();
        app.db.write(move |tx| { let changed = changed.clone(); Box::pin(async move { search::refresh(tx, &changed).await }) }).await.unwrap();
        assert!(app.searched(&actor, "처음").await.is_empty());
        assert_eq!(app.searched(&actor, "고쳐 쓴").await, [one.number.as_str()]);
    }
}

on_both! {
    async fn the_file_is_what_excel_wants(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let mut one = order(UnixMs::new(1_795_151_100_000));
        one.number = OrderNumber::stored("261120-7KQ2M4X".into());
        one.name = "=HYPERLINK(\"http://evil\")".into();
        one.amount = Amount::new(Krw::new(29_900).unwrap(), Krw::new(900).unwrap()).unwrap();
        one.customer.name = Some(Name::parse("-김마당").unwrap());
        one.customer.phone = Some(Phone::parse("01012345678").unwrap());
        one.method = Some("카드".into());
        one.note = "".into();
        app.keep(&one).await;
        let file = desk.get("/admin/orders.csv?lang=ko").await;
        assert_eq!(file.status, StatusCode::OK);
        let disposition = format!("attachment; filename=\"madang-orders-{}.csv\"", day_in_seoul(app.clock.now()));
        assert_eq!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap(), disposition);
        assert!(file.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv; charset=utf-8"));
        assert_eq!(file.body, "\u{feff}주문 번호,주문 일시,상태,종류,상품,금액,면세 금액,환불 금액,결제 수단,결제 일시,이름,전화번호,이메일,할인 코드,메모\r\n\
            261120-7KQ2M4X,2026-11-20 14:05:00,결제 완료,요금제,\"'=HYPERLINK(\"\"http://evil\"\")\",29900,900,0,카드,2026-11-20 14:05:00,'-김마당,010-1234-5678,,,\r\n");
        let english = desk.get("/admin/orders.csv?q=evil&lang=en").await.body;
        assert!(english.starts_with("\u{feff}Order number,Ordered at,State,") && english.contains(",Paid,Plan,"), "{english}");
        assert_eq!(desk.get("/admin/orders.csv?state=failed&lang=en").await.body.lines().count(), 1);
        let ticked = desk.submit("/admin/orders.csv", &[("order", one.id.as_str()), ("order", "../../etc/passwd")]).await;
        assert_eq!(ticked.body.lines().count(), 2);
        assert_eq!(desk.submit("/admin/orders.csv", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let lines = app.audit("orders_exported").await;
        assert_eq!(lines.iter().map(|line| line.subject.as_str()).collect::<Vec<_>>(), ["ticked", "state", "q", "all"]);
        assert!(lines.iter().all(|line| !line.subject.contains("evil") && !line.detail.contains("evil")));
    }
}

on_both! {
    async fn a_file_that_fails_midway_never_ends_as_if_it_were_whole(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        app.services.seed_orders(4_500, |_| ()).await.unwrap();
        let request = Request::get("/admin/orders.csv").header(header::COOKIE, &desk.cookie).body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(app.shop.clone(), request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let mut chunks = answer.into_body().into_data_stream();
        assert!(chunks.next().await.unwrap().unwrap().starts_with("\u{feff}".as_bytes()));
        app.db.close().await;
        let rest: Vec<_> = chunks.collect().await;
        assert!(rest.last().unwrap().is_err(), "the connection breaks");
    }
}

on_both! {
    async fn several_orders_are_marked_at_once_and_only_where_it_is_allowed(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let now = app.clock.now();
        let mut kept = Vec::new();
        for (place, (money, fulfilment)) in (0..).zip([
            (MoneyState::Paid, FulfilmentState::None),
            (MoneyState::PartiallyRefunded, FulfilmentState::None),
            (MoneyState::Paid, FulfilmentState::Shipping),
            (MoneyState::Paid, FulfilmentState::Completed),
            (MoneyState::Refunded, FulfilmentState::None),
            (MoneyState::Pending, FulfilmentState::None),
        ]) {
            let mut one = order(now.plus_ms(place));
            (one.money, one.fulfilment) = (money, fulfilment);
            app.keep(&one).await;
            kept.push(one);
        }
        let strange = OrderId::from_random(random());
        let mut form: Vec<(&str, &str)> = kept.iter().map(|one| ("order", one.id.as_str())).collect();
        form.extend([("order", strange.as_str()), ("order", kept[0].id.as_str()), ("act", "shipped")]);
        let marked = desk.submit("/admin/orders/bulk?kind=plan&x=1", &form).await;
        assert_eq!((marked.status, marked.location()), (StatusCode::SEE_OTHER, "/admin/orders?kind=plan"));
        let page = desk.get("/admin/orders?kind=plan&lang=en").await;
        assert!(page.body.contains("Marked as shipped: 2. Left as they were: 5."), "{}", page.body);
        assert!(!desk.get("/admin/orders?kind=plan&lang=en").await.body.contains("Marked as shipped"), "told once");
        form.last_mut().unwrap().1 = "completed";
        desk.submit("/admin/orders/bulk", &form).await;
        assert!(desk.get("/admin/orders?lang=en").await.body.contains("Marked as completed: 3. Left as they were: 4."));
        let mut states = Vec::new();
        for one in &kept {
            states.push(app.services.order(&one.id).await.unwrap().state_word().as_str());
        }
        assert_eq!(states, ["completed", "completed", "completed", "completed", "refunded", "pending"]);
        let first = kept[0].id.clone();
        let events = app.db.read(move |tx| Box::pin(async move { orders::events(tx, &first).await })).await.unwrap();
        let told: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.staff.as_deref())).collect();
        assert_eq!(told, [("shipped", Some("이담당")), ("completed", Some("이담당"))]);
        let shipped = app.audit("order_shipped").await;
        assert_eq!((shipped.len(), app.audit("order_completed").await.len()), (2, 3));
        assert!(shipped.iter().any(|line| line.subject == kept[0].number.as_str()));
        for wrong in [vec![("act", "shipped")], vec![("order", "x"), ("act", "shipped")], vec![("order", kept[0].id.as_str()), ("act", "none")]] {
            let refused = desk.submit("/admin/orders/bulk?state=refunded", &wrong).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(numbers(&refused.body), [kept[4].number.as_str()], "the same list, with what is wrong");
        }
    }
}

on_both! {
    async fn each_role_sees_and_does_what_it_may(app: TestApp) {
        let one = order(app.clock.now());
        app.keep(&one).await;
        for role in Role::ALL {
            let desk = app.desk(*role).await;
            let page = desk.get("/admin/orders?lang=en").await;
            let has = |text: &str| page.body.contains(text);
            let (exports, tends) = (matches!(role, Role::Owner | Role::Manager), *role != Role::Viewer);
            assert_eq!(numbers(&page.body), [one.number.as_str()]);
            assert_eq!((has("data-export=\"all\""), has("formaction=\"/admin/orders.csv\"")), (exports, exports), "{role:?}");
            assert_eq!((has("value=\"shipped\""), has("name=\"order\"")), (tends, tends || exports), "{role:?}");
            let expected = if exports { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(desk.get("/admin/orders.csv").await.status, expected, "{role:?}");
            assert_eq!(desk.submit("/admin/orders.csv", &[("order", one.id.as_str())]).await.status, expected, "{role:?}");
            assert_eq!(desk.call("/api/admin/orders/totals", &[("filter", "")]).await.json()["exact"]["count"], 1, "{role:?}");
        }
        assert_eq!(app.audit("orders_listed").await.len(), Role::ALL.len(), "each view is written down");
        let page = app.desk(Role::Viewer).await.get("/admin/orders?q=starter&state=paid&lang=en").await;
        assert!(page.body.contains("href=\"/admin/orders?q=starter&amp;state=paid&amp;totals=1\""), "without script there is a link");
        assert!(page.body.contains("q=starter&amp;state=paid&amp;lang=ko"), "the other language keeps the filter");
        let line = &app.audit("orders_listed").await[0];
        assert_eq!((line.subject.as_str(), line.detail.as_str()), ("q state", "1"));
        let totals = app.desk(Role::Viewer).await.get("/admin/orders?q=starter&totals=1&lang=en").await;
        assert!(totals.body.contains("1 orders · ₩9,900 in total") && !totals.body.contains("<script"), "{}", totals.body);
        let empty = app.desk(Role::Viewer).await.get("/admin/orders?state=failed&lang=en").await;
        assert!(empty.body.contains("No order fits") && empty.body.contains("class=\"empty\""));
    }
}
