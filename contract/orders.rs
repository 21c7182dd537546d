//! A plan's order, a payment link, cancels, and the catalogue.

use madang::domain::money::Krw;
use madang::domain::refund_account::RefundAccount;
use madang::provider::bootpay::commerce::{
    Expiry, InvoiceForm, InvoiceQuery, NewCancel, NewCancelRequest, NewProduct, OrderSearch, ProductChange,
    ProductQuery, ProductStatus,
};
use madang::provider::bootpay::{DayOf, MemberToken, Metadata, OrderQuery};
use serde_json::json;

use crate::world::{Failure, GROUP, MONTH, MONTHLY, SINCE, UNTIL, World, amount, invoice, product, refused};
use madang::domain::link::Way;

const NOBODYS: &str = "6a1f00000000000000000099";

pub async fn order(world: &mut World) -> Result<(), Failure> {
    world.at("token").commerce_token().await?;
    let form = InvoiceForm {
        original: Some(Krw::new(32_900)?),
        memo: Some("계약"),
        expiry: Some(Expiry::At("2049-12-31T23:59:59+09:00".into())),
        metadata: Metadata::default().with("order_id", "contract-1"),
        products: vec![product(MONTHLY, 1)],
        ..invoice("프로 월간", 29_900, "contract-1")?
    };
    let key = world.key();
    world.kept.invoice = world.at("invoice create").issue_invoice(&form, &key).await?.id;
    world.kept.order = world.choose(&world.kept.invoice, "paid").await?;
    let found = world.at("order detail").order_detail(&world.kept.order).await?;
    world.kept.receipt = found.notice.receipt_id.ok_or("an order without a receipt")?;
    let receipt = world.kept.receipt.clone();
    world.at("receipt").receipt(&receipt).await?;
    let (part, more, rest, again) = (world.key(), world.key(), world.key(), world.key());
    world.at("cancel a part").cancel(&receipt, Some(amount(9_900)?), &part, "단순 변심", None).await?;
    let bootpay = world.at("cancel more than is left");
    let answer = bootpay.cancel(&receipt, Some(amount(29_900)?), &more, "단순 변심", None).await;
    refused(answer, "RC_CANCEL_SERVER_ERROR")?;
    world.at("cancel the rest").cancel(&receipt, None, &rest, "단순 변심", None).await?;
    let answer = world.at("cancel again").cancel(&receipt, None, &again, "단순 변심", None).await;
    refused(answer, "RC_ALREADY_CANCELLED")?;
    let search = OrderSearch { page: 1, limit: 50, by: Some(DayOf::Made), ..OrderSearch::default() };
    world.at("order list").list_orders(&search).await?;
    lean_list(world).await?;
    world.at("order month").orders_of_month(GROUP, MONTH).await?;
    refused(world.at("order unknown").order_detail(NOBODYS).await, "ORDER_NOT_FOUND")
}

/// A list as the provider documents it: whose an order is, its own record says.
async fn lean_list(world: &World) -> Result<(), Failure> {
    world.control("settings", json!({ "list_items": "lean" })).await?;
    let bootpay = world.at("order of a lean list");
    let query = OrderQuery { from: SINCE.into(), to: UNTIL.into(), page: 1, by: DayOf::Made };
    let listed = bootpay.orders(&query).await?.orders.into_iter().next().ok_or("nothing is listed")?;
    let record = bootpay.order(&listed.order_id).await?;
    world.control("settings", json!({ "list_items": "whole" })).await?;
    match (listed.our_ids.is_empty(), record.our_ids.iter().any(|id| id == "contract-1")) {
        (true, true) => Ok(()),
        _ => Err(format!("whose a listed order is: {listed:?}, {record:?}").into()),
    }
}

pub async fn link(world: &mut World) -> Result<(), Failure> {
    let (first, told, approved) = (world.key(), world.key(), world.key());
    let link = world.at("link create").issue_invoice(&invoice("단체 주문", 412_000, "contract-2")?, &first).await?.id;
    world.at("invoice notify").notify(&link, &[Way::Sms, Way::Email], &told).await?;
    world.at("invoice detail").invoice_detail(&link).await?;
    world.at("invoice list").invoices(&InvoiceQuery { page: 1, limit: 24, ..InvoiceQuery::default() }).await?;
    refused(world.at("invoice unknown").invoice_detail(NOBODYS).await, "INVOICE_NOT_FOUND")?;
    let number = world.choose(&link, "deposit").await?;
    let bootpay = world.at("virtual account");
    let receipt = bootpay.order_detail(&number).await?.notice.receipt_id.ok_or("an order without a receipt")?;
    world.control("deposit", json!({ "order_number": number })).await?;
    bootpay.receipt(&receipt).await?;
    let account = RefundAccount::parse("004", "11012345678901", "홍길동").map_err(|_| "an account")?;
    let refund = world.key();
    world.at("refund to an account").cancel(&receipt, None, &refund, "단순 변심", Some(&account)).await?;
    let mut form = invoice("프로 월간", 29_900, "contract-3")?;
    form.extra.separately_confirmed = Some(true);
    let bootpay = world.at("separate approval");
    let made = bootpay.issue_invoice(&form, &approved).await?.id;
    let found = bootpay.order_detail(&world.choose(&made, "paid").await?).await?;
    let receipt = found.notice.receipt_id.ok_or("an order without a receipt")?;
    bootpay.confirm(&receipt).await?;
    let (made, confirmed) = (world.key(), world.key());
    let mut form = invoice("프로 월간", 29_900, "contract-8")?;
    form.extra.separately_confirmed = Some(true);
    let bootpay = world.at("order confirm");
    let number = world.choose(&bootpay.issue_invoice(&form, &made).await?.id, "paid").await?;
    bootpay.confirm_order(&number, &confirmed).await?;
    refused(world.at("confirm again").confirm(&receipt).await, "RC_NOT_CONFIRM_READY")
}

pub async fn cancels(world: &mut World) -> Result<(), Failure> {
    let key = world.key();
    let bootpay = world.at("buyer asks for a cancel");
    let made = bootpay.issue_invoice(&invoice("프로 월간", 29_900, "contract-4")?, &key).await?.id;
    let number = world.choose(&made, "paid").await?;
    world.kept.cancelled.clone_from(&number);
    ask(world, &number, 1_000).await?;
    let first = bootpay.order_cancels(&number).await?.into_iter().next().ok_or("no cancel is listed")?.request_id;
    world.kept.request.clone_from(&first);
    let (keys, message) = ([world.key(), world.key(), world.key(), world.key(), world.key()], "변심");
    let [asked, rejected, approved, withdrawn, at_once] = &keys;
    let new =
        NewCancelRequest { order: &number, amount: amount(500)?, cancel_id: asked, requester: "홍길동", message };
    refused(world.at("cancel by a user").request_cancel(&new).await, "API_ROLE_NOT_SUPPORT")?;
    let member = MemberToken::new("a-member-of-the-shop".to_owned().into());
    world.at("member asks for a cancel").for_member(member).request_cancel(&new).await?;
    world.at("cancel reject").reject_cancel(&first, "기한이 지났어요", rejected).await?;
    ask(world, &number, 1_000).await?;
    let bootpay = world.at("cancel approve");
    let open = bootpay.order_cancels(&number).await?.into_iter().find(|one| one.request_id != first);
    bootpay.approve_cancel(&open.ok_or("no other cancel is listed")?.request_id, "처리했어요", approved).await?;
    ask(world, &number, 2_000).await?;
    let bootpay = world.at("cancel withdraw");
    let open = bootpay.order_cancels(&number).await?.into_iter().find(|one| one.won == Some(2_000));
    bootpay.withdraw_cancel(&open.ok_or("no third cancel is listed")?.request_id, withdrawn).await?;
    let new = NewCancel { order: &number, amount: amount(3_000)?, cancel_id: at_once, message };
    Ok(world.at("cancel at once").cancel_order(&new).await?)
}

async fn ask(world: &World, number: &str, won: i64) -> Result<(), Failure> {
    let wish = json!({ "order_number": number, "request_cancel_parameters": { "cancel_price": won } });
    world.control("cancel-request", wish).await
}

pub async fn catalogue(world: &mut World) -> Result<(), Failure> {
    let keys = [world.key(), world.key(), world.key(), world.key(), world.key()];
    let [create, update, status, delete, test] = &keys;
    let more = ProductChange { tax_free: Some(Krw::ZERO), ..ProductChange::default() };
    let new = NewProduct { name: "시험 상품", price: Krw::new(9_900)?, more };
    let id = world.at("product create").create_product(&new, create).await?;
    world.at("product list").products(&ProductQuery { page: 1, limit: 20, ..ProductQuery::default() }).await?;
    world.at("product detail").product(&id).await?;
    let change = ProductChange { name: Some("시험 상품 2"), ..ProductChange::default() };
    world.at("product update").update_product(&id, &change, update).await?;
    let sold = ProductStatus { is_sold: Some(true), ..ProductStatus::default() };
    world.at("product status").set_product_status(&id, &sold, status).await?;
    world.at("product delete").delete_product(&id, delete).await?;
    world.control("webhooks", json!({ "commerce": "http://127.0.0.1:9/nobody" })).await?;
    world.at("webhook test").test_webhook(None, test).await?;
    Ok(())
}
