//! Every verdict and what it does, and that nothing is paid without proof.

use super::*;
use proptest::prelude::*;

fn amount(total: i64, tax_free: i64) -> Amount {
    Amount::new(Krw::new(total).unwrap(), Krw::new(tax_free).unwrap()).unwrap()
}

fn expected() -> Expected {
    Expected {
        order_id: OrderId::from_random([1; 15]),
        invoice_id: Some("inv".into()),
        amount: amount(29_900, 0),
        at: UnixMs::new(NOW),
    }
}

const NOW: i64 = 1_800_000_000_000;

fn order() -> ProviderOrder {
    ProviderOrder {
        order_id: "o".into(),
        number: Some("n".into()),
        our_ids: vec![expected().order_id.as_str().into()],
        found_by_invoice: None,
        paid: PaidWord::Paid,
        total: Some(29_900),
        tax_free: Some(0),
        cancelled: Some(0),
        purchased_at: None,
        receipt_id: Some("r".into()),
    }
}

fn receipt() -> ProviderReceipt {
    ProviderReceipt {
        receipt_id: "r".into(),
        status: ReceiptStatus::Paid,
        total: Some(29_900),
        tax_free: Some(0),
        cancelled: Some(0),
        cancelled_tax_free: Some(0),
        currency: Some("KRW".into()),
        method: None,
        method_symbol: None,
        requested_at: None,
        purchased_at: None,
        receipt_url: None,
        deposit: None,
    }
}

#[test]
fn paid_needs_everything_present_and_equal() {
    assert!(matches!(judge(&expected(), &order(), Some(&receipt())), Verdict::Paid(_)));
}

#[test]
fn a_foreign_order_changes_nothing_whatever_it_says() {
    let foreign = ProviderOrder { our_ids: vec!["other".into()], ..order() };
    assert_eq!(judge(&expected(), &foreign, Some(&receipt())), Verdict::NotOurs);
}

#[test]
fn the_order_of_our_invoice_is_ours_without_an_id() {
    let found = ProviderOrder { our_ids: vec![], found_by_invoice: Some("inv".into()), ..order() };
    assert!(matches!(judge(&expected(), &found, Some(&receipt())), Verdict::Paid(_)));
    let other = ProviderOrder { found_by_invoice: Some("other".into()), ..found };
    assert_eq!(judge(&expected(), &other, Some(&receipt())), Verdict::NotOurs);
}

#[test]
fn a_receipt_that_the_order_does_not_name_proves_nothing() {
    let borrowed = ProviderReceipt { receipt_id: "another".into(), ..receipt() };
    assert_eq!(judge(&expected(), &order(), Some(&borrowed)), Verdict::AskAgain);
    assert_eq!(judge(&expected(), &order(), None), Verdict::AskAgain, "it says paid, and nothing proves it");
    let plain = ProviderOrder { paid: PaidWord::Ready, receipt_id: None, ..order() };
    assert_eq!(judge(&expected(), &plain, None), Verdict::NotYet);
}

#[test]
fn present_and_different_goes_back() {
    let wrong = [
        ProviderReceipt { total: Some(9_900), ..receipt() },
        ProviderReceipt { tax_free: Some(100), ..receipt() },
        ProviderReceipt { currency: Some("USD".into()), ..receipt() },
    ];
    for receipt in wrong {
        assert!(matches!(judge(&expected(), &order(), Some(&receipt)), Verdict::WrongAmount(_)), "{receipt:?}");
    }
}

#[test]
fn absent_or_unreadable_asks_a_person() {
    let unclear = [
        ProviderReceipt { total: None, ..receipt() },
        ProviderReceipt { tax_free: None, ..receipt() },
        ProviderReceipt { currency: None, ..receipt() },
        ProviderReceipt { total: Some(-5), ..receipt() },
        ProviderReceipt { cancelled: Some(100), ..receipt() },
    ];
    for receipt in unclear {
        assert!(matches!(judge(&expected(), &order(), Some(&receipt)), Verdict::Unclear(..)), "{receipt:?}");
    }
}

#[test]
fn an_order_that_names_another_price_than_its_receipt_asks_a_person() {
    let others = [ProviderOrder { total: Some(9_900), ..order() }, ProviderOrder { tax_free: Some(100), ..order() }];
    for other in others {
        let verdict = judge(&expected(), &other, Some(&receipt()));
        assert!(matches!(verdict, Verdict::Unclear(_, ReviewReason::PriceDisagrees)), "{verdict:?}");
    }
}

#[test]
fn a_counted_receipt_never_counts_again_and_a_second_one_is_asked_about() {
    let paid = judge(&expected(), &order(), Some(&receipt()));
    assert_eq!(decide(MoneyState::Paid, Known::Booked, paid.clone(), Around::PLAIN), Effect::Nothing);
    assert!(matches!(
        decide(MoneyState::Paid, Known::No, paid.clone(), Around::PLAIN),
        Effect::Review(_, ReviewReason::SecondPayment)
    ));
    assert!(matches!(
        decide(MoneyState::Expired, Known::No, paid.clone(), Around { is_late: true, ..Around::PLAIN }),
        Effect::Review(_, ReviewReason::PaidLate)
    ));
    assert!(matches!(decide(MoneyState::Failed, Known::No, paid, Around::PLAIN), Effect::Count(_)));
}

#[test]
fn late_money_is_judged_by_the_policy_and_only_late_money() {
    let paid = || judge(&expected(), &order(), Some(&receipt()));
    let of = |policy, is_late| Around { policy, is_late, is_used_up: false };
    for state in [MoneyState::Expired, MoneyState::Pending, MoneyState::Failed, MoneyState::Cancelled] {
        let effect = |policy| decide(state, Known::No, paid(), of(policy, true));
        assert!(matches!(effect(LatePolicy::Accept), Effect::Count(_)), "{state:?}");
        assert!(matches!(effect(LatePolicy::Refund), Effect::ReturnLate(_)), "{state:?}");
        assert!(matches!(effect(LatePolicy::Ask), Effect::Review(_, ReviewReason::PaidLate)), "{state:?}");
    }
    for policy in LatePolicy::ALL {
        for state in [MoneyState::Pending, MoneyState::Expired] {
            let in_time = decide(state, Known::No, paid(), of(*policy, false));
            assert!(matches!(in_time, Effect::Count(_)), "{state:?} {policy:?}");
        }
        let second = decide(MoneyState::Paid, Known::No, paid(), of(*policy, true));
        assert!(matches!(second, Effect::Review(_, ReviewReason::SecondPayment)), "{policy:?}");
    }
}

#[test]
fn a_link_that_is_used_up_never_counts_another_payment() {
    let paid = || judge(&expected(), &order(), Some(&receipt()));
    for policy in LatePolicy::ALL {
        for is_late in [false, true] {
            let around = Around { policy: *policy, is_late, is_used_up: true };
            let effect = decide(MoneyState::Pending, Known::No, paid(), around);
            assert!(matches!(effect, Effect::Review(_, ReviewReason::SecondPayment)), "{around:?}");
            let unclear = Known::Unclear(ReviewReason::UnreadableAmount);
            assert_eq!(
                decide(MoneyState::Pending, unclear, paid(), around),
                effect,
                "read in part before, it is no other"
            );
        }
    }
}

#[test]
fn what_was_not_clear_is_judged_as_if_it_came_now() {
    let dated = || ProviderReceipt { purchased_at: Some(UnixMs::new(1)), ..receipt() };
    let (paid, wrong) = (
        judge(&expected(), &order(), Some(&dated())),
        judge(&expected(), &order(), Some(&ProviderReceipt { total: Some(9_900), ..dated() })),
    );
    let disagrees = judge(&expected(), &ProviderOrder { total: Some(9_900), ..order() }, Some(&receipt()));
    let unreadable = judge(&expected(), &order(), Some(&ProviderReceipt { total: None, ..receipt() }));
    let before = Known::Unclear(ReviewReason::UnreadableAmount);
    let late = |policy| Around { policy, is_late: true, is_used_up: false };
    for policy in LatePolicy::ALL {
        for verdict in [&paid, &wrong] {
            let anew = decide(MoneyState::Pending, Known::No, verdict.clone(), late(*policy));
            assert_eq!(decide(MoneyState::Pending, before, verdict.clone(), late(*policy)), anew, "{policy:?}");
        }
        assert_eq!(decide(MoneyState::Pending, before, unreadable.clone(), late(*policy)), Effect::Nothing);
    }
    let asked = decide(MoneyState::Pending, before, disagrees.clone(), Around::PLAIN);
    assert!(matches!(asked, Effect::Review(_, ReviewReason::PriceDisagrees)));
    let before = Known::Unclear(ReviewReason::PriceDisagrees);
    for again in [disagrees, unreadable] {
        assert_eq!(decide(MoneyState::Pending, before, again, Around::PLAIN), Effect::Nothing, "nothing new is known");
    }
    let Verdict::Paid(money) = paid else { panic!("it is right") };
    let undated = Verdict::Paid(Money { paid_at: None, ..money });
    let effect = decide(MoneyState::Pending, before, undated, late(LatePolicy::Refund));
    assert!(matches!(effect, Effect::Review(_, ReviewReason::PaidLate)), "nobody knows when it was paid: {effect:?}");
}

fn waiting(order: ProviderOrder, receipt: ProviderReceipt) -> Verdict {
    let (order, receipt) = (
        ProviderOrder { paid: PaidWord::OnConfirm, ..order },
        ProviderReceipt { status: ReceiptStatus::OnConfirm, ..receipt },
    );
    judge(&expected(), &order, Some(&receipt))
}

#[test]
fn only_what_would_count_may_be_approved() {
    let approvable = Approvable { number: "n".into(), receipt_id: "r".into() };
    assert_eq!(waiting(order(), receipt()), Verdict::OnConfirm(Some(approvable)));
    for wrong in [
        ProviderReceipt { total: Some(9_900), ..receipt() },
        ProviderReceipt { tax_free: Some(100), ..receipt() },
        ProviderReceipt { currency: Some("USD".into()), ..receipt() },
    ] {
        assert_eq!(waiting(order(), wrong), Verdict::Declined, "never approved, and nothing was charged");
    }
    for unreadable in [
        ProviderReceipt { total: None, ..receipt() },
        ProviderReceipt { tax_free: None, ..receipt() },
        ProviderReceipt { currency: None, ..receipt() },
        ProviderReceipt { cancelled: Some(100), ..receipt() },
    ] {
        assert_eq!(waiting(order(), unreadable), Verdict::OnConfirm(None));
    }
    assert_eq!(waiting(ProviderOrder { total: Some(1), ..order() }, receipt()), Verdict::OnConfirm(None));
    assert_eq!(waiting(ProviderOrder { number: None, ..order() }, receipt()), Verdict::OnConfirm(None));
    assert_eq!(waiting(ProviderOrder { our_ids: vec![], ..order() }, receipt()), Verdict::NotOurs);
}

#[test]
fn what_has_waited_for_its_approval_for_too_long_gets_none() {
    let longest = Order::LIFE_MS + 2 * Order::UNFINISHED_MS;
    let since = |ms: i64| ProviderReceipt { requested_at: Some(UnixMs::new(NOW - ms)), ..receipt() };
    assert!(matches!(waiting(order(), since(longest - 1)), Verdict::OnConfirm(Some(_))));
    assert_eq!(waiting(order(), since(longest)), Verdict::Declined);
    assert_eq!(waiting(order(), ProviderReceipt { total: None, ..since(longest) }), Verdict::Declined);
    let paid = judge(&expected(), &order(), Some(&since(longest)));
    assert!(matches!(paid, Verdict::Paid(_)), "what was taken is another matter: {paid:?}");
}

#[test]
fn what_was_paid_by_virtual_account_never_goes_back_by_itself() {
    let by_account = ProviderReceipt { method_symbol: Some("vbank".into()), ..receipt() };
    let wrong = ProviderReceipt { total: Some(9_900), ..by_account.clone() };
    let wrong = judge(&expected(), &order(), Some(&wrong));
    let effect = decide(MoneyState::AwaitingDeposit, Known::No, wrong, Around::PLAIN);
    assert!(matches!(effect, Effect::Review(_, ReviewReason::AccountNeeded)), "{effect:?}");
    let around = Around { policy: LatePolicy::Refund, is_late: true, ..Around::PLAIN };
    let late = judge(&expected(), &order(), Some(&by_account));
    let effect = decide(MoneyState::Expired, Known::No, late, around);
    assert!(matches!(effect, Effect::Review(_, ReviewReason::AccountNeeded)), "{effect:?}");
}

fn any_paid_word() -> impl Strategy<Value = PaidWord> {
    use PaidWord::*;
    prop::sample::select(vec![Ready, OnConfirm, DepositWaiting, Paid, Cancelled, Unknown])
}

fn any_status() -> impl Strategy<Value = ReceiptStatus> {
    use ReceiptStatus::*;
    prop::sample::select(vec![Requested, Paid, OnConfirm, DepositWaiting, Cancelled, Failed, Unknown])
}

proptest! {
    /// I1: whatever else a look says, paid needs our id, the named receipt, and equal money.
    #[test]
    fn nothing_is_paid_without_proof(
        ours in any::<bool>(), word in any_paid_word(), status in any_status(),
        total in prop::option::of(29_898..29_902i64), free in prop::option::of(-1..2i64),
        cancelled in prop::option::of(0..2i64), krw in prop::option::of(any::<bool>()), named in any::<bool>(),
    ) {
        let order = ProviderOrder {
            our_ids: if ours { order().our_ids } else { vec![] },
            paid: word, receipt_id: named.then(|| "r".into()), ..order()
        };
        let receipt = ProviderReceipt {
            status, total, tax_free: free, cancelled,
            currency: krw.map(|krw| if krw { "KRW" } else { "USD" }.into()), ..receipt()
        };
        let proven = ours && named && word == PaidWord::Paid && status == ReceiptStatus::Paid
            && total == Some(29_900) && free == Some(0) && krw == Some(true) && matches!(cancelled, None | Some(0));
        let verdict = judge(&expected(), &order, Some(&receipt));
        prop_assert_eq!(matches!(verdict, Verdict::Paid(_)), proven);
        for state in MoneyState::ALL {
            if let Effect::Move(next) = decide(*state, Known::No, verdict.clone(), Around::PLAIN) {
                prop_assert!(state.may_become(next));
                prop_assert!(next != MoneyState::Paid);
            }
        }
    }
}

#[test]
fn when_it_was_paid_is_told_by_the_receipt_or_else_by_the_order() {
    let at = |of_order: Option<i64>, of_receipt: Option<i64>| {
        let order = ProviderOrder { purchased_at: of_order.map(UnixMs::new), ..order() };
        let receipt = ProviderReceipt { purchased_at: of_receipt.map(UnixMs::new), ..receipt() };
        judge(&expected(), &order, Some(&receipt)).money().unwrap().paid_at.map(UnixMs::get)
    };
    assert_eq!((at(Some(1), Some(2)), at(Some(1), None), at(None, None)), (Some(2), Some(1), None));
}
