//! The first retry at once, through `SAVEPOINT cockroach_restart`: on CockroachDB only, and when it was asked for.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::txn::{Backoff, Failure};
use crdb_orm::{Database, Error, RetryPolicy, Sql};

use crate::support::{all_are_back, insert, numbers, rows, until};

/// A database behind a proxy that lets it look like CockroachDB.
async fn posed() -> (TestDb, FaultProxy, Database) {
    let db = numbers(0).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    if !db.is_cockroachdb() {
        proxy.pose_as_cockroachdb("25.2.0");
    }
    // A sleep would be seen: the retry is to be made at once.
    let policy = RetryPolicy::new().savepoint(true).backoff(Duration::from_secs(2), Duration::from_secs(2));
    let through = Database::builder(&proxy.url()).max_connections(2).retry(policy.seed(3)).connect().await;
    (db, proxy, through.expect("a way through"))
}

/// The same sleep each time.
struct Sleeps(Duration);

impl Backoff for Sleeps {
    fn sleep(&self, _: &Failure<'_>) -> Option<Duration> {
        Some(self.0)
    }
}

/// A transaction that inserts one row, whose id is the number of the attempt.
async fn insert_once(db: &Database) -> (Result<u32, Error>, u32) {
    let ran = AtomicU32::new(0);
    let result = db
        .transaction("restarts", async |tx| {
            ran.fetch_add(1, SeqCst);
            Sql::trusted("/* insert */ INSERT INTO n (id, v) VALUES ($1, 0)")
                .bind(i64::from(tx.attempt()))
                .exec(&tx)
                .await?;
            Ok(tx.attempt())
        })
        .await;
    (result, ran.load(SeqCst))
}

#[tokio::test]
async fn a_transaction_is_committed_by_release_and_ended_by_commit() {
    let (db, proxy, through) = posed().await;
    assert_eq!(insert_once(&through).await.0.expect("committed"), 1);
    until("COMMIT is sent behind RELEASE", 1, async || proxy.count("COMMIT")).await;
    assert_eq!((proxy.count("RELEASE SAVEPOINT cockroach_restart"), rows(&db).await), (1, 1));
    all_are_back(&through).await;
    assert_eq!(through.status().size, 1, "the connection is as good as before");
}

#[tokio::test]
async fn a_conflict_at_a_statement_is_retried_at_once_at_the_savepoint_and_the_next_begins_anew() {
    let (db, proxy, through) = posed().await;
    proxy.on("/* insert */").fail("40001");
    // Who slept would do so for a minute.
    let minute = Duration::from_mins(1);
    let pace = RetryPolicy::new().savepoint(true).deadline(minute * 3).pace(Sleeps(minute));
    let began = Instant::now();
    let (result, ran) = insert_once(&through.with_retry(pace)).await;
    assert_eq!((result.expect("committed"), ran), (2, 2));
    assert!(began.elapsed() < minute, "{:?}", began.elapsed());
    assert_eq!((proxy.count("ROLLBACK TO SAVEPOINT cockroach_restart"), proxy.count("BEGIN")), (1, 1));

    proxy.on("/* insert */").times(2).fail("40001");
    Sql::trusted("DELETE FROM n").exec(&db).await.unwrap();
    proxy.forget_statements();
    let (result, ran) = insert_once(&through).await;
    assert_eq!((result.expect("committed"), ran, rows(&db).await), (3, 3, 1));
    assert_eq!((proxy.count("ROLLBACK TO SAVEPOINT cockroach_restart"), proxy.count("BEGIN")), (1, 2));
}

#[tokio::test]
async fn a_conflict_at_release_is_retried_at_the_savepoint() {
    let (db, proxy, through) = posed().await;
    proxy.on("RELEASE SAVEPOINT cockroach_restart").answer("40001");
    let (result, ran) = insert_once(&through).await;
    assert_eq!((result.expect("committed"), ran, rows(&db).await), (2, 2, 1));
    assert_eq!((proxy.count("ROLLBACK TO SAVEPOINT cockroach_restart"), proxy.count("BEGIN")), (1, 1));
    all_are_back(&through).await;
}

#[tokio::test]
async fn a_lost_answer_to_release_is_unknown_and_not_run_again() {
    let (db, proxy, through) = posed().await;
    proxy.on("RELEASE SAVEPOINT cockroach_restart").cut_after_send();
    let (result, ran) = insert_once(&through).await;
    let error = result.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!((ran, rows(&db).await), (1, 1));
}

#[tokio::test]
async fn what_becomes_of_the_last_commit_does_not_matter_since_release_has_committed() {
    let (db, proxy, through) = posed().await;
    let last = |proxy: &FaultProxy, how: u32| match how {
        0 => drop(proxy.on("COMMIT").answer("XXUUU")),
        1 => drop(proxy.on("COMMIT").cut_before_send()),
        _ => drop(proxy.on("COMMIT").silence()),
    };
    for how in 0..3 {
        last(&proxy, how);
        let hooked = std::sync::Arc::new(AtomicU32::new(0));
        let seen = hooked.clone();
        let began = Instant::now();
        through
            .transaction("released", async |tx| {
                let seen = seen.clone();
                tx.after_commit(move || {
                    seen.fetch_add(1, SeqCst);
                });
                insert(&tx, i64::from(how)).await
            })
            .deadline(Duration::from_secs(20))
            .await
            .unwrap_or_else(|error| panic!("{how}: {error}"));
        assert!(began.elapsed() < Duration::from_secs(15), "{how}");
        assert_eq!((hooked.load(SeqCst), rows(&db).await), (1, i64::from(how) + 1), "{how}");
        until("the fault has struck", 0, async || proxy.pending()).await;
    }
    all_are_back(&through).await;
}

#[tokio::test]
async fn without_being_asked_for_and_on_postgresql_it_is_never_sent() {
    let db = numbers(0).await;
    let proxy = FaultProxy::to(&db).await.unwrap();
    let plain = Database::connect(&proxy.url()).await.unwrap();
    let policy = RetryPolicy::new().savepoint(!db.is_cockroachdb());
    plain.transaction("plain", async |tx| insert(&tx, 1).await).policy(policy).await.unwrap();
    assert_eq!(proxy.count("cockroach_restart"), 0);
}
