//! Many tasks that want the same rows: `cargo run --release -p crdb-benches -- contended [options]`.
//!
//! Each task reads a row, and writes what it read plus one, in a serializable transaction that is run again until it is
//! committed. All contestants have one connection for each task.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use tokio_postgres::{Client, NoTls, Statement};

use crate::contestants::Outcome;

/// A number that is counted up.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "counters")]
struct Counter {
    #[crdb(primary_key)]
    id: i64,
    value: i64,
}

const SCHEMA: Schema = Schema::new("contended").tables(&[Counter::TABLE]);

/// What is run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) url: Option<String>,
    pub(crate) tasks: usize,
    pub(crate) rows: i64,
    pub(crate) commits: i64,
    pub(crate) rounds: usize,
    /// Two rows in random order, and not one.
    pub(crate) two: bool,
    /// Only the contestant of this number, to be looked at with a profiler.
    pub(crate) only: Option<usize>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options =
            Self { url: None, tasks: 32, rows: 4, commits: 5_000, rounds: 3, two: false, only: None };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--url" => options.url = Some(value()?),
                "--tasks" => options.tasks = value()?.parse()?,
                "--rows" => options.rows = value()?.parse()?,
                "--commits" => options.commits = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--two" => options.two = true,
                "--only" => options.only = Some(value()?.parse()?),
                _ => return Err(format!("there is no option {name}").into()),
            }
        }
        Ok(options)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contestant {
    Library,
    /// The library, with the write deferred until COMMIT.
    Deferred,
    /// The library without contention control.
    Unlimited,
    /// A loop by hand that tries again at once.
    Immediate,
    /// A loop by hand that sleeps between 2 and 100 ms, doubled each time, with full jitter.
    Jitter,
}

impl Contestant {
    const ALL: [Self; 5] = [Self::Library, Self::Deferred, Self::Unlimited, Self::Immediate, Self::Jitter];

    fn name(self) -> &'static str {
        match self {
            Self::Library => "crdb-orm",
            Self::Deferred => "crdb-orm, deferred write",
            Self::Unlimited => "crdb-orm, limit(false)",
            Self::Immediate => "by hand, again at once",
            Self::Jitter => "by hand, full jitter",
        }
    }
}

/// What came of a round.
struct Round {
    rate: f64,
    attempts: f64,
    p50: Duration,
    p99: Duration,
}

pub(crate) async fn run(options: &Options) -> Outcome {
    let test = if options.url.is_none() { Some(TestDb::new().await?) } else { None };
    let url = match (&options.url, &test) {
        (Some(url), _) => url.clone(),
        (None, Some(test)) => test.url().to_owned(),
        (None, None) => return Err("no server".into()),
    };
    let library = Database::builder(&url).max_connections(options.tasks).connect().await?;
    println!("{}", library.server());
    library.create_schema(&SCHEMA).await?;
    for id in 0..options.rows {
        Counter::insert().id(id).value(0).build().or_update().exec(&library).await?;
    }
    let mut clients = Vec::new();
    for _ in 0..options.tasks {
        clients.push(Arc::new(Hand::connect(&url).await?));
    }
    println!(
        "{} tasks, {} rows, {} commits a round, {} rounds{}",
        options.tasks,
        options.rows,
        options.commits,
        options.rounds,
        if options.two { ", two rows each, in random order" } else { "" }
    );
    let mut results = [const { Vec::new() }; Contestant::ALL.len()];
    for round in 0..options.rounds {
        for turn in 0..Contestant::ALL.len() {
            let index = (round + turn) % Contestant::ALL.len();
            let contestant = Contestant::ALL[index];
            if options.only.is_some_and(|only| only != index) {
                continue;
            }
            results[index].push(self::round(contestant, options, &library, &clients).await?);
        }
    }
    println!("{:<26}{:>12}{:>12}{:>12}{:>12}", "median", "commits/s", "attempts", "p50 ms", "p99 ms");
    for (contestant, rounds) in Contestant::ALL.iter().zip(&results) {
        println!(
            "{:<26}{:>12.0}{:>12.2}{:>12.1}{:>12.1}",
            contestant.name(),
            median(rounds, |round| round.rate),
            median(rounds, |round| round.attempts),
            median(rounds, |round| round.p50.as_secs_f64() * 1e3),
            median(rounds, |round| round.p99.as_secs_f64() * 1e3),
        );
    }
    for (contestant, rounds) in Contestant::ALL.iter().zip(&results).skip(1) {
        println!(
            "against `{}`: {:.2}x the commits, {:.2}x the p99",
            contestant.name(),
            median(&results[0], |round| round.rate) / median(rounds, |round| round.rate),
            median(&results[0], |round| round.p99.as_secs_f64())
                / median(rounds, |round| round.p99.as_secs_f64()),
        );
    }
    println!("{:?}", library.contention());
    Ok(())
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

async fn round(
    contestant: Contestant,
    options: &Options,
    library: &Database,
    clients: &[Arc<Hand>],
) -> Outcome<Round> {
    let (left, attempts) = (Arc::new(AtomicI64::new(options.commits)), Arc::new(AtomicU32::new(0)));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for client in clients {
        let (left, attempts) = (left.clone(), attempts.clone());
        let (client, library) = (client.clone(), library.clone());
        let (rows, two) = (options.rows, options.two);
        tasks.push(tokio::spawn(async move {
            let mut random = Random::new();
            let mut latencies = Vec::new();
            while left.fetch_sub(1, Relaxed) > 0 {
                let first = random.below(rows);
                let second = if two { Some((first + 1 + random.below(rows - 1)) % rows) } else { None };
                let began = Instant::now();
                match contestant {
                    Contestant::Library | Contestant::Deferred | Contestant::Unlimited => {
                        by_library(contestant, &library, first, second, &attempts).await?;
                    }
                    Contestant::Immediate => client.run(first, second, None, &attempts).await?,
                    Contestant::Jitter => client.run(first, second, Some(&mut random), &attempts).await?,
                }
                latencies.push(began.elapsed());
            }
            Outcome::Ok(latencies)
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let took = began.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |per_cent: usize| latencies.get(latencies.len() * per_cent / 100).copied().unwrap_or_default();
    let commits = u32::try_from(latencies.len())?;
    Ok(Round {
        rate: f64::from(commits) / took,
        attempts: f64::from(attempts.load(Relaxed)) / f64::from(commits),
        p50: at(50),
        p99: at(99),
    })
}

async fn by_library(
    contestant: Contestant,
    db: &Database,
    first: i64,
    second: Option<i64>,
    attempts: &AtomicU32,
) -> Outcome {
    db.transaction("count up", async |tx| {
        attempts.fetch_add(1, Relaxed);
        for id in [Some(first), second].into_iter().flatten() {
            let counter = Counter::find(id).one(&tx).await?;
            let update = Counter::update(id).set(Counter::VALUE, counter.value + 1);
            if contestant == Contestant::Deferred {
                update.defer(&tx);
            } else {
                update.exec(&tx).await?;
            }
        }
        Ok(())
    })
    .limit(contestant != Contestant::Unlimited)
    .attempts(u32::MAX)
    .deadline(Duration::from_mins(10))
    .await?;
    Ok(())
}

/// A connection that is used by hand.
struct Hand {
    client: Client,
    read: Statement,
    write: Statement,
}

impl Hand {
    async fn connect(url: &str) -> Outcome<Self> {
        let url = url.split_once("://").map_or(url.to_owned(), |(_, rest)| format!("postgresql://{rest}"));
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        tokio::spawn(connection);
        let read = client.prepare("SELECT id, value FROM counters WHERE id = $1").await?;
        let write = client.prepare("UPDATE counters SET value = $2 WHERE id = $1").await?;
        Ok(Self { client, read, write })
    }

    async fn run(
        &self,
        first: i64,
        second: Option<i64>,
        mut jitter: Option<&mut Random>,
        attempts: &AtomicU32,
    ) -> Outcome {
        for failed in 0_u32.. {
            attempts.fetch_add(1, Relaxed);
            let error = match self.attempt(first, second).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if !error.code().is_some_and(|code| matches!(code.code(), "40001" | "40P01")) {
                return Err(error.into());
            }
            self.client.batch_execute("ROLLBACK").await?;
            if let Some(random) = &mut jitter {
                let longest = (2_i64 << failed.min(6)).min(100) * 1000;
                tokio::time::sleep(Duration::from_micros(random.below(longest).unsigned_abs())).await;
            }
        }
        Ok(())
    }

    async fn attempt(&self, first: i64, second: Option<i64>) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        for id in [Some(first), second].into_iter().flatten() {
            let row = self.client.query_one(&self.read, &[&id]).await?;
            let value: i64 = row.get(1);
            self.client.execute(&self.write, &[&id, &(value + 1)]).await?;
        }
        self.client.batch_execute("COMMIT").await
    }
}

/// Numbers that need not be good (xorshift).
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(Uuid::new_v4().as_u64_pair().0 | 1)
    }

    fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 1).unwrap_or_default() % end.max(1)
    }
}
