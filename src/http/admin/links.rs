//! What staff do to pay links: forms in, one service call, a page back. And a link's QR code as files.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::Shop;
use super::Submission;
use crate::domain::id::{FormKey, LinkId};
use crate::domain::link::Typed;
use crate::page::{Flash, Problem, Qr};
use crate::service::{Error, LinkAct, fingerprint};

/// `POST /admin/links/new`: first to look at it, then to make it.
pub(super) async fn create(submission: Submission) -> Response {
    let form = &submission.form;
    let ways = form.all("ways").map(str::to_owned).collect();
    let typed = Typed::of(|name| form.text(name).to_owned(), ways);
    let (Ok(key), "create") = (FormKey::parse(form.text("key")), form.text("step")) else {
        return match submission.shop.services.preview_link(&typed) {
            Ok(_) => submission.show().await,
            Err(wrong) => submission.refuse(wrong).await,
        };
    };
    // What was previewed is what is made and sent.
    if form.has("seen") && form.text("seen") != fingerprint(&typed) {
        return submission.refuse(vec![("", Problem::LinkChanged)]).await;
    }
    let made = submission.shop.services.create_link(&submission.actor, &typed, key).await;
    answer(submission, made, Flash::LinkMade).await
}

async fn answer(submission: Submission, ended: Result<LinkAct, Error>, flash: Flash) -> Response {
    let page = |id: &LinkId| format!("/admin/links/{id}");
    match ended {
        Ok(LinkAct::Done(id)) => submission.done(&page(&id), flash).await,
        Ok(LinkAct::Unready(id, _)) => submission.done(&page(&id), Flash::LinkDraft).await,
        Ok(LinkAct::Unsent(id)) => submission.done(&page(&id), Flash::LinkUnsent).await,
        Ok(LinkAct::Refused(refusal)) => submission.refuse(vec![("", refusal)]).await,
        Ok(LinkAct::Wrong(wrong)) => submission.refuse(wrong).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/links/{id}/send`.
pub(super) async fn send(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = LinkId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let sent = submission.shop.services.send_link(&submission.actor, &id, submission.form.all("ways")).await;
    answer(submission, sent, Flash::LinkSent).await
}

/// `POST /admin/links/{id}/stop`.
pub(super) async fn stop(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = LinkId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let stopped = submission.shop.services.stop_link(&submission.actor, &id).await;
    answer(submission, stopped, Flash::LinkStopped).await
}

/// `POST /admin/links/{id}/reenable`.
pub(super) async fn reenable(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = LinkId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let (days, at) = (submission.form.text("expires_days"), submission.form.text("expires_at"));
    let renewed = submission.shop.services.reenable_link(&submission.actor, &id, days, at).await;
    answer(submission, renewed, Flash::LinkReenabled).await
}

/// `POST /admin/links/{id}/extend`.
pub(super) async fn extend(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = LinkId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let (days, at) = (submission.form.text("expires_days"), submission.form.text("expires_at"));
    let renewed = submission.shop.services.extend_link(&submission.actor, &id, days, at).await;
    answer(submission, renewed, Flash::LinkExtended).await
}

/// `POST /admin/links/{id}/retry`.
pub(super) async fn retry(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = LinkId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let tried = submission.shop.services.retry_link(&submission.actor, &id).await;
    answer(submission, tried, Flash::LinkMade).await
}

pub(super) async fn qr_svg(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    match qr(&shop, &id).await {
        Ok(qr) => ([(header::CONTENT_TYPE, "image/svg+xml")], qr.svg()).into_response(),
        Err(status) => status.into_response(),
    }
}

pub(super) async fn qr_png(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    match qr(&shop, &id).await.map(|qr| qr.png()) {
        Ok(Some(picture)) => ([(header::CONTENT_TYPE, "image/png")], picture).into_response(),
        Ok(None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(status) => status.into_response(),
    }
}

/// A draft has no code: it must not be given to anybody.
async fn qr(shop: &Shop, id: &str) -> Result<Qr, StatusCode> {
    let id = LinkId::parse(id).map_err(|_| StatusCode::NOT_FOUND)?;
    let link = shop.services.link(&id).await.map_err(|error| match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        error => {
            tracing::error!(%error, "a link could not be read");
            StatusCode::SERVICE_UNAVAILABLE
        }
    })?;
    if link.state == crate::domain::link::StoredState::Draft {
        return Err(StatusCode::NOT_FOUND);
    }
    Qr::of(&shop.services.link_address(&link)).ok_or(StatusCode::NOT_FOUND)
}
