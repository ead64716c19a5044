//! Promise 15: nobody waits for ever. A single statement has an answer by its deadline, or an error that says what is known.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::{CommitOutcome, Error, RetryPolicy};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::deferred::Number;
use crate::support::{all_are_back, numbers, proxied, read};

const SECOND: Duration = Duration::from_secs(1);

fn within(deadline: Duration) -> RetryPolicy {
    RetryPolicy::new().deadline(deadline)
}

/// What came of it, which has to be there soon after the deadline.
async fn at_the_deadline<T: std::fmt::Debug>(run: impl Future<Output = crdb_orm::Result<T>>) -> Error {
    let began = Instant::now();
    let error = run.await.expect_err("it has no answer");
    let took = began.elapsed();
    assert!(took >= SECOND && took < 6 * SECOND, "{took:?}: {error}");
    assert!(error.is_deadline() && error.is_timeout(), "{error}");
    assert!(error.to_string().contains("deadline"), "{error}");
    error
}

#[tokio::test]
async fn a_read_whose_answer_does_not_come_ends_at_its_deadline() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    let through = through.with_retry(within(SECOND));
    Number::find(1).one(&through).await.expect("it is prepared");
    proxy.on("SELECT").silence();
    let error = at_the_deadline(Number::find(1).one(&through)).await;
    assert_eq!(error.commit_outcome(), CommitOutcome::NotCommitted, "{error}");
    assert!(error.to_string().contains("with_retry"), "{error}");
    assert_eq!(proxy.pending(), 0);
    // Its connection is gone, and so is the fault.
    assert_eq!(Number::find(1).one(&through).await.expect("another connection").id, 1);
    all_are_back(&through).await;
}

#[tokio::test]
async fn reads_that_travel_together_end_at_their_deadline() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    let through = through.with_retry(within(SECOND));
    proxy.on("SELECT").silence();
    let error = at_the_deadline(through.read_together((Number::find(1), Number::query()))).await;
    assert!(error.to_string().contains("with_retry"), "{error}");
    all_are_back(&through).await;
    let (one, all) =
        through.read_together((Number::find(1), Number::query())).await.expect("another connection");
    assert_eq!((one.map(|one| one.id), all.len()), (Some(1), 1));

    // The server can still answer that it has cancelled.
    let through = db.with_retry(within(SECOND));
    let sleeps = sql!("SELECT CAST(pg_sleep(20) AS TEXT)").read_only();
    let error = at_the_deadline(sleeps.all::<(String,), _>(&through)).await;
    assert_eq!(error.sqlstate(), Some("57014"), "{error}");
}

#[tokio::test]
async fn a_write_whose_answer_does_not_come_is_unknown_at_its_deadline() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    let through = through.with_retry(within(SECOND));
    proxy.on("UPDATE").silence();
    let error = at_the_deadline(Number::update(1).add(Number::V, 1).exec(&through)).await;
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 1, "it had taken effect");
    all_are_back(&through).await;
}

#[tokio::test]
async fn what_runs_longer_than_its_deadline_is_cancelled_on_its_server() {
    let db = numbers(1).await;
    let hasty = db.with_retry(within(SECOND));
    let session = async || {
        let (pid,): (i64,) =
            Sql::trusted("SELECT CAST(pg_backend_pid() AS INT8)").one(&*db).await.expect("one");
        pid
    };
    let before = session().await;
    let sleep = Sql::trusted("SELECT CAST(pg_sleep(20) AS TEXT)").all::<(String,), _>(&hasty);
    let error = at_the_deadline(sleep).await;
    assert_eq!(error.sqlstate(), Some("57014"), "{error}");
    // The request to cancel may arrive late, and must not hit what runs next: its connection is used no more.
    // Old versions of CockroachDB have one number for all.
    assert!(session().await != before || db.server().is_cockroachdb());
    let update =
        Sql::trusted("UPDATE n SET v = v + 1 WHERE id = 1 AND pg_sleep(20) IS NOT NULL").exec(&hasty);
    let error = at_the_deadline(update).await;
    // It may have been cancelled while it was committed already.
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(read(&*db, 1).await.unwrap(), 0);
    all_are_back(&db).await;
}

#[tokio::test]
async fn who_needs_longer_says_so_and_a_stream_is_as_long_as_its_reader_likes() {
    let db = numbers(3).await;
    let hasty = db.with_retry(within(SECOND));
    let patient = hasty.with_retry(within(30 * SECOND));
    let sleep = || Sql::trusted("SELECT CAST(pg_sleep(2) AS TEXT) FROM n WHERE id = 1");
    sleep().all::<(String,), _>(&patient).await.expect("it may take that long");
    at_the_deadline(sleep().all::<(String,), _>(&hasty)).await;
    let mut rows = Number::query().stream(&hasty);
    let mut read = 0;
    while let Some(row) = rows.try_next().await.expect("a row") {
        assert!(row.id > 0);
        read += 1;
        tokio::time::sleep(SECOND).await;
    }
    assert_eq!(read, 3);
}

#[tokio::test]
async fn row_locks_of_a_transaction_that_was_dropped_end_soon() {
    let db = numbers(1).await;
    let transfer = db.transaction("dropped", async |tx| {
        Number::update(1).add(Number::V, 1).exec(&tx).await?;
        Sql::trusted("SELECT CAST(pg_sleep(20) AS TEXT)").all::<(String,), _>(&tx).await
    });
    let _ = tokio::time::timeout(SECOND / 2, transfer.into_future()).await.expect_err("it sleeps");
    let began = Instant::now();
    Number::update(1).add(Number::V, 10).exec(&*db).await.expect("the row is free");
    let waited = began.elapsed();
    assert!(waited < 4 * SECOND, "{waited:?}");
    assert_eq!(read(&*db, 1).await.unwrap(), 10, "nothing of it was committed");
    all_are_back(&db).await;
}

/// What tells who waits runs on the runtime of the first connection.
#[test]
fn a_wait_for_a_connection_ends_in_time_whether_or_not_the_first_runtime_is_driven() {
    let runtime = || Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (first, second) = (runtime(), runtime());
    let waits = async |pool: &Database| {
        let began = Instant::now();
        let error = read(pool, 1).await.expect_err("nobody gives it back");
        let took = began.elapsed();
        assert!(error.is_pool_timeout(), "{error}");
        assert!(took >= SECOND && took < 8 * SECOND, "{took:?}: {error}");
    };
    let (db, pool, holder) = first.block_on(async {
        let db = numbers(1).await;
        let builder = Database::builder(db.url()).max_connections(1).wait_timeout(SECOND);
        let pool = builder.connect().await.expect("a connection");
        let (told, listens) = oneshot::channel();
        let holding = pool.clone();
        let holder = tokio::spawn(async move {
            let told = Mutex::new(Some(told));
            let hold = holding.transaction("hold", async |tx| {
                Number::find(1).one(&tx).await?;
                told.lock().expect("no panic").take().expect("once").send(()).expect("somebody listens");
                std::future::pending::<()>().await;
                Ok(())
            });
            hold.await.expect("it does not end");
        });
        listens.await.expect("it is held");
        waits(&pool).await;
        (db, pool, holder)
    });
    second.block_on(waits(&pool));
    std::thread::sleep(3 * SECOND / 2);
    second.block_on(waits(&pool));
    first.block_on(async {
        holder.abort();
        all_are_back(&pool).await;
        drop((pool, db));
    });
}
