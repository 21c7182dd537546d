//! The table of endpoints against the calls: no row without a call, no call that sends something else than its row, and
//! the document says what the table says.

use std::collections::BTreeSet;

use http::header;
use serde_json::Value;

use super::script::{Script, every_call, key, run};
use crate::provider::bootpay::endpoints::{ALL, Api, Endpoint, Keyed, markdown};
use crate::provider::bootpay::{MemberToken, Role};

fn name(endpoint: &Endpoint) -> (&'static str, &'static str, &'static str) {
    (endpoint.client, endpoint.path, endpoint.role.as_str())
}

#[test]
fn every_row_has_a_call() {
    let rows: BTreeSet<_> = ALL.iter().map(|row| name(row)).collect();
    let calls: BTreeSet<_> = every_call().iter().map(|case| name(case.endpoint)).collect();
    assert_eq!(rows.len(), ALL.len(), "a row is there twice");
    assert_eq!(rows.difference(&calls).collect::<Vec<_>>(), Vec::<&_>::new());
}

#[test]
fn every_call_sends_what_its_row_and_the_reference_say() {
    for case in every_call() {
        let (row, script) = (case.endpoint, Script::answering([(200, case.answer.to_string())]));
        let read = run(&case, script.client());
        assert_eq!(read, Ok(false), "{}: {}", row.client, case.answer);
        let sent = script.sent();
        let [request] = sent.as_slice() else { panic!("{}: {} requests", row.client, sent.len()) };
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(request.method(), row.method, "{}", row.client);
        assert_eq!(request.uri().to_string(), format!("http://provider{}", case.to), "{}", row.client);
        let body =
            if request.body().is_empty() { Value::Null } else { serde_json::from_slice(request.body()).unwrap() };
        assert_eq!(body, case.body, "{}", row.client);
        assert_eq!(header("content-type"), (!body.is_null()).then_some("application/json"), "{}", row.client);
        assert_eq!(header("bootpay-role"), Some(row.role.as_str()), "{}", row.client);
        let key = (row.keyed == Keyed::Yes).then(|| key().as_str().to_owned());
        assert_eq!(header("idempotency-key").map(str::to_owned), key, "{}", row.client);
        // base64 of "ck:sk". The PG's token is asked for without (Bootpay A.5).
        let basic = (row.client != "pg_token").then_some("Basic Y2s6c2s=");
        assert_eq!(header("authorization"), basic, "{}", row.client);
        assert_eq!(header("bootpay-user-jwt"), None);
        assert!(request.headers().get(header::AUTHORIZATION).is_none_or(|value| value.is_sensitive()));
    }
}

#[test]
fn role_and_member_are_per_call() {
    for case in every_call().into_iter().filter(|case| case.endpoint.api == Api::Commerce) {
        let script = Script::answering([(200, case.answer.to_string())]);
        let client = script.client().in_role(Role::Vendor).for_member(MemberToken::new("jwt".to_owned().into()));
        run(&case, client).unwrap();
        let sent = script.sent();
        assert_eq!(sent[0].headers()["bootpay-role"], "vendor");
        assert_eq!(sent[0].headers()["bootpay-user-jwt"], "jwt");
        assert!(sent[0].headers()["bootpay-user-jwt"].is_sensitive());
    }
}

#[test]
fn a_name_that_leads_elsewhere_is_not_sent() {
    for name in ["", ".", ".."] {
        let script = Script::answering([(200, "{}".into())]);
        let error = futures::executor::block_on(script.client().receipt(name)).unwrap_err();
        assert!(error.to_string().contains("receipt#1"), "{error}");
        assert!(script.sent().is_empty());
    }
    let script = Script::answering([(200, "{}".into())]);
    let _ = futures::executor::block_on(script.client().receipt("a/../b?c#d"));
    assert_eq!(script.sent()[0].uri().path(), "/v2/receipt/a%2F..%2Fb%3Fc%23d");
}

#[test]
fn the_document_has_the_table() {
    let document = include_str!("../../../../docs/bootpay.md");
    let table = markdown();
    assert!(document.contains(&table), "the table in docs/bootpay.md is not this one:\n\n{table}");
}

#[test]
fn requests_are_counted() {
    let script = Script::answering([(200, "[]".into()), (200, "<html>".into())]);
    let client = script.client();
    let errors = [1, 2].map(|_| futures::executor::block_on(client.receipt("r")).unwrap_err().request().to_string());
    assert_eq!(errors, ["receipt#1", "receipt#2"]);
}
