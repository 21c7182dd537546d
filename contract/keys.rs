//! Billing keys: of a card, and of an account that pays by itself.

use madang::domain::billing::{BillingKey, Card, TransferAccount, TypedCard, TypedTransferAccount};
use madang::domain::time::UnixMs;
use madang::provider::bootpay::pg::{
    AuthBy, NewAutoTransfer, NewCardKey, NewCharge, NewReservation, NewUserToken, Payer, Published,
};
use madang::provider::bootpay::{ApplicationKeys, Metadata};
use serde_json::json;

use crate::world::{Failure, KEYS, World, amount, refused};

/// [`LATER`](crate::world::LATER) as an instant.
pub const LATER: UnixMs = UnixMs::new(2_506_122_000_000);

pub const CARD: TypedCard<'static> =
    TypedCard { number: "5570420000001074", password: "12", identity: "900101", year: "49", month: "12" };
pub const ACCOUNT: TypedTransferAccount<'static> = TypedTransferAccount {
    bank: "국민",
    number: "11012345678901",
    holder: "홍길동",
    identity: "900101",
    phone: "01012345678",
};

pub fn new_card<'a>(card: &'a Card, subscription_id: &'a str) -> NewCardKey<'a> {
    NewCardKey {
        pg: "nicepay",
        order_name: "프로 월간",
        subscription_id,
        card,
        amount: None,
        test_payment: None,
        user: Payer::default(),
        metadata: Metadata::default(),
    }
}

pub fn new_transfer<'a>(account: &'a TransferAccount, subscription_id: &'a str) -> NewAutoTransfer<'a> {
    NewAutoTransfer {
        order_name: "프로",
        subscription_id,
        auth_by: AuthBy::Ars,
        account,
        amount: None,
        cash_receipt: None,
        user: Payer::default(),
        metadata: Metadata::default(),
    }
}

pub fn charge<'a>(
    key: &'a BillingKey,
    order_name: &'a str,
    order_id: &'a str,
    won: i64,
) -> Result<NewCharge<'a>, Failure> {
    let (user, metadata) = (Payer::default(), Metadata::default());
    let items = Vec::new();
    Ok(NewCharge {
        key,
        order_name,
        order_id,
        amount: amount(won)?,
        card_quota: 0,
        items,
        user,
        metadata,
        webhook: None,
    })
}

pub async fn keys(world: &mut World) -> Result<(), Failure> {
    card(world).await?;
    transfer(world).await?;
    // Refused for Basic, ours goes on with a token by itself.
    let new = NewUserToken { user_id: "u-1", ..NewUserToken::default() };
    world.at("user token with Basic").user_token(&new).await?;
    let application = ApplicationKeys { application_id: KEYS.0.into(), private_key: KEYS.1.to_owned().into() };
    let bootpay = world.at("user token").with_application(application);
    bootpay.user_token(&new).await?;
    Ok(())
}

async fn card(world: &mut World) -> Result<(), Failure> {
    let card = Card::parse(CARD).map_err(|_| "a card")?;
    let new = new_card(&card, "S-1");
    let made = world.at("card key").issue_billing_key(&new).await?;
    let key = made.issued().ok_or("no key was issued")?.clone();
    world.at("key of a receipt").billing_key_of_receipt(&made.receipt_id).await?;
    world.at("key").billing_key(&key).await?;
    world.at("charge").charge(&charge(&key, "프로 월간", "S-1-1", 29_900)?).await?;
    let new = NewReservation { charge: charge(&key, "프로 월간", "S-1-2", 29_900)?, at: LATER };
    let reserved = world.at("reserve").reserve(&new).await?.reserve_id;
    world.at("reservation").reservation(&reserved).await?;
    world.at("reservation cancel").cancel_reservation(&reserved).await?;
    world.at("key destroy").destroy_billing_key(&key).await?;
    refused(world.at("charge a dead key").charge(&charge(&key, "x", "S-1-3", 1_000)?).await, "SUBSCRIBE_BK_EXPIRED")?;
    world.kept.key = Some(key);
    Ok(())
}

async fn transfer(world: &World) -> Result<(), Failure> {
    let account = TransferAccount::parse(ACCOUNT).map_err(|_| "an account")?;
    let new = new_transfer(&account, "T-1");
    let asked = world.at("transfer").issue_auto_transfer(&new).await?;
    if asked.issued().is_some() {
        return Err("a key before the customer's consent".into());
    }
    let early = world.at("publish too early").publish_auto_transfer(&asked.receipt_id).await?;
    if !matches!(early, Published::Later) {
        return Err("published before the customer's consent".into());
    }
    world.control("ars", json!({ "receipt_id": asked.receipt_id, "outcome": "done" })).await?;
    let Published::Issued(made) = world.at("publish").publish_auto_transfer(&asked.receipt_id).await? else {
        return Err("not published after the customer's consent".into());
    };
    let key = made.issued().ok_or("no key was published")?;
    world.at("charge an account").charge(&charge(key, "프로", "T-1-1", 9_900)?).await?;
    Ok(())
}
