//! Account auto-transfer as a poll (Bootpay C.8, H-10, H-11), and the one call that falls back to a token (Bootpay H-27).

use futures::executor::block_on;
use secrecy::SecretString;

use super::script::Script;
use crate::provider::ProviderError;
use crate::provider::bootpay::ApplicationKeys;
use crate::provider::bootpay::pg::{NewUserToken, Published};
use crate::provider::bootpay::status::PaymentStatus;

fn publish(status: u16, body: &str) -> Result<Published, ProviderError> {
    let script = Script::answering([(status, body.to_owned())]);
    block_on(script.client().publish_auto_transfer("r4"))
}

#[test]
fn publishing_is_later_until_there_is_a_key() {
    for (status, body) in [
        (400, r#"{"error_code":"SUBSCRIBE_REQUEST_FAILED","message":"x"}"#),
        (400, r#"{"error_code":"SUBSCRIBE_PUBLISH_NOT_READY","message":"x"}"#),
        (200, r#"{"error_code":"SUBSCRIBE_PUBLISH_NOT_READY","message":"x"}"#),
        (200, r#"{"receipt_id":"r4","status":41}"#),
        (200, r#"{"receipt_id":"r4","status":"41","billing_key":"bk"}"#),
    ] {
        assert!(matches!(publish(status, body), Ok(Published::Later)), "{body}");
    }
    for body in [
        r#"{"receipt_id":"r4","status":1,"billing_key":"bk"}"#,
        r#"{"receipt_id":"r4","status":"11","billing_key":"bk"}"#,
        r#"{"success":true,"data":{"receipt_id":"r4","status":11,"billing_key":"bk"}}"#,
    ] {
        let Ok(Published::Issued(notice)) = publish(200, body) else { panic!("{body}") };
        assert_eq!(notice.issued().map(|key| key.expose()), Some("bk"));
    }
}

#[test]
fn what_is_neither_is_never_a_key() {
    for body in [r#"{"receipt_id":"r4","status":-11,"billing_key":"bk"}"#, r#"{"receipt_id":"r4","status":-1}"#] {
        assert!(matches!(publish(200, body), Ok(Published::Failed(_))), "{body}");
    }
    let Ok(Published::Failed(status)) = publish(200, r#"{"receipt_id":"r4","status":-4}"#) else { panic!() };
    assert_eq!(status, PaymentStatus::Failed);
    for body in [
        r#"{"receipt_id":"r4","status":11}"#,
        r#"{"receipt_id":"r4","status":1,"billing_key":""}"#,
        r#"{"receipt_id":"r4","status":1,"billing_key":"a b/../c"}"#,
        r#"{"receipt_id":"r4","status":77,"billing_key":"bk"}"#,
        r#"{"receipt_id":"r4","billing_key":"bk"}"#,
        r#"{"receipt_id":"another","status":11,"billing_key":"bk"}"#,
        r#"{"status":11,"billing_key":"bk"}"#,
    ] {
        assert!(matches!(publish(200, body), Err(ProviderError::Malformed(_))), "{body}");
    }
    let error = publish(400, r#"{"error_code":2350,"message":"x"}"#).unwrap_err();
    assert_eq!(error.code().map(|code| code.as_str()), Some("SUBSCRIBE_AT_BLANK_NOT_FOUND"));
    assert!(matches!(publish(500, r#"{"error_code":"SUBSCRIBE_REQUEST_FAILED"}"#), Err(ProviderError::Unreachable(_))));
}

const USER: NewUserToken<'_> = NewUserToken { user_id: "u1", email: "", username: "", phone: "" };

fn authorization(request: &http::Request<bytes::Bytes>) -> Option<&str> {
    request.headers().get("authorization").map(|value| value.to_str().unwrap())
}

#[test]
fn a_buyers_token_falls_back_to_bearer_once() {
    let refused = || (401, r#"{"error_code":"TOKEN_KEY_INVALID","message":"x"}"#.to_owned());
    let token = || (200, r#"{"access_token":"at","expire_in":1800}"#.to_owned());
    let script = Script::answering([refused(), token(), (200, r#"{"user_token":"ut"}"#.to_owned())]);
    let application =
        ApplicationKeys { application_id: "app".into(), private_key: SecretString::from("pk".to_owned()) };
    let user = block_on(script.client().with_application(application).user_token(&USER)).unwrap();
    assert_eq!(user.expose(), "ut");
    let sent = script.sent();
    let headers: Vec<_> = sent.iter().map(authorization).collect();
    assert_eq!(headers, [Some("Basic Y2s6c2s="), None, Some("Bearer at")]);
    assert_eq!(sent[1].body(), r#"{"application_id":"app","private_key":"pk"}"#);

    let script = Script::answering([refused(), token(), refused()]);
    assert!(block_on(script.client().user_token(&USER)).is_err());
    assert_eq!(script.sent().len(), 3, "once");
    let script = Script::answering([(400, r#"{"error_code":"API_PARAM_INVALID"}"#.to_owned())]);
    assert!(block_on(script.client().user_token(&USER)).is_err());
    assert_eq!(script.sent().len(), 1, "only for its credentials");
}
