//! The list of orders: marking several at once, and taking them away as a file.

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, TryStreamExt};

use super::super::Shop;
use super::super::answer::{say, see_other};
use super::Submission;
use super::order_csv::Sheet;
use crate::clock::day_in_seoul;
use crate::domain::id::OrderId;
use crate::domain::order::FulfilmentState;
use crate::page::{Counts, Flash, Problem};
use crate::service::{Actor, OrderFilter};

/// Back to the list, as it was filtered.
fn list_address(query: &str) -> String {
    let query = OrderFilter::parse(query).0.to_query();
    if query.is_empty() { "/admin/orders".to_owned() } else { format!("/admin/orders?{query}") }
}

fn ticked(submission: &Submission) -> Vec<OrderId> {
    submission.form.all("order").filter_map(|id| OrderId::parse(id).ok()).collect()
}

/// `POST /admin/orders/bulk`.
pub(super) async fn mark(submission: Submission) -> Response {
    let ids = ticked(&submission);
    if ids.is_empty() {
        return submission.refuse(vec![("", Problem::NothingTicked)]).await;
    }
    let (state, flash) = match submission.form.text("act") {
        "shipped" => (FulfilmentState::Shipping, Flash::OrdersShipped),
        "completed" => (FulfilmentState::Completed, Flash::OrdersCompleted),
        _ => return submission.refuse(vec![("", Problem::Form)]).await,
    };
    match submission.shop.services.set_fulfilment(&submission.actor, &ids, state).await {
        Ok(marked) => {
            let to = list_address(submission.query());
            submission.done_of(&to, flash, Counts { done: marked.done, left: marked.left }).await
        }
        Err(error) => submission.fail(error).await,
    }
}

/// `GET /admin/orders.csv`: all orders that pass the filter, straight from the database. When something fails
/// on the way, the connection breaks, so that nobody takes half a file for a whole one.
pub(super) async fn export(State(shop): State<Shop>, Extension(actor): Extension<Actor>, request: Request) -> Response {
    let lang = crate::http::language::of(&request);
    let (filter, wrong) = OrderFilter::parse(request.uri().query().unwrap_or_default());
    if !wrong.is_empty() {
        // The list says what is wrong with it.
        return see_other(&format!("/admin/orders?{}", request.uri().query().unwrap_or_default()));
    }
    let sheet = Sheet::new(lang);
    let begun = shop.services.export_orders(&actor, &filter).await;
    let (orders, head) = match (begun, sheet.head()) {
        (Ok(orders), Ok(head)) => (orders, head),
        (Err(error), _) => {
            tracing::error!(%error, staff = actor.staff.id.as_str(), "an export did not begin");
            return unavailable(&shop, request).await;
        }
        (_, Err(error)) => {
            tracing::error!(%error, "the head of a file could not be written");
            return unavailable(&shop, request).await;
        }
    };
    let lines = orders.map_err(std::io::Error::other).and_then(move |orders| {
        let lines = sheet.lines(&orders).map(Bytes::from);
        async move { lines }
    });
    let lines = lines.inspect_err(|error| tracing::error!(%error, "an export broke off"));
    let head = futures::stream::once(async move { Ok(Bytes::from(head)) });
    file(&shop, Body::from_stream(head.chain(lines)))
}

/// `POST /admin/orders.csv`: the orders that were ticked.
pub(super) async fn export_ticked(submission: Submission) -> Response {
    let ids = ticked(&submission);
    if ids.is_empty() {
        return submission.refuse(vec![("", Problem::NothingTicked)]).await;
    }
    let orders = match submission.shop.services.export_ticked(&submission.actor, &ids).await {
        Ok(orders) => orders,
        Err(error) => return submission.fail(error).await,
    };
    let sheet = Sheet::new(submission.lang());
    match sheet.head().and_then(|head| Ok([head, sheet.lines(&orders)?].concat())) {
        Ok(bytes) => file(&submission.shop, Body::from(bytes)),
        Err(error) => {
            tracing::error!(%error, "a file could not be written");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn file(shop: &Shop, body: Body) -> Response {
    let name = format!("attachment; filename=\"madang-orders-{}.csv\"", day_in_seoul(shop.services.now()));
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")),
    );
    answer
}

async fn unavailable(shop: &Shop, request: Request) -> Response {
    say(shop, request, StatusCode::SERVICE_UNAVAILABLE).await
}
