//! Promise 15: connections are replaced before they are too old, one after the other, and nobody notices.

use std::time::{Duration, Instant};

use crdb_orm::testing::FaultProxy;
use crdb_orm::{Database, Result, RetryPolicy, Sql};
use tokio::task::JoinSet;

use crate::support::{numbers, set, until, value};

/// The connection that a pool of one has.
async fn connection(pool: &Database) -> Result<i64> {
    value(pool, Sql::trusted("SELECT pg_backend_pid()::INT8")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_replaced_over_time_under_work_and_no_request_fails() {
    const CONNECTIONS: usize = 6;
    let db = numbers(12).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let builder = Database::builder(&proxy.url()).max_connections(CONNECTIONS).min_idle(2);
    let pool = builder.max_lifetime(Duration::from_millis(500)).connect().await.expect("a pool");
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for id in 1..=12 {
        let pool = pool.clone();
        tasks.spawn(async move {
            // One attempt each: what fails is not hidden by another one.
            let alone = pool.with_retry(RetryPolicy::default().attempts(1));
            let mut done = 0;
            while began.elapsed() < Duration::from_millis(2_500) {
                let add = || Sql::trusted("UPDATE n SET v = v + 1 WHERE id = $1").bind(id);
                let work = pool.transaction("adds", async |tx| add().exec(&tx).await).attempts(1);
                for added in [work.await, add().exec(&alone).await] {
                    match added {
                        Ok(one) => done += one,
                        // Of what others do to these few rows at the same time.
                        Err(error) if error.is_serialization_failure() => {}
                        Err(error) => panic!("nothing cuts it: {error:?}"),
                    }
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            done
        });
    }
    let done: u64 = tasks.join_all().await.into_iter().sum();
    let sum = value::<i64>(&*db, Sql::trusted("SELECT sum(v)::INT8 FROM n")).await.expect("a sum");
    assert_eq!(u64::try_from(sum).expect("a count"), done, "each of them once");
    // Four lifetimes and more have passed; each connection was replaced in each.
    assert!(proxy.accepted() >= 3 * CONNECTIONS, "{} connections", proxy.accepted());
    // Those that are being closed are there still.
    assert!(proxy.most() <= 2 * CONNECTIONS, "{} at once", proxy.most());
    until("no old one is left", true, async || proxy.open() <= CONNECTIONS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_made_at_once_are_not_replaced_at_once() {
    const LONGEST: Duration = Duration::from_secs(5);
    let db = numbers(1).await;
    let mut tasks = JoinSet::new();
    for _ in 0..12 {
        let url = db.url().to_owned();
        tasks.spawn(async move {
            let made = Instant::now();
            let pool = Database::builder(&url).max_connections(1).max_lifetime(LONGEST);
            let pool = pool.connect().await.expect("a pool");
            let first = connection(&pool).await.expect("its connection");
            let known = Instant::now();
            let mut seen = known;
            loop {
                let asked = Instant::now();
                if connection(&pool).await.expect("a connection") != first {
                    // How old it has become: at least, and at most.
                    return (seen - known, made.elapsed());
                }
                assert!(asked - made < 2 * LONGEST, "it is not replaced");
                seen = asked;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    let ages = tasks.join_all().await;
    for (least, most) in &ages {
        assert!(*least <= LONGEST && *most >= LONGEST.mul_f64(0.9), "{least:?} to {most:?}");
    }
    // The first of them went for certain before the last one.
    let first = ages.iter().map(|(_, most)| *most).min().expect("twelve");
    let last = ages.iter().map(|(least, _)| *least).max().expect("twelve");
    assert!(last.saturating_sub(first) > Duration::from_millis(60), "{first:?} to {last:?} of {ages:?}");
    assert_eq!(set(&db, 1, 1).await.expect("a write"), 1);
}
