//! Any form post of the browser's script to the emulator: as it is, or as the script would have encrypted it (chosen by
//! the first byte). It is answered without server trouble, what it makes can be looked at, and nobody has paid.
#![no_main]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aes::Aes256;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockEncryptMut, KeyIvInit};
use http::{Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use madang::clock::{Ids, SystemClock};
use madang::emulator::{DEFAULT_CLIENT_KEY, DEFAULT_SECRET_KEY, Emulator, Options};
use tower::ServiceExt;

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for (byte, of) in bytes.iter_mut().zip(number.iter().cycle()) {
            *byte = *of;
        }
    }
}

/// As the script encodes: AES-256-CBC, with its key beside it (Bootpay E.3).
fn encrypted(text: &[u8]) -> Vec<u8> {
    let (key, iv) = ([7_u8; 32], [9_u8; 16]);
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    let payload = STANDARD.encode(cipher.encrypt_padded_vec_mut::<Pkcs7>(text));
    let token = format!("{}##{}", STANDARD.encode(key), STANDARD.encode(iv));
    serde_urlencoded::to_string([("payload", payload), ("token", token)]).expect("a form").into_bytes()
}

async fn call(emulator: &Emulator, request: Request<Body>) -> (StatusCode, Option<String>, Vec<u8>) {
    let answer = emulator.router().oneshot(request).await.expect("a router answers");
    let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
    (answer.status(), to, to_bytes(answer.into_body(), usize::MAX).await.expect("a body").to_vec())
}

async fn send(form: Vec<u8>) {
    let emulator = Emulator::open(Options {
        public_url: "http://127.0.0.1:4000".into(),
        client_key: DEFAULT_CLIENT_KEY.into(),
        secret_key: DEFAULT_SECRET_KEY.into(),
        journal: None,
        clock: Arc::new(SystemClock),
        ids: Arc::new(Counted::default()),
    });
    let Ok(emulator) = emulator else { panic!("the emulator does not open") };
    let post = Request::post("/v1/invoices").header("content-type", "application/x-www-form-urlencoded");
    let (status, to, body) = call(&emulator, post.body(Body::from(form)).expect("a request")).await;
    // Empty objects do to the emulator what they do to Bootpay (Bootpay B.1).
    let is_known = String::from_utf8_lossy(&body).contains("to_unsafe_h");
    assert!(!status.is_server_error() || is_known, "{status}: {}", String::from_utf8_lossy(&body));
    if let Some(to) = to {
        let (status, _, _) = call(&emulator, Request::get(to).body(Body::empty()).expect("an address")).await;
        assert!(status.is_success(), "the page of what was made: {status}");
    }
    let ledger = Request::get("/_emulator/ledger").body(Body::empty()).expect("a request");
    let (status, _, ledger) = call(&emulator, ledger).await;
    assert!(status.is_success());
    let ledger: serde_json::Value = serde_json::from_slice(&ledger).expect("a ledger");
    assert_eq!(ledger["receipts"].as_array().map(Vec::len), Some(0), "a form has paid");
}

fuzz_target!(|data: &[u8]| {
    let [how, body @ ..] = data else { return };
    let form = if how % 4 == 0 { body.to_vec() } else { encrypted(body) };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(send(form));
});
