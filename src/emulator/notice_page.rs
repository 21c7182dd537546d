//! Pages that only say something: an invoice that can't be paid, a refused form, a receipt.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::error::{ApiError, INVOICE_NOT_FOUND, RC_NOT_FOUND};
use super::form_page::message;
use super::html::{escape, page, won};
use super::records::{Invoice, ReceiptStatus};
use super::rules::Standing;
use super::{Emulator, fields, intake, receipt_wire, wire};

/// An invoice that can't be paid any more, with the way back.
pub(super) fn closed(emulator: &Emulator, invoice: &Invoice, standing: Standing) -> Response {
    let (title, text) = match standing {
        Standing::Settled(ReceiptStatus::AwaitingDeposit) => {
            ("이미 가상계좌를 발급했어요", "발급된 계좌로 입금하면 결제가 끝나요.")
        }
        Standing::Settled(ReceiptStatus::AwaitingConfirm) => {
            ("이미 결제한 주문이에요", "상점의 승인을 기다리고 있어요.")
        }
        Standing::Settled(ReceiptStatus::Cancelled | ReceiptStatus::AccountCancelled) => {
            ("이미 취소된 결제예요", "다시 결제하려면 새로 주문해 주세요.")
        }
        Standing::Settled(_) => ("이미 결제한 주문이에요", "한 번 더 결제되지 않아요."),
        Standing::Expired | Standing::Open => {
            ("만료된 주문이에요", "결제할 수 있는 시간이 지났어요. 다시 주문해 주세요.")
        }
    };
    let main = format!(
        "<h1>{title}</h1><p>{text}</p><p>{} · {}</p>{}\
         <form method=\"post\" class=\"framed-only\"><input type=\"hidden\" name=\"framed\" value=\"0\">\
         <button name=\"outcome\" value=\"cancel\">결제창 닫기</button></form>",
        escape(&invoice.name),
        won(invoice.price),
        back(invoice.redirect_url.as_deref()),
    );
    page(emulator, StatusCode::OK, title, &main, None)
}

fn back(url: Option<&str>) -> String {
    url.map_or(String::new(), |url| format!("<p><a href=\"{}\" target=\"_top\">상점으로 돌아가기</a></p>", escape(url)))
}

/// A refused browser form: the `error` message when framed, the text at top level. Status 200 on purpose, as browsers
/// report a failed frame in the merchant's console, and what the real server does is unknown (Bootpay K-2).
pub(super) fn refusal(emulator: &Emulator, error: &ApiError, body: &Map<String, Value>) -> Response {
    let redirect_url = intake::redirect_url(body).ok().flatten();
    let request_id = fields::text(body, "request_id").ok().flatten();
    let data = json!({
        "use_redirect": false,
        "redirect_url": redirect_url,
        "error": error.body(),
        "payload": wire::own_id(request_id.as_ref()),
    });
    let main = format!(
        "<h1>결제를 시작할 수 없어요</h1><p>{}</p><p><code>{}</code></p>{}",
        escape(&error.message),
        error.code,
        back(redirect_url.as_deref()),
    );
    page(emulator, StatusCode::OK, "결제를 시작할 수 없어요", &main, Some(&message("error", data)))
}

pub(super) fn missing(emulator: &Emulator) -> Response {
    let main = format!("<h1>주문서를 찾을 수 없어요</h1><p>{}</p>", INVOICE_NOT_FOUND.message);
    page(emulator, StatusCode::NOT_FOUND, "주문서를 찾을 수 없어요", &main, None)
}

/// `GET /receipt/{id}`: what `receipt_url` points to.
pub(super) async fn receipt(State(emulator): State<Emulator>, id: Result<Path<String>, PathRejection>) -> Response {
    let found = id.ok().and_then(|Path(id)| emulator.view(|ledger| ledger.receipt(&id).cloned()));
    let Some(receipt) = found else {
        let main = format!("<h1>영수증을 찾을 수 없어요</h1><p>{}</p>", RC_NOT_FOUND.message);
        return page(&emulator, StatusCode::NOT_FOUND, "영수증을 찾을 수 없어요", &main, None);
    };
    let main = format!(
        "<h1>영수증</h1><dl><dt>주문</dt><dd>{}</dd><dt>결제 금액</dt><dd>{}</dd><dt>취소한 금액</dt><dd>{}</dd>\
         <dt>상태</dt><dd>{}</dd></dl>",
        escape(&receipt.name),
        won(receipt.price),
        won(receipt.cancelled_price),
        receipt_wire::status(receipt.status).1,
    );
    page(&emulator, StatusCode::OK, "영수증 (연습용)", &main, None)
}
