//! Many tasks on few connections: `cargo run --release -p crdb-benches -- pool [tasks] [connections] [rounds]`; a fourth
//! word, `crdb-orm` or `deadpool`, runs that one alone, for a profiler.
//!
//! Every task reads a row by key, again and again. Nearly all of the time of a request is its wait for a connection, so
//! its 99th percentile says how fair and how quick the pool is. The other contestant is deadpool around the same driver,
//! as deadpool-postgres uses it: a connection that is not closed is good, and the text is prepared once.

use std::time::{Duration, Instant};

use crdb_orm::Database;
use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
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

/// What a round took, and each of its requests.
#[derive(Default)]
struct Round {
    all: Duration,
    each: Vec<Duration>,
}

async fn round<F, Fut>(tasks: i64, request: F) -> Outcome<Round>
where
    F: Fn(i64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Outcome<i64>> + Send,
{
    let mut set = JoinSet::new();
    let began = Instant::now();
    for task in 0..tasks {
        let request = request.clone();
        set.spawn(async move {
            let mut each = Vec::new();
            for _ in 0..EACH {
                let asked = Instant::now();
                let found = request(task).await?;
                assert_eq!(found, task);
                each.push(asked.elapsed());
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(each)
        });
    }
    let mut each = Vec::new();
    while let Some(task) = set.join_next().await {
        each.extend(task??);
    }
    Ok(Round { all: began.elapsed(), each })
}

/// Runs it.
pub(crate) async fn run(mut arguments: impl Iterator<Item = String>) -> Outcome {
    let mut next = |default: i64| arguments.next().map_or(Ok(default), |word| word.parse());
    let (tasks, connections, rounds) = (next(2_000)?, next(16)?, next(20)?);
    let alone = arguments.next();
    let runs = |name: &str| alone.as_deref().is_none_or(|alone| alone == name);
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

    let (mut us, mut them) = (Vec::new(), Vec::new());
    for turn in 0..=rounds {
        let library = async || {
            if !runs("crdb-orm") {
                return Ok(Round::default());
            }
            let db = ours.clone();
            round(tasks, move |id| {
                let db = db.clone();
                async move { Ok(Thing::find(id).one(&db).await?.number) }
            })
            .await
        };
        let deadpool = async || {
            if !runs("deadpool") {
                return Ok(Round::default());
            }
            let pool = theirs.clone();
            round(tasks, move |id| {
                let pool = pool.clone();
                async move {
                    let conn = pool.get().await.map_err(|error| error.to_string())?;
                    let row = conn.client.query_one(&conn.find, &[&id]).await?;
                    Ok(row.get(1))
                }
            })
            .await
        };
        // Who begins changes from round to round; the first one warms up.
        let (one, other) = if turn % 2 == 0 {
            let one = library().await?;
            (one, deadpool().await?)
        } else {
            let other = deadpool().await?;
            (library().await?, other)
        };
        if turn > 0 {
            us.push(one);
            them.push(other);
        }
    }
    println!("{tasks} tasks on {connections} connections, {EACH} reads each, the median of {rounds} rounds");
    println!("{:<28}{:>14}{:>12}{:>12}{:>12}", "", "requests/s", "median", "99 %", "longest");
    let (us, them) = (Figures::of(us), Figures::of(them));
    us.print("crdb-orm");
    them.print("deadpool + tokio-postgres");
    println!(
        "throughput {:.2}x, 99 % {:.2}x; {} KiB of memory for an idle connection",
        us.throughput / them.throughput,
        us.p99 / them.p99,
        idle.map_or_else(|| "?".to_owned(), |bytes| (bytes / 1024).to_string())
    );
    Ok(())
}

struct Figures {
    throughput: f64,
    median: f64,
    p99: f64,
    longest: f64,
}

impl Figures {
    fn of(rounds: Vec<Round>) -> Self {
        let mut all: Vec<[f64; 4]> = Vec::new();
        for mut round in rounds {
            round.each.sort_unstable();
            let at = |part: usize| {
                let index = round.each.len().saturating_sub(1) * part / 100;
                round.each.get(index).map_or(0.0, Duration::as_secs_f64)
            };
            #[allow(clippy::cast_precision_loss, reason = "thousands")]
            let throughput = round.each.len() as f64 / round.all.as_secs_f64();
            all.push([throughput, at(50), at(99), at(100)]);
        }
        let median = |figure: usize| {
            let mut of: Vec<f64> = all.iter().map(|round| round[figure]).collect();
            of.sort_unstable_by(f64::total_cmp);
            of.get(of.len() / 2).copied().unwrap_or_default()
        };
        Self { throughput: median(0), median: median(1), p99: median(2), longest: median(3) }
    }

    fn print(&self, name: &str) {
        let ms = |seconds: f64| format!("{:.1} ms", seconds * 1000.0);
        let Self { throughput, median, p99, longest } = self;
        println!("{name:<28}{throughput:>14.0}{:>12}{:>12}{:>12}", ms(*median), ms(*p99), ms(*longest));
    }
}

/// The resident memory of this process, where it can be known.
fn memory() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}
