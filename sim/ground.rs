//! Databases for scenarios: copies of one that was migrated and set up once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use secrecy::SecretString;

use super::rng::{Rng, SeededIds};
use super::world::{Ground, PROVIDER, SHOP};
use madang::clock::Clock;
use madang::domain::customer::{Email, Name};
use madang::domain::staff::{Role, Staff};
use madang::domain::time::UnixMs;
use madang::provider::bootpay::{Bootpay, Hosts, Keys};
use madang::provider::transport::{Answering, Lost, Transport};
use madang::service::Services;
use madang::store::Db;

static NEXT: AtomicU64 = AtomicU64::new(0);

struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: http::Request<bytes::Bytes>) -> Answering<'_> {
        Box::pin(async { Err(Lost("nobody is there".into())) })
    }
}

/// A folder in memory where there is one.
fn folder() -> PathBuf {
    let shared = Path::new("/dev/shm");
    let root = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
    root.join(format!("madang-sim-{}", std::process::id()))
}

fn on_its_own<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let run = move || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    std::thread::spawn(run).join().unwrap()
}

/// Before every scenario: work that never ends must be due in all of them, whatever today's date is.
struct LongAgo;

impl Clock for LongAgo {
    fn now(&self) -> UnixMs {
        UnixMs::new(1_700_000_000_000)
    }
}

async fn set_up(db: &Db) -> Staff {
    db.migrate().await.unwrap();
    let keys = Keys { client: "sim".into(), secret: SecretString::from("sim".to_owned()) };
    let hosts = Hosts { commerce: format!("{PROVIDER}/v1"), pg: format!("{PROVIDER}/v2") };
    let bootpay = Bootpay::new(Arc::new(Nowhere), hosts, keys);
    let (clock, ids): (Arc<dyn Clock>, _) = (Arc::new(LongAgo), Arc::new(SeededIds(Mutex::new(Rng::new(1)))));
    let services = Services::new(db.clone(), bootpay, clock, ids, SHOP);
    services.prepare("emulator").await.unwrap();
    let (email, name) = (Email::parse("staff@example.com").unwrap(), Name::parse("이담당").unwrap());
    services.create_staff(email, name, Role::Owner, "a password of the staff", false).await.unwrap()
}

/// A new database in a file, and who works there.
pub fn file() -> (Ground, Staff) {
    static TEMPLATE: OnceLock<(Vec<u8>, Staff)> = OnceLock::new();
    let (bytes, staff) = TEMPLATE.get_or_init(|| {
        let path = folder().join("template.db");
        let ground = Ground::File(path.clone());
        let staff = on_its_own(async move {
            let db = ground.open().await;
            let staff = set_up(&db).await;
            db.close().await;
            staff
        });
        (std::fs::read(path).unwrap(), staff)
    });
    let path = folder().join(NEXT.fetch_add(1, Ordering::SeqCst).to_string()).join("madang.db");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    (Ground::File(path), staff.clone())
}

fn cluster() -> String {
    std::env::var("MADANG_TEST_POSTGRES").expect("MADANG_TEST_POSTGRES names no PostgreSQL: run `make sim`")
}

async fn statement(sql: String) {
    let admin = sqlx::PgPool::connect(&format!("{}/postgres", cluster())).await.expect("the cluster answers");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&admin).await.unwrap();
    admin.close().await;
}

/// A new database in the cluster of the tests, and who works there.
pub fn postgres() -> (Ground, Staff) {
    static TEMPLATE: OnceLock<(String, Staff)> = OnceLock::new();
    let (template, staff) = TEMPLATE.get_or_init(|| {
        let name = format!("sim_template_{}", std::process::id());
        let made = name.clone();
        let staff = on_its_own(async move {
            statement(format!("CREATE DATABASE {made} ENCODING 'UTF8' TEMPLATE template0")).await;
            let db = Ground::Postgres(format!("{}/{made}", cluster())).open().await;
            let staff = set_up(&db).await;
            db.close().await;
            staff
        });
        (name, staff)
    });
    let name = format!("sim_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let (made, from) = (name.clone(), template.clone());
    on_its_own(async move { statement(format!("CREATE DATABASE {made} TEMPLATE {from}")).await });
    (Ground::Postgres(format!("{}/{name}", cluster())), staff.clone())
}

/// Takes the database away again.
pub fn remove(ground: &Ground) {
    match ground {
        Ground::File(path) => {
            let _ = std::fs::remove_dir_all(path.parent().unwrap());
        }
        Ground::Postgres(url) => {
            let name = url.rsplit('/').next().unwrap().to_owned();
            on_its_own(async move { statement(format!("DROP DATABASE {name} WITH (FORCE)")).await });
        }
    }
}

/// Takes away what this process left behind.
pub fn clear() {
    let _ = std::fs::remove_dir_all(folder());
}
