//! What a list finds among many orders is what looking at each of them finds.

use super::*;

/// Every way to find orders, against what looking at each of them finds. The database is large enough that
/// windows, indexes and narrow filters all have their turn, and totals their cap.
async fn agrees_at_size(app: TestApp) {
    const ORDERS: usize = 10_100;
    app.services.seed_orders(ORDERS as u64, |_| ()).await.unwrap();
    let actor = app.actor(Role::Owner).await;
    let all = app.services.export_orders(&actor, &OrderFilter::default()).await.unwrap();
    let all: Vec<_> = all.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!(all.len(), ORDERS);
    assert!(all.windows(2).all(|pair| pair[0].seq > pair[1].seq && pair[0].created_at >= pair[1].created_at));
    let mut texts = Vec::new();
    for listed in &all {
        let found = app.services.order(&listed.id).await.unwrap();
        texts.push(Document::from(&found));
    }
    let sample = &all[ORDERS / 2];
    let name: String = sample.customer_name.chars().take(2).collect();
    for text in [
        sample.number.as_str(),
        &sample.customer_phone,
        &sample.customer_phone[3..7],
        &sample.customer_email,
        &sample.customer_name,
        &name,
        "월간",
        "ㄱㅁ",
        "ㅈㄱㅇㅁ",
        "naver.com",
        "minjun",
        "qz",
        "pro",
        "행사",
        "세금계산서",
        "logo re",
        "없는 말",
        "0101",
        "@e",
    ] {
        let needle = Needle::parse(text).unwrap();
        let hits: Vec<usize> = (0..ORDERS).filter(|place| texts[*place].holds(&needle)).collect();
        for more in
            ["", "state=shipping", "kind=link&least=50000", "method=%EC%B9%B4%EB%93%9C", "state=failed&most=9900"]
        {
            let query = format!("{}&{more}", serde_urlencoded::to_string([("q", text)]).unwrap());
            let filter = OrderFilter::parse(&query).0;
            let fits = |place: &&usize| {
                let row = &all[**place];
                filter.state.is_none_or(|state| row.state == state)
                    && filter.kind.is_none_or(|kind| row.kind == kind)
                    && filter.method.as_ref().is_none_or(|method| row.method.as_ref() == Some(method))
                    && filter.least.is_none_or(|least| row.amount.total() >= least)
                    && filter.most.is_none_or(|most| row.amount.total() <= most)
            };
            let expected: Vec<usize> = hits.iter().filter(fits).copied().collect();
            let exported = app.services.export_orders(&actor, &filter).await.unwrap();
            let exported: Vec<i64> =
                exported.try_collect::<Vec<_>>().await.unwrap().concat().iter().map(|row| row.seq).collect();
            assert_eq!(exported, expected.iter().map(|place| all[*place].seq).collect::<Vec<_>>(), "{query}");
            let page = app.services.list_orders(&actor, &filter, OrderCursor::Newest).await.unwrap();
            assert!(page.rows.iter().map(|row| row.seq).eq(exported.iter().copied().take(50)), "{query}");
            if let Some(last) = exported.last() {
                let above = app.services.list_orders(&actor, &filter, OrderCursor::After(*last)).await.unwrap();
                let from = exported.len().saturating_sub(51).min(exported.len());
                let expected: Vec<i64> = match exported.len() {
                    0..=50 => exported.iter().copied().take(50).collect(),
                    _ => exported[from..exported.len() - 1].to_vec(),
                };
                assert_eq!(above.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), expected, "{query}");
            }
            let sum = expected.iter().map(|place| all[*place].amount.total().get()).sum();
            let totals = app.services.order_totals(&filter).await.unwrap();
            let counted = u32::try_from(expected.len()).unwrap();
            assert_eq!(totals, OrderTotals::Exact { count: counted, won: Krw::new(sum).unwrap() }, "{query}");
        }
    }
    assert_eq!(app.services.order_totals(&OrderFilter::default()).await.unwrap(), OrderTotals::Capped);
    let desk = Desk::new(&app, actor.staff.clone(), app.log_in(&actor.staff, crate::tests::desk::PASSWORD).await);
    let page = desk.get("/admin/orders?totals=1&lang=en").await;
    assert!(page.body.contains("data-totals=\"capped\"") && page.body.contains("10,000+"), "no sum is told");
    assert_eq!(desk.call("/api/admin/orders/totals", &[("filter", "")]).await.body, "\"capped\"");
}

on_both! {
    async fn every_way_to_find_orders_finds_the_same(app: TestApp) {
        agrees_at_size(app).await;
    }
}
