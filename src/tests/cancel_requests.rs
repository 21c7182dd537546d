//! What buyers ask for in the provider's own pages, decided by staff: never beside a refund, never more than is left.

use axum::http::StatusCode;
use serde_json::json;

use super::emulated::Fault;
use super::on_both;
use super::refunds::{ask, booked, paid, paid_link, provider_number, receipt, refund, refund_parts};
use crate::domain::audit::Act;
use crate::domain::order::MoneyState;
use crate::domain::staff::Role;
use crate::service::AuditFilter;

on_both! {
    async fn an_approval_of_a_buyers_request_and_a_refund_never_go_out_together(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        let number = provider_number(&app, &order).await;
        let ask_to_cancel = json!({ "order_number": number, "request_cancel_parameters": { "cancel_price": 9_900 } });
        app.control("/_emulator/cancel-request", &ask_to_cancel).await;
        let request = app.ledger().await["cancels"][0]["order_cancellation_request_id"].as_str().unwrap().to_owned();
        let path = format!("/admin/orders/{}/cancel-request", order.id);
        let approve = [("request", request.as_str()), ("act", "approve"), ("approved", "9,900")];

        app.wire.fault("POST /v2/cancel", [Fault::LostBefore]);
        refund(&desk, &order, "5,000").await;
        assert!(desk.submit(&path, &approve).await.body.contains("R-BUSY"), "a refund is on its way");
        ask(&app, &desk, &order).await;
        assert_eq!(booked(&app, &order).await, 5_000);

        app.wire.fault("PUT /v1/order/cancel", [Fault::LostBefore, Fault::LostAfter]);
        assert_eq!(desk.submit(&path, &approve).await.status, StatusCode::SEE_OTHER, "nobody knows");
        assert!(refund(&desk, &order, "5,000").await.body.contains("R-BUSY"), "it may still arrive");
        assert!(desk.submit(&path, &approve).await.body.contains("R-BUSY"));
        ask(&app, &desk, &order).await;

        app.wire.fault("GET /v1/order/cancel", [Fault::None, Fault::LostBefore, Fault::LostBefore]);
        assert_eq!(desk.submit(&path, &approve).await.status, StatusCode::SEE_OTHER);
        assert!(refund(&desk, &order, "5,000").await.body.contains("R-BUSY"), "it has arrived, and nobody has read it");
        ask(&app, &desk, &order).await;
        assert_eq!(booked(&app, &order).await, 14_900);
        assert_eq!(refund(&desk, &order, "15,000").await.status, StatusCode::SEE_OTHER);
        assert_eq!((booked(&app, &order).await, &receipt(&app, &order).await["cancelled_price"]), (29_900, &json!(29_900)));
        assert_eq!(app.ledger().await["cancels"].as_array().unwrap().len(), 3);
    }
}

on_both! {
    async fn what_a_buyer_asks_for_is_decided_by_staff(app: TestApp) {
        let (desk, order) = (app.desk(Role::Manager).await, paid(&app).await);
        let number = provider_number(&app, &order).await;
        let ask = json!({ "order_number": number, "request_cancel_parameters": { "cancel_price": 9_900 } });
        let page = format!("/admin/orders/{}", order.id);
        let path = format!("{page}/cancel-request");
        let request = async || {
            app.control("/_emulator/cancel-request", &ask).await;
            let ledger = app.ledger().await;
            let cancels = ledger["cancels"].as_array().unwrap();
            cancels.last().unwrap()["order_cancellation_request_id"].as_str().unwrap().to_owned()
        };
        let first = request().await;
        assert!(desk.get(&page).await.body.contains(&format!("data-cancel-request=\"{first}\"")));
        let clerk = app.desk(Role::Clerk).await;
        assert!(!clerk.get(&page).await.body.contains("value=\"approve\""), "whoever moves money decides");
        let typed = |typed: &'static str| [("request", first.as_str()), ("act", "approve"), ("approved", typed)];
        for other in ["", "9,901", "29,900"] {
            let refused = desk.submit(&path, &typed(other)).await;
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("R-TYPED"), "{other}");
        }
        assert_eq!(app.wire.count("PUT /v1/order/cancel"), 0, "nothing was approved");
        let approve = typed("9,900");
        assert_eq!(clerk.submit(&path, &approve).await.status, StatusCode::FORBIDDEN);
        app.wire.fault("PUT /v1/order/cancel", [Fault::LostAfter]);
        let done = desk.submit(&path, &approve).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!((booked(&app, &order).await, app.wire.count("PUT /v1/order/cancel")), (9_900, 1));
        assert!(!desk.get(&page).await.body.contains("data-cancel-request"));
        assert!(desk.submit(&path, &approve).await.body.contains("R-GONE"), "once");

        let second = request().await;
        let reject = |message: &'static str| [("request", second.as_str()), ("act", "reject"), ("message", message)];
        assert_eq!(desk.submit(&path, &reject("")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(desk.submit(&path, &reject("이미 보냈어요")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.ledger().await["cancels"].as_array().unwrap().last().unwrap()["status"], 2);
        assert_eq!((booked(&app, &order).await, app.services.order(&order.id).await.unwrap().money), (9_900, MoneyState::PartiallyRefunded));
        let filter = AuditFilter { act: Some(Act::CancelApproved), ..AuditFilter::default() };
        assert_eq!(app.services.audit_page(&filter).await.unwrap().lines.len(), 1);
        for strange in [vec![], vec![("act", "approve")], vec![("request", "../x"), ("act", "approve")], vec![("act", "burn")]] {
            assert_eq!(desk.submit(&path, &strange).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{strange:?}");
        }
    }
}

on_both! {
    async fn a_wish_for_more_than_is_left_since_is_not_approved(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let order = paid_link(&app, &desk).await;
        let number = provider_number(&app, &order).await;
        let wish = json!({ "cancel_price": 20_000, "cancel_tax_free_price": 0 });
        app.control("/_emulator/cancel-request", &json!({ "order_number": number, "request_cancel_parameters": wish })).await;
        let request = app.ledger().await["cancels"][0]["order_cancellation_request_id"].as_str().unwrap().to_owned();
        let approve = [("request", request.as_str()), ("act", "approve"), ("approved", "20,000")];
        let path = format!("/admin/orders/{}/cancel-request", order.id);
        // Staff give back the same themselves; of the total enough is left for it once more.
        assert_eq!(refund_parts(&desk, &order, "12,000", "0").await.status, StatusCode::SEE_OTHER);
        let refused = desk.submit(&path, &approve).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("R-LEFT"), "{}", refused.body);
        assert_eq!((app.wire.count("PUT /v1/order/cancel"), booked(&app, &order).await), (0, 12_000));
        assert_eq!(receipt(&app, &order).await["cancelled_price"], 12_000);
    }
}
