//! Many tasks on few connections: `cargo run --release -p crdb-benches -- pool [tasks] [connections] [rounds]`; a fourth
//! word, `crdb-orm`, `bare` or `deadpool`, runs that one alone, for a profiler.
//!
//! Every task reads a row by key, again and again. Nearly all of the time of a request is its wait for a connection, so
//! its 99th percentile says how fair and how quick the pool is. The other contestant is deadpool around the same driver,
//! as deadpool-postgres uses it: a connection that is not closed is good, and the text is prepared once. It is compared with
//! the library as its users have it, and with its pool around the bare driver: who waits for a connection waits for what
//! others do with theirs, so that pools are told apart only where all do the same.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crdb_orm::Database;
use crdb_orm::prelude::*;
use crdb_orm::testing::{BareConnection, TestDb};
use deadpool::managed::{self, Metrics, RecycleError, RecycleResult};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, Statement};

use crate::contestants::Outcome;

/// A row that is read.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: i64,
    number: i64,
}

const SCHEMA: Schema = Schema::new("pool").tables(&[Thing::TABLE]);
/// Requests of a task in a round.
const EACH: i64 = 10;
const FIND: &str = "SELECT \"id\", \"number\" FROM \"things\" WHERE \"id\" = $1";

struct Connections {
    url: String,
}

struct Prepared {
    client: Client,
    find: Statement,
}

impl managed::Manager for Connections {
    type Type = Prepared;
    type Error = tokio_postgres::Error;

    async fn create(&self) -> Result<Prepared, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
        drop(tokio::spawn(connection));
        // As the library's sessions are, and CockroachDB's anyway.
        client.batch_execute("SET default_transaction_isolation = 'serializable'").await?;
        let find = client.prepare(FIND).await?;
        Ok(Prepared { client, find })
    }

    async fn recycle(&self, conn: &mut Prepared, _: &Metrics) -> RecycleResult<tokio_postgres::Error> {
        if conn.client.is_closed() { Err(RecycleError::message("closed")) } else { Ok(()) }
    }
}

/// What a round took, each of its requests, and of these the wait for a connection, where it can be seen.
struct Round {
    all: Duration,
    each: Vec<Duration>,
    waits: Vec<Duration>,
}

/// A request: the number that it has read, and how long it has waited for a connection.
async fn round<F, Fut>(tasks: i64, request: F) -> Outcome<Round>
where
    F: Fn(i64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Outcome<(i64, Duration)>> + Send,
{
    let mut set = JoinSet::new();
    let began = Instant::now();
    for task in 0..tasks {
        let request = request.clone();
        set.spawn(async move {
            let mut each = Vec::new();
            for _ in 0..EACH {
                let asked = Instant::now();
                let (found, waited) = request(task).await?;
                assert_eq!(found, task);
                each.push((asked.elapsed(), waited));
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(each)
        });
    }
    let mut each = Vec::new();
    while let Some(task) = set.join_next().await {
        each.extend(task??);
    }
    let all = began.elapsed();
    let (each, waits) = each.into_iter().unzip();
    Ok(Round { all, each, waits })
}

/// Runs it.
pub(crate) async fn run(mut arguments: impl Iterator<Item = String>) -> Outcome {
    let mut next = |default: i64| arguments.next().map_or(Ok(default), |word| word.parse());
    let (tasks, connections, rounds) = (next(2_000)?, next(16)?, next(20)?);
    let alone = arguments.next();
    let size = usize::try_from(connections)?;
    let test = TestDb::new().await?;
    test.create_schema(&SCHEMA).await?;
    for id in 0..tasks {
        Thing::insert().id(id).number(id).exec(&*test).await?;
    }
    let resident = memory();
    let ours = Database::builder(test.url()).max_connections(size).min_idle(size).connect().await?;
    while ours.status().idle < size {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let idle = memory().zip(resident).map(|(now, before)| now.saturating_sub(before) / size);
    let url = test.url().replacen("cockroachdb://", "postgresql://", 1);
    let theirs: managed::Pool<Connections> = managed::Pool::builder(Connections { url })
        .max_size(size)
        // As ours has it.
        .wait_timeout(Some(Duration::from_secs(10)))
        .runtime(deadpool::Runtime::Tokio1)
        .build()?;

    let statements = Arc::new(prepared(&ours, size).await?);
    let library = async || {
        let db = ours.clone();
        round(tasks, move |id| {
            let db = db.clone();
            async move { Ok((Thing::find(id).one(&db).await?.number, Duration::ZERO)) }
        })
        .await
    };
    let bare = async || {
        let (db, statements) = (ours.clone(), statements.clone());
        round(tasks, move |id| {
            let (db, statements) = (db.clone(), statements.clone());
            async move {
                let asked = Instant::now();
                let mut conn = BareConnection::of(&db).await?;
                let waited = asked.elapsed();
                let row = conn
                    .run(async |client| {
                        let of = |one: &&(usize, Statement)| one.0 == place(client);
                        let (_, find) =
                            statements.iter().find(of).ok_or("a connection that was not there")?;
                        Outcome::Ok(client.query_one(find, &[&id]).await?)
                    })
                    .await?;
                Ok((row.get(1), waited))
            }
        })
        .await
    };
    let deadpool = async || {
        let pool = theirs.clone();
        round(tasks, move |id| {
            let pool = pool.clone();
            async move {
                let asked = Instant::now();
                let conn = pool.get().await.map_err(|error| error.to_string())?;
                let waited = asked.elapsed();
                let row = conn.client.query_one(&conn.find, &[&id]).await?;
                Ok((row.get(1), waited))
            }
        })
        .await
    };

    let mut all: [Vec<Round>; CONTESTANTS.len()] = Default::default();
    for turn in 0..=rounds {
        // Who begins changes from round to round; the first one warms up.
        for step in 0..CONTESTANTS.len() {
            let which = (usize::try_from(turn)? + step) % CONTESTANTS.len();
            let (name, _) = CONTESTANTS[which];
            if alone.as_deref().is_some_and(|alone| alone != name) {
                continue;
            }
            let done = match name {
                "crdb-orm" => library().await?,
                "bare" => bare().await?,
                _ => deadpool().await?,
            };
            if turn > 0 {
                all[which].push(done);
            }
        }
    }
    println!("{tasks} tasks on {connections} connections, {EACH} reads each, the median of {rounds} rounds");
    println!(
        "{:<32}{:>12}{:>12}{:>12}{:>12}{:>18}",
        "", "requests/s", "median", "99 %", "longest", "99 % of waits"
    );
    let [us, bare, them] = all.map(Figures::of);
    for ((_, what), figures) in CONTESTANTS.iter().zip([&us, &bare, &them]) {
        figures.print(what);
    }
    for ((_, what), figures) in CONTESTANTS.iter().zip([&us, &bare]) {
        println!(
            "{what}, of deadpool: throughput {:.2}x, 99 % {:.2}x, 99 % of waits {:.2}x",
            figures.throughput / them.throughput,
            figures.p99 / them.p99,
            figures.waits / them.waits
        );
    }
    let idle = idle.map_or_else(|| "?".to_owned(), |bytes| (bytes / 1024).to_string());
    println!("{idle} KiB of memory for an idle connection");
    Ok(())
}

/// Who takes part, and what is said of them.
const CONTESTANTS: [(&str, &str); 3] = [
    ("crdb-orm", "crdb-orm"),
    ("bare", "its pool + tokio-postgres"),
    ("deadpool", "deadpool + tokio-postgres"),
];

/// Prepares the statement on every connection of a pool, by hand.
async fn prepared(db: &Database, size: usize) -> Outcome<Vec<(usize, Statement)>> {
    let mut all = Vec::with_capacity(size);
    for _ in 0..size {
        all.push(BareConnection::of(db).await?);
    }
    let mut statements = Vec::with_capacity(size);
    for conn in &mut all {
        let prepare = async |client: &Client| Outcome::Ok((place(client), client.prepare(FIND).await?));
        statements.push(conn.run(prepare).await?);
    }
    Ok(statements)
}

/// What tells a client apart: where it is.
fn place(client: &Client) -> usize {
    std::ptr::from_ref(client).addr()
}

struct Figures {
    throughput: f64,
    median: f64,
    p99: f64,
    longest: f64,
    /// The 99th percentile of the waits for a connection.
    waits: f64,
}

impl Figures {
    fn of(rounds: Vec<Round>) -> Self {
        let mut all: Vec<[f64; 5]> = Vec::new();
        for mut round in rounds {
            let at = |of: &mut Vec<Duration>, part: usize| {
                of.sort_unstable();
                let index = of.len().saturating_sub(1) * part / 100;
                of.get(index).map_or(0.0, Duration::as_secs_f64)
            };
            #[allow(clippy::cast_precision_loss, reason = "thousands")]
            let throughput = round.each.len() as f64 / round.all.as_secs_f64();
            let [median, p99, longest] = [50, 99, 100].map(|part| at(&mut round.each, part));
            all.push([throughput, median, p99, longest, at(&mut round.waits, 99)]);
        }
        let median = |figure: usize| {
            let mut of: Vec<f64> = all.iter().map(|round| round[figure]).collect();
            of.sort_unstable_by(f64::total_cmp);
            of.get(of.len() / 2).copied().unwrap_or_default()
        };
        Self {
            throughput: median(0),
            median: median(1),
            p99: median(2),
            longest: median(3),
            waits: median(4),
        }
    }

    fn print(&self, name: &str) {
        let ms = |seconds: f64| format!("{:.1} ms", seconds * 1000.0);
        let Self { throughput, median, p99, longest, waits } = self;
        let waits = if *waits > 0.0 { ms(*waits) } else { "-".to_owned() };
        println!(
            "{name:<32}{throughput:>12.0}{:>12}{:>12}{:>12}{waits:>18}",
            ms(*median),
            ms(*p99),
            ms(*longest)
        );
    }
}

/// The resident memory of this process, where it can be known.
fn memory() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}
