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
const LATER: UnixMs = UnixMs::new(1_811_811_600_000);

fn charge<'a>(key: &'a BillingKey, order_name: &'a str, order_id: &'a str, won: i64) -> Result<NewCharge<'a>, Failure> {
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
    let application = ApplicationKeys { application_id: KEYS.0.into(), private_key: KEYS.1.to_owned().into() };
    let bootpay = world.at("user token").with_application(application);
    bootpay.user_token(&NewUserToken { user_id: "u-1", ..NewUserToken::default() }).await?;
    Ok(())
}

async fn card(world: &World) -> Result<(), Failure> {
    let typed = TypedCard { number: "5570420000001074", password: "12", identity: "900101", year: "29", month: "12" };
    let card = Card::parse(typed).map_err(|_| "a card")?;
    let new = NewCardKey {
        pg: "nicepay",
        order_name: "프로 월간",
        subscription_id: "S-1",
        card: &card,
        amount: None,
        test_payment: None,
        user: Payer::default(),
        metadata: Metadata::default(),
    };
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
    refused(world.at("charge a dead key").charge(&charge(&key, "x", "S-1-3", 1_000)?).await, "SUBSCRIBE_BK_EXPIRED")
}

async fn transfer(world: &World) -> Result<(), Failure> {
    let account = TransferAccount::parse(TypedTransferAccount {
        bank: "국민",
        number: "11012345678901",
        holder: "홍길동",
        identity: "900101",
        phone: "01012345678",
    });
    let account = account.map_err(|_| "an account")?;
    let new = NewAutoTransfer {
        order_name: "프로",
        subscription_id: "T-1",
        auth_by: AuthBy::Ars,
        account: &account,
        amount: None,
        cash_receipt: None,
        user: Payer::default(),
        metadata: Metadata::default(),
    };
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
