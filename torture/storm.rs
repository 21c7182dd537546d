//! A storm of webhooks: four of five are copies, one in a hundred is a lie, two in a hundred name nothing that anybody
//! knows, and all come in any order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::{Value, json};

use crate::judge::{self, Books, Elsewhere};
use crate::people::{Web, fields, form_key, order_form};
use crate::program::{LETTERS, Place, resident};
use crate::{Failure, Torture};

const ORDERS: usize = 400;
const COPIES: usize = 5;
const CONNECTIONS: usize = 64;
const CONVERGED: Duration = Duration::from_secs(65);
/// What strangers may make of the shop: deliveries that wait for a look-up, and look-ups in any minute, of two names each.
const MOST_WAITING: i64 = 500;
const LOOK_UPS: u64 = 2 * 20;
/// How the numbers begin that strangers name.
const STRANGE: &str = "8888";
/// What memory may grow by between the first fifth and the end of the storm, in KiB.
const GROWTH_KIB: u64 = 48 * 1024;

/// Makes an order and ends it at the provider: paid, waiting for its deposit, failed, or left alone.
async fn buy(web: &Web, place: &Place, which: usize) -> Result<(), Failure> {
    let form = order_form(&form_key()?);
    let answer = web.post(&format!("{}/api/checkout/start", place.shop()), &form, None).await?;
    let url = answer.location.filter(|to| to.starts_with(&place.provider())).ok_or("no way to pay")?;
    let outcome = match which % 8 {
        0 => return Ok(()),
        1 => "fail",
        2 => "deposit",
        _ => "paid",
    };
    web.post(&url, &fields(&[("framed", "0"), ("outcome", outcome)]), None).await?;
    Ok(())
}

/// Bodies that differ, each of which is sent [`COPIES`] times.
fn bodies(ledger: &Value, count: usize) -> Vec<(&'static str, String)> {
    let list = |name: &str| ledger.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (orders, receipts, invoices) = (list("orders"), list("receipts"), list("invoices"));
    let nth = |of: &[Value], at: usize| of.get(at % of.len().max(1)).cloned().unwrap_or_default();
    let body = |at: usize| {
        if at.is_multiple_of(100) {
            // A lie: an order that is there, with a payment that is not.
            let request = nth(&invoices, at / 100).get("request_id").cloned();
            return (
                "pg",
                json!({ "webhook_type": "PAYMENT_COMPLETED", "receipt_id": format!("{at:024x}"), "order_id": request,
                    "order_number": format!("9{at:019}"), "status": 1, "price": 1, "attempt": at }),
            );
        }
        if at % 50 == 25 {
            let named: Vec<_> = (0..8).map(|n| json!({ "order_number": format!("{STRANGE}{n}{at:015}") })).collect();
            return ("commerce", json!({ "event": "order.paid", "data": named }));
        }
        match at % 2 {
            0 => ("pg", merged(nth(&receipts, at / 2), json!({ "webhook_type": "PAYMENT_COMPLETED", "attempt": at }))),
            _ => ("commerce", json!({ "event": "order.paid", "data": nth(&orders, at / 2), "attempt": at })),
        }
    };
    (0..count).map(body).map(|(source, body)| (source, body.to_string())).collect()
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Some(one), Value::Object(other)) = (one.as_object_mut(), other) {
        one.extend(other);
    }
    one
}

/// Any order, always the same: steps of a number that shares no factor with the count go through all of them.
fn shuffled(count: usize) -> impl Iterator<Item = usize> {
    let step = [7_919, 7_907, 7_901].into_iter().find(|prime| !count.is_multiple_of(*prime)).unwrap_or(1);
    (0..count).map(move |at| at * step % count)
}

/// Which of so many bodies comes when. The copies of one half come together, those of the other half all over the storm.
fn order_of_sending(count: usize) -> Vec<usize> {
    let (together, spread): (Vec<usize>, Vec<usize>) = shuffled(count).partition(|body| body.is_multiple_of(2));
    let mut others = spread.iter().cycle().take(spread.len() * COPIES);
    let mut sent = Vec::with_capacity(count * COPIES);
    for body in together {
        sent.extend([body; COPIES]);
        sent.extend(others.by_ref().take(COPIES));
    }
    sent.extend(others);
    sent
}

/// Has the provider count how often it is asked for what strangers name: a fault that changes nothing.
async fn count_look_ups(web: &Web, place: &Place) -> Result<(), Failure> {
    let fault = json!({ "route": format!("GET /v1/orders/{STRANGE}*"), "action": "delay", "ms": 0 });
    let answer = web.post_json(&format!("{}/_emulator/faults", place.provider()), fault.to_string()).await?;
    if answer.status == 200 { Ok(()) } else { Err(format!("the fault was answered {}", answer.body).into()) }
}

async fn look_ups(web: &Web, place: &Place) -> Result<u64, Failure> {
    let answer = web.get(&format!("{}/_emulator/faults", place.provider()), None).await?;
    let faults: Value = serde_json::from_str(&answer.body)?;
    Ok(faults.pointer("/faults/0/used").and_then(Value::as_u64).ok_or("the provider has not counted")?)
}

/// What strangers have made of the shop that they must not.
fn strangers(books: &Books, look_ups: u64, since: Duration) -> Option<String> {
    let waiting = books.deliveries.get("waiting").copied().unwrap_or(0);
    let most = LOOK_UPS * (since.as_secs() / 60 + 1);
    let is_wrong = waiting > MOST_WAITING || look_ups > most;
    is_wrong.then(|| format!("strangers: {waiting} names wait, {look_ups} look-ups where {most} were allowed"))
}

pub async fn run(torture: &Torture, count: usize) -> Result<(), Failure> {
    let place = Place::new(torture, "storm")?;
    let _provider = place.open_provider(&torture.release, false).await?;
    let shop = place.open_shop(&torture.release, &[("RUST_LOG", LETTERS.into())]).await?;
    let web = Web::new()?;
    let mut bought = futures::stream::iter((0..ORDERS).map(|which| buy(&web, &place, which))).buffer_unordered(16);
    while let Some(bought) = bought.next().await {
        bought?;
    }
    count_look_ups(&web, &place).await?;
    let bodies = bodies(&web.ledger(&place.provider()).await?, count / COPIES);
    let (total, refused) = (bodies.len() * COPIES, Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let (mut took, mut early, mut most) = (Vec::with_capacity(total), 0, 0);
    let sends = order_of_sending(bodies.len()).into_iter().map(|at| {
        let (web, refused) = (web.clone(), refused.clone());
        let sent = bodies.get(at).map(|(source, body)| (place.hook(source), body.clone()));
        async move {
            let (url, body) = sent.unwrap_or_default();
            let began = Instant::now();
            let is_taken = matches!(web.post_json(&url, body).await, Ok(answer)
                if answer.status == 200 && answer.body == "{\"success\":true}");
            if !is_taken {
                refused.fetch_add(1, Ordering::Relaxed);
            }
            began.elapsed()
        }
    });
    let mut sends = futures::stream::iter(sends).buffer_unordered(CONNECTIONS);
    while let Some(one) = sends.next().await {
        took.push(one);
        if took.len().is_multiple_of(1_000) {
            let now = resident(&shop)?;
            most = most.max(now);
            if took.len() * 5 >= total && early == 0 {
                early = now;
            }
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    took.sort();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    let refused = refused.load(Ordering::Relaxed);
    println!(
        "{total} webhooks in {seconds:.1} s, {:.0} each second, p99 {:.0} ms, {refused} not taken",
        total as f64 / seconds,
        p99.as_secs_f64() * 1000.0
    );
    println!("memory {} MB after a fifth, {} MB at most", early / 1024, most / 1024);
    let stormed = began;
    let began = Instant::now();
    let (wrongs, books) = loop {
        let books = Books::read(&place).await?;
        let mut wrongs = judge::wrongs(&books, &web.ledger(&place.provider()).await?, &Elsewhere::default());
        let written: i64 = books.deliveries.values().sum();
        if usize::try_from(written)? != total - refused {
            wrongs.push(format!("{written} webhooks are written down"));
        }
        wrongs.extend(judge::letters(&books, &place.log()));
        wrongs.extend(strangers(&books, look_ups(&web, &place).await?, stormed.elapsed()));
        if wrongs.is_empty() || began.elapsed() > CONVERGED {
            break (wrongs, books);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    println!("{ORDERS} orders right {:.1} s later: {:?}", began.elapsed().as_secs_f64(), books.states());
    println!("webhooks: {:?}; {} look-ups of what strangers name", books.deliveries, look_ups(&web, &place).await?);
    if !wrongs.is_empty() || refused > 0 {
        return Err(format!("wrong after the storm:\n  {}", wrongs.join("\n  ")).into());
    }
    if most > early + GROWTH_KIB { Err("memory grew with the storm".into()) } else { Ok(()) }
}
