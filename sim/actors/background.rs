//! What goes on without anybody's browser: the worker of each node, and the provider's webhooks on their way.

use std::pin::pin;
use std::sync::Arc;

use futures::future::{join_all, select};
use serde_json::{Value, json};

use crate::rng::Rng;
use crate::world::World;
use madang::domain::delivery::Source;
use madang::domain::job::Lane;
use madang::job::Worker;

/// Nobody does anything: then the worker's rounds are thinned out, or an hour would be thousands of them.
const LONGEST_PAUSE_MS: i64 = 20 * 60_000;

/// The worker of one node in all of its lanes, until everybody has left.
pub async fn worker(world: Arc<World>, node: usize) {
    join_all(Lane::ALL.map(|lane| tend(world.clone(), node, lane))).await;
}

async fn tend(world: Arc<World>, node: usize, lane: Lane) {
    let (mut pause, mut seen) = (1_000, world.activity());
    while !world.is_over() {
        let post = world.post(node);
        let round = world.ask_silently(node, |services| async move {
            let worker = Worker::new(services.clone(), post);
            while worker.tend(lane).await? {}
            Ok((services.clone(), services.next_work(lane).await?))
        });
        let answer = round.await;
        let now = world.turnstile.now();
        pause = if world.is_closing() || seen != world.activity() { 1_000 } else { (pause * 2).min(LONGEST_PAUSE_MS) };
        seen = world.activity();
        match answer {
            Some(Ok((services, next))) => {
                let next = next.map_or(5_000, |next| next.since_ms(now)).clamp(1_000, 5_000).max(pause);
                let (time, nudge) = (pin!(world.turnstile.pause(next)), pin!(services.nudged(lane)));
                select(time, nudge).await;
            }
            _ => world.turnstile.pause(pause).await,
        }
    }
}

/// A webhook on its way.
#[derive(Clone)]
struct Letter {
    source: Source,
    body: Vec<u8>,
    due: i64,
    tries: u32,
    /// The provider comes again when it is not answered.
    is_true: bool,
    /// What had gone back of a receipt when it was written.
    gone: Option<(String, i64)>,
    paid: Option<Paid>,
}

/// A payment that a letter tells of.
#[derive(Clone)]
struct Paid {
    receipt: String,
    /// Our order, where the letter names no number of the provider's: a look that is caused by it begins at what is known
    /// of the order, and one more payment of a paid order is left to the sweep.
    order: Option<String>,
}

/// Brings webhooks: lost, late, doubled, reordered, forged.
pub struct Courier {
    world: Arc<World>,
    rng: Rng,
    /// How many of the provider's webhooks were taken.
    seen: usize,
    /// What had been asked of the provider when its ledger was looked through last.
    asked: Option<u64>,
    letters: Vec<Letter>,
    /// Payments that the shop was told of, and when they must be booked where nothing goes wrong.
    told: Vec<(Paid, i64)>,
}

/// Within this the worker has looked at what a webhook tells of.
const LOOKED_AT_MS: i64 = 8_000;

impl Courier {
    pub fn new(world: Arc<World>, rng: Rng) -> Self {
        Self { world, rng, seen: 0, asked: None, letters: Vec::new(), told: Vec::new() }
    }

    pub async fn carry(mut self) {
        let mut pause = 300;
        let mut activity = self.world.activity();
        while !self.world.is_over() {
            self.collect().await;
            self.bring().await;
            self.check().await;
            let is_busy = activity != self.world.activity();
            activity = self.world.activity();
            pause = if is_busy { self.rng.between(100, 3_000) } else { (pause * 2).min(LONGEST_PAUSE_MS) };
            let now = self.world.turnstile.now().get();
            let next = self.letters.iter().map(|letter| letter.due - now).min().unwrap_or(pause);
            self.world.turnstile.pause(next.clamp(50, pause.max(50))).await;
        }
    }

    /// Takes the webhooks that the provider has written since, and says how it is to write the next ones.
    async fn collect(&mut self) {
        if self.asked == Some(self.world.asked()) {
            return;
        }
        let content = if self.rng.percent(25) { "application/x-www-form-urlencoded" } else { "application/json" };
        self.world.provider("POST", "/_emulator/webhooks", Some(&json!({ "content_type": content }))).await;
        self.asked = Some(self.world.asked());
        let ledger = self.world.ledger().await;
        let receipts = super::receipts(&ledger);
        let webhooks = ledger["webhooks"].as_array().cloned().unwrap_or_default();
        for webhook in webhooks.iter().skip(self.seen) {
            let receipt = receipts.iter().find(|receipt| receipt["receipt_id"] == webhook["receipt_id"]);
            self.write(webhook, receipt.unwrap_or(&Value::Null));
        }
        self.seen = webhooks.len();
        if self.rng.percent(12) {
            self.forge(&ledger);
        }
    }

    /// Puts a webhook on its way, with some of its fate.
    fn write(&mut self, webhook: &Value, receipt: &Value) {
        if self.rng.percent(self.world.plan.webhooks_lost) {
            return;
        }
        let copies = match self.rng.below(30) {
            0 => self.rng.between(10, 50),
            1..=4 => 2,
            _ => 1,
        };
        let late = match self.rng.below(10) {
            0 => self.rng.between(60_000, 3 * 60 * 60_000),
            1..=3 => self.rng.between(2_000, 60_000),
            _ => self.rng.between(0, 1_500),
        };
        let source = if webhook["kind"] == "pg" { Source::Pg } else { Source::Commerce };
        let id = receipt["receipt_id"].as_str().unwrap_or_default().to_owned();
        let is_paid = matches!(webhook["event"].as_str(), Some("PAYMENT_COMPLETED" | "order.paid"));
        let letter = Letter {
            source,
            body: webhook["body"].as_str().unwrap_or_default().as_bytes().to_vec(),
            due: self.world.turnstile.now().get() + late,
            tries: 0,
            is_true: true,
            gone: receipt["cancelled_price"].as_i64().filter(|won| *won > 0).map(|won| (id.clone(), won)),
            paid: is_paid.then(|| Paid {
                receipt: id,
                order: (source == Source::Pg).then(|| receipt["order_id"].as_str().unwrap_or_default().to_owned()),
            }),
        };
        for copy in 0..copies {
            let due = letter.due + copy * self.rng.between(0, 400);
            self.letters.push(Letter { due, ..letter.clone() });
        }
    }

    /// Somebody else claims that an order was paid or cancelled, ours or one that nobody knows.
    fn forge(&mut self, ledger: &Value) {
        let orders = self.world.orders.lock().unwrap().clone();
        let other = format!("{:024x}", self.rng.next());
        let is_strangers = orders.is_empty() || self.rng.percent(30);
        let order = if is_strangers { other.clone() } else { self.rng.pick(&orders).id.as_str().to_owned() };
        let receipts = crate::oracle::of_order(ledger, &order, None);
        let known =
            receipts.first().filter(|_| self.rng.percent(50)).and_then(|receipt| receipt["receipt_id"].as_str());
        let price = *self.rng.pick(&[9_900, 29_900, 1]);
        let numbers: Vec<&str> = ledger["orders"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["order_number"].as_str().unwrap())
            .collect();
        let number = match numbers.is_empty() || self.rng.percent(60) {
            true => format!("26112{:015}", self.rng.below(1_000_000)),
            // Somebody's own number, for an order of somebody else.
            false => (*self.rng.pick(&numbers)).to_owned(),
        };
        let (pg, commerce, status) = *self.rng.pick(&[
            ("PAYMENT_COMPLETED", "order.paid", 1),
            ("PAYMENT_CANCELLED", "order.cancelled", 20),
            ("CANCELED", "order.cancelled", 20),
            ("PAYMENT_PARTIAL_CANCELLED", "order.partially_cancelled", 1),
        ]);
        let claim = json!({
            "receipt_id": known.unwrap_or(&other), "order_id": order, "request_id": order,
            "order_number": number, "status": status,
            "receipt_status": status, "price": price, "cancelled_price": if commerce == "order.paid" { 0 } else { price },
            "currency": "KRW",
        });
        let (source, body) = if self.rng.percent(50) {
            let mut body = claim;
            body["webhook_type"] = pg.into();
            (Source::Pg, body)
        } else {
            (Source::Commerce, json!({ "event": commerce, "data": claim }))
        };
        let body = body.to_string().into_bytes();
        let due = self.world.turnstile.now().get();
        self.letters.push(Letter { source, body, due, tries: 0, is_true: false, gone: None, paid: None });
    }

    /// Brings what is due; what is not answered well comes again, up to ten times.
    async fn bring(&mut self) {
        let now = self.world.turnstile.now().get();
        let (due, later): (Vec<Letter>, Vec<Letter>) = self.letters.drain(..).partition(|letter| letter.due <= now);
        self.letters = later;
        let nodes: Vec<usize> = due.iter().map(|_| self.rng.index(2)).collect();
        // Copies are on their way together, and whoever takes them is not alone with them.
        let brought = due.iter().zip(nodes).map(|(letter, node)| self.hand_over(node, letter));
        let answers: Vec<bool> = futures::future::join_all(brought).await;
        for (mut letter, is_taken) in due.into_iter().zip(answers) {
            let now = self.world.turnstile.now().get();
            if is_taken {
                let mut told = self.world.told.lock().unwrap();
                told.received += 1;
                told.gone.extend(letter.gone);
                self.told.extend(letter.paid.map(|paid| (paid, now + LOOKED_AT_MS)));
            } else if letter.is_true && letter.tries < 9 {
                letter.tries += 1;
                letter.due = now + (1_000 << letter.tries);
                self.letters.push(letter);
            }
        }
    }

    /// True when the shop says that it has taken it.
    async fn hand_over(&self, node: usize, letter: &Letter) -> bool {
        let (source, body) = (letter.source, letter.body.clone());
        let what = format!("A {} webhook comes{}", source.as_str(), if letter.is_true { "" } else { ", forged" });
        let answer =
            self.world.ask(node, what, |services| async move { services.receive(source, "203.0.113.7", &body).await });
        matches!(answer.await, Some(Ok(())))
    }

    /// Where nothing goes wrong, a webhook that was answered is looked after at once, not by the next round.
    async fn check(&mut self) {
        let now = self.world.turnstile.now().get();
        let (due, later) = self.told.drain(..).partition::<Vec<_>, _>(|(_, due)| *due <= now);
        self.told = later;
        if due.is_empty() || !self.world.plan.is_calm() {
            return;
        }
        let payments = self.world.stored().await.payments;
        for (Paid { receipt, order }, _) in due {
            let is_booked = payments.iter().any(|payment| payment.receipt_id == receipt);
            let has_another = order.is_some_and(|order| payments.iter().any(|payment| payment.order_id == order));
            if !is_booked && !has_another {
                self.world.turnstile.wrong(format_args!("a webhook told of {receipt} in vain"));
            }
        }
    }
}
