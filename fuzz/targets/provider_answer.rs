//! Any answer to any call of the client: no panic, every error names its request, and money came only where the
//! answer says so in one of the documented words. The first three bytes choose call, status and content type.
#![no_main]

use std::sync::LazyLock;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use madang::provider::bootpay::tests::script::{Case, Script, every_call, run};
use serde_json::{Value, json};

static CALLS: LazyLock<Vec<Case>> = LazyLock::new(every_call);
const STATUSES: [u16; 8] = [200, 201, 204, 302, 400, 404, 429, 500];
const TYPES: [Option<&str>; 4] = [None, Some("application/json"), Some("application/problem+json"), Some("text/html")];

fn chosen<T>(list: &[T], by: u8) -> &T {
    &list[usize::from(by) % list.len()]
}

/// Whether some state in it is one of those that are documented to mean that money came.
fn tells_of_money(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let is_state = name == "status" || name == "receipt_status";
            let words = [json!(1), json!("1"), json!("receipt_paid"), json!("receipt_success")];
            is_state && words.contains(value) || tells_of_money(value)
        }),
        Value::Array(list) => list.iter().any(tells_of_money),
        _ => false,
    }
}

fuzz_target!(|data: &[u8]| {
    let [call, status, kind, body @ ..] = data else { return };
    let (case, status) = (chosen(&CALLS, *call), *chosen(&STATUSES, *status));
    let mut answer = http::Response::builder().status(status);
    if let Some(kind) = chosen(&TYPES, *kind) {
        answer = answer.header("content-type", *kind);
    }
    let script = Script::default();
    script.answer(answer.body(Bytes::copy_from_slice(body)).expect("an answer"));
    match run(case, script.client()) {
        Ok(is_paid) => {
            assert!((200..300).contains(&status), "{status} was taken");
            let value: Value = serde_json::from_slice(body).expect("what is no JSON was taken");
            assert!(!is_paid || tells_of_money(&value), "{} reads as paid", case.endpoint.client);
        }
        Err(error) => {
            let (named, fallback) = (error.request().to_string(), "pg_token#");
            let is_named = named.starts_with(&format!("{}#", case.endpoint.client)) || named.starts_with(fallback);
            assert!(is_named, "{named} is not {}", case.endpoint.client);
        }
    }
});
