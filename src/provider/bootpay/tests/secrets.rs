//! Cards, accounts, keys and tokens: in the one request and nowhere else, also when the provider repeats them.

use futures::executor::block_on;

use super::calls_pg::{account, billing_key, card, charge, transfer};
use super::script::{Script, every_call, key, run};
use crate::provider::bootpay::Metadata;
use crate::provider::bootpay::pg::{NewCardKey, Payer};

const SAID: &str = "9410123456789012 12 900101 홍길동 123456789012 1234567890 01012345678 bk66a1";

fn refusing() -> Script {
    Script::answering([(400, serde_json::json!({ "error_code": "API_PARAM_INVALID", "message": SAID }).to_string())])
}

#[test]
fn what_the_provider_repeats_is_in_no_error() {
    let card_said = {
        let new = NewCardKey {
            pg: "nicepay",
            order_name: "x",
            subscription_id: "S",
            card: &card(),
            amount: None,
            test_payment: None,
            user: Payer::default(),
            metadata: Metadata::default(),
        };
        block_on(refusing().client().issue_billing_key(&new)).unwrap_err()
    };
    let account_said = block_on(refusing().client().issue_auto_transfer(&transfer(&account()))).unwrap_err();
    for (error, secrets) in [
        (card_said, vec!["9410123456789012", "900101", " 12 "]),
        (account_said, vec!["홍길동", "123456789012", "1234567890", "01012345678"]),
        (block_on(refusing().client().charge(&charge(&billing_key()))).unwrap_err(), vec!["bk66a1"]),
        (block_on(refusing().client().billing_key(&billing_key())).unwrap_err(), vec!["bk66a1"]),
        (block_on(refusing().client().destroy_billing_key(&billing_key())).unwrap_err(), vec!["bk66a1"]),
    ] {
        let shown = format!("{error} {error:?}");
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert_eq!(error.code().map(|code| code.as_str()), Some("API_PARAM_INVALID"));
    }
}

#[test]
fn nothing_that_was_lost_shows_what_was_sent() {
    for case in every_call() {
        let error = run(&case, Script::default().client()).unwrap_err();
        let shown = format!("{error} {error:?}");
        for secret in ["9410123456789012", "123456789012", "홍길동", "bk66a1", "ck66a1", "sk", key().as_str()] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
