//! For each call, at least one way in which it is refused. Played last, with what the cases before have left.

use madang::domain::billing::{BillingKey, Card, TransferAccount, TypedCard, TypedTransferAccount};
use madang::domain::link::Way;
use madang::domain::money::Krw;
use madang::provider::bootpay::commerce::{
    AdjustmentKind, BillQuery, Contract, DayOf, Decision, Instalments, InvoiceForm, InvoiceQuery, NewAdjustment,
    NewBillCancel, NewCancel, NewOwner, NewProduct, NewSubscriptionCharge, OrderSearch, Pause, ProductChange,
    ProductQuery, ProductStatus, RequestQuery, SubscriptionChange, Termination, TerminationRequest,
};
use madang::provider::bootpay::pg::NewReservation;
use madang::provider::bootpay::{ApplicationKeys, Metadata};

use crate::contracts::FIRST_PAGE;
use crate::keys;
use crate::world::{Failure, GROUP, KEYS, LATER, MONTH, WRONG, World, amount, invoice, product, refused};

/// An id that nobody has given.
const NOBODY: &str = "6a1f00000000000000000099";
const STRANGER: &str = "TOKEN_KEY_INVALID";

pub async fn refusals(world: &mut World) -> Result<(), Failure> {
    strangers(world).await?;
    orders(world).await?;
    products(world).await?;
    contracts(world).await?;
    wishes(world).await?;
    instalments(world).await?;
    billing_keys(world).await?;
    transfer(world).await
}

/// What has no other reason to be refused is asked for with a secret that is not the project's.
async fn strangers(world: &mut World) -> Result<(), Failure> {
    refused(world.stranger("stranger token").commerce_token().await, STRANGER)?;
    let query = InvoiceQuery { page: 1, limit: 24, ..InvoiceQuery::default() };
    refused(world.stranger("stranger invoices").invoices(&query).await, STRANGER)?;
    let query = ProductQuery { page: 1, limit: 20, ..ProductQuery::default() };
    refused(world.stranger("stranger products").products(&query).await, STRANGER)?;
    let search = OrderSearch { page: 1, limit: 50, by: Some(DayOf::Made), ..OrderSearch::default() };
    refused(world.stranger("stranger orders").list_orders(&search).await, STRANGER)?;
    let answer = world.stranger("stranger month").orders_of_month(GROUP, MONTH).await;
    refused(answer, STRANGER)?;
    refused(world.stranger("stranger cancels").order_cancels(&world.kept.cancelled).await, STRANGER)?;
    refused(world.stranger("stranger contracts").subscriptions(&FIRST_PAGE).await, STRANGER)?;
    let id = world.kept.contract.clone();
    let query = BillQuery { order_subscription_id: Some(&id), page: 1, limit: 20, ..BillQuery::default() };
    refused(world.stranger("stranger bills").bills(&query).await, STRANGER)?;
    let query = RequestQuery { order_subscription_id: Some(&id), page: 1, limit: 20, ..RequestQuery::default() };
    refused(world.stranger("stranger requests").subscription_requests(&query).await, STRANGER)?;
    let key = world.key();
    refused(world.stranger("stranger tests a webhook").test_webhook(None, &key).await, STRANGER)?;
    let keys = ApplicationKeys { application_id: KEYS.0.into(), private_key: WRONG.to_owned().into() };
    let answer = world.at("stranger PG token").with_application(keys).pg_token().await;
    refused(answer, "APP_SK_NOT_MATCHED")
}

async fn orders(world: &mut World) -> Result<(), Failure> {
    let key = world.key();
    let form = InvoiceForm { products: vec![product(NOBODY, 1)], ..invoice("프로 월간", 29_900, "contract-7")? };
    let answer = world.at("invoice of no product").issue_invoice(&form, &key).await;
    refused(answer, "ORDER_PRODUCT_NOT_FOUND")?;
    let key = world.key();
    refused(world.at("notify about none").notify(NOBODY, &[Way::Sms], &key).await, "INVOICE_NOT_FOUND")?;
    let (key, number, request) = (world.key(), world.kept.cancelled.clone(), world.kept.request.clone());
    let new = NewCancel { order: &number, amount: amount(1_000_000)?, cancel_id: &key, message: "변심" };
    refused(world.at("cancel of too much").cancel_order(&new).await, "CANCEL_PRICE_OVER")?;
    let key = world.key();
    refused(world.at("withdraw nothing").withdraw_cancel(NOBODY, &key).await, "ORDER_NOT_FOUND")?;
    let key = world.key();
    let answer = world.at("approve again").approve_cancel(&request, "처리했어요", &key).await;
    refused(answer, "CANCEL_ALREADY_DONE")?;
    let key = world.key();
    let answer = world.at("reject again").reject_cancel(&request, "기한이 지났어요", &key).await;
    refused(answer, "CANCEL_ALREADY_DONE")?;
    let key = world.key();
    refused(world.at("confirm no order").confirm_order("26112000000001", &key).await, "ORDER_NOT_FOUND")?;
    refused(world.at("no such receipt").receipt(NOBODY).await, "RC_NOT_FOUND")
}

async fn products(world: &mut World) -> Result<(), Failure> {
    const NONE: &str = "PRODUCT_NOT_FOUND";
    refused(world.at("no such product").product(NOBODY).await, NONE)?;
    let key = world.key();
    let more = ProductChange { tax_free: Some(Krw::ZERO), ..ProductChange::default() };
    let new = NewProduct { name: "시험 상품", price: Krw::new(9_900)?, more };
    refused(world.stranger("stranger makes a product").create_product(&new, &key).await, STRANGER)?;
    let (key, change) = (world.key(), ProductChange { name: Some("시험 상품 2"), ..ProductChange::default() });
    refused(world.at("change of no product").update_product(NOBODY, &change, &key).await, NONE)?;
    let (key, sold) = (world.key(), ProductStatus { is_sold: Some(true), ..ProductStatus::default() });
    refused(world.at("status of no product").set_product_status(NOBODY, &sold, &key).await, NONE)?;
    let key = world.key();
    refused(world.at("delete of no product").delete_product(NOBODY, &key).await, NONE)
}

const NO_CONTRACT: &str = "ORDER_SUBSCRIPTION_NOT_FOUND";

async fn contracts(world: &mut World) -> Result<(), Failure> {
    refused(world.at("no such contract").subscription(NOBODY).await, NO_CONTRACT)?;
    let (key, memo) = (world.key(), SubscriptionChange { memo: Some("메모"), ..SubscriptionChange::default() });
    refused(world.at("change of no contract").update_subscription(NOBODY, &memo, &key).await, NO_CONTRACT)?;
    let (key, pause) = (world.key(), Pause { at: LATER, reason: Some("휴가"), resume_at: None });
    refused(world.at("pause of none").pause_subscription(NOBODY, &pause, &key).await, NO_CONTRACT)?;
    let (key, id) = (world.key(), world.kept.contract.clone());
    let answer = world.at("resume what runs").resume_subscription(&id, "돌아옴", &key).await;
    refused(answer, "ORDER_SUBSCRIPTION_RESUME_UNABLE")?;
    let (key, end) = (world.key(), Termination { reason: Some("끝"), ..Termination::default() });
    refused(world.at("end of none").terminate_subscription(NOBODY, &end, &key).await, NO_CONTRACT)?;
    let key = world.key();
    refused(world.at("approve no wish").approve_subscription(NOBODY, "확인", &key).await, NO_CONTRACT)?;
    let key = world.key();
    refused(world.at("reject no wish").reject_subscription(NOBODY, "약관", &key).await, NO_CONTRACT)?;
    let (first, second) = (world.key(), world.key());
    let charge = world.kept.charge.as_ref().ok_or("no charge key was kept")?;
    let new = NewSubscriptionCharge { charge_key: charge, amount: amount(5_000)?, metadata: Metadata::default() };
    refused(world.at("charge with a dead key").charge_subscription(&new, &first).await, "SUBSCRIBE_BK_EXPIRED")?;
    refused(world.at("revoke again").revoke_charge_key(charge, &second).await, "PROCESS_DUPLICATED")
}

async fn wishes(world: &mut World) -> Result<(), Failure> {
    let nobodys = Contract::Id(NOBODY);
    let (key, pause) = (world.key(), Pause { at: LATER, reason: Some("휴가"), resume_at: None });
    refused(world.at("ask to pause none").request_pause(nobodys, &pause, &key).await, NO_CONTRACT)?;
    let key = world.key();
    refused(world.at("ask to resume none").request_resume(NOBODY, "돌아옴", None, &key).await, NO_CONTRACT)?;
    let (key, price) = (world.key(), amount(100_000)?);
    refused(world.at("ask to buy out none").request_purchase(NOBODY, price, Some("인수"), &key).await, NO_CONTRACT)?;
    let key = world.key();
    let to = NewOwner { user_id: Some("u-2"), name: Some("김철수"), reason: Some("이직"), ..NewOwner::default() };
    refused(world.at("ask to transfer none").request_transfer(NOBODY, &to, &key).await, NO_CONTRACT)?;
    let (key, end) = (world.key(), TerminationRequest { reason: Some("이사"), ..TerminationRequest::default() });
    refused(world.at("ask to end none").request_termination(nobodys, &end, &key).await, NO_CONTRACT)?;
    refused(world.at("fee of none").termination_fee(nobodys).await, NO_CONTRACT)?;
    let answer = world.at("no such request").subscription_request(NOBODY).await;
    refused(answer, "ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND")?;
    let (key, wish) = (world.key(), world.kept.wish.clone());
    let approve = Decision::Approve { reason: None, price: None, termination: TerminationRequest::default() };
    let answer = world.at("decide again").decide_subscription_request(&wish, &approve, &key).await;
    refused(answer, "PROCESS_DUPLICATED")
}

async fn instalments(world: &mut World) -> Result<(), Failure> {
    const NO_BILL: &str = "ORDER_SUBSCRIPTION_BILL_NOT_FOUND";
    refused(world.at("no such bill").bill(NOBODY).await, NO_BILL)?;
    let key = world.key();
    let new = NewBillCancel { bill_id: NOBODY, amount: None, cancel_id: &key, message: "변심" };
    refused(world.at("cancel no bill").cancel_bill(&new).await, NO_BILL)?;
    let adjustment = |won| NewAdjustment { name: "할인", won, tax_free_won: 0, kind: AdjustmentKind::BySign };
    let key = world.key();
    let answer = world.at("adjust none").adjust(NOBODY, &adjustment(-1_000), Instalments::One(3), &key).await;
    refused(answer, NO_CONTRACT)?;
    let (key, id) = (world.key(), world.kept.contract.clone());
    let answer = world.at("adjustment of none").remove_adjustment(&id, NOBODY, &key).await;
    refused(answer, "ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND")?;
    let key = world.key();
    let answer = world.at("replace of none").replace_adjustments(NOBODY, 4, &[adjustment(-500)], &key).await;
    refused(answer, NO_CONTRACT)
}

async fn billing_keys(world: &mut World) -> Result<(), Failure> {
    const DEAD: &str = "SUBSCRIBE_BK_EXPIRED";
    let card = Card::parse(TypedCard { year: "20", ..keys::CARD }).map_err(|_| "a card")?;
    let answer = world.at("card out of date").issue_billing_key(&keys::new_card(&card, "S-2")).await;
    refused(answer, "API_PARAM_INVALID")?;
    refused(world.at("key of no receipt").billing_key_of_receipt(NOBODY).await, "RC_NOT_FOUND")?;
    let dead = world.kept.key.as_ref().ok_or("no billing key was kept")?;
    let unknown = BillingKey::parse(NOBODY).map_err(|_| "a key")?;
    refused(world.at("no such key").billing_key(&unknown).await, "RC_NOT_FOUND")?;
    refused(world.at("destroy again").destroy_billing_key(dead).await, DEAD)?;
    let new = NewReservation { charge: keys::charge(dead, "프로 월간", "S-1-4", 29_900)?, at: keys::LATER };
    refused(world.at("reserve with a dead key").reserve(&new).await, DEAD)?;
    refused(world.at("no such reservation").reservation(NOBODY).await, "RC_NOT_FOUND")?;
    refused(world.at("cancel no reservation").cancel_reservation(NOBODY).await, "RC_NOT_FOUND")
}

async fn transfer(world: &mut World) -> Result<(), Failure> {
    let typed = TypedTransferAccount { bank: "없는은행", ..keys::ACCOUNT };
    let account = TransferAccount::parse(typed).map_err(|_| "an account")?;
    let answer = world.at("transfer of no bank").issue_auto_transfer(&keys::new_transfer(&account, "T-2")).await;
    refused(answer, "SUBSCRIBE_AT_BLANK_NOT_FOUND")?;
    refused(world.at("publish nothing").publish_auto_transfer(NOBODY).await, "RC_NOT_FOUND")
}
