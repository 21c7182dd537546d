//! The provider's webhooks on their way: lost, late, doubled, reordered, forged. Where nothing else goes wrong it holds the
//! shop to what a webhook must cause.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::{Value, json};

use super::LONGEST_PAUSE_MS;
use crate::rng::Rng;
use crate::world::{Passed, World};
use madang::domain::delivery::Source;

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
    tells: Option<Tells>,
}

/// What a letter tells of.
#[derive(Clone)]
struct Tells {
    order: String,
    /// A payment of it.
    paid: Option<Paid>,
}

#[derive(Clone)]
struct Paid {
    receipt: String,
    /// The letter names a number of the provider's. A look that is caused by another one begins at what is known of the
    /// order, and one more payment of a paid order is left to the sweep.
    by_number: bool,
}

/// A letter that was brought.
struct Handed {
    /// The shop says that it has taken it.
    is_taken: bool,
    /// When it was brought, and how much had passed by then.
    at: i64,
    passed: usize,
}

/// A letter that the shop has taken.
struct Taken {
    tells: Tells,
    at: i64,
    passed: usize,
    /// When it must have had its effect, where nothing goes wrong.
    due: i64,
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
    taken: Vec<Taken>,
}

/// Within this the worker has looked at what a webhook tells of.
const LOOKED_AT_MS: i64 = 8_000;

impl Courier {
    pub fn new(world: Arc<World>, rng: Rng) -> Self {
        Self { world, rng, seen: 0, asked: None, letters: Vec::new(), taken: Vec::new() }
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
            let due = self.letters.iter().map(|letter| letter.due);
            let due = due.chain(self.taken.iter().map(|taken| taken.due).filter(|_| self.world.plan.is_calm()));
            let next = due.min().map_or(pause, |due| due - now);
            self.world.turnstile.pause(next.clamp(50, pause.max(50))).await;
        }
        let late = self.letters.into_iter().filter(|letter| letter.is_true);
        self.world.late_webhooks.lock().unwrap().extend(late.map(|letter| (letter.source, letter.body)));
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
        let (receipts, orders) = (super::receipts(&ledger), super::listed(&ledger, "orders"));
        let webhooks = super::listed(&ledger, "webhooks");
        for webhook in webhooks.iter().skip(self.seen) {
            let is_about = |one: &&Value| one["receipt_id"] == webhook["receipt_id"];
            let order = orders.iter().find(is_about).and_then(|order| order["request_id"].as_str());
            self.write(webhook, receipts.iter().find(is_about).unwrap_or(&Value::Null), order);
        }
        self.seen = webhooks.len();
        if self.rng.percent(12) {
            self.forge(&ledger);
        }
    }

    /// Puts a webhook on its way, with some of its fate.
    fn write(&mut self, webhook: &Value, receipt: &Value, order: Option<&str>) {
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
            tells: order.map(|order| Tells {
                order: order.to_owned(),
                paid: is_paid.then(|| Paid { receipt: id, by_number: source == Source::Commerce }),
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
        self.letters.push(Letter { source, body, due, tries: 0, is_true: false, gone: None, tells: None });
    }

    /// Brings what is due; what is not answered well comes again, up to ten times.
    async fn bring(&mut self) {
        let now = self.world.turnstile.now().get();
        let (due, later): (Vec<Letter>, Vec<Letter>) = self.letters.drain(..).partition(|letter| letter.due <= now);
        self.letters = later;
        let nodes: Vec<usize> = due.iter().map(|_| self.rng.index(2)).collect();
        let comes_together = self.rng.percent(50);
        let brought = due.iter().zip(nodes).map(|(letter, node)| self.hand_over(node, letter));
        // Copies are on their way together, and whoever takes them is not alone with them. One by one, what each of them
        // causes can be told apart.
        let answers = if comes_together {
            join_all(brought).await
        } else {
            let mut answers = Vec::new();
            for brought in brought {
                answers.push(brought.await);
            }
            answers
        };
        for (mut letter, Handed { is_taken, at, passed }) in due.into_iter().zip(answers) {
            let now = self.world.turnstile.now().get();
            if is_taken {
                let mut told = self.world.told.lock().unwrap();
                told.received += 1;
                told.gone.extend(letter.gone);
                let due = now + LOOKED_AT_MS;
                self.taken.extend(letter.tells.map(|tells| Taken { tells, at, passed, due }));
            } else if letter.is_true && letter.tries < 9 {
                letter.tries += 1;
                letter.due = now + (1_000 << letter.tries);
                self.letters.push(letter);
            }
        }
    }

    async fn hand_over(&self, node: usize, letter: &Letter) -> Handed {
        let (at, passed) = (self.world.turnstile.now().get(), self.world.passed.lock().unwrap().len());
        let (source, body) = (letter.source, letter.body.clone());
        let what = format!("A {} webhook comes{}", source.as_str(), if letter.is_true { "" } else { ", forged" });
        let answer =
            self.world.ask(node, what, |services| async move { services.receive(source, "203.0.113.7", &body).await });
        Handed { is_taken: matches!(answer.await, Some(Ok(()))), at, passed }
    }

    /// Where nothing goes wrong, a webhook that was answered is looked after at once, not by the next round.
    async fn check(&mut self) {
        let now = self.world.turnstile.now().get();
        let (due, later) = self.taken.drain(..).partition::<Vec<_>, _>(|taken| taken.due <= now);
        self.taken = later;
        if due.is_empty() || !self.world.plan.is_calm() {
            return;
        }
        let stored = self.world.stored().await;
        for taken in due {
            let order = &taken.tells.order;
            let of_it = stored.payments.iter().filter(|payment| payment.order_id == *order);
            if let Some(Paid { receipt, by_number }) = &taken.tells.paid {
                let is_booked = stored.payments.iter().any(|payment| payment.receipt_id == *receipt);
                if !is_booked && (*by_number || of_it.clone().count() == 0) {
                    self.world.turnstile.wrong(format_args!("a webhook told of {receipt} in vain"));
                }
            }
            let mut counted = of_it.filter(|payment| payment.disposition == "counted");
            let was_paid =
                stored.events.iter().any(|one| one.order_id == *order && one.kind == "paid" && one.at <= taken.at);
            let has_refund = stored.refunds.iter().any(|refund| refund.order_id == *order);
            if let (Some(payment), true, false) = (counted.next(), was_paid, has_refund)
                && !self.was_looked_at(taken.passed, &payment.receipt_id)
            {
                self.world.turnstile.wrong(format_args!("a webhook about {order}, which was paid, caused no look"));
            }
        }
    }

    /// The receipt was read after the first webhook that was written down since.
    fn was_looked_at(&self, since: usize, receipt: &str) -> bool {
        let passed = self.world.passed.lock().unwrap();
        let written = passed.iter().skip(since).skip_while(|one| !matches!(one, Passed::WebhookWritten));
        written.filter(|one| matches!(one, Passed::Asked(line) if line.contains(receipt))).count() > 0
    }
}
