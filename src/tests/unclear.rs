//! Payments that could be read only in part at first: what becomes of them once they can be read.

use super::emulated::Fault;
use super::on_both;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::order::{Disposition, MoneyState, Order, ReviewReason};
use crate::domain::policy::LatePolicy;
use crate::domain::staff::Role;
use crate::service::Actor;

const NO_PRICE: Fault = Fault::Without(&["price"]);

on_both! {
    async fn a_wrong_amount_that_could_not_be_read_goes_back_once_it_can(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 1_000, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", [NO_PRICE]);
        assert_eq!(app.look(&order).await.reviews, [ReviewReason::UnreadableAmount]);
        app.look(&order).await;
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews.len()), (MoneyState::Failed, 0));
        assert_eq!(page.payments.iter().map(|one| one.disposition).collect::<Vec<_>>(), [Disposition::Returned]);
        assert_eq!(app.ledger().await["receipts"][0]["cancelled_price"], 1_000);
    }
}

on_both! {
    async fn late_money_that_could_not_be_read_is_judged_by_the_policy_once_it_can(app: TestApp) {
        for (policy, money, reviews) in [
            (LatePolicy::Ask, MoneyState::Expired, vec![ReviewReason::PaidLate]),
            (LatePolicy::Accept, MoneyState::Paid, vec![]),
            (LatePolicy::Refund, MoneyState::Expired, vec![]),
        ] {
            app.set_policy(policy).await;
            let order = app.start().await;
            app.clock.advance(Order::LIFE_MS + Order::UNFINISHED_MS);
            app.look(&order).await;
            app.pay(&order, 29_900, "paid").await.unwrap();
            app.wire.fault("GET /v2/receipt", [NO_PRICE]);
            app.clock.advance(2_000);
            assert_eq!(app.look(&order).await.reviews, [ReviewReason::UnreadableAmount], "{policy:?}");
            app.look(&order).await;
            let page = app.look(&order).await;
            assert_eq!((page.order.money, page.reviews), (money, reviews), "{policy:?}");
            let stands = page.payments[0].disposition;
            assert_eq!(stands == Disposition::Returned, policy == LatePolicy::Refund, "{policy:?} {stands:?}");
        }
    }
}

on_both! {
    async fn what_the_first_reading_lacked_is_known_afterwards(app: TestApp) {
        let order = app.start().await;
        let number = app.pay(&order, 29_900, "deposit").await.unwrap();
        app.control("/_emulator/deposit", &serde_json::json!({ "order_number": number })).await;
        app.wire.fault("GET /v2/receipt", [Fault::Without(&["price", "method", "method_symbol", "method_origin_symbol", "vbank_data", "purchased_at", "receipt_url"])]);
        let page = app.look(&order).await;
        assert_eq!((page.reviews.as_slice(), page.payments[0].is_by_account()), (&[ReviewReason::UnreadableAmount][..], false));
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        let payment = &page.payments[0];
        assert!(payment.is_by_account(), "a refund needs an account: {payment:?}");
        assert!(payment.paid_at.is_some() && payment.method.is_some() && payment.captured == Some(order.amount));
    }
}

on_both! {
    async fn a_payment_that_was_not_clear_is_judged_also_when_another_one_has_counted(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", [NO_PRICE]);
        assert_eq!(app.look(&order).await.reviews, [ReviewReason::UnreadableAmount]);
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        let receipt = app.ledger().await["receipts"][0]["receipt_id"].as_str().unwrap().to_owned();
        let line: &'static str = Box::leak(format!("GET /v2/receipt/{receipt}").into_boxed_str());
        app.wire.fault(line, vec![NO_PRICE; 4]);
        app.services.hint(&order.token, Some(ProviderOrderNumber::parse(&number).unwrap())).await.unwrap();
        app.wire.heal();
        let actor = Actor { staff: app.desk(Role::Clerk).await.staff, network: String::new() };
        app.services.ask_now(&actor, &order.id).await.unwrap();
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!((page.order.money, page.reviews), (MoneyState::Paid, vec![ReviewReason::SecondPayment]));
        assert!(page.payments.iter().all(|payment| payment.captured == Some(order.amount)), "both can be read");
    }
}

on_both! {
    async fn what_is_given_back_before_it_could_be_read_is_booked_with_its_amount(app: TestApp) {
        let order = app.start().await;
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", [NO_PRICE]);
        assert_eq!(app.look(&order).await.reviews, [ReviewReason::UnreadableAmount]);
        app.control("/_emulator/cancel", &serde_json::json!({ "order_number": number, "price": 29_900, "tax_free": 0 })).await;
        app.clock.advance(2_000);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews.len()), (MoneyState::Cancelled, 0));
        let [payment] = page.payments.as_slice() else { panic!("{:?}", page.payments) };
        assert_eq!((payment.disposition, payment.captured), (Disposition::Returned, Some(order.amount)));
    }
}
