//! `cargo xtask chaos --nodes`: three nodes, of which one after the other drains, dies, says nothing or is slow, while
//! 200 tasks work through one pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::LogIn;
use crdb_orm::testing::{FaultProxy, TestDb};
use tokio::time::sleep;

use super::{Failure, Size};

const CONNECTIONS: usize = 15;
const ROWS: i64 = 64;
/// Connections are to be even again within this time of a node's return.
const EVEN: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Tally {
    over: AtomicBool,
    done: AtomicU64,
    added: AtomicU64,
    unknown: AtomicU64,
    failed: AtomicU64,
    longest_micros: AtomicU64,
}

/// Runs it; the number of breaches.
pub(crate) async fn run(size: Size) -> Result<usize, Failure> {
    let test_db = TestDb::new().await?;
    test_db.run_ddl(&["CREATE TABLE n (id INT8 PRIMARY KEY, v INT8 NOT NULL)"]).await?;
    for id in 1..=ROWS {
        Sql::trusted("INSERT INTO n (id, v) VALUES ($1, 0)").bind(id).exec(&*test_db).await?;
    }
    let mut nodes = Vec::new();
    for _ in 0..3 {
        nodes.push(Arc::new(FaultProxy::to(&test_db).await?));
    }
    let names: Vec<String> = nodes.iter().map(|node| node.node()).collect();
    let url = nodes[0].url().replace(&names[0], &names.join(","));
    let db = Database::builder(&url).max_connections(CONNECTIONS).connect().await?;
    let tally = Arc::new(Tally::default());
    let mut seeds = fastrand::Rng::with_seed(size.seed);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..size.tasks.max(200) {
        tasks.spawn(work(db.clone(), tally.clone(), number, seeds.fork()));
    }

    let mut breaches = Vec::new();
    let began = Instant::now();
    let mut events = std::collections::BTreeMap::<&str, u32>::new();
    while began.elapsed() < Duration::from_secs(size.seconds) {
        let node = &nodes[seeds.usize(..nodes.len())];
        let event = strike(node, &mut seeds);
        *events.entry(event).or_default() += 1;
        sleep(Duration::from_millis(seeds.u64(100..1500))).await;
        node.latency(Duration::ZERO);
        node.come_back();
        node.forget_statements();
        let returned = Instant::now();
        while !is_even(&nodes) && returned.elapsed() < EVEN {
            sleep(Duration::from_millis(10)).await;
        }
        if !is_even(&nodes) {
            let spread: Vec<usize> = nodes.iter().map(|node| node.open()).collect();
            breaches.push(format!("{spread:?} connections {EVEN:?} after the return from `{event}`"));
        }
    }
    tally.over.store(true, SeqCst);
    while let Some(task) = tasks.join_next().await {
        breaches.extend(task?);
    }
    let closed = db.close().await;
    if !closed.is_clean() {
        breaches.push(format!("work was left: {closed}"));
    }
    let (sum,): (i64,) = Sql::trusted("SELECT sum(v)::INT8 FROM n").one(&*test_db).await?;
    let (added, unknown) = (tally.added.load(SeqCst), tally.unknown.load(SeqCst));
    // Only what was on its way to a node at the very moment at which it went may be unknown.
    if unknown * 100 > tally.done.load(SeqCst) {
        breaches.push(format!("{unknown} writes are unknown, more than one in a hundred"));
    }
    if !(added..=added + unknown).contains(&u64::try_from(sum)?) {
        breaches.push(format!("the sum is {sum}, and {added} were added, {unknown} unknown"));
    }
    println!("seed {}: {events:?}", size.seed);
    println!(
        "{} requests done, {unknown} unknown, {} failed; the longest took {:.2} s",
        tally.done.load(SeqCst),
        tally.failed.load(SeqCst),
        Duration::from_micros(tally.longest_micros.load(SeqCst)).as_secs_f64()
    );
    for breach in &breaches {
        println!("BREACH: {breach}");
    }
    Ok(breaches.len())
}

/// Does something to a node; says what.
fn strike(node: &FaultProxy, random: &mut fastrand::Rng) -> &'static str {
    match random.u8(..5) {
        0 => {
            node.drain_gracefully();
            "drains"
        }
        1 => {
            node.die();
            "dies"
        }
        2 => {
            node.log_in(LogIn::Silence);
            node.cut();
            "breaks and says nothing"
        }
        3 => {
            node.latency(Duration::from_millis(20));
            "is slow"
        }
        _ => {
            node.cut();
            "loses its connections"
        }
    }
}

fn is_even(nodes: &[Arc<FaultProxy>]) -> bool {
    let open = || nodes.iter().map(|node| node.open());
    open().max().zip(open().min()).is_some_and(|(most, least)| most - least <= 1)
}

/// One task; what must not have happened.
async fn work(db: Database, tally: Arc<Tally>, number: u64, mut random: fastrand::Rng) -> Vec<String> {
    let id = i64::try_from(number).unwrap_or_default() % ROWS + 1;
    let mut breaches = Vec::new();
    while !tally.over.load(SeqCst) {
        let began = Instant::now();
        let add = Sql::trusted("UPDATE n SET v = v + 1 WHERE id = $1").bind(id);
        let (adds, result) = match number % 4 {
            0 => (true, db.transaction("adds", async |tx| add.clone().exec(&tx).await).await),
            1 => (true, add.exec(&db).await),
            _ => {
                let read = Sql::trusted("SELECT v FROM n WHERE id = $1").bind(id);
                let reads = db.transaction("reads", async |tx| read.clone().exec(&tx).await);
                (false, reads.read_only().await)
            }
        };
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        tally.longest_micros.fetch_max(micros, SeqCst);
        match result {
            Ok(_) => {
                tally.done.fetch_add(1, SeqCst);
                tally.added.fetch_add(u64::from(adds), SeqCst);
            }
            Err(error) if adds && error.is_outcome_unknown() => {
                tally.unknown.fetch_add(1, SeqCst);
            }
            Err(error) => {
                tally.failed.fetch_add(1, SeqCst);
                if breaches.len() < 3 {
                    breaches.push(format!("it need not have failed: {error}"));
                }
            }
        }
        sleep(Duration::from_millis(random.u64(1..20))).await;
    }
    breaches
}
