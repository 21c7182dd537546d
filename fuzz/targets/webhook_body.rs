//! Any bytes as a webhook: it never fails, names little, and keeps nothing but the fields that are listed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madang::provider::bootpay::webhook;
use serde_json::Value;

const MOST_NAMES: usize = 8;
const NAME_CHARS: usize = 64;

fuzz_target!(|body: &[u8]| {
    let read = webhook::read(body);
    for names in [&read.names.ours, &read.names.orders, &read.names.receipts] {
        assert!(names.len() <= MOST_NAMES);
        for name in names {
            assert!(name.len() <= NAME_CHARS && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        }
    }
    let kept: Value = serde_json::from_str(&read.kept).expect("what is kept is JSON");
    for (field, value) in kept.as_object().expect("what is kept is an object") {
        assert!(field.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{field} is kept");
        let text = value.as_str().expect("what is kept is text");
        assert!(text.chars().count() <= NAME_CHARS);
    }
    assert_eq!(read, webhook::read(body));
});
