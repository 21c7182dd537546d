//! `POST /v1/invoices/{id}/notify`: tells the customer of an invoice (Bootpay B.1). No message leaves this machine;
//! the ledger remembers what would have been sent.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::commerce::object;
use super::error::{ApiError, INVOICE_NOT_FOUND, INVOICE_TARGET_NOT_FOUND};
use super::records::{Invoice, Send, Upsert};
use super::{Emulator, wire};

/// The numbers of the ways, 2 being KakaoTalk.
const SMS: i64 = 1;
const EMAIL: i64 = 3;
const PUSH: i64 = 4;

/// The answer's shape is not documented; it is the invoice with `send_status` and `sent_at` (Bootpay B.1).
pub(super) async fn send(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Path(id)) = id else { return INVOICE_NOT_FOUND.into_response() };
    emulator.answer_once(&headers, |ledger, making| {
        let invoice = ledger.invoice(&id).ok_or(INVOICE_NOT_FOUND)?;
        let send_types = send_types(&object(body)?)?;
        if !send_types.iter().all(|way| has_target(invoice, *way)) {
            return Err(INVOICE_TARGET_NOT_FOUND);
        }
        let send = Send {
            send_id: making.hex24(),
            invoice_id: id.clone(),
            send_types,
            user: invoice.user.clone(),
            at: making.now,
        };
        let receipt = ledger.order_of(invoice).and_then(|order| ledger.receipt_of(order));
        let mut answer = wire::invoice(invoice, receipt, emulator.writing(ledger));
        if let (Some(answer), Value::Object(sent)) = (answer.as_object_mut(), wire::send(&send)) {
            answer.extend(sent);
        }
        Ok((answer, vec![Upsert::Send(send)]))
    })
}

/// `{}` leaves the choice to the server: a text message here.
fn send_types(body: &serde_json::Map<String, Value>) -> Result<Vec<i64>, ApiError> {
    let asked = match body.get("send_types") {
        None | Some(Value::Null) => return Ok(vec![SMS]),
        Some(Value::Array(asked)) => asked,
        Some(_) => return Err(ApiError::param("send_types: 배열이어야 합니다.")),
    };
    let known = |way: &Value| way.as_i64().filter(|way| (SMS..=PUSH).contains(way));
    let asked: Option<Vec<i64>> = asked.iter().map(known).collect();
    asked.filter(|asked| !asked.is_empty()).ok_or_else(|| ApiError::param("send_types: 1, 2, 3, 4 가운데 골라 주세요."))
}

fn has_target(invoice: &Invoice, way: i64) -> bool {
    let field = if way == EMAIL { "email" } else { "phone" };
    let target = invoice.user.as_ref().and_then(|user| user.get(field)).and_then(Value::as_str);
    target.is_some_and(|target| !target.trim().is_empty())
}
