//! What a scenario takes place in: nodes on one database, a provider, and what actors know and were promised.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use bytes::Bytes;
use futures::future::{Either, select};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::letters::{Arrived, SimMailer};
use super::records::{self, Records};
use super::rng::{Rng, SeededIds};
use super::scenario::Plan;
use super::turnstile::{Fate, Life, SimClock, Turnstile, Want};
use super::wire::{Late, SimWire, exchange};
use madang::domain::business::Business;
use madang::domain::customer::Email;
use madang::domain::delivery::Source;
use madang::domain::id::{CallKey, FormKey, LinkToken, OrderId};
use madang::domain::order::Order;
use madang::domain::staff::Staff;
use madang::domain::time::UnixMs;
use madang::emulator::{self, Emulator};
use madang::failpoint;
use madang::job::Post;
use madang::provider::bootpay::{Bootpay, Hosts, Keys};
use madang::service::{Error, Services};
use madang::store::gate::{self, Gate, Pass};
use madang::store::{Db, DbOptions, shop};

pub const PROVIDER: &str = "http://127.0.0.1:4000";
pub const SHOP: &str = "http://127.0.0.1:3000";
pub const SHOP_NAME: &str = "마당";
/// Whose account it is that money goes back to.
pub const HOLDER: &str = "계좌주인홍길동";
/// Where the provider's page leads that a browser has made, as against one of the shop's.
pub const FROM_BROWSER: &str = "http://127.0.0.1:3000/orders/x/return";

/// Where the database of a scenario is.
#[derive(Clone, Debug)]
pub enum Ground {
    File(PathBuf),
    Postgres(String),
}

impl Ground {
    pub fn url(&self) -> String {
        match self {
            Self::File(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// For a node, which must never wait for a connection: nobody would see it wait.
    pub async fn open(&self) -> Db {
        Db::open(&DbOptions { url: self.url(), readers: 1 }).await.unwrap()
    }

    /// For the scheduler, which does one thing after the other.
    async fn open_eye(&self) -> Db {
        Db::open(&DbOptions { url: self.url(), readers: 1 }).await.unwrap()
    }
}

struct Node {
    services: Option<Services>,
    /// Dropped when it falls.
    life: watch::Sender<()>,
    back_at: i64,
}

/// A refund as staff have ordered it: all of its won, and of those the ones that are free of tax.
#[derive(Debug)]
pub struct Ordered {
    pub key: CallKey,
    pub order: OrderId,
    pub won: i64,
    pub tax_free: i64,
}

/// What was said to somebody outside and must hold for ever.
#[derive(Default)]
pub struct Told {
    /// Which order a form made.
    pub forms: Vec<(FormKey, OrderId)>,
    /// Orders whose page said "paid".
    pub paid: Vec<OrderId>,
    /// Refunds that staff ordered, and of those the ones that were called done.
    pub refunds: Vec<Ordered>,
    pub refunded: Vec<CallKey>,
    /// Amounts that somebody cancelled in the provider's console, by receipt.
    pub console: Vec<(String, i64)>,
    /// Requests of buyers to cancel that staff have approved, whatever has come of it.
    pub approved: Vec<String>,
    /// Receipts that staff gave back by hand.
    pub given_back: Vec<String>,
    /// Numbers of accounts that staff were told to send money back to.
    pub accounts: Vec<String>,
    /// Numbers of the provider that somebody told us about an order, and since when.
    pub hints: Vec<(OrderId, String, UnixMs)>,
    /// What had gone back of a receipt, in won, when a webhook about it was answered.
    pub gone: Vec<(String, i64)>,
    /// Webhooks that were answered well.
    pub received: i64,
}

/// What went through the turnstile, where its order matters to the judge.
pub enum Passed {
    WebhookWritten,
    /// The provider was asked for this.
    Asked(String),
}

pub struct World {
    pub turnstile: Turnstile,
    pub emulator: Router,
    pub plan: Plan,
    pub staff: Staff,
    pub ground: Ground,
    /// Looks at the database past the gate.
    pub eye: Db,
    pub told: Mutex<Told>,
    pub passed: Mutex<Vec<Passed>>,
    /// Webhooks that were still on their way when everybody had left.
    pub late_webhooks: Mutex<Vec<(Source, Vec<u8>)>>,
    /// The link that customers pay by, once it is there.
    pub link: Mutex<Option<LinkToken>>,
    /// Orders that exist, as whoever started them knows them.
    pub orders: Mutex<Vec<Order>>,
    pub letters: Arrived,
    nodes: Mutex<Vec<Node>>,
    ids: Mutex<Rng>,
    /// Counts what people do, and what was asked of the provider.
    activity: AtomicU64,
    asked: Arc<AtomicU64>,
    /// Requests that are still on their way though their senders have given up.
    pub late: Late,
    /// Nothing goes wrong any more, and the worker works as it should.
    pub closing: AtomicBool,
    /// Everybody has left, and what goes on by itself may end.
    pub over: AtomicBool,
}

pub fn name_of(node: usize) -> char {
    if node == 0 { 'A' } else { 'B' }
}

fn gate(turnstile: &Turnstile, life: Life) -> Gate {
    let turnstile = turnstile.clone();
    Gate(Arc::new(move |access| {
        let turnstile = turnstile.clone();
        Box::pin(async move {
            let name = failpoint::short(access.name);
            let want = if access.is_write { Want::Write(name) } else { Want::Read(name) };
            let ticket = turnstile.enter(Some(life), want).await;
            let fate = match ticket.fate {
                Fate::Well => gate::Fate::Well,
                Fate::Silent => gate::Fate::Unheard,
                _ => gate::Fate::Fails,
            };
            let back = Box::pin(async move {
                if ticket.back.await.is_err() {
                    std::future::pending::<()>().await;
                }
            });
            Pass { fate, done: ticket.done, back }
        })
    }))
}

impl World {
    pub async fn new(plan: Plan, turnstile: Turnstile, ground: Ground, staff: Staff, rng: &mut Rng) -> Self {
        let emulator = Emulator::open(emulator::Options {
            public_url: PROVIDER.into(),
            client_key: emulator::DEFAULT_CLIENT_KEY.into(),
            secret_key: emulator::DEFAULT_SECRET_KEY.into(),
            journal: None,
            clock: Arc::new(SimClock { turnstile: turnstile.clone(), life: None }),
            ids: Arc::new(SeededIds(Mutex::new(rng.fork()))),
        });
        let world = Self {
            emulator: emulator.unwrap().router(),
            nodes: Mutex::default(),
            letters: Arrived::default(),
            ids: Mutex::new(rng.fork()),
            activity: AtomicU64::new(0),
            asked: Arc::default(),
            late: Late::default(),
            closing: AtomicBool::new(false),
            over: AtomicBool::new(false),
            told: Mutex::default(),
            passed: Mutex::default(),
            late_webhooks: Mutex::default(),
            link: Mutex::default(),
            orders: Mutex::default(),
            plan,
            turnstile,
            staff,
            eye: ground.open_eye().await,
            ground,
        };
        let (late, approval) = (world.plan.late, world.plan.approval);
        let set = world.eye.write(move |tx| {
            Box::pin(async move {
                shop::set(tx, shop::LATE_POLICY, late.as_str()).await?;
                shop::set(tx, shop::APPROVAL, approval.as_str()).await
            })
        });
        set.await.unwrap();
        let targets = json!({ "pg": format!("{SHOP}/webhooks/bootpay/pg"), "commerce": format!("{SHOP}/webhooks/bootpay/commerce") });
        world.provider("POST", "/_emulator/webhooks", Some(&targets)).await;
        records::set_tax_free(&world.eye, world.plan.tax_free).await;
        for _ in 0..world.plan.nodes {
            world.nodes.lock().unwrap().push(Node { services: None, life: watch::channel(()).0, back_at: 0 });
        }
        for node in 0..world.plan.nodes {
            world.raise(node).await;
        }
        world
    }

    fn life(&self, node: usize) -> Life {
        Life { node, number: self.turnstile.inside().lives[node] }
    }

    /// Starts a node: the database is opened anew and nothing is in its memory.
    pub async fn raise(&self, node: usize) {
        let life = self.life(node);
        let db = self.ground.open().await.gated(gate(&self.turnstile, life));
        let wire = SimWire {
            turnstile: self.turnstile.clone(),
            life,
            emulator: self.emulator.clone(),
            asked: self.asked.clone(),
            late: self.late.clone(),
        };
        let bootpay = Bootpay::new(
            Arc::new(wire),
            Hosts { commerce: format!("{PROVIDER}/v1"), pg: format!("{PROVIDER}/v2") },
            Keys {
                client: emulator::DEFAULT_CLIENT_KEY.into(),
                secret: SecretString::from(emulator::DEFAULT_SECRET_KEY.to_owned()),
            },
        );
        let clock = SimClock { turnstile: self.turnstile.clone(), life: Some(life) };
        let ids = SeededIds(Mutex::new(self.ids.lock().unwrap().fork()));
        let services = Services::new(db, bootpay, Arc::new(clock), Arc::new(ids), SHOP);
        let mut nodes = self.nodes.lock().unwrap();
        nodes[node] = Node { services: Some(services), life: watch::channel(()).0, back_at: 0 };
    }

    /// How letters leave a node that lives now.
    pub fn post(&self, node: usize) -> Post {
        let (turnstile, life, arrived) = (self.turnstile.clone(), self.life(node), self.letters.clone());
        Post {
            mailer: Arc::new(SimMailer { turnstile, life, arrived }),
            staff: Email::parse("staff@example.com").ok(),
            public_url: SHOP.into(),
            configured: Arc::new(Business { name: SHOP_NAME.into(), ..Business::default() }),
        }
    }

    /// A node falls, with all that it was doing.
    pub fn fell(&self, node: usize, back_at: i64) {
        self.turnstile.tell(format_args!("Node {} falls.", name_of(node)));
        self.turnstile.end(self.life(node));
        self.nodes.lock().unwrap()[node] = Node { services: None, life: watch::channel(()).0, back_at };
    }

    /// Nodes that are down, and when they come back.
    pub fn fallen(&self) -> Vec<(usize, i64)> {
        let nodes = self.nodes.lock().unwrap();
        nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.services.is_none())
            .map(|(at, node)| (at, node.back_at))
            .collect()
    }

    /// Somebody asks a node for something. `None` when nobody answers: it is down, or falls meanwhile.
    pub async fn ask<T, W>(
        &self,
        node: usize,
        what: impl std::fmt::Display,
        work: impl FnOnce(Services) -> W,
    ) -> Option<Result<T, Error>>
    where
        W: Future<Output = Result<T, Error>>,
    {
        let node = node % self.plan.nodes;
        self.turnstile.act().await;
        self.activity.fetch_add(1, Ordering::SeqCst);
        self.turnstile.tell(format_args!("{what}, at node {}.", name_of(node)));
        let answer = self.ask_silently(node, work).await;
        match &answer {
            Some(Err(error)) => self.turnstile.tell(format_args!("{what}: told {error}.")),
            None => self.turnstile.tell(format_args!("{what}: nobody answers.")),
            Some(Ok(_)) => {}
        }
        answer
    }

    /// As [`World::ask`], of whom the story tells nothing.
    pub async fn ask_silently<T, W>(&self, node: usize, work: impl FnOnce(Services) -> W) -> Option<Result<T, Error>>
    where
        W: Future<Output = Result<T, Error>>,
    {
        let (services, mut life) = {
            let nodes = self.nodes.lock().unwrap();
            (nodes[node].services.clone()?, nodes[node].life.subscribe())
        };
        let (work, fall) = (pin!(work(services)), pin!(life.changed()));
        match select(work, fall).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right(_) => None,
        }
    }

    pub fn activity(&self) -> u64 {
        self.activity.load(Ordering::SeqCst)
    }

    /// Grows with every request that may have changed the provider's ledger.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// A call that somebody outside makes at the provider; nothing happens to it on the way.
    pub async fn provider(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        use base64::Engine as _;
        let pair = format!("{}:{}", emulator::DEFAULT_CLIENT_KEY, emulator::DEFAULT_SECRET_KEY);
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", basic)
            .header("content-type", "application/json")
            .header("BOOTPAY-ROLE", "supervisor")
            .body(body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string())));
        if method != "GET" {
            self.asked.fetch_add(1, Ordering::SeqCst);
        }
        let answer = exchange(&self.emulator, request.unwrap()).await;
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    /// What is stored, for somebody on the stage. Whoever would look past the turnstile were waiting unseen.
    pub async fn stored(&self) -> Records {
        let ticket = self.turnstile.enter(None, Want::Read("everything".into())).await;
        let records = records::read(&self.eye).await;
        drop(ticket.done);
        let _ = ticket.back.await;
        records
    }

    /// What the provider believes.
    pub async fn ledger(&self) -> Value {
        self.provider("GET", "/_emulator/ledger", None).await.1
    }

    /// The buyer presses a button on the provider's page. Answers with the provider's order number.
    pub async fn choose(&self, invoice_id: &str, outcome: &str) -> Option<String> {
        let request = http::Request::post(format!("/invoice/{invoice_id}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(format!("outcome={outcome}")));
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = exchange(&self.emulator, request.unwrap()).await;
        let to = answer.headers().get("location")?.to_str().unwrap().to_owned();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(to.split_once('?')?.1).unwrap();
        pairs.into_iter().find(|(name, _)| name == "order_number").map(|(_, number)| number)
    }

    pub fn remember(&self, order: &Order) {
        let mut orders = self.orders.lock().unwrap();
        if !orders.iter().any(|known| known.id == order.id) {
            orders.push(order.clone());
        }
    }
}
