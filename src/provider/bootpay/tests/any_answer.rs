//! Whatever is answered: no panic, no money that did not come, and every error names its request.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::script::{Case, Script, every_call, run};
use crate::provider::ProviderError;

pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-50_i64..50).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The places of all fields and entries, as JSON pointers; the whole is not among them.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => return,
    };
    for (name, value) in inner {
        let place = format!("{at}/{name}");
        places(value, &place, found);
        found.push(place);
    }
}

/// The only values that are documented to mean that money came.
fn means_paid(value: &Value) -> bool {
    [json!(1), json!("1"), json!("receipt_paid"), json!("receipt_success")].contains(value)
}

fn answered(case: &Case, status: u16, content_type: Option<&str>, body: Vec<u8>) -> Result<bool, ProviderError> {
    let script = Script::default();
    let mut answer = http::Response::builder().status(status);
    if let Some(content_type) = content_type {
        answer = answer.header("content-type", content_type);
    }
    script.answer(answer.body(Bytes::from(body)).unwrap());
    run(case, script.client())
}

fn is_named(case: &Case, error: &ProviderError) -> bool {
    // The token that the one fallback asks for is a request of its own.
    [case.endpoint.client, "pg_token"].iter().any(|call| error.request().to_string().starts_with(&format!("{call}#")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any value in place of any field of the answer of any call.
    #[test]
    fn a_strange_field_never_reads_as_paid(values in prop::collection::vec(any_json(), 1..4), seed in any::<usize>()) {
        for case in every_call() {
            let mut all = Vec::new();
            places(&case.answer, "", &mut all);
            let mut answer = case.answer.clone();
            for (at, value) in values.iter().enumerate() {
                if all.is_empty() || means_paid(value) {
                    continue;
                }
                let place = &all[seed.wrapping_add(at * 7) % all.len()];
                if let Some(field) = answer.pointer_mut(place) {
                    *field = value.clone();
                }
            }
            match answered(&case, 200, None, answer.to_string().into_bytes()) {
                Ok(is_paid) => prop_assert!(!is_paid, "{}: {answer}", case.endpoint.client),
                Err(error) => prop_assert!(is_named(&case, &error), "{}: {error}", case.endpoint.client),
            }
        }
    }

    /// Any JSON at all, with any status.
    #[test]
    fn any_json_is_survived(value in any_json(), status in prop::sample::select(vec![200_u16, 201, 204, 302, 400, 401, 404, 429, 500, 503])) {
        for case in every_call() {
            match answered(&case, status, Some("application/json"), value.to_string().into_bytes()) {
                Ok(is_paid) => prop_assert!(!is_paid && (200..300).contains(&status), "{}: {value}", case.endpoint.client),
                Err(error) => prop_assert!(is_named(&case, &error), "{}: {error}", case.endpoint.client),
            }
        }
    }

    /// Any bytes under any content type.
    #[test]
    fn any_bytes_are_survived(body in prop::collection::vec(any::<u8>(), 0..64), kind in prop::option::of("[ -~]{0,20}")) {
        for case in every_call() {
            if let Err(error) = answered(&case, 200, kind.as_deref(), body.clone()) {
                prop_assert!(is_named(&case, &error), "{}: {error}", case.endpoint.client);
            }
        }
    }
}

/// An answer that says paid, with anything else in the place of its state.
#[test]
fn a_payment_without_a_paid_state_is_none() {
    let orders = json!({ "order_id": "o", "price": 1000, "receipt_status": 1 });
    let receipts = json!({ "receipt_id": "r", "price": 1000, "status": 1 });
    let of = |client: &str| every_call().into_iter().find(|case| case.endpoint.client == client).unwrap();
    for (client, paid, state) in [
        ("order_detail", &orders, "receipt_status"),
        ("receipt", &receipts, "status"),
        ("confirm", &receipts, "status"),
        ("charge", &receipts, "status"),
        ("cancel", &receipts, "status"),
    ] {
        let case = of(client);
        assert_eq!(answered(&case, 200, None, paid.to_string().into_bytes()), Ok(true), "{client}");
        for strange in [
            json!(null),
            json!(true),
            json!([1]),
            json!({ "status": 1 }),
            json!(1.0),
            json!(11),
            json!("01"),
            json!("+1"),
            json!(" 1"),
            json!("paid"),
            json!("receipt_billing_key_published"),
            json!(-1),
            json!(2),
            json!(20),
            json!(1e30),
        ] {
            let mut answer = paid.clone();
            answer[state] = strange.clone();
            assert_ne!(answered(&case, 200, None, answer.to_string().into_bytes()), Ok(true), "{client}: {strange}");
        }
    }
}

#[test]
fn an_answer_that_is_cut_off_is_an_error_wherever_it_is_cut() {
    for case in every_call() {
        let whole = case.answer.to_string().into_bytes();
        for end in (0..whole.len()).step_by(1 + whole.len() / 40) {
            let error = answered(&case, 200, Some("application/json"), whole[..end].to_vec()).unwrap_err();
            assert!(matches!(error, ProviderError::Malformed(_)) && is_named(&case, &error), "{error}");
        }
    }
}

#[test]
fn every_call_hears_both_error_bodies() {
    for case in every_call() {
        for (status, body) in [
            (400, r#"{"error_code":"API_PARAM_INVALID","message":"x"}"#),
            (200, r#"{"error_code":"API_PARAM_INVALID","message":"x"}"#),
            (400, r#"{"status":400,"code":"API_PARAM_INVALID","message":"x","data":null}"#),
        ] {
            let error = answered(&case, status, None, body.as_bytes().to_vec()).unwrap_err();
            assert_eq!(error.code().map(|code| code.as_str()), Some("API_PARAM_INVALID"), "{}", case.endpoint.client);
            assert!(is_named(&case, &error), "{error}");
        }
        let html = answered(&case, 200, Some("text/html"), b"<html>maintenance</html>".to_vec()).unwrap_err();
        assert!(matches!(html, ProviderError::Malformed(_)), "{}", case.endpoint.client);
    }
}
