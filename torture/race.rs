//! Rounds of sixteen requests that race on one order: everybody who may say that it was paid says so at once, or staff
//! press "refund" in several windows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::join_all;
use serde_json::json;

use crate::judge::{self, Books, Elsewhere};
use crate::people::{Answer, Fields, Web, fields, form_key, hidden, order_form};
use crate::program::{LETTERS, OWNER, Place};
use crate::{Failure, Torture};

const ROUNDS_AT_ONCE: usize = 2;
const CONVERGED: Duration = Duration::from_secs(65);

struct Racer {
    web: Web,
    shop: String,
    /// Another node of the shop, to which every second request goes.
    other: Option<String>,
    provider: String,
    hooks: [String; 2],
    cookie: String,
    /// The keys of the refund forms that were opened: nothing else may be carried out.
    forms: Mutex<BTreeSet<String>>,
}

enum Run {
    Get(String),
    Form(String, Fields),
    Staff(String, Fields),
    Hook(String, String),
}

impl Racer {
    async fn go(&self, run: Run) -> Result<Answer, Failure> {
        match run {
            Run::Get(url) => self.web.get(&url, None).await,
            Run::Form(url, form) => self.web.post(&url, &form, None).await,
            Run::Staff(url, form) => self.web.post(&url, &form, Some(&self.cookie)).await,
            Run::Hook(url, body) => self.web.post_json(&url, body).await,
        }
    }

    /// The same request, at the other node where there is one.
    fn spread(&self, nth: usize, run: Run) -> Run {
        let Some(other) = self.other.as_ref().filter(|_| nth % 2 == 1) else { return run };
        let there = |url: String| url.replacen(&self.shop, other, 1);
        match run {
            Run::Get(url) => Run::Get(there(url)),
            Run::Form(url, form) => Run::Form(there(url), form),
            Run::Staff(url, form) => Run::Staff(there(url), form),
            Run::Hook(url, body) => Run::Hook(there(url), body),
        }
    }

    /// All at once; none may end in an error of the shop's, and each webhook is taken.
    async fn race(&self, runs: Vec<Run>) -> Result<usize, Failure> {
        let count = runs.len();
        let hooks: Vec<bool> = runs.iter().map(|run| matches!(run, Run::Hook(..))).collect();
        let runs = runs.into_iter().enumerate().map(|(nth, run)| self.go(self.spread(nth, run)));
        for (answer, is_hook) in join_all(runs).await.into_iter().zip(hooks) {
            let answer = answer?;
            if answer.status >= 500 || is_hook && answer.status != 200 {
                return Err(format!("a racing request was answered {}: {}", answer.status, answer.body).into());
            }
        }
        Ok(count)
    }

    /// On a busy machine the look takes longer than the page of whoever comes back.
    async fn refund_form(&self, desk: &str) -> Result<Fields, Failure> {
        let began = Instant::now();
        loop {
            match hidden(&self.web.page(desk, &self.cookie).await?, "/refund") {
                Err(_) if began.elapsed() < CONVERGED => tokio::time::sleep(Duration::from_millis(200)).await,
                form => return form,
            }
        }
    }

    async fn round(&self, number: usize) -> Result<usize, Failure> {
        let form = order_form(&form_key()?);
        let start = format!("{}/api/checkout/start", self.shop);
        let url = self.web.post(&start, &form, None).await?.location.ok_or("no way to pay")?;
        let paid = self.web.post(&url, &fields(&[("framed", "0"), ("outcome", "paid")]), None).await?;
        let back = paid.location.ok_or("the provider leads nowhere")?;
        let page = back.split("/return").next().unwrap_or_default().to_owned();
        let theirs = back.split("order_number=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
        let [pg, commerce] = &self.hooks;
        let body = json!({ "order_number": theirs, "status": 1 }).to_string();
        let hook = |url: &String| Run::Hook(url.clone(), body.clone());
        if number.is_multiple_of(2) {
            let mut runs: Vec<Run> = (0..5).map(|_| Run::Get(back.clone())).collect();
            runs.extend((0..2).flat_map(|_| [hook(pg), hook(commerce)]));
            runs.extend((0..4).map(|_| Run::Get(page.clone())));
            runs.extend((0..3).map(|_| Run::Form(start.clone(), form.clone())));
            return self.race(runs).await;
        }
        self.web.get(&back, None).await?;
        let order = self.web.order_at(&self.provider, theirs).await?;
        let desk = format!("{}/admin/orders/{order}", self.shop);
        let mut forms = Vec::new();
        for _ in 0..2 {
            let mut form = self.refund_form(&desk).await?;
            form.extend(fields(&[("amount", "9,900"), ("typed", "9,900"), ("reason", "단순 변심")]));
            let key = form.iter().find(|(name, _)| name == "key").ok_or("the refund form has no key")?.1.clone();
            self.forms.lock().map_err(|_| "somebody fell while keys were kept")?.insert(key);
            forms.push(form);
        }
        let refund = |form: &Fields| Run::Staff(format!("{desk}/refund"), form.clone());
        let mut runs: Vec<Run> = (0..6).flat_map(|_| forms.iter().map(refund).collect::<Vec<_>>()).collect();
        runs.extend((0..2).map(|_| Run::Staff(format!("{desk}/ask"), Vec::new())));
        runs.extend([hook(pg), hook(commerce)]);
        self.race(runs).await
    }
}

/// `nodes`: two of them share a PostgreSQL database; else there is one, on SQLite.
pub async fn run(torture: &Torture, rounds: usize, nodes: bool) -> Result<(), Failure> {
    let place = if nodes { Place::on_postgres(torture, "nodes").await? } else { Place::new(torture, "race")? };
    let _provider = place.open_provider(&torture.release, false).await?;
    let log = [("RUST_LOG", LETTERS.into())];
    let _shop = place.open_shop(&torture.release, &log).await?;
    let beside = if nodes { Some(place.beside()?) } else { None };
    let _other = match &beside {
        Some(beside) => {
            let [log] = log;
            Some(beside.open_shop(&torture.release, &[log, ("MADANG_PUBLIC_URL", place.shop())]).await?)
        }
        None => None,
    };
    let web = Web::new()?;
    let login = fields(&[("email", OWNER.0), ("password", OWNER.1)]);
    let cookie = web.post(&format!("{}/admin/login", place.shop()), &login, None).await?.cookie;
    let racer = Racer {
        web: web.clone(),
        shop: place.shop(),
        other: beside.as_ref().map(Place::shop),
        provider: place.provider(),
        hooks: [place.hook("pg"), place.hook("commerce")],
        cookie: cookie.ok_or("the login gave no cookie")?,
        forms: Mutex::default(),
    };
    let began = Instant::now();
    let mut requests = 0;
    let mut running =
        futures::stream::iter((0..rounds).map(|number| racer.round(number))).buffer_unordered(ROUNDS_AT_ONCE);
    while let Some(done) = running.next().await {
        requests += done?;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{rounds} rounds, {requests} racing requests in {seconds:.0} s, {:.0} each second",
        requests as f64 / seconds
    );
    let began = Instant::now();
    let (wrongs, states) = loop {
        let books = Books::read(&place).await?;
        let mut wrongs = judge::wrongs(&books, &web.ledger(&place.provider()).await?, &Elsewhere::default());
        wrongs.extend(judge::letters(&books, &place.log()));
        if books.len() != rounds {
            wrongs.push(format!("{} orders of {rounds} rounds", books.len()));
        }
        let forms = racer.forms.lock().map_err(|_| "somebody fell while keys were kept")?.clone();
        let strange = books.refunds.iter().filter(|refund| !forms.contains(&refund.cancel_id)).count();
        if strange > 0 {
            wrongs.push(format!("{strange} refunds bear no form's key"));
        }
        // Staff have refunded a part in every second round.
        let mut wanted = BTreeMap::from([("paid", rounds.div_ceil(2)), ("partially_refunded", rounds / 2)]);
        wanted.retain(|_, count| *count > 0);
        if books.states() != wanted {
            wrongs.push(format!("{:?} after {rounds} rounds", books.states()));
        }
        if wrongs.is_empty() || began.elapsed() > CONVERGED {
            break (wrongs, format!("{} orders, {:?}", books.len(), books.states()));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    println!("all right {:.1} s later: {states}", began.elapsed().as_secs_f64());
    if wrongs.is_empty() { Ok(()) } else { Err(format!("wrong after the races:\n  {}", wrongs.join("\n  ")).into()) }
}
