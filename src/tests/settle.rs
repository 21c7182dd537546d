//! Settling: whatever says "look", the provider's own record decides, once.

use super::emulated::Fault;
use super::on_both;
use crate::domain::id::ProviderOrderNumber;
use crate::domain::order::{Disposition, EventKind, MoneyState, Order, ReviewReason};
use crate::domain::policy::LatePolicy;
use crate::service::{OrderPage, WhyBack};

fn number(text: &str) -> Option<ProviderOrderNumber> {
    ProviderOrderNumber::parse(text).ok()
}

fn kinds(page: &OrderPage) -> Vec<EventKind> {
    page.events.iter().map(|event| event.kind).collect()
}

on_both! {
    async fn paid_is_found_by_number_and_booked_once(app: TestApp) {
        let order = app.start().await;
        let told = app.pay(&order, 29_900, "paid").await.unwrap();
        for _ in 0..3 {
            app.services.settle(&order.id, number(&told)).await.unwrap();
        }
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        assert_eq!(kinds(&page), [EventKind::Created, EventKind::Paid]);
        assert_eq!(page.payments.len(), 1);
        assert_eq!(page.payments[0].provider_order_number.as_deref(), Some(told.as_str()));
        assert_eq!(page.payments[0].captured, Some(order.amount));
    }
}

on_both! {
    async fn paid_is_found_without_any_word_from_the_browser(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn paid_is_found_through_our_invoice(app: TestApp) {
        let order = app.start().await;
        app.services.payment_url(&order).await.unwrap();
        let order = app.services.order(&order.id).await.unwrap();
        app.choose(&order.invoice.as_ref().unwrap().id, "paid").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
        assert_eq!(app.wire.lists(), 0, "no list was needed");
    }
}

on_both! {
    async fn sixteen_looks_at_once_are_one_payment(app: TestApp) {
        let order = app.start().await;
        let told = app.pay(&order, 29_900, "paid").await.unwrap();
        let looks = (0..16).map(|_| app.services.settle(&order.id, number(&told)));
        for settled in futures::future::join_all(looks).await {
            assert_eq!(settled.unwrap().order.money, MoneyState::Paid);
        }
        let page = app.look(&order).await;
        assert_eq!((page.payments.len(), kinds(&page).len()), (1, 2));
    }
}

on_both! {
    async fn a_wrong_amount_goes_back_in_full(app: TestApp) {
        let order = app.start().await;
        let told = app.pay(&order, 9_900, "paid").await.unwrap();
        app.services.settle(&order.id, number(&told)).await.unwrap();
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Failed);
        assert_eq!(page.payments[0].disposition, Disposition::Returned);
        assert_eq!(kinds(&page), [EventKind::Created, EventKind::WrongAmount, EventKind::RefundDone]);
        let ledger = app.ledger().await;
        assert_eq!(ledger["receipts"][0]["cancelled_price"], 9_900);
        let text = app.get(&format!("/orders/{}", order.token)).await.body;
        assert!(text.contains("data-order-state=\"failed\"") && text.contains("O-AMOUNT") && text.contains("9,900원"), "{text}");
    }
}

on_both! {
    async fn another_orders_number_changes_nothing(app: TestApp) {
        let (mine, theirs) = (app.start().await, app.start().await);
        let told = app.pay(&theirs, 29_900, "paid").await.unwrap();
        let settled = app.services.settle(&mine.id, number(&told)).await.unwrap();
        assert_eq!(settled.order.money, MoneyState::Pending);
        app.services.settle(&theirs.id, number(&told)).await.unwrap();
        let settled = app.services.settle(&mine.id, number(&told)).await.unwrap();
        assert_eq!(settled.order.money, MoneyState::Pending, "nor when it was used already");
        assert_eq!(app.look(&theirs).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn a_second_payment_asks_a_person_and_leaves_the_order_paid(app: TestApp) {
        let order = app.start().await;
        let first = app.pay(&order, 29_900, "paid").await.unwrap();
        app.services.settle(&order.id, number(&first)).await.unwrap();
        let second = app.pay(&order, 29_900, "paid").await.unwrap();
        for _ in 0..2 {
            app.services.settle(&order.id, number(&second)).await.unwrap();
        }
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        assert_eq!(page.reviews, [ReviewReason::SecondPayment]);
        assert_eq!(page.payments.len(), 2);
    }
}

on_both! {
    async fn declined_is_failed_and_a_later_payment_still_counts(app: TestApp) {
        let order = app.start().await;
        app.services.payment_url(&order).await.unwrap();
        let invoice = app.services.order(&order.id).await.unwrap().invoice.unwrap();
        app.choose(&invoice.id, "fail").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Failed);
        app.choose(&invoice.id, "paid").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn a_closed_form_leaves_the_order_pending(app: TestApp) {
        let order = app.start().await;
        assert_eq!(app.pay(&order, 29_900, "cancel").await, None);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Pending);
    }
}

on_both! {
    async fn a_deposit_is_awaited_shown_and_never_stored(app: TestApp) {
        let order = app.start().await;
        let told = app.pay(&order, 29_900, "deposit").await.unwrap();
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::AwaitingDeposit);
        let deposit = page.deposit.expect("the account is shown");
        assert!(app.get(&format!("/orders/{}", order.token)).await.body.contains(&deposit.account));
        assert!(!format!("{page:?}", page = page.payments).contains(&deposit.account));
        app.control("/_emulator/deposit", &serde_json::json!({ "order_number": told })).await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn nobody_paid_in_time_expires_and_late_money_asks_a_person(app: TestApp) {
        let order = app.start().await;
        app.clock.advance(Order::LIFE_MS);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Expired);
        app.pay(&order, 29_900, "paid").await.unwrap();
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Expired);
        assert_eq!(page.reviews, [ReviewReason::PaidLate]);
    }
}

on_both! {
    async fn late_is_what_was_paid_late_and_not_what_was_seen_late(app: TestApp) {
        app.set_policy(LatePolicy::Refund).await;
        let unseen = app.start().await;
        app.pay(&unseen, 29_900, "paid").await.unwrap();
        app.clock.advance(Order::LIFE_MS);
        app.wire.fault("GET /v1/orders$", [Fault::Answer(200, r#"{"list":[],"count":0}"#)]);
        assert_eq!(app.look(&unseen).await.order.money, MoneyState::Expired, "the provider did not show it");
        let page = app.look(&unseen).await;
        assert_eq!((page.order.money, page.payments[0].disposition), (MoneyState::Paid, Disposition::Counted));

        let declined = app.start().await;
        app.pay(&declined, 29_900, "fail").await;
        assert_eq!(app.look(&declined).await.order.money, MoneyState::Failed);
        app.clock.advance(Order::LIFE_MS);
        app.pay(&declined, 29_900, "paid").await.unwrap();
        app.look(&declined).await;
        let page = app.look(&declined).await;
        assert_eq!((page.order.money, page.payments[0].disposition), (MoneyState::Failed, Disposition::Returned));
    }
}

on_both! {
    async fn a_declined_order_that_has_ended_waits_for_nothing_any_more(app: TestApp) {
        app.set_policy(LatePolicy::Ask).await;
        let order = app.start().await;
        app.pay(&order, 29_900, "fail").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Failed);
        app.clock.advance(Order::LIFE_MS);
        let told = app.pay(&order, 29_900, "deposit").await.unwrap();
        assert_eq!(app.look(&order).await.order.money, MoneyState::Failed);
        app.control("/_emulator/deposit", &serde_json::json!({ "order_number": told })).await;
        app.look(&order).await;
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews), (MoneyState::Failed, vec![ReviewReason::PaidLate]));
    }
}

on_both! {
    async fn an_attempt_is_given_up_only_when_all_of_them_could_be_read(app: TestApp) {
        app.set_policy(LatePolicy::Ask).await;
        let order = app.start().await;
        app.pay(&order, 29_900, "fail").await;
        let told = app.pay(&order, 29_900, "deposit").await.unwrap();
        assert_eq!(app.look(&order).await.order.money, MoneyState::AwaitingDeposit);
        for moment in [0, Order::LIFE_MS] {
            app.clock.advance(moment);
            for unread in 1..=2 {
                let faults = (1..=2).map(|at| if at == unread { Fault::Answer(500, "<p>") } else { Fault::None });
                app.wire.fault("GET /v2/receipt", faults);
                assert_eq!(app.look(&order).await.order.money, MoneyState::AwaitingDeposit, "{moment} {unread}");
            }
        }
        app.control("/_emulator/deposit", &serde_json::json!({ "order_number": told })).await;
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews.len()), (MoneyState::Paid, 0));
    }
}

on_both! {
    async fn what_was_begun_in_time_counts_for_an_hour_after_the_end_and_a_deposit_until_its_own(app: TestApp) {
        app.set_policy(LatePolicy::Ask).await;
        let [soon, long_after, deposit] = [app.start().await, app.start().await, app.start().await];
        let told = app.pay(&deposit, 29_900, "deposit").await.unwrap();
        assert_eq!(app.look(&deposit).await.order.money, MoneyState::AwaitingDeposit);
        app.clock.advance(Order::LIFE_MS + Order::UNFINISHED_MS - 60_000);
        app.pay(&soon, 29_900, "paid").await.unwrap();
        assert_eq!(app.look(&soon).await.order.money, MoneyState::Paid);
        app.clock.advance(60_000);
        app.pay(&long_after, 29_900, "paid").await.unwrap();
        let page = app.look(&long_after).await;
        assert_eq!((page.order.money, page.reviews), (MoneyState::Expired, vec![ReviewReason::PaidLate]), "it ends while a person is asked");
        app.clock.advance(Order::UNFINISHED_MS);
        app.control("/_emulator/deposit", &serde_json::json!({ "order_number": told })).await;
        assert_eq!(app.look(&deposit).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn a_payment_that_was_begun_and_never_ended_does_not_keep_an_order_open_for_ever(app: TestApp) {
        let order = app.start().await;
        app.services.payment_url(&order).await.unwrap();
        let order = app.services.order(&order.id).await.unwrap();
        app.choose(&order.invoice.as_ref().unwrap().id, "fail").await;
        let begun = r#"{"order_id":"6a1f00000000000000000001","order_number":"26","receipt_status":"receipt_ready"}"#;
        app.wire.fault("GET /v1/orders/", std::iter::repeat_n(Fault::Answer(200, begun), 9));
        app.clock.advance(Order::LIFE_MS + 1);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Pending, "it may still be paid");
        app.clock.advance(Order::UNFINISHED_MS);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Expired);
    }
}

on_both! {
    async fn money_cancelled_before_we_looked_is_booked_as_returned(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        let ledger = app.ledger().await;
        let receipt = ledger["receipts"][0]["receipt_id"].clone();
        app.provider("/v2/cancel", &serde_json::json!({ "receipt_id": receipt })).await;
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Cancelled);
        assert_eq!(page.payments[0].disposition, Disposition::Returned);
    }
}

on_both! {
    async fn attempts_that_stand_differently_move_the_order_once(app: TestApp) {
        for attempts in [["fail", "deposit"], ["deposit", "fail"]] {
            let order = app.start().await;
            for outcome in attempts {
                app.pay(&order, 29_900, outcome).await;
            }
            for _ in 0..4 {
                let page = app.look(&order).await;
                assert_eq!(page.order.money, MoneyState::AwaitingDeposit, "{attempts:?}");
                assert_eq!(kinds(&page), [EventKind::Created, EventKind::AwaitingDeposit], "{attempts:?}");
                assert!(page.deposit.is_some(), "{attempts:?}");
            }
        }
    }
}

on_both! {
    async fn a_payment_behind_a_dead_attempt_is_found(app: TestApp) {
        let order = app.start().await;
        app.services.payment_url(&order).await.unwrap();
        let invoice = app.services.order(&order.id).await.unwrap().invoice.unwrap();
        app.choose(&invoice.id, "fail").await;
        app.pay(&order, 29_900, "paid").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn after_wrong_money_went_back_the_right_amount_still_counts(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 9_900, "paid").await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Failed);
        app.pay(&order, 29_900, "paid").await;
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        let dispositions: Vec<_> = page.payments.iter().map(|payment| payment.disposition).collect();
        assert_eq!(dispositions, [Disposition::Returned, Disposition::Counted]);
    }
}

on_both! {
    async fn an_amount_that_could_not_be_read_counts_once_it_can(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", [Fault::Without(&["price"])]);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.is_payable()), (MoneyState::Pending, false));
        assert_eq!(page.reviews, [ReviewReason::UnreadableAmount]);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews.len()), (MoneyState::Paid, 0));
        assert_eq!(page.payments[0].captured, Some(order.amount));
    }
}

on_both! {
    async fn nobody_is_asked_to_pay_while_the_provider_contradicts_itself(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        const RECEIPT: Fault = Fault::Without(&["receipt_id", "result_data", "receipt_success_data"]);
        app.wire.fault("GET /v1/orders/", [RECEIPT]);
        let answer = app.submit("/api/checkout/resume", &[("token", order.token.as_str())]).await;
        assert_eq!(answer.location(), format!("/orders/{}", order.token));
        assert!(app.get(answer.location()).await.body.contains("O-WAIT"));
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn what_was_paid_in_time_and_cannot_be_read_yet_keeps_its_order_from_expiring(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", vec![Fault::Without(&["price"]); 40]);
        app.clock.advance(Order::LIFE_MS + Order::UNFINISHED_MS);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews), (MoneyState::Pending, vec![ReviewReason::UnreadableAmount]));
        app.wire.heal();
        app.clock.advance(2_000);
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        assert!(!kinds(&page).contains(&EventKind::Expired));
    }
}

on_both! {
    async fn a_receipt_that_does_not_tell_when_it_was_paid_makes_nothing_late(app: TestApp) {
        app.set_policy(LatePolicy::Refund).await;
        let order = app.start().await;
        app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", vec![Fault::Without(&["purchased_at"]); 40]);
        app.clock.advance(Order::LIFE_MS + Order::UNFINISHED_MS);
        assert_eq!(app.look(&order).await.order.money, MoneyState::Paid);
    }
}

on_both! {
    async fn each_payment_of_an_order_is_told_for_itself(app: TestApp) {
        let order = app.start().await;
        app.pay(&order, 1_000, "paid").await.unwrap();
        app.look(&order).await;
        assert_eq!(app.look(&order).await.order.money, MoneyState::Failed);
        app.clock.advance(60_000);
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        let page = app.look(&order).await;
        assert_eq!(page.order.money, MoneyState::Paid);
        app.control("/_emulator/cancel", &serde_json::json!({ "order_number": number, "price": 29_900, "tax_free": 0 })).await;
        app.work(60).await;
        let page = app.services.order_page(&order.token).await.unwrap();
        assert_eq!(page.order.money, MoneyState::Refunded);
        assert_eq!(page.paid_by().and_then(|payment| payment.provider_order_number.as_deref()), Some(number.as_str()));
        let back: Vec<_> = page.sent_back().iter().map(|one| (one.why, one.payment.captured.unwrap().total().get())).collect();
        assert_eq!(back, [(WhyBack::WrongAmount, 1_000)], "the right one is not called wrong");
        let html = app.get(&format!("/orders/{}", order.token)).await.body;
        assert_eq!((html.matches("O-AMOUNT").count(), html.contains(&number)), (1, true));
        assert!(html.contains("1,000원") && !html.contains("달라 29,900원"));
    }
}

on_both! {
    async fn what_is_partly_cancelled_before_it_can_be_read_keeps_no_order_open(app: TestApp) {
        let order = app.start().await;
        let number = app.pay(&order, 29_900, "paid").await.unwrap();
        app.wire.fault("GET /v2/receipt", [Fault::Without(&["price"])]);
        assert_eq!(app.look(&order).await.reviews, [ReviewReason::UnreadableAmount]);
        app.control("/_emulator/cancel", &serde_json::json!({ "order_number": number, "price": 3_000, "tax_free": 0 })).await;
        app.clock.advance(Order::LIFE_MS + Order::UNFINISHED_MS);
        let page = app.look(&order).await;
        assert_eq!((page.order.money, page.reviews), (MoneyState::Expired, vec![ReviewReason::PartlyCancelled]));
        assert_eq!(page.payments[0].captured, Some(order.amount), "it can be read now");
    }
}
