//! The chaos run: transfers under keys and without, through a proxy that breaks what it can.
//!
//! `cargo xtask chaos [--seed N] [--seconds S] [--transactions N] [--tasks N]`; with `--nodes`, three nodes that come and go
//!
//! `--careless 1` asks again without a key where nobody knows what became of it, which the checks must find.

mod bank;
mod check;
mod faults;
mod nodes;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::{FaultProxy, TestDb};

use bank::{Ended, Request, Way, account, transfer};
use check::{Report, breaches};
use faults::{APPLICATION, Faults};

const CONNECTIONS: usize = 16;

#[derive(Debug, Clone, Copy)]
struct Size {
    seed: u64,
    seconds: u64,
    transactions: u64,
    tasks: u64,
    /// Asks again without a key after an unknown outcome, as nobody should, to show that the checks find it.
    careless: bool,
    /// Three nodes that come and go, in the place of faults in statements.
    nodes: bool,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn arguments() -> Result<Size, Failure> {
    let mut size =
        Size { seed: 1, seconds: 60, transactions: u64::MAX, tasks: 24, careless: false, nodes: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--nodes" {
            size.nodes = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{name} needs a number"))?;
        let value = value.parse().map_err(|_| format!("{name} needs a number, and not `{value}`"))?;
        match name.as_str() {
            "--seed" => size.seed = value,
            "--seconds" => size.seconds = value,
            "--transactions" => size.transactions = value,
            "--tasks" => size.tasks = value,
            "--careless" => size.careless = value == 1,
            _ => {
                return Err(format!(
                    "unknown argument {name}: --seed, --seconds, --transactions, --tasks, --nodes"
                )
                .into());
            }
        }
    }
    Ok(size)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("chaos: {error}");
            ExitCode::FAILURE
        }
    }
}

struct World {
    db: Database,
    faults: Faults,
    reports: Mutex<Vec<Report>>,
    over: AtomicBool,
    size: Size,
}

async fn run() -> Result<usize, Failure> {
    let size = arguments()?;
    if size.nodes {
        return nodes::run(size).await;
    }
    let test_db = TestDb::new().await?;
    if test_db.is_cockroachdb() {
        return Err(
            "it needs a PostgreSQL server: faults are set where PostgreSQL's own statements go".into()
        );
    }
    bank::open(&test_db).await?;
    let proxy = Arc::new(FaultProxy::to(&test_db).await?);
    let db = Database::builder(&proxy.url())
        .application_name(APPLICATION)
        .max_connections(CONNECTIONS)
        .wait_timeout(Duration::from_secs(2))
        .connect()
        .await?;
    let world = Arc::new(World {
        db,
        faults: Faults::set(&proxy, size.seed),
        reports: Mutex::default(),
        over: AtomicBool::new(false),
        size,
    });
    let began = Instant::now();
    let mut seeds = fastrand::Rng::with_seed(size.seed);
    let mut evils = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (world, proxy, random) = (world.clone(), proxy.clone(), seeds.fork());
        evils.spawn(async move { world.faults.delay_commits(&proxy, random).await });
    }
    let (killer, direct, random) = (world.clone(), test_db.db().clone(), seeds.fork());
    evils.spawn(async move { killer.faults.kill(&direct, random).await });
    let (hog, random) = (world.clone(), seeds.fork());
    evils.spawn(async move { hog.faults.exhaust(&hog.db, CONNECTIONS, random).await });
    let forget = proxy.clone();
    evils.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            forget.forget_statements();
        }
    });

    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..size.tasks {
        tasks.spawn(work(world.clone(), seeds.fork()));
    }
    let clock = world.clone();
    let timer = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(clock.size.seconds)).await;
        clock.over.store(true, SeqCst);
    });
    while let Some(task) = tasks.join_next().await {
        task?;
    }
    timer.abort();
    let kinds = world.faults.by_kind();
    // What is held back is delivered by those who hold it; they have not more than a moment left to do so.
    proxy.clear();
    tokio::time::sleep(Duration::from_millis(500)).await;
    evils.shutdown().await;
    let elapsed = began.elapsed();

    let reports = std::mem::take(&mut *world.reports.lock().unwrap_or_else(PoisonError::into_inner));
    let found = breaches(&test_db, &reports).await?;
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    let mut errors: BTreeMap<String, u64> = BTreeMap::new();
    for report in &reports {
        *outcomes.entry(report.ended.name()).or_default() += 1;
        if let Ended::NotCommitted(error) | Ended::Committed(error) = &report.ended {
            *errors
                .entry(error.chars().filter(|char| !char.is_ascii_digit()).take(90).collect())
                .or_default() += 1;
        }
    }
    print("faults", &kinds);
    print("outcomes", &outcomes);
    print("errors of a known outcome", &errors);
    println!("{:?}", world.db.stats());
    println!(
        "seed {}, {:.1} s, {} tasks, {CONNECTIONS} connections",
        size.seed,
        elapsed.as_secs_f64(),
        size.tasks
    );
    for breach in found.iter().take(20) {
        println!("BREACH: {breach}");
    }
    let faults: u64 = kinds.values().sum();
    println!("chaos: {} transactions, {faults} faults, {} breaches", reports.len(), found.len());
    Ok(found.len())
}

fn print<K: std::fmt::Display>(title: &str, counts: &BTreeMap<K, u64>) {
    println!("{title}:");
    for (name, count) in counts {
        println!("  {count:>8}  {name}");
    }
}

/// One request after another, each of them asked for once or more often.
async fn work(world: Arc<World>, mut random: fastrand::Rng) {
    while !world.over.load(SeqCst) && world.faults.calls.load(SeqCst) < world.size.transactions {
        let way = random.choice([Way::Plain, Way::Deferred, Way::Key, Way::Key, Way::KeyDeferred]);
        let way = way.unwrap_or(Way::Key);
        let first = random.u128(0..400);
        let request = Request {
            key: Uuid::from_u128(random.u128(..)),
            from: account(first),
            to: account(first + random.u128(1..400)),
            amount: random.i64(1..200),
        };
        let keyed = matches!(way, Way::Key | Way::KeyDeferred);
        if keyed && random.u8(0..10) == 0 {
            // Two callers at the same time.
            join!(call(&world, request, way, random.fork()), call(&world, request, Way::Key, random.fork()));
            continue;
        }
        let mut ended = call(&world, request, way, random.fork()).await;
        // Under a key it may be asked for again, whatever came of it, and it pays to do so where nobody knows.
        for _ in 0..3 {
            let unknown = matches!(ended, Ended::Unknown | Ended::Dropped);
            if unknown && !keyed && world.size.careless {
                ended = call(&world, request, way, random.fork()).await;
                continue;
            }
            if !keyed || random.u8(0..20) > if unknown { 15 } else { 0 } {
                break;
            }
            ended = call(&world, request, way, random.fork()).await;
        }
    }
}

async fn call(world: &World, request: Request, way: Way, mut random: fastrand::Rng) -> Ended {
    let call = Uuid::from_u128(random.u128(..));
    let transfer = transfer(&world.db, request, way, call);
    let ended = if random.u8(0..50) == 0 {
        let patience = Duration::from_micros(random.u64(0..20_000));
        tokio::time::timeout(patience, transfer).await.unwrap_or_else(|_| {
            world.faults.dropped.fetch_add(1, SeqCst);
            Ended::Dropped
        })
    } else {
        transfer.await
    };
    world.faults.calls.fetch_add(1, SeqCst);
    let report = Report { key: request.key, call, ended: ended.clone(), way };
    world.reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    ended
}
