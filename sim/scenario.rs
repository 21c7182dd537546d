//! One scenario: what is drawn from its seed, and the scheduler, which lets one through at a time and makes
//! everything go wrong that goes wrong in the field.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;
use tokio::task::JoinHandle;

use super::oracle::{self, Watcher};
use super::records::{self, OrderRow};
use super::rng::Rng;
use super::turnstile::{Fate, Line, Turnstile, Waiter, Want};
use super::world::{Ground, Passed, World, name_of};
use super::{actors, closing, ground};
use madang::clock::{seoul_midnight, seoul_month};
use madang::domain::order::Order;
use madang::domain::policy::{Approval, LatePolicy};
use madang::domain::staff::Staff;
use madang::domain::time::UnixMs;

/// More steps than any scenario needs.
const MOST_STEPS: u64 = 40_000;
/// How long after its sender has given up a request still has its effect. The shop counts on less than five seconds
/// (`APPROVAL_GAP_MS`, `REFUND_GAP_MS`: fifteen since it was sent).
const LATE_AT_MOST_MS: i64 = 4_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What a scenario is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    pub begins: i64,
    pub nodes: usize,
    pub customers: usize,
    pub has_staff: bool,
    pub has_console: bool,
    pub late: LatePolicy,
    /// The shop approves payments itself, after it has checked them.
    pub approval: Approval,
    /// What of the plan "pro" is free of tax, in won.
    pub tax_free: i64,
    /// Customers pay by a link of the shop's, which may be paid as often, instead of for a plan.
    pub link_uses: Option<u32>,
    /// How many of a hundred requests and answers meet with trouble, and database calls.
    pub faults: u64,
    /// Most trouble on the way to the provider is that requests arrive late.
    pub is_slow: bool,
    pub db_faults: u64,
    pub crashes: u64,
    pub jumps: u64,
    /// How often the disk is full for a while.
    pub full_disks: u64,
    /// How many of a hundred webhooks never come.
    pub webhooks_lost: u64,
    /// How many of a hundred steps let time pass although somebody could go on.
    pub impatience: u64,
}

impl Plan {
    /// Nothing goes wrong but what people do.
    pub fn is_calm(&self) -> bool {
        let troubles = [self.faults, self.db_faults, self.crashes, self.jumps, self.full_disks, self.impatience];
        troubles == [0; 6]
    }

    pub fn draw(rng: &mut Rng) -> Self {
        // Some day in the three years from November 2026.
        let day = UnixMs::new(1_795_100_400_000 + rng.between(0, 1_100) * DAY);
        let begins = match rng.below(10) {
            0..=2 => seoul_midnight(day, 1).plus_ms(rng.between(-20 * MINUTE, 20 * MINUTE)),
            3 => seoul_month(day).plus_ms(rng.between(-20 * MINUTE, 20 * MINUTE)),
            _ => day.plus_ms(rng.between(0, DAY - 1)),
        };
        let plan = Self {
            begins: begins.get(),
            nodes: if rng.percent(40) { 2 } else { 1 },
            customers: 1 + rng.index(3),
            has_staff: rng.percent(55),
            has_console: rng.percent(35),
            late: *rng.pick(&[LatePolicy::Ask, LatePolicy::Ask, LatePolicy::Accept, LatePolicy::Refund]),
            approval: if rng.percent(20) { Approval::Separate } else { Approval::AtOnce },
            tax_free: *rng.pick(&[0, 0, 9_000, 29_900]),
            link_uses: *rng.pick(&[None, None, None, None, Some(1), Some(2)]),
            faults: *rng.pick(&[0, 0, 4, 12, 30]),
            is_slow: rng.percent(25),
            db_faults: *rng.pick(&[0, 0, 0, 2, 6]),
            crashes: *rng.pick(&[0, 0, 1, 2, 4]),
            jumps: *rng.pick(&[0, 0, 0, 1, 2]),
            full_disks: *rng.pick(&[0, 0, 0, 0, 1, 2]),
            webhooks_lost: *rng.pick(&[0, 20, 60, 100, 100]),
            impatience: *rng.pick(&[0, 1, 5, 15]),
        };
        if rng.percent(15) { plan.calmed() } else { plan }
    }

    /// The same without trouble: what is told then must be known at once.
    const fn calmed(self) -> Self {
        Self { faults: 0, db_faults: 0, crashes: 0, jumps: 0, full_disks: 0, impatience: 0, ..self }
    }
}

/// What came of a scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub seed: u64,
    pub story: Vec<Line>,
    pub wrongs: Vec<String>,
    pub steps: u64,
}

impl Outcome {
    /// Of a scenario that could not be played to its end; what it broke of was printed.
    pub fn broken(seed: u64) -> Self {
        Self { seed, story: Vec::new(), wrongs: vec!["the scenario itself broke".into()], steps: 0 }
    }
}

/// In every so many scenarios the provider's lists name none of our ids.
const LEAN_EVERY: u64 = 5;

/// In every so many scenarios the orders that are open in the end are waited for.
const ENDED_EVERY: u64 = 3;

pub fn run(seed: u64, on_postgres: bool) -> Outcome {
    let (place, staff) = if on_postgres { ground::postgres() } else { ground::file() };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    if on_postgres {
        // Without sockets to look after, whoever waits for SQLite's threads is woken sooner.
        runtime.enable_io();
    }
    // A yield comes back when nobody else can go on, not earlier.
    let runtime = runtime.enable_time().event_interval(1_000_000).build().unwrap();
    let outcome = runtime.block_on(play(seed, place.clone(), staff));
    drop(runtime);
    ground::remove(&place);
    outcome
}

async fn play(seed: u64, place: Ground, staff: Staff) -> Outcome {
    let mut rng = Rng::new(seed);
    let plan = Plan::draw(&mut rng);
    let turnstile = Turnstile::new(plan.begins, plan.nodes, rng.fork());
    turnstile.tell(format_args!("{plan:?}"));
    let world = World::new(plan.clone(), turnstile.clone(), place, staff, &mut rng).await;
    let world = Arc::new(world);
    if seed % LEAN_EVERY == 4 {
        world.provider("POST", "/_emulator/settings", Some(&json!({ "list_items": "lean" }))).await;
    }
    let mut scheduler = Scheduler {
        watcher: Watcher::default(),
        rng: rng.fork(),
        storm: true,
        crashes: plan.crashes,
        jumps: plan.jumps,
        full_disks: plan.full_disks,
        full_until: i64::MIN,
        steps: 0,
        world,
    };
    let cast = actors::cast(&scheduler.world, &mut rng);
    scheduler.drive(cast, actors::background(&scheduler.world, &mut rng)).await;
    scheduler.storm = false;
    let late = std::mem::take(&mut *scheduler.world.late.lock().unwrap());
    if !late.is_empty() {
        scheduler.drive(late, Vec::new()).await;
    }
    oracle::curtain(&scheduler.world).await;
    turnstile.tell("From now on nothing goes wrong any more.");
    for (node, _) in scheduler.world.fallen() {
        scheduler.world.raise(node).await;
    }
    let world = scheduler.world.clone();
    world.closing.store(true, Ordering::SeqCst);
    scheduler.wait().await;
    oracle::converged(&world).await;
    let orders = records::read(&world.eye).await.orders;
    scheduler.drive(vec![tokio::spawn(closing::ask(world.clone(), orders))], Vec::new()).await;
    let records = records::read(&world.eye).await;
    let kept = records.reviews.into_iter().filter(|review| review.decision.as_deref() == Some("keep"));
    let kept = kept.map(|review| review.payment_id).collect();
    scheduler.drive(vec![tokio::spawn(closing::compare(world.clone(), records.payments, kept))], Vec::new()).await;
    if seed.is_multiple_of(ENDED_EVERY) {
        scheduler.let_orders_end().await;
    }
    oracle::judge(&scheduler.world).await;
    let mut inside = turnstile.inside();
    Outcome {
        seed,
        story: std::mem::take(&mut inside.story),
        wrongs: std::mem::take(&mut inside.wrongs),
        steps: scheduler.steps,
    }
}

/// What the worker takes and puts back for itself moves no money.
fn is_housekeeping(name: &str) -> bool {
    ["work::", "watching::", "deliveries::look_up_strays"].iter().any(|begins| name.starts_with(begins))
}

/// What leaves orders and their logs as they are: whoever looks after it sees nothing new.
fn moves_no_order(name: &str) -> bool {
    let asks = ["admission::claim_look", "admission::note_news", "sweep::", "audit::log"];
    is_housekeeping(name) || asks.iter().any(|begins| name.starts_with(begins))
}

struct Scheduler {
    world: Arc<World>,
    watcher: Watcher,
    rng: Rng,
    /// Things may go wrong.
    storm: bool,
    crashes: u64,
    jumps: u64,
    full_disks: u64,
    /// Until then no write is carried out.
    full_until: i64,
    steps: u64,
}

impl Scheduler {
    /// Nobody is there but the workers, for a little more than a minute.
    async fn wait(&mut self) {
        let world = &self.world;
        world.over.store(false, Ordering::SeqCst);
        let workers = (0..world.plan.nodes).map(|node| tokio::spawn(actors::worker::work(world.clone(), node)));
        let (workers, wait) = (workers.collect(), tokio::spawn(closing::wait(world.clone())));
        self.drive(vec![wait], workers).await;
    }

    /// Until an hour after the end of everything that is still waited for: by then somebody must have ended it.
    async fn let_orders_end(&mut self) {
        let orders = records::read(&self.world.eye).await.orders;
        let waits = |order: &&OrderRow| matches!(order.money_state.as_str(), "pending" | "awaiting_confirm");
        let ends = orders.iter().filter(waits).map(|order| order.expires_at);
        let Some(last) = ends.max() else { return };
        self.world.turnstile.tell("Everything that is waited for ends.");
        let (over, now) = (last + Order::UNFINISHED_MS + MINUTE, self.world.turnstile.now().get());
        self.world.turnstile.inside().now = over.max(now);
        self.wait().await;
    }

    /// Until all actors have left and nobody does anything any more.
    async fn drive(&mut self, mut cast: Vec<JoinHandle<()>>, background: Vec<JoinHandle<()>>) {
        let mut background = Some(background);
        loop {
            self.quiet().await;
            for actor in cast.extract_if(.., |actor| actor.is_finished()) {
                if let Err(error) = actor.await {
                    self.world.turnstile.wrong(format_args!("an actor broke: {error}"));
                }
            }
            if let (true, Some(background)) = (cast.is_empty(), background.take_if(|_| cast.is_empty())) {
                self.world.over.store(true, Ordering::SeqCst);
                cast = background;
            }
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.world.turnstile.wrong("it never ends");
                return;
            }
            self.raise_due().await;
            if self.storm && self.jumps > 0 && self.rng.below(150) == 0 {
                self.jump();
            }
            if self.storm && self.full_disks > 0 && self.rng.below(120) == 0 {
                self.fill_disk();
            }
            match self.next(cast.is_empty()) {
                Some(waiter) => self.let_through(waiter).await,
                None if cast.is_empty() => return,
                None if self.world.fallen().is_empty() => {
                    self.world.turnstile.wrong("somebody waits for what never comes");
                    return;
                }
                None => {}
            }
        }
    }

    /// Waits until everybody waits at the turnstile.
    async fn quiet(&self) {
        loop {
            let before = self.world.turnstile.inside().arrivals;
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if self.world.turnstile.inside().arrivals == before {
                return;
            }
        }
    }

    async fn raise_due(&mut self) {
        let (now, nobody_waits) = {
            let inside = self.world.turnstile.inside();
            (inside.now, inside.waiters.is_empty())
        };
        for (node, at) in self.world.fallen() {
            if at <= now || nobody_waits {
                self.world.turnstile.inside().now = now.max(at);
                self.world.raise(node).await;
                self.world.turnstile.tell(format_args!("Node {} is back.", name_of(node)));
            }
        }
    }

    fn jump(&mut self) {
        self.jumps -= 1;
        let by = match self.rng.below(6) {
            0 => -self.rng.between(1, 5_000),
            1 => self.rng.between(1, 10) * MINUTE,
            2 | 3 => self.rng.between(1, 5) * HOUR,
            _ => DAY + self.rng.between(-HOUR, HOUR),
        };
        self.world.turnstile.inside().now += by;
        self.world.turnstile.tell(format_args!("The clock jumps by {} seconds.", by / 1000));
    }

    /// From now on no write is carried out, for a while.
    fn fill_disk(&mut self) {
        self.full_disks -= 1;
        let lasts =
            if self.rng.percent(70) { self.rng.between(500, 20_000) } else { self.rng.between(20_000, 600_000) };
        self.full_until = self.world.turnstile.now().get() + lasts;
        self.world.turnstile.tell(format_args!("The disk is full for {} seconds.", lasts / 1000));
    }

    /// Who goes next. Timers of what is left behind are not waited for when nobody is on the stage.
    fn next(&mut self, is_over: bool) -> Option<Waiter> {
        let mut inside = self.world.turnstile.inside();
        inside.waiters.retain(Waiter::is_there);
        let now = inside.now;
        let is_ready = |waiter: &Waiter| !matches!(waiter.want, Want::Time(at) if at.get() > now);
        let ready: Vec<usize> = (0..inside.waiters.len()).filter(|at| is_ready(&inside.waiters[*at])).collect();
        let later = (0..inside.waiters.len()).filter(|at| !is_ready(&inside.waiters[*at]));
        let first = later.min_by_key(|at| match inside.waiters[*at].want {
            Want::Time(until) => until,
            _ => UnixMs::new(i64::MAX),
        });
        let until = first.and_then(|at| match inside.waiters[at].want {
            Want::Time(until) => Some(until.get()),
            _ => None,
        });
        let is_near = until.is_some_and(|until| until - now < 3_000);
        let lets_time_pass = is_near && self.storm && self.rng.percent(self.world.plan.impatience);
        let chosen = match (ready.is_empty(), first) {
            (false, _) if !lets_time_pass => ready[self.rng.index(ready.len())],
            (_, Some(first)) if !is_over || !ready.is_empty() => {
                inside.now = until.unwrap_or(now);
                first
            }
            _ => return None,
        };
        Some(inside.waiters.remove(chosen))
    }

    fn fate(&mut self, want: &Want) -> Fate {
        let percent = match want {
            Want::Act | Want::Time(_) => 0,
            Want::Read(_) | Want::Write(_) => self.world.plan.db_faults,
            Want::Request(_) | Want::Answer(..) => self.world.plan.faults,
        };
        let is_full = self.world.turnstile.now().get() < self.full_until;
        if self.storm && is_full && matches!(want, Want::Write(_)) {
            return Fate::Lost;
        }
        if !self.storm || !self.rng.percent(percent) {
            return Fate::Well;
        }
        let status = *self.rng.pick(&[500, 502, 503, 429]);
        let may_be_late = matches!(want, Want::Request(_)) && self.world.plan.jumps == 0;
        let is_late = may_be_late && self.world.plan.is_slow && self.rng.percent(60);
        match (want, self.rng.below(6)) {
            _ if is_late => Fate::Late(self.rng.between(0, LATE_AT_MOST_MS)),
            (Want::Answer(..), 0 | 1) => Fate::Without(self.rng.next()),
            (Want::Answer(..), 2) => Fate::Garbage,
            (Want::Answer(..), 3) => Fate::Truncated,
            (Want::Answer(..) | Want::Request(_), 4) => Fate::Status(status),
            (Want::Answer(..), _) if self.rng.percent(40) => Fate::Silent,
            (Want::Request(_) | Want::Write(_), 0 | 1) => Fate::Silent,
            (Want::Request(_), 2) if may_be_late => Fate::Late(self.rng.between(0, LATE_AT_MOST_MS)),
            _ => Fate::Lost,
        }
    }

    /// For whoever judges what came before what.
    fn note(&self, want: &Want) {
        let passed = match want {
            Want::Write(name) if name.starts_with("deliveries::receive") => Passed::WebhookWritten,
            Want::Request(line) => Passed::Asked(line.clone()),
            _ => return,
        };
        self.world.passed.lock().unwrap().push(passed);
    }

    async fn let_through(&mut self, waiter: Waiter) {
        let (life, want) = (waiter.life, waiter.want.clone());
        let passes = match &want {
            Want::Act | Want::Time(_) => 0,
            Want::Read(_) | Want::Write(_) => self.rng.between(0, 4),
            Want::Request(_) => self.rng.between(2, 40),
            Want::Answer(..) => self.rng.between(5, 250),
        };
        self.world.turnstile.inside().now += passes;
        let falls = self.storm && self.crashes > 0 && life.is_some() && self.rng.below(60) == 0;
        let back_at = self.world.turnstile.inside().now + self.rng.between(500, 30_000);
        if let (true, Some(life), true) = (falls, life, self.rng.percent(40)) {
            self.crashes -= 1;
            drop(waiter);
            self.world.turnstile.tell(format_args!("({want:?} is not done.)"));
            self.world.fell(life.node, back_at);
            return;
        }
        let fate = self.fate(&want);
        self.note(&want);
        if let Some(life) = life {
            let what = match &want {
                Want::Read(name) => format!("· {} reads {name}", name_of(life.node)),
                Want::Write(name) if is_housekeeping(name) => format!("· {} writes {name}", name_of(life.node)),
                Want::Write(name) => format!("{} writes {name}", name_of(life.node)),
                Want::Request(line) => format!("{} sends {line}", name_of(life.node)),
                Want::Answer(line, _) => format!("· {} hears of {line}", name_of(life.node)),
                Want::Act | Want::Time(_) => format!("· {} waited", name_of(life.node)),
            };
            let trouble = if fate == Fate::Well { String::new() } else { format!(": {fate:?}") };
            let is_told = if fate == Fate::Well { what } else { what.trim_start_matches("· ").to_owned() };
            self.world.turnstile.tell(format_args!("{is_told}{trouble}"));
        }
        let is_write = matches!(&want, Want::Write(name) if !moves_no_order(name));
        let (is_done, may_know) = waiter.let_through(fate);
        let _ = is_done.await;
        match life {
            Some(life) if falls => {
                self.crashes -= 1;
                self.world.turnstile.tell("(It is done, and nobody hears of it.)");
                self.world.fell(life.node, back_at);
            }
            _ => drop(may_know.send(())),
        }
        if is_write {
            // Whoever was let know looks at the clock; the watcher must not do so at the same time.
            self.quiet().await;
            self.watcher.look(&self.world).await;
        }
    }
}
