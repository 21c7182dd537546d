//! Subscriptions and their instalments.

use madang::domain::billing::BillingKey;
use madang::provider::bootpay::Metadata;
use madang::provider::bootpay::commerce::{
    AdjustmentKind, BillQuery, Contract, Decision, Instalments, InvoiceForm, NewAdjustment, NewBillCancel, NewOwner,
    NewSubscriptionCharge, Pause, RequestQuery, SubscriptionChange, SubscriptionQuery, Termination, TerminationRequest,
};

use crate::world::{Failure, LATER, MONTHLY, World, amount, invoice, product, text};

pub const FIRST_PAGE: SubscriptionQuery<'static> = SubscriptionQuery {
    page: 1,
    limit: 20,
    keyword: None,
    from: None,
    to: None,
    request_type: None,
    user_id: None,
    user_group_id: None,
    status: None,
    order_number: None,
    order_id: None,
};

/// Begins a contract in this case; answers its id and the key that it is charged with.
async fn begin(world: &mut World, case: &str, name: &str, duration: i32) -> Result<(String, BillingKey), Failure> {
    let (key, bootpay) = (world.key(), world.at(case));
    let form = InvoiceForm { products: vec![product(MONTHLY, duration)], ..invoice("프로 월간", 29_900, name)? };
    let made = bootpay.issue_invoice(&form, &key).await?.id;
    world.choose(&made, "paid").await?;
    let first = world.kept.contract.clone();
    let listed = bootpay.subscriptions(&FIRST_PAGE).await?.list;
    let id = listed.into_iter().map(|one| one.id).find(|id| *id != first).ok_or("no contract is listed")?;
    let ours = world.ledger("order_subscriptions", |one| text(one, "order_subscription_id").is_ok_and(|at| at == id));
    let charge = BillingKey::parse(text(&ours.await?, "charge_key")?).map_err(|_| "a charge key")?;
    Ok((id, charge))
}

pub async fn contracts(world: &mut World) -> Result<(), Failure> {
    let (id, charge) = begin(world, "contract begins", "contract-5", 12).await?;
    world.kept.contract.clone_from(&id);
    world.at("contract detail").subscription(&id).await?;
    let key = world.key();
    let memo = SubscriptionChange { memo: Some("메모"), ..SubscriptionChange::default() };
    world.at("contract update").update_subscription(&id, &memo, &key).await?;
    let (key, pause) = (world.key(), Pause { at: LATER, reason: Some("휴가"), resume_at: None });
    world.at("contract pause").pause_subscription(&id, &pause, &key).await?;
    let key = world.key();
    world.at("contract resume").resume_subscription(&id, "돌아옴", &key).await?;
    let key = world.key();
    let new = NewSubscriptionCharge { charge_key: &charge, amount: amount(5_000)?, metadata: Metadata::default() };
    world.at("contract charge").charge_subscription(&new, &key).await?;
    instalments(world, &id).await?;
    wishes(world, &id).await?;
    let (second, charge) = begin(world, "contract terminate", "contract-6", -1).await?;
    let (key, end) = (world.key(), Termination { reason: Some("끝"), ..Termination::default() });
    world.at("contract terminate").terminate_subscription(&second, &end, &key).await?;
    let key = world.key();
    world.at("revoke the charge key").revoke_charge_key(&charge, &key).await?;
    world.kept.charge = Some(charge);
    Ok(())
}

async fn instalments(world: &mut World, id: &str) -> Result<(), Failure> {
    let query = BillQuery { order_subscription_id: Some(id), page: 1, limit: 20, ..BillQuery::default() };
    let bill = world.at("bill list").bills(&query).await?.list.into_iter().next().ok_or("no instalment")?;
    world.at("bill detail").bill(&bill.id).await?;
    let key = world.key();
    let part = NewBillCancel { bill_id: &bill.id, amount: None, cancel_id: &key, message: "변심" };
    world.at("bill cancel").cancel_bill(&part).await?;
    let adjustment = |won| NewAdjustment { name: "할인", won, tax_free_won: 0, kind: AdjustmentKind::BySign };
    let key = world.key();
    let made = world.at("adjust").adjust(id, &adjustment(-1_000), Instalments::One(3), &key).await?;
    let (key, first) = (world.key(), made.into_iter().next().ok_or("no adjustment")?);
    world.at("adjustment delete").remove_adjustment(id, &first.id, &key).await?;
    let key = world.key();
    world.at("adjustments replace").replace_adjustments(id, 4, &[adjustment(-500)], &key).await?;
    Ok(())
}

async fn wishes(world: &mut World, id: &str) -> Result<(), Failure> {
    let contract = Contract::Id(id);
    world.at("fee").termination_fee(contract).await?;
    let (key, pause) = (world.key(), Pause { at: LATER, reason: Some("휴가"), resume_at: None });
    world.at("ask to pause").request_pause(contract, &pause, &key).await?;
    let query = RequestQuery { order_subscription_id: Some(id), page: 1, limit: 20, ..RequestQuery::default() };
    let wish = world.at("requests").subscription_requests(&query).await?.list.into_iter().next().ok_or("no wish")?;
    world.kept.wish.clone_from(&wish.id);
    world.at("request detail").subscription_request(&wish.id).await?;
    let key = world.key();
    let approve = Decision::Approve { reason: None, price: None, termination: TerminationRequest::default() };
    world.at("request decide").decide_subscription_request(&wish.id, &approve, &key).await?;
    let key = world.key();
    world.at("ask to resume").request_resume(id, "돌아옴", None, &key).await?;
    let key = world.key();
    let to = NewOwner { user_id: Some("u-2"), name: Some("김철수"), reason: Some("이직"), ..NewOwner::default() };
    world.at("ask to transfer").request_transfer(id, &to, &key).await?;
    let key = world.key();
    world.at("contract reject").reject_subscription(id, "약관", &key).await?;
    let key = world.key();
    world.at("ask to buy out").request_purchase(id, amount(100_000)?, Some("인수"), &key).await?;
    let key = world.key();
    world.at("contract reject again").reject_subscription(id, "약관", &key).await?;
    let (key, end) = (world.key(), TerminationRequest { reason: Some("이사"), ..TerminationRequest::default() });
    world.at("ask to end").request_termination(contract, &end, &key).await?;
    let key = world.key();
    Ok(world.at("contract approve").approve_subscription(id, "확인", &key).await?)
}
