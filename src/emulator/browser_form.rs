//! The browser script's form post to `/v1/invoices`: decoding (Bootpay E.3) and where it leads.
//!
//! The encryption hides nothing, key and ciphertext travel together; it is an encoding, and the price in it is the
//! buyer's word. It is checked against the products here as Bootpay does, and must be checked again by the shop.

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::Emulator;
use super::commerce::stored;
use super::error::{APP_KEY_NOT_FOUND, ApiError, BODY_TOO_LARGE};
use super::intake::{self, Sender};
use super::ledger::Ledger;
use super::notice_page;
use super::records::Upsert;
use super::rules::{self, Making, Standing};
use super::urlencoded;

/// The data that the script sent, or nothing if it is not that script's form.
fn decode(form: &[u8]) -> Option<Map<String, Value>> {
    let fields = urlencoded::parse(form);
    let mut payload = STANDARD.decode(urlencoded::value(&fields, "payload")?).ok()?;
    let (key, iv) = urlencoded::value(&fields, "token")?.split_once("##")?;
    let (key, iv) = (STANDARD.decode(key).ok()?, STANDARD.decode(iv).ok()?);
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&key, &iv).ok()?;
    let text = cipher.decrypt_padded_mut::<Pkcs7>(&mut payload).ok()?;
    serde_json::from_slice(text).ok()
}

/// Makes the invoice and sends the browser to its page. The address is relative: the emulator may stand behind
/// another host name.
pub(super) fn open(emulator: &Emulator, form: Result<Bytes, BytesRejection>) -> Response {
    let body = form
        .map_err(|_| BODY_TOO_LARGE)
        .and_then(|form| decode(&form).ok_or_else(|| ApiError::param("payload, token: 결제 요청을 읽을 수 없습니다.")));
    let body = match body {
        Ok(body) => body,
        Err(error) => return notice_page::refusal(emulator, &error, &Map::new()),
    };
    match emulator.change(|ledger, making| accept(emulator, &body, ledger, making)) {
        Ok(id) => Redirect::to(&format!("/invoice/{id}")).into_response(),
        Err(error) => notice_page::refusal(emulator, &error, &body),
    }
}

fn accept(
    emulator: &Emulator,
    body: &Map<String, Value>,
    ledger: &Ledger,
    making: &Making<'_>,
) -> Result<(String, Vec<Upsert>), ApiError> {
    if body.get("client_key").and_then(Value::as_str) != Some(emulator.shared.client_key.as_str()) {
        return Err(APP_KEY_NOT_FOUND);
    }
    // Both names for a server-made invoice (Bootpay H-23).
    let named = ["request_id", "invoice_id"].iter().find_map(|name| ledger.invoice(body.get(*name)?.as_str()?));
    if let Some(invoice) = named {
        let open = rules::standing(ledger, invoice, making.now) == Standing::Open;
        // Once paid or expired nothing of it changes; its page tells why it can't be paid.
        let change = if open { vec![Upsert::Invoice(intake::adopt(invoice, body)?)] } else { Vec::new() };
        return Ok((invoice.invoice_id.clone(), change));
    }
    let (invoice, order_now) = intake::invoice(ledger, body, Sender::Browser, making)?;
    Ok((invoice.invoice_id.clone(), stored(ledger, invoice, order_now, making)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    const PAYLOAD: &str = "BY0AfSfPtSrRy/n7EYyVtnXxahxxzNbK4hITOkNvWiUyHIkiezNxhGdwgMvcej/vVm0F9UbTFvSJ1v9N+iC6xcwSMvonq86ITobx9BFtKySi/jA/W4/HIw5nBY/VWX0+";
    const TOKEN: &str = "AEmurfvxQSMMWe5durPsvQiMBP3pz7gDbzsrzOcxGNA=##0lmWQQTbq0SEgqSiaor9Eg==";

    fn form(payload: &str, token: &str) -> String {
        format!("payload={}&token={}", urlencoded::encode(payload), urlencoded::encode(token))
    }

    /// Bootpay E.3.
    #[test]
    fn the_vendors_test_vector() {
        let data = decode(form(PAYLOAD, TOKEN).as_bytes()).unwrap();
        let expected = json!({"sdk": true, "client_key": "ck-test", "request_id": "R1", "name": "주문", "price": 1000});
        assert_eq!(Value::Object(data), expected);
    }

    #[test]
    fn anything_else_is_refused_quietly() {
        let short_key = TOKEN.replacen("AEmu", "", 1);
        for (payload, token) in [("", ""), ("AAAA", TOKEN), (PAYLOAD, "AA##AA"), (PAYLOAD, "x"), (PAYLOAD, &short_key)]
        {
            assert_eq!(decode(form(payload, token).as_bytes()), None, "{payload} {token}");
        }
        assert_eq!(decode(b"payload&token=%%%"), None);
    }
}
