//! The client over the emulator's router in the same process, for what the emulator serves.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::Request;
use secrecy::SecretString;
use tower::ServiceExt;

use super::script::{amount, every_call, key, run};
use crate::clock::{OsIds, SystemClock};
use crate::domain::id::CallKey;
use crate::domain::judge::{PaidWord, ReceiptStatus};
use crate::domain::provider_code::ProviderCode;
use crate::emulator::{DEFAULT_CLIENT_KEY, DEFAULT_SECRET_KEY, Emulator, Options};
use crate::provider::bootpay::commerce::{InvoiceForm, InvoiceQuery, NewCancel, OrderSearch};
use crate::provider::bootpay::{Bootpay, Hosts, Keys, Metadata};
use crate::provider::transport::{Answering, Transport};

const AT: &str = "http://127.0.0.1:4000";

struct InProcess(axum::Router);

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> Answering<'_> {
        Box::pin(async move {
            let answer = self.0.clone().oneshot(request.map(Body::from)).await.unwrap();
            let (parts, body) = answer.into_parts();
            Ok(http::Response::from_parts(parts, to_bytes(body, usize::MAX).await.unwrap()))
        })
    }
}

struct Shop {
    emulator: axum::Router,
    client: Bootpay,
}

fn shop_with(secret: &str) -> Shop {
    let emulator = Emulator::open(Options {
        public_url: AT.into(),
        client_key: DEFAULT_CLIENT_KEY.into(),
        secret_key: DEFAULT_SECRET_KEY.into(),
        journal: None,
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
    });
    let emulator = emulator.unwrap().router();
    let keys = Keys { client: DEFAULT_CLIENT_KEY.into(), secret: SecretString::from(secret.to_owned()) };
    let client = Bootpay::new(Arc::new(InProcess(emulator.clone())), Hosts::at(AT), keys);
    Shop { emulator, client }
}

fn shop() -> Shop {
    shop_with(DEFAULT_SECRET_KEY)
}

/// The column "emulator" of the document's table.
#[test]
fn the_emulator_knows_every_address_of_the_table() {
    for case in every_call() {
        if let Err(error) = run(&case, shop().client) {
            let code = error.code().map(ProviderCode::as_str);
            let what = format!("{}: {error}", case.endpoint.client);
            assert!(code.is_some_and(|code| !matches!(code, "NOT_FOUND" | "METHOD_NOT_ALLOWED")), "{what}");
        }
    }
}

impl Shop {
    /// A buyer pays an invoice on its page.
    async fn pay(&self, invoice_id: &str) {
        let request = Request::post(format!("/invoice/{invoice_id}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("outcome=paid"))
            .unwrap();
        let answer = self.emulator.clone().oneshot(request).await.unwrap();
        assert!(answer.status().is_redirection() || answer.status().is_success());
    }
}

#[tokio::test]
async fn a_link_is_made_paid_read_and_given_back() {
    let shop = shop();
    let client = &shop.client;
    let form = InvoiceForm {
        request_id: Some("R-1"),
        metadata: Metadata::default().with("order_id", "R-1"),
        redirect_url: Some("http://shop/return"),
        ..InvoiceForm::new("주문", amount(29_900, 900))
    };
    let made = client.issue_invoice(&form, &key()).await.unwrap();
    assert_eq!(client.issue_invoice(&form, &key()).await.unwrap(), made, "the same key, the same page");
    let detail = client.invoice_detail(&made.id).await.unwrap();
    assert_eq!((detail.notice.total, detail.notice.tax_free), (Some(29_900), Some(900)));
    let listed = client.invoices(&InvoiceQuery { page: 1, limit: 10, ..InvoiceQuery::default() }).await.unwrap();
    assert_eq!(listed.list.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id]);

    shop.pay(&made.id).await;
    let order_id = client.invoice_order(&made.id).await.unwrap().unwrap();
    let order = client.order_detail(&order_id).await.unwrap();
    assert_eq!(order.notice.paid, PaidWord::Paid);
    let found = client.list_orders(&OrderSearch { page: 1, limit: 50, ..OrderSearch::default() }).await.unwrap();
    assert_eq!(found.list.iter().map(|one| &one.notice).collect::<Vec<_>>(), [&order.notice]);
    let receipt_id = order.notice.receipt_id.clone().unwrap();
    assert_eq!(client.receipt(&receipt_id).await.unwrap().status, ReceiptStatus::Paid);
    let error = client.confirm(&receipt_id).await.unwrap_err();
    assert_eq!(error.code(), Some(&ProviderCode::ReceiptNotConfirmReady), "{error}");

    let part = client.cancel(&receipt_id, Some(amount(10_000, 0)), &key(), "일부", None).await.unwrap();
    assert_eq!(part.cancelled, Some(10_000));
    let number = order.notice.number.clone().unwrap();
    let rest = CallKey::from_random([2; 20]);
    let new = NewCancel { order: &number, amount: amount(19_900, 900), cancel_id: &rest, message: "나머지" };
    client.cancel_order(&new).await.unwrap();
    assert_eq!(client.receipt(&receipt_id).await.unwrap().cancelled, Some(29_900));
}

#[tokio::test]
async fn tokens_are_given_and_wrong_keys_are_told() {
    let shop = shop();
    assert!(shop.client.commerce_token().await.is_ok());
    assert!(shop.client.pg_token().await.is_ok());
    let error = shop_with("wrong").client.receipt("66a1").await.unwrap_err();
    assert_eq!(error.code(), Some(&ProviderCode::TokenKeyInvalid));
    assert_eq!(error.request().to_string(), "receipt#1");
    let error = shop.client.order("261120").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.code(), Some(&ProviderCode::OrderNotFound));
}
