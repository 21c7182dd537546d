//! The console for people at `/_emulator`: what there is, and buttons for the control calls. Plain HTML that needs no
//! script; every form leads back to the page. Decides nothing: it calls what the JSON routes call.

mod act;
mod parts;
mod tables;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};

use crate::emulator::Emulator;
use crate::emulator::html::{escape, page};
use crate::emulator::listing::Query;

pub(super) fn routes() -> Router<Emulator> {
    Router::new().route("/_emulator", get(show)).route("/_emulator/console/{act}", post(act::act))
}

async fn show(State(emulator): State<Emulator>, uri: Uri) -> Response {
    let query = Query::parse(uri.query());
    let told = query.get("error").map_or(String::new(), |text| format!("<p role=\"alert\">{}</p>", escape(text)));
    let faults = emulator.store().faults.list();
    let sections = emulator.view(|ledger| {
        let now = emulator.now_in(ledger);
        [
            parts::clock(now, ledger.settings()),
            tables::orders(ledger),
            tables::keys(ledger),
            tables::contracts(ledger),
            parts::webhooks(ledger),
            tables::outbox(ledger),
            parts::faults(&faults),
            parts::settings(ledger.settings()),
        ]
        .concat()
    });
    let main = format!("<div class=\"console\"><h1>결제 연습장 · Console</h1>{NAV}{told}{sections}</div>");
    page(&emulator, StatusCode::OK, "결제 연습장 · Console", &main, None)
}

const NAV: &str = "<nav aria-label=\"구역 · Sections\"><a href=\"#clock\">시계 · Clock</a> <a href=\"#orders\">장부 · Ledger</a> \
                   <a href=\"#keys\">빌링키 · Keys</a> <a href=\"#contracts\">구독 · Subscriptions</a> \
                   <a href=\"#webhooks\">웹훅 · Webhooks</a> <a href=\"#outbox\">알림 · Outbox</a> \
                   <a href=\"#faults\">장애 · Faults</a> <a href=\"#settings\">설정 · Settings</a></nav>";
