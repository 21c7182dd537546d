//! The console's tables: orders, keys, contracts, messages. The newest first, and not all of them: the whole ledger is
//! there as JSON.

use crate::emulator::billing;
use crate::emulator::contract;
use crate::emulator::html::{escape, won};
use crate::emulator::ledger::Ledger;
use crate::emulator::records::{Consent, ContractStanding, Order, Receipt, ReceiptStatus};
use crate::emulator::{receipt_wire, times};

use super::parts::{button, hidden, section, table};

/// Rows of a table.
const MOST: usize = 25;

/// Orders with their payments, and what people do to them outside the API.
pub(super) fn orders(ledger: &Ledger) -> String {
    let row = |order: &Order| {
        let receipt = ledger.receipt_of(order);
        let status = receipt.map_or("—", |receipt| receipt_wire::status(receipt.status).1);
        let number = format!("<code>{}</code>", escape(&order.order_number));
        let left = receipt.map_or(order.price, |receipt| receipt.price.saturating_sub(receipt.cancelled_price));
        let deeds = receipt.map_or_else(String::new, |receipt| deeds(order, receipt));
        vec![
            times::korean(order.created_at),
            number,
            escape(&order.name),
            won(order.price),
            won(left),
            status.into(),
            deeds,
        ]
    };
    let rows = ledger.orders().iter().rev().take(MOST).map(row).collect();
    let head = ["때 · Time", "주문번호 · Number", "주문 · Order", "금액 · Price", "남음 · Left", "상태 · Status", ""];
    let json = "<p><a href=\"/_emulator/ledger\">전체 장부 · Whole ledger (JSON)</a></p>";
    let reset =
        format!("<form method=\"post\" action=\"/_emulator/console/reset\">{}</form>", button("장부 비우기 · Reset"));
    section("orders", "장부 · Ledger", &format!("{}{json}{reset}", table(&head, rows)))
}

fn deeds(order: &Order, receipt: &Receipt) -> String {
    let form = |act: &str, word: &str| {
        format!(
            "<form method=\"post\" action=\"/_emulator/console/{act}\">{}{}</form>",
            hidden("order_number", &order.order_number),
            button(word)
        )
    };
    match receipt.status {
        ReceiptStatus::AwaitingDeposit => form("deposit", "입금 · Deposit"),
        ReceiptStatus::Paid => form("cancel", "전액 취소 · Cancel"),
        _ => String::new(),
    }
}

pub(super) fn keys(ledger: &Ledger) -> String {
    let rows = ledger.billing_keys().iter().rev().take(MOST);
    let rows = rows.map(|issue| {
        let (_, method) = billing::wire::method(issue.method);
        let state = match (&issue.key, issue.consent) {
            (Some(_), _) if issue.destroyed_at.is_some() => "해지 · Destroyed",
            (Some(_), _) if issue.declines => "승인 거절 · Declines",
            (Some(_), _) => "발급됨 · Issued",
            (None, Some(Consent::Given)) => "동의함 · Consented",
            (None, Some(Consent::Refused)) => "거절함 · Refused",
            (None, _) => "동의 대기 · Waiting",
        };
        let act = match &issue.key {
            Some(key) => {
                let (to, word) = if issue.declines {
                    ("false", "승인하게 · Approve")
                } else {
                    ("true", "거절하게 · Decline")
                };
                format!(
                    "<form method=\"post\" action=\"/_emulator/console/declines\">{}{}{}</form>",
                    hidden("billing_key", key),
                    hidden("declines", to),
                    button(word)
                )
            }
            None => format!(
                "<form method=\"post\" action=\"/_emulator/console/ars\">{}\
                 <button name=\"outcome\" value=\"done\">ARS 동의 · Done</button>\
                 <button name=\"outcome\" value=\"failed\">ARS 거절 · Failed</button></form>",
                hidden("receipt_id", &issue.receipt_id)
            ),
        };
        let id = format!("<code>{}</code>", escape(issue.key.as_ref().unwrap_or(&issue.receipt_id)));
        vec![
            id,
            escape(&issue.order_name),
            method.into(),
            format!("{} {}", issue.company, issue.number),
            state.into(),
            act,
        ]
    });
    let head = ["키 · Key", "주문 · Order", "방법 · Method", "번호 · Number", "상태 · State", ""];
    section("keys", "빌링키 · Billing keys", &table(&head, rows.collect()))
}

pub(super) fn contracts(ledger: &Ledger) -> String {
    let rows = ledger.contracts().iter().rev().take(MOST);
    let rows = rows.map(|contract| {
        let next = ledger.bills_of(&contract.contract_id).next_back();
        let due = match contract.standing {
            ContractStanding::Active if contract.service_end_at.is_none() => {
                next.map(|bill| times::korean(bill.due_at))
            }
            _ => None,
        };
        let total = if contract.total == -1 { "∞".to_owned() } else { contract.total.to_string() };
        vec![
            format!("<code>{}</code>", contract.contract_id),
            escape(&contract.order_name),
            won(contract.price),
            format!("{} / {total}", contract.current),
            contract::wire::status(contract.standing).text.into(),
            due.unwrap_or_else(|| "—".into()),
        ]
    });
    let head =
        ["구독 · Id", "주문 · Order", "회차 금액 · Price", "회차 · Instalment", "상태 · Status", "다음 결제 · Next"];
    section("contracts", "구독 · Subscriptions", &table(&head, rows.collect()))
}

/// What would have been sent to customers, and never is.
pub(super) fn outbox(ledger: &Ledger) -> String {
    let way = |way: &i64| match way {
        1 => "문자 · SMS",
        2 => "알림톡 · KakaoTalk",
        3 => "이메일 · E-mail",
        _ => "푸시 · Push",
    };
    let rows = ledger.sends().iter().rev().take(MOST).map(|send| {
        let field = |name: &str| send.user.as_ref().and_then(|user| user.get(name)).and_then(|value| value.as_str());
        let to: Vec<&str> = ["name", "phone", "email"].into_iter().filter_map(field).collect();
        let name = ledger.invoice(&send.invoice_id).map_or("", |invoice| invoice.name.as_str());
        let ways: Vec<&str> = send.send_types.iter().map(way).collect();
        let link = format!("<a href=\"/invoice/{}\">{}</a>", send.invoice_id, escape(name));
        vec![times::korean(send.at), ways.join(", "), escape(&to.join(", ")), link]
    });
    let head = ["때 · Time", "방법 · Way", "받는 이 · To", "주문서 · Invoice"];
    let note = "<p>실제로는 보내지 않아요. · Recorded, never sent.</p>";
    section("outbox", "알림 · Outbox", &format!("{note}{}", table(&head, rows.collect())))
}
