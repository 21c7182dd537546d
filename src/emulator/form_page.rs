//! The order form page, where a buyer says how the payment shall end, and the ways out of it: a message to the framing
//! window (Bootpay E.5, E.6) or a redirect with the same names (E.7, J).

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::error::{ApiError, BODY_TOO_LARGE, INVOICE_NOT_FOUND};
use super::html::{escape, page, won};
use super::records::{Invoice, Order, Receipt, ReceiptStatus};
use super::rules::{self, Attempt, Standing};
use super::{Emulator, notice_page, times, urlencoded, wire};

/// What the failing button fails with.
const FAIL_CODE: &str = "RC_CONFIRM_FAILED";
const FAIL_TEXT: &str = "결제 승인에 실패했습니다. (연습용 실패)";

/// `GET /invoice/{id}`
pub(super) async fn show(State(emulator): State<Emulator>, id: Result<Path<String>, PathRejection>) -> Response {
    let Some((invoice, standing)) = find(&emulator, id) else {
        return notice_page::missing(&emulator);
    };
    match standing {
        Standing::Open => form(&emulator, &invoice),
        closed => notice_page::closed(&emulator, &invoice, closed),
    }
}

fn find(emulator: &Emulator, id: Result<Path<String>, PathRejection>) -> Option<(Invoice, Standing)> {
    let Path(id) = id.ok()?;
    let now = emulator.now();
    emulator.view(|ledger| {
        let invoice = ledger.invoice(&id)?;
        Some((invoice.clone(), rules::standing(ledger, invoice, now)))
    })
}

/// How the buyer's choice ended.
enum End {
    Closed(Standing),
    Cancelled,
    Failed,
    Done(Box<(Order, Receipt)>),
}

/// `POST /invoice/{id}`
pub(super) async fn choose(
    State(emulator): State<Emulator>,
    id: Result<Path<String>, PathRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some((invoice, standing)) = find(&emulator, id) else {
        return notice_page::missing(&emulator);
    };
    let Ok(body) = body else {
        return notice_page::refusal(&emulator, &BODY_TOO_LARGE, &Map::new());
    };
    let fields = urlencoded::parse(&body);
    let framed = urlencoded::value(&fields, "framed") == Some("1");
    let attempt = match urlencoded::value(&fields, "outcome") {
        Some("paid") => Attempt::Pay,
        Some("deposit") => Attempt::Deposit,
        Some("fail") => Attempt::Fail,
        Some("cancel") => return leave(&emulator, &invoice, framed, End::Cancelled),
        _ if standing == Standing::Open => return form(&emulator, &invoice),
        _ => return notice_page::closed(&emulator, &invoice, standing),
    };
    let tried = emulator.change(|ledger, making| {
        // Looked up again under the lock: two tabs may pay at the same moment.
        let invoice = ledger.invoice(&invoice.invoice_id).ok_or(INVOICE_NOT_FOUND)?;
        Ok::<_, ApiError>(match rules::attempt(ledger, invoice, attempt, making) {
            Ok(((_, receipt), change)) if receipt.status == ReceiptStatus::Failed => (End::Failed, change),
            Ok((done, change)) => (End::Done(Box::new(done)), change),
            Err(closed) => (End::Closed(closed), Vec::new()),
        })
    });
    match tried {
        Ok(end) => leave(&emulator, &invoice, framed, end),
        Err(error) => notice_page::refusal(&emulator, &error, &Map::new()),
    }
}

/// Tells the merchant's window, or goes there.
fn leave(emulator: &Emulator, invoice: &Invoice, framed: bool, end: End) -> Response {
    let own_id = wire::own_id(invoice.request_id.as_ref());
    let mut query = vec![("request_id", invoice.request_id.clone())];
    let (event, mut data, title, text) = match end {
        End::Closed(closed) => return notice_page::closed(emulator, invoice, closed),
        End::Cancelled => ("cancel", Value::Null, "결제를 그만두었어요", "아무것도 결제되지 않았어요.".to_owned()),
        End::Failed => {
            query.insert(0, ("message", Some(FAIL_TEXT.to_owned())));
            query.insert(0, ("error_code", Some(FAIL_CODE.to_owned())));
            let error = json!({ "error_code": FAIL_CODE, "message": FAIL_TEXT });
            ("error", json!({ "error": error, "payload": own_id }), "결제하지 못했어요", FAIL_TEXT.to_owned())
        }
        End::Done(done) => {
            let (order, receipt) = *done;
            query.push(("order_number", Some(order.order_number.clone())));
            query.push(("metadata", order.metadata.as_ref().map(Value::to_string)));
            let full = emulator.view(|ledger| wire::order(&order, Some(&receipt), emulator.writing(ledger)));
            let (event, payload, title) = match receipt.status {
                ReceiptStatus::AwaitingConfirm => ("confirm", wire::confirm_payload(&order), "승인을 기다리고 있어요"),
                ReceiptStatus::AwaitingDeposit => ("done", wire::done_payload(&full), "입금을 기다리고 있어요"),
                _ => ("done", wire::done_payload(&full), "결제했어요"),
            };
            (event, json!({ "payload": payload }), title, told(&order, &receipt))
        }
    };
    let main = format!("<h1>{title}</h1><p>{}</p>", escape(&text));
    if !framed {
        return match &invoice.redirect_url {
            Some(url) => see_other(url, event, &query),
            None => page(emulator, StatusCode::OK, title, &main, None),
        };
    }
    if let Some(data) = data.as_object_mut() {
        // Only who asked for a redirect gets one; otherwise the promise must settle (Bootpay J).
        data.insert("use_redirect".to_owned(), Value::Bool(invoice.use_redirect && invoice.redirect_url.is_some()));
        data.insert("redirect_url".to_owned(), Value::from(invoice.redirect_url.clone()));
    }
    page(emulator, StatusCode::OK, title, &main, Some(&message(event, data)))
}

/// A message of Bootpay E.5; the page's script turns it into text and posts it.
pub(super) fn message(event: &str, data: Value) -> Value {
    let mut message = json!({ "bootpay_event": true, "hook": "CommerceCheckoutEvent", "event": event });
    if let (false, Some(message)) = (data.is_null(), message.as_object_mut()) {
        message.insert("data".to_owned(), data);
    }
    message
}

/// 303 to the merchant. `?` is always appended, as the vendor's script does (Bootpay E.7): only clean paths work.
fn see_other(url: &str, event: &str, query: &[(&str, Option<String>)]) -> Response {
    let mut address = format!("{}?event={event}", urlencoded::header_safe(url));
    for (name, value) in query {
        if let Some(value) = value {
            address.push_str(&format!("&{name}={}", urlencoded::encode(value)));
        }
    }
    match HeaderValue::from_str(&address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response(),
        Err(_) => ApiError::param("redirect_url: 주소로 쓸 수 없습니다.").into_response(),
    }
}

fn told(order: &Order, receipt: &Receipt) -> String {
    let account = receipt.account.as_ref().map_or(String::new(), |account| {
        format!(" 국민은행 {} (입금 기한 {})", account.number, times::korean(account.expires_at))
    });
    format!("주문번호 {}, {}.{account}", order.order_number, won(order.price))
}

fn form(emulator: &Emulator, invoice: &Invoice) -> Response {
    let main = format!(
        "<h1>주문 결제</h1><dl><dt>주문</dt><dd id=\"order-name\">{}</dd>\
         <dt>결제 금액</dt><dd class=\"price\" id=\"order-price\">{}</dd></dl>\
         <form method=\"post\"><input type=\"hidden\" name=\"framed\" value=\"0\">\
         <fieldset><legend>이 결제를 어떻게 끝낼까요?</legend>\
         <button name=\"outcome\" value=\"paid\" class=\"main\">결제하기</button>\
         <button name=\"outcome\" value=\"deposit\">가상계좌 발급받기</button>\
         <button name=\"outcome\" value=\"fail\">결제 실패하기</button>\
         <button name=\"outcome\" value=\"cancel\">그만두기</button></fieldset></form>",
        escape(&invoice.name),
        won(invoice.price),
    );
    page(emulator, StatusCode::OK, "주문 결제 (연습용)", &main, None)
}
